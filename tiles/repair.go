package tiles

import "slices"

// Snapping to a coarse grid can lay a vertex of a ring onto another of its edges,
// or make two edges cross. Such a ring is no linear ring (OGC 06-103r4, 6.1.6;
// MVT 2.1, 4.3.4.4): it is cut into rings that are.

// mender finds and repairs such rings. Its buffers are reused.
type mender struct {
	spans []span
	order []int64 // edges by their left end: that above 32 bits of the edge
	extra []node
	noded []int32
	stack []int32
}

// span is the box of an edge.
type span struct {
	left, right, low, high int32
	edge                   int32 // index of its first vertex
}

// node is a point to be put into an edge.
type node struct {
	edge int32 // index of the edge's first vertex
	x, y int32
}

// simple says whether no two edges of a ring, but neighbours at their common
// vertex, share a point. Edges are compared in a sweep along x (Shamos and Hoey,
// 1976, without the tree: rings in a tile are short).
func (m *mender) simple(v []int32) bool {
	found := false
	m.pairs(v, func(i, j int32) bool {
		found = touch(v, i, j)
		return !found
	})
	return !found
}

// pairs visits the pairs of edges that are no neighbours and whose boxes overlap,
// until visit returns false.
func (m *mender) pairs(v []int32, visit func(i, j int32) bool) {
	n := int32(len(v) / 2)
	if n < 4 {
		return
	}
	m.spans = m.spans[:0]
	for i := range n {
		j := 2 * ((i + 1) % n)
		m.spans = append(m.spans, span{min(v[2*i], v[j]), max(v[2*i], v[j]), min(v[2*i+1], v[j+1]), max(v[2*i+1], v[j+1]), i})
	}
	sorted := n > 8
	if sorted {
		m.order = m.order[:0]
		for i := range n {
			m.order = append(m.order, int64(m.spans[i].left)<<32|int64(i))
		}
		slices.Sort(m.order)
	}
	at := func(k int32) *span {
		if sorted {
			return &m.spans[int32(m.order[k])]
		}
		return &m.spans[k]
	}
	for k := range n {
		e := at(k)
		for l := k + 1; l < n; l++ {
			o := at(l)
			if o.left > e.right {
				if sorted {
					break
				}
				continue
			}
			if o.high < e.low || o.low > e.high || o.right < e.left {
				continue
			}
			if gap := e.edge - o.edge; gap == 1 || gap == -1 || gap == n-1 || gap == 1-n {
				continue
			}
			if !visit(e.edge, o.edge) {
				return
			}
		}
	}
}

// side of the line from vertex i to the next on which a point lies.
func side(v []int32, i int32, x, y int32) int {
	j := (2*i + 2) % int32(len(v))
	ax, ay := int64(v[2*i]), int64(v[2*i+1])
	cross := (int64(v[j])-ax)*(int64(y)-ay) - (int64(x)-ax)*(int64(v[j+1])-ay)
	switch {
	case cross > 0:
		return 1
	case cross < 0:
		return -1
	}
	return 0
}

// touch says whether two edges whose boxes overlap share a point.
func touch(v []int32, i, j int32) bool {
	p, q := (2*i+2)%int32(len(v)), (2*j+2)%int32(len(v))
	a, b := side(v, i, v[2*j], v[2*j+1]), side(v, i, v[q], v[q+1])
	c, d := side(v, j, v[2*i], v[2*i+1]), side(v, j, v[p], v[p+1])
	return a*b <= 0 && c*d <= 0
}

// mend adds to dst the simple rings that a ring consists of, those with the
// winding of its role.
func (m *mender) mend(dst *rings, v []int32, outer bool) {
	for range 3 { // rounding a crossing can make another, hardly ever twice
		m.node(v)
		v = append(v[:0:0], m.noded...)
		if len(m.extra) == 0 {
			break
		}
	}
	m.stack = m.stack[:0]
	for i := 0; i < len(v); i += 2 {
		for k := 0; k < len(m.stack); k += 2 {
			if m.stack[k] == v[i] && m.stack[k+1] == v[i+1] {
				m.keep(dst, m.stack[k:], outer)
				m.stack = m.stack[:k]
				break
			}
		}
		m.stack = append(m.stack, v[i], v[i+1])
	}
	m.keep(dst, m.stack, outer)
}

func (m *mender) keep(dst *rings, loop []int32, outer bool) {
	loop = tidy(slices.Clone(loop))
	if len(loop) < 6 {
		return
	}
	if area := twiceArea(loop); area == 0 || (area > 0) != outer || !m.simple(loop) {
		return
	}
	for i := range dst.len() {
		if common(dst.at(i), loop) > 1 {
			return // beside a larger piece: too thin to tell
		}
	}
	dst.add(loop, outer)
}

