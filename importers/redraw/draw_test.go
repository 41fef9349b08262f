package redraw

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

const originE, originN = 580_000.0, 3_340_000.0

func rect(x, y, w, h float64) orb.Polygon {
	x, y = x+originE, y+originN
	return orb.Polygon{{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}, {x, y}}}
}

func road(kind Kind, xy ...float64) Barrier {
	b := Barrier{Kind: kind}
	for i := 0; i < len(xy); i += 2 {
		b.Line = append(b.Line, orb.Point{xy[i] + originE, xy[i+1] + originN})
	}
	return b
}

// town makes communities side by side, with streets, a river, farmhouses,
// compounds with towers, a school, empty houses and buildings in one place.
func town(seed uint64, communities, buildings int) Input {
	r := rand.New(rand.NewPCG(seed, 77))
	var in Input
	const side = 1000.0
	for c := range communities {
		code := fmt.Sprintf("500152001%03d", c+1)
		x0 := float64(c) * side
		in.Communities = append(in.Communities, Community{Code: code, Outline: orb.MultiPolygon{rect(x0, 0, side, side)}, Complex: c%2 == 0})
		for i := range buildings {
			b := Building{
				ID: int64(c*buildings + i + 1), Community: code,
				Households: r.IntN(4), Persons: r.IntN(9),
				Outline: rect(x0+r.Float64()*(side-12), r.Float64()*(side-12), 6+r.Float64()*10, 6+r.Float64()*10),
			}
			switch r.IntN(20) {
			case 0:
				b.Outline = orb.Point{x0 + originE + 500, originN + 500}
			case 1:
				b.Compound, b.Households = int64(c*10+r.IntN(3)+1), 20+r.IntN(40)
			case 2:
				b.Stairwells = [][]int{make([]int, 18), make([]int, 18)}
				for s := range b.Stairwells {
					for f := range b.Stairwells[s] {
						b.Stairwells[s][f] = 1 + r.IntN(4)
					}
				}
				b.Households = tableSum(b.Stairwells)
				b.Persons = b.Households * 3
			}
			in.Buildings = append(in.Buildings, b)
		}
		in.Buildings[len(in.Buildings)-1].Dedicated = "中心小学"
	}
	width := float64(communities) * side
	for k := range 4 {
		y := 150 + float64(k)*220
		in.Barriers = append(in.Barriers, road(Street, -50, y, width+50, y+r.Float64()*40))
	}
	in.Barriers = append(in.Barriers,
		road(River, -10, 300, width/2, 420, width+10, 380),
		road(Arterial, width/3, -20, width/3+5, side+20),
		road(Arterial, 0, 0, width, 0), // along the border
		road(Street, 200, 200, 260, 330), road(Street, 200, 200, 260, 330))
	return in
}

