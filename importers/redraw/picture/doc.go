// Package picture draws a plan of grids as a map for a planner's eyes: grids in
// calm colours that differ between neighbours, with the last three digits of
// their codes and their households; hatched where they are over or under the
// rule; barriers, buildings and communities below them; a legend, a histogram of
// households and the grids outside the rule beside them.
//
// Input and plan are in metres; the picture is in pixels, north up. It is a pure
// function: the same plan, options and fonts give the same bytes. Text is Chinese,
// or English where that is asked for or no Chinese font was given.
package picture
