package redraw

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"gridmap/geo/coverage"
)

// land is the whole map in atoms: what is never divided in the plane.
type land struct {
	cov       *coverage.Coverage
	community []int32 // of each face, -1 none
	atom      []int32 // of each face, -1 none
	atoms     []atom
	rejected  []Rejected
}

// atom is the cell of a building, or of several in one place, or a piece of
// empty land.
type atom struct {
	community int32
	buildings []int // indices in Input.Buildings
	x, y      float64
	areaM2    float64
}

// emptyAtomM2 is the size from which an enclosure without buildings is an atom
// that may go either way; smaller ones join the neighbour with whom they share
// the most.
const emptyAtomM2 = 2_000

// thinMM keeps the borders of cells from carrying a vertex for each site.
const thinMM = 700

// survey makes the coverage and its atoms. Communities are sorted by code.
func survey(ctx context.Context, in Input, workers int) (*land, error) {
	segs, err := baseLines(in)
	if err != nil {
		return nil, err
	}
	base, err := coverage.Build(ctx, segs, workers)
	if err != nil {
		return nil, fmt.Errorf("build enclosures: %w", err)
	}
	l := &land{}
	buildings := l.place(in, base)
	cells, err := cellBorders(ctx, base, buildings, workers)
	if err != nil {
		return nil, err
	}
	if l.cov, err = coverage.Build(ctx, append(base.Segments(), cells...), workers); err != nil {
		return nil, fmt.Errorf("build cells: %w", err)
	}
	l.community = faceCommunities(l.cov, in.Communities)
	l.makeAtoms(in, buildings)
	l.attach()
	l.measure()
	return l, nil
}

func baseLines(in Input) ([]coverage.Segment, error) {
	var segs []coverage.Segment
	var err error
	for _, c := range in.Communities {
		if segs, err = coverage.AppendPolygon(segs, c.Outline, tagOutline); err != nil {
			return nil, fmt.Errorf("outline of community %s: %w", c.Code, err)
		}
	}
	for i, b := range in.Barriers {
		if segs, err = coverage.AppendLine(segs, b.Line, b.Kind.tag()); err != nil {
			return nil, fmt.Errorf("barrier %d: %w", i, err)
		}
	}
	return segs, nil
}

// place finds for each building the enclosure that it stands in: by a point in
// its middle; for one on a border, by the corner that lies in the community it
// names, or in any.
func (l *land) place(in Input, base *coverage.Coverage) []placed {
	of := faceCommunities(base, in.Communities)
	var out []placed
	for i, b := range in.Buildings {
		if b.Households < 0 || b.Persons < 0 {
			l.reject(b.ID, "negative_count", true, "户数或人数为负", "its count of households or persons is negative")
			continue
		}
		points := candidates(b.Outline)
		best := placed{building: i, enclosure: coverage.None}
		known := false
		for _, m := range points {
			p, ok := coverage.FromMetres(m)
			known = known || ok
			if !ok {
				continue
			}
			f := base.Locate(p)
			if f == coverage.None || of[f] < 0 {
				continue
			}
			named := in.Communities[of[f]].Code == b.Community
			if best.enclosure == coverage.None || named {
				best.at, best.enclosure = p, f
			}
			if named || b.Community == "" {
				break
			}
		}
		switch {
		case !known:
			l.reject(b.ID, "no_position", true, "没有可用的位置", "it has no usable position")
			continue
		case best.enclosure == coverage.None:
			l.reject(b.ID, "outside", true, "不在任何社区范围内", "it lies outside every community")
			continue
		}
		if len(b.Stairwells) > 0 && tableSum(b.Stairwells) != b.Households {
			l.reject(b.ID, "stairwells_do_not_add_up", false, "单元楼层户数之和与总户数不符,未采用", "its stairwells do not add up to its households, and were not used")
		}
		best.sites = sitesOf(b.Outline, best.at)
		out = append(out, best)
	}
	return out
}

func (l *land) reject(id int64, reason string, dropped bool, zh, en string) {
	l.rejected = append(l.rejected, Rejected{BuildingID: id, Reason: reason, Zh: zh, En: en, Dropped: dropped})
}

// cellBorders draws the Voronoi borders of each enclosure, several at a time.
func cellBorders(ctx context.Context, base *coverage.Coverage, buildings []placed, workers int) ([]coverage.Segment, error) {
	in := make(map[int32][]int)
	for i, b := range buildings {
		in[b.enclosure] = append(in[b.enclosure], i)
	}
	var faces []int32
	for f, list := range in {
		if len(list) > 1 {
			faces = append(faces, f)
		}
	}
	slices.Sort(faces)
	results := make([][]coverage.Segment, len(faces))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range max(1, workers) {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(faces) {
					return
				}
				results[i] = enclosureCells(base, faces[i], buildings, in[faces[i]])
			}
		})
	}
	wg.Wait()
	return slices.Concat(results...), ctx.Err()
}

// enclosureCells draws the cells of one enclosure. Sites of a building that
// crosses its border count only inside.
func enclosureCells(base *coverage.Coverage, face int32, buildings []placed, list []int) []coverage.Segment {
	box := base.Bounds(face)
	var sites []coverage.Site
	for owner, i := range list {
		for j, p := range buildings[i].sites {
			inBox := p.X >= box[0].X && p.X <= box[1].X && p.Y >= box[0].Y && p.Y <= box[1].Y
			if j == 0 || inBox && base.Locate(p) == face {
				sites = append(sites, coverage.Site{At: p, Owner: int32(owner)})
			}
		}
	}
	return base.Clip(coverage.Voronoi(sites, box, thinMM), face, tagCell, nil)
}

