package redraw

import (
	"math"

	"github.com/paulmach/orb"

	"gridmap/geo/coverage"
)

// banks are the borders of a strip along which its neighbours take part of it.
type banks struct {
	e      *enclosures
	label  []int32
	step   float64 // between samples, metres
	runs   [][]int32
	owners []int32 // groups, in the order in which they come
	number map[int32]int32
}

func (b *banks) choose(runs [][]int32) {
	b.runs = runs
	b.number = make(map[int32]int32)
	length := 0.0
	for _, run := range runs {
		for _, h := range run {
			g := b.e.across(h, b.label)
			if g < 0 {
				continue
			}
			length += b.e.cov.LengthM(int(h / 2))
			if _, known := b.number[g]; !known {
				b.number[g] = int32(len(b.owners))
				b.owners = append(b.owners, g)
			}
		}
	}
	b.step = max(b.step, length/maxSites1)
}

// sample puts sites on the banks. Beside a corner where the neighbour changes the
// nearest sites of both lie at one distance, so that their border ends there.
func (b *banks) sample(closed bool) []coverage.Site {
	var out []coverage.Site
	for _, run := range b.runs {
		n := len(run)
		owner := make([]int32, n)
		length := make([]float64, n)
		for i, h := range run {
			owner[i], length[i] = b.e.across(h, b.label), b.e.cov.LengthM(int(h/2))
		}
		corner := make([]float64, n+1) // distance of samples from the start of half-edge i; 0: no corner
		for i := range n + 1 {
			prev, next := i-1, i
			if closed {
				prev, next = (i-1+n)%n, i%n
			}
			if prev >= 0 && next < n && owner[prev] != owner[next] {
				corner[i] = min(b.step/2, length[prev]/2, length[next]/2)
			}
		}
		for i, h := range run {
			if owner[i] >= 0 {
				out = b.along(out, h, length[i], corner[i], corner[i+1], b.number[owner[i]])
			}
		}
	}
	return out
}

// along adds samples of one half-edge.
func (b *banks) along(out []coverage.Site, h int32, length, first, last float64, owner int32) []coverage.Site {
	p, q, _, _, _ := b.e.cov.HalfEdge(h)
	put := func(m float64) {
		t := m / length
		out = append(out, coverage.Site{Owner: owner, At: coverage.Point{
			X: p.X + int64(math.Round(float64(q.X-p.X)*t)), Y: p.Y + int64(math.Round(float64(q.Y-p.Y)*t))}})
	}
	if first > 0 {
		put(first)
	}
	n := int(length/b.step) + 1
	for j := range n {
		if m := (float64(j) + 0.5) * length / float64(n); (first == 0 || m > first) && (last == 0 || m < length-last) {
			put(m)
		}
	}
	if last > 0 {
		put(length - last)
	}
	return out
}

// longestSide is the longest run of neighbours around a strip that bends nowhere
// much where the neighbour changes; of nearly equal ones, the one in the
// south-west, so that the pieces of one long strip choose alike.
func (e *enclosures) longestSide(s strip, label []int32) [][]int32 {
	var sides [][]int32
	for _, ring := range s.rings {
		sides = append(sides, e.sidesOf(ring, label)...)
	}
	length := make([]float64, len(sides))
	longest := 0.0
	for i, side := range sides {
		for _, h := range side {
			length[i] += e.cov.LengthM(int(h / 2))
		}
		longest = max(longest, length[i])
	}
	best, least := -1, math.Inf(1)
	for i, side := range sides {
		if length[i] < sideTolerant*longest {
			continue
		}
		if at := e.meanOf(side); at[0]+at[1] < least {
			best, least = i, at[0]+at[1]
		}
	}
	if best < 0 {
		return nil
	}
	return sides[best : best+1]
}

// sidesOf cuts a ring where no neighbour can take the strip, and where the
// neighbour changes at a bend of more than about 45°.
func (e *enclosures) sidesOf(ring []int32, label []int32) [][]int32 {
	n := len(ring)
	cut := make([]bool, n) // before half-edge i
	start := -1
	for i, h := range ring {
		prev := ring[(i-1+n)%n]
		from, to := e.across(prev, label), e.across(h, label)
		cut[i] = from != to && (from < 0 || to < 0 || e.bends(prev, h))
		if cut[i] && start < 0 {
			start = i
		}
	}
	start = max(start, 0)
	var out [][]int32
	var side []int32
	for k := range n {
		i := (start + k) % n
		if cut[i] && len(side) > 0 {
			out, side = append(out, side), nil
		}
		if e.across(ring[i], label) >= 0 {
			side = append(side, ring[i])
		}
	}
	if len(side) > 0 {
		out = append(out, side)
	}
	return out
}

func (e *enclosures) bends(g, h int32) bool {
	a, b, _, _, _ := e.cov.HalfEdge(g)
	_, c, _, _, _ := e.cov.HalfEdge(h)
	ux, uy, vx, vy := float64(b.X-a.X), float64(b.Y-a.Y), float64(c.X-b.X), float64(c.Y-b.Y)
	return ux*vx+uy*vy < 0.7*math.Hypot(ux, uy)*math.Hypot(vx, vy)
}

func (e *enclosures) meanOf(side []int32) orb.Point {
	var sum orb.Point
	for _, h := range side {
		a, b, _, _, _ := e.cov.HalfEdge(h)
		p, q := a.Metres(), b.Metres()
		sum[0] += (p[0] + q[0]) / 2
		sum[1] += (p[1] + q[1]) / 2
	}
	n := float64(len(side))
	return orb.Point{sum[0] / n, sum[1] / n}
}

// insideOf is a point inside face f, in metres.
func (e *enclosures) insideOf(f int32) orb.Point {
	x, y := e.cov.InteriorPoint(f, e.byFace[f])
	return orb.Point{x, y}
}

func (e *enclosures) locate(p orb.Point) int32 {
	q, _ := coverage.FromMetres(p)
	return e.cov.Locate(q)
}
