package redraw

import (
	"context"
	"slices"

	"gridmap/geo/coverage"
)

// A strip is an enclosure without a building that is no land worth dividing: the
// area of a river or a road, the ground between two carriageways, what is left
// between two drawings of one line. It joins the enclosures beside it before
// cells are drawn, so that no atom has a tail along another's border:
//   - the area of a barrier is split along its middle;
//   - any other strip goes to one side, so that grids meet on the line itself.
const (
	stripM2      = emptyAtomM2
	stripWidthM  = 15  // narrower ones are strips of any size
	waterWidthM  = 300 // so are those between two banks drawn as lines
	waterShare   = 0.7 // of the border that must be river for that
	maxSites1    = 20_000
	sideTolerant = 0.8 // a side of this share of the longest may be chosen in its place
)

// strip is one region to be joined to its neighbours.
type strip struct {
	root  int32
	kind  uint32 // tag of the barrier in whose area it lies; 0: none
	width float64
	rings [][]int32 // half-edges around it, in order
}

// joinStrips gives strips, or parts of them, to the groups beside them. Where
// one has to be divided the result is a new coverage.
func (e *enclosures) joinStrips(ctx context.Context, buildings []placed, t *intake, workers int) (*enclosures, error) {
	label, kind := e.findStrips(buildings, t.areas)
	strips := e.stripRegions(label, kind)
	whole := make([]int32, len(strips)) // group that takes all of a strip, -1 none
	lines := make([][]coverage.Segment, len(strips))
	err := inTurn(ctx, workers, len(strips), func(i int) {
		whole[i], lines[i] = e.divideStrip(strips[i], label)
	})
	if err != nil {
		return nil, err
	}
	owner := make(map[int32]int32, len(strips))
	for i, s := range strips {
		owner[s.root] = whole[i]
	}
	cuts := slices.Concat(lines...)
	if len(cuts) == 0 {
		for f, l := range label {
			if l >= 0 && owner[l] >= 0 {
				e.group[f] = owner[l]
			}
		}
		return e, nil
	}
	cov, err := coverage.Build(ctx, append(e.cov.Segments(), cuts...), workers)
	if err != nil {
		return nil, err
	}
	next := newEnclosures(cov, t.outlines)
	next.inherit(e, label, owner)
	for i := range buildings { // noding may have moved a border past a place
		if f := next.cov.Locate(buildings[i].sites[0]); f != coverage.None {
			buildings[i].group = next.group[f]
		}
	}
	return next, nil
}

