package redraw

import (
	"context"
	"math/rand/v2"
)

// area is one part of a divided graph.
type area struct {
	nodes  []int32
	reason *Reason
}

// divideAll divides each connected component of the given nodes by itself.
func divideAll(ctx context.Context, g *graph, nodes []int32, rule bounds, fixed int, rng *rand.Rand, e effort) ([]area, error) {
	if len(nodes) == 0 {
		return nil, nil
	}
	sub := g.subgraph(nodes)
	of, n := sub.components()
	lists := make([][]int32, n)
	for v, c := range of {
		lists[c] = append(lists[c], int32(v))
	}
	counts := make([]int, n)
	if fixed > 0 {
		counts = apportion(sub, lists, fixed)
	}
	var out []area
	for c, list := range lists {
		part := sub.subgraph(list)
		s, err := solve(ctx, part, rule, counts[c], rng, e)
		if err != nil {
			return nil, err
		}
		areas := make([]area, s.k)
		sums := make([]int, s.k)
		for i, v := range list {
			areas[s.part[i]].nodes = append(areas[s.part[i]].nodes, nodes[v])
			sums[s.part[i]] += sub.weight[v]
		}
		for p := range areas {
			if !rule.inside(sums[p]) {
				areas[p].reason = explain(s.proof, list, nodes, sums[p], 2*part.total() < sub.total(), part, rule, counts[c])
			}
			if len(areas[p].nodes) > 0 {
				out = append(out, areas[p])
			}
		}
	}
	return out, nil
}

// explain chooses the certificate of one grid outside the range, and turns its
// node into a number that the caller knows.
func explain(proof *Reason, list, nodes []int32, h int, island bool, part *graph, rule bounds, fixed int) *Reason {
	if fixed > 0 {
		return rule.fixed(h, fixed)
	}
	if proof == nil {
		return nil
	}
	if proof.Kind == Arithmetic && island {
		return rule.island(part.total())
	}
	r := *proof
	if r.Kind == OneAtom || r.Kind == Pocket {
		r.BuildingID = int64(nodes[list[r.BuildingID]])
	}
	return &r
}

// apportion gives each component at least one of k parts, and the rest by
// households (largest average, after Webster), or by nodes where nobody lives.
func apportion(g *graph, lists [][]int32, k int) []int {
	out := make([]int, len(lists))
	weight := make([]float64, len(lists))
	for c, list := range lists {
		out[c] = 1
		for _, v := range list {
			weight[c] += float64(g.weight[v])
		}
		weight[c] += 1e-6 * float64(len(list))
	}
	for given := len(lists); given < k; given++ {
		best := -1
		for c := range lists {
			if out[c] < len(lists[c]) && (best < 0 || weight[c]*float64(2*out[best]+1) > weight[best]*float64(2*out[c]+1)) {
				best = c
			}
		}
		if best < 0 {
			break // there are no more nodes than parts
		}
		out[best]++
	}
	return out
}
