package regions

import "slices"

// ProofKind is an argument why no division lies inside the range.
type ProofKind string

// The kinds of proofs. NotProven is none: nothing was found, nothing ruled out.
const (
	Arithmetic ProofKind = "arithmetic" // no number of parts divides the weight
	OneNode    ProofKind = "one_node"   // a node is over the top
	Pocket     ProofKind = "pocket"     // what hangs on one node is too small alone, too large with it
	Exhausted  ProofKind = "exhausted"  // all divisions were looked through
	NotProven  ProofKind = "not_proven"
)

// Proof is an argument with its numbers.
type Proof struct {
	Kind   ProofKind
	Weight int // of the area that the argument is about
	Node   int // OneNode: the node; Pocket: the gate; else -1
	Gated  int // Pocket: weight of the pocket together with its gate
	// Bound is the weight outside the range that no division avoids; for
	// NotProven, what was left, which may be avoidable.
	Bound int
}

// simpleProof finds one of the arguments that need no search; nil: none holds.
func (r Rule) simpleProof(g *Graph, parts int) *Proof {
	h := g.Total()
	if parts > 0 {
		if h < parts*r.Min || h > parts*r.Max {
			return &Proof{Kind: Arithmetic, Weight: h, Node: -1, Bound: max(parts*r.Min-h, h-parts*r.Max)}
		}
	} else if lo, hi := r.Counts(h); lo > hi || hi < 1 {
		if g.Len() == 1 && h > r.Max {
			return &Proof{Kind: OneNode, Weight: h, Node: 0, Bound: h - r.Max}
		}
		return &Proof{Kind: Arithmetic, Weight: h, Node: -1, Bound: r.Shortfall(h)}
	}
	over, at := 0, -1
	for v, w := range g.Weight {
		if w > r.Max {
			over += w - r.Max
			if at < 0 || w > g.Weight[at] {
				at = v
			}
		}
	}
	if at >= 0 {
		return &Proof{Kind: OneNode, Weight: g.Weight[at], Node: at, Bound: over}
	}
	return r.pocketProof(g)
}

// pocketProof looks for a node whose removal cuts off areas each too small to
// stand alone: a part that holds the node must take them all. Such areas are
// folded into the node, again and again, since that may make new ones; when a
// node is over the top together with what it must take, there is no division.
func (r Rule) pocketProof(g *Graph) *Proof {
	f := fold(g, r)
	for _, v := range f.gates {
		if w := f.weight[v]; w > r.Max {
			return &Proof{Kind: Pocket, Weight: w - g.Weight[v], Node: int(v), Gated: w, Bound: 1}
		}
	}
	return nil
}

// folded says for each node of a graph into which it must go: itself, or the
// gate behind which it lies.
type folded struct {
	into   []int32
	weight []int // of a node with all that is folded into it
	gates  []int32
}

// fold finds what every division inside the range keeps together.
func fold(g *Graph, r Rule) folded {
	f := folded{into: make([]int32, g.Len()), weight: make([]int, g.Len())}
	for v := range f.into {
		f.into[v] = int32(v)
		f.weight[v] = g.Weight[v]
	}
	for {
		label, n := f.labels()
		found := g.contract(label, n).pockets(r.Min)
		if len(found) == 0 {
			return f
		}
		for _, p := range found {
			f.take(label, p.gate, p.area)
		}
	}
}

// labels numbers what is left after folding.
func (f *folded) labels() (label []int32, n int) {
	label = make([]int32, len(f.into))
	for v, to := range f.into {
		if int(to) == v {
			label[v] = int32(n)
			n++
		}
	}
	for v, to := range f.into {
		label[v] = label[to]
	}
	return label, n
}

// take folds an area of labels into its gate.
func (f *folded) take(label []int32, gate int32, area []int32) {
	root := int32(-1)
	in := make(map[int32]bool, len(area))
	for _, l := range area {
		in[l] = true
	}
	for v, to := range f.into {
		if int(to) == v && label[v] == gate {
			root = int32(v)
		}
	}
	for v, to := range f.into {
		if in[label[v]] {
			if int(to) == v {
				f.weight[root] += f.weight[v]
			}
			f.into[v] = root
		}
	}
	for _, l := range f.gates {
		if l == root {
			return
		}
	}
	f.gates = append(f.gates, root)
}

