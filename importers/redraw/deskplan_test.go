package redraw

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"slices"
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
		on := map[string]int{}
		for _, g := range v.Grids {
			on[g.Code] = g.Households
		}
		for _, g := range p.Grids {
			h, same := on[g.Code]
			if same && g.Households != h {
				t.Errorf("seed %d: grid %s with %d, want %d", seed, g.Code, g.Households, h)
			}
			for _, was := range start.Grids { // a code is never another grid's
				if was.Code == g.Code && !slices.Contains(g.Predecessors, g.Code) || was.Code == g.Code && !same {
					t.Errorf("seed %d: the code %s is given to another grid, of %v", seed, g.Code, g.Predecessors)
				}
			}
		}
	}
}

func TestAmongItsNeighboursADeskSharesTheirEdges(t *testing.T) {
	in := town(13, 3, 130)
	o := Options{Seed: 2, Restarts: 1, Micro: MicroNone}
	plan := draw(t, in, o)
	for _, c := range in.Communities {
		d, err := NewDeskAmong(context.Background(), in, c.Code, o, plan.Present())
		if err != nil {
			t.Fatal(err)
		}
		v := d.View()
		i := 0
		for _, g := range plan.Grids {
			if g.Community != c.Code {
				continue
			}
			if i == len(v.Grids) || v.Grids[i].Code != g.Code || marshal(t, v.Grids[i].Outline) != marshal(t, g.Outline) {
				t.Fatalf("grid %s is not as in the plan", g.Code)
			}
			i++
		}
		if i != len(v.Grids) {
			t.Errorf("%s: %d grids, want %d", c.Code, len(v.Grids), i)
		}
		p, err := d.Plan(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Grids) != i || p.Report.Communities != 1 || p.Report.Topology.GapM2 != 0 || p.Report.Stability.Households != 0 {
			t.Errorf("%s: plan of %d grids, %+v", c.Code, len(p.Grids), p.Report.Topology)
		}
		other := in.Buildings[0].ID
		if c.Code == in.Communities[0].Code {
			other = in.Buildings[len(in.Buildings)-1].ID
		}
		refused := d.Apply(Op{Kind: MoveOp, Moves: []Transfer{{Buildings: []int64{other}, To: v.Grids[0].Code}}})
		if refused.Applied || refused.Blockers[0].Kind != OtherCommunity {
			t.Errorf("%s: a building of a neighbour was moved: %+v", c.Code, refused)
		}
	}
	if _, err := NewDeskAmong(context.Background(), in, "x", o, nil); err == nil {
		t.Error("a community that is not there was taken")
	}
}
