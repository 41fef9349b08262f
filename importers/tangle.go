package importers

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

// Checks of validity, here and in PostGIS, take time by the pairs of segments
// whose boxes overlap: a comb of 100,000 vertices takes a minute. Real
// boundaries have a few such pairs per vertex.
const (
	tangleBudget = 5_000_000   // pairs of boxes that overlap
	sweepBudget  = 200_000_000 // pairs looked at to find them
)

// box is the extent of a segment.
type box struct{ lo, hi orb.Point }

// tangled tells whether more pairs of segments overlap than the budget allows.
// It sweeps along the axis on which fewer do.
func tangled(g orb.Geometry) bool {
	boxes := segments(g)
	axis := 0
	pairs := alongAxis(boxes, 0)
	if pairs > tangleBudget {
		if other := alongAxis(boxes, 1); other < pairs {
			axis, pairs = 1, other
		} else {
			alongAxis(boxes, 0) // sorts them again
		}
	}
	if pairs <= tangleBudget {
		return false
	}
	return pairs > sweepBudget || overlapping(boxes, axis) > tangleBudget
}

func segments(g orb.Geometry) []box {
	var boxes []box
	line := func(l []orb.Point) {
		for i := 1; i < len(l); i++ {
			a, b := l[i-1], l[i]
			boxes = append(boxes, box{orb.Point{min(a[0], b[0]), min(a[1], b[1])}, orb.Point{max(a[0], b[0]), max(a[1], b[1])}})
		}
	}
	switch g := g.(type) {
	case orb.MultiLineString:
		for _, l := range g {
			line(l)
		}
	case orb.MultiPolygon:
		for _, p := range g {
			for _, r := range p {
				line(r)
			}
		}
	}
	return boxes
}

// alongAxis sorts the boxes by where they begin on an axis and counts the pairs
// that overlap on it: the boxes that begin inside one follow it directly.
func alongAxis(boxes []box, axis int) int {
	slices.SortFunc(boxes, func(a, b box) int { return cmp.Compare(a.lo[axis], b.lo[axis]) })
	pairs := 0
	for i, s := range boxes {
		n, _ := slices.BinarySearchFunc(boxes[i+1:], s.hi[axis], func(a box, hi float64) int {
			if a.lo[axis] <= hi {
				return -1
			}
			return 1
		})
		pairs += n
	}
	return pairs
}

// overlapping counts the pairs that overlap on both axes, up to the budget. The
// boxes are sorted along axis.
func overlapping(boxes []box, axis int) int {
	pairs, other := 0, 1-axis
	for i, s := range boxes {
		for _, b := range boxes[i+1:] {
			if b.lo[axis] > s.hi[axis] {
				break
			}
			if b.lo[other] <= s.hi[other] && s.lo[other] <= b.hi[other] {
				pairs++
			}
		}
		if pairs > tangleBudget {
			break
		}
	}
	return pairs
}
