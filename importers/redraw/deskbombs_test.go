package redraw

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"
)

// TestHostileOperationsOnALargeDeskEndSoon does on a community of 2,000 buildings
// what a request within the bounds of its size can ask for, and undoes it.
func TestHostileOperationsOnALargeDeskEndSoon(t *testing.T) {
	in := town(3, 1, 2000)
	code := in.Communities[0].Code
	start := &Present{}
	for i := range in.Buildings {
		if in.Buildings[i].Stairwells == nil {
			start.Places = append(start.Places, PresentPlace{BuildingID: in.Buildings[i].ID, Households: in.Buildings[i].Households, Grid: code + "001"})
		}
	}
	d, err := NewDesk(context.Background(), in, Options{}, start)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	line := func(n int, at func(i int) orb.Point) Op {
		op := Op{Kind: SplitOp, Grid: code + "001", Force: true}
		for i := range n {
			p := at(i)
			op.Line = append(op.Line, orb.Point{p[0] + originE, p[1] + originN})
		}
		return op
	}
	plots := d.Plots()
	everywhere := Op{Kind: MoveOp, Force: true}
	for i := range 1000 {
		m := Transfer{To: ""}
		for k := range 200 {
			m.Plots = append(m.Plots, plots[(i*31+k*7)%len(plots)].ID)
		}
		everywhere.Moves = append(everywhere.Moves, m)
	}
	for name, op := range map[string]Op{
		"a line of 1,000 points that crosses itself":       line(1000, func(int) orb.Point { return orb.Point{1000 * r.Float64(), 1000 * r.Float64()} }),
		"a line of 1,000 points to and fro on one segment": line(1000, func(i int) orb.Point { return orb.Point{-10 + 1020*float64(i%2), 500} }),
		"a comb of 1,000 teeth":                            line(1000, func(i int) orb.Point { return orb.Point{float64(i), -10 + 1020*float64(i/2%2)} }),
		"a spiral":                                         line(1000, func(i int) orb.Point { return orb.Point{500 + float64(i)/2*sin(i), 500 + float64(i)/2*sin(i+8)} }),
		"a thousand moves of plots that overlap":           everywhere,
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			c := d.Apply(op)
			took := time.Since(began)
			t.Logf("bombs| %s, on 2,000 buildings | done: %v, %d objections | %v |", name, c.Applied, len(c.Blockers), took.Round(time.Millisecond))
			if took > 5*time.Second {
				t.Errorf("took %v, want 5 s at most", took)
			}
			if c.Applied {
				d.Undo()
			}
		})
	}
}

// sin is a wave of 32 steps, near enough.
func sin(i int) float64 {
	x := float64(i%32)/16 - 1
	return 4 * x * (1 - max(x, -x))
}
