package redraw

import "gridmap/geo/regions"

// carve makes a grid of each connected piece of dedicated nodes of one name,
// with what it encloses, and returns the nodes that are left.
func (d *drawer) carve(nodes []node, g *regions.Graph) (grids []drawn, rest []int32) {
	owner := make([]int32, len(nodes)) // by node: the piece it is in, -1 none
	for i := range owner {
		owner[i] = -1
	}
	var pieces [][]int32
	for i := range nodes {
		name := nodes[i].dedicated
		if name == "" || owner[i] >= 0 {
			continue
		}
		id := int32(len(pieces))
		list := []int32{int32(i)}
		owner[i] = id
		for k := 0; k < len(list); k++ {
			for _, a := range g.Around(list[k]) {
				if owner[a.To] < 0 && nodes[a.To].dedicated == name {
					owner[a.To] = id
					list = append(list, a.To)
				}
			}
		}
		pieces = append(pieces, list)
	}
	if len(pieces) > 0 {
		d.enclose(g, owner)
	}
	lists := make([][]int32, len(pieces))
	for i, id := range owner {
		if id < 0 {
			rest = append(rest, int32(i))
		} else {
			lists[id] = append(lists[id], int32(i))
		}
	}
	for id, list := range lists {
		h := 0
		for _, v := range list {
			h += nodes[v].households
		}
		grid := d.grid(nodes, g, list, Dedicated, d.o.gridRule().dedicated(h))
		grid.name = nodes[pieces[id][0]].dedicated
		grids = append(grids, grid)
	}
	return grids, rest
}

// enclose gives what a dedicated piece cuts off from the rest of the community,
// when it is too small even for a micro-grid, to the piece with which it shares
// most: a caretaker's house on the school grounds is no grid of its own.
func (d *drawer) enclose(g *regions.Graph, owner []int32) {
	var free []int32
	for v, id := range owner {
		if id < 0 {
			free = append(free, int32(v))
		}
	}
	sub := g.Subgraph(free)
	of, n := sub.Components()
	sums := make([]int, n)
	border := make([]map[int32]float64, n)
	for i, c := range of {
		sums[c] += sub.Weight[i]
		for _, a := range g.Around(free[i]) {
			if id := owner[a.To]; id >= 0 {
				if border[c] == nil {
					border[c] = make(map[int32]float64)
				}
				border[c][id] += a.Cost
			}
		}
	}
	into := make([]int32, n)
	for c := range into {
		into[c] = -1
		if sums[c] >= d.o.MicroMin || n == 1 {
			continue
		}
		for id, cost := range border[c] {
			if into[c] < 0 || cost > border[c][into[c]] || cost == border[c][into[c]] && id < into[c] {
				into[c] = id
			}
		}
	}
	for i, c := range of {
		if into[c] >= 0 {
			owner[free[i]] = into[c]
		}
	}
}
