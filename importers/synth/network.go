package synth

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

// network is a set of edges between nodes of the lattice, each with a class
// (the smaller, the more important), and the places its nodes were moved to.
type network struct {
	g     *lattice
	edges map[[2]int32]int // ordered pair of nodes to class
	links map[int32][]int32
	place map[int32]orb.Point
}

func newNetwork(g *lattice) *network {
	return &network{g: g, edges: map[[2]int32]int{}, links: map[int32][]int32{}, place: map[int32]orb.Point{}}
}

func pair(a, b int32) [2]int32 {
	if a > b {
		a, b = b, a
	}
	return [2]int32{a, b}
}

func (w *network) add(a, b int32, class int) {
	k := pair(a, b)
	old, known := w.edges[k]
	if !known {
		w.links[a] = append(w.links[a], b)
		w.links[b] = append(w.links[b], a)
	}
	if !known || class < old {
		w.edges[k] = class
	}
}

func (w *network) addPath(path []int32, class int) {
	for i := 1; i < len(path); i++ {
		w.add(path[i-1], path[i], class)
	}
}

func (w *network) has(n int32) bool { return len(w.links[n]) > 0 }

func (w *network) nodes() []int32 {
	out := make([]int32, 0, len(w.links))
	for n := range w.links {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// settle moves each node to where it should be: off the lattice by jitter, then
// rounds times halfway to the middle of its neighbours, except those that hold
// names. Both sides of a boundary, and all roads of a crossing, move together.
func (w *network) settle(seed uint64, jitterM float64, rounds int, hold func(int32) (orb.Point, bool)) {
	nodes := w.nodes()
	index := make(map[int32]int, len(nodes))
	now, next := make([]orb.Point, len(nodes)), make([]orb.Point, len(nodes))
	held := make([]bool, len(nodes))
	for i, n := range nodes {
		index[n] = i
		r := newRand(seed, uint64(n))
		p := w.g.at(n)
		now[i] = orb.Point{p[0] + between(r, -jitterM, jitterM), p[1] + between(r, -jitterM, jitterM)}
		if hold != nil {
			if at, ok := hold(n); ok {
				now[i], held[i] = at, true
			}
		}
	}
	for range rounds {
		for i, n := range nodes {
			links := w.links[n]
			next[i] = now[i]
			if held[i] || len(links) == 1 {
				continue
			}
			var x, y float64
			for _, m := range links {
				q := now[index[m]]
				x, y = x+q[0], y+q[1]
			}
			k := float64(len(links))
			next[i] = orb.Point{now[i][0]/2 + x/k/2, now[i][1]/2 + y/k/2}
		}
		now, next = next, now
	}
	for i, n := range nodes {
		w.place[n] = now[i]
	}
}

// chain is a run of edges of one class between two crossings.
type chain struct {
	class int
	nodes []int32
	line  []orb.Point
}

// chains cuts the network at crossings, ends and changes of class.
func (w *network) chains() []chain {
	nodes := w.nodes()
	through := func(n int32) bool {
		l := w.links[n]
		return len(l) == 2 && w.edges[pair(n, l[0])] == w.edges[pair(n, l[1])]
	}
	used := make(map[[2]int32]bool, len(w.edges))
	var out []chain
	walk := func(start, second int32) {
		c := chain{class: w.edges[pair(start, second)], nodes: []int32{start}}
		prev, at := start, second
		used[pair(start, second)] = true
		for {
			c.nodes = append(c.nodes, at)
			if at == start || !through(at) {
				break
			}
			l := w.links[at]
			next := l[0]
			if next == prev {
				next = l[1]
			}
			if used[pair(at, next)] {
				break
			}
			used[pair(at, next)] = true
			prev, at = at, next
		}
		for _, n := range c.nodes {
			c.line = append(c.line, w.place[n])
		}
		out = append(out, c)
	}
	for _, ends := range []bool{true, false} { // then rings without any end
		for _, n := range nodes {
			if ends && through(n) {
				continue
			}
			links := slices.Clone(w.links[n])
			slices.Sort(links)
			for _, m := range links {
				if !used[pair(n, m)] {
					walk(n, m)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b chain) int { return cmp.Compare(a.class, b.class) })
	return out
}
