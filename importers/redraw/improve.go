package redraw

import (
	"math"
	"math/rand/v2"
	"slices"
)

// anneal moves nodes between neighbouring parts, cooling from start to nearly
// nothing, and leaves the best state that it saw.
func (s *state) anneal(rng *rand.Rand, steps int, start float64) {
	if s.parts() < 2 || len(s.g.arcs) == 0 {
		return
	}
	cost := 0.0 // relative to the beginning
	best, bestPart := 0.0, slices.Clone(s.part)
	cool := math.Pow(0.02/start, 1/float64(max(1, steps)))
	heat := start
	for range steps {
		heat *= cool
		v := int32(rng.IntN(s.g.len()))
		ring := s.g.around(v)
		if len(ring) == 0 {
			continue
		}
		q := s.part[ring[rng.IntN(len(ring))].to]
		if q == s.part[v] {
			continue
		}
		d := s.flipCost(v, q)
		if d > 0 && rng.Float64() >= math.Exp(-d/heat) || !s.removable(v) {
			continue
		}
		s.flip(v, q)
		if cost += d; cost < best-1e-9 {
			best = cost
			copy(bestPart, s.part)
		}
	}
	copy(s.part, bestPart)
	s.recount(s.parts())
}

// recombine joins two neighbouring parts and splits them along a new tree,
// keeping what is better. Parts outside the range come first.
func (s *state) recombine(rng *rand.Rand, t *splitter, rounds int) {
	for range rounds {
		pairs := s.neighbours()
		if len(pairs) == 0 {
			return
		}
		urgent := pairs[:0:0]
		for _, p := range pairs {
			if !s.rule.inside(s.sum[p[0]]) || !s.rule.inside(s.sum[p[1]]) {
				urgent = append(urgent, p)
			}
		}
		if len(urgent) > 0 && rng.IntN(4) > 0 {
			pairs = urgent
		}
		p := pairs[rng.IntN(len(pairs))]
		s.resplit(t, p[0], p[1])
	}
}

// resplit tries one new tree over the parts p and q.
func (s *state) resplit(t *splitter, p, q int32) {
	var nodes []int32
	for v, in := range s.part {
		if in == p || in == q {
			nodes = append(nodes, int32(v))
		}
	}
	t.tree(nodes)
	total := t.below[0]
	at, worst := int32(-1), math.Inf(1)
	for _, v := range t.order[1:] {
		if e := s.partCost(t.below[v]) + s.partCost(total-t.below[v]); e < worst {
			at, worst = v, e
		}
	}
	if at < 0 {
		return
	}
	before := s.localCost(nodes, p, q)
	under, rest := t.side(nodes, at)
	was := make([]int32, len(nodes))
	for i, v := range nodes {
		was[i] = s.part[v]
	}
	// The half that keeps more of p stays p.
	keep := 0
	for _, v := range under {
		if s.part[v] == p {
			keep++
		}
	}
	if 2*keep < len(under) {
		p, q = q, p
	}
	s.assign(under, p)
	s.assign(rest, q)
	if s.localCost(nodes, p, q) >= before {
		for i, v := range nodes {
			if s.part[v] != was[i] {
				s.flip(v, was[i])
			}
		}
	}
}

func (s *state) assign(nodes []int32, p int32) {
	for _, v := range nodes {
		if s.part[v] != p {
			s.flip(v, p)
		}
	}
}

// localCost is what can change when only nodes, the parts p and q, change.
func (s *state) localCost(nodes []int32, p, q int32) float64 {
	sum := 0.0
	for _, v := range nodes {
		for _, a := range s.g.around(v) {
			if s.part[a.to] != s.part[v] {
				if r := s.part[a.to]; r == p || r == q {
					sum += a.cost / 2
				} else {
					sum += a.cost
				}
			}
		}
	}
	sum *= s.unit
	for _, parts := range s.inParts {
		if parts[p] > 0 && parts[q] > 0 {
			sum += costSplit
		}
	}
	return sum + s.partCost(s.sum[p]) + s.partCost(s.sum[q])
}

// neighbours lists the pairs of parts that share an arc, sorted.
func (s *state) neighbours() [][2]int32 {
	k := s.parts()
	seen := make([]bool, k*k)
	var out [][2]int32
	for v := range int32(s.g.len()) {
		for _, a := range s.g.around(v) {
			if p, q := s.part[v], s.part[a.to]; p < q && !seen[int(p)*k+int(q)] {
				seen[int(p)*k+int(q)] = true
				out = append(out, [2]int32{p, q})
			}
		}
	}
	slices.SortFunc(out, func(a, b [2]int32) int {
		if a[0] != b[0] {
			return int(a[0] - b[0])
		}
		return int(a[1] - b[1])
	})
	return out
}
