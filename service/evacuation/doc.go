// Package evacuation is what people do when a river rises: it watches the gauges,
// says which buildings and floors the water reaches and by when, proposes who goes
// to which shelter by which road, keeps what a person approved, issues orders,
// listens for the answers and calls the roll until nobody is unaccounted for.
//
// PostGIS holds what was recorded; everything else (water, exposure, proposal,
// roll) is computed from it, the same on every server. Each evacuation has a clock
// of its own, so that a replay runs through the same code as a flood.
//
// Levels are metres in the datum of the terrain, stages metres above the bed of a
// reach (see layers/flood), distances metres, positions EPSG:4490.
//
// It refuses to call dry what it does not know: a building outside the terrain is
// unknown, a shelter without a stated capacity has none to count on, a silent or
// jumping gauge is named.
package evacuation
