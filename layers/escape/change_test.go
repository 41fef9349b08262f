package escape_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"gridmap/layers/escape"
)

func TestWhatANewPlanChanges(t *testing.T) {
	at := func(shelter int64, means string, departed bool) []escape.Placement {
		return []escape.Placement{{Household: 7, Grid: "g", Persons: 3, Shelter: shelter, Means: means, Departed: departed}}
	}
	for _, c := range []struct {
		name          string
		before, after []escape.Placement
		want          escape.ChangeKind // "": nothing
		shelter       int64             // that is confirmed; −1: off the plan
	}{
		{"the same place is no change", at(1, "walk", false), at(1, "walk", false), "", 1},
		{"another shelter is another way", at(1, "walk", false), at(2, "walk", false), escape.Rerouted, 2},
		{"other means are another way", at(1, "walk", false), at(1, "boat", false), escape.Rerouted, 1},
		{"a bed lost is a change", at(1, "walk", false), at(0, "walk", false), escape.Rerouted, 0},
		{"who was not on the plan is added", nil, at(2, "walk", false), escape.Added, 2},
		{"who no longer is falls away", at(1, "walk", false), nil, escape.Dropped, -1},
		{"who has departed is not sent elsewhere", at(1, "walk", true), at(2, "walk", false), escape.PinnedConflict, 1},
		{"nor where the new plan knows of it", at(1, "walk", false), at(2, "walk", true), escape.PinnedConflict, 1},
		{"nor dropped", at(1, "walk", true), nil, escape.PinnedConflict, 1},
		{"who has departed for the same place stays so", at(1, "walk", true), at(1, "walk", false), "", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			changes, confirmed := escape.Compare(c.before, c.after)
			got := escape.ChangeKind("")
			if len(changes) > 0 {
				got = changes[0].Kind
			}
			if got != c.want || len(changes) > 1 {
				t.Errorf("got %v, want %q", changes, c.want)
			}
			shelter := int64(-1)
			if len(confirmed) > 0 {
				shelter = confirmed[0].Shelter
			}
			if shelter != c.shelter {
				t.Errorf("confirmed: got shelter %d, want %d", shelter, c.shelter)
			}
		})
	}
}

func TestAConfirmedPlanKeepsWhoDepartedAndChangesNothingMore(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 28))
	plan := func() []escape.Placement {
		var out []escape.Placement
		for h := range int64(30) {
			if r.IntN(4) > 0 {
				out = append(out, escape.Placement{Household: h + 1, Shelter: int64(r.IntN(4)), Means: []string{"walk", "boat"}[r.IntN(2)], Departed: r.IntN(5) == 0})
			}
		}
		return out
	}
	for range 500 {
		before, after := plan(), plan()
		changes, confirmed := escape.Compare(before, after)
		r.Shuffle(len(before), func(i, j int) { before[i], before[j] = before[j], before[i] })
		if again, _ := escape.Compare(before, after); !slices.Equal(again, changes) {
			t.Fatalf("the order of a plan changes what differs: got %v, want %v", again, changes)
		}
		where := map[int64]escape.Placement{}
		for _, p := range confirmed {
			where[p.Household] = p
		}
		for _, b := range before {
			if p := where[b.Household]; b.Departed && (p.Shelter != b.Shelter || p.Means != b.Means || !p.Departed) {
				t.Fatalf("household %d has departed: got %+v, want %+v", b.Household, p, b)
			}
		}
		if rest, _ := escape.Compare(confirmed, confirmed); len(rest) > 0 {
			t.Fatalf("a plan differs from itself: %v", rest)
		}
	}
}

func TestWhoIsThereHasABedFirst(t *testing.T) {
	free, over := escape.Free([]int64{5, 5, 0}, []int64{2, 8, 1})
	if !slices.Equal(free, []int64{3, 0, 0}) || !slices.Equal(over, []int64{0, 3, 1}) {
		t.Fatalf("got %v free and %v over, want [3 0 0] and [0 3 1]", free, over)
	}
}
