package redraw

import (
	"context"
	"hash/fnv"
	"math/rand/v2"
	"slices"
)

// node is a vertex of a community's graph: an atom, or a part of a divided one.
type node struct {
	atom       int32
	shares     []share
	households int
	persons    int
	dedicated  string
}

// divided tells whether the node holds a part of a building.
func (n node) divided() bool {
	return slices.ContainsFunc(n.shares, func(s share) bool { return s.part != "" })
}

// drawn is a grid before it has a code and an outline.
type drawn struct {
	nodes      []node
	links      *graph // over nodes
	kind       GridKind
	name       string
	households int
	reason     *Reason
	micro      []drawnMicro
}

type drawnMicro struct {
	nodes  []int // places in drawn.nodes
	reason *Reason
}

// drawer draws one community.
type drawer struct {
	in        Input
	o         Options
	land      *land
	links     []link // between the atoms of the community, global numbers
	community int
	rng       *rand.Rand
}

func seeded(seed uint64, code string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(code)) // never fails
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// draw divides the community. Every atom ends in exactly one grid, or, when it
// was divided, every one of its parts does.
func (d *drawer) draw(ctx context.Context, atoms []int32) ([]drawn, error) {
	if len(atoms) == 0 {
		return nil, nil
	}
	rule := d.o.gridRule()
	nodes := d.nodes(atoms, rule)
	g := d.graph(nodes, d.links)
	grids, rest := d.carve(nodes, g)
	c := d.in.Communities[d.community]
	fixed := 0
	if c.Grids > 0 {
		fixed = max(1, c.Grids-len(grids))
	}
	areas, err := divideAll(ctx, g, rest, rule, fixed, d.rng, d.effort())
	if err != nil {
		return nil, err
	}
	for _, a := range areas {
		grids = append(grids, d.grid(nodes, g, a.nodes, Basic, d.named(a.reason, nodes)))
	}
	grids = d.joinEmptyIslands(grids)
	if c.Complex || c.Microgrids > 0 {
		if err := d.drawMicro(ctx, grids, c.Microgrids); err != nil {
			return nil, err
		}
	}
	return grids, nil
}

func (d *drawer) effort() effort { return effort{restarts: d.o.Restarts, factor: d.o.Effort} }

// named puts the building into a certificate that names a node. Where a building
// is divided into layers, another way of dividing it was not tried, so what the
// graph proves is not proven of the land.
func (d *drawer) named(r *Reason, nodes []node) *Reason {
	if r != nil && (r.Kind == Exhausted || r.Kind == Pocket) && slices.ContainsFunc(nodes, node.divided) {
		return bounds{r.Min, r.Max, r.Min}.notProven(r.Households, r.Bound)
	}
	if r == nil || r.Kind != OneAtom && r.Kind != Pocket || r.BuildingID < 0 || int(r.BuildingID) >= len(nodes) {
		return r
	}
	n := nodes[r.BuildingID]
	id := int64(0)
	if len(n.shares) > 0 {
		id = d.in.Buildings[n.shares[0].building].ID
	}
	b := bounds{r.Min, r.Max, r.Min}
	if r.Kind == OneAtom {
		return b.oneAtom(r.Households, id)
	}
	if r.BuildingID = id; r.gated > 0 {
		return b.pocket(r.Households, r.gated, id)
	}
	return r
}

// nodes makes one node an atom; an atom over the top, or one that mixes a
// dedicated building with others, is divided into layers.
func (d *drawer) nodes(atoms []int32, rule bounds) []node {
	var out []node
	for _, a := range atoms {
		at := &d.land.atoms[a]
		byName := make(map[string][]int)
		var names []string
		for _, b := range at.buildings {
			name := d.in.Buildings[b].Dedicated
			if _, ok := byName[name]; !ok {
				names = append(names, name)
			}
			byName[name] = append(byName[name], b)
		}
		if len(names) == 0 {
			out = append(out, node{atom: a})
			continue
		}
		slices.Sort(names)
		for _, name := range names {
			out = append(out, d.layered(a, byName[name], name, rule)...)
		}
	}
	return out
}

// layered makes nodes of buildings that share an atom.
func (d *drawer) layered(a int32, buildings []int, dedicated string, rule bounds) []node {
	us := units(d.in.Buildings, buildings)
	total := 0
	for _, u := range us {
		total += u.weight
	}
	runs := [][]unit{us}
	if total > rule.max && dedicated == "" {
		runs = layers(us, rule)
	}
	var out []node
	for _, list := range shares(d.in.Buildings, runs) {
		n := node{atom: a, shares: list, dedicated: dedicated}
		for _, s := range list {
			n.households += s.households
			n.persons += s.persons
		}
		out = append(out, n)
	}
	return out
}

