package escape

import (
	"cmp"
	"slices"
)

// Placement is where a household of a plan goes.
type Placement struct {
	Household, Building int64
	Grid                string
	Persons             int64
	Shelter             int64 // zero: there is no bed for it
	Means               string
	Departed            bool // it has left, or arrived: nobody sends it elsewhere without a word
}

// ChangeKind is what is different about a household.
type ChangeKind string

// The kinds, in the order in which changes are listed: what concerns people who are
// under way comes first.
const (
	PinnedConflict ChangeKind = "pinned_conflict" // it has departed, and the new plan would send it elsewhere, or not at all
	Added          ChangeKind = "added"
	Rerouted       ChangeKind = "rerouted" // another shelter, other means, or a bed where there was none, or none where there was
	Dropped        ChangeKind = "dropped"
)

// Change is a household that a new plan places otherwise. Before is zero for one
// that was not on the plan, After for one that no longer is.
type Change struct {
	Kind          ChangeKind
	Before, After Placement
}

// Grid is the one that the household lives in.
func (c Change) Grid() string { return cmp.Or(c.After.Grid, c.Before.Grid) }

// Compare lists how a new plan differs from the one that was approved, by kind, then
// grid, then household, and what stands once the changes are confirmed: the new plan,
// but whoever has departed, by either plan, goes where it was told to go, even where
// the new plan has it no longer. A household is on a plan once; of two the first
// counts. A change of the number of its people alone is no change of place.
func Compare(before, after []Placement) (changes []Change, confirmed []Placement) {
	was, is := placed(before), placed(after)
	for id, b := range was {
		a, still := is[id]
		switch departed := b.Departed || a.Departed; {
		case departed && (!still || elsewhere(a, b)):
			changes = append(changes, Change{PinnedConflict, b, a})
			b.Departed = true
			confirmed = append(confirmed, b)
		case !still:
			changes = append(changes, Change{Dropped, b, Placement{}})
		default:
			if elsewhere(a, b) {
				changes = append(changes, Change{Rerouted, b, a})
			}
			a.Departed = departed
			confirmed = append(confirmed, a)
		}
	}
	for id, a := range is {
		if _, was := was[id]; !was {
			changes = append(changes, Change{Added, Placement{}, a})
			confirmed = append(confirmed, a)
		}
	}
	order := map[ChangeKind]int{PinnedConflict: 0, Added: 1, Rerouted: 2, Dropped: 3}
	slices.SortFunc(changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(order[a.Kind], order[b.Kind]), cmp.Compare(a.Grid(), b.Grid()),
			cmp.Compare(cmp.Or(a.After.Household, a.Before.Household), cmp.Or(b.After.Household, b.Before.Household)))
	})
	slices.SortFunc(confirmed, func(a, b Placement) int { return cmp.Compare(a.Household, b.Household) })
	return changes, confirmed
}

func elsewhere(a, b Placement) bool { return a.Shelter != b.Shelter || a.Means != b.Means }

func placed(list []Placement) map[int64]Placement {
	out := make(map[int64]Placement, len(list))
	for _, p := range list {
		if _, twice := out[p.Household]; !twice {
			out[p.Household] = p
		}
	}
	return out
}

// Free is how many beds are left by sink once those who have departed have theirs,
// and how many of them are over at each sink: people who are there are there,
// whatever the capacity says.
func Free(capacity, departed []int64) (free, over []int64) {
	free, over = make([]int64, len(capacity)), make([]int64, len(capacity))
	for j, c := range capacity {
		free[j], over[j] = max(0, c-departed[j]), max(0, departed[j]-c)
	}
	return free, over
}
