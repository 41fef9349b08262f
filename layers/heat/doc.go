// Package heat counts open cases in H3 cells: a pure engine without clock or
// I/O. Cells are H3 indexes (Uber, 2018); positions are EPSG:4490 degrees,
// which H3 takes as WGS 84.
//
// For those who may not see small numbers, a cell with fewer than k cases is
// merged into its parent, again and again, until it reaches k; sums stay right.
// What is below k even in a cell of CoarsestResolution (430 km wide) is
// withheld and counted.
package heat