// node writes to m.noded the ring with a vertex wherever its edges meet, and
// leaves in m.extra what it put in.
func (m *mender) node(v []int32) {
	m.extra = m.extra[:0]
	m.pairs(v, func(i, j int32) bool {
		if touch(v, i, j) {
			m.meet(v, i, j)
		}
		return true
	})
	slices.SortFunc(m.extra, func(a, b node) int {
		if a.edge != b.edge {
			return int(a.edge - b.edge)
		}
		x, y := v[2*a.edge], v[2*a.edge+1]
		return int(max(abs(a.x-x), abs(a.y-y)) - max(abs(b.x-x), abs(b.y-y)))
	})
	m.noded = m.noded[:0]
	k := 0
	for i := int32(0); 2*i < int32(len(v)); i++ {
		m.noded = append(m.noded, v[2*i], v[2*i+1])
		for ; k < len(m.extra) && m.extra[k].edge == i; k++ {
			m.noded = append(m.noded, m.extra[k].x, m.extra[k].y)
		}
	}
	m.noded = unrepeated(m.noded)
}

// meet notes where two edges share points.
func (m *mender) meet(v []int32, i, j int32) {
	n := int32(len(v) / 2)
	on := false
	for _, e := range [2][2]int32{{i, j}, {j, i}} {
		for _, k := range [2]int32{e[1], (e[1] + 1) % n} { // ends of the other edge on this one
			x, y := v[2*k], v[2*k+1]
			if side(v, e[0], x, y) == 0 && m.between(v, e[0], x, y) {
				m.put(v, e[0], x, y)
				on = true
			}
		}
	}
	if on {
		return
	}
	p, q := (i+1)%n, (j+1)%n
	ax, ay, cx, cy := int64(v[2*i]), int64(v[2*i+1]), int64(v[2*j]), int64(v[2*j+1])
	ux, uy, wx, wy := int64(v[2*p])-ax, int64(v[2*p+1])-ay, int64(v[2*q])-cx, int64(v[2*q+1])-cy
	den := ux*wy - uy*wx
	if den == 0 {
		return
	}
	t := (cx-ax)*wy - (cy-ay)*wx
	x, y := int32(ax)+roundDiv(t*ux, den), int32(ay)+roundDiv(t*uy, den)
	m.put(v, i, x, y)
	m.put(v, j, x, y)
}

func (m *mender) between(v []int32, i, x, y int32) bool {
	j := (2*i + 2) % int32(len(v))
	return min(v[2*i], v[j]) <= x && x <= max(v[2*i], v[j]) && min(v[2*i+1], v[j+1]) <= y && y <= max(v[2*i+1], v[j+1])
}

// put notes a point for an edge, unless it is one of its ends.
func (m *mender) put(v []int32, i, x, y int32) {
	j := (2*i + 2) % int32(len(v))
	if (v[2*i] != x || v[2*i+1] != y) && (v[j] != x || v[j+1] != y) {
		m.extra = append(m.extra, node{i, x, y})
	}
}

func abs(v int32) int32 { return max(v, -v) }

// common is the number of points that two rings share: 0, 1, or 2 for more.
func common(a, b []int32) int {
	var met []int32 // the point
	left, right, low, high := bounds(b)
	for k := 0; k < len(a); k += 2 {
		l := (k + 2) % len(a)
		if max(a[k], a[l]) < left || min(a[k], a[l]) > right || max(a[k+1], a[l+1]) < low || min(a[k+1], a[l+1]) > high {
			continue
		}
		for i := 0; i < len(b); i += 2 {
			j := (i + 2) % len(b)
			if max(b[i], b[j]) < min(a[k], a[l]) || min(b[i], b[j]) > max(a[k], a[l]) ||
				max(b[i+1], b[j+1]) < min(a[k+1], a[l+1]) || min(b[i+1], b[j+1]) > max(a[k+1], a[l+1]) {
				continue
			}
			four := [8]int32{b[i], b[i+1], b[j], b[j+1], a[k], a[k+1], a[l], a[l+1]}
			if touch(four[:], 0, 2) && !meetsOnce(four[:], &met) {
				return 2
			}
		}
	}
	return len(met) / 2
}

func bounds(v []int32) (left, right, low, high int32) {
	left, right, low, high = v[0], v[0], v[1], v[1]
	for i := 2; i < len(v); i += 2 {
		left, right, low, high = min(left, v[i]), max(right, v[i]), min(low, v[i+1]), max(high, v[i+1])
	}
	return left, right, low, high
}

// meetsOnce says whether all that two touching edges (of four vertices) share is
// the one point met, which it sets if it is not set yet.
func meetsOnce(four []int32, met *[]int32) bool {
	var m mender
	found := false
	for _, e := range [4][2]int32{{0, 2}, {0, 3}, {2, 0}, {2, 1}} {
		x, y := four[2*e[1]], four[2*e[1]+1]
		if side(four, e[0], x, y) != 0 || !m.between(four, e[0], x, y) {
			continue
		}
		found = true
		if *met == nil {
			*met = []int32{x, y}
		}
		if (*met)[0] != x || (*met)[1] != y {
			return false
		}
	}
	return found // else no end lies on the other edge: they cross
}
