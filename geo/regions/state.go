package regions

import "slices"

// Weights say what a division costs, in the cost of a mean link of the graph, so
// that they mean the same in any graph. Off, Moved and Balance are for a whole
// target: weight outside the range, weight away from its present part, and the
// square of the distance from the target.
type Weights struct {
	Off, Split, Moved, Cut, Balance float64
}

// Ordered are weights in the order range, groups split, moved, cut, balance:
// each counts more than what is likely to be won of the next.
func Ordered() Weights {
	return Weights{Off: 400_000, Split: 1000, Moved: 800, Cut: 1, Balance: 4}
}

// state is a division of a graph into parts, with its cost kept up to date by
// each move. Moves that keep every part connected are the caller's care.
type state struct {
	g       *Graph
	rule    Rule
	w       Weights
	unit    float64 // of a link's cost
	scale   float64 // of a weight: one by the target
	press   float64 // multiplies what is outside the range, in the course of a search
	part    []int32
	present []int32 // the part in which a node is at home; nil: none has a home
	movable []bool  // the nodes that may move; nil: all
	sum     []int
	size    []int32 // nodes in each part
	off     int     // weight outside the range
	rest    float64 // all other cost

	foreign []int32 // by node: neighbours in other parts
	border  []int32 // the nodes that have any
	place   []int32 // of a node in border, -1 none

	mark    []int32 // search marks, by turn
	turn    int32
	queue   []int32
	inParts []int32 // by group and part: how many nodes
}

func newState(p *Problem, g *Graph, rule Rule, part []int32, k int) *state {
	s := &state{g: g, rule: rule, w: p.Weights, part: part, mark: make([]int32, g.Len()), press: 1}
	total := 0.0
	for _, a := range g.arcs {
		total += a.Cost
	}
	s.unit = p.Weights.Cut / max(1e-9, total/float64(max(1, len(g.arcs))))
	s.scale = 1 / float64(max(1, rule.Target))
	if g == p.Graph {
		s.present = p.Present
	}
	s.recount(k)
	return s
}

// recount sums the parts anew after part was changed from outside. A part that
// holds no node is none.
func (s *state) recount(k int) {
	s.sum, s.size = make([]int, k), make([]int32, k)
	s.inParts = make([]int32, s.g.groups*k)
	for v, p := range s.part {
		s.sum[p] += s.g.Weight[v]
		s.size[p]++
		if c := s.g.Group[v]; c >= 0 {
			s.inParts[int(c)*k+int(p)]++
		}
	}
	s.findBorder()
	s.off, s.rest = 0, s.cut()*s.unit+s.w.Split*float64(s.splits())+s.w.Moved*s.scale*float64(s.moved())
	for p, h := range s.sum {
		if s.size[p] > 0 {
			s.off += s.rule.Off(h)
			s.rest += s.balanceCost(h)
		}
	}
}

func (s *state) parts() int { return len(s.sum) }

func (s *state) balanceCost(h int) float64 {
	d := float64(h-s.rule.Target) * s.scale
	return s.w.Balance * d * d
}

func (s *state) offCost(h int) float64 {
	return s.press * s.w.Off * s.scale * float64(s.rule.Off(h))
}

// cut is the cost of the links between parts.
func (s *state) cut() float64 {
	sum := 0.0
	for v := range int32(s.g.Len()) {
		for _, a := range s.g.Around(v) {
			if a.To > v && s.part[a.To] != s.part[v] {
				sum += a.Cost
			}
		}
	}
	return sum
}

// splits counts for each group the parts beyond the first.
func (s *state) splits() int {
	n, k := 0, s.parts()
	for c := range s.g.groups {
		in := 0
		for _, nodes := range s.inParts[c*k : (c+1)*k] {
			if nodes > 0 {
				in++
			}
		}
		n += max(0, in-1)
	}
	return n
}

// moved is the weight away from its present part.
func (s *state) moved() int {
	sum := 0
	for v, home := range s.present {
		if home >= 0 && home != s.part[v] {
			sum += s.g.Weight[v]
		}
	}
	return sum
}

// delta is what a flip changes.
type delta struct {
	off  int
	rest float64
}

