package regions

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// solver runs attempts, keeps the best, and looks for a proof of what is left.
type solver struct {
	p      *Problem
	seed   uint64
	effort Effort

	label []int32 // groups fused: the node of fused for each node
	fused *Graph
	used  int
	round int
	best  snapshot
	found bool
	// untouched: the present plan is inside the range and was not changed.
	untouched bool
}

func (s *solver) solve(ctx context.Context) (Solution, error) {
	g, r := s.p.Graph, s.p.Rule
	proof := r.simpleProof(g, s.p.Parts)
	s.label, s.fused = make([]int32, g.Len()), g
	if label, n := g.fuse(r.Max); n < g.Len() {
		s.label, s.fused = label, g.contract(label, n)
	}
	counts := s.counts(proof)
	if err := s.first(ctx, counts, s.effort.Rounds); err != nil {
		return Solution{}, err
	}
	out := Solution{}
	if s.best.off > 0 && proof == nil && !s.p.NoSearch {
		proof = s.exhaust(ctx)
	}
	if s.best.off == 0 && s.p.Optimum {
		out.Optimal = s.prove(ctx)
	}
	if !out.Optimal {
		if err := s.more(ctx, counts, s.effort.Rounds); err != nil {
			return Solution{}, err
		}
	}
	out.fill(s)
	if out.Off > 0 {
		if out.Proof = proof; proof == nil || proof.Kind == NotProven {
			out.Proof = &Proof{Kind: NotProven, Weight: g.Total(), Node: -1, Bound: out.Off}
		}
	}
	return out, ctx.Err()
}

func (out *Solution) fill(s *solver) {
	st := newState(s.p, s.p.Graph, s.p.Rule, s.best.part, s.best.k)
	out.Off, out.Cut, out.Cost, out.Moved, out.Steps = st.off, st.cut(), st.rest, st.moved(), s.used
	out.Part, out.Parts = s.best.part, 0
	number := make([]int32, s.best.k) // a repair may leave parts empty
	for p, n := range st.size {
		number[p] = int32(out.Parts)
		if n > 0 {
			out.Parts++
		}
	}
	for v, p := range out.Part {
		out.Part[v] = number[p]
	}
}

// counts are the numbers of parts to try, in order.
func (s *solver) counts(proof *Proof) []int {
	g, r := s.p.Graph, s.p.Rule
	n := g.Len()
	switch {
	case s.p.Present != nil:
		return []int{0} // the present plan says
	case s.p.Parts > 0:
		return []int{s.p.Parts}
	case proof != nil && proof.Kind == Arithmetic:
		return []int{min(r.Best(g.Total()), n)}
	case proof != nil:
		return s.aroundHeavy(n)
	}
	var out []int
	for _, k := range r.tryCounts(g.Total()) {
		if k <= n {
			out = append(out, k)
		}
	}
	if len(out) == 0 {
		out = []int{n}
	}
	return out
}

