package redraw

// certificate proves, where one of the simple arguments holds, that a connected
// graph has no division inside the range; nil otherwise. Node numbers stand for
// the building until the caller fills it in.
func (r bounds) certificate(g *graph, left int) *Reason {
	h := g.total()
	if lo, hi := r.counts(h); lo > hi || hi < 1 {
		if g.len() == 1 && h > r.max {
			return r.oneAtom(h, 0)
		}
		return r.arithmetic(h)
	}
	for v, w := range g.weight {
		if w > r.max {
			return r.oneAtom(w, int64(v))
		}
	}
	return r.findPocket(g)
}

// findPocket looks for a node whose removal cuts off areas each too small to
// stand alone: a part that holds the node must take them all, and when together
// they are over the top there is no division.
func (r bounds) findPocket(g *graph) *Reason {
	s := &cutSearch{g: g, depth: make([]int32, g.len()), low: make([]int32, g.len()), under: make([]int, g.len()), total: g.total()}
	s.gates = make(map[int32][]int)
	for v := range s.depth {
		s.depth[v] = -1
	}
	s.run(0)
	for v := range int32(g.len()) {
		small, rest := 0, s.total-g.weight[v]
		for _, h := range s.gates[v] {
			rest -= h
			if h < r.min {
				small += h
			}
		}
		if v != 0 && len(s.gates[v]) > 0 && rest < r.min {
			small += rest
		}
		if small > 0 && small+g.weight[v] > r.max {
			return r.pocket(small, small+g.weight[v], int64(v))
		}
	}
	return nil
}

// cutSearch finds cut vertices and what hangs on them (Hopcroft and Tarjan
// 1973), without recursion: communities may be long chains of atoms.
type cutSearch struct {
	g          *graph
	depth, low []int32
	under      []int
	total      int
	gates      map[int32][]int // by cut vertex: households of each area cut off below
}

func (s *cutSearch) run(root int32) {
	type frame struct {
		v, parent int32
		next      int
	}
	stack := []frame{{root, -1, 0}}
	s.depth[root] = 0
	s.under[root] = s.g.weight[root]
	for len(stack) > 0 {
		f := &stack[len(stack)-1]
		ring := s.g.around(f.v)
		if f.next < len(ring) {
			w := ring[f.next].to
			f.next++
			switch {
			case s.depth[w] < 0:
				s.depth[w], s.low[w] = int32(len(stack)), int32(len(stack))
				s.under[w] = s.g.weight[w]
				stack = append(stack, frame{w, f.v, 0})
			case w != f.parent:
				s.low[f.v] = min(s.low[f.v], s.depth[w])
			}
			continue
		}
		done := *f
		stack = stack[:len(stack)-1]
		if done.parent < 0 {
			continue
		}
		p := done.parent
		s.under[p] += s.under[done.v]
		s.low[p] = min(s.low[p], s.low[done.v])
		if s.low[done.v] >= s.depth[p] {
			s.gates[p] = append(s.gates[p], s.under[done.v])
		}
	}
}

type verdict int

const (
	found verdict = iota
	none
	gaveUp
)

// exactSteps bounds the exhaustive search by a count, not a time, so that the
// answer is the same on any machine. A step looks at every node, so larger
// graphs, where there is little hope anyway, get fewer.
func exactSteps(nodes int) int { return 12_000_000 / max(30, nodes) / max(1, nodes/100) }

// exhaust looks through all divisions into connected parts inside the range, in
// the order of their smallest node, and stops at the first.
func exhaust(g *graph, rule bounds, steps int) (part []int32, k int, v verdict) {
	x := &exact{g: g, rule: rule, steps: steps, part: make([]int32, g.len())}
	for i := range x.part {
		x.part[i] = -1
	}
	switch {
	case x.nextPart():
		return x.part, x.k, found
	case x.steps <= 0:
		return nil, 0, gaveUp
	}
	return nil, 0, none
}

type exact struct {
	g     *graph
	rule  bounds
	steps int
	part  []int32
	k     int
}

// nextPart grows the part that holds the smallest free node.
func (x *exact) nextPart() bool {
	if !x.restFits() {
		return false
	}
	seed := int32(-1)
	for v, p := range x.part {
		if p < 0 {
			seed = int32(v)
			break
		}
	}
	if seed < 0 {
		return true
	}
	x.k++
	x.part[seed] = int32(x.k - 1)
	banned := make([]bool, x.g.len())
	if x.grow(x.g.weight[seed], banned) {
		return true
	}
	x.part[seed] = -1
	x.k--
	return false
}

// grow decides on one frontier node after another: in this part, or not. Each
// connected set that holds the seed comes up once.
func (x *exact) grow(sum int, banned []bool) bool {
	if x.steps--; x.steps <= 0 {
		return false
	}
	if sum > x.rule.max {
		return false
	}
	current := int32(x.k - 1)
	pick := int32(-1)
	for v := range int32(x.g.len()) {
		if x.part[v] != -1 || banned[v] {
			continue
		}
		for _, a := range x.g.around(v) {
			if x.part[a.to] == current {
				pick = v
				break
			}
		}
		if pick >= 0 {
			break
		}
	}
	if pick < 0 {
		return x.rule.inside(sum) && x.nextPart()
	}
	x.part[pick] = current
	if x.grow(sum+x.g.weight[pick], banned) {
		return true
	}
	x.part[pick] = -1
	banned[pick] = true
	if x.grow(sum, banned) {
		return true
	}
	banned[pick] = false
	return false
}

// restFits tells whether each component of the free nodes could be divided by
// arithmetic alone.
func (x *exact) restFits() bool {
	seen := make([]bool, x.g.len())
	var queue []int32
	for v := range x.part {
		if x.part[v] >= 0 || seen[v] {
			continue
		}
		sum := 0
		seen[v] = true
		queue = append(queue[:0], int32(v))
		for len(queue) > 0 {
			u := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			sum += x.g.weight[u]
			for _, a := range x.g.around(u) {
				if x.part[a.to] < 0 && !seen[a.to] {
					seen[a.to] = true
					queue = append(queue, a.to)
				}
			}
		}
		if lo, hi := x.rule.counts(sum); lo > hi || hi < 1 {
			return false
		}
	}
	return true
}
