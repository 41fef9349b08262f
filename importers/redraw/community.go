package redraw

import (
	"context"
	"hash/fnv"
	"slices"

	"github.com/paulmach/orb"

	"gridmap/geo/regions"
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
	links      *regions.Graph // over nodes
	kind       GridKind
	name       string
	code       string // where it has one already
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
	present   *presentIndex
	links     []regions.Link // between the atoms of the community, global numbers
	community int
	seed      uint64
	steps     int // budget of the community
	size      int // nodes of the community, over which micro-grids share it
	used      int
}

// seedOf gives each community random numbers of its own.
func seedOf(seed uint64, code string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(code)) // never fails
	return seed*0x9e3779b97f4a7c15 ^ h.Sum64()
}

// draw divides the community. Every atom ends in exactly one grid, or, when it
// was divided, every one of its parts does.
func (d *drawer) draw(ctx context.Context, atoms []int32) ([]drawn, error) {
	if len(atoms) == 0 {
		return nil, nil
	}
	nodes := d.nodes(atoms, d.o.gridRule())
	d.size = len(nodes)
	g := d.graph(nodes, d.links)
	grids, rest := d.carve(nodes, g)
	c := d.in.Communities[d.community]
	fixed := 0
	if c.Grids > 0 {
		fixed = max(1, c.Grids-len(grids))
	}
	found, err := d.divideOnFoot(ctx, nodes, g, rest, fixed)
	if err != nil {
		return nil, err
	}
	for _, a := range found.areas {
		grids = append(grids, d.grid(nodes, g, a.nodes, Basic, a.reason))
	}
	grids = d.joinEmptyIslands(grids)
	if c.Complex || c.Microgrids > 0 {
		if err := d.drawMicro(ctx, grids, c.Microgrids); err != nil {
			return nil, err
		}
	}
	return grids, nil
}

// divideOnFoot keeps grids from crossing a river where there is no bridge,
// unless the rule can be met better by crossing it.
func (d *drawer) divideOnFoot(ctx context.Context, nodes []node, g *regions.Graph, rest []int32, fixed int) (divided, error) {
	div := d.division(nodes, d.o.gridRule(), fixed)
	if d.o.Mode == Repair {
		div.home = d.home(nodes, func(n node) string { return d.gridOf(n) })
	}
	div.steps = d.steps
	var foot []regions.Link
	for _, l := range d.links {
		if !d.land.unbridged(l.A, l.B) {
			foot = append(foot, l)
		}
	}
	if len(foot) < len(d.links) && fixed == 0 {
		dry, err := div.divide(ctx, d.graph(nodes, foot), rest)
		d.used += dry.steps
		if err != nil || dry.off == 0 {
			return dry, err
		}
	}
	out, err := div.divide(ctx, g, rest)
	d.used += out.steps
	return out, err
}

// division is what dividing nodes has in common on all levels.
func (d *drawer) division(nodes []node, rule bounds, fixed int) division {
	return division{
		rule: rule, fixed: fixed, seed: d.seed, weights: d.o.Weights,
		effort: regions.Effort{Rounds: d.o.Restarts, Factor: d.o.Effort},
		building: func(v int32) int64 {
			if len(nodes[v].shares) == 0 {
				return 0
			}
			return d.in.Buildings[nodes[v].shares[0].building].ID
		},
		open: func(v int32) bool { return nodes[v].divided() },
	}
}

// home is the present grid, or micro-grid, of each node.
func (d *drawer) home(nodes []node, of func(node) string) []string {
	out := make([]string, len(nodes))
	for i, n := range nodes {
		out[i] = of(n)
	}
	return out
}

// gridOf is the present grid with the most of a node's households; of land
// without a building the one that lies there.
func (d *drawer) gridOf(n node) string {
	if len(n.shares) == 0 {
		a := &d.land.atoms[n.atom]
		return d.present.at(orb.Point{a.x, a.y})
	}
	return d.mostly(n, func(grid, _ string) string { return grid })
}

func (d *drawer) microOf(n node) string {
	return d.mostly(n, func(_, micro string) string { return micro })
}

func (d *drawer) mostly(n node, which func(grid, micro string) string) string {
	sums := make(map[string]int)
	best, most := "", 0
	for _, s := range n.shares {
		code := which(d.present.of(s.building, s.part))
		if code == "" {
			continue
		}
		sums[code] += 1 + 1000*s.households
		if sums[code] > most {
			best, most = code, sums[code]
		}
	}
	return best
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
	if total > rule.Max && dedicated == "" {
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
func (d *drawer) graph(nodes []node, links []regions.Link) *regions.Graph {
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
		mean += l.Cost
	}
	mean /= float64(max(1, len(links)))
	var out []regions.Link
	for _, l := range links {
		for _, a := range of[l.A] {
			for _, b := range of[l.B] {
				cost := l.Cost
				if group[a] >= 0 && group[a] == group[b] {
					cost *= compoundFactor
				}
				out = append(out, regions.Link{A: min(a, b), B: max(a, b), Cost: cost})
			}
		}
	}
	for i, n := range nodes {
		for _, j := range of[n.atom] {
			if int32(i) < j {
				out = append(out, regions.Link{A: int32(i), B: j, Cost: mean})
			}
		}
	}
	return regions.NewGraph(weight, group, out)
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

func (d *drawer) grid(nodes []node, g *regions.Graph, list []int32, kind GridKind, reason *Reason) drawn {
	out := drawn{links: g.Subgraph(list), kind: kind, reason: reason}
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
func appendGraph(a, b *regions.Graph) *regions.Graph {
	n := int32(a.Len())
	weight := append(slices.Clone(a.Weight), b.Weight...)
	group := slices.Clone(a.Group)
	var links []regions.Link
	for i, g := range []*regions.Graph{a, b} {
		for v := range int32(g.Len()) {
			for _, arc := range g.Around(v) {
				if v < arc.To {
					links = append(links, regions.Link{A: v + n*int32(i), B: arc.To + n*int32(i), Cost: arc.Cost})
				}
			}
		}
	}
	for range b.Weight {
		group = append(group, -1)
	}
	return regions.NewGraph(weight, group, links)
}
