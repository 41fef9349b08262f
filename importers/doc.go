// Package importers brings files into the map: vector files through one Reader
// interface, checked row by row and handed to package data, which stages a
// whole file and puts it in, in one transaction.
//
// What comes in: GeoPackage, Shapefile, GeoJSON, FlatGeobuf, CSV, XLSX and OSM
// PBF, in any coordinate system that GDAL knows or, when Request.Datum says so,
// in GCJ-02 or BD-09. What goes out is EPSG:4490 (CGCS2000 longitude, latitude
// in degrees). Lengths are metres, areas m².
//
// What it refuses, row by row, with line, field and reason: geometry that is
// missing, empty, not finite, out of range, over MaxVertices, tangled beyond
// checking, unclosed, self-crossing or outside the district; values that are
// missing, negative or unreadable; codes that do not exist; identifiers that
// occur twice. Nothing is repaired except the order of rings, which carries no
// meaning here (it is counted). What it refuses as a whole file: unknown
// formats, missing parts of a shapefile, a missing coordinate system, archives
// that unpack beyond bounds.
//
// GDAL's command-line programs read the binary formats; they are started with
// the one driver that fits the file's name and without network access, and only
// on regular files.
package importers
