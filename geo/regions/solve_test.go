package regions

import (
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

func mustSolve(t *testing.T, p Problem, seed uint64, e Effort) Solution {
	t.Helper()
	s, err := Solve(context.Background(), p, seed, e)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// checked holds a solution against the definition.
func checked(t *testing.T, p Problem, s Solution) {
	t.Helper()
	g := p.Graph
	off := 0
	sums := make([]int, s.Parts)
	for v, q := range s.Part {
		sums[q] += g.Weight[v]
	}
	for _, h := range sums {
		off += p.Rule.Off(h)
	}
	if !connected(g, s.Part, s.Parts) {
		t.Fatalf("parts %v are not connected, or one is empty", s.Part)
	}
	if off != s.Off {
		t.Fatalf("got %d outside the range, want %d", s.Off, off)
	}
	if c := cutOf(g, s.Part); math.Abs(c-s.Cut) > 1e-6 {
		t.Fatalf("got cut %v, want %v", s.Cut, c)
	}
	if (s.Off == 0) != (s.Proof == nil) {
		t.Fatalf("got %d outside the range and proof %+v, want a proof exactly where some are outside", s.Off, s.Proof)
	}
}

func TestWhetherThereIsADivisionInRangeAgreesWithExhaustiveSearch(t *testing.T) {
	feasible, infeasible := 0, map[ProofKind]int{}
	for seed := range uint64(600) {
		rng := rand.New(rand.NewPCG(seed, 1))
		g := meadow(rng, 2+rng.IntN(3), 3, 20)
		lo := 15 + rng.IntN(50)
		p := Problem{Graph: g, Rule: Rule{lo, lo + rng.IntN(lo), 0}}
		p.Rule.Target = (p.Rule.Min + p.Rule.Max) / 2
		want := exhaustive(g, p.Rule, nil)
		got := mustSolve(t, p, seed, Effort{})
		checked(t, p, got)
		if got.Off == 0 != want.inRange {
			t.Fatalf("seed %d: %v, weights %v: got %d outside the range, want a division inside: %v", seed, p.Rule, g.Weight, got.Off, want.inRange)
		}
		if want.inRange {
			feasible++
			continue
		}
		if got.Proof.Kind == NotProven {
			t.Fatalf("seed %d: no proof, though there is no division", seed)
		}
		infeasible[got.Proof.Kind]++
	}
	t.Logf("%d have a division inside the range; %v have none", feasible, infeasible)
}

func TestTheLeastCutIsFoundAndProven(t *testing.T) {
	n, proven := 0, 0
	for seed := range uint64(250) {
		rng := rand.New(rand.NewPCG(seed, 2))
		g := meadow(rng, 2+rng.IntN(3), 3, 20)
		k := 2 + rng.IntN(3)
		if k > g.Len() {
			continue
		}
		ideal := float64(g.Total()) / float64(k)
		p := Problem{Graph: g, Parts: k, Optimum: true, Weights: Weights{Off: 16_000, Cut: 1},
			Rule: Rule{int(0.8 * ideal), int(1.2 * ideal), max(1, int(ideal))}}
		want, ok := exhaustive(g, p.Rule, nil).counts[k]
		got := mustSolve(t, p, seed, Effort{})
		checked(t, p, got)
		if ok != (got.Off == 0) {
			t.Fatalf("seed %d: got %d outside the range, want a division inside: %v", seed, got.Off, ok)
		}
		if !ok {
			continue
		}
		n++
		if got.Cut != want {
			t.Errorf("seed %d: got cut %v, want %v", seed, got.Cut, want)
		}
		if got.Optimal {
			proven++
		}
	}
	t.Logf("optimum reached on all of %d, proven on %d", n, proven)
	if proven < n {
		t.Errorf("proven on %d of %d, want all", proven, n)
	}
}

func TestWithoutANumberOfPartsTheLeastCutOverAllIsFound(t *testing.T) {
	for seed := range uint64(120) {
		rng := rand.New(rand.NewPCG(seed, 3))
		g := meadow(rng, 3, 3, 20)
		p := Problem{Graph: g, AnyParts: true, Optimum: true, Weights: Weights{Off: 16_000, Cut: 1}, Rule: Rule{30, 70, 50}}
		want := exhaustive(g, p.Rule, nil)
		got := mustSolve(t, p, seed, Effort{})
		checked(t, p, got)
		if want.inRange && (got.Cut != want.leastCut || !got.Optimal) {
			t.Errorf("seed %d: got cut %v (proven %v), want %v", seed, got.Cut, got.Optimal, want.leastCut)
		}
	}
}

func TestARepairMovesTheLeast(t *testing.T) {
	n, least, moved, wanted := 0, 0, 0, 0
	for seed := range uint64(400) {
		rng := rand.New(rand.NewPCG(seed, 4))
		g := meadow(rng, 3, 3, 20)
		p := Problem{Graph: g, Rule: Rule{30, 70, 50}}
		s := mustSolve(t, p, seed, Effort{})
		if s.Off > 0 {
			continue
		}
		for v := range g.Weight { // households come and go
			if rng.IntN(3) == 0 {
				g.Weight[v] = int(float64(g.Weight[v]) * (0.4 + 1.2*rng.Float64()))
			}
		}
		p.Present, p.Repair = s.Part, true
		want := exhaustive(g, p.Rule, s.Part)
		got := mustSolve(t, p, seed, Effort{})
		checked(t, p, got)
		if want.inRange != (got.Off == 0) {
			t.Errorf("seed %d: got %d outside the range, want a division inside: %v", seed, got.Off, want.inRange)
		}
		if !want.inRange {
			continue
		}
		n++
		m := awayFromHome(g, got.Part, got.Parts, s.Part)
		moved += m
		wanted += want.moved
		if m == want.moved {
			least++
		}
	}
	t.Logf("the least moved on %d of %d; %d moved in all where %d would do", least, n, moved, wanted)
	if least*100 < n*97 {
		t.Errorf("the least moved on %d of %d repairs, want 97 of 100", least, n)
	}
}

func TestAPresentPlanInRangeIsNotTouched(t *testing.T) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 5))
		g := meadow(rng, 8, 8, 20)
		p := Problem{Graph: g, Rule: Rule{100, 200, 150}}
		s := mustSolve(t, p, seed, Effort{})
		if s.Off > 0 {
			continue
		}
		p.Present, p.Repair = s.Part, true
		if got := mustSolve(t, p, seed+1, Effort{}); !reflect.DeepEqual(got.Part, s.Part) {
			t.Fatalf("seed %d: a plan inside the range was changed", seed)
		}
	}
}

