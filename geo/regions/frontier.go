package regions

import (
	"context"
	"encoding/binary"
	"math"
	"slices"
)

// A frontier search takes the nodes one after another and puts each into a part.
// What has been decided matters to the rest only through the frontier: the nodes
// that still have neighbours to come, which of them are in one part, which are
// connected already, and the weight of each open part. Partial divisions that
// agree in that are one state, and only the cheapest is kept. So all divisions
// are looked through, without going through each.

// verdict is what a complete search found out.
type verdict int

const (
	found  verdict = iota // the best division inside the range
	none                  // there is no division inside the range (below the limit)
	gaveUp                // there were more states than allowed
)

// frontier is one such search. It compares divisions by the cost of the links
// cut and of the balance; groups and homes are not in its states.
type frontier struct {
	g     *Graph
	rule  Rule
	parts int // how many; 0: any number
	// unit and balance price a division; both zero: any division will do.
	unit    float64
	balance func(h int) float64
	limit   float64 // partial divisions of this cost or more are dropped
	states  int     // how many may be looked at

	order  []int32
	fronts [][]int32 // before each step: the nodes of the frontier
	rest   []int     // before each step: the weight to come
	layers []layer
}

// layer holds the states after one step. Keys lie one behind another in bytes.
type layer struct {
	index  map[string]int32
	keys   []string
	cost   []float64
	parent []int32
	choice []uint8
}

const newPart = math.MaxUint8

// widestFrontier is where a search is given up before it begins: the states of
// a wider one are more than any memory holds.
const widestFrontier = 24

func (f *frontier) widest() int {
	n := 0
	for _, front := range f.fronts {
		n = max(n, len(front))
	}
	return n
}

// run looks through all divisions.
func (f *frontier) run(ctx context.Context) (part []int32, k int, v verdict) {
	if f.arrange(); f.widest() > widestFrontier {
		return nil, 0, gaveUp
	}
	f.layers = make([]layer, 1, len(f.order)+1)
	f.layers[0] = layer{keys: []string{string([]byte{0})}, cost: []float64{0}, parent: []int32{-1}, choice: []uint8{0}}
	seen := 0
	for i := range f.order {
		if ctx.Err() != nil {
			return nil, 0, gaveUp
		}
		x := newExpander(f, i)
		at := &f.layers[i]
		for j, key := range at.keys {
			x.expand(key, int32(j), at.cost[j])
			if len(x.out.keys)+seen > f.states {
				return nil, 0, gaveUp
			}
		}
		seen += len(x.out.keys)
		x.out.index, at.keys = nil, nil
		f.layers = append(f.layers, x.out)
		if len(x.out.parent) == 0 {
			return nil, 0, none
		}
	}
	part, k = f.trace()
	return part, k, found
}

// arrange orders the nodes so that frontiers stay small: always next the node
// that leaves the smallest one, from the best of several beginnings.
func (f *frontier) arrange() {
	n := f.g.Len()
	best := math.Inf(1)
	starts := min(n, 24)
	for s := range starts {
		order, fronts, cost := f.arrangeFrom(int32(s*n/starts), best)
		if cost < best {
			best, f.order, f.fronts = cost, order, fronts
		}
	}
	f.rest = make([]int, n+1)
	for i := n - 1; i >= 0; i-- {
		f.rest[i] = f.rest[i+1] + f.g.Weight[f.order[i]]
	}
}

// arrangeFrom rates an order by the sum of 3^frontier, about what it will cost.
func (f *frontier) arrangeFrom(start int32, enough float64) (order []int32, fronts [][]int32, cost float64) {
	n := f.g.Len()
	done := make([]bool, n)
	left := make([]int, n) // neighbours to come
	for v := range int32(n) {
		left[v] = len(f.g.Around(v))
	}
	var front []int32
	v := start
	for len(order) < n {
		fronts = append(fronts, slices.Clone(front))
		done[v] = true
		order = append(order, v)
		front = append(front, v)
		for _, a := range f.g.Around(v) {
			left[a.To]--
		}
		front = slices.DeleteFunc(front, func(u int32) bool { return left[u] == 0 })
		if cost += math.Pow(3, float64(len(front))); cost >= enough {
			return nil, nil, cost
		}
		v = f.next(front, done, left, start)
	}
	return order, append(fronts, front), cost
}

