// Package planning draws grids over what is in the database, keeps the result as
// a plan in draft, and publishes it. The rule is 300 to 500 households a grid
// and 50 to 80 a micro-grid in complex communities; the engine is package
// importers/redraw. Coordinates are EPSG:4490 in the database and EPSG:4544
// metres in the engine.
package planning