// graph links nodes as their atoms are linked; the layers of one atom are
// strongly linked to each other.
func (d *drawer) graph(nodes []node, links []link) *graph {
	of := make(map[int32][]int32)
	weight := make([]int, len(nodes))
	group := make([]int32, len(nodes))
	ids := make(map[int64]int32)
	for i, n := range nodes {
		of[n.atom] = append(of[n.atom], int32(i))
		weight[i] = n.households
		group[i] = -1
		if c := d.compound(n); c != 0 {
			if _, ok := ids[c]; !ok {
				ids[c] = int32(len(ids))
			}
			group[i] = ids[c]
		}
	}
	mean := 0.0
	for _, l := range links {
		mean += l.cost
	}
	mean /= float64(max(1, len(links)))
	var out []link
	for _, l := range links {
		for _, a := range of[l.a] {
			for _, b := range of[l.b] {
				cost := l.cost
				if group[a] >= 0 && group[a] == group[b] {
					cost *= compoundFactor
				}
				out = append(out, link{min(a, b), max(a, b), cost})
			}
		}
	}
	for i, n := range nodes {
		for _, j := range of[n.atom] {
			if int32(i) < j {
				out = append(out, link{int32(i), j, mean})
			}
		}
	}
	return newGraph(weight, group, out)
}

// compound of a node is that of all its buildings, or zero.
func (d *drawer) compound(n node) int64 {
	c := int64(0)
	for i, s := range n.shares {
		b := d.in.Buildings[s.building].Compound
		if i > 0 && b != c {
			return 0
		}
		c = b
	}
	return c
}

// carve makes a grid of each connected piece of dedicated nodes of one name,
// and returns the nodes that are left.
func (d *drawer) carve(nodes []node, g *graph) (grids []drawn, rest []int32) {
	done := make([]bool, len(nodes))
	for i := range nodes {
		name := nodes[i].dedicated
		if name == "" {
			rest = append(rest, int32(i))
			continue
		}
		if done[i] {
			continue
		}
		list := []int32{int32(i)}
		done[i] = true
		h := 0
		for k := 0; k < len(list); k++ {
			h += nodes[list[k]].households
			for _, a := range g.around(list[k]) {
				if !done[a.to] && nodes[a.to].dedicated == name {
					done[a.to] = true
					list = append(list, a.to)
				}
			}
		}
		slices.Sort(list)
		grid := d.grid(nodes, g, list, Dedicated, d.o.gridRule().dedicated(h))
		grid.name = name
		grids = append(grids, grid)
	}
	return grids, rest
}

func (d *drawer) grid(nodes []node, g *graph, list []int32, kind GridKind, reason *Reason) drawn {
	out := drawn{links: g.subgraph(list), kind: kind, reason: reason}
	for _, v := range list {
		out.nodes = append(out.nodes, nodes[v])
		out.households += nodes[v].households
	}
	return out
}

// joinEmptyIslands gives land cut off from the rest, where nobody lives and no
// building stands, to the nearest grid: a grid of nothing helps nobody.
func (d *drawer) joinEmptyIslands(grids []drawn) []drawn {
	var kept, empty []drawn
	for _, g := range grids {
		if g.kind == Basic && !g.built() {
			empty = append(empty, g)
		} else {
			kept = append(kept, g)
		}
	}
	if len(kept) == 0 {
		if len(empty) == 0 {
			return nil
		}
		kept, empty = empty[:1], empty[1:]
	}
	for _, e := range empty {
		best, at := -1.0, 0
		for i, g := range kept {
			if dist := d.distance2(e, g); best < 0 || dist < best {
				best, at = dist, i
			}
		}
		g := &kept[at]
		g.links = appendGraph(g.links, e.links)
		g.nodes = append(g.nodes, e.nodes...)
	}
	return kept
}

func (g *drawn) built() bool {
	return slices.ContainsFunc(g.nodes, func(n node) bool { return len(n.shares) > 0 })
}

func (d *drawer) distance2(a, b drawn) float64 {
	best := -1.0
	p := d.land.atoms[a.nodes[0].atom]
	for _, n := range b.nodes {
		q := d.land.atoms[n.atom]
		if s := (p.x-q.x)*(p.x-q.x) + (p.y-q.y)*(p.y-q.y); best < 0 || s < best {
			best = s
		}
	}
	return best
}

// appendGraph puts two graphs side by side; groups of the second are dropped.
func appendGraph(a, b *graph) *graph {
	n := int32(a.len())
	weight := append(slices.Clone(a.weight), b.weight...)
	group := slices.Clone(a.group)
	var links []link
	for i, g := range []*graph{a, b} {
		for v := range int32(g.len()) {
			for _, arc := range g.around(v) {
				if v < arc.to {
					links = append(links, link{v + n*int32(i), arc.to + n*int32(i), arc.cost})
				}
			}
		}
	}
	for range b.weight {
		group = append(group, -1)
	}
	return newGraph(weight, group, links)
}
