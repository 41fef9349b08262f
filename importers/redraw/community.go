package redraw

import (
	"cmp"
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

// area is one part of a divided graph.
type area struct {
	nodes  []int32
	reason *Reason
}

// divideAll divides each connected component of the given nodes by itself.
func divideAll(ctx context.Context, g *graph, nodes []int32, rule bounds, fixed int, rng *rand.Rand, e effort) ([]area, error) {
	if len(nodes) == 0 {
		return nil, nil
	}
	sub := g.subgraph(nodes)
	of, n := sub.components()
	lists := make([][]int32, n)
	for v, c := range of {
		lists[c] = append(lists[c], int32(v))
	}
	counts := make([]int, n)
	if fixed > 0 {
		counts = apportion(sub, lists, fixed)
	}
	var out []area
	for c, list := range lists {
		part := sub.subgraph(list)
		s, err := solve(ctx, part, rule, counts[c], rng, e)
		if err != nil {
			return nil, err
		}
		areas := make([]area, s.k)
		sums := make([]int, s.k)
		for i, v := range list {
			areas[s.part[i]].nodes = append(areas[s.part[i]].nodes, nodes[v])
			sums[s.part[i]] += sub.weight[v]
		}
		for p := range areas {
			if !rule.inside(sums[p]) {
				areas[p].reason = explain(s.proof, list, nodes, sums[p], n, part, rule, counts[c])
			}
			if len(areas[p].nodes) > 0 {
				out = append(out, areas[p])
			}
		}
	}
	return out, nil
}

// explain chooses the certificate of one grid outside the range, and turns its
// node into a number that the caller knows.
func explain(proof *Reason, list, nodes []int32, h, components int, part *graph, rule bounds, fixed int) *Reason {
	if fixed > 0 {
		return rule.fixed(h, fixed)
	}
	if proof == nil {
		return nil
	}
	if proof.Kind == Arithmetic && components > 1 {
		return rule.island(part.total())
	}
	r := *proof
	if r.Kind == OneAtom || r.Kind == Pocket {
		r.BuildingID = int64(nodes[list[r.BuildingID]])
	}
	return &r
}

// apportion gives each component at least one of k parts, and the rest by
// households (largest average, after Webster), or by nodes where nobody lives.
func apportion(g *graph, lists [][]int32, k int) []int {
	out := make([]int, len(lists))
	weight := make([]float64, len(lists))
	for c, list := range lists {
		out[c] = 1
		for _, v := range list {
			weight[c] += float64(g.weight[v])
		}
		weight[c] += 1e-6 * float64(len(list))
	}
	for given := len(lists); given < k; given++ {
		best := -1
		for c := range lists {
			if out[c] < len(lists[c]) && (best < 0 || weight[c]*float64(2*out[best]+1) > weight[best]*float64(2*out[c]+1)) {
				best = c
			}
		}
		if best < 0 {
			break // there are no more nodes than parts
		}
		out[best]++
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
// are tried in pieces of half that size, which the solver may put together.
func (d *drawer) microGrid(ctx context.Context, g *drawn, rule bounds, fixed int) error {
	best := *g
	bestOff := -1
	fine := bounds{min: max(1, rule.min/3), max: max(1, rule.max/2), target: max(1, rule.target/2)}
	for try, layer := range []bounds{rule, fine} {
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
		areas, err := divideAll(ctx, opened.links, nodes, rule, fixed, d.rng, d.effort())
		if err != nil {
			return err
		}
		off := 0
		for _, a := range areas {
			h := 0
			for _, v := range a.nodes {
				h += opened.nodes[v].households
			}
			off += rule.off(h)
		}
		if bestOff < 0 || off < bestOff {
			opened.micro = d.joinEmptyMicro(&opened, areas, rule)
			best, bestOff = opened, off
		}
		if fixed > 0 || bestOff == 0 {
			break
		}
	}
	*g = best
	return nil
}

// openTowers replaces nodes over the top by their layers, and tells whether
// there were any.
func (d *drawer) openTowers(g *drawn, rule bounds) bool {
	var out []node
	var from []int32
	for v, n := range g.nodes {
		parts := []node{n}
		if n.households > rule.max && n.dedicated == "" {
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
		group[i] = g.links.group[v]
	}
	var links []link
	for v := range g.nodes {
		for _, a := range first[v] {
			for _, b := range first[v] {
				if a < b {
					links = append(links, link{a, b, 1})
				}
			}
			for _, arc := range g.links.around(int32(v)) {
				for _, b := range first[arc.to] {
					if a < b {
						links = append(links, link{a, b, arc.cost})
					}
				}
			}
		}
	}
	g.nodes, g.links = out, newGraph(weight, group, links)
	return true
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
		m.reason = d.named(m.reason, g.nodes)
		out = append(out, m)
	}
	if len(out) == 0 {
		return []drawnMicro{{nodes: empty, reason: rule.arithmetic(0)}}
	}
	out[0].nodes = append(out[0].nodes, empty...)
	return out
}
