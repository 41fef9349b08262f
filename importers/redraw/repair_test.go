package redraw

import (
	"math/rand/v2"
	"testing"
)

// resettled lets the households of a tenth of the buildings come and go by up to
// two fifths; towers with a table change floor by floor.
func resettled(in Input, seed uint64) Input {
	r := rand.New(rand.NewPCG(seed, 40))
	out := in
	out.Buildings = append([]Building(nil), in.Buildings...)
	for i := range out.Buildings {
		b := &out.Buildings[i]
		if r.IntN(10) > 0 {
			continue
		}
		factor := 0.6 + 0.8*r.Float64()
		if len(b.Stairwells) == 0 {
			b.Households = int(float64(b.Households)*factor + 0.5)
			continue
		}
		table := make([][]int, len(b.Stairwells))
		for s, floors := range b.Stairwells {
			for _, h := range floors {
				table[s] = append(table[s], int(float64(h)*factor+0.5))
			}
		}
		b.Stairwells, b.Households = table, tableSum(table)
	}
	return out
}

func TestARepairMovesAFractionOfWhatAFreshPlanMoves(t *testing.T) {
	repaired, fresh, households := 0, 0, 0
	for seed := range uint64(6) {
		in := town(seed, 2, 700)
		o := Options{Seed: seed}
		in = resettled(in, seed)
		in.Present = draw(t, town(seed, 2, 700), o).Present()
		f := draw(t, in, o)
		o.Mode = Repair
		r := draw(t, in, o)
		checkPlan(t, in, r)
		if r.Report.Grids.Violation > f.Report.Grids.Violation {
			t.Errorf("seed %d: repaired %d households outside the range, drawn fresh %d", seed, r.Report.Grids.Violation, f.Report.Grids.Violation)
		}
		repaired += r.Report.Stability.HouseholdsMoved
		fresh += f.Report.Stability.HouseholdsMoved
		households += r.Report.Stability.Households
	}
	t.Logf("of %d households a repair moved %.1f %%, a fresh plan %.1f %%", households, 100*float64(repaired)/float64(households), 100*float64(fresh)/float64(households))
	if 4*repaired > fresh {
		t.Errorf("a repair moved %d households, a fresh plan %d: want a quarter at most", repaired, fresh)
	}
}

func TestARepairOfAPlanInRangeChangesNothing(t *testing.T) {
	for seed := range uint64(4) {
		in := town(seed, 2, 500)
		first := draw(t, in, Options{Seed: seed})
		in.Present = first.Present()
		again := draw(t, in, Options{Seed: seed + 100, Mode: Repair})
		for i := range first.Grids {
			if g := &first.Grids[i]; g.Kind == Basic && g.Reason == nil {
				found := false
				for j := range again.Grids {
					found = found || again.Grids[j].Code == g.Code && again.Grids[j].Households == g.Households
				}
				if !found && first.Report.Grids.Violation == 0 {
					t.Errorf("seed %d: grid %s of %d households is not what it was", seed, g.Code, g.Households)
				}
			}
		}
		if m := again.Report.Stability.HouseholdsMoved; first.Report.Grids.Violation == 0 && first.Report.Microgrids.Violation == 0 && m > 0 {
			t.Errorf("seed %d: %d households moved, want none", seed, m)
		}
	}
}

func TestMoreStepsNeverLeaveMoreOutsideTheRange(t *testing.T) {
	for seed := range uint64(3) {
		in := town(seed, 2, 300)
		last := -1
		for _, steps := range []int64{0, 100_000, 2_000_000} {
			p := draw(t, in, Options{Seed: seed, Steps: steps, Micro: MicroNone})
			if v := p.Report.Grids.Violation; last >= 0 && v > last {
				t.Errorf("seed %d: %d steps leave %d households outside the range, fewer steps left %d", seed, steps, v, last)
			} else {
				last = v
			}
		}
	}
}
