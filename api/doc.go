// Package api is the HTTP surface: one table of routes, each with the roles
// that may use it and how scope binds it, and a file per resource. It holds no
// rule of the trade and no SQL.
//
// Positions in answers are EPSG:4490 longitude and latitude in degrees; times
// are RFC 3339. Errors are problem+json (RFC 9457) that name the field and the
// reason. Bodies above 1 MiB, unknown JSON fields and unknown query parameters
// are refused. A request that is not in the table has no handler.
package api
