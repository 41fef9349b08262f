package redraw

import (
	"context"
	"math/rand/v2"
	"slices"
)

// effort is how hard the solver tries.
type effort struct {
	restarts int
	factor   float64
}

// solution is a division of one connected graph.
type solution struct {
	part []int32
	k    int
	off  int
	// proof is why off is above zero; nil when it is zero, or when the number
	// of parts was given.
	proof *Reason
}

// solve divides a connected graph into parts inside the range, or into fixed
// parts when fixed is above zero, with the best that was found and a certificate
// when some are outside.
func solve(ctx context.Context, g *graph, rule bounds, fixed int, rng *rand.Rand, e effort) (solution, error) {
	h := g.total()
	if fixed > 0 {
		rule = balanced(h, fixed)
		best, err := search(ctx, g, rule, []int{min(fixed, g.len())}, rng, e)
		best.off = 0
		return best, err
	}
	lo, hi := rule.counts(h)
	if hi <= 1 || lo > hi {
		if k := rule.best(h); k == 1 || g.len() == 1 {
			s := solution{part: make([]int32, g.len()), k: 1, off: rule.off(h)}
			if s.off > 0 {
				s.proof = rule.certificate(g, s.off)
			}
			return s, nil
		}
	}
	best, err := search(ctx, g, rule, tryCounts(rule, h), rng, e)
	if err != nil || best.off == 0 {
		return best, err
	}
	if best.proof = rule.certificate(g, best.off); best.proof != nil {
		return best, nil
	}
	part, k, verdict := exhaust(g, rule, exactSteps(g.len()))
	switch verdict {
	case found:
		s := newState(g, rule, part, k)
		s.anneal(rng, 40*g.len(), 0.5)
		return solution{part: s.part, k: k, off: s.off()}, ctx.Err()
	case none:
		best.proof = rule.exhausted(h, best.off)
	default:
		best.proof = rule.notProven(h, best.off)
	}
	return best, ctx.Err()
}

// balanced is the range for a given number of parts: as even as may be.
func balanced(h, k int) bounds {
	mean := h / k
	return bounds{min: mean * 4 / 5, max: (h+k-1)/k*6/5 + 1, target: max(1, mean)}
}

// tryCounts orders the allowed numbers of parts by their distance from target.
func tryCounts(rule bounds, h int) []int {
	lo, hi := rule.counts(h)
	if lo > hi {
		return []int{rule.best(h)}
	}
	mid := rule.best(h)
	out := []int{mid}
	for d := 1; mid-d >= lo || mid+d <= hi; d++ {
		if mid+d <= hi {
			out = append(out, mid+d)
		}
		if mid-d >= lo {
			out = append(out, mid-d)
		}
	}
	return out
}

// search tries each number of parts in turn, first with compounds fused, and
// stops at the first whose parts are all inside the range.
func search(ctx context.Context, g *graph, rule bounds, counts []int, rng *rand.Rand, e effort) (solution, error) {
	label, n := g.fuse(rule.max)
	fused := g
	if n < g.len() {
		fused = g.contract(label, n)
	}
	best := solution{off: -1}
	bestCost := 0.0
	const maxCounts = 5
	for i, k := range counts {
		if i >= maxCounts {
			break // the far ends of the range are the least likely to fit
		}
		for range e.restarts {
			if err := ctx.Err(); err != nil {
				return best, err
			}
			s := attempt(g, fused, label, rule, k, rng, e)
			c := s.cost()
			if best.off < 0 || s.off() < best.off || s.off() == best.off && k == best.k && c < bestCost {
				best, bestCost = solution{part: slices.Clone(s.part), k: k, off: s.off()}, c
			}
			if g.len() > 600 && best.off == 0 {
				break
			}
		}
		if best.off == 0 {
			break
		}
	}
	return best, nil
}

// attempt makes one division: seeded and improved with compounds fused, then,
// when that does not fit, with compounds open.
func attempt(g, fused *graph, label []int32, rule bounds, k int, rng *rand.Rand, e effort) *state {
	s := divided(fused, rule, min(k, fused.len()), rng, e)
	if fused == g {
		return s
	}
	part := make([]int32, g.len())
	for v, l := range label {
		part[v] = s.part[l]
	}
	open := newState(g, rule, part, s.parts())
	if s.parts() == k && s.off() == 0 {
		return open
	}
	if s.parts() < k {
		return divided(g, rule, k, rng, e)
	}
	t := newSplitter(g, rng)
	open.recombine(rng, t, int(e.factor*float64(20*k)))
	open.anneal(rng, int(e.factor*float64(60*g.len())), 1)
	return open
}

func divided(g *graph, rule bounds, k int, rng *rand.Rand, e effort) *state {
	part := make([]int32, g.len())
	nodes := make([]int32, g.len())
	for i := range nodes {
		nodes[i] = int32(i)
	}
	t := newSplitter(g, rng)
	t.divide(nodes, k, rule, part, 0)
	s := newState(g, rule, part, k)
	s.fillEmpty(t)
	s.anneal(rng, int(e.factor*float64(80*g.len())), 3)
	for range 4 {
		if s.off() == 0 {
			break
		}
		s.recombine(rng, t, int(e.factor*float64(8*k)))
		s.anneal(rng, int(e.factor*float64(40*g.len())), 1)
	}
	return s
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
