// Package geo holds the coordinate systems of the map and the conversions
// between them. It does no I/O and keeps no state.
//
//   - LonLat is longitude and latitude in degrees on CGCS2000 (EPSG:4490): what
//     is stored and given out.
//   - Metres is easting and northing in CGCS2000 / 3-degree Gauss-Krueger
//     CM 105E (EPSG:4544): where lengths and areas are measured.
//   - Mercator is Web Mercator (EPSG:3857): where tiles are drawn. Areas in it
//     are about 34 % too large at 30° N; nothing is ever measured there.
//
// GCJ-02 and BD-09 come in through FromGCJ02 and FromBD09 and are never given
// out.
package geo
