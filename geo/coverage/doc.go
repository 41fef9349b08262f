// Package coverage holds one planar coverage: faces that share their edges.
//
// Lines of any quality (dangling, duplicated, overlapping, crossing) are noded
// by snap rounding (Hobby 1999) on a grid of whole millimetres, with exact
// predicates, and become a half-edge structure. A region is a set of faces, and
// its polygon is what remains when the edges between its own faces cancel. So
// two regions cannot overlap, nothing can lie between them, and neighbours carry
// the very same vertices, to the last digit.
//
// Units: whole millimetres of EPSG:4544 inside, metres of EPSG:4544 in the orb
// geometries that go in and come out. It does no I/O and keeps no state.
//
// It refuses (with an error) coordinates that are not finite, or an extent of
// more than MaxExtentMM: products of differences must fit into 64 bits.
package coverage

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// PerMetre is the number of grid units in a metre.
const PerMetre = 1000

// MaxExtentMM bounds the width and the height of one coverage (about 536 km).
const MaxExtentMM = 1 << 29

// Point is a position on the millimetre grid of EPSG:4544.
type Point struct{ X, Y int64 }

// Segment is a straight line with a mask of what runs along it. Where noded
// segments coincide, their tags are joined by OR.
type Segment struct {
	A, B Point
	Tag  uint32
}

// FromMetres rounds p to the grid; ok is false for coordinates that are not
// finite or beyond what a projected coordinate can be.
func FromMetres(p orb.Point) (Point, bool) {
	x, y := math.Floor(p[0]*PerMetre+0.5), math.Floor(p[1]*PerMetre+0.5)
	const limit = 1 << 50
	if !(math.Abs(x) < limit && math.Abs(y) < limit) {
		return Point{}, false
	}
	return Point{int64(x), int64(y)}, true
}

// Metres is p in metres of EPSG:4544.
func (p Point) Metres() orb.Point {
	return orb.Point{float64(p.X) / PerMetre, float64(p.Y) / PerMetre}
}

// AppendLine adds the segments of a line in metres, leaving out those that
// vanish on the grid.
func AppendLine(segs []Segment, line []orb.Point, tag uint32) ([]Segment, error) {
	var prev Point
	for i, m := range line {
		p, ok := FromMetres(m)
		if !ok {
			return segs, fmt.Errorf("vertex %d (%v, %v) is not a position in EPSG:4544", i, m[0], m[1])
		}
		if i > 0 && p != prev {
			segs = append(segs, Segment{A: prev, B: p, Tag: tag})
		}
		prev = p
	}
	return segs, nil
}

// AppendPolygon adds all rings of mp, closing those that are open.
func AppendPolygon(segs []Segment, mp orb.MultiPolygon, tag uint32) ([]Segment, error) {
	var err error
	for i, poly := range mp {
		for j, ring := range poly {
			line := []orb.Point(ring)
			if n := len(line); n > 0 && line[0] != line[n-1] {
				line = append(line[:n:n], line[0])
			}
			if segs, err = AppendLine(segs, line, tag); err != nil {
				return segs, fmt.Errorf("polygon %d ring %d: %w", i, j, err)
			}
		}
	}
	return segs, nil
}

// checkExtent refuses what would overflow the exact predicates.
func checkExtent(segs []Segment) error {
	if len(segs) == 0 {
		return nil
	}
	lo, hi := segs[0].A, segs[0].A
	for _, s := range segs {
		lo = Point{min(lo.X, s.A.X, s.B.X), min(lo.Y, s.A.Y, s.B.Y)}
		hi = Point{max(hi.X, s.A.X, s.B.X), max(hi.Y, s.A.Y, s.B.Y)}
	}
	if hi.X-lo.X > MaxExtentMM || hi.Y-lo.Y > MaxExtentMM {
		return fmt.Errorf("lines extend over %d × %d km, more than the %d km that one coverage holds",
			(hi.X-lo.X)/1_000_000, (hi.Y-lo.Y)/1_000_000, MaxExtentMM/1_000_000)
	}
	return nil
}
