package synth

import (
	"math"

	"github.com/paulmach/orb"
)

// nearness answers how far a point is from the edge of the nearest band (a line
// with a half-width): rivers, roads.
type nearness struct {
	cellM float64
	cells map[[2]int32][]int32
	segs  []bandSegment
}

type bandSegment struct {
	a, b  orb.Point
	halfM float64
	owner int32
}

func newNearness(cellM float64) *nearness {
	return &nearness{cellM: cellM, cells: map[[2]int32][]int32{}}
}

func (n *nearness) key(p orb.Point) [2]int32 {
	return [2]int32{int32(math.Floor(p[0] / n.cellM)), int32(math.Floor(p[1] / n.cellM))}
}

func (n *nearness) add(a, b orb.Point, halfM float64, owner int32) {
	id := int32(len(n.segs))
	n.segs = append(n.segs, bandSegment{a, b, halfM, owner})
	lo := n.key(orb.Point{math.Min(a[0], b[0]) - halfM, math.Min(a[1], b[1]) - halfM})
	hi := n.key(orb.Point{math.Max(a[0], b[0]) + halfM, math.Max(a[1], b[1]) + halfM})
	for x := lo[0]; x <= hi[0]; x++ {
		for y := lo[1]; y <= hi[1]; y++ {
			n.cells[[2]int32{x, y}] = append(n.cells[[2]int32{x, y}], id)
		}
	}
}

func (n *nearness) addLine(l []orb.Point, halfM float64, owner int32) {
	for i := 1; i < len(l); i++ {
		n.add(l[i-1], l[i], halfM, owner)
	}
}

// clear is the distance from p to the nearest band, at most limit: negative
// inside a band. With limit above the cell size the answer may be too large.
func (n *nearness) clear(p orb.Point, limit float64) float64 {
	d, _ := n.nearest(p, limit)
	return d
}

// nearest is clear with the segment that is nearest, or -1.
func (n *nearness) nearest(p orb.Point, limit float64) (float64, int32) {
	best, seg := limit, int32(-1)
	lo, hi := n.key(orb.Point{p[0] - limit, p[1] - limit}), n.key(orb.Point{p[0] + limit, p[1] + limit})
	for x := lo[0]; x <= hi[0]; x++ {
		for y := lo[1]; y <= hi[1]; y++ {
			for _, id := range n.cells[[2]int32{x, y}] {
				s := &n.segs[id]
				if d := segmentGap(p, s.a, s.b) - s.halfM; d < best || (d == best && seg >= 0 && id < seg) {
					best, seg = d, id
				}
			}
		}
	}
	return best, seg
}
