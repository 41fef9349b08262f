package redraw

import (
	"fmt"
	"slices"
)

// Offer is what may be done in place of an operation that was refused.
type Offer struct {
	Op Op     `json:"op"`
	Zh string `json:"zh"`
	En string `json:"en"`
}

// Offers lists what comes nearest to a refused operation: the same with the pieces
// that it would cut off, with the whole of the compounds that it would split, with
// both; and the same all the same, where force is enough.
func (d *Desk) Offers(op Op) []Offer {
	if op.Kind != MoveOp && op.Kind != SplitOp && op.Kind != MergeOp {
		return nil
	}
	next := d.state.clone()
	moves, blockers := d.resolve(op, next)
	if len(blockers) > 0 {
		return nil
	}
	var out []Offer
	blockers = d.carryOut(op, next, moves)
	if len(blockers) == 0 || slices.ContainsFunc(blockers, func(b Blocker) bool { return !b.forced() }) {
		return nil
	}
	if op.Kind == MoveOp && len(moves) == 1 {
		out = d.fuller(op, moves[0], blockers)
	}
	force := op
	force.Force = true
	return append(out, Offer{force, "仍然执行", "Do it all the same"})
}

// fuller tries a move with more plots. Each offer is one that goes through.
func (d *Desk) fuller(op Op, m nodeMove, blockers []Blocker) []Offer {
	has := func(kind BlockerKind) bool {
		return slices.ContainsFunc(blockers, func(b Blocker) bool { return b.Kind == kind })
	}
	var out []Offer
	try := func(nodes []int32, zh, en string) bool {
		if len(nodes) == len(m.nodes) {
			return false
		}
		next := d.state.clone()
		o := Op{Kind: MoveOp, Moves: []Transfer{{To: op.Moves[0].To}}}
		for _, v := range nodes {
			o.Moves[0].Plots = append(o.Moves[0].Plots, int(v))
		}
		moves, bad := d.resolve(o, next)
		if len(bad) > 0 || len(d.carryOut(o, next, moves)) > 0 {
			return false
		}
		n := len(nodes) - len(m.nodes)
		out = append(out, Offer{o, fmt.Sprintf(zh, n), fmt.Sprintf(en, n)})
		return true
	}
	along := d.withCutOff(m.nodes)
	if has(InPieces) && try(along, "连同将被切断的%d个地块一起划入", "Take the %d plots that would be cut off along") {
		return out
	}
	if has(OfCompound) {
		whole := d.withCompounds(m.nodes)
		if !try(whole, "连同整个小区的其余%d个地块一起划入", "Take the whole compound, %d more plots") {
			try(d.withCutOff(whole), "连同整个小区及将被切断的地块，共%d个，一起划入", "Take the whole compound and what would be cut off, %d more plots")
		}
	} else if has(InPieces) {
		try(d.withCutOff(d.withCompounds(along)), "连同小区及将被切断的地块，共%d个，一起划入", "Take the compounds and what would be cut off, %d more plots")
	}
	return out
}

// withCutOff adds all but the heaviest piece of what is left of the grids that
// nodes leave.
func (d *Desk) withCutOff(nodes []int32) []int32 {
	part := slices.Clone(d.state.part)
	grids := map[int32]bool{}
	for _, v := range nodes {
		grids[part[v]] = true
		part[v] = -1
	}
	out := slices.Clone(nodes)
	for _, g := range sortedKeys(grids) {
		var heaviest []int32
		most := -1
		d.eachPiece(part, g, func(piece []int32) {
			w := 0
			for _, v := range piece {
				w += weight(d.nodes[v].households)
			}
			if w > most {
				out = append(out, heaviest...)
				heaviest, most = slices.Clone(piece), w
			} else {
				out = append(out, piece...)
			}
		})
	}
	slices.Sort(out)
	return out
}

// withCompounds adds what stands in the same grid of the compounds of nodes, and in
// others.
func (d *Desk) withCompounds(nodes []int32) []int32 {
	out := slices.Clone(nodes)
	for _, v := range nodes {
		if c := d.graph.Group[v]; c >= 0 {
			out = append(out, d.members[c]...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Touches lists the codes of the grids that an operation would change, whether it
// may be done or not.
func (d *Desk) Touches(op Op) []string {
	next := d.state.clone()
	moves, _ := d.resolve(op, next)
	d.carryOut(op, next, moves)
	var out []string
	for _, g := range changed(d.state, next) {
		if int(g) < len(d.state.grids) {
			out = append(out, d.state.grids[g].code)
		} else {
			out = append(out, next.grids[g].code)
		}
	}
	return out
}