// aroundHeavy are numbers of parts where some weight is over the top whatever is
// done: what must stay together gets a part of its own, and the rest as many as
// the rule wants, or one more or less.
func (s *solver) aroundHeavy(n int) []int {
	f := fold(s.p.Graph, s.p.Rule)
	heavy, rest := 0, s.p.Graph.Total()
	for v, to := range f.into {
		if int(to) == v && f.weight[v] > s.p.Rule.Max {
			heavy++
			rest -= f.weight[v]
		}
	}
	best := heavy
	if rest > 0 {
		best += s.p.Rule.Best(rest)
	}
	var out []int
	for _, k := range []int{best, best - 1, best + 1} {
		if k = max(1, min(k, n)); !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// first tries each number of parts rounds times and stops after the first number
// that comes inside the range. Each attempt has random numbers of its own.
func (s *solver) first(ctx context.Context, counts []int, rounds int) error {
	for _, k := range counts {
		for try := range rounds {
			if err := ctx.Err(); err != nil {
				return err
			}
			if s.attempt(k, try); s.settled(k) {
				return nil
			}
		}
		if s.best.off == 0 && !s.p.AnyParts {
			return nil
		}
	}
	return nil
}

// more goes on until the budget is used up, with the number of parts that came
// inside the range, or with all numbers in turn. A longer run begins with the
// attempts of a shorter one.
func (s *solver) more(ctx context.Context, counts []int, rounds int) error {
	for i := 0; s.used < s.effort.Steps; i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		turn := counts
		if s.best.off == 0 && s.p.Present == nil {
			turn = []int{s.best.k}
			if s.p.AnyParts {
				turn = slices.DeleteFunc([]int{s.best.k, s.best.k - 1, s.best.k + 1}, func(k int) bool { return !slices.Contains(counts, k) })
			}
		}
		if s.attempt(turn[i%len(turn)], rounds+i/len(turn)); s.settled(turn[0]) && len(turn) == 1 {
			return nil
		}
	}
	return nil
}

// settled tells whether another attempt would only do the same again: all is one
// part, or the present plan may stay as it is.
func (s *solver) settled(k int) bool {
	if s.p.Present != nil {
		return s.best.off == 0 && s.untouched
	}
	return k == 1
}

// attempt makes one division and keeps it if it is the best so far.
func (s *solver) attempt(k, try int) {
	rng := rand.New(rand.NewPCG(s.seed, uint64(s.round)))
	// Runs grow longer: slow cooling finds what many short runs do not.
	factor := s.effort.Factor * math.Pow(2, float64(min(try, 60))/4)
	s.round++
	s.used += s.p.Graph.Len()
	var st *state
	switch {
	case s.p.Present != nil:
		st = s.mend(rng, try, factor)
	case try >= s.effort.Rounds && try%2 == 1 && k == s.best.k:
		st = s.again(rng, factor)
	default:
		st = s.fresh(k, rng, factor)
	}
	if !s.found || s.prefers(st) {
		s.best, s.found = st.snapshot(), true
	}
}

// again warms the best division up a little and lets it cool.
func (s *solver) again(rng *rand.Rand, factor float64) *state {
	g := s.p.Graph
	st := newState(s.p, g, s.p.Rule, slices.Clone(s.best.part), s.best.k)
	s.used += st.anneal(rng, newSplitter(g, rng), schedule{steps: int(factor * 70 * float64(g.Len())), hot: 0.5, cold: 0.05, loose: s.loose(), resplits: 0.1})
	return st
}

// prefers tells whether st is better than the best. Numbers of parts are tried
// in their order, so a later one wins only by the range, unless any will do.
func (s *solver) prefers(st *state) bool {
	if st.parts() != s.best.k && !s.p.AnyParts && s.p.Present == nil {
		return st.off < s.best.off
	}
	return better(st.off, st.rest, s.best.off, s.best.rest)
}

// fresh divides from nothing, first with groups fused, then, when that does not
// fit, with groups open.
func (s *solver) fresh(k int, rng *rand.Rand, factor float64) *state {
	g := s.p.Graph
	if s.fused == g {
		return s.divided(g, k, rng, factor)
	}
	st := s.divided(s.fused, min(k, s.fused.Len()), rng, factor)
	part := make([]int32, g.Len())
	for v, l := range s.label {
		part[v] = st.part[l]
	}
	open := newState(s.p, g, s.p.Rule, part, st.parts())
	if st.parts() < k {
		return s.divided(g, k, rng, factor)
	}
	t := newSplitter(g, rng)
	c := schedule{steps: int(factor * float64(40*g.Len())), hot: 0.5, cold: 0.02, loose: 0.1}
	if open.off > 0 {
		c.hot, c.resplits = 2, 0.3
	}
	s.used += open.anneal(rng, t, c)
	return open
}

// divided divides a graph anew, a large one by way of coarser ones.
func (s *solver) divided(g *Graph, k int, rng *rand.Rand, factor float64) *state {
	st := s.begin(g, k, rng, factor)
	t := newSplitter(g, rng)
	for range 3 {
		if st.off == 0 {
			break
		}
		s.used += st.anneal(rng, t, schedule{steps: int(factor * 60 * float64(g.Len())), hot: 1, cold: 0.02, loose: s.loose(), resplits: 0.6})
	}
	return st
}

func (s *solver) begin(g *Graph, k int, rng *rand.Rand, factor float64) *state {
	if g.Len() > coarseFrom*coarsest*k && rng.IntN(4) > 0 {
		return s.multilevel(g, k, rng, factor)
	}
	return s.flat(g, k, rng, factor, s.p.Rule)
}

// flat is a division along random trees, annealed.
func (s *solver) flat(g *Graph, k int, rng *rand.Rand, factor float64, rule Rule) *state {
	part := make([]int32, g.Len())
	nodes := make([]int32, g.Len())
	for i := range nodes {
		nodes[i] = int32(i)
	}
	t := newSplitter(g, rng)
	t.divide(nodes, k, rule, part, 0)
	st := newState(s.p, g, rule, part, k)
	st.fillEmpty(t)
	n := float64(g.Len())
	s.used += g.Len() + st.anneal(rng, t, schedule{steps: int(factor * 70 * n), hot: 1, cold: 0.05, loose: s.loose(), resplits: 0.1})
	return st
}

// loose is the pressure of the range at the start of a search. A range that is
// narrow for its target makes every move cost a lot, so it starts lower.
func (s *solver) loose() float64 {
	r := s.p.Rule
	width := float64(r.Max-r.Min) / float64(max(1, r.Target))
	return max(0.0005, min(1, width)) * 16_000 / max(1, s.p.Weights.Off)
}

// exhaust looks through all divisions for one inside the range.
func (s *solver) exhaust(ctx context.Context) *Proof {
	part, k, v := s.complete(ctx, 0)
	h := s.p.Graph.Total()
	switch v {
	case found:
		st := newState(s.p, s.p.Graph, s.p.Rule, part, k)
		rng := rand.New(rand.NewPCG(s.seed, math.MaxUint64))
		s.used += st.anneal(rng, newSplitter(s.p.Graph, rng), schedule{steps: 100 * s.p.Graph.Len(), hot: 0.5, cold: 0.02, loose: 0.1})
		s.best = st.snapshot()
		return nil
	case none:
		return &Proof{Kind: Exhausted, Weight: h, Node: -1, Bound: 1}
	}
	return nil
}

// prove looks for a division that costs less than the best; when there is none,
// or it finds the least, the best is optimal.
func (s *solver) prove(ctx context.Context) bool {
	if s.p.Graph.groups > 0 || s.p.Present != nil {
		return false // their cost is not in the states of the search
	}
	part, k, v := s.complete(ctx, s.best.rest-1e-7)
	if v == found {
		s.best = newState(s.p, s.p.Graph, s.p.Rule, part, k).snapshot()
	}
	return v != gaveUp
}

// completeStates is how many states a complete search may look at by default.
const completeStates = 150_000

// complete looks through all divisions of the folded graph: below a cost when
// limit is above zero, else for any inside the range.
func (s *solver) complete(ctx context.Context, limit float64) (part []int32, k int, v verdict) {
	folds := fold(s.p.Graph, s.p.Rule)
	label, n := folds.labels()
	small := s.p.Graph.contract(label, n)
	f := &frontier{g: small, rule: s.p.Rule, parts: s.p.Parts, limit: limit, states: max(completeStates, s.effort.Steps/8)}
	if limit > 0 {
		st := newState(s.p, s.p.Graph, s.p.Rule, make([]int32, s.p.Graph.Len()), 1)
		f.unit, f.balance = st.unit, st.balanceCost
		if f.parts == 0 && !s.p.AnyParts {
			f.parts = s.best.k
		}
	}
	folded, k, v := f.run(ctx)
	for i := range f.layers {
		s.used += 4 * len(f.layers[i].parent)
	}
	if v != found {
		return nil, 0, v
	}
	part = make([]int32, s.p.Graph.Len())
	for u, l := range label {
		part[u] = folded[l]
	}
	return part, k, found
}

// fillEmpty gives a node to each part that a split of too few nodes left empty,
// from the largest part that has two.
func (s *state) fillEmpty(t *splitter) {
	for p := range s.size {
		if s.size[p] > 0 {
			continue
		}
		from := 0
		for q := range s.size {
			if s.size[q] > s.size[from] {
				from = q
			}
		}
		if s.size[from] < 2 {
			return
		}
		var nodes []int32
		for v, q := range s.part {
			if int(q) == from {
				nodes = append(nodes, int32(v))
			}
		}
		t.tree(nodes)
		under, _ := t.side(nodes, t.order[len(t.order)-1])
		s.assign(under, int32(p))
	}
}
