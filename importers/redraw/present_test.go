package redraw

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

func TestAPresentPlanWithoutMeaningIsRefused(t *testing.T) {
	grid := func(code string) PresentGrid {
		return PresentGrid{Code: code, Outline: orb.MultiPolygon{rect(0, 0, 10, 10)}}
	}
	odd := grid("b")
	odd.Outline = orb.MultiPolygon{{{{0, 0}, {1, math.NaN()}, {1, 1}, {0, 0}}}}
	cases := []struct {
		name    string
		present *Present
		o       Options
		want    string
	}{
		{"no present plan is none", nil, Options{}, ""},
		{"an unknown mode", nil, Options{Mode: "mend"}, `mode "mend"`},
		{"unknown micro-grids", nil, Options{Micro: "some"}, `"some"`},
		{"steps below nothing", nil, Options{Steps: -1}, "-1 steps"},
		{"a code twice", &Present{Grids: []PresentGrid{grid("a"), grid("a")}}, Options{}, "present code a comes twice"},
		{"a code for a grid and a micro-grid", &Present{Grids: []PresentGrid{grid("a"), {Code: "a", Microgrid: true}}}, Options{}, "present code a comes twice"},
		{"no code", &Present{Grids: []PresentGrid{{}}}, Options{}, "has no code"},
		{"a coordinate that is no number", &Present{Grids: []PresentGrid{odd}}, Options{}, "present grid b"},
		{"a building in two places", &Present{Places: []PresentPlace{{BuildingID: 1, Grid: "a"}, {BuildingID: 1, Grid: "b"}}}, Options{}, "twice"},
		{"a building in no grid", &Present{Places: []PresentPlace{{BuildingID: 1}}}, Options{}, "no grid for building 1"},
		{"two parts of a building in two places", &Present{Places: []PresentPlace{{BuildingID: 1, Part: "1单元", Grid: "a"}, {BuildingID: 1, Part: "2单元", Grid: "b"}}}, Options{Mode: Repair, Micro: MicroAll}, ""},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			_, err := Draw(context.Background(), Input{Present: tc.present}, tc.o)
			if (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

func TestThePresentGridOfABuilding(t *testing.T) {
	building := func(id int64, x, y float64) Building {
		return Building{ID: id, Households: 5, Outline: rect(x, y, 10, 10)}
	}
	in := Input{
		Buildings: []Building{building(1, 20, 20), building(2, 120, 20), building(3, 20, 20), building(4, 500, 500), building(5, 196, 20), {ID: 6}},
		Present: &Present{
			Grids: []PresentGrid{
				{Code: "B-2", Outline: orb.MultiPolygon{rect(100, 0, 100, 100)}},
				{Code: "A-7", Outline: orb.MultiPolygon{rect(0, 0, 100, 100)}},
				{Code: "A-7-1", Outline: orb.MultiPolygon{rect(0, 0, 50, 100)}, Microgrid: true},
			},
			Places: []PresentPlace{
				{BuildingID: 3, Part: "1单元", Households: 2, Grid: "B-2"}, {BuildingID: 3, Part: "2单元", Households: 3, Grid: "A-7", Microgrid: "A-7-1"},
				{BuildingID: 77, Grid: "B-2"},
			},
		},
	}
	x := newPresentIndex(in)
	cases := []struct {
		name        string
		building    int
		part        string
		grid, micro string
	}{
		{"by position, with its micro-grid", 0, "", "A-7", "A-7-1"},
		{"by position, where there is no micro-grid", 1, "", "B-2", ""},
		{"a listed part", 2, "1单元", "B-2", ""},
		{"a part that was not there before lies with most of its building", 2, "2单元1-9层", "A-7", "A-7-1"},
		{"outside all grids", 3, "", "", ""},
		{"on the edge of the plan, by a corner", 4, "", "B-2", ""},
		{"without a position", 5, "", "", ""},
	}
	for _, tc := range cases {
		if grid, micro := x.of(tc.building, tc.part); grid != tc.grid || micro != tc.micro {
			t.Errorf("%s: got %q %q, want %q %q", tc.name, grid, micro, tc.grid, tc.micro)
		}
	}
	var none *presentIndex
	if grid, micro := none.of(3, ""); grid != "" || micro != "" || none.at(orb.Point{}) != "" {
		t.Error("no plan places a building")
	}
}

func TestOutlinesAreFoundAsByLookingAtAll(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 3))
		var grids []PresentGrid
		for i := range r.IntN(200) {
			grids = append(grids, PresentGrid{Code: fmt.Sprintf("%03d", i), Outline: orb.MultiPolygon{rect(r.Float64()*900, r.Float64()*900, 100*r.Float64(), 100*r.Float64())}})
		}
		grids = append(grids, PresentGrid{Code: "far", Outline: orb.MultiPolygon{rect(1e6, 1e6, 5, 5)}}, PresentGrid{Code: "none"})
		r.Shuffle(len(grids), func(i, j int) { grids[i], grids[j] = grids[j], grids[i] })
		tree := newOutlineTree(grids)
		for range 300 {
			p := orb.Point{originE + 1000*r.Float64(), originN + 1000*r.Float64()}
			want := ""
			for _, g := range grids {
				if planar.MultiPolygonContains(g.Outline, p) && (want == "" || g.Code < want) {
					want = g.Code
				}
			}
			if got := tree.at(p); got != want {
				t.Fatalf("seed %d: at %v got %q, want %q", seed, p, got, want)
			}
		}
	}
}
