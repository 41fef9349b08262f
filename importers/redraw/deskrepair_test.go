package redraw

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Every suggestion is done, and must give what it said.
func TestARepairDoesWhatItSays(t *testing.T) {
	kinds := map[OpKind]int{}
	exchanges := 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 9))
		d, _ := openDesk(t, seed, 60+r.IntN(120))
		for range 6 {
			op := d.randomOp(r)
			op.Force = true
			d.Apply(op)
		}
		v := d.View()
		for i, s := range v.Repairs {
			kinds[s.Op.Kind]++
			exchanges += len(s.Op.Moves) / 2
			spans, border := d.figures()
			c := d.Apply(s.Op)
			if !c.Applied || c.Violation-v.Violation != s.Violation || s.Violation >= 0 || c.Moved-v.Moved != s.Moved {
				t.Fatalf("seed %d: %s: applied %v %v, violation %d → %d, moved %d → %d; said %+v", seed, s.En, c.Applied, c.Blockers, v.Violation, c.Violation, v.Moved, c.Moved, s)
			}
			newSpans, newBorder := d.figures()
			if newSpans-spans != s.Compounds || math.Abs(newBorder-border-s.Border) > 1e-6*(1+border) {
				t.Fatalf("seed %d: %s: compounds %d → %d, border %.3f → %.3f; said %+v", seed, s.En, spans, newSpans, border, newBorder, s)
			}
			for _, shift := range s.Shifts {
				g, ok := d.state.find(shift.Grid)
				if shift.Grid != "" && ok && d.state.grids[g].households != shift.After || shift.Grid != "" && !ok && shift.After != 0 {
					t.Fatalf("seed %d: %s: %+v did not come about", seed, s.En, shift)
				}
			}
			if i > 0 && v.Repairs[i-1].Violation > s.Violation {
				t.Errorf("seed %d: a better repair comes after a worse one", seed)
			}
			d.Undo()
		}
	}
	if kinds[MoveOp] < 50 || kinds[MergeOp] < 5 || exchanges < 5 {
		t.Errorf("too little was tried: %v, %d exchanges", kinds, exchanges)
	}
}

// figures counts, from scratch, in how many grids beyond one each the compounds
// lie, and the cost of links between grids.
func (d *Desk) figures() (spans int, border float64) {
	for c := range d.members {
		spans += d.spans(d.state.part, int32(c))
	}
	for v := range d.nodes {
		for _, a := range d.graph.Around(int32(v)) {
			if int32(v) < a.To && d.state.part[v] != d.state.part[a.To] {
				border += a.Cost
			}
		}
	}
	return spans, border
}

// Looking round the plots that move must say the same as counting all pieces.
func TestLookingRoundSaysWhatCountingSays(t *testing.T) {
	yes, no := 0, 0
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 10))
		d, _ := openDesk(t, seed, 40+r.IntN(100))
		for range 4 {
			op := d.randomOp(r)
			op.Force = true
			d.Apply(op)
		}
		f := newMender(d, true)
		var all []candidate
		for _, g := range d.state.byCode() {
			all = f.find(g, all)
		}
		for range min(300, len(all)) {
			c := &all[r.IntN(len(all))]
			want := newMender(d, true).counts(c)
			if got := f.holds(c); got != want {
				t.Fatalf("seed %d: %+v holds %v, want %v", seed, *c, got, want)
			}
			if want {
				yes++
			} else {
				no++
			}
		}
	}
	if yes < 500 || no < 500 {
		t.Errorf("too little was tried: %d hold, %d do not", yes, no)
	}
}
