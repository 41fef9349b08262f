package redraw

import "slices"

// undoDepth is how many operations can be taken back; a desk that forgets the
// ones before does not grow for ever. It is part of the behaviour: a log that is
// played again forgets the same.
const undoDepth = 10000

// deskDelta turns one state into another. It holds what differs and no more: a
// move of one plot in a community of thousands is a few bytes.
type deskDelta struct {
	nodes   []int32
	parts   []int32 // of nodes
	grids   []gridDelta
	count   int // of grids
	issued  []string
	complex bool
}

type gridDelta struct {
	at   int
	grid deskGrid
}

// difference is what turns from into to.
func difference(from, to *deskState) deskDelta {
	d := deskDelta{count: len(to.grids), issued: to.issued, complex: to.complex}
	for v := range to.part {
		if from.part[v] != to.part[v] {
			d.nodes, d.parts = append(d.nodes, int32(v)), append(d.parts, to.part[v])
		}
	}
	for i := range to.grids {
		if i >= len(from.grids) || from.grids[i] != to.grids[i] {
			d.grids = append(d.grids, gridDelta{i, to.grids[i]})
		}
	}
	return d
}

func (d *deskDelta) applied(s *deskState) *deskState {
	out := &deskState{part: slices.Clone(s.part), grids: make([]deskGrid, d.count), issued: slices.Clip(d.issued), complex: d.complex}
	copy(out.grids, s.grids)
	for i, v := range d.nodes {
		out.part[v] = d.parts[i]
	}
	for _, g := range d.grids {
		out.grids[g.at] = g.grid
	}
	return out
}
