package redraw

import (
	"context"

	"gridmap/geo/regions"
)

// area is one part of a divided graph.
type area struct {
	nodes  []int32
	reason *Reason
}

// division is how a graph is to be divided.
type division struct {
	rule  bounds
	fixed int // number of parts in all; 0: as the rule says
	// home is the code of the present grid of each node, empty for none; nil
	// where the present plan is not looked at.
	home   []string
	steps  int // budget for the whole graph
	effort regions.Effort
	seed   uint64
	// building names what stands on a node, for reasons; open tells of nodes that
	// could have been divided in other ways than they were.
	building func(node int32) int64
	open     func(node int32) bool
	weights  regions.Weights
}

// divided is the outcome: areas, and the households outside the range.
type divided struct {
	areas []area
	off   int
	steps int
}

// divide divides each connected component of the given nodes by itself.
func (d *division) divide(ctx context.Context, g *regions.Graph, nodes []int32) (divided, error) {
	var out divided
	if len(nodes) == 0 {
		return out, nil
	}
	sub := g.Subgraph(nodes)
	of, n := sub.Components()
	lists := make([][]int32, n)
	for v, c := range of {
		lists[c] = append(lists[c], int32(v))
	}
	counts := make([]int, n)
	if d.fixed > 0 {
		counts = apportion(sub, lists, d.fixed)
	}
	for c, list := range lists {
		original := make([]int32, len(list))
		for i, v := range list {
			original[i] = nodes[v]
		}
		if err := d.component(ctx, sub.Subgraph(list), original, counts[c], sub, &out); err != nil {
			return out, err
		}
	}
	return out, nil
}

// component divides one connected graph; nodes are its nodes' numbers in the
// graph that the caller knows.
func (d *division) component(ctx context.Context, part *regions.Graph, nodes []int32, fixed int, whole *regions.Graph, out *divided) error {
	rule := d.rule
	if fixed > 0 {
		rule = balanced(part.Total(), fixed)
	}
	effort := d.effort
	effort.Steps = d.steps * part.Len() / max(1, whole.Len())
	problem := regions.Problem{Graph: part, Rule: rule.Rule, Parts: min(fixed, part.Len()), Weights: d.weights, NoSearch: fixed > 0}
	if d.home != nil {
		problem.Present, problem.Repair = d.homes(nodes), true
	}
	s, err := regions.Solve(ctx, problem, d.seed, effort)
	if err != nil {
		return err
	}
	out.steps += s.Steps
	areas := make([]area, s.Parts)
	sums := make([]int, s.Parts)
	for i, v := range nodes {
		p := s.Part[i]
		areas[p].nodes = append(areas[p].nodes, v)
		sums[p] += part.Weight[i]
	}
	for p := range areas {
		if !d.rule.Inside(sums[p]) {
			areas[p].reason = d.explain(s, nodes, sums[p], part, 2*part.Total() < whole.Total(), fixed)
			if areas[p].reason != nil {
				areas[p].reason.area = int(nodes[0])
			}
			out.off += d.rule.Off(sums[p])
		}
		out.areas = append(out.areas, areas[p])
	}
	return nil
}

// homes numbers the present grids of nodes.
func (d *division) homes(nodes []int32) []int32 {
	number := make(map[string]int32)
	out := make([]int32, len(nodes))
	for i, v := range nodes {
		code := d.home[v]
		if code == "" {
			out[i] = -1
			continue
		}
		if _, ok := number[code]; !ok {
			number[code] = int32(len(number))
		}
		out[i] = number[code]
	}
	return out
}

// explain chooses the reason of one grid outside the range. Where a building is
// divided into layers, another way of dividing it was not tried, so what the
// graph proves is not proven of the land.
func (d *division) explain(s regions.Solution, nodes []int32, h int, part *regions.Graph, island bool, fixed int) *Reason {
	if fixed > 0 {
		return d.rule.fixed(h, fixed)
	}
	proof := s.Proof
	if proof == nil {
		return nil
	}
	switch proof.Kind {
	case regions.Arithmetic:
		if island {
			return d.rule.island(part.Total())
		}
	case regions.Exhausted, regions.Pocket:
		for _, v := range nodes {
			if d.open(v) {
				return d.rule.notProven(part.Total(), s.Off)
			}
		}
	}
	return d.rule.reason(proof, func(node int) int64 { return d.building(nodes[node]) })
}

// apportion gives each component at least one of k parts, and the rest by
// households (largest average, after Webster), or by nodes where nobody lives.
func apportion(g *regions.Graph, lists [][]int32, k int) []int {
	out := make([]int, len(lists))
	weight := make([]float64, len(lists))
	for c, list := range lists {
		out[c] = 1
		for _, v := range list {
			weight[c] += float64(g.Weight[v])
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
