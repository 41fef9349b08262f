package redraw

import (
	"cmp"
	"slices"
)

// mender looks for repairs. What moves together is a unit: a node, or all nodes of
// one compound in one grid.
type mender struct {
	d         *Desk
	unit      []int32 // of each node
	units     []unitOf
	pieces    map[int32]int  // of grids, once counted
	removable map[int32]bool // by unit, once looked at
}

type unitOf struct {
	nodes      []int32
	grid       int32
	households int
	inner      float64           // cost of its links to the rest of its grid
	link       []gridLink        // to other grids, by grid
	near       []unitLink        // to other units of its grid, by unit
	across     map[int32]float64 // to units of other grids
}

type gridLink struct {
	grid int32
	cost float64
}

type unitLink struct {
	unit int32
	cost float64
}

// newMender takes compounds apart where they are not to be fused.
func newMender(d *Desk, fused bool) *mender {
	f := &mender{d: d, unit: make([]int32, len(d.nodes)), pieces: map[int32]int{}, removable: map[int32]bool{}}
	type key struct{ grid, compound int32 }
	of := map[key]int32{}
	for v, g := range d.state.part {
		k := key{g, d.graph.Group[v]}
		u, ok := of[k]
		if !ok || !fused || k.compound < 0 {
			u = int32(len(f.units))
			f.units = append(f.units, unitOf{grid: g})
			of[k] = u
		}
		f.unit[v] = u
		f.units[u].nodes = append(f.units[u].nodes, int32(v))
		f.units[u].households += d.nodes[v].households
	}
	return f
}

// join sums up the links of a unit, once.
func (f *mender) join(u int32) *unitOf {
	at := &f.units[u]
	if at.across != nil {
		return at
	}
	at.across = map[int32]float64{}
	for _, v := range at.nodes {
		for _, a := range f.d.graph.Around(v) {
			w := f.unit[a.To]
			switch g := f.d.state.part[a.To]; {
			case w == u:
			case g == at.grid:
				at.inner += a.Cost
				if i := slices.IndexFunc(at.near, func(l unitLink) bool { return l.unit == w }); i >= 0 {
					at.near[i].cost += a.Cost
				} else {
					at.near = append(at.near, unitLink{w, a.Cost})
				}
			default:
				at.across[w] += a.Cost
				if i := slices.IndexFunc(at.link, func(l gridLink) bool { return l.grid == g }); i >= 0 {
					at.link[i].cost += a.Cost
				} else {
					at.link = append(at.link, gridLink{g, a.Cost})
				}
			}
		}
	}
	slices.SortFunc(at.link, func(a, b gridLink) int { return cmp.Compare(a.grid, b.grid) })
	slices.SortFunc(at.near, func(a, b unitLink) int { return cmp.Compare(a.unit, b.unit) })
	return at
}

func (u *unitOf) to(grid int32) float64 {
	for _, l := range u.link {
		if l.grid == grid {
			return l.cost
		}
	}
	return 0
}

// open tells whether plots may come into or go out of a grid.
func (f *mender) open(g int32) bool {
	at := &f.d.state.grids[g]
	return !at.locked && !at.offRule()
}

// find adds candidates for grid g.
func (f *mender) find(g int32, out []candidate) []candidate {
	over := f.d.state.grids[g].households > f.d.rule.Max
	inside := f.borderUnits(g)
	var others []int32
	for _, u := range inside {
		for _, l := range f.units[u].link {
			if f.open(l.grid) && !slices.Contains(others, l.grid) {
				others = append(others, l.grid)
			}
		}
	}
	slices.Sort(others)
	for _, h := range others {
		theirs := f.borderUnits(h)
		from, to, units := g, h, inside
		if !over {
			from, to, units = h, g, theirs
		}
		out = f.moves(g, from, to, units, out)
		out = f.exchanges(g, h, inside, theirs, out)
		out = f.merger(g, h, out)
	}
	if over {
		known := len(out)
		out = f.splits(g, out)
		most := -min(f.d.off(&f.d.state.grids[g]), f.d.rule.Max) // no split does better
		if !slices.ContainsFunc(out[known:], func(c candidate) bool { return c.off <= most }) {
			out = newMender(f.d, false).splits(g, out)
		}
	}
	return out
}

// borderUnits are those of a grid that touch another.
func (f *mender) borderUnits(g int32) (out []int32) {
	for u := range f.units {
		if f.units[u].grid == g && len(f.join(int32(u)).link) > 0 {
			out = append(out, int32(u))
		}
	}
	return out
}

