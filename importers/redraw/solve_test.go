package redraw

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
)

// randomGraph is a connected graph like a street block: a ring of n nodes or a
// tree, with some chords.
func randomGraph(r *rand.Rand, n int) *graph {
	weight := make([]int, n)
	group := make([]int32, n)
	for v := range weight {
		group[v] = -1
		if r.IntN(6) > 0 {
			weight[v] = r.IntN(30)
		}
		if r.IntN(25) == 0 {
			weight[v] = 40 + r.IntN(15)
		}
	}
	var links []link
	for v := 1; v < n; v++ {
		links = append(links, link{int32(r.IntN(v)), int32(v), 1 + r.Float64()})
	}
	for range r.IntN(n) {
		a, b := int32(r.IntN(n)), int32(r.IntN(n))
		if a != b {
			links = append(links, link{min(a, b), max(a, b), 1})
		}
	}
	return newGraph(weight, group, links)
}

// feasible tries all set partitions (restricted growth strings): an oracle with
// nothing in common with the engine.
func feasible(g *graph, rule bounds) bool {
	part := make([]int32, g.len())
	var try func(v int, k int32) bool
	try = func(v int, k int32) bool {
		if v == g.len() {
			return allInside(g, rule, part, int(k))
		}
		for p := int32(0); p <= k; p++ {
			part[v] = p
			if try(v+1, max(k, p+1)) {
				return true
			}
		}
		return false
	}
	return try(0, 0)
}

func allInside(g *graph, rule bounds, part []int32, k int) bool {
	sum := make([]int, k)
	for v, p := range part {
		sum[p] += g.weight[v]
	}
	for _, h := range sum {
		if !rule.inside(h) {
			return false
		}
	}
	return connectedParts(g, part, k)
}

func connectedParts(g *graph, part []int32, k int) bool {
	for p := range int32(k) {
		var nodes []int32
		for v, q := range part {
			if q == p {
				nodes = append(nodes, int32(v))
			}
		}
		if _, n := g.subgraph(nodes).components(); n != 1 {
			return false
		}
	}
	return true
}

func TestSolverAgreesWithExhaustiveSearch(t *testing.T) {
	rule := bounds{30, 50, 40}
	yes, no := 0, 0
	for seed := range uint64(1500) {
		r := rand.New(rand.NewPCG(seed, 5))
		g := randomGraph(r, 3+r.IntN(6))
		s, err := solve(context.Background(), g, rule, 0, r, effort{restarts: 2, factor: 1})
		if err != nil {
			t.Fatal(err)
		}
		want := feasible(g, rule)
		if want {
			yes++
		} else {
			no++
		}
		if (s.off == 0) != want {
			t.Errorf("seed %d: engine says %v (%d off, %+v), search says %v; households %v", seed, s.off == 0, s.off, s.proof, want, g.weight)
		}
		if !want && (s.proof == nil || s.proof.Kind == NotProven) {
			t.Errorf("seed %d: no proof for a small graph: %+v", seed, s.proof)
		}
		if !connectedParts(g, s.part, s.k) {
			t.Errorf("seed %d: parts %v are not connected", seed, s.part)
		}
	}
	if yes < 100 || no < 100 {
		t.Errorf("the graphs test little: %d feasible, %d not", yes, no)
	}
}

func TestCostKeepsUpWithMoves(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 6))
		g := randomGraph(r, 60)
		for v := range g.group {
			g.group[v] = int32(v % 7)
		}
		g.groups = 7
		s := divided(g, bounds{80, 140, 110}, 6, r, effort{restarts: 1, factor: 1})
		for range 200 {
			v := int32(r.IntN(g.len()))
			q := int32(r.IntN(s.parts()))
			if q == s.part[v] {
				continue
			}
			before, d := s.cost(), s.flipCost(v, q)
			s.flip(v, q)
			if after := s.cost(); after-before-d > 1e-6 || before+d-after > 1e-6 {
				t.Fatalf("seed %d: cost went from %v to %v, foretold %v", seed, before, after, before+d)
			}
		}
	}
}

func TestCertificatesNameTheObstacle(t *testing.T) {
	free := func(n int) []int32 {
		g := make([]int32, n)
		for i := range g {
			g[i] = -1
		}
		return g
	}
	cases := []struct {
		name   string
		weight []int
		links  []link
		kind   ReasonKind
	}{
		{"too few for one", []int{100, 150}, []link{{0, 1, 1}}, Arithmetic},
		{"between one and two", []int{250, 300}, []link{{0, 1, 1}}, Arithmetic},
		{"one building over the top", []int{700, 200}, []link{{0, 1, 1}}, OneAtom},
		{"a pocket behind a full plot", []int{200, 450, 350}, []link{{0, 1, 1}, {1, 2, 1}}, Pocket},
		{"pairs that fit need no certificate", []int{250, 250, 250, 250}, []link{{0, 1, 1}, {1, 2, 1}, {2, 3, 1}, {0, 3, 1}}, ""},
		{"every division of a ring fails", []int{290, 290, 290, 290}, []link{{0, 1, 1}, {1, 2, 1}, {2, 3, 1}, {0, 3, 1}}, Exhausted},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			g := newGraph(tc.weight, free(len(tc.weight)), tc.links)
			s, err := solve(context.Background(), g, bounds{300, 500, 400}, 0, rand.New(rand.NewPCG(1, 1)), effort{2, 1})
			if err != nil {
				t.Fatal(err)
			}
			got := ReasonKind("")
			if s.proof != nil {
				got = s.proof.Kind
			}
			if got != tc.kind {
				t.Errorf("got %q, want %q", got, tc.kind)
			}
		})
	}
}

func TestTowersAreDividedByStairwellThenByFloor(t *testing.T) {
	tower := func(stairwells, floors, each int) []Building {
		b := Building{ID: 1, Persons: 1000}
		for range stairwells {
			var s []int
			for range floors {
				s = append(s, each)
				b.Households += each
			}
			b.Stairwells = append(b.Stairwells, s)
		}
		return []Building{b}
	}
	cases := []struct {
		name      string
		buildings []Building
		want      string
	}{
		{"stairwells that fit stay whole", tower(3, 16, 4), "[1单元:64 2单元:64 3单元:64]"},
		{"two small stairwells go together", tower(4, 8, 4), "[1-2单元:64 3-4单元:64]"},
		{"a tall stairwell is cut between floors", tower(1, 32, 4), "[1单元1-16层:64 1单元17-32层:64]"},
		{"each of two tall stairwells is cut", tower(2, 32, 4), "[1单元1-16层:64 1单元17-32层:64 2单元1-16层:64 2单元17-32层:64]"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			persons := 0
			for _, list := range shares(tc.buildings, layers(units(tc.buildings, []int{0}), bounds{50, 80, 65})) {
				for _, s := range list {
					got = append(got, fmt.Sprintf("%s:%d", s.part, s.households))
					persons += s.persons
				}
			}
			if fmt.Sprint(got) != tc.want || persons != 1000 {
				t.Errorf("got %v with %d persons, want %s with 1000", got, persons, tc.want)
			}
		})
	}
}
