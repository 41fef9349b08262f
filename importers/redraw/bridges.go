package redraw

import "gridmap/geo/coverage"

const tagRoad = tagRail | tagArterial | tagStreet

// bridges are the vertices at which a road goes on across a river.
func (e *enclosures) bridges() map[coverage.Point]bool {
	out := make(map[coverage.Point]bool)
	for i := range e.cov.Edges() {
		if _, _, _, _, tag := e.cov.Edge(i); tag&tagRiver == 0 {
			continue
		}
		for _, h := range [2]int32{int32(2 * i), int32(2*i + 1)} {
			if e.bridged(h) {
				p, _, _, _, _ := e.cov.HalfEdge(h)
				out[p] = true
			}
		}
	}
	return out
}

// bridged tells whether roads leave the origin of river half-edge h on both of
// its sides: one between h and the next arm of the river to the right, another
// between h and the next to the left.
func (e *enclosures) bridged(h int32) bool {
	right, left := int32(-1), int32(-1)
	before := true // the first arm after h
	for g := e.cov.Clockwise(h); g != h; g = e.cov.Clockwise(g) {
		_, _, _, _, tag := e.cov.HalfEdge(g)
		switch {
		case tag&tagRiver != 0:
			before, left = false, -1
		case tag&tagRoad != 0:
			if before && right < 0 {
				right = g
			}
			left = g
		}
	}
	return right >= 0 && left >= 0 && right != left
}

// uncrossed are pairs of atoms of one community, the smaller first, that touch
// along a river only and at no bridge.
func (l *land) uncrossed(bridges map[coverage.Point]bool) map[[2]int32]bool {
	river := make(map[[2]int32]bool)
	for i := range l.cov.Edges() {
		a, b, f, g, tag := l.cov.Edge(i)
		if f == coverage.None || g == coverage.None || l.community[f] < 0 || l.community[f] != l.community[g] || l.atom[f] == l.atom[g] {
			continue
		}
		pair := [2]int32{min(l.atom[f], l.atom[g]), max(l.atom[f], l.atom[g])}
		only, seen := river[pair]
		river[pair] = (only || !seen) && tag&tagRiver != 0 && !bridges[a] && !bridges[b]
	}
	for pair, only := range river {
		if !only {
			delete(river, pair)
		}
	}
	return river
}

// unbridged tells whether atoms a and b touch along a river only, with no bridge:
// nobody walks from one to the other there.
func (l *land) unbridged(a, b int32) bool { return l.closed[[2]int32{min(a, b), max(a, b)}] }
