package coverage

import "github.com/paulmach/orb"

// Dissolve joins the faces of each label 0…n-1 into one multipolygon, in metres;
// a face with a label below zero belongs to none. Outer rings run
// counter-clockwise and holes clockwise; rings touch at vertices only, so that
// each polygon is valid by OGC 06-103r4. Neighbours carry the same vertices.
func (c *Coverage) Dissolve(labels []int32, n int) []orb.MultiPolygon {
	d := dissolver{c: c, labels: labels, part: c.components(labels)}
	rings := d.rings()
	out := make([]orb.MultiPolygon, n)
	index := make(map[int32]int)
	for _, r := range rings { // outer rings first: holes need their polygon
		if r.outer {
			index[r.part] = len(out[r.label])
			out[r.label] = append(out[r.label], orb.Polygon{c.toRing(r.points)})
		}
	}
	for _, r := range rings {
		if !r.outer {
			p := &out[r.label][index[r.part]]
			*p = append(*p, c.toRing(r.points))
		}
	}
	return out
}

// Components gives for each face the smallest face that can be reached from it
// over edges between faces of its label.
func (c *Coverage) components(labels []int32) []int32 {
	u := NewUnion(c.Faces())
	for i := range c.tags {
		f, g := c.faceOf(int32(2*i)), c.faceOf(int32(2*i+1))
		if f != None && g != None && labels[f] == labels[g] {
			u.Join(f, g)
		}
	}
	part := make([]int32, c.Faces())
	for f := range part {
		part[f] = u.Find(int32(f))
	}
	return part
}

type labelRing struct {
	label, part int32
	outer       bool
	points      []int32
}

type dissolver struct {
	c      *Coverage
	labels []int32
	part   []int32
}

func (d *dissolver) label(h int32) int32 {
	f := d.c.faceOf(h)
	if f == None {
		return -1
	}
	return d.labels[f]
}

// rings walks the boundary of each label. A walk keeps to one sector at a
// vertex; where it comes to a vertex twice it is cut into two rings.
func (d *dissolver) rings() []labelRing {
	c := d.c
	done := make([]bool, len(c.origin))
	at := make([]int32, len(c.points)) // place of a vertex on the walk, plus one
	var out []labelRing
	for h := range c.origin {
		label := d.label(int32(h))
		if done[h] || label < 0 || d.label(int32(h)^1) == label {
			continue
		}
		part := d.part[c.faceOf(int32(h))]
		var walk []int32
		for g := int32(h); !done[g]; {
			done[g] = true
			v := c.origin[g]
			if at[v] > 0 {
				from := at[v] - 1
				out = append(out, d.cut(walk[from:], label, part))
				for _, w := range walk[from+1:] {
					at[w] = 0
				}
				walk = walk[:from+1]
			} else {
				walk = append(walk, v)
				at[v] = int32(len(walk))
			}
			for g = c.next[g]; d.label(g^1) == label; g = c.next[g^1] {
			}
		}
		for _, v := range walk {
			at[v] = 0
		}
		out = append(out, d.cut(walk, label, part))
	}
	return out
}

func (d *dissolver) cut(vertices []int32, label, part int32) labelRing {
	points := append([]int32(nil), vertices...)
	var area int64
	base := d.c.points[points[0]]
	for i := 2; i < len(points); i++ {
		area += orient(base, d.c.points[points[i-1]], d.c.points[points[i]])
	}
	return labelRing{label: label, part: part, outer: area > 0, points: points}
}

func (c *Coverage) toRing(vertices []int32) orb.Ring {
	ring := make(orb.Ring, 0, len(vertices)+1)
	for _, v := range vertices {
		ring = append(ring, c.points[v].Metres())
	}
	return append(ring, ring[0])
}

// Union is a disjoint-set forest whose roots are the smallest members.
type Union []int32

// NewUnion has n members, each by itself.
func NewUnion(n int) Union {
	u := make(Union, n)
	for i := range u {
		u[i] = int32(i)
	}
	return u
}

// Find gives the root of the set of a.
func (u Union) Find(a int32) int32 {
	for u[a] != a {
		u[a] = u[u[a]]
		a = u[a]
	}
	return a
}

// Join makes one set of those of a and b; false: they were one.
func (u Union) Join(a, b int32) bool {
	a, b = u.Find(a), u.Find(b)
	if a == b {
		return false
	}
	u[max(a, b)] = min(a, b)
	return true
}
