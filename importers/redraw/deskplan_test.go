package redraw

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"testing"
)

func TestADeskWithNothingDoneIsThePlanItBeganWith(t *testing.T) {
	for seed := range uint64(6) {
		in := town(seed, 1, 120)
		o := Options{Seed: seed, Restarts: 1, Micro: MicroNone}
		want := draw(t, in, o)
		in.Present = want.Present()
		d, err := NewDesk(context.Background(), in, o, want.Present())
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.Plan(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for i := range want.Grids { // a plan of its own says what a first one cannot
			want.Grids[i].Lineage, want.Grids[i].Predecessors = Unchanged, []string{want.Grids[i].Code}
			want.Grids[i].Reason, got.Grids[i].Reason = nil, nil
		}
		a, err1 := json.Marshal([]any{got.Grids, got.Assignments, got.Retired})
		b, err2 := json.Marshal([]any{want.Grids, want.Assignments, want.Retired})
		if err1 != nil || err2 != nil || string(a) != string(b) {
			t.Errorf("seed %d: the plan of the desk is not the one that it began with", seed)
		}
		if s := got.Report.Stability; s.HouseholdsMoved != 0 || s.Grids.CodesNew+s.Grids.CodesRetired != 0 {
			t.Errorf("seed %d: %+v", seed, s)
		}
	}
}

func TestThePlanOfADeskKeepsEveryPromise(t *testing.T) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 11))
		in := town(seed, 1, 60+r.IntN(100))
		start := draw(t, in, Options{Seed: seed, Restarts: 1})
		in.Present = start.Present()
		d, err := NewDesk(context.Background(), in, Options{Restarts: 1}, start.Present())
		if err != nil {
			t.Fatal(err)
		}
		for range 15 {
			op := d.randomOp(r)
			op.Force = false
			d.Apply(op)
		}
		v := d.View()
		p, err := d.Plan(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		checkPlan(t, in, p)
		if len(p.Grids) != len(v.Grids) || p.Report.Grids.Violation != v.Violation {
			t.Fatalf("seed %d: %d grids, %d outside, want %d and %d", seed, len(p.Grids), p.Report.Grids.Violation, len(v.Grids), v.Violation)
		}
		for i, g := range p.Grids {
			if g.Code != v.Grids[i].Code || g.Households != v.Grids[i].Households {
				t.Errorf("seed %d: grid %s with %d, want %s with %d", seed, g.Code, g.Households, v.Grids[i].Code, v.Grids[i].Households)
			}
		}
	}
}
