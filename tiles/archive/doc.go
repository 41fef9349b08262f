// Package archive writes finished tiles into one file and reads them again: as
// PMTiles (version 3, github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md) and
// as MBTiles (1.3, written only). It knows bodies and addresses, not layers.
//
// The writer of PMTiles is our own: the library that there is for Go brings the
// client libraries of three clouds along, which a server on an intranet cannot
// use. A test reads what it writes with the reader of PMTiles' own authors.
package archive