func draw(t testing.TB, in Input, o Options) *Plan {
	t.Helper()
	plan, err := Draw(context.Background(), in, o)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// checkPlan asserts what must hold for every plan.
func checkPlan(t *testing.T, in Input, p *Plan) {
	t.Helper()
	households, persons := map[int64]int{}, map[int64]int{}
	for _, a := range p.Assignments {
		households[a.BuildingID] += a.Households
		persons[a.BuildingID] += a.Persons
		if a.Grid < 0 || a.Grid >= len(p.Grids) {
			t.Fatalf("building %d is in grid %d of %d", a.BuildingID, a.Grid, len(p.Grids))
		}
		if n := len(p.Grids[a.Grid].Microgrids); (a.Microgrid < 0) != (n == 0) || a.Microgrid >= n {
			t.Errorf("building %d is in micro-grid %d of %d", a.BuildingID, a.Microgrid, n)
		}
	}
	dropped := map[int64]bool{}
	for _, r := range p.Rejected {
		dropped[r.BuildingID] = r.Dropped
	}
	for _, b := range in.Buildings {
		h, ok := households[b.ID]
		if ok == dropped[b.ID] {
			t.Errorf("building %d: assigned %v, rejected %v", b.ID, ok, dropped[b.ID])
		}
		if ok && (h != b.Households || persons[b.ID] != b.Persons) {
			t.Errorf("building %d keeps %d households %d persons, want %d and %d", b.ID, h, persons[b.ID], b.Households, b.Persons)
		}
	}
	checkGrids(t, in, p)
	if r := p.Report.Topology; r.DisconnectedGrids != 0 || r.GapM2 != 0 || r.OverlapM2 != 0 {
		t.Errorf("topology: %+v", r)
	}
}

func checkGrids(t *testing.T, in Input, p *Plan) {
	t.Helper()
	area := map[string]float64{}
	codes := map[string]bool{}
	sums := make([]int, len(p.Grids))
	for _, a := range p.Assignments {
		sums[a.Grid] += a.Households
	}
	for i, g := range p.Grids {
		if codes[g.Code] || len(g.Code) != 15 || !strings.HasPrefix(g.Code, g.Community) {
			t.Errorf("code %q comes twice or does not belong to %s", g.Code, g.Community)
		}
		codes[g.Code] = true
		if sums[i] != g.Households {
			t.Errorf("grid %s says %d households, its buildings have %d", g.Code, g.Households, sums[i])
		}
		if inside := g.Households >= 300 && g.Households <= 500; g.Reason == nil && !inside {
			t.Errorf("grid %s has %d households and no reason", g.Code, g.Households)
		}
		if g.Reason != nil && (g.Reason.Zh == "" || g.Reason.En == "") {
			t.Errorf("grid %s has a reason without words: %+v", g.Code, g.Reason)
		}
		if len(g.Outline) == 0 {
			t.Errorf("grid %s has no outline", g.Code)
		}
		if !g.Layered {
			area[g.Community] += planar.Area(g.Outline)
		}
		micro, microHouseholds := 0.0, 0
		for _, m := range g.Microgrids {
			if codes[m.Code] || len(m.Code) != 17 || !strings.HasPrefix(m.Code, g.Code) {
				t.Errorf("code %q comes twice or does not belong to %s", m.Code, g.Code)
			}
			codes[m.Code] = true
			microHouseholds += m.Households
			if !m.Layered {
				micro += planar.Area(m.Outline)
			}
			if len(m.Outline) == 0 {
				t.Errorf("micro-grid %s has no outline", m.Code)
			}
		}
		if len(g.Microgrids) > 0 && (microHouseholds != g.Households || !g.Layered && math.Abs(micro-planar.Area(g.Outline)) > 1e-3) {
			t.Errorf("micro-grids of %s: %d households %.3f m², want %d and %.3f", g.Code, microHouseholds, micro, g.Households, planar.Area(g.Outline))
		}
	}
	for _, c := range in.Communities {
		if want := planar.Area(c.Outline); math.Abs(area[c.Code]-want) > 0.5 {
			t.Errorf("grids of %s cover %.3f m², want %.3f", c.Code, area[c.Code], want)
		}
	}
}

func TestEveryPlanKeepsItsPromises(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprintf("town %d", seed), func(t *testing.T) {
			in := town(seed, 2, 60+int(seed)*25)
			checkPlan(t, in, draw(t, in, Options{Seed: seed, Restarts: 2}))
		})
	}
}

func TestSameBytesWithOneWorkerAndWithTwo(t *testing.T) {
	var bytes [2]string
	for i := range bytes {
		b, err := json.Marshal(draw(t, town(3, 3, 150), Options{Seed: 9, Workers: i + 1, Restarts: 2}))
		if err != nil {
			t.Fatal(err)
		}
		bytes[i] = string(b)
	}
	if bytes[0] != bytes[1] {
		t.Error("two workers drew another plan than one")
	}
}

