package regions

import (
	"math"
	"math/rand/v2"
	"slices"
)

// schedule is a course of annealing. Heat falls geometrically from hot to cold;
// the pressure of the range rises from loose to one, so that a search may pass
// through divisions outside it.
type schedule struct {
	steps     int
	hot, cold float64
	loose     float64
	resplits  float64 // share of the steps that goes into splitting pairs anew
}

// How often two nodes are exchanged, and a whole group moved, rather than one
// node.
const (
	swapEvery  = 8
	groupEvery = 24
)

// anneal moves nodes between neighbouring parts and leaves the best state that
// it saw. It returns the steps it took: a step looks at one node.
func (s *state) anneal(rng *rand.Rand, t *splitter, c schedule) int {
	if len(s.border) == 0 || c.steps <= 0 {
		return 0
	}
	cool := math.Pow(c.cold/c.hot, 1/float64(c.steps))
	tighten := math.Pow(1/c.loose, 1/(0.7*float64(c.steps)))
	heat := c.hot
	s.press = c.loose
	best := s.snapshot()
	splitting := 0
	for used := 0; used < c.steps; {
		n := 1
		switch {
		case s.movable == nil && float64(splitting) < c.resplits*float64(used):
			n = s.resplit(rng, t, heat)
			splitting += n
		case rng.IntN(swapEvery) == 0:
			s.trySwap(rng, heat)
			n = 2
		case s.g.groups > 0 && rng.IntN(groupEvery) == 0:
			n = s.tryGroup(rng, heat)
		default:
			s.tryFlip(rng, heat)
		}
		used += n
		if n <= 2 {
			heat *= cool
			s.press = min(1, s.press*tighten)
		} else {
			heat *= math.Pow(cool, float64(n))
			s.press = min(1, s.press*math.Pow(tighten, float64(n)))
		}
		if better(s.off, s.rest, best.off, best.rest) {
			best.off, best.rest = s.off, s.rest
			copy(best.part, s.part)
		}
	}
	copy(s.part, best.part)
	s.press = 1
	s.recount(s.parts())
	return c.steps
}

// accepts is the rule of Metropolis.
func accepts(rng *rand.Rand, price, heat float64) bool {
	return price <= 0 || rng.Float64() < math.Exp(-price/heat)
}

// candidate draws a node on a border and another part that it touches.
func (s *state) candidate(rng *rand.Rand) (v, q int32, ok bool) {
	if len(s.border) == 0 {
		return 0, 0, false
	}
	v = s.border[rng.IntN(len(s.border))]
	ring := s.g.Around(v)
	for at := rng.IntN(len(ring)); ; at++ {
		if at == len(ring) {
			at = 0
		}
		if q = s.part[ring[at].To]; q != s.part[v] {
			return v, q, true
		}
	}
}

func (s *state) tryFlip(rng *rand.Rand, heat float64) {
	v, q, ok := s.candidate(rng)
	if !ok {
		return
	}
	d := s.flipDelta(v, q)
	if accepts(rng, s.price(d), heat) && s.removable(v) {
		s.flip(v, q, d)
	}
}

// tryGroup moves all of a group to a part that one of its nodes touches.
func (s *state) tryGroup(rng *rand.Rand, heat float64) int {
	v, q, ok := s.candidate(rng)
	if !ok || s.g.Group[v] < 0 {
		return 1
	}
	var moved, from []int32
	price := 0.0
	for _, u := range s.g.member[s.g.Group[v]] {
		if p := s.part[u]; p != q {
			if !s.mayMove(u) {
				price = math.Inf(1)
				break
			}
			d := s.flipDelta(u, q)
			price += s.price(d)
			s.flip(u, q, d)
			moved, from = append(moved, u), append(from, p)
		}
	}
	looked := len(moved)
	if accepts(rng, price, heat) {
		whole := s.whole(v)
		looked += int(s.size[q])
		for i, u := range moved {
			if !whole {
				break
			}
			if p := from[i]; i == 0 || p != from[i-1] {
				looked += int(s.size[p])
				whole = s.size[p] > 0 && s.stillWhole(u, p)
			}
		}
		if whole {
			return 1 + looked/8
		}
	}
	for i, u := range slices.Backward(moved) {
		s.flip(u, from[i], s.flipDelta(u, from[i]))
	}
	return 1 + looked/8
}

// whole tells whether the part of v is connected.
func (s *state) whole(v int32) bool { return s.reach(v) == s.size[s.part[v]] }

