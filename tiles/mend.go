package tiles

import (
	"cmp"
	"slices"
)

// Snapping to a coarse grid can lay a vertex of a ring onto an edge, of its own or
// of another ring of its polygon, or make two edges cross. What is left is then no
// polygon (OGC 06-103r4, 6.1.11; MVT 2.1, 4.3.4.4): it can be several, with other
// rings. They are found as the faces of the drawing that the rings make: edges get
// a vertex wherever they meet, what is walked both ways goes, and each face is
// walked around with its inside on the same hand, as in overlay by faces of a
// planar graph (de Berg et al., Computational Geometry, 2.3).

// mender makes polygons of such rings. Its buffers are reused.
type mender struct {
	spans []span
	order []int64 // edges by their left end: that above 32 bits of the edge
	edges []edge
	cuts  []cut
	used  []bool
	walk  []int32
	stack []int32
}

// edge goes from a to b, with the inside of its polygon on the side where areas are
// positive.
type edge struct{ ax, ay, bx, by int32 }

// cut is a vertex to be put into an edge.
type cut struct {
	edge int32
	x, y int32
}

// roundsOfCuts bounds how often edges are cut anew: a crossing that is rounded moves
// edges by less than a unit, which makes another crossing hardly ever twice.
const roundsOfCuts = 6

// mend adds to dst the rings that bound the faces of what src draws.
func (m *mender) mend(dst, src *rings) {
	m.edges = m.edges[:0]
	for i := range src.len() {
		v := src.at(i)
		px, py := v[len(v)-2], v[len(v)-1]
		for k := 0; k < len(v); k += 2 {
			m.edges = append(m.edges, edge{px, py, v[k], v[k+1]})
			px, py = v[k], v[k+1]
		}
	}
	for range roundsOfCuts {
		if !m.cutWhereTheyMeet() {
			break
		}
	}
	m.cancel()
	m.faces(dst)
}

// cutWhereTheyMeet puts a vertex into edges where they share a point with another,
// and says whether there was any.
func (m *mender) cutWhereTheyMeet() bool {
	slices.SortFunc(m.edges, func(a, b edge) int { return cmp.Compare(min(a.ax, a.bx), min(b.ax, b.bx)) })
	m.cuts = m.cuts[:0]
	for i := range m.edges {
		e := &m.edges[i]
		right, low, high := max(e.ax, e.bx), min(e.ay, e.by), max(e.ay, e.by)
		for k := i + 1; k < len(m.edges); k++ {
			o := &m.edges[k]
			if min(o.ax, o.bx) > right {
				break
			}
			if max(o.ay, o.by) >= low && min(o.ay, o.by) <= high {
				m.meet(int32(i), int32(k))
			}
		}
	}
	if len(m.cuts) == 0 {
		return false
	}
	slices.SortFunc(m.cuts, func(a, b cut) int {
		if a.edge != b.edge {
			return int(a.edge - b.edge)
		}
		e := &m.edges[a.edge]
		return int(max(abs(a.x-e.ax), abs(a.y-e.ay)) - max(abs(b.x-e.ax), abs(b.y-e.ay)))
	})
	for _, c := range m.cuts { // the later part of an edge takes its place, for cuts come in its order
		e := &m.edges[c.edge]
		if c.x == e.ax && c.y == e.ay {
			continue // twice the same
		}
		m.edges = append(m.edges, edge{e.ax, e.ay, c.x, c.y})
		e = &m.edges[c.edge]
		e.ax, e.ay = c.x, c.y
	}
	return true
}

// meet notes where two edges whose boxes overlap are to be cut.
func (m *mender) meet(i, k int32) {
	e, o := m.edges[i], m.edges[k]
	a, b := e.side(o.ax, o.ay), e.side(o.bx, o.by)
	c, d := o.side(e.ax, e.ay), o.side(e.bx, e.by)
	if a*b > 0 || c*d > 0 {
		return
	}
	if a == 0 || b == 0 || c == 0 || d == 0 {
		m.put(i, a, o.ax, o.ay)
		m.put(i, b, o.bx, o.by)
		m.put(k, c, e.ax, e.ay)
		m.put(k, d, e.bx, e.by)
		return
	}
	ux, uy, wx, wy := int64(e.bx-e.ax), int64(e.by-e.ay), int64(o.bx-o.ax), int64(o.by-o.ay)
	den := ux*wy - uy*wx // not zero: each has the other's ends on both sides
	t := int64(o.ax-e.ax)*wy - int64(o.ay-e.ay)*wx
	x, y := e.ax+roundDiv(t*ux, den), e.ay+roundDiv(t*uy, den)
	m.put(i, 0, x, y)
	m.put(k, 0, x, y)
}

// put notes a vertex for an edge that it lies on, if it is none of its ends.
func (m *mender) put(i int32, side int, x, y int32) {
	e := &m.edges[i]
	if side != 0 || x == e.ax && y == e.ay || x == e.bx && y == e.by ||
		x < min(e.ax, e.bx) || x > max(e.ax, e.bx) || y < min(e.ay, e.by) || y > max(e.ay, e.by) {
		return
	}
	m.cuts = append(m.cuts, cut{i, x, y})
}

