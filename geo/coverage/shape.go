package coverage

import (
	"math"
	"slices"
)

// Bounds gives the lower left and upper right of face f's outer ring.
func (c *Coverage) Bounds(f int32) [2]Point {
	h := c.start[f]
	lo, hi := c.points[c.origin[h]], c.points[c.origin[h]]
	for g := c.next[h]; g != h; g = c.next[g] {
		p := c.points[c.origin[g]]
		lo = Point{min(lo.X, p.X), min(lo.Y, p.Y)}
		hi = Point{max(hi.X, p.X), max(hi.Y, p.Y)}
	}
	return [2]Point{lo, hi}
}

// Segments gives back all edges, ready to be noded together with more lines.
func (c *Coverage) Segments() []Segment {
	out := make([]Segment, len(c.tags))
	for i, tag := range c.tags {
		out[i] = Segment{A: c.points[c.origin[2*i]], B: c.points[c.origin[2*i+1]], Tag: tag}
	}
	return out
}

// InteriorPoint is a point inside face f, as far from its border as the widest
// gap along one horizontal line allows, in metres.
func (c *Coverage) InteriorPoint(f int32, halfEdges []int32) (x, y float64) {
	lo, hi := int64(math.MaxInt64), int64(math.MinInt64)
	for _, h := range halfEdges {
		v := c.points[c.origin[h]].Y
		lo, hi = min(lo, v), max(hi, v)
	}
	// A line between two grid rows passes no vertex.
	mid := float64(lo+(hi-lo)/2) + 0.5
	var xs []float64
	for _, h := range halfEdges {
		a, b := c.points[c.origin[h]], c.points[c.dest(h)]
		if (float64(a.Y) < mid) != (float64(b.Y) < mid) {
			xs = append(xs, float64(a.X)+(mid-float64(a.Y))/float64(b.Y-a.Y)*float64(b.X-a.X))
		}
	}
	slices.Sort(xs)
	best := -1.0
	for i := 1; i < len(xs); i += 2 {
		if w := xs[i] - xs[i-1]; w > best {
			best, x = w, (xs[i]+xs[i-1])/2
		}
	}
	return x / PerMetre, mid / PerMetre
}

// HalfEdgesByFace lists the half-edges that bound each face, holes included.
func (c *Coverage) HalfEdgesByFace() [][]int32 {
	count := make([]int32, c.Faces())
	for h := range c.origin {
		if f := c.faceOf(int32(h)); f != None {
			count[f]++
		}
	}
	all := make([]int32, 0, len(c.origin))
	out := make([][]int32, c.Faces())
	for f, n := range count {
		out[f] = all[len(all) : len(all) : len(all)+int(n)]
		all = all[:len(all)+int(n)]
	}
	for h := range c.origin {
		if f := c.faceOf(int32(h)); f != None {
			out[f] = append(out[f], int32(h))
		}
	}
	return out
}

// HalfEdge gives the ends of half-edge h, the faces on its left and right, and
// the tag of its edge. The other half of the edge is h^1; edge i has 2i and 2i+1.
func (c *Coverage) HalfEdge(h int32) (a, b Point, left, right int32, tag uint32) {
	return c.points[c.origin[h]], c.points[c.dest(h)], c.faceOf(h), c.faceOf(h ^ 1), c.tags[h>>1]
}

// Next is the half-edge after h along the ring of the face on its left.
func (c *Coverage) Next(h int32) int32 { return c.next[h] }

// Clockwise is the half-edge after h in clockwise order around its origin.
func (c *Coverage) Clockwise(h int32) int32 { return c.next[h^1] }
