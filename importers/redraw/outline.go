package redraw

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// outline dissolves the faces of all grids at once, then those of all
// micro-grids, then the footprints that layered ones share.
func (p *publisher) outline(plan *Plan, grids [][]drawn, gridOf, microOf []int32, microNumber []int, micros int) {
	p.gridFace, p.microFace = p.onFaces(gridOf), p.onFaces(microOf)
	gridShapes := p.land.cov.Dissolve(p.gridFace, len(plan.Grids))
	microShapes := p.land.cov.Dissolve(p.microFace, micros)
	layers := p.layers(plan, grids)
	i := 0
	for _, list := range grids {
		for _, d := range list {
			g := &plan.Grids[i]
			g.Outline = gridShapes[i]
			if g.Layered {
				g.Outline = layers[keyOf(d.nodes)]
			}
			for m := range g.Microgrids {
				g.Microgrids[m].Outline = microShapes[microNumber[i]+m]
				if g.Microgrids[m].Layered {
					g.Microgrids[m].Outline = layers[keyOf(d.microNodes(m))]
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

// layers dissolves the land under each layered grid and micro-grid, by the key
// of its atoms. Those that share an atom are dissolved in different rounds.
func (p *publisher) layers(plan *Plan, grids [][]drawn) map[string]orb.MultiPolygon {
	out := make(map[string]orb.MultiPolygon)
	type layer struct {
		key   string
		atoms []int32
	}
	var rounds [][]layer
	used := make(map[int32]int)
	add := func(nodes []node) {
		key := keyOf(nodes)
		if _, known := out[key]; known {
			return
		}
		out[key] = nil
		atoms, round := atomsOf(nodes), 0
		for _, a := range atoms {
			round = max(round, used[a])
		}
		for _, a := range atoms {
			used[a] = round + 1
		}
		if round == len(rounds) {
			rounds = append(rounds, nil)
		}
		rounds[round] = append(rounds[round], layer{key, atoms})
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
	for _, round := range rounds {
		label := p.blank()
		for i, l := range round {
			for _, a := range l.atoms {
				label[a] = int32(i)
			}
		}
		for i, shape := range p.land.cov.Dissolve(p.onFaces(label), len(round)) {
			out[round[i].key] = shape
		}
	}
	return out
}

func keyOf(nodes []node) string { return fmt.Sprint(atomsOf(nodes)) }

// atomsOf lists the atoms of nodes, each once.
func atomsOf(nodes []node) []int32 {
	var atoms []int32
	for _, n := range nodes {
		atoms = append(atoms, n.atom)
	}
	slices.Sort(atoms)
	return slices.Compact(atoms)
}