// makeAtoms starts an atom in each face that holds a building.
func (l *land) makeAtoms(in Input, buildings []placed) {
	l.atom = make([]int32, l.cov.Faces())
	for f := range l.atom {
		l.atom[f] = -1
	}
	for _, b := range buildings {
		f := l.cov.Locate(b.at)
		if f == coverage.None || l.community[f] < 0 {
			l.reject(in.Buildings[b.building].ID, "outside", true, "不在任何社区范围内", "it lies outside every community")
			continue
		}
		if l.atom[f] < 0 {
			l.atom[f] = int32(len(l.atoms))
			l.atoms = append(l.atoms, atom{community: l.community[f]})
		}
		a := &l.atoms[l.atom[f]]
		a.buildings = append(a.buildings, b.building)
	}
}

// attach gives every other face of a community to an atom: an enclosure without
// a building becomes an atom when it is large; all that is left (lobes of a cell
// cut off by a bend, slivers, traffic islands) grows onto the neighbour with
// which it shares the most, barriers counted at their factor.
func (l *land) attach() {
	next := l.neighbours()
	l.emptyAtoms(next)
	q := &claims{}
	push := func(f int32) {
		for _, n := range next[f] {
			if l.atom[n.face] < 0 {
				heap.Push(q, claim{n.weight, n.face, l.atom[f]})
			}
		}
	}
	for f := range l.atom {
		if l.atom[f] >= 0 {
			push(int32(f))
		}
	}
	for start := 0; ; {
		for q.Len() > 0 {
			c := heap.Pop(q).(claim)
			if l.atom[c.face] < 0 {
				l.atom[c.face] = c.atom
				push(c.face)
			}
		}
		// An island without a building is an atom of its own.
		for start < len(l.atom) && (l.atom[start] >= 0 || l.community[start] < 0) {
			start++
		}
		if start == len(l.atom) {
			return
		}
		l.atom[start] = int32(len(l.atoms))
		l.atoms = append(l.atoms, atom{community: l.community[start]})
		push(int32(start))
	}
}

// emptyAtoms makes atoms of large enclosures without a building.
func (l *land) emptyAtoms(next [][]neighbour) {
	seen := make([]bool, len(l.atom))
	var queue []int32
	for f := range l.atom {
		if seen[f] || l.community[f] < 0 {
			continue
		}
		seen[f] = true
		queue = append(queue[:0], int32(f))
		built, area := false, 0.0
		for i := 0; i < len(queue); i++ {
			built = built || l.atom[queue[i]] >= 0
			area += float64(l.cov.Area2(queue[i])) / 2e6
			for _, n := range next[queue[i]] {
				if n.open && !seen[n.face] {
					seen[n.face] = true
					queue = append(queue, n.face)
				}
			}
		}
		if built || area < emptyAtomM2 {
			continue
		}
		for _, g := range queue {
			l.atom[g] = int32(len(l.atoms))
		}
		l.atoms = append(l.atoms, atom{community: l.community[f]})
	}
}

type neighbour struct {
	face   int32
	weight float64
	open   bool // some of the shared border is no barrier
}

// neighbours lists for each face those of the same community, sorted.
func (l *land) neighbours() [][]neighbour {
	out := make([][]neighbour, l.cov.Faces())
	for i := range l.cov.Edges() {
		_, _, f, g, tag := l.cov.Edge(i)
		if f == g || f == coverage.None || g == coverage.None || l.community[f] < 0 || l.community[f] != l.community[g] {
			continue
		}
		w := l.cov.LengthM(i) * barrierFactor(tag)
		out[f] = append(out[f], neighbour{g, w, tag&tagBarrier == 0})
		out[g] = append(out[g], neighbour{f, w, tag&tagBarrier == 0})
	}
	for f, list := range out {
		slices.SortStableFunc(list, func(a, b neighbour) int { return cmp.Compare(a.face, b.face) })
		n := 0
		for i, e := range list {
			if i > 0 && list[n-1].face == e.face {
				list[n-1].weight += e.weight
				list[n-1].open = list[n-1].open || e.open
				continue
			}
			list[n] = e
			n++
		}
		out[f] = list[:n]
	}
	return out
}

// measure sums the area of each atom and finds its centre.
func (l *land) measure() {
	byFace := l.cov.HalfEdgesByFace()
	for f, a := range l.atom {
		if a < 0 {
			continue
		}
		area := float64(l.cov.Area2(int32(f))) / 2e6
		x, y := l.cov.InteriorPoint(int32(f), byFace[f])
		at := &l.atoms[a]
		at.areaM2 += area
		at.x += x * area
		at.y += y * area
	}
	for i := range l.atoms {
		if a := &l.atoms[i]; a.areaM2 > 0 {
			a.x /= a.areaM2
			a.y /= a.areaM2
		}
	}
}

// claim is an atom's offer for a face; the heap gives the heaviest first.
type claim struct {
	weight float64
	face   int32
	atom   int32
}

type claims []claim

func (c claims) Len() int { return len(c) }
func (c claims) Less(i, j int) bool {
	a, b := c[i], c[j]
	if a.weight != b.weight {
		return a.weight > b.weight
	}
	if a.face != b.face {
		return a.face < b.face
	}
	return a.atom < b.atom
}
func (c claims) Swap(i, j int) { c[i], c[j] = c[j], c[i] }
func (c *claims) Push(x any)   { *c = append(*c, x.(claim)) }
func (c *claims) Pop() any {
	last := (*c)[len(*c)-1]
	*c = (*c)[:len(*c)-1]
	return last
}

func tableSum(stairwells [][]int) int {
	sum := 0
	for _, floors := range stairwells {
		for _, h := range floors {
			sum += h
		}
	}
	return sum
}