func TestMoreStepsAreNeverWorseAndTheSameSeedGivesTheSame(t *testing.T) {
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 6))
		g := meadow(rng, 12, 12, 20)
		ideal := g.Total() / 6
		p := Problem{Graph: g, Parts: 6, Weights: Weights{Off: 16_000, Cut: 1}, Rule: Rule{ideal * 99 / 100, ideal * 101 / 100, ideal}}
		last := Solution{Off: math.MaxInt}
		for _, steps := range []int{0, 50_000, 200_000, 800_000} {
			s := mustSolve(t, p, seed, Effort{Steps: steps})
			checked(t, p, s)
			if better(last.Off, last.Cut, s.Off, s.Cut) {
				t.Errorf("seed %d: with %d steps got %d off, cut %v; want no worse than %d, %v", seed, steps, s.Off, s.Cut, last.Off, last.Cut)
			}
			if again := mustSolve(t, p, seed, Effort{Steps: steps}); !reflect.DeepEqual(s, again) {
				t.Errorf("seed %d: twice the same is not the same", seed)
			}
			last = s
		}
	}
}

func TestFoldingKeepsEveryDivision(t *testing.T) {
	for seed := range uint64(400) {
		rng := rand.New(rand.NewPCG(seed, 7))
		g := meadow(rng, 3, 3, 20)
		r := Rule{30, 70, 50}
		label, n := func() ([]int32, int) { f := fold(g, r); return f.labels() }()
		a, b := exhaustive(g, r, nil), exhaustive(g.contract(label, n), r, nil)
		if a.inRange != b.inRange || a.inRange && a.leastCut != b.leastCut {
			t.Fatalf("seed %d: folded %v, not folded %v", seed, b, a)
		}
	}
}

func TestProblemsWithoutMeaningAreRefused(t *testing.T) {
	line := NewGraph([]int{5, 5}, nil, []Link{{0, 1, 1}})
	apart := NewGraph([]int{5, 5}, nil, nil)
	for _, c := range []struct {
		name string
		p    Problem
	}{
		{"no node", Problem{Graph: NewGraph(nil, nil, nil), Rule: Rule{1, 2, 1}}},
		{"two components", Problem{Graph: apart, Rule: Rule{1, 20, 5}}},
		{"a range upside down", Problem{Graph: line, Rule: Rule{5, 2, 3}}},
		{"no target", Problem{Graph: line, Rule: Rule{5, 7, 0}}},
		{"more parts than nodes", Problem{Graph: line, Rule: Rule{1, 9, 5}, Parts: 3}},
		{"homes of another graph", Problem{Graph: line, Rule: Rule{1, 9, 5}, Present: []int32{0}, Repair: true}},
		{"a negative weight", Problem{Graph: NewGraph([]int{-1}, nil, nil), Rule: Rule{1, 9, 5}}},
	} {
		if _, err := Solve(context.Background(), c.p, 1, Effort{}); err == nil {
			t.Errorf("%s: got no error", c.name)
		}
	}
}

func TestGroupsAreKeptWholeWhereTheRangeAllows(t *testing.T) {
	n, splits := 0, 0
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 8))
		g := meadow(rng, 10, 10, 10)
		group := make([]int32, g.Len())
		for v := range group {
			group[v] = -1
		}
		for c := range int32(8) { // a node with its free neighbours
			v := int32(rng.IntN(g.Len()))
			for _, a := range g.Around(v) {
				if group[a.To] < 0 {
					group[a.To] = c
				}
			}
			group[v] = c
		}
		p := Problem{Graph: NewGraph(g.Weight, group, linksOf(g)), Rule: Rule{150, 250, 200}}
		s := mustSolve(t, p, seed, Effort{})
		checked(t, p, s)
		if s.Off > 0 {
			continue
		}
		n++
		st := newState(&p, p.Graph, p.Rule, s.Part, s.Parts)
		splits += st.splits()
		p.Present, p.Repair = s.Part, true
		p.Graph = NewGraph(shifted(rng, g.Weight), group, linksOf(g))
		checked(t, p, mustSolve(t, p, seed, Effort{}))
	}
	t.Logf("%d groups split in %d divisions", splits, n)
	if n < 30 || splits > n/5 {
		t.Errorf("%d groups split in %d divisions, want at most one in five divisions", splits, n)
	}
}

func linksOf(g *Graph) []Link {
	var out []Link
	for v := range int32(g.Len()) {
		for _, a := range g.Around(v) {
			if v < a.To {
				out = append(out, Link{v, a.To, a.Cost})
			}
		}
	}
	return out
}

// shifted lets households come and go.
func shifted(rng *rand.Rand, weight []int) []int {
	out := make([]int, len(weight))
	for v, w := range weight {
		if out[v] = w; rng.IntN(10) == 0 {
			out[v] = int(float64(w) * (0.6 + 0.8*rng.Float64()))
		}
	}
	return out
}
