package regions

import (
	"math/rand/v2"
)

// Large graphs are divided coarsely first: neighbours are joined in pairs again
// and again, the small graph that is left is divided, and the division is
// carried back and improved at each step (after Hendrickson and Leland, "A
// multilevel algorithm for partitioning graphs", 1995). What is joined stays far
// below a part, so that a part can still be put together exactly.

const (
	coarsest   = 40 // nodes by part where joining ends
	coarseFrom = 3  // times as many nodes from which it is worth while
	coarseCap  = 12 // a joined node is at most this share of a part
)

// multilevel divides g by way of coarser graphs.
func (s *solver) multilevel(g *Graph, k int, rng *rand.Rand, factor float64) *state {
	levels, labels := []*Graph{g}, [][]int32{}
	for {
		last := levels[len(levels)-1]
		if last.Len() <= coarsest*k {
			break
		}
		label, n := last.joined(rng, max(1, s.p.Rule.Target/coarseCap))
		if n > last.Len()*9/10 {
			break
		}
		labels = append(labels, label)
		levels = append(levels, last.contract(label, n))
	}
	st := s.flat(levels[len(levels)-1], k, rng, 2*factor, s.eased(levels[len(levels)-1]))
	for i := len(labels) - 1; i >= 0; i-- {
		fine := levels[i]
		part := make([]int32, fine.Len())
		for v, l := range labels[i] {
			part[v] = st.part[l]
		}
		rule := s.p.Rule
		if i > 0 {
			rule = s.eased(fine)
		}
		st = newState(s.p, fine, rule, part, k)
		steps := int(factor * 50 * float64(fine.Len()))
		s.used += st.anneal(rng, newSplitter(fine, rng), schedule{steps: steps, hot: 0.6, cold: 0.05, loose: s.loose(), resplits: 0.05})
	}
	return st
}

// eased widens the range by a node of a coarse graph: what cannot be weighed out
// there can be later.
func (s *solver) eased(g *Graph) Rule {
	slack := g.Total() / max(1, g.Len())
	r := s.p.Rule
	return Rule{max(0, r.Min-slack), r.Max + slack, r.Target}
}

// joined pairs neighbours with strong links, of one group or of none, as long as
// a pair weighs no more than limit. It returns labels from 0 to n-1.
func (g *Graph) joined(rng *rand.Rand, limit int) (label []int32, n int) {
	label = make([]int32, g.Len())
	for v := range label {
		label[v] = -1
	}
	for _, i := range rng.Perm(g.Len()) {
		v := int32(i)
		if label[v] >= 0 {
			continue
		}
		best, at := 0.0, int32(-1)
		for _, a := range g.Around(v) {
			if label[a.To] >= 0 || g.Group[a.To] != g.Group[v] || g.Weight[v]+g.Weight[a.To] > limit {
				continue
			}
			// Light neighbours first, so that nodes grow evenly.
			score := a.Cost * (0.5 + rng.Float64()) / (1 + float64(g.Weight[a.To])/float64(limit))
			if score > best {
				best, at = score, a.To
			}
		}
		label[v] = int32(n)
		if at >= 0 {
			label[at] = int32(n)
		}
		n++
	}
	return label, n
}
