package redraw

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

const community = "500152001001"

// numbered gives drawn grids their codes: building b (from 1) with so many
// households lies in new grid grids[b-1] (from 1) of one community.
func numbered(t *testing.T, present *Present, households, grids []int) ([]identity, []Retired) {
	t.Helper()
	in := Input{Communities: []Community{{Code: community}}, Present: present}
	list := make([]drawn, slices.Max(grids))
	for b, g := range grids {
		in.Buildings = append(in.Buildings, Building{ID: int64(b + 1), Households: households[b]})
		list[g-1].nodes = append(list[g-1].nodes, node{households: households[b], shares: []share{{building: b, households: households[b]}}})
	}
	p := &publisher{in: in, land: &land{atoms: make([]atom, 1)}, present: newPresentIndex(in)}
	drawing := [][]drawn{list}
	ids, retired, err := newSuccession(p, drawing).number(in, drawing)
	if err != nil {
		t.Fatal(err)
	}
	return ids[0], retired
}

func TestAGridKeepsItsCodeWhenItIsTheSameGrid(t *testing.T) {
	held := func(grids ...string) (out []PresentPlace) {
		for i, g := range grids {
			if !strings.Contains(g, "-") {
				g = community + g
			}
			out = append(out, PresentPlace{BuildingID: int64(i + 1), Households: 1, Grid: g})
		}
		return out
	}
	two := held("001", "001", "002", "003")
	cases := []struct {
		name       string
		held       []PresentPlace
		used       []string
		households []int
		grids      []int
		codes      []string
		lineage    []string
		retired    string
	}{
		{"the same grids in another order keep their codes", two, nil, []int{100, 200, 100, 0}, []int{3, 3, 2, 1}, []string{"003", "002", "001"}, []string{"U", "U", "U"}, ""},
		{"a split leaves the code with the larger half", two, nil, []int{100, 200, 100, 0}, []int{1, 2, 3, 4}, []string{"004", "001", "002", "003"}, []string{"S", "S", "U", "U"}, ""},
		{"a merger keeps the code of the larger grid", two, nil, []int{100, 200, 100, 0}, []int{1, 1, 1, 2}, []string{"001", "003"}, []string{"M", "U"}, "002 M [001]"},
		{"a building that moves makes both redrawn", two, nil, []int{100, 200, 100, 0}, []int{2, 1, 2, 3}, []string{"001", "002", "003"}, []string{"S", "X", "U"}, ""},
		{"a number used long ago is passed over", two, []string{community + "004"}, []int{100, 200, 100, 0}, []int{1, 2, 3, 4}, []string{"005", "001", "002", "003"}, []string{"S", "S", "U", "U"}, ""},
		{"over nothing the numbers stay as drawn", nil, nil, []int{100, 200, 100, 0}, []int{1, 2, 2, 2}, []string{"001", "002"}, []string{"N", "N"}, ""},
		{"the largest of three pieces keeps the code with less than half", held("001", "001", "001"), nil, []int{40, 35, 25}, []int{3, 1, 2}, []string{"002", "003", "001"}, []string{"S", "S", "S"}, ""},
		{"less than half and mixed with another grid is not the same", held("001", "001", "001", "002"), nil, []int{40, 35, 25, 38}, []int{1, 2, 3, 1}, []string{"003", "004", "005"}, []string{"X", "S", "S"}, "001 X [003 004 005] 002 M [003]"},
		{"equal halves: one keeps the code", held("001", "001"), nil, []int{50, 50}, []int{2, 1}, []string{"001", "002"}, []string{"S", "S"}, ""},
		{"ties are settled so that most codes are kept", held("001", "001", "002", "002"), nil, []int{50, 50, 50, 50}, []int{1, 2, 1, 3}, []string{"002", "001", "003"}, []string{"X", "S", "S"}, ""},
		{"codes of a file are any strings", held("A-7", "A-7", "B-1"), nil, []int{60, 40, 100}, []int{1, 2, 3}, []string{"A-7", "001", "B-1"}, []string{"S", "S", "U"}, ""},
		{"a new building makes a grid mixed, and it keeps its code", held("001", "001"), nil, []int{60, 40, 30}, []int{1, 1, 1}, []string{"001"}, []string{"X"}, ""},
		{"grids of new buildings alone are new", held("001"), nil, []int{60, 400}, []int{1, 2}, []string{"001", "002"}, []string{"U", "N"}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var present *Present
			if c.held != nil {
				present = &Present{Places: c.held, Used: c.used}
			}
			ids, retired := numbered(t, present, c.households, c.grids)
			for i, id := range ids {
				want := c.codes[i]
				if !strings.Contains(want, "-") {
					want = community + want
				}
				if id.code != want || id.lineage != c.lineage[i] {
					t.Errorf("grid %d: %s %s %v, want %s %s", i+1, id.code, id.lineage, id.predecessors, want, c.lineage[i])
				}
			}
			var ended []string
			for _, r := range retired {
				ended = append(ended, strings.ReplaceAll(fmt.Sprintf("%s %s %v", r.Code, r.Lineage, r.Successors), community, ""))
			}
			if got := strings.Join(ended, " "); got != c.retired {
				t.Errorf("retired %q, want %q", got, c.retired)
			}
		})
	}
}

