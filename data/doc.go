// Package data holds everything that speaks SQL: the records of the map, the
// stores that read and write them, the change feed, the private PostGIS that
// runs when no DATABASE_URL is given, and the databases of tests.
//
// Geometry is orb geometry in EPSG:4490 (CGCS2000 longitude, latitude in
// degrees) on both sides of every call. One exported store method is one
// transaction. Errors that callers branch on are *Error with a Code; the
// message of an Error never holds personal data.
package data
