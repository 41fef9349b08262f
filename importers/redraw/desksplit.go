package redraw

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// sideOf lists the nodes of a grid that leave it when it is parted along a line:
// the side with fewer households. A plot lies on the side of its middle; pieces
// that would hang on neither side go over to the other, so that a grid in one
// piece is parted into two.
func (d *Desk) sideOf(s *deskState, g int32, line orb.LineString) ([]int32, *Blocker) {
	for _, p := range line {
		if !finite(p) {
			return nil, block(BadOp, "", 0, "分割线坐标有误。", "The line has a coordinate that is no position.")
		}
	}
	line = slices.Compact(slices.Clone(line))
	if len(line) < 2 {
		return nil, block(BadOp, "", 0, "分割线至少要有两点。", "A line has at least two points.")
	}
	side := make([]int32, len(s.part)) // -1: not of this grid
	for v := range side {
		side[v] = -1
		if s.part[v] == g {
			at := &d.land.atoms[d.nodes[v].atom]
			side[v] = 0
			if leftOf(line, orb.Point{at.x, at.y}) {
				side[v] = 1
			}
		}
	}
	d.tidy(side)
	var lists [2][]int32
	var households [2]int
	for v, at := range side {
		if at >= 0 {
			lists[at] = append(lists[at], int32(v))
			households[at] += d.nodes[v].households
		}
	}
	if len(lists[0]) == 0 || len(lists[1]) == 0 {
		return nil, block(NotParted, s.grids[g].code, 0, "分割线没有分开任何地块。", "The line leaves all plots on one side.")
	}
	if households[0] < households[1] {
		return lists[0], nil
	}
	return lists[1], nil
}

// tidy leaves each side its heaviest piece and gives the others to the side that
// they touch.
func (d *Desk) tidy(side []int32) {
	for of := range int32(2) {
		var main []int32
		weight := -1
		var rest [][]int32
		d.eachPiece(side, of, func(nodes []int32) {
			w := 0
			for _, v := range nodes {
				w += 1 + 1000*d.nodes[v].households
			}
			list := slices.Clone(nodes)
			if w > weight {
				list, main = main, list
				weight = w
			}
			if list != nil {
				rest = append(rest, list)
			}
		})
		for _, list := range rest {
			if d.touches(list, side, 1-of) {
				for _, v := range list {
					side[v] = 1 - of
				}
			}
		}
	}
}

func (d *Desk) touches(nodes, label []int32, other int32) bool {
	for _, v := range nodes {
		for _, a := range d.graph.Around(v) {
			if label[a.To] == other {
				return true
			}
		}
	}
	return false
}

// leftOf tells whether p lies to the left of the line, its ends drawn out
// straight: by the nearest segment, and at a corner by both of its segments.
func leftOf(line orb.LineString, p orb.Point) bool {
	best, at := math.Inf(1), 0
	for i := 1; i < len(line); i++ {
		if dist := fromSegment(line, i, p); dist < best {
			best, at = dist, i
		}
	}
	a, b := line[at-1], line[at]
	if at+1 < len(line) && atEnd(a, b, p) {
		c := line[at+1]
		if turn := cross(a, b, c); turn > 0 { // a left turn: inside is left of both
			return cross(a, b, p) > 0 && cross(b, c, p) > 0
		}
		return cross(a, b, p) > 0 || cross(b, c, p) > 0
	}
	return cross(a, b, p) > 0
}

func cross(a, b, p orb.Point) float64 {
	return (b[0]-a[0])*(p[1]-a[1]) - (b[1]-a[1])*(p[0]-a[0])
}

// atEnd tells whether p lies beyond b, seen along a to b.
func atEnd(a, b, p orb.Point) bool {
	return (b[0]-a[0])*(p[0]-b[0])+(b[1]-a[1])*(p[1]-b[1]) >= 0
}

// fromSegment is the squared distance of p from segment i, the first and the last
// without an end.
func fromSegment(line orb.LineString, i int, p orb.Point) float64 {
	a, b := line[i-1], line[i]
	dx, dy := b[0]-a[0], b[1]-a[1]
	t := ((p[0]-a[0])*dx + (p[1]-a[1])*dy) / (dx*dx + dy*dy)
	if i > 1 {
		t = max(t, 0)
	}
	if i < len(line)-1 {
		t = min(t, 1)
	}
	x, y := p[0]-a[0]-t*dx, p[1]-a[1]-t*dy
	return x*x + y*y
}
