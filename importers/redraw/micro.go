package redraw

import (
	"cmp"
	"context"

	"gridmap/geo/regions"
)

// drawMicro divides grids into micro-grids: by the rule, or, when total is above
// zero, into so many in all, spread over the grids by households.
func (d *drawer) drawMicro(ctx context.Context, grids []drawn, total int) error {
	rule := d.o.microRule()
	counts := make([]int, len(grids))
	if total > 0 {
		counts = spread(grids, total)
	}
	for i := range grids {
		g := &grids[i]
		if g.kind == Dedicated && total == 0 {
			continue
		}
		if err := d.microGrid(ctx, g, rule, counts[i]); err != nil {
			return err
		}
	}
	return nil
}

// microGrid divides one grid. Towers over the top are opened into layers of the
// size of a micro-grid; where that does not fit, all buildings with stairwells
// are tried in pieces of half that size, and at last floor by floor, which the
// solver may put together.
func (d *drawer) microGrid(ctx context.Context, g *drawn, rule bounds, fixed int) error {
	best := *g
	bestOff := -1
	fine := newBounds(max(1, rule.Min/3), max(1, rule.Max/2), max(1, rule.Target/2))
	floor := newBounds(1, 1, 1)
	for try, layer := range []bounds{rule, fine, floor} {
		opened := *g
		if fixed == 0 {
			changed := d.openTowers(&opened, layer)
			if try > 0 && !changed {
				break
			}
		}
		nodes := make([]int32, len(opened.nodes))
		for v := range nodes {
			nodes[v] = int32(v)
		}
		div := d.division(opened.nodes, rule, fixed)
		if d.o.Mode == Repair {
			div.home = d.home(opened.nodes, d.microOf)
		}
		div.steps = d.steps * len(opened.nodes) / max(1, d.size)
		found, err := div.divide(ctx, opened.links, nodes)
		d.used += found.steps
		if err != nil {
			return err
		}
		if bestOff < 0 || found.off < bestOff {
			opened.micro = d.joinEmptyMicro(&opened, found.areas, rule)
			best, bestOff = opened, found.off
		}
		if fixed > 0 || bestOff == 0 {
			break
		}
	}
	*g = best
	return nil
}

// openTowers replaces nodes over the top by their layers, and tells whether
// there were any. Floor by floor, a stairwell hangs together from one floor to
// the next and meets its neighbours at the door, so that parts are bands.
func (d *drawer) openTowers(g *drawn, rule bounds) bool {
	byFloor := rule.Max == 1
	var out []node
	var from []int32
	for v, n := range g.nodes {
		parts := []node{n}
		if n.households > rule.Max && n.dedicated == "" {
			parts = d.relayer(n, rule)
		}
		for range parts {
			from = append(from, int32(v))
		}
		out = append(out, parts...)
	}
	if len(out) == len(g.nodes) {
		return false
	}
	first := make([][]int32, len(g.nodes))
	weight := make([]int, len(out))
	group := make([]int32, len(out))
	for i, v := range from {
		first[v] = append(first[v], int32(i))
		weight[i] = out[i].households
		group[i] = g.links.Group[v]
	}
	var links []regions.Link
	for v := range g.nodes {
		for _, a := range first[v] {
			for _, b := range first[v] {
				if a < b && (!byFloor || b == a+1) {
					links = append(links, regions.Link{A: a, B: b, Cost: 1})
				}
			}
			for _, arc := range g.links.Around(int32(v)) {
				for _, b := range first[arc.To] {
					if a < b && (!byFloor || out[a].atDoor() && out[b].atDoor()) {
						links = append(links, regions.Link{A: a, B: b, Cost: arc.Cost})
					}
				}
			}
		}
	}
	g.nodes, g.links = out, regions.NewGraph(weight, group, links)
	return true
}

// atDoor tells whether a node holds the ground floor of a stairwell, or more.
func (n node) atDoor() bool {
	for _, s := range n.shares {
		for _, u := range s.units {
			if u.floor == 0 {
				return true
			}
		}
	}
	return len(n.shares) == 0
}

// relayer divides a node, which may itself be a part of a building.
func (d *drawer) relayer(n node, rule bounds) []node {
	var us []unit
	for _, s := range n.shares {
		us = append(us, s.units...)
	}
	var out []node
	for _, list := range shares(d.in.Buildings, layers(us, rule)) {
		m := node{atom: n.atom, shares: list, dedicated: n.dedicated}
		for _, s := range list {
			m.households += s.households
			m.persons += s.persons
		}
		out = append(out, m)
	}
	return out
}

// spread gives each grid at least one of total micro-grids.
func spread(grids []drawn, total int) []int {
	out := make([]int, len(grids))
	for i := range out {
		out[i] = 1
	}
	for given := len(grids); given < total; given++ {
		best := -1
		for i, g := range grids {
			if out[i] < min(99, len(g.nodes)) && (best < 0 ||
				cmp.Compare((g.households+1)*(2*out[best]+1), (grids[best].households+1)*(2*out[i]+1)) > 0) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		out[best]++
	}
	return out
}

// joinEmptyMicro turns areas into micro-grids; an empty one joins the first.
func (d *drawer) joinEmptyMicro(g *drawn, areas []area, rule bounds) []drawnMicro {
	var out []drawnMicro
	var empty []int
	for _, a := range areas {
		m := drawnMicro{reason: a.reason}
		built := false
		for _, v := range a.nodes {
			m.nodes = append(m.nodes, int(v))
			built = built || len(g.nodes[v].shares) > 0
		}
		if !built && len(areas) > 1 {
			empty = append(empty, m.nodes...)
			continue
		}
		out = append(out, m)
	}
	if len(out) == 0 {
		return []drawnMicro{{nodes: empty, reason: rule.arithmetic(0)}}
	}
	out[0].nodes = append(out[0].nodes, empty...)
	return out
}
