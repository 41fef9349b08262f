package redraw

import (
	"context"
	"slices"

	"gridmap/geo/regions"
)

// Redraw divides anew all that is in no grid that is locked or marked as
// dedicated; those stay as they are. Fresh forgets the other grids, Repair starts
// from them. It divides the plots of the desk, so that it may be undone and played
// like any operation. The same desk, mode and seed give the same grids.
func (d *Desk) Redraw(ctx context.Context, mode Mode, seed uint64) (Change, error) {
	kind := RedrawOp
	if mode == Repair {
		kind = RepairOp
	}
	grids, err := d.drawAgain(ctx, mode, seed, func(g *deskGrid) bool { return g.locked || g.mark != "" })
	if err != nil {
		return Change{}, err
	}
	next := d.state.clone()
	if b := d.settle(next, grids, mode); b != nil {
		return d.refusal(nil, []Blocker{*b}), nil
	}
	if slices.Equal(next.part, d.state.part) {
		return d.refusal(nil, []Blocker{*nothingChanges()}), nil
	}
	before := d.state
	d.take(Op{Kind: kind, Seed: seed}, next)
	return d.change(before, changed(before, next)), nil
}

// redrawn is a grid that was drawn over the nodes of the desk.
type redrawn struct {
	nodes  []int32
	reason *Reason
	kind   GridKind
	name   string
}