// side of the edge's line on which a point lies.
func (e edge) side(x, y int32) int {
	return cmp.Compare(int64(e.bx-e.ax)*int64(y-e.ay)-int64(x-e.ax)*int64(e.by-e.ay), 0)
}

// cancel removes edges that are walked both ways: between them is nothing.
func (m *mender) cancel() {
	key := func(e edge) (low, high [2]int32, forth bool) {
		a, b := [2]int32{e.ax, e.ay}, [2]int32{e.bx, e.by}
		if slices.Compare(a[:], b[:]) < 0 {
			return a, b, true
		}
		return b, a, false
	}
	compare := func(e, o edge) int {
		a, b, forth := key(e)
		c, d, back := key(o)
		if r := cmp.Or(slices.Compare(a[:], c[:]), slices.Compare(b[:], d[:])); r != 0 || forth == back {
			return r
		}
		if forth {
			return -1
		}
		return 1
	}
	slices.SortFunc(m.edges, compare)
	left := m.edges[:0]
	for i := 0; i < len(m.edges); {
		a, b, _ := key(m.edges[i])
		n, balance := i, 0
		for ; n < len(m.edges); n++ {
			c, d, forth := key(m.edges[n])
			if c != a || d != b {
				break
			}
			if forth {
				balance++
			} else {
				balance--
			}
		}
		for ; balance > 0; balance-- {
			left = append(left, edge{a[0], a[1], b[0], b[1]})
		}
		for ; balance < 0; balance++ {
			left = append(left, edge{b[0], b[1], a[0], a[1]})
		}
		i = n
	}
	m.edges = left
}

// faces walks around each face, and adds the simple rings that the walk consists of.
func (m *mender) faces(dst *rings) {
	slices.SortFunc(m.edges, func(e, o edge) int {
		return cmp.Or(cmp.Compare(e.ax, o.ax), cmp.Compare(e.ay, o.ay), cmp.Compare(e.bx, o.bx), cmp.Compare(e.by, o.by))
	})
	m.used = append(m.used[:0], make([]bool, len(m.edges))...)
	for first := range m.edges {
		if m.used[first] {
			continue
		}
		m.walk = m.walk[:0]
		closed := false
		for i := first; i >= 0; {
			m.used[i] = true
			m.walk = append(m.walk, m.edges[i].ax, m.edges[i].ay)
			if i = m.follower(i, first); i == first {
				closed = true
				break
			}
		}
		if closed {
			m.simpleRings(dst)
		}
	}
}

// follower is the edge with which the face of edge i goes on: the one that bends
// most to the inside, of those that no walk has taken but the one under way to its
// first; negative: there is none.
func (m *mender) follower(i, first int) int {
	e := m.edges[i]
	k, _ := slices.BinarySearchFunc(m.edges, e, func(o, e edge) int {
		return cmp.Or(cmp.Compare(o.ax, e.bx), cmp.Compare(o.ay, e.by))
	})
	best := -1
	for ; k < len(m.edges) && m.edges[k].ax == e.bx && m.edges[k].ay == e.by; k++ {
		if free := !m.used[k] || k == first; free && (best < 0 || e.bendsMore(m.edges[k], m.edges[best])) {
			best = k
		}
	}
	return best
}

// bendsMore says whether, coming along e, a lies before b when one turns from where
// e came from through its inside.
func (e edge) bendsMore(a, b edge) bool {
	rx, ry := int64(e.ax-e.bx), int64(e.ay-e.by)
	part := func(o edge) (int, int64, int64) {
		x, y := int64(o.bx-o.ax), int64(o.by-o.ay)
		cross := rx*y - ry*x
		switch {
		case cross < 0:
			return 0, x, y
		case cross == 0 && rx*x+ry*y < 0:
			return 1, x, y
		case cross > 0:
			return 2, x, y
		}
		return 3, x, y
	}
	pa, ax, ay := part(a)
	pb, bx, by := part(b)
	if pa != pb {
		return pa < pb
	}
	return ax*by-ay*bx < 0
}

// simpleRings adds the rings of a walk that comes through a vertex more than once.
func (m *mender) simpleRings(dst *rings) {
	m.stack = m.stack[:0]
	for i := 0; i < len(m.walk); i += 2 {
		x, y := m.walk[i], m.walk[i+1]
		for k := 0; k < len(m.stack); k += 2 {
			if m.stack[k] == x && m.stack[k+1] == y {
				dst.addWhole(m.stack[k:])
				m.stack = m.stack[:k]
				break
			}
		}
		m.stack = append(m.stack, x, y)
	}
	dst.addWhole(m.stack)
}

// addWhole adds a ring that has area; by its sign it bounds from outside or is a
// hole.
func (r *rings) addWhole(v []int32) {
	v = tidy(slices.Clone(v))
	if len(v) < 6 {
		return
	}
	if area := twiceArea(v); area != 0 {
		r.add(v, area > 0)
	}
}

func abs(v int32) int32 { return max(v, -v) }