// next is the free neighbour of the frontier that adds least to it; among
// equals the one that touches the oldest node.
func (f *frontier) next(front []int32, done []bool, left []int, fallback int32) int32 {
	best, at := math.MaxInt, fallback
	for age, u := range front {
		for _, a := range f.g.Around(u) {
			if done[a.To] {
				continue
			}
			grow := 0
			if left[a.To] > 0 {
				grow = 1
			}
			for _, b := range f.g.Around(a.To) {
				if done[b.To] && left[b.To] == 1 {
					grow--
				}
			}
			if score := grow*1000 + age; score < best {
				best, at = score, a.To
			}
		}
	}
	return at
}

// trace follows the cheapest last state back to the beginning.
func (f *frontier) trace() (part []int32, k int) {
	last := &f.layers[len(f.layers)-1]
	at := int32(0)
	for j := range last.cost {
		if last.cost[j] < last.cost[at] {
			at = int32(j)
		}
	}
	// Choices name parts as the state before numbered them; go forward with them.
	n := len(f.order)
	choices := make([]uint8, n)
	for i := n; i > 0; i-- {
		choices[i-1] = f.layers[i].choice[at]
		at = f.layers[i].parent[at]
	}
	part = make([]int32, f.g.Len())
	for v := range part {
		part[v] = -1
	}
	for i, v := range f.order {
		if choices[i] == newPart {
			part[v] = int32(k)
			k++
			continue
		}
		var labels []int32 // parts of the frontier in order of appearance
		for _, u := range f.fronts[i] {
			if !slices.Contains(labels, part[u]) {
				labels = append(labels, part[u])
			}
		}
		part[v] = labels[choices[i]]
	}
	return part, k
}

// expander makes the states after one step.
type expander struct {
	f     *frontier
	v     int32
	links []float64 // by slot: cost of the link to v, 0 none
	near  []bool    // by slot: v is linked
	keep  []bool    // by slot, v last: stays in the frontier
	come  int       // nodes after v
	out   layer

	part, comp []uint8
	sums       []int
	p, c       []uint8 // the same, being changed
	s          []int
	key        []byte
}

func newExpander(f *frontier, i int) *expander {
	front := f.fronts[i]
	v := f.order[i]
	x := &expander{f: f, v: v, links: make([]float64, len(front)), near: make([]bool, len(front)), keep: make([]bool, len(front)+1), come: len(f.order) - i - 1}
	x.out.index = make(map[string]int32)
	for _, a := range f.g.Around(v) {
		if j := slices.Index(front, a.To); j >= 0 {
			x.links[j] += a.Cost
			x.near[j] = true
		}
	}
	after := f.fronts[i+1]
	for j, u := range front {
		x.keep[j] = slices.Contains(after, u)
	}
	x.keep[len(front)] = slices.Contains(after, v)
	return x
}

// decode reads a key: closed parts, then part and component by slot, then the
// weights of the open parts.
func (x *expander) decode(key string) (closed int) {
	n := len(x.links)
	x.part = append(x.part[:0], key[1:1+n]...)
	x.comp = append(x.comp[:0], key[1+n:1+2*n]...)
	x.sums = x.sums[:0]
	for b := []byte(key[1+2*n:]); len(b) > 0; {
		h, m := binary.Uvarint(b)
		x.sums = append(x.sums, int(h))
		b = b[m:]
	}
	return int(key[0])
}

func (x *expander) expand(key string, from int32, cost float64) {
	closed := x.decode(key)
	for q := range x.sums {
		x.try(uint8(q), closed, from, cost)
	}
	if x.f.parts == 0 || closed+len(x.sums) < x.f.parts {
		x.try(newPart, closed, from, cost)
	}
}

