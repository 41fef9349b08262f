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
	sliverM      = 1 // narrower ones are strips even where a building is said to stand
	sparseM2     = 5_000
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

// joinStrips gives first slivers and then strips to the groups beside them: what
// divides a strip has to divide the slivers along it too.
func (e *enclosures) joinStrips(ctx context.Context, buildings []placed, t *intake, workers int) (*enclosures, error) {
	for _, step := range []struct {
		find finder
		cut  uint32 // tag of the lines that divide a strip
	}{{findSlivers, tagSliver}, {findStrips, tagSplit}} {
		label, kind := step.find(e, buildings, t.areas)
		next, err := e.join(ctx, buildings, t, label, kind, step.cut, workers)
		if err != nil {
			return nil, err
		}
		e = next
	}
	return e, nil
}

// A finder labels each face with the first face of its strip, -1 for none, and
// tells the tag of the barrier in whose area a face lies.
type finder func(e *enclosures, buildings []placed, areas []basin) (label []int32, kind []uint32)

// join gives strips, or parts of them, to the groups beside them. Where one has
// to be divided the result is a new coverage.
func (e *enclosures) join(ctx context.Context, buildings []placed, t *intake, label []int32, kind []uint32, cut uint32, workers int) (*enclosures, error) {
	strips := e.stripRegions(label, kind)
	whole := make([]int32, len(strips)) // group that takes all of a strip, -1 none
	lines := make([][]coverage.Segment, len(strips))
	err := inTurn(ctx, workers, len(strips), func(i int) {
		whole[i], lines[i] = e.divideStrip(strips[i], label, cut)
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
		for i := range buildings {
			buildings[i].group = e.group[buildings[i].group]
		}
		return e, nil
	}
	cov, err := coverage.Build(ctx, append(e.cov.Segments(), cuts...), workers)
	if err != nil {
		return nil, err
	}
	next := newEnclosures(cov, t.outlines)
	next.inherit(e, label, owner, cut)
	name := next.nameGroups()
	for i := range buildings {
		b := &buildings[i]
		if g, known := name[b.group]; known && label[b.group] < 0 {
			b.group = g
		} else if f := cov.Locate(b.sites[0]); f != coverage.None {
			b.group = next.group[f]
		} else {
			b.group = -1 // noding has moved a border past the place
		}
	}
	return next, nil
}

// nameGroups gives each group the number of its first face, and tells the new
// number of each.
func (e *enclosures) nameGroups() map[int32]int32 {
	first := make(map[int32]int32)
	for f, g := range e.group {
		if _, known := first[g]; !known {
			first[g] = int32(f)
		}
		e.group[f] = first[g]
	}
	return first
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
func (e *enclosures) divideStrip(s strip, label []int32, cut uint32) (int32, []coverage.Segment) {
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
	tag := cut | tagCell
	if s.kind != 0 {
		tag = cut | s.kind
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
