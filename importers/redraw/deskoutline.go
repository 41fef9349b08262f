package redraw

import "github.com/paulmach/orb"

// outlines dissolves the land of the given grids, and of no other: those that own
// atoms together, so that they share their edges; each layered one by itself.
func (d *Desk) outlines(grids []int32) (shapes []orb.MultiPolygon, layered []bool) {
	shapes, layered = make([]orb.MultiPolygon, len(grids)), make([]bool, len(grids))
	index := make(map[int32]int32, len(grids))
	for i, g := range grids {
		index[g] = int32(i)
		layered[i] = true
	}
	label := make([]int32, len(d.land.atom))
	for f, a := range d.land.atom {
		label[f] = -1
		if a < 0 || len(d.byAtom[a]) == 0 {
			continue
		}
		if i, ok := index[d.ownerOf(a)]; ok {
			label[f] = i
			layered[i] = false
		}
	}
	copy(shapes, d.land.cov.Dissolve(label, len(grids)))
	for i, g := range grids {
		if !layered[i] {
			continue
		}
		for f, a := range d.land.atom {
			label[f] = -1
			if a >= 0 && d.standsOn(g, a) {
				label[f] = 0
			}
		}
		shapes[i] = d.land.cov.Dissolve(label, 1)[0]
	}
	return shapes, layered
}

// ownerOf an atom is the grid with most households in it, the first by code among
// equals.
func (d *Desk) ownerOf(a int32) int32 {
	nodes := d.byAtom[a]
	if len(nodes) == 1 {
		return d.state.part[nodes[0]]
	}
	sums := map[int32]int{}
	for _, v := range nodes {
		sums[d.state.part[v]] += d.nodes[v].households
	}
	best := int32(-1)
	for _, g := range sortedKeys(sums) {
		if best < 0 || sums[g] > sums[best] || sums[g] == sums[best] && d.state.grids[g].code < d.state.grids[best].code {
			best = g
		}
	}
	return best
}

func (d *Desk) standsOn(g, a int32) bool {
	for _, v := range d.byAtom[a] {
		if d.state.part[v] == g {
			return true
		}
	}
	return false
}
