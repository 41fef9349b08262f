package escape

import (
	"cmp"
	"slices"

	"gridmap/geo/transport"
)

// Household goes to one place as a whole.
type Household struct {
	Source  int // of the transport problem
	Persons int64
}

// Whole places households as the people of an optimal plan are, but none in two
// places: those of a source fill its shares, the largest first; one that fits no
// share goes where there is a bed for all of it, the cheapest place first. It
// returns the sink of each household, -1 for one that fits nowhere whole, and what
// they cost together; the plan's own cost is a lower bound of what households kept
// whole cost.
func Whole(p transport.Problem, plan *transport.Plan, households []Household) (sinks []int, cost int64) {
	sinks = make([]int, len(households))
	order := make([]int, len(households))
	free := slices.Clone(p.Capacity)
	for i := range order {
		order[i], sinks[i] = i, -1
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(households[a].Source, households[b].Source), cmp.Compare(households[b].Persons, households[a].Persons))
	})
	left := make([][]transport.Share, len(plan.Shares))
	for i, s := range plan.Shares {
		left[i] = slices.Clone(s)
	}
	put := func(h, j int) {
		sinks[h] = j
		free[j] -= households[h].Persons
		cost += households[h].Persons * p.Cost[households[h].Source][j]
	}
	var waiting []int
	for _, h := range order {
		share := slices.IndexFunc(left[households[h].Source], func(s transport.Share) bool { return s.People >= households[h].Persons })
		if share < 0 {
			waiting = append(waiting, h)
			continue
		}
		s := &left[households[h].Source][share]
		s.People -= households[h].Persons
		put(h, s.Sink)
	}
	slices.SortStableFunc(waiting, func(a, b int) int { return cmp.Compare(households[b].Persons, households[a].Persons) })
	for _, h := range waiting {
		best := -1
		row := p.Cost[households[h].Source]
		for j, c := range row {
			if c != transport.Forbidden && free[j] >= households[h].Persons && (best < 0 || c < row[best]) {
				best = j
			}
		}
		if best >= 0 {
			put(h, best)
		}
	}
	return sinks, cost
}
