package redraw

import (
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// PlotOutlines are the outlines of all plots, by number. Plots of one place, the
// parts of a divided building, share theirs.
func (d *Desk) PlotOutlines() []orb.MultiPolygon {
	shapes := d.land.cov.Dissolve(d.land.atom, len(d.land.atoms))
	out := make([]orb.MultiPolygon, len(d.nodes))
	for v := range d.nodes {
		out[v] = shapes[d.nodes[v].atom]
	}
	return out
}

// CommunityOutline is the land of the community.
func (d *Desk) CommunityOutline() orb.MultiPolygon {
	label := make([]int32, len(d.land.atom))
	for f, a := range d.land.atom {
		if label[f] = 0; a < 0 {
			label[f] = -1
		}
	}
	return d.land.cov.Dissolve(label, 1)[0]
}

// Compound of a plot, zero for none.
func (d *Desk) Compound(plot int) int64 {
	if c := d.graph.Group[plot]; c >= 0 {
		return d.compoundOf(c)
	}
	return 0
}

// Complex says whether the community has micro-grids.
func (d *Desk) Complex() bool { return d.state.complex }

// Label is a point inside a grid, near the middle of its outline: else inside the
// plot nearest to it.
func (d *Desk) Label(code string, outline orb.MultiPolygon) orb.Point {
	g, ok := d.state.find(code)
	if !ok {
		return orb.Point{}
	}
	mid, _ := planar.CentroidArea(outline)
	if planar.MultiPolygonContains(outline, mid) {
		return mid
	}
	best, dist := int32(-1), 0.0
	for v, p := range d.state.part {
		if p != g {
			continue
		}
		at := &d.land.atoms[d.nodes[v].atom]
		if s := (at.x-mid[0])*(at.x-mid[0]) + (at.y-mid[1])*(at.y-mid[1]); best < 0 || s < dist {
			best, dist = int32(v), s
		}
	}
	return d.inside(d.nodes[best].atom)
}

// Where lists the grid of every plot, by number.
func (d *Desk) Where() []string {
	out := make([]string, len(d.nodes))
	for v, g := range d.state.part {
		out[v] = d.state.grids[g].code
	}
	return out
}

// Codes lists the grids on the desk.
func (d *Desk) Codes() []string {
	var out []string
	for _, g := range d.state.byCode() {
		out = append(out, d.state.grids[g].code)
	}
	return out
}

// DeskCounts are the figures of a whole desk.
type DeskCounts struct{ Grids, Outside, Households int }

// Counts sums up the desk.
func (d *Desk) Counts() (n DeskCounts) {
	for i := range d.state.grids {
		g := &d.state.grids[i]
		if g.nodes == 0 {
			continue
		}
		n.Grids++
		n.Households += g.households
		if d.off(g) > 0 {
			n.Outside++
		}
	}
	return n
}