// try puts v into an open part or a new one.
func (x *expander) try(choice uint8, closed int, from int32, cost float64) {
	w := x.f.g.Weight[x.v]
	x.p = append(x.p[:0], x.part...)
	x.c = append(x.c[:0], x.comp...)
	x.s = append(x.s[:0], x.sums...)
	q := choice
	if choice == newPart {
		q = uint8(len(x.s))
		x.s = append(x.s, 0)
	}
	if x.s[q] += w; x.s[q] > x.f.rule.Max {
		return
	}
	own := uint8(len(x.p) + 1) // a component of its own
	x.p, x.c = append(x.p, q), append(x.c, own)
	for j, near := range x.near {
		if !near {
			continue
		}
		if x.p[j] != q {
			cost += x.links[j] * x.f.unit
			continue
		}
		if old := x.c[j]; old != own {
			for i := range x.c {
				if x.c[i] == old {
					x.c[i] = own
				}
			}
		}
	}
	closed, cost, ok := x.leave(closed, cost)
	if !ok || x.f.limit > 0 && cost >= x.f.limit {
		return
	}
	x.keepState(choice, closed, from, cost)
}

// leave takes the nodes without neighbours to come out of the frontier. A part
// whose last node leaves is closed, and must be inside the range; a component
// that leaves while its part goes on elsewhere could never be joined to it.
func (x *expander) leave(closed int, cost float64) (int, float64, bool) {
	gone := uint8(newPart)
	for j, keep := range x.keep {
		if keep {
			continue
		}
		part, comp := x.p[j], x.c[j]
		x.p[j], x.c[j] = gone, gone
		if slices.Contains(x.c, comp) {
			continue
		}
		if slices.Contains(x.p, part) {
			return 0, 0, false
		}
		if !x.f.rule.Inside(x.s[part]) {
			return 0, 0, false
		}
		if x.f.balance != nil {
			cost += x.f.balance(x.s[part])
		}
		closed++
		x.s[part] = -1
	}
	return closed, cost, x.canEnd(closed)
}

// canEnd tells whether arithmetic allows the open parts and what is to come to
// be divided.
func (x *expander) canEnd(closed int) bool {
	open, weight := 0, x.f.rest[len(x.f.order)-x.come]
	for _, h := range x.s {
		if h >= 0 {
			open++
			weight += h
		}
	}
	r := x.f.rule
	if m := x.f.parts - closed; x.f.parts > 0 {
		return m >= open && m-open <= x.come && m*r.Min <= weight && weight <= m*r.Max
	}
	if open == 0 && x.come == 0 {
		return true
	}
	lo := max(open, (weight+r.Max-1)/max(1, r.Max), 1)
	return lo*r.Min <= weight && lo*r.Max >= weight
}

// keepState writes the state in its one form, and keeps it if it is the
// cheapest of its kind. Without a fixed number, closed parts need no count.
func (x *expander) keepState(choice uint8, closed int, from int32, cost float64) {
	if x.f.parts == 0 {
		closed = 0
	}
	x.key = append(x.key[:0], uint8(closed))
	var parts, comps [newPart + 1]uint8
	nParts, nComps := uint8(0), uint8(0)
	var sums []int
	for j, keep := range x.keep {
		if !keep {
			continue
		}
		if parts[x.p[j]] == 0 {
			nParts++
			parts[x.p[j]] = nParts
			sums = append(sums, x.s[x.p[j]])
		}
		x.key = append(x.key, parts[x.p[j]]-1)
	}
	for j, keep := range x.keep {
		if !keep {
			continue
		}
		if comps[x.c[j]] == 0 {
			nComps++
			comps[x.c[j]] = nComps
		}
		x.key = append(x.key, comps[x.c[j]]-1)
	}
	for _, h := range sums {
		x.key = binary.AppendUvarint(x.key, uint64(h))
	}
	o := &x.out
	if j, ok := o.index[string(x.key)]; ok {
		if cost < o.cost[j] {
			o.cost[j], o.parent[j], o.choice[j] = cost, from, choice
		}
		return
	}
	key := string(x.key)
	o.index[key] = int32(len(o.keys))
	o.keys = append(o.keys, key)
	o.cost = append(o.cost, cost)
	o.parent = append(o.parent, from)
	o.choice = append(o.choice, choice)
}
