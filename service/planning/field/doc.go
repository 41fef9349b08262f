// Package field takes boundaries of grids that were drawn elsewhere, in a desktop
// GIS above all, into a draft plan.
//
// A boundary is snapped to the plots of the planner's desk: each plot goes to the
// boundary that holds most of it, so that what comes out tiles the community as
// every plan does. What does not fit is listed with its geometry, as findings:
// gaps, overlaps, buildings that a boundary cuts, land outside every community,
// rows that cannot be read. Nothing is mended in silence, and boundaries that
// overlap where people live are refused as a whole.
//
// Geometry is EPSG:4490 degrees; areas are measured in metres of Gauss-Krueger.
package field
