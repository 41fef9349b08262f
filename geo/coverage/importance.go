package coverage

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Importance tells for each vertex of polygons that share edges up to which
// tolerance (in the unit of the coordinates) Douglas and Peucker's simplification
// keeps it: dropping all vertices with a value below t simplifies by t. A vertex
// that neighbours share has the same value in each of them, so that they
// simplify in the same way. Nodes, where the neighbourhood changes, are +Inf.
//
// The result has the shape of polys: polygon set, polygon, ring, vertex; the
// closing vertex repeats the first. Arcs are found by exact coordinates, so the
// polygons must carry the same vertices along shared edges, as Dissolve gives
// them. Simplifying far below the size of a shape may make arcs cross; values of
// one arc never exceed those of the split that revealed them, so a coarser
// tolerance keeps a subset of a finer one.
func Importance(polys []orb.MultiPolygon) [][][][]float64 {
	a := collectArcs(polys)
	rank := a.rank()
	out := make([][][][]float64, len(polys))
	for i, mp := range polys {
		out[i] = make([][][]float64, len(mp))
		for j, poly := range mp {
			out[i][j] = make([][]float64, len(poly))
			for k, ring := range poly {
				values := make([]float64, len(ring))
				for v, p := range ring {
					values[v] = rank[p]
				}
				out[i][j][k] = values
			}
		}
	}
	return out
}

// arcs is the network of all rings: for each vertex its distinct neighbours.
type arcs struct {
	next   map[orb.Point][]orb.Point
	points []orb.Point // all vertices, sorted
}

func collectArcs(polys []orb.MultiPolygon) *arcs {
	a := &arcs{next: make(map[orb.Point][]orb.Point)}
	link := func(p, q orb.Point) {
		if !slices.Contains(a.next[p], q) {
			a.next[p] = append(a.next[p], q)
		}
	}
	for _, mp := range polys {
		for _, poly := range mp {
			for _, ring := range poly {
				for i := 1; i < len(ring); i++ {
					if ring[i-1] != ring[i] {
						link(ring[i-1], ring[i])
						link(ring[i], ring[i-1])
					}
				}
			}
		}
	}
	for p := range a.next {
		a.points = append(a.points, p)
	}
	slices.SortFunc(a.points, comparePositions)
	return a
}

func comparePositions(p, q orb.Point) int {
	return cmp.Or(cmp.Compare(p[0], q[0]), cmp.Compare(p[1], q[1]))
}

// rank walks each arc from node to node once, and then the closed rings that
// meet no node, which begin at their first vertex and at the one farthest from it.
func (a *arcs) rank() map[orb.Point]float64 {
	rank := make(map[orb.Point]float64, len(a.points))
	for _, p := range a.points {
		if len(a.next[p]) != 2 {
			rank[p] = math.Inf(1)
		}
	}
	for _, p := range a.points {
		if len(a.next[p]) == 2 {
			continue
		}
		for _, q := range a.next[p] {
			if _, done := rank[q]; !done {
				a.score(a.walk(p, q), rank)
			}
		}
	}
	for _, p := range a.points {
		if _, done := rank[p]; done {
			continue
		}
		ring := a.walk(p, a.next[p][0])
		far := 0
		for i, q := range ring {
			if distance2(p, q) > distance2(p, ring[far]) {
				far = i
			}
		}
		rank[p], rank[ring[far]] = math.Inf(1), math.Inf(1)
		a.score(ring[:far+1], rank)
		a.score(ring[far:], rank)
	}
	return rank
}

// walk follows an arc from p over q to the next node, or back to p. It always
// runs the same way along an arc: from the end with the smaller position.
func (a *arcs) walk(p, q orb.Point) []orb.Point {
	line := []orb.Point{p, q}
	for q != line[0] && len(a.next[q]) == 2 {
		n := a.next[q][0]
		if n == p {
			n = a.next[q][1]
		}
		p, q = q, n
		line = append(line, q)
	}
	return line
}

// score gives the inner vertices of an arc their tolerance.
func (a *arcs) score(line []orb.Point, rank map[orb.Point]float64) {
	type span struct {
		from, to int
		limit    float64
	}
	stack := []span{{0, len(line) - 1, math.Inf(1)}}
	for len(stack) > 0 {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		worst, at := -1.0, -1
		for i := s.from + 1; i < s.to; i++ {
			if d := toSegment(line[i], line[s.from], line[s.to]); d > worst {
				worst, at = d, i
			}
		}
		if at < 0 {
			continue
		}
		worst = min(worst, s.limit)
		rank[line[at]] = worst
		stack = append(stack, span{s.from, at, worst}, span{at, s.to, worst})
	}
}

func distance2(p, q orb.Point) float64 {
	return (p[0]-q[0])*(p[0]-q[0]) + (p[1]-q[1])*(p[1]-q[1])
}

func toSegment(p, a, b orb.Point) float64 {
	px, py, dx, dy := p[0]-a[0], p[1]-a[1], b[0]-a[0], b[1]-a[1]
	if l := dx*dx + dy*dy; l > 0 {
		t := max(0, min(1, (px*dx+py*dy)/l))
		px, py = px-t*dx, py-t*dy
	}
	return math.Hypot(px, py)
}
