// Package papers writes what a plan looks like on paper and for other programs:
// the ledger (XLSX), the grids as GeoPackage and Shapefile, maps as PDF and PNG.
//
// A paper shows the grids that the plan stores: a draft that was never submitted
// has none, and says so. Files for other programs are in EPSG:4490; areas are of
// EPSG:4544. Nothing in a paper is personal.
package papers