// moves of one unit, or of two that touch, from one grid to another.
func (f *mender) moves(g, from, to int32, units []int32, out []candidate) []candidate {
	for _, u := range units {
		a := &f.units[u]
		cost := a.to(to)
		if cost == 0 {
			continue
		}
		if a.households > 0 {
			c := f.candidate(g, MoveOp, nodeMove{a.nodes, to})
			c.border = a.inner - cost
			out = append(out, c)
		}
		for _, n := range a.near {
			b := f.join(n.unit)
			if b.to(to) > 0 && n.unit < u || a.households == 0 && b.households == 0 {
				continue // it comes the other way round, or changes nothing
			}
			nodes := slices.Concat(a.nodes, b.nodes)
			slices.Sort(nodes)
			c := f.candidate(g, MoveOp, nodeMove{nodes, to})
			c.border = a.inner + b.inner - 2*n.cost - cost - b.to(to)
			out = append(out, c)
		}
	}
	return out
}

// exchanges of a unit of g for one of h.
func (f *mender) exchanges(g, h int32, ours, theirs []int32, out []candidate) []candidate {
	grids := f.d.state.grids
	before := f.d.off(&grids[g]) + f.d.off(&grids[h])
	for _, u := range ours {
		a := &f.units[u]
		if a.to(h) == 0 {
			continue
		}
		for _, w := range theirs {
			b := &f.units[w]
			shift := b.households - a.households
			if b.to(g) == 0 || a.households == 0 || b.households == 0 ||
				f.d.rule.Off(grids[g].households+shift)+f.d.rule.Off(grids[h].households-shift) >= before {
				continue
			}
			c := f.candidate(g, MoveOp, nodeMove{a.nodes, h}, nodeMove{b.nodes, g})
			c.border = a.inner - a.to(h) + b.inner - b.to(g) + 2*a.across[w]
			out = append(out, c)
		}
	}
	return out
}

// merger of two grids into that with more households.
func (f *mender) merger(g, h int32, out []candidate) []candidate {
	from, to := g, h
	if grids := f.d.state.grids; grids[g].households > grids[h].households {
		from, to = h, g
	}
	if nodes := f.d.state.nodesOf(from); f.d.state.grids[from].households+f.d.state.grids[to].households <= 2*f.d.rule.Max {
		c := f.candidate(g, MergeOp, nodeMove{nodes, to})
		c.border = f.d.borderChange(c.moves)
		out = append(out, c)
	}
	return out
}

// candidate with all but the change in border.
func (f *mender) candidate(g int32, kind OpKind, moves ...nodeMove) candidate {
	d, s := f.d, f.d.state
	c := candidate{kind: kind, grid: g, moves: moves}
	type sum struct {
		grid       int32
		households int
	}
	var sums [4]sum
	n := 0
	add := func(g int32, h int) {
		for i := range n {
			if sums[i].grid == g {
				sums[i].households += h
				return
			}
		}
		sums[n] = sum{g, h}
		n++
	}
	for _, m := range moves {
		for _, v := range m.nodes {
			h := d.nodes[v].households
			add(s.part[v], -h)
			add(m.to, h)
			if d.start[v] != "" {
				if s.grids[s.part[v]].code != d.start[v] {
					c.moved -= h
				}
				if m.to < 0 || s.grids[m.to].code != d.start[v] {
					c.moved += h
				}
			}
		}
	}
	for _, x := range sums[:n] {
		if x.grid < 0 {
			c.off += d.rule.Off(x.households)
			continue
		}
		grid := &s.grids[x.grid]
		c.off -= d.off(grid)
		if kind != MergeOp || x.grid == moves[0].to {
			c.off += d.rule.Off(grid.households + x.households)
		}
	}
	c.compounds, c.force = d.spanChange(moves)
	return c
}

// spanChange is how many more grids compounds would lie in, and whether any would
// lie in more.
func (d *Desk) spanChange(moves []nodeMove) (change int, worse bool) {
	var seen []int32
	for _, m := range moves {
		for _, v := range m.nodes {
			c := d.graph.Group[v]
			if c < 0 || slices.Contains(seen, c) {
				continue
			}
			seen = append(seen, c)
			var before, after []int32
			for _, w := range d.members[c] {
				at := d.state.part[w]
				to := at
				for _, n := range moves {
					if _, ok := slices.BinarySearch(n.nodes, w); ok {
						to = n.to
					}
				}
				if !slices.Contains(before, at) {
					before = append(before, at)
				}
				if !slices.Contains(after, to) {
					after = append(after, to)
				}
			}
			change += len(after) - len(before)
			worse = worse || len(after) > len(before)
		}
	}
	return change, worse
}

// borderChange is the change in the cost of links between grids.
func (d *Desk) borderChange(moves []nodeMove) float64 {
	to := map[int32]int32{}
	for _, m := range moves {
		for _, v := range m.nodes {
			to[v] = m.to
		}
	}
	change := 0.0
	for _, m := range moves {
		for _, v := range m.nodes {
			for _, a := range d.graph.Around(v) {
				other, moved := to[a.To]
				if !moved {
					other = d.state.part[a.To]
				}
				cost := a.Cost
				if moved {
					cost /= 2 // it comes from both ends
				}
				if d.state.part[v] != d.state.part[a.To] {
					change -= cost
				}
				if m.to != other {
					change += cost
				}
			}
		}
	}
	return change
}
