package redraw

import (
	"math/rand/v2"

	"github.com/paulmach/orb"
)

// Trial does n operations as a planner might (moves along borders, exchanges that
// the desk suggests, splits, mergers, locks, undo and redo) and hands each to each,
// which runs it and may take the time. The same seed gives the same operations.
func (d *Desk) Trial(seed uint64, n int, each func(op Op, run func() Change)) {
	r := rand.New(rand.NewPCG(seed, 0xde5c))
	var suggested []Suggestion
	for range n {
		switch r.IntN(10) {
		case 0:
			each(Op{Kind: "undo"}, func() Change { c, _ := d.Undo(); return c })
			continue
		case 1:
			each(Op{Kind: "redo"}, func() Change { c, _ := d.Redo(); return c })
			continue
		}
		op := d.randomOp(r)
		if len(suggested) > 0 && r.IntN(2) == 0 {
			op = suggested[r.IntN(len(suggested))].Op
		}
		each(op, func() Change {
			c := d.Apply(op)
			suggested = c.Repairs
			return c
		})
	}
}

// randomOp is most often a plot at a border that goes over, now and then anything
// else, sensible or not.
func (d *Desk) randomOp(r *rand.Rand) Op {
	grids := d.state.byCode()
	code := func() string { return d.state.grids[grids[r.IntN(len(grids))]].code }
	switch r.IntN(16) {
	case 0:
		at := &d.land.atoms[d.nodes[r.IntN(len(d.nodes))].atom]
		dx, dy := r.Float64()-0.5, r.Float64()-0.5
		line := orb.LineString{{at.x - 100*dx, at.y - 100*dy}, {at.x, at.y}}
		if r.IntN(2) == 0 {
			line = append(line, orb.Point{at.x + 100*r.Float64(), at.y + 100*r.Float64()})
		}
		return Op{Kind: SplitOp, Grid: code(), Line: line, Force: r.IntN(2) == 0}
	case 1:
		return Op{Kind: MergeOp, Grid: code(), To: code(), Force: r.IntN(4) == 0}
	case 2:
		return Op{Kind: LockOp, Grid: code()}
	case 3:
		return Op{Kind: UnlockOp, Grid: code()}
	case 4:
		return Op{Kind: RenameOp, Grid: code(), Name: "网格"}
	case 5:
		return Op{Kind: MoveOp, Moves: []Transfer{{Plots: []int{r.IntN(len(d.nodes))}}}, Force: r.IntN(2) == 0}
	case 6:
		b := d.in.Buildings[r.IntN(len(d.in.Buildings))].ID
		return Op{Kind: MoveOp, Moves: []Transfer{{Buildings: []int64{b, b + int64(r.IntN(2))}, To: code()}}, Force: r.IntN(4) == 0}
	}
	for range 200 {
		v := int32(r.IntN(len(d.nodes)))
		for _, a := range d.graph.Around(v) {
			if to := d.state.part[a.To]; to != d.state.part[v] {
				return Op{Kind: MoveOp, Moves: []Transfer{{Plots: []int{int(v)}, To: d.state.grids[to].code}}, Force: r.IntN(8) == 0}
			}
		}
	}
	return Op{Kind: MoveOp, Moves: []Transfer{{Plots: []int{r.IntN(len(d.nodes))}, To: code()}}}
}
