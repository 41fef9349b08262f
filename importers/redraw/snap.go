package redraw

import (
	"cmp"
	"math"
	"slices"

	"gridmap/geo/coverage"
)

// snapMM is how near a line must come to a stronger one to be taken for the same.
// Two drawings of one road, or a road and the boundary that runs along it, would
// leave slivers between them.
const snapMM = 200

// snapper bends lines onto those that came before. Those stay as they are, up to
// the rounding of a new vertex on them, so outlines have to come first.
type snapper struct {
	cells map[coverage.Point][]int32 // squares of cellMM: segments that pass near
	segs  []coverage.Segment
	hits  []int32
}

const cellMM = 50_000

func newSnapper() *snapper { return &snapper{cells: make(map[coverage.Point][]int32)} }

// add takes a polyline as it is.
func (s *snapper) add(line []coverage.Point, tag uint32) {
	for i := 1; i < len(line); i++ {
		if line[i-1] == line[i] {
			continue
		}
		id := int32(len(s.segs))
		s.segs = append(s.segs, coverage.Segment{A: line[i-1], B: line[i], Tag: tag})
		s.squares(line[i-1], line[i], func(c coverage.Point) { s.cells[c] = append(s.cells[c], id) })
	}
}

// squares calls yield with each square that segment ab comes near to.
func (s *snapper) squares(a, b coverage.Point, yield func(coverage.Point)) {
	n := int64(max(math.Abs(float64(b.X-a.X)), math.Abs(float64(b.Y-a.Y)))/cellMM) + 1
	prev := a
	var before [4]int64
	for i := int64(1); i <= n; i++ {
		next := coverage.Point{X: a.X + (b.X-a.X)*i/n, Y: a.Y + (b.Y-a.Y)*i/n}
		x0, x1 := floorDiv(min(prev.X, next.X)-snapMM, cellMM), floorDiv(max(prev.X, next.X)+snapMM, cellMM)
		y0, y1 := floorDiv(min(prev.Y, next.Y)-snapMM, cellMM), floorDiv(max(prev.Y, next.Y)+snapMM, cellMM)
		for x := x0; x <= x1; x++ {
			for y := y0; y <= y1; y++ {
				if i == 1 || x < before[0] || x > before[1] || y < before[2] || y > before[3] {
					yield(coverage.Point{X: x, Y: y})
				}
			}
		}
		before = [4]int64{x0, x1, y0, y1}
		prev = next
	}
}

// near lists the segments that may come near to segment ab, each once.
func (s *snapper) near(a, b coverage.Point) []int32 {
	s.hits = s.hits[:0]
	s.squares(a, b, func(c coverage.Point) { s.hits = append(s.hits, s.cells[c]...) })
	slices.Sort(s.hits)
	s.hits = slices.Compact(s.hits)
	return s.hits
}

// bend moves the vertices of a line onto what is near, and leads the line through
// the vertices that it passes near.
func (s *snapper) bend(line []coverage.Point) []coverage.Point {
	moved := make([]coverage.Point, 0, len(line))
	for _, p := range line {
		if q := s.pull(p); len(moved) == 0 || moved[len(moved)-1] != q {
			moved = append(moved, q)
		}
	}
	if len(moved) == 0 {
		return nil
	}
	out := moved[:1:1]
	type stop struct {
		along float64
		at    coverage.Point
	}
	var stops []stop
	for i := 1; i < len(moved); i++ {
		a, b := moved[i-1], moved[i]
		stops = stops[:0]
		for _, id := range s.near(a, b) {
			for _, v := range [2]coverage.Point{s.segs[id].A, s.segs[id].B} {
				if v == a || v == b {
					continue
				}
				if _, t, d := foot(v, a, b); d <= snapMM && t > 0 && t < 1 {
					stops = append(stops, stop{t, v})
				}
			}
		}
		slices.SortFunc(stops, func(x, y stop) int {
			return cmp.Or(cmp.Compare(x.along, y.along), cmp.Compare(x.at.X, y.at.X), cmp.Compare(x.at.Y, y.at.Y))
		})
		for _, x := range stops {
			if out[len(out)-1] != x.at {
				out = append(out, x.at)
			}
		}
		if out[len(out)-1] != b {
			out = append(out, b)
		}
	}
	return out
}

// pull answers the nearest vertex within reach of p, or else the nearest point of
// a segment, or else p.
func (s *snapper) pull(p coverage.Point) coverage.Point {
	vertex, at := p, p
	toVertex, toSegment := math.Inf(1), math.Inf(1)
	for _, id := range s.near(p, p) {
		g := s.segs[id]
		for _, v := range [2]coverage.Point{g.A, g.B} {
			if d := math.Hypot(float64(v.X-p.X), float64(v.Y-p.Y)); d < toVertex {
				vertex, toVertex = v, d
			}
		}
		if q, _, d := foot(p, g.A, g.B); d < toSegment {
			at, toSegment = q, d
		}
	}
	switch {
	case toVertex <= snapMM:
		return vertex
	case toSegment <= snapMM:
		return at
	}
	return p
}

// foot is the point of segment ab nearest to p, on the grid, its place from 0 to
// 1 along the segment, and its distance in millimetres.
func foot(p, a, b coverage.Point) (coverage.Point, float64, float64) {
	px, py, dx, dy := float64(p.X-a.X), float64(p.Y-a.Y), float64(b.X-a.X), float64(b.Y-a.Y)
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = max(0, min(1, (px*dx+py*dy)/l))
	}
	at := coverage.Point{X: a.X + int64(math.Floor(dx*t+0.5)), Y: a.Y + int64(math.Floor(dy*t+0.5))}
	return at, t, math.Hypot(px-dx*t, py-dy*t)
}
