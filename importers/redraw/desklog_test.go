package redraw

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// anyOp is randomOp, and now and then one of those that a person alone does.
func (d *Desk) anyOp(t testing.TB, r *rand.Rand) (Op, Change) {
	grids := d.state.byCode()
	code := d.state.grids[grids[r.IntN(len(grids))]].code
	switch r.IntN(12) {
	case 0:
		op := Op{Kind: ComplexOp, Complex: r.IntN(2) == 0}
		return op, d.Apply(op)
	case 1:
		op := Op{Kind: DedicatedOp, Grid: code, Dedicated: []string{"", "商场"}[r.IntN(2)]}
		return op, d.Apply(op)
	case 2, 3:
		mode := []Mode{Fresh, Repair}[r.IntN(2)]
		c, err := d.Redraw(context.Background(), mode, r.Uint64N(3))
		if err != nil {
			t.Fatal(err)
		}
		return Op{Kind: RedrawOp}, c
	}
	op := d.randomOp(r)
	return op, d.Apply(op)
}

type logged struct {
	kind   OpKind // undo, redo or the operation
	effect Effect
}

// play does a log on a new desk.
func playLog(t testing.TB, d *Desk, log []logged, same bool) {
	t.Helper()
	for i, e := range log {
		ok := false
		switch e.kind {
		case "undo":
			ok = d.PlayUndo()
		case "redo":
			ok = d.PlayRedo()
		default:
			_, ok = d.Play(Op{Kind: e.kind}, e.effect, same)
		}
		if !ok {
			t.Fatalf("entry %d %s does nothing", i, e.kind)
		}
	}
}

func TestALogPlayedAgainGivesTheSameDeskByNumberAndByName(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 77))
		in := town(seed, 1, 20+r.IntN(60))
		start := draw(t, in, Options{Seed: seed, Restarts: 1, Effort: 0.1, Micro: MicroNone}).Present()
		open := func() *Desk {
			d, err := NewDesk(context.Background(), in, Options{Restarts: 1, Effort: 0.1}, start)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		d := open()
		var log []logged
		var states []string
		for range 25 {
			switch r.IntN(5) {
			case 0:
				if _, ok := d.Undo(); ok {
					log = append(log, logged{"undo", Effect{}})
				}
			case 1:
				if _, ok := d.Redo(); ok {
					log = append(log, logged{"redo", Effect{}})
				}
			default:
				op, c := d.anyOp(t, r)
				if !c.Applied {
					continue
				}
				e, _ := d.Effect()
				log = append(log, logged{op.Kind, e})
			}
			states = append(states[:min(len(states), max(0, len(log)-1))], stateOf(t, d))
		}
		if len(log) == 0 {
			continue
		}
		n := 1 + r.IntN(len(log))
		for _, same := range []bool{true, false} {
			again := open()
			if again.Ground() != open().Ground() {
				t.Fatalf("seed %d: the ground differs", seed)
			}
			playLog(t, again, log[:n], same)
			if got := stateOf(t, again); got != states[n-1] {
				t.Fatalf("seed %d, %d of %d entries, same ground %v: the desk differs\n%s\n%s", seed, n, len(log), same, got, states[n-1])
			}
			playLog(t, again, log[n:], same)
			if got := stateOf(t, again); got != stateOf(t, d) || again.state.complex != d.state.complex || len(again.done) != len(d.done) || len(again.undone) != len(d.undone) {
				t.Fatalf("seed %d, same ground %v: the desk differs in the end", seed, same)
			}
		}
	}
}

func TestARedrawOnTheDeskLeavesLockedAndMarkedGridsAlone(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 5))
		d, _ := openDesk(t, seed, 60+r.IntN(100))
		d.o.Restarts, d.o.Effort = 1, 0.1
		grids := d.state.byCode()
		held := map[string]string{}
		for _, kind := range []Op{{Kind: LockOp}, {Kind: DedicatedOp, Dedicated: "学校"}} {
			kind.Grid = d.state.grids[grids[r.IntN(len(grids))]].code
			if d.Apply(kind).Applied {
				held[kind.Grid] = ""
			}
		}
		for range 5 {
			d.Apply(d.randomOp(r))
		}
		before := d.Plots()
		total := d.View().Households
		mode := []Mode{Fresh, Repair}[seed%2]
		c, err := d.Redraw(context.Background(), mode, seed)
		if err != nil {
			t.Fatal(err)
		}
		if c.Households != total {
			t.Fatalf("seed %d: %d households, were %d", seed, c.Households, total)
		}
		for i, p := range d.Plots() {
			_, was := held[before[i].Grid]
			_, is := held[p.Grid]
			locked := slices.ContainsFunc(d.View().Grids, func(g GridState) bool {
				return g.Code == p.Grid && (g.Locked || d.state.grids[d.state.part[i]].mark != "")
			})
			if (was || is) && locked && p.Grid != before[i].Grid {
				t.Fatalf("seed %d %s: plot %d went from %s to %s", seed, mode, i, before[i].Grid, p.Grid)
			}
		}
	}
}

func TestWhatIsOfferedInPlaceOfARefusedMoveGoesThrough(t *testing.T) {
	offers := map[string]int{}
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 6))
		d, _ := openDesk(t, seed, 100)
		for range 40 {
			op := d.randomOp(r)
			op.Force = false
			c := d.Apply(op)
			if c.Applied {
				continue
			}
			for _, o := range d.Offers(op) {
				offers[o.En[:12]]++
				if got := d.Apply(o.Op); !got.Applied {
					t.Fatalf("seed %d: offered %q for %+v: %+v", seed, o.En, op, got.Blockers)
				}
				d.Undo()
			}
		}
	}
	if len(offers) < 3 {
		t.Errorf("offered %v, want three kinds", fmt.Sprint(offers))
	}
}
