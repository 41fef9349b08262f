package transport

import (
	"cmp"
	"math"
	"slices"
)

// solver holds a least-cost flow of the sources sent so far. The last sink is
// nowhere: it takes everybody, at the penalty.
type solver struct {
	p       *Problem
	sinks   int // with nowhere
	penalty int64
	shares  [][]Share
	free    []int64
	// switches[k*sinks+j] are those who are at j, by what it costs to send them to k
	// instead; who has left j meanwhile stays in it until he comes to the top. best is
	// the top, who its source.
	switches []switchHeap
	best     []int64
	who      []int32
	// waiting are the sources that went to a sink while it had room: nobody is moved
	// on from there, so their switches are made when it is full for the first time.
	waiting [][]int32
	filled  []bool
	price   []int64 // of a place at a sink: what it costs to make room; 0 where there is
	next    []int   // scratch of search: the sink before on the way
	way     []int64 // scratch
	settled []bool  // scratch
	seen    []int   // scratch: what was settled, in order
}

const unreachable = math.MaxInt64 / 4

func newSolver(p *Problem) *solver {
	n := len(p.Capacity) + 1
	s := &solver{p: p, sinks: n, shares: make([][]Share, len(p.Demand)), penalty: p.penalty(), free: append(slices.Clone(p.Capacity), unreachable),
		switches: make([]switchHeap, n*n), best: make([]int64, n*n), who: make([]int32, n*n), price: make([]int64, n), next: make([]int, n),
		waiting: make([][]int32, n), filled: make([]bool, n), way: make([]int64, n), settled: make([]bool, n)}
	for k := range s.best {
		s.best[k] = unreachable
	}
	return s
}

func (s *solver) nowhere() int { return s.sinks - 1 }

func (s *solver) cost(i, j int) int64 {
	if j == s.nowhere() {
		return s.penalty
	}
	return s.p.Cost[i][j]
}

// send finds places for the people of source i, along the cheapest ways one after
// the other.
func (s *solver) send(i int) {
	for left := s.p.Demand[i]; left > 0; {
		left -= s.push(i, s.search(i), left)
	}
}

// search finds the cheapest way of one more of source i to a sink with room, over
// sinks where somebody is moved on: Dijkstra's algorithm with the prices as
// potentials (Edmonds and Karp 1972), which ends at the first sink with room. Only
// what lies nearer than that is looked at and priced anew, so that a push costs what
// its surroundings are, not all sinks. It returns the sinks of the way, in order.
func (s *solver) search(i int) []int {
	for j := range s.sinks {
		s.way[j], s.next[j], s.settled[j] = unreachable, -1, false
		if c := s.cost(i, j); c != Forbidden && s.price[j] < unreachable {
			s.way[j] = c + s.price[j]
		}
	}
	s.seen = s.seen[:0]
	for {
		j, least := -1, int64(unreachable)
		for k, w := range s.way {
			if w < least && !s.settled[k] {
				j, least = k, w
			}
		}
		if s.free[j] > 0 { // nowhere always has room
			for _, k := range s.seen {
				s.price[k] += least - s.way[k]
			}
			return s.wayTo(j)
		}
		s.settled[j] = true
		s.seen = append(s.seen, j)
		s.fill(j)
		base := least - s.price[j]
		for k := range s.sinks {
			if extra := s.best[k*s.sinks+j]; extra < unreachable && !s.settled[k] && s.price[k] < unreachable {
				if w := base + extra + s.price[k]; w < s.way[k] {
					s.way[k], s.next[k] = w, j
				}
			}
		}
	}
}

func (s *solver) wayTo(j int) []int {
	path := []int{j}
	for s.next[j] >= 0 {
		j = s.next[j]
		path = append(path, j)
	}
	slices.Reverse(path)
	return path
}

