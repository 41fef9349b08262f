package redraw

import (
	"cmp"
	"slices"
	"strings"
)

// publisher gives grids their order, codes, outlines and assignments.
type publisher struct {
	in        Input
	o         Options
	land      *land
	present   *presentIndex
	ids       [][]identity // by community and grid, in the order of codes
	gridOf    []int32      // by atom: index in Plan.Grids of the owner, -1 none
	gridFace  []int32      // by face: index in Plan.Grids of the owner, -1 none
	microFace []int32      // by face: running number of micro-grid, -1 none
}

// centre is where a grid is sorted by: the mean of its atoms, by area.
func (p *publisher) centre(nodes []node) (x, y float64) {
	sum := 0.0
	for _, n := range nodes {
		a := &p.land.atoms[n.atom]
		x += a.x * a.areaM2
		y += a.y * a.areaM2
		sum += a.areaM2
	}
	sum = max(sum, 1e-9)
	return x / sum, y / sum
}

// ordered sorts west to east, then north to south; layers of one footprint keep
// the order in which they were made, from the first stairwell and floor up.
func (p *publisher) ordered(n int, nodes func(i int) []node) []int {
	x, y := make([]float64, n), make([]float64, n)
	order := make([]int, n)
	for i := range n {
		x[i], y[i] = p.centre(nodes(i))
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(x[a], x[b]), -cmp.Compare(y[a], y[b]))
	})
	return order
}

// arrange puts grids and micro-grids into the order in which new numbers are
// given.
func (p *publisher) arrange(grids [][]drawn) {
	for c := range grids {
		order := p.ordered(len(grids[c]), func(i int) []node { return grids[c][i].nodes })
		grids[c] = permuted(grids[c], order)
		for i := range grids[c] {
			d := &grids[c][i]
			d.micro = permuted(d.micro, p.ordered(len(d.micro), func(m int) []node { return d.microNodes(m) }))
		}
	}
}

// sortByCode sorts the grids of each community, and the micro-grids of each grid,
// together with their names.
func sortByCode(grids [][]drawn, ids [][]identity) {
	byCode := func(ids []identity) []int {
		order := make([]int, len(ids))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, b int) int { return strings.Compare(ids[a].code, ids[b].code) })
		return order
	}
	for c := range grids {
		order := byCode(ids[c])
		grids[c], ids[c] = permuted(grids[c], order), permuted(ids[c], order)
		for i := range grids[c] {
			order := byCode(ids[c][i].micro)
			grids[c][i].micro, ids[c][i].micro = permuted(grids[c][i].micro, order), permuted(ids[c][i].micro, order)
		}
	}
}

func permuted[T any](list []T, order []int) []T {
	out := make([]T, len(order))
	for i, o := range order {
		out[i] = list[o]
	}
	return out
}

// publish builds the plan. grids is sorted in place into the order of codes.
func (p *publisher) publish(grids [][]drawn) (*Plan, error) {
	plan := &Plan{}
	p.arrange(grids)
	var err error
	if p.ids, plan.Retired, err = newSuccession(p, grids).number(p.in, grids); err != nil {
		return nil, err
	}
	sortByCode(grids, p.ids)
	gridOf, microOf := p.blank(), p.blank()
	var microNumber []int // first running number of the micro-grids of each grid
	micros := 0
	for c := range grids {
		claims := make([]claimant, len(grids[c]))
		for i := range claims {
			claims[i] = claimOf(grids[c][i].nodes)
		}
		owner := owners(claims)
		p.joinPieces(grids[c], claims, owner)
		layered := withoutLand(len(claims), owner)
		for i := range grids[c] {
			d := &grids[c][i]
			g := newGrid(d, p.in.Communities[c].Code, &p.ids[c][i], layered[i])
			p.assign(plan, d, len(plan.Grids))
			for a, o := range owner {
				if o == i {
					gridOf[a] = int32(len(plan.Grids))
				}
			}
			p.ownMicro(d, &g, owner, i, microOf, micros)
			microNumber = append(microNumber, micros)
			micros += len(d.micro)
			plan.Grids = append(plan.Grids, g)
		}
	}
	p.gridOf = gridOf
	p.outline(plan, grids, gridOf, microOf, microNumber, micros)
	slices.SortFunc(plan.Assignments, func(a, b Assignment) int {
		return cmp.Or(cmp.Compare(a.BuildingID, b.BuildingID), strings.Compare(a.Part, b.Part))
	})
	return plan, nil
}

func (p *publisher) blank() []int32 {
	out := make([]int32, len(p.land.atoms))
	for i := range out {
		out[i] = -1
	}
	return out
}

// newGrid is a grid without its outline.
func newGrid(d *drawn, community string, id *identity, layered bool) Grid {
	g := Grid{
		Community: community, Code: id.code, Lineage: id.lineage, Predecessors: id.predecessors,
		Kind: d.kind, Name: d.name, Layered: layered, Reason: d.reason,
	}
	for _, n := range d.nodes {
		g.Households += n.households
		g.Persons += n.persons
	}
	for m := range d.micro {
		of := &id.micro[m]
		micro := Microgrid{Code: of.code, Lineage: of.lineage, Predecessors: of.predecessors, Reason: d.micro[m].reason}
		for _, n := range d.microNodes(m) {
			micro.Households += n.households
			micro.Persons += n.persons
		}
		g.Microgrids = append(g.Microgrids, micro)
	}
	return g
}

func (d *drawn) microNodes(m int) []node {
	out := make([]node, len(d.micro[m].nodes))
	for i, v := range d.micro[m].nodes {
		out[i] = d.nodes[v]
	}
	return out
}

// ownMicro gives the atoms that grid i owns to its micro-grids. In a layered
// grid all micro-grids are layered: the land is another's.
func (p *publisher) ownMicro(d *drawn, g *Grid, gridOwner map[int32]int, i int, microOf []int32, base int) {
	claims := make([]claimant, len(d.micro))
	for m := range d.micro {
		claims[m] = claimOf(d.microNodes(m))
		for a := range claims[m].atoms {
			if gridOwner[a] != i {
				delete(claims[m].atoms, a)
			}
		}
	}
	owner := owners(claims)
	layered := withoutLand(len(claims), owner)
	for a, m := range owner {
		microOf[a] = int32(base + m)
	}
	for m := range g.Microgrids {
		g.Microgrids[m].Layered = layered[m]
	}
}

// assign lists the shares of a grid, those of one building in one micro-grid
// joined into one.
func (p *publisher) assign(plan *Plan, d *drawn, grid int) {
	micro := d.microOf()
	type place struct{ building, micro int }
	var order []place
	in := make(map[place][]share)
	for v, n := range d.nodes {
		for _, s := range n.shares {
			at := place{s.building, micro[v]}
			if in[at] == nil {
				order = append(order, at)
			}
			in[at] = append(in[at], s)
		}
	}
	for _, at := range order {
		s := merged(p.in.Buildings, in[at])
		plan.Assignments = append(plan.Assignments, Assignment{
			BuildingID: p.in.Buildings[s.building].ID, Part: s.part,
			Households: s.households, Persons: s.persons, Grid: grid, Microgrid: at.micro,
		})
	}
}