// drawAgain draws what is in no grid that stays.
func (d *Desk) drawAgain(ctx context.Context, mode Mode, seed uint64, stays func(*deskGrid) bool) ([]redrawn, error) {
	var list []int32
	for v, g := range d.state.part {
		if !stays(&d.state.grids[g]) {
			list = append(list, int32(v))
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	nodes := make([]node, len(list))
	for i, v := range list {
		nodes[i] = d.nodes[v]
		nodes[i].dedicated = d.dedicatedNode(v)
	}
	o := d.o
	o.Mode, o.Seed = mode, seed
	dr := &drawer{in: d.in, o: o, land: d.land, links: d.land.links(1)[0], seed: seedOf(seed, d.community), steps: int(o.Steps), size: len(nodes)}
	graph := d.graph.Subgraph(list)
	carved, rest := dr.carve(nodes, graph)
	div := dr.division(nodes, d.rule, 0)
	if mode == Repair {
		div.home = make([]string, len(list))
		for i, v := range list {
			div.home[i] = d.state.grids[d.state.part[v]].code
		}
	}
	div.steps = dr.steps
	found, err := d.divideOnFoot(ctx, dr, &div, nodes, graph, rest)
	if err != nil {
		return nil, err
	}
	return d.gather(list, carved, found.areas), nil
}

// divideOnFoot is that of drawer over the graph of the desk.
func (d *Desk) divideOnFoot(ctx context.Context, dr *drawer, div *division, nodes []node, graph *regions.Graph, rest []int32) (divided, error) {
	var foot []regions.Link
	wet := false
	for v := range int32(graph.Len()) {
		for _, a := range graph.Around(v) {
			if v > a.To {
				continue
			}
			if dr.land.unbridged(min(nodes[v].atom, nodes[a.To].atom), max(nodes[v].atom, nodes[a.To].atom)) {
				wet = true
			} else {
				foot = append(foot, regions.Link{A: v, B: a.To, Cost: a.Cost})
			}
		}
	}
	if wet {
		dry, err := div.divide(ctx, regions.NewGraph(graph.Weight, graph.Group, foot), rest)
		if err != nil || dry.off == 0 {
			return dry, err
		}
	}
	return div.divide(ctx, graph, rest)
}

// gather turns what was carved and divided into grids of the desk's nodes.
// Land where nothing stands, cut off from the rest, joins what it touches.
func (d *Desk) gather(list []int32, carved []drawn, areas []area) []redrawn {
	var out []redrawn
	byNode := map[standing]int32{}
	for _, v := range list {
		byNode[standingOn(&d.nodes[v])] = v
	}
	for i := range carved {
		g := redrawn{kind: Dedicated, name: carved[i].name, reason: carved[i].reason}
		for k := range carved[i].nodes {
			g.nodes = append(g.nodes, byNode[standingOn(&carved[i].nodes[k])])
		}
		out = append(out, g)
	}
	for _, a := range areas {
		g := redrawn{kind: Basic, reason: a.reason}
		built := false
		for _, i := range a.nodes {
			g.nodes = append(g.nodes, list[i])
			built = built || len(d.nodes[list[i]].shares) > 0
		}
		if built {
			out = append(out, g)
		}
	}
	return out
}

// standing tells nodes apart: their atom, and the first of what stands on them.
type standing struct {
	atom     int32
	building int
	part     string
}

func standingOn(n *node) standing {
	if len(n.shares) == 0 {
		return standing{n.atom, -1, ""}
	}
	return standing{n.atom, n.shares[0].building, n.shares[0].part}
}

// dedicatedNode is what all of a node is dedicated to, empty for none.
func (d *Desk) dedicatedNode(v int32) string {
	name := ""
	for i, s := range d.nodes[v].shares {
		of := d.in.Buildings[s.building].Dedicated
		if i > 0 && of != name {
			return ""
		}
		name = of
	}
	return name
}

// dedicatedTo is what a grid is dedicated to: its mark, or what its buildings say.
func (d *Desk) dedicatedTo(g int32) string {
	at := &d.state.grids[g]
	if at.mark != "" || !at.offRule() {
		return at.mark
	}
	for v, p := range d.state.part {
		if p == g && len(d.nodes[v].shares) > 0 {
			return d.in.Buildings[d.nodes[v].shares[0].building].Dedicated
		}
	}
	return ""
}

// settle puts the drawn grids into the next state. Codes are kept as by Draw: of a
// fresh drawing those with which the session began, of a repair those of now.
func (d *Desk) settle(next *deskState, grids []redrawn, mode Mode) *Blocker {
	o := newOverlap()
	of := func(v int32) string {
		if mode == Repair {
			return d.state.grids[d.state.part[v]].code
		}
		return d.start[v]
	}
	drawn := map[int32]bool{}
	for i := range grids {
		for _, v := range grids[i].nodes {
			drawn[v] = true
			if n := &d.nodes[v]; len(n.shares) > 0 {
				o.add(of(v), i, weight(n.households))
			}
		}
	}
	stay := map[string]bool{}
	for v, g := range d.state.part {
		if at := &d.state.grids[g]; !drawn[int32(v)] && (at.locked || at.mark != "") {
			stay[at.code] = true
		}
	}
	kept := o.kept(func(code string, _ int) bool { return !stay[code] })
	var ring []int32
	for i := range grids {
		to, b := d.gridFor(next, kept[i])
		if b != nil {
			return b
		}
		for _, v := range grids[i].nodes {
			if next.part[v] != to {
				d.put(next, v, to)
			}
			ring = append(ring, v)
		}
	}
	d.settleRest(next, drawn, stay, ring)
	return nil
}

// gridFor is the live grid of a code, or a new one.
func (d *Desk) gridFor(next *deskState, code string) (int32, *Blocker) {
	if code == "" {
		return d.newGrid(next)
	}
	for i := range d.state.grids {
		if g := &d.state.grids[i]; g.code == code && g.nodes > 0 {
			return int32(i), nil
		}
	}
	next.grids = append(next.grids, deskGrid{code: code})
	return int32(len(next.grids) - 1), nil
}

// settleRest gives empty land that is in no drawn grid and in none that stays to
// the drawn grid that it touches; what touches none stays where it is.
func (d *Desk) settleRest(next *deskState, drawn map[int32]bool, stay map[string]bool, ring []int32) {
	if len(ring) == 0 {
		return
	}
	part := slices.Clone(next.part)
	var rest []int32
	for v, g := range next.part {
		if !drawn[int32(v)] && !stay[next.grids[g].code] {
			part[v] = -1
			rest = append(rest, int32(v))
		}
	}
	slices.Sort(ring)
	d.spread(part, ring)
	nearest := func(v int32) int32 {
		best, dist := ring[0], -1.0
		p := &d.land.atoms[d.nodes[v].atom]
		for _, w := range ring {
			q := &d.land.atoms[d.nodes[w].atom]
			if s := (p.x-q.x)*(p.x-q.x) + (p.y-q.y)*(p.y-q.y); dist < 0 || s < dist {
				best, dist = w, s
			}
		}
		return next.part[best]
	}
	for _, v := range rest {
		to := part[v]
		if to < 0 {
			to = nearest(v)
		}
		if next.part[v] != to {
			d.put(next, v, to)
		}
	}
}
