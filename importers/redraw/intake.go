package redraw

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"gridmap/geo/coverage"
)

// intake is what of an input's communities and barriers can be used, near enough
// to each other to fit into one coverage.
type intake struct {
	outlines []orb.MultiPolygon // of each community; nil where it was refused
	segments []coverage.Segment
	lines    []tagged // of barriers, before they are snapped
	areas    []basin
	rejected []Rejected
}

// tagged is a polyline on the grid with what runs along it.
type tagged struct {
	points []coverage.Point
	tag    uint32
}

// basin is the area of a barrier.
type basin struct {
	kind  Kind
	area  orb.MultiPolygon
	bound orb.Bound
}

const (
	// widestM bounds one community: its cells need room for exact products.
	widestM = 130_000
	// marginM is how far beyond the communities barriers are kept.
	marginM = 100
	// spanM is how far all communities together may extend.
	spanM = coverage.MaxExtentMM/coverage.PerMetre - 4*marginM
)

// take sorts out what can be used. It never fails: what cannot be used is reported.
func take(in Input) *intake {
	t := &intake{outlines: make([]orb.MultiPolygon, len(in.Communities))}
	for i, c := range in.Communities {
		t.community(i, c)
	}
	t.keepTogether(in.Communities)
	window, any := orb.Bound{}, false
	for _, mp := range t.outlines {
		if len(mp) == 0 {
			continue
		}
		t.polygon(mp, tagOutline, nil)
		if any {
			window = window.Union(extent(mp))
		} else {
			window, any = extent(mp), true
		}
	}
	if !any {
		return t
	}
	window = window.Pad(marginM)
	outlines := t.lines
	t.lines = nil
	for i, b := range in.Barriers {
		t.barrier(i, b, &window)
	}
	t.snap(outlines)
	return t
}

// snap bends barriers onto outlines and onto stronger barriers.
func (t *intake) snap(outlines []tagged) {
	s := newSnapper()
	for _, l := range outlines {
		s.add(l.points, l.tag)
	}
	strength := func(l tagged) uint32 { return l.tag & tagBarrier }
	slices.SortStableFunc(t.lines, func(a, b tagged) int { return cmp.Compare(strength(a), strength(b)) })
	for _, l := range t.lines {
		s.add(s.bend(l.points), l.tag)
	}
	t.segments, t.lines = s.segs, nil
}

func (t *intake) community(i int, c Community) {
	clean, faults := usable(c.Outline)
	switch b := extent(clean); {
	case faults > 0:
		t.rejected = append(t.rejected, Rejected{Community: c.Code, Reason: "bad_outline", Dropped: true,
			Zh: "社区范围含有无效坐标", En: "its outline has positions that are none"})
	case len(clean) == 0: // told as no_land, once the land is known
	case b.Max[0]-b.Min[0] > widestM || b.Max[1]-b.Min[1] > widestM:
		t.rejected = append(t.rejected, Rejected{Community: c.Code, Reason: "too_wide", Dropped: true,
			Zh: "社区范围超过130公里", En: "its outline extends over more than 130 km"})
	default:
		t.outlines[i] = clean
	}
}

// keepTogether refuses communities too far from the middle of all of them (the
// median of their land) for one coverage.
func (t *intake) keepTogether(communities []Community) {
	all, area, any := orb.Bound{}, 0.0, false
	for _, mp := range t.outlines {
		if len(mp) > 0 {
			area += planar.Area(mp)
			if !any {
				all, any = extent(mp), true
			}
			all = all.Union(extent(mp))
		}
	}
	if all.Max[0]-all.Min[0] <= spanM && all.Max[1]-all.Min[1] <= spanM {
		return
	}
	var middle [2]float64
	for k := range 2 {
		middle[k] = t.median(k, area/2)
	}
	for i, mp := range t.outlines {
		b := extent(mp)
		far := false
		for k := range 2 {
			far = far || b.Min[k] < middle[k]-spanM/2 || b.Max[k] > middle[k]+spanM/2
		}
		if len(mp) > 0 && far {
			t.outlines[i] = nil
			t.rejected = append(t.rejected, Rejected{Community: communities[i].Code, Reason: "too_far", Dropped: true,
				Zh: "社区与其他社区相距过远", En: "it lies too far from the other communities to be drawn with them"})
		}
	}
}

// median is where, along an axis, communities of half the area have their middle.
func (t *intake) median(axis int, half float64) float64 {
	type part struct{ at, area float64 }
	var parts []part
	for _, mp := range t.outlines {
		if len(mp) > 0 {
			parts = append(parts, part{extent(mp).Center()[axis], planar.Area(mp)})
		}
	}
	slices.SortFunc(parts, func(a, b part) int { return cmp.Compare(a.at, b.at) })
	sum := 0.0
	for _, p := range parts {
		if sum += p.area; sum >= half {
			return p.at
		}
	}
	return parts[len(parts)-1].at
}

