package redraw

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"gridmap/geo/regions"
)

// Plan turns the desk as it stands into a plan: its grids with their codes,
// micro-grids drawn inside them where the community has any, lineage against
// Input.Present, and the report. It may take as long as drawing does.
func (d *Desk) Plan(ctx context.Context) (*Plan, error) {
	return d.plan(ctx, d.state.complex || d.in.Communities[0].Microgrids > 0)
}

// Compare is Plan without micro-grids: what changes, at once.
func (d *Desk) Compare(ctx context.Context) (*Plan, error) { return d.plan(ctx, false) }

func (d *Desk) plan(ctx context.Context, micro bool) (*Plan, error) {
	in := d.in
	in.Present = d.holds
	links := d.land.links(1)
	present := newPresentIndex(in)
	dr := &drawer{in: in, o: d.o, land: d.land, present: present, links: links[0], seed: seedOf(d.o.Seed, d.community),
		steps: int(d.o.Steps), size: len(d.nodes)}
	codes, err := d.planCodes(present)
	if err != nil {
		return nil, err
	}
	var grids []drawn
	for _, at := range d.state.byCode() {
		g := &d.state.grids[at]
		kind, reason := Basic, d.certificate(at)
		if g.offRule() {
			kind, reason = Dedicated, d.rule.dedicated(g.households)
		}
		list := d.state.nodesOf(at)
		drawn := dr.grid(d.nodes, d.graph, list, kind, reason)
		drawn.code, drawn.name = codes[at], cmp.Or(g.name, d.dedicatedTo(at))
		grids = append(grids, drawn)
	}
	if micro {
		if err := dr.drawMicro(ctx, grids, d.in.Communities[0].Microgrids); err != nil {
			return nil, fmt.Errorf("draw micro-grids on the desk: %w", err)
		}
	}
	return d.published(in, present, [][]drawn{grids}, links, int64(dr.used))
}

// planCodes are the codes of grids as the plan gives them: those of the desk, but
// for a grid that has nothing left of what its code stood for. A code is never
// another grid's, so it takes a number that was never used.
func (d *Desk) planCodes(present *presentIndex) (map[int32]string, error) {
	stands := map[int32]bool{}
	for v, at := range d.state.part {
		code := d.state.grids[at].code
		n := &d.nodes[v]
		for _, s := range n.shares {
			for _, p := range present.pieces(d.in.Buildings, s) {
				stands[at] = stands[at] || p.Grid == code
			}
		}
		if len(n.shares) == 0 && d.state.grids[at].built == 0 {
			a := &d.land.atoms[n.atom]
			stands[at] = stands[at] || present.at(orb.Point{a.x, a.y}) == code
		}
	}
	next, ever := d.state.clone(), newNumbers(d.holds).taken
	out := map[int32]string{}
	for _, at := range d.state.byCode() {
		code := d.state.grids[at].code
		if !stands[at] && ever[code] {
			var err error
			if code, err = d.newCode(next); err != nil {
				return nil, fmt.Errorf("a number for grid %s: %w", d.state.grids[at].code, err)
			}
		}
		out[at] = code
	}
	return out, nil
}

func (d *Desk) published(in Input, present *presentIndex, grids [][]drawn, links [][]regions.Link, steps int64) (*Plan, error) {
	p := &publisher{in: in, o: d.o, land: d.land, present: present}
	plan, err := p.publish(grids)
	if err != nil {
		return nil, fmt.Errorf("plan of the desk: %w", err)
	}
	plan.Rejected = slices.Clone(d.land.rejected)
	plan.Report = p.report(plan, grids, links)
	plan.Report.Steps = steps
	return plan, nil
}

// reason of a grid that a planner left outside the range; nil inside. Where no
// number of grids divides the community, that is the reason.
func (d *Desk) reason(g *deskGrid) *Reason {
	if d.rule.Inside(g.households) {
		return nil
	}
	total := 0
	for i := range d.state.grids {
		if !d.state.grids[i].offRule() {
			total += d.state.grids[i].households
		}
	}
	if lo, hi := d.rule.Counts(total); lo > hi || hi < 1 {
		return d.rule.arithmetic(total)
	}
	r := d.rule
	return &Reason{Kind: ByHand, Households: g.households, Min: r.Min, Max: r.Max, Bound: r.Off(g.households),
		Zh: fmt.Sprintf("规划员调整后有%d户，不在%d至%d户之间。", g.households, r.Min, r.Max),
		En: fmt.Sprintf("As a planner left it, it has %d households, not %d to %d.", g.households, r.Min, r.Max)}
}
