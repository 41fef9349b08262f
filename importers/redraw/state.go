package redraw

// state is a division of a graph into connected parts, with its cost kept up to
// date by each move.
type state struct {
	g    *graph
	rule bounds
	part []int32
	sum  []int
	size []int32 // nodes in each part

	unit    float64 // a mean arc, so that weights mean the same in any graph
	mark    []int32 // search marks, by turn
	turn    int32
	queue   []int32
	inParts [][]int32 // by group: how many nodes in each part
}

// The order of notes: range, compounds, then cut and balance.
const (
	costOff     = 40.0 // a household outside the range
	costSplit   = 60.0 // one more grid in a compound
	costBalance = 10.0 // a grid that is off by its whole target, squared
)

func newState(g *graph, rule bounds, part []int32, k int) *state {
	s := &state{g: g, rule: rule, part: part, mark: make([]int32, g.len())}
	total := 0.0
	for _, a := range g.arcs {
		total += a.cost
	}
	s.unit = 1 / max(1e-9, total/float64(max(1, len(g.arcs))))
	s.recount(k)
	return s
}

// recount sums the parts anew after part was changed from outside.
func (s *state) recount(k int) {
	s.sum, s.size = make([]int, k), make([]int32, k)
	s.inParts = make([][]int32, s.g.groups)
	for i := range s.inParts {
		s.inParts[i] = make([]int32, k)
	}
	for v, p := range s.part {
		s.sum[p] += s.g.weight[v]
		s.size[p]++
		if c := s.g.group[v]; c >= 0 {
			s.inParts[c][p]++
		}
	}
}

func (s *state) parts() int { return len(s.sum) }

// partCost is what a part costs by its households alone.
func (s *state) partCost(h int) float64 {
	d := float64(h-s.rule.target) / float64(max(1, s.rule.target))
	return costOff*float64(s.rule.off(h)) + costBalance*d*d
}

// off is the households outside the range over all parts.
func (s *state) off() int {
	sum := 0
	for _, h := range s.sum {
		sum += s.rule.off(h)
	}
	return sum
}

// cut is the weight of the arcs between parts, in mean arcs.
func (s *state) cut() float64 {
	sum := 0.0
	for v := range int32(s.g.len()) {
		for _, a := range s.g.around(v) {
			if a.to > v && s.part[a.to] != s.part[v] {
				sum += a.cost
			}
		}
	}
	return sum * s.unit
}

// splits counts for each compound the parts beyond the first.
func (s *state) splits() int {
	n := 0
	for _, parts := range s.inParts {
		in := 0
		for _, c := range parts {
			if c > 0 {
				in++
			}
		}
		n += max(0, in-1)
	}
	return n
}

func (s *state) cost() float64 {
	sum := s.cut() + costSplit*float64(s.splits())
	for _, h := range s.sum {
		sum += s.partCost(h)
	}
	return sum
}

// flipCost is the change of cost when node v goes to part q.
func (s *state) flipCost(v, q int32) float64 {
	p, w := s.part[v], s.g.weight[v]
	d := s.partCost(s.sum[p]-w) + s.partCost(s.sum[q]+w) - s.partCost(s.sum[p]) - s.partCost(s.sum[q])
	cut := 0.0
	for _, a := range s.g.around(v) {
		switch s.part[a.to] {
		case p:
			cut += a.cost
		case q:
			cut -= a.cost
		}
	}
	d += cut * s.unit
	if c := s.g.group[v]; c >= 0 {
		if s.inParts[c][p] == 1 {
			d -= costSplit
		}
		if s.inParts[c][q] == 0 {
			d += costSplit
		}
	}
	return d
}

func (s *state) flip(v, q int32) {
	p, w := s.part[v], s.g.weight[v]
	s.sum[p] -= w
	s.sum[q] += w
	s.size[p]--
	s.size[q]++
	if c := s.g.group[v]; c >= 0 {
		s.inParts[c][p]--
		s.inParts[c][q]++
	}
	s.part[v] = q
}

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
	for _, a := range s.g.around(v) {
		if s.part[a.to] == p {
			s.mark[a.to] = s.turn
			want++
			start = a.to
		}
	}
	if want <= 1 {
		return true
	}
	seen := s.turn + 1
	s.mark[v], s.mark[start] = seen, seen
	s.queue = append(s.queue[:0], start)
	want--
	for i := 0; i < len(s.queue); i++ {
		for _, a := range s.g.around(s.queue[i]) {
			if s.part[a.to] != p || s.mark[a.to] == seen {
				continue
			}
			if s.mark[a.to] == s.turn {
				if want--; want == 0 {
					return true
				}
			}
			s.mark[a.to] = seen
			s.queue = append(s.queue, a.to)
		}
	}
	return false
}
