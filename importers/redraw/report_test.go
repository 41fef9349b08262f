package redraw

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"gridmap/geo/regions"
)

func same(code string) string { return code }

func TestFiguresOfTheWholeAreThoseOfItsCommunities(t *testing.T) {
	in := town(5, 3, 140)
	in.Communities[2].Code = "500152002001"
	for i := range in.Buildings {
		in.Buildings[i].Community = ""
	}
	first := draw(t, in, Options{Seed: 1, Restarts: 1})
	in.Present = presentOf(first, true, same)
	r := draw(t, in, Options{Seed: 7, Restarts: 1}).Report
	var codes []string
	for _, a := range r.Areas {
		codes = append(codes, string(a.Level)+" "+a.Code)
	}
	want := "town 500152001,community 500152001001,community 500152001002,town 500152002,community 500152002001"
	if got := strings.Join(codes, ","); got != want {
		t.Fatalf("areas %s, want %s", got, want)
	}
	for _, level := range []Level{TownLevel, CommunityLevel} {
		var sum Figures
		for _, a := range r.Areas {
			if a.Level != level {
				continue
			}
			sum.Communities += a.Communities
			sum.Households += a.Households
			sum.Buildings += a.Buildings
			sum.Atoms += a.Atoms
			sum.Grids.Count += a.Grids.Count
			sum.Grids.InRange += a.Grids.InRange
			sum.Microgrids.Count += a.Microgrids.Count
			sum.Grids.Feasible += a.Grids.Feasible
			sum.Optimum.Bound += a.Optimum.Bound
			sum.Compounds.Split += a.Compounds.Split
			sum.Barriers.InternalKm += a.Barriers.InternalKm
			sum.Stability.HouseholdsMoved += a.Stability.HouseholdsMoved
			sum.Stability.Grids.CodesRetired += a.Stability.Grids.CodesRetired
		}
		if sum.Communities != r.Communities || sum.Households != r.Households || sum.Buildings != r.Buildings || sum.Atoms != r.Atoms ||
			sum.Grids.Count != r.Grids.Count || sum.Grids.InRange != r.Grids.InRange || sum.Microgrids.Count != r.Microgrids.Count ||
			sum.Grids.Feasible != r.Grids.Feasible || sum.Optimum.Bound != r.Optimum.Bound || sum.Compounds.Split != r.Compounds.Split ||
			math.Abs(sum.Barriers.InternalKm-r.Barriers.InternalKm) > 1e-9 ||
			sum.Stability.HouseholdsMoved != r.Stability.HouseholdsMoved || sum.Stability.Grids.CodesRetired != r.Stability.Grids.CodesRetired {
			t.Errorf("%s: sums are %+v, the whole has %+v", level, sum, r.Figures)
		}
	}
	checkTables(t, r)
}

