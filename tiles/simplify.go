package tiles

import (
	"cmp"
	"math"

	"github.com/paulmach/orb"
)

// Simplify fills in the Ranks of features, so that each zoom draws only the
// vertices that it can show. Edges that several features share are simplified
// once, between the points where they part, so neighbours stay neighbours at
// every zoom. Each run between such points is thinned by the method of Douglas
// and Peucker (1973), whose every tolerance at once is the smallest deviation on
// the way down.
func Simplify(features []Feature) {
	s := &simplifier{at: map[vertex]*junction{}, importance: map[vertex]float64{}}
	paths := make([][]path, len(features))
	for i := range features {
		paths[i] = pathsOf(features[i].Geometry)
		for _, p := range paths[i] {
			s.note(p)
		}
	}
	for i := range features {
		for _, p := range paths[i] {
			s.rank(p)
		}
	}
	for i := range features {
		f := &features[i]
		f.Ranks = f.Ranks[:0]
		for _, p := range paths[i] {
			for _, v := range p.vertices {
				f.Ranks = append(f.Ranks, rankForUnits(s.importance[v]))
			}
			if p.closed {
				f.Ranks = append(f.Ranks, 0) // the closing vertex, which is not packed
			}
		}
	}
}

// rankForUnits is the zoom from which a deviation (in world units) reaches a
// third of a pixel of a 512-pixel tile.
func rankForUnits(units float64) uint8 {
	if math.IsInf(units, 1) {
		return 0
	}
	for z := range uint8(MaxZoom) {
		if units*3 >= float64(int64(1)<<(worldBits-z-9)) {
			return z
		}
	}
	return MaxZoom
}

type vertex struct{ x, y int32 }

type path struct {
	vertices []vertex // closed paths do not repeat the first
	closed   bool
}

func pathsOf(g orb.Geometry) []path {
	var out []path
	ring := func(r orb.Ring) {
		n := len(r)
		if n > 1 && r[0] == r[n-1] {
			out = append(out, pathOf(r[:n-1], true))
		} else {
			out = append(out, pathOf(r, false))
		}
	}
	switch g := g.(type) {
	case orb.LineString:
		out = append(out, pathOf(g, false))
	case orb.MultiLineString:
		for _, l := range g {
			out = append(out, pathOf(l, false))
		}
	case orb.Polygon:
		for _, r := range g {
			ring(r)
		}
	case orb.MultiPolygon:
		for _, p := range g {
			for _, r := range p {
				ring(r)
			}
		}
	}
	return out
}

func pathOf(ps []orb.Point, closed bool) path {
	p := path{closed: closed, vertices: make([]vertex, len(ps))}
	for i, q := range ps {
		p.vertices[i].x, p.vertices[i].y = World(q[0], q[1])
	}
	return p
}

// junction remembers up to two neighbours of a vertex; a third, or an end,
// makes it a node.
type junction struct {
	a, b vertex
	n    uint8
	node bool
}

type simplifier struct {
	at         map[vertex]*junction
	importance map[vertex]float64
}

func (s *simplifier) note(p path) {
	n := len(p.vertices)
	for i, v := range p.vertices {
		j := s.at[v]
		if j == nil {
			j = &junction{}
			s.at[v] = j
		}
		if !p.closed && (i == 0 || i == n-1) {
			j.node = true
		}
		if i > 0 || p.closed {
			j.meet(p.vertices[(i+n-1)%n], v)
		}
		if i < n-1 || p.closed {
			j.meet(p.vertices[(i+1)%n], v)
		}
	}
}

func (j *junction) meet(u, self vertex) {
	switch {
	case u == self || (j.n > 0 && j.a == u) || (j.n > 1 && j.b == u):
	case j.n == 0:
		j.a, j.n = u, 1
	case j.n == 1:
		j.b, j.n = u, 2
	default:
		j.node = true
	}
}

// rank gives every vertex of p its importance, run by run.
func (s *simplifier) rank(p path) {
	n := len(p.vertices)
	if n == 0 {
		return
	}
	if !p.closed {
		s.runs(p.vertices)
		return
	}
	// Start a ring at a node, or, where it has none, at its smallest vertex and
	// the one farthest from it: the same two whichever feature asks.
	start := -1
	for i, v := range p.vertices {
		if s.at[v].node {
			start = i
			break
		}
	}
	if start < 0 {
		start = s.anchor(p.vertices)
	}
	around := make([]vertex, 0, n+1)
	around = append(around, p.vertices[start:]...)
	around = append(around, p.vertices[:start]...)
	around = append(around, p.vertices[start])
	s.runs(around)
}

// anchor marks two opposite vertices of a ring without nodes.
func (s *simplifier) anchor(ring []vertex) int {
	first := 0
	for i, v := range ring {
		if compareVertex(v, ring[first]) < 0 {
			first = i
		}
	}
	far, best := first, -1.0
	for i, v := range ring {
		d := math.Hypot(float64(v.x-ring[first].x), float64(v.y-ring[first].y))
		if d > best || (d == best && compareVertex(v, ring[far]) < 0) {
			far, best = i, d
		}
	}
	s.at[ring[first]].node, s.at[ring[far]].node = true, true
	return first
}

func compareVertex(a, b vertex) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.y, b.y)) }

// runs splits a path at its nodes and thins each run once.
func (s *simplifier) runs(v []vertex) {
	from := 0
	for i := range v {
		if i != 0 && i != len(v)-1 && !s.at[v[i]].node {
			continue
		}
		s.importance[v[i]] = math.Inf(1)
		if i > from {
			s.thinRun(v[from : i+1])
			from = i
		}
	}
}

func (s *simplifier) thinRun(run []vertex) {
	if len(run) < 3 {
		return
	}
	if _, done := s.importance[run[1]]; done {
		return // the neighbour's side of the same run
	}
	if run[0] == run[len(run)-1] || compareVertex(run[0], run[len(run)-1]) > 0 {
		back := make([]vertex, len(run))
		for i, v := range run {
			back[len(run)-1-i] = v
		}
		run = back
	}
	s.thin(run, math.Inf(1))
}

// thin gives the farthest vertex from the chord the least deviation on its way.
func (s *simplifier) thin(run []vertex, above float64) {
	for len(run) > 2 {
		far, best := 1, -1.0
		for i := 1; i < len(run)-1; i++ {
			if d := distanceToSegment(run[i], run[0], run[len(run)-1]); d > best {
				far, best = i, d
			}
		}
		above = math.Min(above, best)
		s.importance[run[far]] = above
		// The shorter side recursively, the longer in this loop: depth stays O(log n).
		if left, right := run[:far+1], run[far:]; len(left) < len(right) {
			s.thin(left, above)
			run = right
		} else {
			s.thin(right, above)
			run = left
		}
	}
}

func distanceToSegment(p, a, b vertex) float64 {
	ax, ay := float64(a.x), float64(a.y)
	dx, dy := float64(b.x)-ax, float64(b.y)-ay
	px, py := float64(p.x)-ax, float64(p.y)-ay
	if l := dx*dx + dy*dy; l > 0 {
		t := math.Max(0, math.Min(1, (px*dx+py*dy)/l))
		px, py = px-t*dx, py-t*dy
	}
	return math.Hypot(px, py)
}