func TestAMicrogridKeepsItsCodeOnlyInsideItsGrid(t *testing.T) {
	g1, g2 := community+"001", community+"002"
	in := Input{
		Communities: []Community{{Code: community}},
		Buildings:   []Building{{ID: 1, Households: 60}, {ID: 2, Households: 70}, {ID: 3, Households: 400}},
		Present: &Present{Places: []PresentPlace{
			{BuildingID: 1, Households: 60, Grid: g1, Microgrid: g1 + "01"}, {BuildingID: 2, Households: 70, Grid: g1, Microgrid: g1 + "02"},
			{BuildingID: 3, Households: 400, Grid: g2}}},
	}
	one := func(b int) node {
		return node{shares: []share{{building: b, households: in.Buildings[b].Households}}}
	}
	drawing := [][]drawn{{
		{nodes: []node{one(1)}, micro: []drawnMicro{{nodes: []int{0}}}},
		{nodes: []node{one(0), one(2)}, micro: []drawnMicro{{nodes: []int{0, 1}}}}}}
	ids, retired, err := newSuccession(&publisher{in: in, land: &land{}, present: newPresentIndex(in)}, drawing).number(in, drawing)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := ids[0][0].micro[0].code, ids[0][1].micro[0].code; a != g1+"02" || b != g2+"01" {
		t.Errorf("micro-grids have %s and %s", a, b)
	}
	if len(retired) != 1 || retired[0].Code != g1+"01" || !retired[0].Microgrid || retired[0].Successors[0] != g2+"01" {
		t.Errorf("retired %+v", retired)
	}
}

func TestACommunityRunsOutOfNumbersWithAReason(t *testing.T) {
	n := newNumbers(&Present{Used: []string{community + "00150"}})
	for range 98 {
		if _, err := n.take(community+"001", 2); err != nil {
			t.Fatal(err)
		}
	}
	if code, err := n.take(community+"001", 2); !errors.Is(err, ErrNoNumber) {
		t.Errorf("the hundredth micro-grid got %s, %v", code, err)
	}
}

// The oracle tries every way to pair.
func TestNoOtherPairingScoresMore(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 4))
		rows, columns := 1+r.IntN(5), 1+r.IntN(5)
		score := make([][]int64, rows)
		for i := range score {
			score[i] = make([]int64, columns)
			for j := range score[i] {
				score[i][j] = max(0, r.Int64N(12)-3)
			}
		}
		var best func(row int, used int) int64
		best = func(row int, used int) int64 {
			if row == rows {
				return 0
			}
			top := best(row+1, used)
			for c := range columns {
				if used>>c&1 == 0 {
					top = max(top, score[row][c]+best(row+1, used|1<<c))
				}
			}
			return top
		}
		sum, used := int64(0), map[int]bool{}
		for row, c := range assignment(score) {
			if c < 0 {
				continue
			}
			if used[c] || score[row][c] == 0 {
				t.Errorf("seed %d: column %d is used twice, or for nothing", seed, c)
			}
			used[c] = true
			sum += score[row][c]
		}
		if want := best(0, 0); sum != want {
			t.Errorf("seed %d: sum %d, want %d of %v", seed, sum, want, score)
		}
	}
}

// presentOf makes a plan the present one, with its places or with outlines alone.
func presentOf(p *Plan, places bool, rename func(string) string) *Present {
	out := &Present{}
	for _, g := range p.Grids {
		if !g.Layered {
			out.Grids = append(out.Grids, PresentGrid{Code: rename(g.Code), Outline: g.Outline})
		}
		for _, m := range g.Microgrids {
			if !m.Layered {
				out.Grids = append(out.Grids, PresentGrid{Code: rename(m.Code), Outline: m.Outline, Microgrid: true})
			}
		}
	}
	for _, a := range p.Assignments {
		if places {
			place := PresentPlace{BuildingID: a.BuildingID, Part: a.Part, Households: a.Households, Grid: rename(p.Grids[a.Grid].Code)}
			if a.Microgrid >= 0 {
				place.Microgrid = rename(p.Grids[a.Grid].Microgrids[a.Microgrid].Code)
			}
			out.Places = append(out.Places, place)
		}
	}
	return out
}

