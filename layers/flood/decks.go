package flood

import (
	"math"
	"slices"

	"gridmap/geo/raster"
)

// Decks of bridges and crests of dams rise by more than deckRiseM over the river
// and are no wider than deckM along it, nor than twice mostDeckCells cells.
const deckRiseM, deckM, mostDeckCells = 1.0, 60.0, 8

// cutDecks lowers what crosses the river in the elevations to the water beside it.
// Left as they are, decks would turn the flow back, and banks measured against a
// deck would lie below the river and be wet at every stage. What to lower is found
// by a morphological opening along the river cells (Serra 1982): it takes away rises
// narrower than its window and leaves slopes; a rise counts only between two parts
// of a river, so that the head of a steep stream stays. On rasters whose cells are
// too large to hold a deck nothing is cut. The elevations come back with how many
// cells were lowered; those given are not changed.
func cutDecks(g raster.Grid, elevation []float32, river []bool) ([]float32, int) {
	radius := min(mostDeckCells, int(deckM/2/g.CellM()))
	if radius < 1 {
		return elevation, 0
	}
	d := decks{g: g, river: river, radius: radius}
	low := d.extreme(elevation, func(a, b float32) bool { return a < b })
	open := d.extreme(low, func(a, b float32) bool { return a > b })
	out, cut := elevation, 0
	seen := make([]bool, len(river))
	high := func(i int) bool { return river[i] && elevation[i] > open[i]+deckRiseM }
	for i := range river {
		if seen[i] || !high(i) {
			continue
		}
		group, shore := d.group(i, seen, high)
		if d.parts(shore) < 2 {
			continue
		}
		if cut == 0 {
			out = slices.Clone(elevation)
		}
		for _, c := range group {
			out[c] = open[c]
		}
		cut += len(group)
	}
	return out, cut
}

type decks struct {
	g      raster.Grid
	river  []bool
	radius int
}

// extreme is, at each river cell, the value among the river cells around it that no
// other precedes.
func (d *decks) extreme(of []float32, precedes func(a, b float32) bool) []float32 {
	out := make([]float32, len(of))
	for i, is := range d.river {
		if out[i] = of[i]; !is {
			continue
		}
		best := float32(math.NaN())
		x, y := i%d.g.Width, i/d.g.Width
		for v := max(0, y-d.radius); v <= min(d.g.Height-1, y+d.radius); v++ {
			for u := max(0, x-d.radius); u <= min(d.g.Width-1, x+d.radius); u++ {
				if j := v*d.g.Width + u; d.river[j] && of[j] == of[j] && (best != best || precedes(of[j], best)) {
					best = of[j]
				}
			}
		}
		out[i] = best
	}
	return out
}

// around calls visit for the river cells next to a cell.
func (d *decks) around(i int, visit func(j int)) {
	dx, dy := neighbours()
	for k := range 8 {
		x, y := i%d.g.Width+dx[k], i/d.g.Width+dy[k]
		if j := y*d.g.Width + x; d.g.Has(x, y) && d.river[j] {
			visit(j)
		}
	}
}

// group collects the high cells joined to one, and the river cells on their shore.
func (d *decks) group(i int, seen []bool, high func(int) bool) (group []int, shore map[int]bool) {
	group, shore = []int{i}, map[int]bool{}
	seen[i] = true
	for k := 0; k < len(group); k++ {
		d.around(group[k], func(j int) {
			switch {
			case !high(j):
				shore[j] = true
			case !seen[j]:
				seen[j] = true
				group = append(group, j)
			}
		})
	}
	return group, shore
}

// parts counts the pieces into which cells fall.
func (d *decks) parts(cells map[int]bool) int {
	n := 0
	for len(cells) > 0 {
		n++
		var open []int
		for i := range cells {
			open = append(open, i)
			delete(cells, i)
			break
		}
		for len(open) > 0 {
			i := open[len(open)-1]
			open = open[:len(open)-1]
			d.around(i, func(j int) {
				if cells[j] {
					delete(cells, j)
					open = append(open, j)
				}
			})
		}
	}
	return n
}
