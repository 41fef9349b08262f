package redraw

import (
	"slices"

	"github.com/paulmach/orb"
)

// outline dissolves the faces of all grids at once, then those of all
// micro-grids, then the footprints that layered ones share.
func (p *publisher) outline(plan *Plan, grids [][]drawn, gridOf, microOf []int32, microNumber []int, micros int) {
	p.gridFace, p.microFace = p.onFaces(gridOf), p.onFaces(microOf)
	gridShapes := p.land.cov.Dissolve(p.gridFace, len(plan.Grids))
	microShapes := p.land.cov.Dissolve(p.microFace, micros)
	footprints := p.footprints(plan, grids)
	i := 0
	for _, list := range grids {
		for _, d := range list {
			g := &plan.Grids[i]
			g.Outline = gridShapes[i]
			if g.Layered {
				g.Outline = shapeOf(d.nodes, footprints)
			}
			for m := range g.Microgrids {
				g.Microgrids[m].Outline = microShapes[microNumber[i]+m]
				if g.Microgrids[m].Layered {
					g.Microgrids[m].Outline = shapeOf(d.microNodes(m), footprints)
				}
			}
			i++
		}
	}
}

// onFaces carries a label from atoms to faces.
func (p *publisher) onFaces(label []int32) []int32 {
	out := make([]int32, len(p.land.atom))
	for f, a := range p.land.atom {
		out[f] = -1
		if a >= 0 {
			out[f] = label[a]
		}
	}
	return out
}

// footprints dissolves each atom that a layered grid or micro-grid stands on.
func (p *publisher) footprints(plan *Plan, grids [][]drawn) map[int32]orb.MultiPolygon {
	label := p.blank()
	var atoms []int32
	add := func(nodes []node) {
		for _, n := range nodes {
			if label[n.atom] < 0 {
				label[n.atom] = int32(len(atoms))
				atoms = append(atoms, n.atom)
			}
		}
	}
	i := 0
	for _, list := range grids {
		for _, d := range list {
			if plan.Grids[i].Layered {
				add(d.nodes)
			}
			for m, micro := range plan.Grids[i].Microgrids {
				if micro.Layered {
					add(d.microNodes(m))
				}
			}
			i++
		}
	}
	out := make(map[int32]orb.MultiPolygon, len(atoms))
	if len(atoms) == 0 {
		return out
	}
	for i, shape := range p.land.cov.Dissolve(p.onFaces(label), len(atoms)) {
		out[atoms[i]] = shape
	}
	return out
}

// shapeOf puts the footprints of nodes side by side. They may share a border:
// several towers in one layered grid stay several polygons.
func shapeOf(nodes []node, footprints map[int32]orb.MultiPolygon) orb.MultiPolygon {
	var atoms []int32
	for _, n := range nodes {
		atoms = append(atoms, n.atom)
	}
	slices.Sort(atoms)
	var out orb.MultiPolygon
	for _, a := range slices.Compact(atoms) {
		out = append(out, footprints[a]...)
	}
	return out
}
