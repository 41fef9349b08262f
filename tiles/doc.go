// Package tiles makes Mapbox Vector Tiles (MVT 2.1) from features that are held
// in memory as packed integer coordinates, and keeps the compressed results. It
// knows features, not grids or cases.
//
// World coordinates are Web Mercator (EPSG:3857) scaled to 2³⁰ units around the
// globe (x grows east, y grows south), so that one unit is one 4096th of a tile
// at MaxZoom, about 3.7 cm at the equator. A Layer is immutable; a changed layer
// is a new one that shares what did not change.
//
// A tile is made by snapping to the tile's grid first, then clipping to the tile
// and its buffer, then repairing: rings of fewer than three distinct points or
// without area go, outer rings have positive area with y down. Tiles never
// exceed a budget: the least important features are left out, and the layer
// "dropped" of the tile says how many.
package tiles