func TestThePlanDrawnAgainOverItselfKeepsEveryCode(t *testing.T) {
	same := func(s string) string { return s }
	for _, rename := range []func(string) string{same, func(s string) string { return "旧-" + s }} {
		in := town(8, 3, 150)
		first := draw(t, in, Options{Seed: 4, Restarts: 2})
		in.Present = presentOf(first, true, rename)
		again := draw(t, in, Options{Seed: 4, Restarts: 2})
		if len(again.Retired) > 0 {
			t.Errorf("retired %+v", again.Retired)
		}
		for i, g := range again.Grids {
			if g.Code != rename(first.Grids[i].Code) || g.Lineage != Unchanged || fmt.Sprint(g.Predecessors) != fmt.Sprint([]string{g.Code}) {
				t.Errorf("grid %s became %s %s %v", first.Grids[i].Code, g.Code, g.Lineage, g.Predecessors)
			}
			for m, micro := range g.Microgrids {
				if micro.Code != rename(first.Grids[i].Microgrids[m].Code) || micro.Lineage != Unchanged {
					t.Errorf("micro-grid %s became %s %s", first.Grids[i].Microgrids[m].Code, micro.Code, micro.Lineage)
				}
			}
		}
	}
}

func TestNoCodeIsGivenTwice(t *testing.T) {
	for seed := range uint64(6) {
		in := town(seed, 2, 120)
		issued := map[string]bool{}
		var used []string
		for round := range uint64(4) {
			p := draw(t, in, Options{Seed: 10*seed + round, Restarts: 1, Micro: MicroAll})
			now := map[string]bool{}
			check := func(code, lineage string) {
				if now[code] {
					t.Errorf("seed %d round %d: %s comes twice", seed, round, code)
				}
				now[code] = true
			}
			before := map[string]bool{}
			if in.Present != nil {
				for _, pl := range in.Present.Places {
					before[pl.Grid], before[pl.Microgrid] = true, true
				}
			}
			for _, g := range p.Grids {
				check(g.Code, g.Lineage)
				for _, m := range g.Microgrids {
					check(m.Code, m.Lineage)
				}
			}
			for code := range now {
				if issued[code] && !before[code] {
					t.Errorf("seed %d round %d: %s was given to another grid", seed, round, code)
				}
			}
			for _, r := range p.Retired {
				if now[r.Code] || !before[r.Code] {
					t.Errorf("seed %d round %d: %s retired though it is held, or was not before", seed, round, r.Code)
				}
				delete(before, r.Code)
			}
			delete(before, "")
			for code := range before {
				if !now[code] {
					t.Errorf("seed %d round %d: %s is neither kept nor retired", seed, round, code)
				}
			}
			for code := range now {
				issued[code] = true
				used = append(used, code)
			}
			in.Present = presentOf(p, true, func(s string) string { return s })
			in.Present.Used = used
		}
	}
}

func TestAPartIsFoundInTheTableOfFloors(t *testing.T) {
	table := [][]int{{1, 2, 3}, {4, 5}, {6, 7}}
	cases := []struct {
		name, part string
		households int
		ok         bool
	}{
		{"the whole", "", 28, true}, {"one stairwell", "2单元", 9, true}, {"stairwells", "1-2单元", 15, true},
		{"floors", "1单元2-3层", 5, true}, {"a floor and stairwells", "1单元3层+2-3单元", 25, true},
		{"a stairwell too many", "4单元", 0, false}, {"a floor too many", "2单元1-3层", 0, false}, {"another name", "东侧", 0, false},
		{"nothing", "单元", 0, false}, {"backwards", "2-1单元", 0, false}, {"no end", "1单元2", 0, false},
	}
	for _, c := range cases {
		cells, ok := partCells(c.part, table)
		if ok != c.ok || ok && shared(cells, table) != c.households {
			t.Errorf("%s: %v %v, want %d %v", c.name, cells, ok, c.households, c.ok)
		}
	}
}

func TestAShareIsTracedToItsPresentPlaces(t *testing.T) {
	table := [][]int{{10, 10, 10, 10}}
	tower := Building{ID: 1, Households: 40, Stairwells: table}
	place := func(part string, households int, grid string) PresentPlace {
		return PresentPlace{BuildingID: 1, Part: part, Households: households, Grid: grid}
	}
	low, high := place("1单元1-2层", 20, "a"), place("1单元3-4层", 20, "b")
	cases := []struct {
		name   string
		places []PresentPlace
		from   int // floors of the share
		to     int
		want   string
	}{
		{"no place", nil, 0, 3, " 20"},
		{"the whole building had one place", []PresentPlace{place("", 33, "a")}, 1, 2, "a 20"},
		{"the same part", []PresentPlace{low, high}, 2, 3, "b 20"},
		{"a part across two", []PresentPlace{low, high}, 1, 3, "a 10 b 20"},
		{"a part that was in no grid", []PresentPlace{low}, 1, 3, "a 10  20"},
		{"names that say nothing go by proportion", []PresentPlace{place("东", 30, "a"), place("西", 10, "b")}, 1, 2, "a 15 b 5"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := Input{Buildings: []Building{tower}, Present: &Present{Places: c.places}}
			us := units(in.Buildings, []int{0})[c.from : c.to+1]
			var got []string
			s := newShare(in.Buildings, us)
			if c.places == nil {
				s.households = 20
			}
			for _, p := range newPresentIndex(in).pieces(in.Buildings, s) {
				got = append(got, fmt.Sprintf("%s %d", p.Grid, p.Households))
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %q, want %q", strings.Join(got, " "), c.want)
			}
		})
	}
}
