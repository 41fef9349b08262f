// Package flood says where water stands when a river rises: a pure engine over a
// raster of elevations.
//
// Once for each terrain it finds rivers (given, or where enough land drains
// through), the way water takes (priority-flood, Barnes et al. 2014; D8, O'Callaghan
// and Mark 1984), the height above the nearest drainage HAND (Rennó et al. 2008)
// and the threshold: the lowest stage at which a cell is wet and connected to the
// river, the minimax of HAND over all paths from river cells. Any stage s is then
// wet where threshold ≤ s, to a depth of s − HAND.
//
// Units: metres. A stage is measured above the river cell that a cell drains to.
// Cells have the indexes of their raster, row by row from the north-west. Missing
// elevations are NaN; what is not known to be dry is not called dry.
//
// Same input, same bytes.
package flood
