package heat_test

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/uber/h3-go/v4"

	"gridmap/layers/heat"
)

func randomCases(t testing.TB, n int) []heat.Case {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	out := make([]heat.Case, n)
	for i := range out {
		c, err := heat.CellAt(105.6+rng.ExpFloat64()*0.1, 30+rng.ExpFloat64()*0.1)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = heat.Case{Cell: c, Level: uint8(rng.IntN(4)), Board: uint8(rng.IntN(4)), Overdue: rng.IntN(5) == 0}
	}
	return out
}

func TestParentsByBitsAreTheLibrarysParents(t *testing.T) {
	for _, c := range randomCases(t, 500) {
		for r := heat.CoarsestResolution; r <= heat.FinestResolution; r++ {
			want, err := h3.Cell(c.Cell).Parent(r)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Cell.Parent(r); uint64(got) != uint64(want) {
				t.Fatalf("parent of %s at %d is %s, want %s", c.Cell, r, got, want)
			}
		}
	}
}

func TestMergingBelowKKeepsTheSumAndShowsNoSmallCell(t *testing.T) {
	cases := randomCases(t, 3000)
	for _, k := range []int{1, 2, 5, 20, 5000} {
		for r := 5; r <= heat.FinestResolution; r++ {
			m := heat.Collect(cases, r, k)
			sum := m.Withheld
			for c, n := range m.Cells {
				sum += n.Cases
				if n.Cases < k {
					t.Fatalf("k=%d: cell %s shows %d cases", k, c, n.Cases)
				}
				if n.Level[0]+n.Level[1]+n.Level[2]+n.Level[3] != n.Cases {
					t.Fatalf("levels of %s do not sum to its cases", c)
				}
			}
			if m.Withheld >= 2*k {
				t.Fatalf("k=%d, resolution %d: %d cases are withheld, want fewer than k in each of the two coarsest cells", k, r, m.Withheld)
			}
			if sum != len(cases) {
				t.Fatalf("k=%d, resolution %d: cells and withheld sum to %d, want %d", k, r, sum, len(cases))
			}
		}
	}
}

func TestCellIDsFitIntoTilesAndStayApart(t *testing.T) {
	seen := map[uint64]heat.Cell{}
	for _, c := range randomCases(t, 2000) {
		for r := heat.CoarsestResolution; r <= heat.FinestResolution; r++ {
			p := c.Cell.Parent(r)
			id := p.ID()
			if id >= 1<<53 {
				t.Fatalf("id of %s is %d, want below 2⁵³", p, id)
			}
			if other, ok := seen[id]; ok && other != p {
				t.Fatalf("cells %s and %s share the id %d", p, other, id)
			}
			seen[id] = p
		}
	}
}

func TestATreeShowsWhatCountingAnewShowsAfterAnyChanges(t *testing.T) {
	rng := rand.New(rand.NewPCG(51, 52))
	for _, k := range []int{1, 2, 5, 9} {
		for _, resolution := range []int{5, 7, 9} {
			open := crowd(rng, 150)
			tree := heat.NewTree(open, resolution, k)
			for round := range 300 {
				before := maps.Clone(tree.Cells)
				var changes []heat.Change
				for range 1 + rng.IntN(4) {
					if len(open) > 0 && rng.IntN(2+round/100) > 0 {
						i := rng.IntN(len(open))
						changes = append(changes, heat.Change{Case: open[i], Sign: -1})
						open = slices.Delete(open, i, i+1)
					} else {
						c := crowd(rng, 1)[0]
						changes = append(changes, heat.Change{Case: c, Sign: 1})
						open = append(open, c)
					}
				}
				changed := tree.Apply(changes)
				want := heat.Collect(open, resolution, k)
				if !maps.Equal(tree.Cells, want.Cells) {
					t.Fatalf("k %d, resolution %d, round %d: the tree shows %v, want %v", k, resolution, round, tree.Cells, want.Cells)
				}
				if got := heat.Changed(heat.Map{Cells: before}, tree.Map); !slices.Equal(changed, got) {
					t.Fatalf("k %d, resolution %d, round %d: says that %v changed, want %v", k, resolution, round, changed, got)
				}
			}
		}
	}
}

// crowd makes cases around a few places.
func crowd(rng *rand.Rand, n int) []heat.Case {
	var out []heat.Case
	for range n {
		spread := math.Pow(10, -3+2.5*rng.Float64())
		cell, err := heat.CellAt(105.8+rng.NormFloat64()*spread, 30.1+rng.NormFloat64()*spread)
		if err != nil {
			panic(err)
		}
		out = append(out, heat.Case{Cell: cell, Level: uint8(rng.IntN(4)), Board: uint8(rng.IntN(4)), Overdue: rng.IntN(3) == 0})
	}
	return out
}
