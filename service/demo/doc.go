// Package demo makes the demo district in an empty database: the land and its
// people from importers/synth, the present plan drawn over it by the redraw
// engine with the published numbers of grids, teams and two years of cases, and
// beside it a plan drawn to the rule, as a draft. Everything in it is synthetic
// and says so. The same seed and day give the same district.
//
// It refuses a database that holds a district of somebody's own.
package demo