// pocket is an area that hangs on one node.
type pocket struct {
	gate int32
	area []int32
}

// pockets lists areas below limit, none inside another. An area of nothing
// counts too. Where there are only areas that hold the first node, it gives one
// of those.
func (g *Graph) pockets(limit int) []pocket {
	if g.Len() < 2 {
		return nil
	}
	s := newCutSearch(g)
	s.run(0)
	var out []pocket
	taken := make([]bool, g.Len())
	for _, c := range slices.Backward(s.cuts) { // from the top down
		if s.under[c.child] >= limit || taken[c.child] {
			continue
		}
		area := s.order[s.first[c.child]:s.end(c.child)]
		for _, v := range area {
			taken[v] = true
		}
		out = append(out, pocket{c.gate, area})
	}
	if len(out) > 0 {
		return out
	}
	total := g.Total()
	below := make(map[int32]int)
	for _, c := range s.cuts {
		below[c.gate] += s.under[c.child]
	}
	for _, c := range s.cuts {
		if c.gate != 0 && total-below[c.gate]-g.Weight[c.gate] < limit {
			return []pocket{{c.gate, s.above(c.gate)}}
		}
	}
	return nil
}

// cutSearch finds cut vertices and what hangs on them (Hopcroft and Tarjan
// 1973), without recursion: communities may be long chains of atoms.
type cutSearch struct {
	g          *Graph
	depth, low []int32
	under      []int
	first      []int32 // place of a node in order
	order      []int32 // nodes as they were found; what is under a node follows it
	size       []int32
	cuts       []cutArc
}

type cutArc struct{ gate, child int32 }

func newCutSearch(g *Graph) *cutSearch {
	n := g.Len()
	s := &cutSearch{g: g, depth: make([]int32, n), low: make([]int32, n), under: make([]int, n), first: make([]int32, n), size: make([]int32, n)}
	for v := range s.depth {
		s.depth[v] = -1
	}
	return s
}

func (s *cutSearch) run(root int32) {
	type frame struct {
		v, parent int32
		next      int
	}
	enter := func(v, depth int32) {
		s.depth[v], s.low[v], s.under[v], s.size[v] = depth, depth, s.g.Weight[v], 1
		s.first[v] = int32(len(s.order))
		s.order = append(s.order, v)
	}
	stack := []frame{{root, -1, 0}}
	enter(root, 0)
	rootChildren := 0
	for len(stack) > 0 {
		f := &stack[len(stack)-1]
		ring := s.g.Around(f.v)
		if f.next < len(ring) {
			w := ring[f.next].To
			f.next++
			switch {
			case s.depth[w] < 0:
				enter(w, int32(len(stack)))
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
		s.size[p] += s.size[done.v]
		s.low[p] = min(s.low[p], s.low[done.v])
		if p == root {
			rootChildren++
		}
		if s.low[done.v] >= s.depth[p] {
			s.cuts = append(s.cuts, cutArc{p, done.v})
		}
	}
	if rootChildren == 1 { // the root of one child is no cut vertex
		kept := s.cuts[:0]
		for _, c := range s.cuts {
			if c.gate != root {
				kept = append(kept, c)
			}
		}
		s.cuts = kept
	}
}

func (s *cutSearch) end(v int32) int32 { return s.first[v] + s.size[v] }

// above lists what a gate cuts off on the side of the first node.
func (s *cutSearch) above(gate int32) []int32 {
	below := make([]bool, s.g.Len())
	for _, c := range s.cuts {
		if c.gate == gate {
			for _, v := range s.order[s.first[c.child]:s.end(c.child)] {
				below[v] = true
			}
		}
	}
	var out []int32
	for _, v := range s.order {
		if v != gate && !below[v] {
			out = append(out, v)
		}
	}
	return out
}
