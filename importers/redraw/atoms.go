package redraw

import (
	"cmp"
	"container/heap"
	"slices"

	"github.com/paulmach/orb"

	"gridmap/geo/coverage"
)

// land is the whole map in atoms: what is never divided in the plane.
type land struct {
	cov       *coverage.Coverage
	community []int32 // of each face, -1 none
	atom      []int32 // of each face, -1 none
	atoms     []atom
	rejected  []Rejected
	closed    map[[2]int32]bool // see unbridged
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
const thinMM = 2_000

// place finds for each building the enclosure that it stands in: by a point in
// its middle; for one on a border, by the corner that lies in the community it
// names, or in any.
func (l *land) place(in Input, e *enclosures) []placed {
	var out []placed
	for i, b := range in.Buildings {
		if b.Households < 0 || b.Persons < 0 {
			l.reject(b.ID, "negative_count", true, "户数或人数为负", "its count of households or persons is negative")
			continue
		}
		area, points, faulty := footprint(b.Outline)
		points = spots(area, points)
		if len(points) == 0 {
			l.reject(b.ID, "no_position", true, "没有可用的位置", "it has no usable position")
			continue
		}
		at, ok := e.best(in.Communities, b.Community, points)
		if !ok {
			l.reject(b.ID, "outside", true, "不在任何社区范围内", "it lies outside every community")
			continue
		}
		if faulty {
			l.reject(b.ID, "bad_outline", false, "轮廓有误,按可用部分定位", "its outline is faulty; it was placed by what could be used of it")
		}
		if len(b.Stairwells) > 0 && tableSum(b.Stairwells) != b.Households {
			l.reject(b.ID, "stairwells_do_not_add_up", false, "单元楼层户数之和与总户数不符,未采用", "its stairwells do not add up to its households, and were not used")
		}
		f := e.cov.Locate(at)
		out = append(out, placed{building: i, community: e.community[f], group: e.group[f], sites: sitesOf(area, at)})
	}
	return out
}

// best is the first of the points that lies in the community named, or else in any.
func (e *enclosures) best(communities []Community, named string, points []orb.Point) (at coverage.Point, found bool) {
	for _, m := range points {
		p, ok := coverage.FromMetres(m)
		if !ok {
			continue
		}
		c := e.communityOf(e.cov.Locate(p))
		if c < 0 {
			continue
		}
		if named == "" || communities[c].Code == named {
			return p, true
		}
		if !found {
			at, found = p, true
		}
	}
	return at, found
}

func (l *land) reject(id int64, reason string, dropped bool, zh, en string) {
	l.rejected = append(l.rejected, Rejected{BuildingID: id, Reason: reason, Zh: zh, En: en, Dropped: dropped})
}

// makeAtoms starts an atom in each face that holds a building.
func (l *land) makeAtoms(in Input, buildings []placed) {
	l.atom = make([]int32, l.cov.Faces())
	for f := range l.atom {
		l.atom[f] = -1
	}
	for _, b := range buildings {
		f := l.faceAt(b.sites[0], b.community)
		if f == coverage.None {
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

// faceAt is the face of a community at p, or within two millimetres: noding may
// have moved a border past a place that lies on it.
func (l *land) faceAt(p coverage.Point, community int32) int32 {
	found := coverage.None
	for d := int64(0); d <= 2; d++ {
		for _, s := range [...][2]int64{{0, 0}, {d, 0}, {-d, 0}, {0, d}, {0, -d}} {
			f := l.cov.Locate(coverage.Point{X: p.X + s[0], Y: p.Y + s[1]})
			if f == coverage.None || l.community[f] < 0 {
				continue
			}
			if l.community[f] == community {
				return f
			}
			if found == coverage.None {
				found = f
			}
		}
	}
	return found
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
func (l *land) measure(byFace [][]int32) {
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
