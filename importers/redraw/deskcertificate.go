package redraw

import (
	"context"
	"fmt"
)

// Certificate says why a grid on the desk is outside the range, as proven or not
// proven of the land that it is on; ByHand: it need not be.
type Certificate struct {
	Grid   string
	Reason Reason
}

// proof is what drawing the community afresh came to.
type proof struct {
	by  []*Reason // by node: why the grid drawn there is outside the range
	off int       // households outside the range in all
	any *Reason
}

// Prove finds what can be proven of the community's land, once for a desk: where
// the rule cannot be met, and why. It takes as long as drawing does.
func (d *Desk) Prove(ctx context.Context) error {
	if d.proof != nil {
		return nil
	}
	grids, err := d.drawAgain(ctx, Fresh, d.o.Seed, func(*deskGrid) bool { return false })
	if err != nil {
		return fmt.Errorf("prove what can be drawn: %w", err)
	}
	p := &proof{by: make([]*Reason, len(d.nodes))}
	for i := range grids {
		g := &grids[i]
		if g.reason == nil || g.kind != Basic {
			continue
		}
		households := 0
		for _, v := range g.nodes {
			p.by[v] = g.reason
			households += d.nodes[v].households
		}
		p.off += d.rule.Off(households)
		p.any = g.reason
	}
	d.proof = p
	return nil
}

// Certificates lists one for each grid outside the range, by code. Before Prove
// there is no more than arithmetic.
func (d *Desk) Certificates() []Certificate {
	var out []Certificate
	for _, at := range d.state.byCode() {
		if r := d.certificate(at); r != nil {
			out = append(out, Certificate{d.state.grids[at].code, *r})
		}
	}
	return out
}

// certificate of a grid, nil inside the range. A proof is about land: it speaks
// for a grid that lies on it with most of its households, and for any grid when no
// more households are outside the range than must be.
func (d *Desk) certificate(at int32) *Reason {
	g := &d.state.grids[at]
	if d.off(g) == 0 {
		return nil
	}
	if d.proof == nil || d.proof.any == nil {
		return d.reason(g)
	}
	weights, all, off := map[*Reason]int{}, 0, 0
	for v, p := range d.state.part {
		if p == at {
			weights[d.proof.by[v]] += weight(d.nodes[v].households)
			all += weight(d.nodes[v].households)
		}
	}
	for r, w := range weights {
		if r != nil && 2*w > all {
			return r
		}
	}
	for i := range d.state.grids {
		off += d.off(&d.state.grids[i])
	}
	if off <= d.proof.off {
		return d.proof.any
	}
	return d.reason(g)
}