// findStrips labels each face with the first face of its strip, -1 for none, and
// tells the tag of the barrier in whose area a strip lies.
func (e *enclosures) findStrips(buildings []placed, areas []basin) (label []int32, kind []uint32) {
	built := make([]bool, len(e.group))
	for _, b := range buildings {
		built[b.group] = true
	}
	label, kind = make([]int32, len(e.group)), make([]uint32, len(e.group))
	for f := range label {
		label[f] = -1
		if built[f] || e.community[f] < 0 {
			continue
		}
		if kind[f] = e.basinKind(int32(f), areas); kind[f] != 0 || e.isStrip(int32(f)) {
			label[f] = int32(f)
		}
	}
	// Seams between areas of one kind part nothing.
	u := coverage.NewUnion(len(label))
	for i := range e.cov.Edges() {
		_, _, l, r, tag := e.cov.Edge(i)
		if l != coverage.None && r != coverage.None && tag&tagArea != 0 && tag&tagOutline == 0 && kind[l] != 0 && kind[l] == kind[r] && e.community[l] == e.community[r] {
			u.Join(l, r)
		}
	}
	for f, l := range label {
		if l >= 0 {
			label[f] = u.Find(int32(f))
		}
	}
	return label, kind
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

func (e *enclosures) isStrip(f int32) bool {
	perimeter, river := 0.0, 0.0
	for _, h := range e.byFace[f] {
		_, _, l, r, tag := e.cov.HalfEdge(h)
		if l == r {
			continue
		}
		m := e.cov.LengthM(int(h / 2))
		perimeter += m
		if tag&tagRiver != 0 {
			river += m
		}
	}
	area := float64(e.cov.Area2(f)) / 2e6
	width := 2 * area / perimeter
	return area < stripM2 || width < stripWidthM || river >= waterShare*perimeter && width < waterWidthM
}

// stripRegions walks around each strip.
func (e *enclosures) stripRegions(label []int32, kind []uint32) []strip {
	at := make(map[int32]int)
	var out []strip
	var area, perimeter []float64
	for f, l := range label {
		if l < 0 {
			continue
		}
		if _, known := at[l]; !known {
			at[l] = len(out)
			out = append(out, strip{root: l, kind: kind[l]})
			area, perimeter = append(area, 0), append(perimeter, 0)
		}
		area[at[l]] += float64(e.cov.Area2(int32(f))) / 2e6
	}
	side := func(f int32) int32 {
		if f == coverage.None {
			return -1
		}
		return label[f]
	}
	done := make([]bool, 2*e.cov.Edges())
	for h := range done {
		_, _, l, r, _ := e.cov.HalfEdge(int32(h))
		if done[h] || side(l) < 0 || side(l) == side(r) {
			continue
		}
		i := at[side(l)]
		var ring []int32
		for g := int32(h); !done[g]; {
			done[g] = true
			ring = append(ring, g)
			perimeter[i] += e.cov.LengthM(int(g / 2))
			for g = e.cov.Next(g); ; g = e.cov.Next(g ^ 1) {
				if _, _, l, r, _ := e.cov.HalfEdge(g); side(l) != side(r) {
					break
				}
			}
		}
		out[i].rings = append(out[i].rings, ring)
	}
	for i := range out {
		out[i].width = 2 * area[i] / max(perimeter[i], 1e-3)
	}
	return out
}

// across is the group on the other side of half-edge h when it may take a part of
// the strip: land of the same community that is no strip itself; else -1.
func (e *enclosures) across(h int32, label []int32) int32 {
	_, _, l, r, _ := e.cov.HalfEdge(h)
	if r == coverage.None || label[r] >= 0 || e.community[r] != e.community[l] {
		return -1
	}
	return e.group[r]
}

// divideStrip answers the one group that takes the strip, or lines that divide
// it among several; -1 and none where no neighbour can take it.
func (e *enclosures) divideStrip(s strip, label []int32) (int32, []coverage.Segment) {
	b := &banks{e: e, label: label, step: min(max(s.width/2, 1), 10)}
	runs := s.rings
	if s.kind == 0 {
		runs = e.longestSide(s, label)
	}
	b.choose(runs)
	if len(b.owners) == 0 {
		return -1, nil
	}
	if len(b.owners) == 1 {
		return b.owners[0], nil
	}
	tag := tagSplit | tagCell
	if s.kind != 0 {
		tag = tagSplit | s.kind
	}
	sites := b.sample(s.kind != 0)
	lo, hi := sites[0].At, sites[0].At
	for _, ring := range s.rings {
		for _, h := range ring {
			p, _, _, _, _ := e.cov.HalfEdge(h)
			lo = coverage.Point{X: min(lo.X, p.X), Y: min(lo.Y, p.Y)}
			hi = coverage.Point{X: max(hi.X, p.X), Y: max(hi.Y, p.Y)}
		}
	}
	lines := coverage.Voronoi(sites, [2]coverage.Point{lo, hi}, thinMM)
	return -1, e.cov.Clip(lines, label, s.root, tag, nil)
}

// inherit carries groups over from old, of which e is a refinement: faces parted
// only by new lines were one. A part of a strip joins the group with which it
// shares the most.
func (e *enclosures) inherit(old *enclosures, label []int32, owner map[int32]int32) {
	u := coverage.NewUnion(len(e.group))
	for i := range e.cov.Edges() {
		if _, _, l, r, tag := e.cov.Edge(i); l != coverage.None && r != coverage.None && tag&tagSplit != 0 && tag&(tagOutline|tagArea) == 0 {
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
	var parts []int32
	for f := range e.group {
		was := old.locate(e.insideOf(largest[u.Find(int32(f))]))
		switch {
		case was == coverage.None || old.community[was] != e.community[f]:
			e.group[f] = int32(len(old.group) + f)
		case label[was] < 0:
			e.group[f] = was
		case owner[label[was]] >= 0:
			e.group[f] = owner[label[was]]
		default:
			e.group[f] = int32(len(old.group) + f)
			parts = append(parts, int32(f))
		}
	}
	for range 3 { // parts of parts follow
		if parts = e.joinParts(parts, int32(len(old.group))); len(parts) == 0 {
			break
		}
	}
}

// joinParts gives each part to the group below limit with which it shares the
// most, and answers those that touch none.
func (e *enclosures) joinParts(parts []int32, limit int32) (rest []int32) {
	type gift struct{ face, group int32 }
	var gifts []gift
	for _, f := range parts {
		shared := make(map[int32]float64)
		for _, h := range e.byFace[f] {
			_, _, _, r, tag := e.cov.HalfEdge(h)
			if r != coverage.None && e.group[r] < limit && e.community[r] == e.community[f] && tag&tagSplit == 0 {
				shared[e.group[r]] += e.cov.LengthM(int(h / 2))
			}
		}
		best := int32(-1)
		for g, m := range shared {
			if best < 0 || m > shared[best] || m == shared[best] && g < best {
				best = g
			}
		}
		if best < 0 {
			rest = append(rest, f)
		} else {
			gifts = append(gifts, gift{f, best})
		}
	}
	for _, g := range gifts {
		e.group[g.face] = g.group
	}
	return rest
}
