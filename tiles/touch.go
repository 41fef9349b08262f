package tiles

import "slices"

// span is the box of an edge of a ring.
type span struct {
	left, right, low, high int32
	edge                   int32 // index of its first vertex
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

func between(v []int32, i, x, y int32) bool {
	j := (2*i + 2) % int32(len(v))
	return min(v[2*i], v[j]) <= x && x <= max(v[2*i], v[j]) && min(v[2*i+1], v[j+1]) <= y && y <= max(v[2*i+1], v[j+1])
}

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
	found := false
	for _, e := range [4][2]int32{{0, 2}, {0, 3}, {2, 0}, {2, 1}} {
		x, y := four[2*e[1]], four[2*e[1]+1]
		if side(four, e[0], x, y) != 0 || !between(four, e[0], x, y) {
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
