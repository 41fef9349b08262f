package escape_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"gridmap/geo/transport"
	"gridmap/layers/escape"
)

func TestDistancesOverRoadsAreThoseOfEveryWayTried(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		n := 3 + r.IntN(9)
		at := make([]orb.Point, n)
		want := make([][]float64, n)
		for i := range at {
			at[i] = orb.Point{float64(r.IntN(40)) * 25, float64(i) * 30}
			want[i] = make([]float64, n)
			for j := range want[i] {
				want[i][j] = math.Inf(1)
			}
			want[i][i] = 0
		}
		var roads []escape.Road
		for range n * 2 {
			a, b := r.IntN(n), r.IntN(n)
			if a == b {
				continue
			}
			open := r.IntN(3) > 0
			roads = append(roads, escape.Road{Line: orb.LineString{at[a], at[b]}, Open: open})
			if d := math.Hypot(at[a][0]-at[b][0], at[a][1]-at[b][1]); open && d < want[a][b] {
				want[a][b], want[b][a] = d, d
			}
		}
		for k := range n {
			for i := range n {
				for j := range n {
					want[i][j] = math.Min(want[i][j], want[i][k]+want[k][j])
				}
			}
		}
		network, err := escape.NewNetwork(roads)
		if err != nil {
			t.Fatal(err)
		}
		part, _ := network.Parts()
		for i := range n {
			from := network.Enter(at[i], 0.01)
			ways := network.From(from)
			for j := range n {
				to := network.Enter(at[j], 0.01)
				if !from.On() || !to.On() {
					continue // no open road is there
				}
				got := ways.To(to)
				if math.Abs(got-want[i][j]) > 1e-6 && !(math.IsInf(got, 1) && math.IsInf(want[i][j], 1)) {
					t.Fatalf("seed %d: from %d to %d: got %v, want %v", seed, i, j, got, want[i][j])
				}
				if (part(from) == part(to)) != !math.IsInf(want[i][j], 1) {
					t.Fatalf("seed %d: %d and %d are in parts %d and %d, %v apart", seed, i, j, part(from), part(to), want[i][j])
				}
			}
		}
	}
}

func TestWithoutRoadsNobodyIsOnTheNetwork(t *testing.T) {
	n, err := escape.NewNetwork(nil)
	if err != nil {
		t.Fatal(err)
	}
	p := n.Enter(orb.Point{1, 1}, 1e9)
	if p.On() || !math.IsInf(n.From(p).To(p), 1) {
		t.Fatal("somebody is on a network without roads")
	}
}

// walk tries every way by itself: whether somebody who sets out from a junction at
// a moment reaches a goal.
func walk(edges []escape.Edge, goals []int32, until []float64, margin float64, at int32, now float64, seen map[int32]bool) bool {
	for k, g := range goals {
		if g == at && now <= until[k] {
			return true
		}
	}
	seen[at] = true
	defer delete(seen, at)
	for _, e := range edges {
		if e.From != at && e.To != at {
			continue
		}
		other := e.From + e.To - at
		if then := now + e.Seconds; !seen[other] && then <= e.Shuts-margin && walk(edges, goals, until, margin, other, then, seen) {
			return true
		}
	}
	return false
}

func TestTheLastSafeDepartureIsTheLatestFromWhichAnyWayLeadsOut(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 2))
		n := 2 + r.IntN(6)
		var edges []escape.Edge
		for range n + r.IntN(n+3) {
			e := escape.Edge{From: int32(r.IntN(n)), To: int32(r.IntN(n)), Seconds: float64(1 + r.IntN(6)), Shuts: float64(r.IntN(40))}
			if r.IntN(4) == 0 {
				e.Shuts = math.Inf(1)
			}
			if e.From != e.To {
				edges = append(edges, e)
			}
		}
		goals, until := []int32{0, int32(r.IntN(n))}, []float64{float64(r.IntN(50)), float64(r.IntN(50))}
		margin := float64(r.IntN(3))
		got := escape.Leave(n, edges, goals, until, margin)
		for i := range int32(n) {
			want := math.Inf(-1)
			for now := -60.0; now <= 60; now++ {
				if walk(edges, goals, until, margin, i, now, map[int32]bool{}) {
					want = now
				}
			}
			if got[i] != want {
				t.Fatalf("seed %d, junction %d: got %v, want %v", seed, i, got[i], want)
			}
		}
		// More water never lets anybody leave later.
		for k := range edges {
			edges[k].Shuts -= float64(r.IntN(5))
		}
		for i, later := range escape.Leave(n, edges, goals, until, margin) {
			if later > got[i] {
				t.Fatalf("seed %d, junction %d: with more water the last departure is %v, was %v", seed, i, later, got[i])
			}
		}
	}
}

func TestHouseholdsStayWholeAndNoShelterOverflows(t *testing.T) {
	for seed := range uint64(200) {
		t.Run(fmt.Sprint("town ", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 3))
			p := transport.Problem{}
			var households []escape.Household
			var people int64
			for i := range 1 + r.IntN(12) {
				sum := int64(0)
				for range 1 + r.IntN(5) {
					h := escape.Household{Source: i, Persons: int64(1 + r.IntN(6))}
					households = append(households, h)
					sum += h.Persons
				}
				p.Demand = append(p.Demand, sum)
				people += sum
			}
			for range 1 + r.IntN(4) {
				p.Capacity = append(p.Capacity, people/3+int64(r.IntN(10)))
			}
			for range p.Demand {
				row := make([]int64, len(p.Capacity))
				for j := range row {
					row[j] = int64(r.IntN(50))
				}
				p.Cost = append(p.Cost, row)
			}
			plan, err := transport.Solve(p)
			if err != nil {
				t.Fatal(err)
			}
			sinks, cost := escape.Whole(p, plan, households)
			load, placed := make([]int64, len(p.Capacity)), int64(0)
			for k, j := range sinks {
				if j >= 0 {
					load[j] += households[k].Persons
					placed += households[k].Persons
				}
			}
			for j, n := range load {
				if n > p.Capacity[j] {
					t.Errorf("shelter %d takes %d for %d beds", j, n, p.Capacity[j])
				}
			}
			if placed == people && plan.Shortage == nil && cost < plan.Cost {
				t.Errorf("whole households cost %d, less than the optimum %d", cost, plan.Cost)
			}
			var left int64
			for _, n := range plan.Left {
				left += n
			}
			// Who is not placed is left for want of a bed, or fits in no gap whole.
			for k, j := range sinks {
				if j >= 0 {
					continue
				}
				for s, c := range p.Cost[households[k].Source] {
					if c != transport.Forbidden && p.Capacity[s]-load[s] >= households[k].Persons {
						t.Errorf("household %d of %d people is not placed, shelter %d has %d beds", k, households[k].Persons, s, p.Capacity[s]-load[s])
					}
				}
			}
			if placed > people-left {
				t.Errorf("%d people are placed, the most that can be is %d", placed, people-left)
			}
		})
	}
}