// push sends up to so many people of source i to the first sink of a way, moving
// others on along it to make room, and says how many.
func (s *solver) push(i int, path []int, people int64) int64 {
	who := make([]int, len(path))
	for n := 1; n < len(path); n++ {
		who[n] = int(s.who[path[n]*s.sinks+path[n-1]])
		people = min(people, s.peopleAt(who[n], path[n-1]))
	}
	people = min(people, s.free[path[len(path)-1]])
	for n := len(path) - 1; n > 0; n-- {
		s.add(who[n], path[n], people)
		s.add(who[n], path[n-1], -people)
	}
	s.add(i, path[0], people)
	return people
}

func (s *solver) peopleAt(i, j int) int64 {
	for _, sh := range s.shares[i] {
		if sh.Sink == j {
			return sh.People
		}
	}
	return 0
}

// add changes how many people of source i are at sink j.
func (s *solver) add(i, j int, people int64) {
	s.free[j] -= people
	for k := range s.shares[i] {
		if sh := &s.shares[i][k]; sh.Sink == j {
			if sh.People += people; sh.People == 0 {
				s.shares[i] = slices.Delete(s.shares[i], k, k+1)
				s.forget(i, j)
			}
			return
		}
	}
	s.shares[i] = append(s.shares[i], Share{j, people})
	if s.filled[j] {
		s.enter(i, j)
	} else {
		s.waiting[j] = append(s.waiting[j], int32(i))
	}
}

// fill makes the switches of those who came to a sink while it had room.
func (s *solver) fill(j int) {
	if s.filled[j] {
		return
	}
	s.filled[j] = true
	for _, i := range s.waiting[j] {
		if s.peopleAt(int(i), j) > 0 {
			s.enter(int(i), j)
		}
	}
	s.waiting[j] = nil
}

// enter says what sending source i from sink j to each other costs.
func (s *solver) enter(i, j int) {
	here := s.cost(i, j)
	for k := range s.sinks {
		if c := s.cost(i, k); k != j && c != Forbidden {
			s.switches[k*s.sinks+j].push(switching{c - here, int32(i)})
			s.top(j, k)
		}
	}
}

// forget looks for others where source i, who has left j, was the cheapest.
func (s *solver) forget(i, j int) {
	for k := range s.sinks {
		if s.who[k*s.sinks+j] == int32(i) && s.best[k*s.sinks+j] < unreachable {
			s.top(j, k)
		}
	}
}

// top finds who of those at j is sent to k at the least extra cost.
func (s *solver) top(j, k int) {
	at := k*s.sinks + j
	h := &s.switches[at]
	for len(*h) > 0 {
		if t := (*h)[0]; s.peopleAt(int(t.source), j) > 0 {
			s.best[at], s.who[at] = t.extra, t.source
			return
		}
		h.pop()
	}
	s.best[at] = unreachable
}

// reprice finds what it costs to make room at each sink: shortest paths over the
// sinks to those with room. With the old prices as potentials no arc is negative
// (Edmonds and Karp 1972), so that Dijkstra's algorithm will do.
func (s *solver) reprice() {
	for j := range s.sinks {
		s.way[j], s.settled[j] = unreachable, false
		if s.free[j] > 0 {
			s.way[j] = 0
		}
	}
	for {
		k, least := -1, int64(unreachable)
		for j, w := range s.way {
			if !s.settled[j] && w < least {
				k, least = j, w
			}
		}
		if k < 0 {
			break
		}
		s.settled[k] = true
		base := least + s.price[k]
		for j, extra := range s.best[k*s.sinks : (k+1)*s.sinks] {
			if extra < unreachable && !s.settled[j] {
				if w := base + extra - s.price[j]; w < s.way[j] {
					s.way[j] = w
				}
			}
		}
	}
	for j, w := range s.way {
		if w < unreachable {
			s.price[j] += w
		} else {
			s.price[j] = unreachable // no beds at all
		}
	}
}