func TestDegenerateInputs(t *testing.T) {
	square := orb.MultiPolygon{rect(0, 0, 400, 400)}
	at := func(x, y float64) orb.Point { return orb.Point{originE + x, originN + y} }
	many := func(n, households int, where func(i int) orb.Geometry) (out []Building) {
		for i := range n {
			out = append(out, Building{ID: int64(i + 1), Households: households, Persons: households, Outline: where(i)})
		}
		return out
	}
	cases := []struct {
		name  string
		in    Input
		grids int
		kind  ReasonKind // of a grid; empty: not looked at
	}{
		{"nothing gives nothing", Input{}, 0, ""},
		{"a community without buildings is one grid", Input{Communities: []Community{{Code: "500152001001", Outline: square}}}, 1, Arithmetic},
		{"a thousand buildings at one coordinate are layered", Input{
			Communities: []Community{{Code: "500152001001", Outline: square}},
			Buildings:   many(1000, 1, func(int) orb.Geometry { return at(200, 200) }),
		}, 3, ""},
		{"a tower without stairwells is over the top", Input{
			Communities: []Community{{Code: "500152001001", Outline: square}},
			Buildings:   many(1, 900, func(int) orb.Geometry { return at(200, 200) }),
		}, 1, OneAtom},
		{"households between the ranges make one over-size grid", Input{
			Communities: []Community{{Code: "500152001001", Outline: square}},
			Buildings:   many(52, 10, func(i int) orb.Geometry { return at(float64(10+i%8*45), float64(10+i/8*45)) }),
		}, 1, Arithmetic},
		{"households between the ranges, nearer the upper, make two", Input{
			Communities: []Community{{Code: "500152001001", Outline: square}},
			Buildings:   many(58, 10, func(i int) orb.Geometry { return at(float64(10+i%8*45), float64(10+i/8*45)) }),
		}, 2, Arithmetic},
		{"an empty island joins, an inhabited one stands alone", Input{
			Communities: []Community{{Code: "500152001001", Outline: orb.MultiPolygon{rect(0, 0, 400, 400), rect(600, 0, 90, 90), rect(0, 600, 90, 90)}}},
			Buildings: append(many(40, 10, func(i int) orb.Geometry { return at(float64(10+i%8*45), float64(10+i/8*45)) }),
				Building{ID: 99, Households: 7, Outline: at(650, 50)}),
		}, 2, ""},
		{"buildings that cross the road and the border have one place", Input{
			Communities: []Community{{Code: "500152001001", Outline: square}, {Code: "500152001002", Outline: orb.MultiPolygon{rect(400, 0, 400, 400)}}},
			Buildings:   many(80, 10, func(i int) orb.Geometry { return rect(380, float64(i)*4.9, 40, 4) }),
			Barriers:    []Barrier{road(Street, 399, -10, 399, 500), road(River, 400, 0, 400, 400)},
		}, 3, Arithmetic},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			p := draw(t, tc.in, Options{Seed: 1})
			checkPlan(t, tc.in, p)
			if len(p.Grids) != tc.grids {
				t.Fatalf("got %d grids, want %d", len(p.Grids), tc.grids)
			}
			if tc.grids > 0 && tc.kind != "" {
				if p.Report.Grids.Certificates[tc.kind] == 0 {
					t.Errorf("got certificates %v, want %s", p.Report.Grids.Certificates, tc.kind)
				}
			}
		})
	}
}

func TestBuildingsThatCannotBePlacedAreReported(t *testing.T) {
	in := Input{
		Communities: []Community{{Code: "500152001001", Outline: orb.MultiPolygon{rect(0, 0, 100, 100)}}},
		Buildings: []Building{
			{ID: 1, Households: 3, Outline: orb.Point{originE + 50, originN + 50}},
			{ID: 2, Households: 3, Outline: orb.Point{originE + 500, originN + 50}},
			{ID: 3, Households: -1, Outline: orb.Point{originE + 50, originN + 50}},
			{ID: 4, Households: 3, Outline: orb.Point{math.NaN(), 0}},
			{ID: 5, Households: 3},
			{ID: 6, Households: 3, Stairwells: [][]int{{1}}, Outline: orb.Point{originE + 60, originN + 50}},
		},
	}
	p := draw(t, in, Options{})
	checkPlan(t, in, p)
	got := map[int64]string{}
	for _, r := range p.Rejected {
		got[r.BuildingID] = r.Reason
	}
	want := map[int64]string{2: "outside", 3: "negative_count", 4: "no_position", 5: "no_position", 6: "stairwells_do_not_add_up"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestGivenNumberOfGridsAndMicrogrids(t *testing.T) {
	in := town(4, 3, 200)
	for i := range in.Communities {
		in.Communities[i].Grids, in.Communities[i].Microgrids = 7+i, 12+i
	}
	p := draw(t, in, Options{Seed: 2})
	grids, micro := map[string]int{}, map[string]int{}
	for _, g := range p.Grids {
		grids[g.Community]++
		micro[g.Community] += len(g.Microgrids)
	}
	for i, c := range in.Communities {
		if grids[c.Code] != 7+i || micro[c.Code] != 12+i {
			t.Errorf("%s: got %d grids %d micro-grids, want %d and %d", c.Code, grids[c.Code], micro[c.Code], 7+i, 12+i)
		}
	}
}

func BenchmarkCommunityOf2000Buildings(b *testing.B) {
	in := town(1, 1, 2000)
	for b.Loop() {
		p := draw(b, in, Options{Seed: 1, Workers: 1})
		b.ReportMetric(float64(len(p.Grids)), "grids")
		b.ReportMetric(100*p.Report.Grids.InRangeShare, "%inside")
	}
}

func BenchmarkSurveyOf2000Buildings(b *testing.B) {
	in := town(1, 1, 2000)
	for b.Loop() {
		if _, err := survey(context.Background(), in, 1); err != nil {
			b.Fatal(err)
		}
	}
}
