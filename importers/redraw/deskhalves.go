package redraw

import (
	"cmp"
	"slices"
)

// splits of a grid over the top into two, along a breadth-first tree of its units
// from each of its four ends: of all branches the one that leaves both parts best.
func (f *mender) splits(g int32, out []candidate) []candidate {
	d := f.d
	nodes := d.state.nodesOf(g)
	for _, end := range d.ends(nodes) {
		order, parent := f.tree(f.unit[end])
		households := make([]int, len(f.units))
		for i := len(order) - 1; i >= 0; i-- {
			u := order[i]
			households[u] += f.units[u].households
			if i > 0 {
				households[parent[u]] += households[u]
			}
		}
		total, best, score := d.state.grids[g].households, int32(-1), 0
		for _, u := range order[1:] {
			h := households[u]
			s := 1000*(d.rule.Off(h)+d.rule.Off(total-h)) + max(h, total-h) - min(h, total-h)
			if best < 0 || s < score {
				best, score = u, s
			}
		}
		if best < 0 {
			continue
		}
		branch := make([]bool, len(f.units))
		branch[best] = true
		for _, u := range order[1:] {
			branch[u] = branch[u] || branch[parent[u]]
		}
		larger := 2*households[best] > total // the larger part keeps the code
		leave := slices.DeleteFunc(slices.Clone(nodes), func(v int32) bool { return branch[f.unit[v]] == larger })
		c := f.candidate(g, SplitOp, nodeMove{leave, -1})
		c.border = d.borderChange(c.moves)
		out = append(out, c)
	}
	return out
}

// ends are the westernmost, easternmost, southernmost and northernmost nodes.
func (d *Desk) ends(nodes []int32) []int32 {
	x := func(v int32) float64 { return d.land.atoms[d.nodes[v].atom].x }
	y := func(v int32) float64 { return d.land.atoms[d.nodes[v].atom].y }
	byX := func(a, b int32) int { return cmp.Or(cmp.Compare(x(a), x(b)), cmp.Compare(a, b)) }
	byY := func(a, b int32) int { return cmp.Or(cmp.Compare(y(a), y(b)), cmp.Compare(a, b)) }
	out := []int32{slices.MinFunc(nodes, byX), slices.MaxFunc(nodes, byX), slices.MinFunc(nodes, byY), slices.MaxFunc(nodes, byY)}
	slices.Sort(out)
	return slices.Compact(out)
}

// tree orders the units of a grid breadth first from one of them.
func (f *mender) tree(root int32) (order, parent []int32) {
	parent = make([]int32, len(f.units))
	for u := range parent {
		parent[u] = -1
	}
	parent[root] = root
	order = []int32{root}
	for i := 0; i < len(order); i++ {
		for _, l := range f.join(order[i]).near {
			if parent[l.unit] < 0 {
				parent[l.unit] = order[i]
				order = append(order, l.unit)
			}
		}
	}
	return order, parent
}