// stillWhole tells whether part p, which u has left, is connected.
func (s *state) stillWhole(u, p int32) bool {
	for _, a := range s.g.Around(u) {
		if s.part[a.To] == p {
			return s.whole(a.To)
		}
	}
	for w, q := range s.part { // u was inside what left with it
		if q == p {
			return s.whole(int32(w))
		}
	}
	return false
}

// reach counts the nodes of v's part that hang together with it.
func (s *state) reach(v int32) int32 {
	s.turn += 2
	p := s.part[v]
	s.mark[v] = s.turn
	s.queue = append(s.queue[:0], v)
	for i := 0; i < len(s.queue); i++ {
		for _, a := range s.g.Around(s.queue[i]) {
			if s.part[a.To] == p && s.mark[a.To] != s.turn {
				s.mark[a.To] = s.turn
				s.queue = append(s.queue, a.To)
			}
		}
	}
	return int32(len(s.queue))
}

// trySwap lets two nodes change places between neighbouring parts, which a tight
// range allows where it allows neither move by itself.
func (s *state) trySwap(rng *rand.Rand, heat float64) {
	v, q, ok := s.candidate(rng)
	if !ok || !s.removable(v) {
		return
	}
	p := s.part[v]
	u := s.partner(rng, v, p, q)
	if u < 0 {
		return
	}
	d := s.flipDelta(v, q)
	s.flip(v, q, d)
	e := s.flipDelta(u, p)
	if accepts(rng, s.price(d)+s.price(e), heat) && s.removable(u) && s.touches(u, p) {
		s.flip(u, p, e)
		return
	}
	s.flip(v, p, delta{-d.off, -d.rest})
}

// partner draws a node of q on its border with p, near v or anywhere.
func (s *state) partner(rng *rand.Rand, v, p, q int32) int32 {
	for range 4 {
		u := s.border[rng.IntN(len(s.border))]
		if rng.IntN(2) == 0 {
			ring := s.g.Around(v)
			u = ring[rng.IntN(len(ring))].To
			ring = s.g.Around(u)
			if w := ring[rng.IntN(len(ring))].To; rng.IntN(2) == 0 {
				u = w
			}
		}
		if u != v && s.part[u] == q && s.touches(u, p) && s.mayMove(u) {
			return u
		}
	}
	return -1
}

func (s *state) touches(v, p int32) bool {
	for _, a := range s.g.Around(v) {
		if s.part[a.To] == p {
			return true
		}
	}
	return false
}

// resplit joins two neighbouring parts, draws a spanning tree over both and cuts
// it where the price is least. It returns the nodes that it looked at.
func (s *state) resplit(rng *rand.Rand, t *splitter, heat float64) int {
	v, q, ok := s.candidate(rng)
	if !ok {
		return 1
	}
	p := s.part[v]
	var nodes []int32
	for u, in := range s.part {
		if in == p || in == q {
			nodes = append(nodes, int32(u))
		}
	}
	t.tree(nodes)
	at := s.bestCut(t, nodes)
	if at < 0 {
		return len(nodes)
	}
	under, rest := t.side(nodes, at)
	keep := 0 // the half that keeps more of p stays p
	for _, u := range under {
		if s.part[u] == p {
			keep += 1 + s.g.Weight[u]
		} else {
			keep -= 1 + s.g.Weight[u]
		}
	}
	if keep < 0 {
		p, q = q, p
	}
	was := make([]int32, len(nodes))
	for i, u := range nodes {
		was[i] = s.part[u]
	}
	price := s.assign(under, p) + s.assign(rest, q)
	if !accepts(rng, price-1e-9, heat) {
		for i, u := range nodes {
			if s.part[u] != was[i] {
				s.flip(u, was[i], s.flipDelta(u, was[i]))
			}
		}
	}
	return len(nodes)
}

// assign moves nodes to p and returns the price.
func (s *state) assign(nodes []int32, p int32) float64 {
	sum := 0.0
	for _, v := range nodes {
		if s.part[v] != p {
			d := s.flipDelta(v, p)
			sum += s.price(d)
			s.flip(v, p, d)
		}
	}
	return sum
}

// bestCut is the tree edge, by its lower node, whose cut costs least: what is
// outside the range, the links between the halves, and the balance.
func (s *state) bestCut(t *splitter, nodes []int32) int32 {
	t.crossings(nodes)
	total := t.below[0]
	at, least := int32(-1), math.Inf(1)
	for _, v := range t.order[1:] {
		a, b := t.below[v], total-t.below[v]
		c := s.offCost(a) + s.offCost(b)
		if c >= least {
			continue
		}
		if c += t.crossing[v]*s.unit + s.balanceCost(a) + s.balanceCost(b); c < least {
			at, least = v, c
		}
	}
	return at
}
