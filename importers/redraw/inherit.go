package redraw

import "gridmap/geo/coverage"

// inherit carries groups over from old, of which e is a refinement: faces parted
// only by new lines, which carry the tag cut, were one. A part of a strip joins
// the group with which it shares the most.
func (e *enclosures) inherit(old *enclosures, label []int32, owner map[int32]int32, cut uint32) {
	u := coverage.NewUnion(len(e.group))
	for i := range e.cov.Edges() {
		if _, _, l, r, tag := e.cov.Edge(i); l != coverage.None && r != coverage.None && tag&cut != 0 && tag&(tagOutline|tagArea) == 0 {
			u.Join(l, r)
		}
	}
	largest := make(map[int32]int32)
	for f := range e.group {
		root := u.Find(int32(f))
		if g, known := largest[root]; !known || e.cov.Area2(int32(f)) > e.cov.Area2(g) {
			largest[root] = int32(f)
		}
	}
	region := make([]int32, len(e.group)) // label of the strip of which a face is a part
	fresh := int32(len(old.group))
	for f := range e.group {
		was := old.locate(e.insideOf(largest[u.Find(int32(f))]))
		region[f] = -1
		switch {
		case was == coverage.None || old.community[was] != e.community[f]:
			e.group[f] = fresh + int32(f)
		case label[was] < 0:
			e.group[f] = old.group[was]
		case owner[label[was]] >= 0:
			e.group[f] = owner[label[was]]
		default:
			e.group[f], region[f] = fresh+int32(f), label[was]
		}
	}
	e.joinParts(region, fresh, cut)
}

// joinParts makes one group of the faces of a region that no cut divides, and
// joins it to the group below fresh with which it shares the most.
func (e *enclosures) joinParts(region []int32, fresh int32, cut uint32) {
	u := coverage.NewUnion(len(e.group))
	for i := range e.cov.Edges() {
		if _, _, l, r, tag := e.cov.Edge(i); l != coverage.None && r != coverage.None && tag&cut == 0 && region[l] >= 0 && region[l] == region[r] {
			u.Join(l, r)
		}
	}
	parts := make(map[int32][]int32)
	for f, r := range region {
		if r >= 0 {
			parts[u.Find(int32(f))] = append(parts[u.Find(int32(f))], int32(f))
		}
	}
	to := make(map[int32]int32)
	for root, faces := range parts {
		shared := make(map[int32]float64)
		for _, f := range faces {
			for _, h := range e.byFace[f] {
				_, _, _, r, tag := e.cov.HalfEdge(h)
				if r != coverage.None && e.group[r] < fresh && e.community[r] == e.community[f] && tag&cut == 0 {
					shared[e.group[r]] += e.cov.LengthM(int(h / 2))
				}
			}
		}
		if to[root] = longest(shared); to[root] < 0 {
			to[root] = fresh + root
		}
	}
	for root, faces := range parts {
		for _, f := range faces {
			e.group[f] = to[root]
		}
	}
}