// flipDelta is the change when node v goes to part q.
func (s *state) flipDelta(v, q int32) (d delta) {
	p, w := s.part[v], s.g.Weight[v]
	if w != 0 {
		a, b := s.sum[p], s.sum[q]
		d.off = s.rule.Off(a-w) + s.rule.Off(b+w) - s.rule.Off(a) - s.rule.Off(b)
		d.rest = s.balanceCost(a-w) + s.balanceCost(b+w) - s.balanceCost(a) - s.balanceCost(b)
	}
	cut := 0.0
	for _, a := range s.g.Around(v) {
		switch s.part[a.To] {
		case p:
			cut += a.Cost
		case q:
			cut -= a.Cost
		}
	}
	d.rest += cut * s.unit
	if c := s.g.Group[v]; c >= 0 {
		k := s.parts()
		if s.inParts[int(c)*k+int(p)] == 1 {
			d.rest -= s.w.Split
		}
		if s.inParts[int(c)*k+int(q)] == 0 {
			d.rest += s.w.Split
		}
	}
	if s.present != nil && s.present[v] >= 0 {
		if m := s.w.Moved * s.scale * float64(w); s.present[v] == p {
			d.rest += m
		} else if s.present[v] == q {
			d.rest -= m
		}
	}
	return d
}

// price of a change under the pressure of the moment.
func (s *state) price(d delta) float64 {
	return d.rest + s.press*s.w.Off*s.scale*float64(d.off)
}

func (s *state) flip(v, q int32, d delta) {
	p, w := s.part[v], s.g.Weight[v]
	s.sum[p] -= w
	s.sum[q] += w
	s.size[p]--
	s.size[q]++
	if c := s.g.Group[v]; c >= 0 {
		k := s.parts()
		s.inParts[int(c)*k+int(p)]--
		s.inParts[int(c)*k+int(q)]++
	}
	s.part[v] = q
	s.off += d.off
	s.rest += d.rest
	own := int32(0)
	for _, a := range s.g.Around(v) {
		switch s.part[a.To] {
		case p:
			s.setForeign(a.To, s.foreign[a.To]+1)
			own++
		case q:
			s.setForeign(a.To, s.foreign[a.To]-1)
		default:
			own++
		}
	}
	s.setForeign(v, own)
}

// findBorder lists the nodes that touch another part.
func (s *state) findBorder() {
	n := s.g.Len()
	if s.place == nil {
		s.foreign, s.place = make([]int32, n), make([]int32, n)
	}
	s.border = s.border[:0]
	for v := range int32(n) {
		s.foreign[v], s.place[v] = 0, -1
		for _, a := range s.g.Around(v) {
			if s.part[a.To] != s.part[v] {
				s.foreign[v]++
			}
		}
		if s.foreign[v] > 0 && s.mayMove(v) {
			s.place[v] = int32(len(s.border))
			s.border = append(s.border, v)
		}
	}
}

func (s *state) setForeign(v, n int32) {
	s.foreign[v] = n
	at := s.place[v]
	switch {
	case n > 0 && at < 0 && s.mayMove(v):
		s.place[v] = int32(len(s.border))
		s.border = append(s.border, v)
	case n == 0 && at >= 0:
		last := s.border[len(s.border)-1]
		s.border[at], s.place[last] = last, at
		s.border = s.border[:len(s.border)-1]
		s.place[v] = -1
	}
}

// mayMove tells whether a node is not held where it is.
func (s *state) mayMove(v int32) bool { return s.movable == nil || s.movable[v] }

// removable tells whether the part of v stays connected without v: a search
// from one of its neighbours in the part must reach all the others. Rings are
// short, so it mostly ends after a few steps.
func (s *state) removable(v int32) bool {
	p := s.part[v]
	if s.size[p] <= 1 {
		return false
	}
	s.turn += 2
	want, start := 0, int32(-1)
	for _, a := range s.g.Around(v) {
		if s.part[a.To] == p {
			s.mark[a.To] = s.turn
			want++
			start = a.To
		}
	}
	if want <= 1 {
		return want == 1
	}
	seen := s.turn + 1
	s.mark[v], s.mark[start] = seen, seen
	s.queue = append(s.queue[:0], start)
	want--
	for i := 0; i < len(s.queue); i++ {
		for _, a := range s.g.Around(s.queue[i]) {
			if s.part[a.To] != p || s.mark[a.To] == seen {
				continue
			}
			if s.mark[a.To] == s.turn {
				if want--; want == 0 {
					return true
				}
			}
			s.mark[a.To] = seen
			s.queue = append(s.queue, a.To)
		}
	}
	return false
}

// snapshot is a state worth keeping.
type snapshot struct {
	part []int32
	k    int
	off  int
	rest float64
}

func (s *state) snapshot() snapshot {
	return snapshot{slices.Clone(s.part), s.parts(), s.off, s.rest}
}

// better compares what is outside the range first, then everything else. The
// small difference keeps sums of floats from deciding.
func better(off int, rest float64, thanOff int, thanRest float64) bool {
	return off < thanOff || off == thanOff && rest < thanRest-1e-7
}
