package flood

import (
	"math"

	"gridmap/geo/raster"
)

// Connectivity is over how many neighbours water spreads: 8, as the flow
// directions do, or 4.
type Connectivity int

// The two neighbourhoods.
const (
	Four  Connectivity = 4
	Eight Connectivity = 8
)

// Threshold is the lowest stage at which each cell is wet and connected to a river
// cell: the least, over all paths from river cells, of the highest level on the
// path, where level is HAND or, on a levee, its crest above the drainage. It is
// exact. NaN: never.
//
// It is Dijkstra's algorithm with max for sum (the minimax path problem, Pollack
// 1960); cells that lie no higher than the water are taken at once, so that only
// shores wait in the heap.
func Threshold(g raster.Grid, level []float32, river []bool, near Connectivity) []float32 {
	out := make([]float32, len(level))
	nan := float32(math.NaN())
	for i := range out {
		out[i] = nan
	}
	var open heap
	for i, is := range river {
		if v := level[i]; is && v == v {
			out[i] = max(0, v)
			open.push(int32(i), out[i])
		}
	}
	dx, dy := neighbours()
	step := 1
	if near == Four {
		step = 2
	}
	var same []int32 // cells at the level of the water, to be spread from before the heap
	for open.len() > 0 || len(same) > 0 {
		var i int32
		if n := len(same); n > 0 {
			i, same = same[n-1], same[:n-1]
		} else {
			i = open.pop()
		}
		column, row := int(i)%g.Width, int(i)/g.Width
		for k := 0; k < 8; k += step {
			x, y := column+dx[k], row+dy[k]
			if !g.Has(x, y) {
				continue
			}
			j := y*g.Width + x
			v := level[j]
			if v != v || out[j] == out[j] {
				continue
			}
			if v <= out[i] {
				out[j] = out[i]
				same = append(same, int32(j))
				continue
			}
			out[j] = v
			open.push(int32(j), v)
		}
	}
	return out
}
