package redraw

import (
	"slices"

	"gridmap/geo/regions"
)

// compounds counts those in more than one grid of a community.
func (p *publisher) compounds(plan *Plan, links [][]regions.Link, books []ledger) {
	index := make(map[int64]int, len(p.in.Buildings))
	for i := range p.in.Buildings {
		index[p.in.Buildings[i].ID] = i
	}
	type compound struct {
		grids      []int
		households int
		dedicated  bool
	}
	community := make(map[string]int, len(p.in.Communities))
	in := make([]map[int64]*compound, len(books))
	for c := range in {
		in[c] = map[int64]*compound{}
		community[p.in.Communities[c].Code] = c
	}
	for _, a := range plan.Assignments {
		b := &p.in.Buildings[index[a.BuildingID]]
		if b.Compound == 0 {
			continue
		}
		here := in[community[plan.Grids[a.Grid].Community]]
		if here[b.Compound] == nil {
			here[b.Compound] = &compound{}
		}
		c := here[b.Compound]
		c.households += a.Households
		c.dedicated = c.dedicated || b.Dedicated != ""
		if !slices.Contains(c.grids, a.Grid) {
			c.grids = append(c.grids, a.Grid)
		}
	}
	for c := range books {
		books[c].compounds.Compounds = len(in[c])
		pieces := p.compoundPieces(c, links[c])
		for _, id := range sortedKeys(in[c]) {
			if len(in[c][id].grids) < 2 {
				continue
			}
			books[c].compounds.Split++
			if in[c][id].households <= p.o.Max && !in[c][id].dedicated && pieces[id] == 1 {
				books[c].compounds.Avoidable++
			}
		}
	}
}

// compoundPieces counts the connected pieces of land of each compound.
func (p *publisher) compoundPieces(community int, links []regions.Link) map[int64]int {
	of := map[int32][]int64{}
	type plot struct {
		compound int64
		atom     int32
	}
	parent := map[plot]plot{}
	for a := range p.land.atoms {
		if int(p.land.atoms[a].community) != community {
			continue
		}
		for _, b := range p.land.atoms[a].buildings {
			if id := p.in.Buildings[b].Compound; id != 0 && !slices.Contains(of[int32(a)], id) {
				of[int32(a)] = append(of[int32(a)], id)
				parent[plot{id, int32(a)}] = plot{id, int32(a)}
			}
		}
	}
	find := func(x plot) plot {
		for parent[x] != x {
			parent[x] = parent[parent[x]]
			x = parent[x]
		}
		return x
	}
	for _, l := range links {
		for _, id := range of[l.A] {
			if slices.Contains(of[l.B], id) {
				parent[find(plot{id, l.A})] = find(plot{id, l.B})
			}
		}
	}
	pieces := map[int64]int{}
	for x, up := range parent {
		if x == up {
			pieces[x.compound]++
		}
	}
	return pieces
}
