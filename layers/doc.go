// Package layers holds what the map shows: the catalogue of layers (fields,
// zooms, who may see them) and the live copy of the map in memory, which is
// loaded from PostGIS once and then follows the change feed. Tiles are made from
// it and never from the database; with the database gone it stands as it was.
//
// Geometry comes in as EPSG:4490 and is kept in the world units of package
// tiles. The live copy never holds anything about a person.
package layers