// plan writes the flow down with its proof.
func (s *solver) plan() *Plan {
	for j := range s.nowhere() {
		if s.free[j] == 0 {
			s.fill(j)
		}
	}
	s.reprice()
	n := len(s.p.Capacity)
	pl := &Plan{Shares: make([][]Share, len(s.shares)), Load: make([]int64, n), Left: make([]int64, len(s.shares)), Penalty: s.penalty,
		SourcePrice: make([]int64, len(s.shares)), SinkPrice: make([]int64, n)}
	for j := range n {
		pl.SinkPrice[j] = min(s.price[j], s.penalty) // a sink without beds has any price
	}
	for i, shares := range s.shares {
		slices.SortFunc(shares, func(a, b Share) int { return cmp.Compare(a.Sink, b.Sink) })
		for _, sh := range shares {
			if sh.Sink == s.nowhere() {
				pl.Left[i] = sh.People
				continue
			}
			pl.Shares[i] = append(pl.Shares[i], sh)
			pl.Load[sh.Sink] += sh.People
			pl.Cost += sh.People * s.p.Cost[i][sh.Sink]
		}
		pl.SourcePrice[i] = s.penalty
		for j, c := range s.p.Cost[i] {
			if c != Forbidden {
				pl.SourcePrice[i] = min(pl.SourcePrice[i], c+pl.SinkPrice[j])
			}
		}
	}
	pl.Shortage = s.cut(pl)
	return pl
}

// cut follows those who are left to the sinks that they could reach, from there to
// who is in their place, and so on: all of these sinks are full.
func (s *solver) cut(pl *Plan) *Shortage {
	at := make([][]int, len(s.p.Capacity)) // who is at a sink
	for i, shares := range pl.Shares {
		for _, sh := range shares {
			at[sh.Sink] = append(at[sh.Sink], i)
		}
	}
	source, sink := make([]bool, len(s.shares)), make([]bool, len(at))
	var open []int
	take := func(i int) {
		if !source[i] {
			source[i] = true
			open = append(open, i)
		}
	}
	var out Shortage
	for i, n := range pl.Left {
		if n > 0 {
			out.Missing += n
			take(i)
		}
	}
	if out.Missing == 0 {
		return nil
	}
	for len(open) > 0 {
		i := open[len(open)-1]
		open = open[:len(open)-1]
		for j, c := range s.p.Cost[i] {
			if c == Forbidden || sink[j] {
				continue
			}
			sink[j] = true
			for _, other := range at[j] {
				take(other)
			}
		}
	}
	for i, is := range source {
		if is {
			out.Sources, out.People = append(out.Sources, i), out.People+s.p.Demand[i]
		}
	}
	for j, is := range sink {
		if is {
			out.Sinks, out.Beds = append(out.Sinks, j), out.Beds+s.p.Capacity[j]
		}
	}
	return &out
}

// switching is what sending somebody elsewhere costs.
type switching struct {
	extra  int64
	source int32
}

func (a switching) before(b switching) bool {
	return a.extra < b.extra || a.extra == b.extra && a.source < b.source
}

// switchHeap is a binary heap, the least extra cost first.
type switchHeap []switching

func (h *switchHeap) push(v switching) {
	*h = append(*h, v)
	s := *h
	k := len(s) - 1
	for k > 0 && v.before(s[(k-1)/2]) {
		s[k] = s[(k-1)/2]
		k = (k - 1) / 2
	}
	s[k] = v
}

func (h *switchHeap) pop() {
	s := *h
	last := s[len(s)-1]
	s = s[:len(s)-1]
	*h = s
	if len(s) == 0 {
		return
	}
	k := 0
	for {
		down := 2*k + 1
		if down >= len(s) {
			break
		}
		if down+1 < len(s) && s[down+1].before(s[down]) {
			down++
		}
		if !s[down].before(last) {
			break
		}
		s[k] = s[down]
		k = down
	}
	s[k] = last
}
