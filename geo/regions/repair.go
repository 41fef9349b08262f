package regions

import (
	"math/rand/v2"
	"slices"
)

// A repair begins with the present division and lets only the parts near what is
// outside the range change: first those that are outside and their neighbours,
// then, when that is not enough, one ring more, and at last all. Every weight
// that leaves its part costs, so what need not move goes home again.

const maxRings = 4

// mend repairs the present division. Later attempts split and merge parts first.
func (s *solver) mend(rng *rand.Rand, factor float64) *state {
	st, t := s.home(), newSplitter(s.p.Graph, rng)
	if st.off == 0 {
		s.untouched = true
		return st
	}
	if s.round > 1 {
		for range 1 + rng.IntN(2) {
			st.reshape(rng, t)
		}
	}
	for rings := 1; rings <= maxRings && st.off > 0; rings++ {
		free := st.near(rings)
		if free == nil {
			break
		}
		st.movable = free
		n := 0
		for _, ok := range free {
			if ok {
				n++
			}
		}
		st.recount(st.parts())
		s.used += st.anneal(rng, t, schedule{steps: int(factor * 150 * float64(n)), hot: 12, cold: 0.05, loose: 0.3})
	}
	if st.movable = nil; st.off > 0 {
		st.recount(st.parts())
		n := float64(s.p.Graph.Len())
		s.used += st.anneal(rng, t, schedule{steps: int(factor * 150 * n), hot: 12, cold: 0.05, loose: 0.1, resplits: 0.3})
	}
	return st
}

// home is the present division with what it leaves open closed: nodes without a
// home join a neighbour, and pieces of a part that hang together no more become
// parts of their own.
func (s *solver) home() *state {
	g := s.p.Graph
	part := slices.Clone(s.p.Present)
	k := int32(0)
	for _, p := range part {
		k = max(k, p+1)
	}
	if k == 0 {
		k = 1
		part[0] = 0
	}
	g.spread(part)
	k = g.separate(part, k)
	return newState(s.p, g, s.p.Rule, part, int(k))
}

// spread gives each node without a part to the neighbour with which it has the
// strongest link, ring by ring.
func (g *Graph) spread(part []int32) {
	for left := true; left; {
		left = false
		next := slices.Clone(part)
		for v, p := range part {
			if p >= 0 {
				continue
			}
			left = true
			best := -1.0
			for _, a := range g.Around(int32(v)) {
				if part[a.To] >= 0 && a.Cost > best {
					best, next[v] = a.Cost, part[a.To]
				}
			}
		}
		copy(part, next)
	}
}

// separate leaves a part its heaviest connected piece and numbers the others
// from k on. It returns the number of parts.
func (g *Graph) separate(part []int32, k int32) int32 {
	piece := make([]int32, g.Len())
	for v := range piece {
		piece[v] = -1
	}
	var sums, of []int
	var queue []int32
	for v := range piece {
		if piece[v] >= 0 {
			continue
		}
		id := int32(len(sums))
		piece[v] = id
		queue = append(queue[:0], int32(v))
		sum := 0
		for len(queue) > 0 {
			u := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			sum += 1 + 1000*g.Weight[u]
			for _, a := range g.Around(u) {
				if piece[a.To] < 0 && part[a.To] == part[v] {
					piece[a.To] = id
					queue = append(queue, a.To)
				}
			}
		}
		sums, of = append(sums, sum), append(of, int(part[v]))
	}
	heaviest := make([]int, k)
	for p := range heaviest {
		heaviest[p] = -1
	}
	for id, p := range of {
		if heaviest[p] < 0 || sums[id] > sums[heaviest[p]] {
			heaviest[p] = id
		}
	}
	number := make([]int32, len(sums))
	for id, p := range of {
		if number[id] = int32(p); heaviest[p] != id {
			number[id] = k
			k++
		}
	}
	for v := range part {
		part[v] = number[piece[v]]
	}
	return k
}

// near marks the nodes of parts outside the range and of so many rings of parts
// round them; nil: that is every node.
func (s *state) near(rings int) []bool {
	in := make([]bool, s.parts())
	for p, h := range s.sum {
		in[p] = s.size[p] > 0 && !s.rule.Inside(h)
	}
	for range rings {
		grown := slices.Clone(in)
		for v, p := range s.part {
			if !in[p] {
				continue
			}
			for _, a := range s.g.Around(int32(v)) {
				grown[s.part[a.To]] = true
			}
		}
		in = grown
	}
	out, all := make([]bool, s.g.Len()), true
	for v, p := range s.part {
		out[v] = in[p]
		all = all && in[p]
	}
	if all {
		return nil
	}
	return out
}

// reshape changes the number of parts where the range asks for it: it splits a
// part over the top, or joins one under it to a neighbour.
func (s *state) reshape(rng *rand.Rand, t *splitter) {
	var outside []int32
	for p, h := range s.sum {
		if s.size[p] > 0 && !s.rule.Inside(h) {
			outside = append(outside, int32(p))
		}
	}
	if len(outside) == 0 {
		return
	}
	p := outside[rng.IntN(len(outside))]
	var nodes, others []int32
	for v, q := range s.part {
		if q != p {
			continue
		}
		nodes = append(nodes, int32(v))
		for _, a := range s.g.Around(int32(v)) {
			if r := s.part[a.To]; r != p && !slices.Contains(others, r) {
				others = append(others, r)
			}
		}
	}
	switch {
	case s.sum[p] > s.rule.Max && len(nodes) > 1:
		s.recount(s.parts() + 1)
		t.tree(nodes)
		if at := s.bestCut(t, nodes); at >= 0 {
			under, _ := t.side(nodes, at)
			for _, v := range under {
				s.part[v] = int32(s.parts() - 1)
			}
		}
	case len(others) > 0:
		q := others[rng.IntN(len(others))]
		for _, v := range nodes {
			s.part[v] = q
		}
	}
	s.recount(s.parts())
}
