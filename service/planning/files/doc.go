// Package files redraws grids from files, without a database: it reads
// communities, buildings, barriers and the present plan through package
// importers, projects them to metres, has package importers/redraw draw, and
// writes the plan as files.
//
// Coordinates come in any system that package importers knows and go out as
// EPSG:4490 (CGCS2000 longitude, latitude in degrees; GeoJSON readers take it for
// WGS 84, less than a decimetre off). Between, they are metres of Gauss-Krueger
// around the communities' own meridian. Counts are households.
//
// Each row of a file is used, used with a flaw mended, or rejected; the last two
// are listed in the report with file, row, identifier, field and reason, so that
//
//	rows of the buildings' file = buildings in assign.csv + rejected
//
// What is rejected: a row without a usable geometry; a community without a code;
// a building without an id, outside every community, with a count that is
// negative, missing (unless Request.MissingIsZero) or no number; the second row
// with a code or an id that came before. What is mended: an outline that crosses
// itself or is not closed, a community named that there is not, an unknown kind
// of barrier (a street), fractions of households (rounded; the sum is noted).
//
// Nothing is half written: all outputs are made beside their places and moved
// there when all are ready.
package files
