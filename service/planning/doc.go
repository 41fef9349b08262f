// Package planning draws grids over what is in the database, keeps the result as
// a plan in draft, lets people work on it, and publishes it. The rule is 300 to
// 500 households a grid and 50 to 80 a micro-grid in complex communities; the
// engine is package importers/redraw. Coordinates are EPSG:4490 in the database
// and on screens, and EPSG:4544 metres in the engine.
//
// A draft is its log of operations (table plan_operations), which only grows. An
// entry holds what was asked for and what it did, in plots by number and by what
// stands on them, so that it can be played again without the engine, and over
// ground that changed since. A desk is a community of a draft in memory: a cache
// of the grids with which it began (plan_starts) and the log. There is one writer
// of a plan at a time, whichever server it is on; what it does on a desk counts
// once it is committed, and a desk whose commit failed is made again.
//
// It refuses what is outside the actor's scope, what a plan's status does not
// allow, and an operation on grids that others changed since the version that the
// planner saw.
package planning