// checkTables looks for the ten figures, and for a line by area.
func checkTables(t *testing.T, r Report) {
	t.Helper()
	var table, towns strings.Builder
	if err := r.WriteTable(&table); err != nil {
		t.Fatal(err)
	}
	for _, head := range []string{"seed 7", "1 range, grids", "2 number", "3 balance", "4 topology", "5 shape", "6 barriers", "7 compounds", "8 stability", "8 codes, grids", "9 optimality", "10 nesting"} {
		if !strings.Contains(table.String(), head) {
			t.Errorf("the table has no line %q:\n%s", head, table.String())
		}
	}
	if err := r.WriteAreas(&towns, TownLevel); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(towns.String(), "\n"); n != 3 || !strings.Contains(towns.String(), "500152002 ") {
		t.Errorf("two towns and a heading make %d lines:\n%s", n, towns.String())
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(b, &fields); err != nil || fields["stability"] == nil || fields["seed"] == nil || len(fields["areas"].([]any)) != 5 {
		t.Errorf("the report as JSON: %v %s", err, b)
	}
}

func TestNothingMovesWhenTheSamePlanIsDrawnAgain(t *testing.T) {
	for _, places := range []bool{true, false} {
		in := town(6, 2, 130)
		first := draw(t, in, Options{Seed: 3, Restarts: 1, Micro: MicroNone})
		in.Present = presentOf(first, places, same)
		s := draw(t, in, Options{Seed: 3, Restarts: 1, Micro: MicroNone}).Report.Stability
		if s.FirstIssue || s.HouseholdsMoved != 0 || s.AreaMovedM2 > 0 || s.Households == 0 || s.AreaM2 < 1.9e6 ||
			s.Grids.CodesKept != len(first.Grids) || s.Grids.CodesNew+s.Grids.CodesRetired != 0 {
			t.Errorf("places %v: %+v", places, s)
		}
	}
}

func TestMovedHouseholdsAreThoseWhoseGridHasAnotherCode(t *testing.T) {
	in := town(9, 2, 150)
	first := draw(t, in, Options{Seed: 3, Restarts: 1, Micro: MicroNone})
	in.Present = presentOf(first, true, same)
	second := draw(t, in, Options{Seed: 99, Restarts: 1, Micro: MicroNone, Min: 200, Max: 350})
	was := map[int64]string{}
	divided := map[int64]bool{}
	for _, a := range first.Assignments {
		was[a.BuildingID] = first.Grids[a.Grid].Code
		divided[a.BuildingID] = divided[a.BuildingID] || a.Part != ""
	}
	moved, known := 0, 0
	for _, a := range second.Assignments {
		if divided[a.BuildingID] || a.Part != "" {
			t.Skipf("building %d is divided: this oracle knows whole buildings only", a.BuildingID)
		}
		known += a.Households
		if was[a.BuildingID] != second.Grids[a.Grid].Code {
			moved += a.Households
		}
	}
	s := second.Report.Stability
	if s.HouseholdsMoved != moved || s.Households != known || moved == 0 {
		t.Errorf("moved %d of %d, want %d of %d", s.HouseholdsMoved, s.Households, moved, known)
	}
}

func TestACommunityIsFeasibleUntilTheContraryIsProven(t *testing.T) {
	rule := newBounds(300, 500, 400)
	reason := func(kind ReasonKind) *Reason { return &Reason{Kind: kind, Bound: 10} }
	cases := []struct {
		name             string
		group            []tally
		feasible, inside int
	}{
		{"all inside", []tally{{400, nil}, {300, nil}}, 1, 1},
		{"outside, and proven", []tally{{550, reason(Arithmetic)}}, 0, 0},
		{"outside, and not proven", []tally{{290, reason(NotProven)}, {400, nil}}, 1, 0},
		{"a dedicated grid proves nothing", []tally{{290, reason(NotProven)}, {12, reason(OffRule)}}, 1, 0},
		{"a dedicated grid spoils nothing", []tally{{400, nil}, {12, reason(OffRule)}}, 1, 1},
		{"a given number proves nothing", []tally{{200, reason(FixedCount)}}, 0, 0},
		{"proven in one place, not in another", []tally{{290, reason(NotProven)}, {100, reason(Pocket)}}, 0, 0},
		{"nobody lives there", []tally{{0, reason(Arithmetic)}}, 0, 0},
	}
	for _, c := range cases {
		if r := level(rule).summarise([][]tally{c.group}); r.Feasible != c.feasible || r.FeasibleInRange != c.inside {
			t.Errorf("%s: feasible %d, inside %d, want %d and %d", c.name, r.Feasible, r.FeasibleInRange, c.feasible, c.inside)
		}
	}
}

func TestASplitIsAvoidableOnlyWhereACompoundFitsAndHangsTogether(t *testing.T) {
	// Four plots in a row: 0-1-2-3.
	links := []regions.Link{{A: 0, B: 1}, {A: 1, B: 2}, {A: 2, B: 3}}
	cases := []struct {
		name       string
		compound   []int64
		households int
		dedicated  string
		grids      []int
		split      int
		avoidable  int
	}{
		{"whole", []int64{7, 7, 0, 0}, 100, "", []int{0, 0, 1, 1}, 0, 0},
		{"split though it fits", []int64{7, 7, 0, 0}, 100, "", []int{0, 1, 1, 1}, 1, 1},
		{"too large for one grid", []int64{7, 7, 0, 0}, 300, "", []int{0, 1, 1, 1}, 1, 0},
		{"in two places", []int64{7, 0, 7, 0}, 100, "", []int{0, 0, 1, 1}, 1, 0},
		{"with a school in it", []int64{7, 7, 0, 0}, 100, "学校", []int{0, 1, 1, 1}, 1, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := &publisher{in: Input{Communities: []Community{{Code: community}}}, o: Options{}.withDefaults(), land: &land{}}
			plan := &Plan{Grids: []Grid{{Community: community}, {Community: community}}}
			for i, id := range c.compound {
				p.in.Buildings = append(p.in.Buildings, Building{ID: int64(i), Compound: id, Dedicated: c.dedicated})
				p.land.atoms = append(p.land.atoms, atom{buildings: []int{i}})
				plan.Assignments = append(plan.Assignments, Assignment{BuildingID: int64(i), Households: c.households, Grid: c.grids[i]})
			}
			books := make([]ledger, 1)
			p.compounds(plan, [][]regions.Link{links}, books)
			if got := books[0].compounds; got.Compounds != 1 || got.Split != c.split || got.Avoidable != c.avoidable {
				t.Errorf("%+v, want split %d, avoidable %d", got, c.split, c.avoidable)
			}
		})
	}
}
