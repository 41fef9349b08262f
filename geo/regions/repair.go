package regions

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// A repair begins with the present division and lets only the parts near what is
// outside the range change: first those that are outside and their neighbours,
// then, when that is not enough, one ring more, and at last all. Every weight
// that leaves its part costs, so what need not move goes home again.

const maxRings = 4

// mend repairs the present division. Where its number of parts could not be
// right, and in every other attempt, parts are split and merged first. When
// attempt after attempt leaves something outside, it divides anew and gives each
// part the home with which it shares most.
func (s *solver) mend(rng *rand.Rand, try int, factor float64) *state {
	st, t := s.home(), newSplitter(s.p.Graph, rng)
	if st.off == 0 {
		s.untouched = true
		return st
	}
	h, inUse := s.p.Graph.Total(), 0
	for _, n := range st.size {
		if n > 0 {
			inUse++
		}
	}
	lo, hi := s.p.Rule.Counts(h)
	switch anew := try >= 3 && s.best.off > 0; {
	case anew:
		counts := s.aroundHeavy(s.p.Graph.Len())
		if lo <= hi {
			counts = s.p.Rule.tryCounts(h)
		}
		k := max(1, min(counts[(try-3)%len(counts)], s.p.Graph.Len()))
		st = s.atHome(s.fresh(k, rng, factor/2), len(st.sum))
	case try%2 == 1 || inUse < lo || inUse > hi:
		st.reshape(rng, t)
	}
	for rings := 1; rings <= maxRings && st.off > 0; rings++ {
		if st.movable = st.near(rings); st.movable == nil {
			break
		}
		st.recount(st.parts())
		s.used += st.anneal(rng, t, schedule{steps: int(factor * 100 * float64(st.mobile())), hot: 12, cold: 0.05, loose: 0.02})
	}
	resplits := 0.3
	if st.movable = nil; st.off == 0 {
		resplits = 0 // only what brings more weight home, or a better border
	}
	st.recount(st.parts())
	s.used += st.anneal(rng, t, schedule{steps: int(factor * 60 * float64(s.p.Graph.Len())), hot: 12, cold: 0.05, loose: 0.02, resplits: resplits})
	return st
}

// mobile is how many nodes may move.
func (s *state) mobile() int {
	n := 0
	for _, ok := range s.movable {
		if ok {
			n++
		}
	}
	return n
}

// atHome numbers the parts of a division by the homes of their nodes, those that
// share most weight first.
func (s *solver) atHome(st *state, homes int) *state {
	type pair struct {
		part, home int32
		shared     int
	}
	shared := make(map[[2]int32]int)
	for v, h := range s.p.Present {
		if h >= 0 {
			shared[[2]int32{st.part[v], h}] += 1 + 1000*s.p.Graph.Weight[v]
		}
	}
	pairs := make([]pair, 0, len(shared))
	for at, n := range shared {
		pairs = append(pairs, pair{at[0], at[1], n})
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(-cmp.Compare(a.shared, b.shared), cmp.Compare(a.part, b.part), cmp.Compare(a.home, b.home))
	})
	number := make([]int32, st.parts())
	for p := range number {
		number[p] = -1
	}
	taken := make([]bool, homes)
	for _, p := range pairs {
		if number[p.part] < 0 && !taken[p.home] {
			number[p.part], taken[p.home] = p.home, true
		}
	}
	k := int32(homes)
	for p := range number {
		if number[p] < 0 {
			number[p] = k
			k++
		}
	}
	for v, p := range st.part {
		st.part[v] = number[p]
	}
	return newState(s.p, s.p.Graph, s.p.Rule, st.part, int(k))
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

// reshape changes the number of parts where the range asks for it: it splits
// parts over the top and joins those under it to neighbours, as long as that
// leaves less outside the range.
func (s *state) reshape(rng *rand.Rand, t *splitter) {
	tried := make([]bool, s.parts())
	for {
		p, worst := int32(-1), 0.0
		for q, h := range s.sum {
			if s.size[q] > 0 && !tried[q] && !s.rule.Inside(h) {
				if off := float64(1+s.rule.Off(h)) * (0.5 + rng.Float64()); off > worst {
					p, worst = int32(q), off
				}
			}
		}
		if p < 0 {
			return
		}
		changed := s.sum[p] > s.rule.Max && s.halve(t, p) || s.sum[p] < s.rule.Min && s.join(rng, p)
		if changed { // each change leaves less outside, so this comes to an end
			s.recount(s.parts())
			tried = make([]bool, s.parts())
		}
		tried[p] = !changed
	}
}

// halve splits a part where that leaves less outside the range.
func (s *state) halve(t *splitter, p int32) bool {
	nodes := s.nodesOf(p)
	if len(nodes) < 2 {
		return false
	}
	t.tree(nodes)
	at := s.bestCut(t, nodes)
	if a := t.below[max(0, at)]; at < 0 || s.rule.Off(a)+s.rule.Off(s.sum[p]-a) >= s.rule.Off(s.sum[p]) {
		return false
	}
	under, rest := t.side(nodes, at)
	if s.weightAtHome(under, p) > s.weightAtHome(rest, p) {
		under = rest
	}
	q := int32(s.parts())
	s.recount(s.parts() + 1)
	for _, v := range under {
		s.part[v] = q
	}
	return true
}

func (s *state) weightAtHome(nodes []int32, p int32) int {
	sum := 0
	for _, v := range nodes {
		if s.present != nil && s.present[v] == p {
			sum += 1 + 1000*s.g.Weight[v]
		}
	}
	return sum
}

// join gives a part under the range to the neighbour with which least is outside
// it, the lighter one going into the heavier.
func (s *state) join(rng *rand.Rand, p int32) bool {
	nodes := s.nodesOf(p)
	best, least := int32(-1), math.Inf(1)
	var seen []int32
	for _, v := range nodes {
		for _, a := range s.g.Around(v) {
			q := s.part[a.To]
			if q == p || slices.Contains(seen, q) {
				continue
			}
			seen = append(seen, q)
			gain := s.rule.Off(s.sum[p]+s.sum[q]) - s.rule.Off(s.sum[p]) - s.rule.Off(s.sum[q])
			if gain >= 0 {
				continue
			}
			// Of those that help, a light one first: it has to go somewhere too.
			if c := float64(min(s.sum[p], s.sum[q])) + float64(s.rule.Off(s.sum[p]+s.sum[q])) + 0.2*float64(s.rule.Target)*rng.Float64(); c < least {
				best, least = q, c
			}
		}
	}
	if best < 0 {
		return false
	}
	from, to := p, best
	if s.sum[from] > s.sum[to] {
		from, to = to, from
	}
	for v, q := range s.part {
		if q == from {
			s.part[v] = to
		}
	}
	return true
}

func (s *state) nodesOf(p int32) []int32 {
	var out []int32
	for v, q := range s.part {
		if q == p {
			out = append(out, int32(v))
		}
	}
	return out
}
