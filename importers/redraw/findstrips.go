package redraw

import "gridmap/geo/coverage"

// form is the size and shape of a group.
type form struct {
	areaM2, perimeterM, riverM, largestM2 float64
	kind                                  uint32
	buildings                             int
}

// sparse tells that few buildings or none stand here for the size: a boat on a
// river makes no land of it.
func (m form) sparse() bool { return float64(m.buildings)*sparseM2 <= m.areaM2 }

// widthM is the mean width, as of a ribbon.
func (m form) widthM() float64 { return 2 * m.areaM2 / max(m.perimeterM, 1e-3) }

// forms measures the groups, by number.
func (e *enclosures) forms(buildings []placed) []form {
	out := make([]form, len(e.group))
	for f, g := range e.group {
		out[g].areaM2 += float64(e.cov.Area2(int32(f))) / 2e6
	}
	for i := range e.cov.Edges() {
		_, _, l, r, tag := e.cov.Edge(i)
		for _, side := range [2][2]int32{{l, r}, {r, l}} {
			if side[0] == coverage.None || side[1] != coverage.None && e.group[side[0]] == e.group[side[1]] {
				continue
			}
			m := &out[e.group[side[0]]]
			m.perimeterM += e.cov.LengthM(i)
			if tag&tagRiver != 0 {
				m.riverM += e.cov.LengthM(i)
			}
		}
	}
	for _, b := range buildings {
		if b.group >= 0 {
			out[b.group].buildings++
		}
	}
	return out
}

// findSlivers takes enclosures too narrow for a building, whatever is said to
// stand there. Slivers side by side are one.
func findSlivers(e *enclosures, buildings []placed, _ []basin) (label []int32, kind []uint32) {
	label, kind = make([]int32, len(e.group)), make([]uint32, len(e.group))
	for g, m := range e.forms(nil) {
		label[g] = -1
		if e.community[g] >= 0 && m.widthM() < sliverM {
			label[g] = int32(g)
		}
	}
	u := coverage.NewUnion(len(label))
	for f, l := range label {
		if l >= 0 {
			e.joinSliver(int32(f), label, u)
		}
	}
	relabel(label, u)
	return label, kind
}

// findStrips takes enclosures without a building that are narrow or small, and
// those within the area of a barrier, where next to none stands.
func findStrips(e *enclosures, buildings []placed, areas []basin) (label []int32, kind []uint32) {
	label, kind = make([]int32, len(e.group)), make([]uint32, len(e.group))
	forms := e.forms(buildings)
	for f, g := range e.group {
		m := &forms[g]
		if m2 := float64(e.cov.Area2(int32(f))); m2 > m.largestM2 && m.sparse() && e.community[f] >= 0 && len(areas) > 0 {
			m.largestM2, m.kind = m2, e.basinKind(int32(f), areas)
		}
	}
	for f, g := range e.group {
		label[f] = -1
		m := forms[g]
		if e.community[f] < 0 || m.buildings > 0 && m.kind == 0 {
			continue
		}
		kind[f] = m.kind
		if m.kind != 0 || m.areaM2 < stripM2 || m.widthM() < stripWidthM || m.riverM >= waterShare*m.perimeterM && m.widthM() < waterWidthM {
			label[f] = int32(f)
		}
	}
	u := coverage.NewUnion(len(label))
	for f, g := range e.group {
		u.Join(int32(f), g)
	}
	// Seams between areas of one kind part nothing.
	for i := range e.cov.Edges() {
		_, _, l, r, tag := e.cov.Edge(i)
		if l != coverage.None && r != coverage.None && tag&tagArea != 0 && tag&tagOutline == 0 && kind[l] != 0 && kind[l] == kind[r] && e.community[l] == e.community[r] {
			u.Join(l, r)
		}
	}
	relabel(label, u)
	return label, kind
}

func relabel(label []int32, u coverage.Union) {
	for f, l := range label {
		if l >= 0 {
			label[f] = u.Find(int32(f))
		}
	}
}

// joinSliver makes a sliver one with the sliver beside it, when that is what it
// mostly lies beside: on its own it would go to whom it touches at an end.
func (e *enclosures) joinSliver(f int32, label []int32, u coverage.Union) {
	shared := make(map[int32]float64)
	for _, h := range e.byFace[f] {
		if _, _, _, r, _ := e.cov.HalfEdge(h); r != f && r != coverage.None && e.community[r] == e.community[f] {
			shared[r] += e.cov.LengthM(int(h / 2))
		}
	}
	if best := longest(shared); best >= 0 && label[best] >= 0 {
		u.Join(f, best)
	}
}

// longest is the key of the greatest value, the smallest key among equals; -1
// for none.
func longest(shared map[int32]float64) int32 {
	best := int32(-1)
	for k, m := range shared {
		if best < 0 || m > shared[best] || m == shared[best] && k < best {
			best = k
		}
	}
	return best
}

// basinKind is the tag of the strongest barrier whose area holds face f.
func (e *enclosures) basinKind(f int32, areas []basin) uint32 {
	best := uint32(0)
	if len(areas) == 0 {
		return best
	}
	p := e.insideOf(f)
	for _, a := range areas {
		if tag := a.kind.tag(); (best == 0 || tag < best) && a.bound.Contains(p) && contains(a.area, p) {
			best = tag
		}
	}
	return best
}
