package flood

import (
	"github.com/paulmach/orb"

	"gridmap/geo/raster"
)

// Polygons outlines the marked cells exactly along their edges, in coordinates of
// the raster: valid polygons (OGC 06-103r4), outer rings against the clock, one
// for each group of cells that share edges. Cells that touch at a corner alone are
// apart; rings that touch themselves there are parted into rings that touch.
func Polygons(g raster.Grid, marked []bool) orb.MultiPolygon {
	o := outliner{g: g, marked: marked, done: make([]bool, len(marked))}
	label, groups := components(g, marked)
	outers, holes := make([]orb.Ring, groups), make([][]orb.Ring, groups)
	for i, is := range marked {
		if !is || o.done[i] || o.at(i%g.Width, i/g.Width-1) {
			continue
		}
		for _, loop := range o.trace(i) {
			if ring, area := o.ring(loop); area > 0 {
				outers[label[i]] = ring
			} else {
				holes[label[i]] = append(holes[label[i]], ring)
			}
		}
	}
	out := make(orb.MultiPolygon, 0, groups)
	for k, outer := range outers {
		out = append(out, append(orb.Polygon{outer}, holes[k]...))
	}
	return out
}

// components numbers the groups of marked cells that share edges, by their first
// cell.
func components(g raster.Grid, marked []bool) (label []int32, groups int) {
	label = make([]int32, len(marked))
	for i := range label {
		label[i] = none
	}
	var open []int32
	for i, is := range marked {
		if !is || label[i] != none {
			continue
		}
		label[i] = int32(groups)
		open = append(open[:0], int32(i))
		for len(open) > 0 {
			c := int(open[len(open)-1])
			open = open[:len(open)-1]
			x, y := c%g.Width, c/g.Width
			for _, n := range [4][2]int{{x, y - 1}, {x, y + 1}, {x - 1, y}, {x + 1, y}} {
				if !g.Has(n[0], n[1]) {
					continue
				}
				if i := n[1]*g.Width + n[0]; marked[i] && label[i] == none {
					label[i] = int32(groups)
					open = append(open, int32(i))
				}
			}
		}
		groups++
	}
	return label, groups
}

type corner struct{ x, y int32 }

// outliner walks along the edges of marked cells with the cells on its right.
type outliner struct {
	g      raster.Grid
	marked []bool
	done   []bool // cells whose upper edge was walked
	path   []corner
	at0    map[corner]int
}

func (o *outliner) at(x, y int) bool { return o.g.Has(x, y) && o.marked[y*o.g.Width+x] }

// trace walks from the upper edge of a cell round to it again, and returns the
// loops into which the way parts where it comes to a corner twice.
func (o *outliner) trace(cell int) (loops [][]corner) {
	// East, south, west, north; ahead-left and ahead-right of a corner when heading so.
	step := [4][2]int{{1, 0}, {0, 1}, {-1, 0}, {0, -1}}
	left := [4][2]int{{0, -1}, {0, 0}, {-1, 0}, {-1, -1}}
	right := [4][2]int{{0, 0}, {-1, 0}, {-1, -1}, {0, -1}}
	startX, startY := cell%o.g.Width, cell/o.g.Width
	x, y, heading := startX, startY, 0
	o.path, o.at0 = o.path[:0], map[corner]int{}
	for {
		if heading == 0 {
			o.done[y*o.g.Width+x] = true
		}
		x, y = x+step[heading][0], y+step[heading][1]
		was := heading
		switch {
		case !o.at(x+right[heading][0], y+right[heading][1]):
			heading = (heading + 1) % 4
		case o.at(x+left[heading][0], y+left[heading][1]):
			heading = (heading + 3) % 4
		}
		if heading != was {
			loops = o.turn(loops, corner{int32(x), int32(y)})
		}
		if x == startX && y == startY && heading == 0 {
			break
		}
	}
	if len(o.path) > 0 {
		loops = append(loops, append([]corner(nil), o.path...))
	}
	return loops
}

// turn adds a corner to the way; one that is on it already ends a loop there.
func (o *outliner) turn(loops [][]corner, c corner) [][]corner {
	if k, ok := o.at0[c]; ok {
		loop := append([]corner(nil), o.path[k:]...)
		for _, v := range loop {
			delete(o.at0, v)
		}
		o.path = o.path[:k]
		loops = append(loops, loop)
	}
	o.at0[c] = len(o.path)
	o.path = append(o.path, c)
	return loops
}

// ring turns a loop, which runs with the clock round marked cells, into a ring
// against it; area is positive for an outer ring, in cells.
func (o *outliner) ring(loop []corner) (orb.Ring, int64) {
	ring := make(orb.Ring, 0, len(loop)+1)
	var twice int64
	for k := len(loop) - 1; k >= 0; k-- {
		c, n := loop[k], loop[(k+len(loop)-1)%len(loop)]
		twice += int64(c.y)*int64(n.x) - int64(c.x)*int64(n.y)
		ring = append(ring, orb.Point{o.g.West + float64(c.x)*o.g.DX, o.g.North - float64(c.y)*o.g.DY})
	}
	return append(ring, ring[0]), twice
}
