package redraw

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// share is a building, or a part of one, in a node of the graph.
type share struct {
	building   int // index in Input.Buildings
	part       string
	households int
	persons    int
	units      []unit
}

// unit is what a division by stairwell and floor cannot cut: a floor of a
// stairwell, or a building without a table.
type unit struct {
	building  int
	stairwell int // -1: the whole building
	floor     int
	weight    int
	before    int // households of the building before this unit
	first     bool
	last      bool
}

// units lists what an atom's buildings are made of, stairwell by stairwell and
// floor by floor.
func units(in []Building, buildings []int) []unit {
	var out []unit
	for _, i := range buildings {
		b := &in[i]
		if len(b.Stairwells) == 0 || tableSum(b.Stairwells) != b.Households {
			out = append(out, unit{building: i, stairwell: -1, weight: b.Households, first: true, last: true})
			continue
		}
		begin, before := len(out), 0
		for s, floors := range b.Stairwells {
			for f, h := range floors {
				out = append(out, unit{building: i, stairwell: s, floor: f, weight: h, before: before})
				before += h
			}
		}
		if begin == len(out) { // a table without a floor
			out = append(out, unit{building: i, stairwell: -1})
		}
		out[begin].first, out[len(out)-1].last = true, true
	}
	return out
}

// cutCost is what it costs to end a part before unit u: nothing between
// buildings or stairwells, something in the middle of a stairwell.
func cutCost(prev, u unit, target int) float64 {
	if prev.building == u.building && prev.stairwell == u.stairwell {
		return 0.3 * float64(target)
	}
	return 0
}

// layers divides units, in their order, into runs inside the range where that
// is possible, with as few cuts inside stairwells as may be (dynamic program
// over the ends of runs). A run that spans stairwells keeps them whole where
// that costs no household outside the range.
func layers(us []unit, rule bounds) [][]unit {
	n := len(us)
	const outside = 1e4
	best := make([]float64, n+1)
	from := make([]int, n+1)
	for end := 1; end <= n; end++ {
		best[end], from[end] = -1, end-1
		sum := 0
		for start := end - 1; start >= 0; start-- {
			sum += us[start].weight
			if sum > rule.Max && start < end-1 {
				break
			}
			d := float64(sum-rule.Target) / float64(rule.Target)
			cost := best[start] + outside*float64(rule.Off(sum)) + float64(rule.Target)*d*d
			if start > 0 {
				cost += cutCost(us[start-1], us[start], rule.Target)
			}
			if best[end] < 0 || cost < best[end] {
				best[end], from[end] = cost, start
			}
		}
	}
	var out [][]unit
	for end := n; end > 0; end = from[end] {
		out = append(out, us[from[end]:end])
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// shares turns runs of units into shares by building. Persons go by household:
// each share takes what lies between the roundings at its two ends, so that the
// sum over all shares of a building is kept however often it is divided.
func shares(in []Building, runs [][]unit) [][]share {
	out := make([][]share, len(runs))
	for r, run := range runs {
		for start := 0; start < len(run); {
			end := start
			for end < len(run) && run[end].building == run[start].building {
				end++
			}
			out[r] = append(out[r], newShare(in, run[start:end]))
			start = end
		}
	}
	return out
}

// newShare is a run of units of one building.
func newShare(in []Building, us []unit) share {
	b := &in[us[0].building]
	s := share{building: us[0].building, units: us}
	for _, u := range us {
		s.households += u.weight
	}
	before := us[0].before
	switch {
	case b.Households > 0:
		s.persons = b.Persons*(before+s.households)/b.Households - b.Persons*before/b.Households
	case us[0].first:
		s.persons = b.Persons
	}
	if !us[0].first || !us[len(us)-1].last {
		s.part = partName(us, b.Stairwells)
	}
	return s
}

// merged joins shares of one building that came to lie in one place, in the
// order of stairwells and floors; one that is whole again has no part name.
func merged(in []Building, list []share) share {
	if len(list) == 1 {
		return list[0]
	}
	s := share{building: list[0].building}
	for _, l := range list {
		s.households += l.households
		s.persons += l.persons
		s.units = append(s.units, l.units...)
	}
	slices.SortFunc(s.units, func(a, b unit) int {
		return cmp.Or(cmp.Compare(a.stairwell, b.stairwell), cmp.Compare(a.floor, b.floor))
	})
	table := in[s.building].Stairwells
	all := 0
	for _, floors := range table {
		all += len(floors)
	}
	if len(s.units) < all {
		s.part = partName(s.units, table)
	}
	return s
}

// partName says which stairwells and floors a part holds, as a planner would:
// "1单元", "1-2单元", "2单元1-9层", "1单元20-33层+2单元".
func partName(us []unit, table [][]int) string {
	name, whole, last := "", -1, -1 // whole, last: a run of whole stairwells
	flush := func(last int) {
		if whole < 0 {
			return
		}
		name = joined(name, span(whole+1, last+1)+"单元")
		whole = -1
	}
	for start := 0; start < len(us); {
		end := start
		for end < len(us) && us[end].stairwell == us[start].stairwell &&
			us[end].floor == us[start].floor+end-start {
			end++
		}
		s := us[start].stairwell
		if end-start == len(table[s]) {
			if whole >= 0 && last != s-1 {
				flush(last)
			}
			if whole < 0 {
				whole = s
			}
			last = s
		} else {
			flush(last)
			name = joined(name, fmt.Sprintf("%d单元%s层", s+1, span(us[start].floor+1, us[end-1].floor+1)))
		}
		start = end
	}
	flush(last)
	return name
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + "+" + b
}

func span(from, to int) string {
	if from == to {
		return strconv.Itoa(from)
	}
	return fmt.Sprintf("%d-%d", from, to)
}