// barrier takes the pieces of a barrier between usable vertices, inside window.
func (t *intake) barrier(i int, b Barrier, window *orb.Bound) {
	faults, kept := 0, len(t.lines)
	from := 0
	for j := 0; j <= len(b.Line); j++ {
		if j < len(b.Line) {
			if _, ok := coverage.FromMetres(b.Line[j]); ok {
				continue
			}
			faults++
		}
		t.line(b.Line[from:j], b.Kind.tag(), window)
		from = j + 1
	}
	if len(b.Area) > 0 {
		clean, n := usable(b.Area)
		faults += n
		if bound := extent(clean); len(clean) > 0 && bound.Intersects(*window) {
			t.polygon(clean, b.Kind.tag()|tagArea, window)
			t.areas = append(t.areas, basin{kind: b.Kind, area: clean, bound: bound})
		}
	}
	if faults > 0 {
		t.rejected = append(t.rejected, Rejected{Barrier: i + 1, Reason: "bad_vertex", Dropped: len(t.lines) == kept,
			Zh: "界线含有无效坐标,已略去", En: "positions of the line that are none were left out"})
	}
}

// line adds a line. With a window, what lies outside is cut off: a far vertex
// must not widen the coverage.
func (t *intake) line(line []orb.Point, tag uint32, window *orb.Bound) {
	var run []coverage.Point
	flush := func() {
		if len(run) > 1 {
			t.lines = append(t.lines, tagged{run, tag})
		}
		run = nil
	}
	for i := 1; i < len(line); i++ {
		p, q := line[i-1], line[i]
		if window != nil {
			var ok bool
			if p, q, ok = within(p, q, *window); !ok {
				flush()
				continue
			}
		}
		a, okA := coverage.FromMetres(p)
		b, okB := coverage.FromMetres(q)
		if !okA || !okB {
			flush()
			continue
		}
		if len(run) == 0 || run[len(run)-1] != a {
			flush()
			run = append(run, a)
		}
		if b != a {
			run = append(run, b)
		}
	}
	flush()
}

func (t *intake) polygon(mp orb.MultiPolygon, tag uint32, window *orb.Bound) {
	for _, poly := range mp {
		for _, ring := range poly {
			t.line(ring, tag, window)
		}
	}
}

// within cuts segment pq to a box (Liang and Barsky 1984).
func within(p, q orb.Point, b orb.Bound) (orb.Point, orb.Point, bool) {
	from, to := 0.0, 1.0
	for k := range 2 {
		d := q[k] - p[k]
		if d == 0 {
			if p[k] < b.Min[k] || p[k] > b.Max[k] {
				return p, q, false
			}
			continue
		}
		t0, t1 := (b.Min[k]-p[k])/d, (b.Max[k]-p[k])/d
		from, to = max(from, min(t0, t1)), min(to, max(t0, t1))
	}
	if from > to {
		return p, q, false
	}
	at := func(t float64) orb.Point { return orb.Point{p[0] + t*(q[0]-p[0]), p[1] + t*(q[1]-p[1])} }
	a, z := p, q
	if from > 0 {
		a = at(from)
	}
	if to < 1 {
		z = at(to)
	}
	return a, z, true
}

// extent is the box of all rings; a hole may reach beyond its polygon.
func extent(mp orb.MultiPolygon) orb.Bound {
	var b orb.Bound
	for i, poly := range mp {
		for j, ring := range poly {
			if i == 0 && j == 0 {
				b = ring.Bound()
			} else {
				b = b.Union(ring.Bound())
			}
		}
	}
	return b
}

// usable keeps the rings of mp that have at least three vertices, closed, and
// counts vertices that are no positions; those are left out.
func usable(mp orb.MultiPolygon) (clean orb.MultiPolygon, faults int) {
	for _, poly := range mp {
		var out orb.Polygon
		for i, ring := range poly {
			r := make(orb.Ring, 0, len(ring)+1)
			for _, p := range ring {
				if _, ok := coverage.FromMetres(p); !ok {
					faults++
				} else if len(r) == 0 || r[len(r)-1] != p {
					r = append(r, p)
				}
			}
			if len(r) > 1 && r[0] != r[len(r)-1] {
				r = append(r, r[0])
			}
			if len(r) < 4 {
				if i == 0 {
					break // holes of nothing
				}
				continue
			}
			out = append(out, r)
		}
		if len(out) > 0 {
			clean = append(clean, out)
		}
	}
	return clean, faults
}
