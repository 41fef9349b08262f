package coverage

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// None stands where there is no face: outside everything.
const None int32 = -1

// Coverage is a planar subdivision: half-edges 2i and 2i+1 are the two sides of
// edge i, and each bounds the face on its left. It is immutable once built, and
// may be read from several goroutines.
type Coverage struct {
	points []Point
	origin []int32 // of each half-edge
	next   []int32 // along the ring of the face on the left
	ring   []int32 // of each half-edge
	face   []int32 // of each ring; None outside
	tags   []uint32
	area2  []int64 // twice the area of each face, holes taken off, mm²
	start  []int32 // a half-edge of the outer ring of each face
	tree   *boxTree
}

// Build nodes the segments and finds the faces. The result depends on the set of
// segments alone, not on their order nor on workers (at least one).
func Build(ctx context.Context, segs []Segment, workers int) (*Coverage, error) {
	n, err := node(ctx, segs, max(1, workers))
	if err != nil {
		return nil, fmt.Errorf("node lines: %w", err)
	}
	c := &Coverage{points: n.points}
	c.origin = make([]int32, 2*len(n.edges))
	c.tags = make([]uint32, len(n.edges))
	for i, e := range n.edges {
		c.origin[2*i], c.origin[2*i+1] = e.from, e.to
		c.tags[i] = e.tag
	}
	c.linkHalfEdges()
	c.tree = c.edgeTree()
	c.findFaces()
	return c, nil
}

// Faces is the number of bounded faces; they are numbered from 0.
func (c *Coverage) Faces() int { return len(c.start) }

// Edges is the number of edges.
func (c *Coverage) Edges() int { return len(c.tags) }

// Vertices is the number of vertices.
func (c *Coverage) Vertices() int { return len(c.points) }

// Edge gives the ends of edge i, the faces on its left and right (None outside),
// and its tag.
func (c *Coverage) Edge(i int) (a, b Point, left, right int32, tag uint32) {
	return c.points[c.origin[2*i]], c.points[c.origin[2*i+1]],
		c.faceOf(int32(2 * i)), c.faceOf(int32(2*i + 1)), c.tags[i]
}

// LengthM is the length of edge i in metres.
func (c *Coverage) LengthM(i int) float64 {
	a, b := c.points[c.origin[2*i]], c.points[c.origin[2*i+1]]
	return math.Hypot(float64(a.X-b.X), float64(a.Y-b.Y)) / PerMetre
}

// Area2 is twice the area of a face in square millimetres, exactly.
func (c *Coverage) Area2(face int32) int64 { return c.area2[face] }

func (c *Coverage) faceOf(h int32) int32 { return c.face[c.ring[h]] }

func (c *Coverage) dest(h int32) int32 { return c.origin[h^1] }

// linkHalfEdges orders the half-edges around each vertex and sets next.
func (c *Coverage) linkHalfEdges() {
	n := len(c.origin)
	first := make([]int32, len(c.points)+1)
	for _, v := range c.origin {
		first[v+1]++
	}
	for v := range c.points {
		first[v+1] += first[v]
	}
	around := make([]int32, n)
	fill := slices.Clone(first)
	for h, v := range c.origin {
		around[fill[v]] = int32(h)
		fill[v]++
	}
	c.next = make([]int32, n)
	for v := range c.points {
		out := around[first[v]:first[v+1]]
		slices.SortFunc(out, func(g, h int32) int { return c.compareAngle(g, h) })
		// Arriving over the twin of out[i], the ring of the left face goes on
		// with the next half-edge in clockwise order.
		for i, h := range out {
			c.next[h^1] = out[(i+len(out)-1)%len(out)]
		}
	}
}

// compareAngle orders two half-edges of one origin counter-clockwise from east.
func (c *Coverage) compareAngle(g, h int32) int {
	o := c.points[c.origin[g]]
	p, q := c.points[c.dest(g)], c.points[c.dest(h)]
	pu, qu := upper(o, p), upper(o, q)
	if pu != qu {
		if pu {
			return -1
		}
		return 1
	}
	return -sign(orient(o, p, q))
}

// upper tells whether o→p points to the half plane [0°, 180°).
func upper(o, p Point) bool { return p.Y > o.Y || p.Y == o.Y && p.X > o.X }

// findFaces walks the rings, makes a face of each counter-clockwise one, and
// hangs each component into the face that surrounds it.
func (c *Coverage) findFaces() {
	c.ring = make([]int32, len(c.origin))
	for h := range c.ring {
		c.ring[h] = -1
	}
	var lowest []int32 // the half-edge of each ring with the smallest origin
	for h := range c.origin {
		if c.ring[h] >= 0 {
			continue
		}
		id, low, area := int32(len(c.face)), int32(h), int64(0)
		base := c.points[c.origin[h]]
		for g := int32(h); c.ring[g] < 0; g = c.next[g] {
			c.ring[g] = id
			area += orient(base, c.points[c.origin[g]], c.points[c.dest(g)])
			if c.origin[g] < c.origin[low] {
				low = g
			}
		}
		lowest = append(lowest, low)
		if area > 0 {
			c.face = append(c.face, int32(len(c.start)))
			c.start = append(c.start, int32(h))
			c.area2 = append(c.area2, area)
		} else {
			c.face = append(c.face, pending)
		}
	}
	for r := range c.face {
		c.resolveOuter(int32(r), lowest)
	}
	c.takeOffHoles()
}

// pending marks a ring around a component whose surrounding face is not known.
const pending int32 = -2

// resolveOuter finds the face around the component of outer ring r. Components
// are looked up from left to right, so the chain of look-ups ends.
func (c *Coverage) resolveOuter(r int32, lowest []int32) int32 {
	var chain []int32
	answer := None
	for c.face[r] == pending {
		chain = append(chain, r)
		h := c.edgeBelow(c.points[c.origin[lowest[r]]], true)
		if h < 0 {
			r = -1
			break
		}
		r = c.ring[h]
	}
	if r >= 0 {
		answer = c.face[r]
	}
	for _, q := range chain {
		c.face[q] = answer
	}
	return answer
}

// takeOffHoles subtracts from each face what lies inside its holes.
func (c *Coverage) takeOffHoles() {
	base := make(map[int32]Point)
	for h := range c.origin {
		r := c.ring[h]
		f := c.face[r]
		if f == None || c.ring[c.start[f]] == r {
			continue
		}
		b, ok := base[r]
		if !ok {
			b = c.points[c.origin[h]]
			base[r] = b
		}
		c.area2[f] += orient(b, c.points[c.origin[h]], c.points[c.dest(int32(h))])
	}
}
