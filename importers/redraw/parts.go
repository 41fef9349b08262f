package redraw

import (
	"strconv"
	"strings"
)

// partCells reads the name of a part of a building into households by stairwell
// and floor. It is false for a name that does not fit the table.
func partCells(part string, table [][]int) ([][]int, bool) {
	in, ok := partFloors(part, table)
	if !ok {
		return nil, false
	}
	out := make([][]int, len(table))
	for s := range table {
		out[s] = make([]int, len(table[s]))
		for f, h := range table[s] {
			if in[s][f] {
				out[s][f] = h
			}
		}
	}
	return out, true
}

// partFloors reads the name of a part, as partName writes it, back into the floors
// of each stairwell; the empty name is the whole building.
func partFloors(part string, table [][]int) ([][]bool, bool) {
	out := make([][]bool, len(table))
	for s := range table {
		out[s] = make([]bool, len(table[s]))
		for f := range out[s] {
			out[s][f] = part == ""
		}
	}
	if part == "" {
		return out, len(table) > 0
	}
	for _, piece := range strings.Split(part, "+") {
		wells, floors, ok := strings.Cut(piece, "单元")
		from, to, valid := readSpan(wells, len(table))
		if !ok || !valid {
			return nil, false
		}
		for s := from; s <= to; s++ {
			low, high := 0, len(table[s])-1
			if floors != "" {
				name, ok := strings.CutSuffix(floors, "层")
				if low, high, valid = readSpan(name, len(table[s])); !ok || !valid {
					return nil, false
				}
			}
			for f := low; f <= high; f++ {
				out[s][f] = true
			}
		}
	}
	return out, true
}

// readSpan reads "3" or "3-7" into places from zero, inside n.
func readSpan(text string, n int) (from, to int, ok bool) {
	low, high, ranged := strings.Cut(text, "-")
	if !ranged {
		high = low
	}
	from, err := strconv.Atoi(low)
	if err != nil {
		return 0, 0, false
	}
	if to, err = strconv.Atoi(high); err != nil || from < 1 || from > to || to > n {
		return 0, 0, false
	}
	return from - 1, to - 1, true
}

// shared counts the households in both of two parts of one table.
func shared(a, b [][]int) int {
	sum := 0
	for s := range a {
		for f := range a[s] {
			sum += min(a[s][f], b[s][f])
		}
	}
	return sum
}

// cells lays a share's units out by stairwell and floor; nil for a building
// without a table.
func (s share) cells(table [][]int) [][]int {
	out := make([][]int, len(table))
	for w := range table {
		out[w] = make([]int, len(table[w]))
	}
	for _, u := range s.units {
		if u.stairwell < 0 {
			return nil
		}
		out[u.stairwell][u.floor] = u.weight
	}
	return out
}

// pieces tells where the present plan has what is in a share: one piece for each
// present place, with the households of the share that lie there, and one with no
// codes for what has no place. The sum is kept. A share divided otherwise than
// before is compared floor by floor where the names of parts allow it, and by
// proportion where they do not.
func (x *presentIndex) pieces(in []Building, s share) []PresentPlace {
	none := PresentPlace{BuildingID: in[s.building].ID, Part: s.part, Households: s.households}
	if x == nil || len(x.places[s.building]) == 0 {
		return []PresentPlace{none}
	}
	places := x.places[s.building]
	if len(places) == 1 && places[0].Part == "" {
		p := places[0]
		p.Households = s.households
		return []PresentPlace{p}
	}
	for _, p := range places {
		if p.Part == s.part || s.households == 0 {
			p.Households = s.households
			return []PresentPlace{p}
		}
	}
	if out, ok := piecesByFloor(places, s.cells(in[s.building].Stairwells), in[s.building].Stairwells, none); ok {
		return out
	}
	return piecesByProportion(places, none)
}

func piecesByFloor(places []PresentPlace, cells, table [][]int, none PresentPlace) ([]PresentPlace, bool) {
	if cells == nil {
		return nil, false
	}
	var out []PresentPlace
	for _, p := range places {
		old, ok := partCells(p.Part, table)
		if !ok {
			return nil, false
		}
		p.Households = min(shared(cells, old), none.Households)
		none.Households -= p.Households
		if p.Households > 0 {
			out = append(out, p)
		}
	}
	if none.Households > 0 {
		out = append(out, none)
	}
	return out, true
}

func piecesByProportion(places []PresentPlace, all PresentPlace) []PresentPlace {
	total := 0
	for _, p := range places {
		total += max(1, p.Households)
	}
	var out []PresentPlace
	before, given := 0, 0
	for _, p := range places {
		before += max(1, p.Households)
		p.Households = all.Households*before/total - given
		given += p.Households
		if p.Households > 0 {
			out = append(out, p)
		}
	}
	return out
}
