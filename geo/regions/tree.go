package regions

import (
	"math"
	"math/rand/v2"
	"slices"
)

// splitter cuts random spanning trees (recombination: DeFord, Duchin and
// Solomon 2021). Strong links join first, so trees are cut along barriers.
type splitter struct {
	g     *Graph
	rng   *rand.Rand
	in    []int32 // place of a node among those being split, plus one
	edges []treeEdge
	draws []uint64   // the order of edges: a random time above, the number of the edge below
	kept  []treeEdge // of the tree
	set   union
	order []int32
	up    []int32
	below []int

	first    []int32 // tree neighbours by node: places in ends
	ends     []int32
	depth    []int32
	crossing []float64 // by node: cost of all links between what is below and the rest
}

type treeEdge struct{ a, b int32 }

// union is a disjoint-set forest.
type union []int32

func (u union) find(a int32) int32 {
	for u[a] != a {
		u[a] = u[u[a]]
		a = u[a]
	}
	return a
}

func newSplitter(g *Graph, rng *rand.Rand) *splitter {
	return &splitter{g: g, rng: rng, in: make([]int32, g.Len())}
}

// tree draws a spanning tree of the connected nodes; up[i] is the parent of the
// i-th node of order, below[i] the households under it.
func (t *splitter) tree(nodes []int32) {
	n := len(nodes)
	for i, v := range nodes {
		t.in[v] = int32(i) + 1
	}
	t.edges, t.draws = t.edges[:0], t.draws[:0]
	for i, v := range nodes {
		for _, a := range t.g.Around(v) {
			if j := t.in[a.To] - 1; j > int32(i) {
				// Exponential clocks: a link of twice the cost rings twice as soon.
				// Times are positive, so their bits are in their order.
				ring := float32(t.rng.ExpFloat64() / max(a.Cost, 1e-9))
				t.draws = append(t.draws, uint64(math.Float32bits(ring))<<32|uint64(len(t.edges)))
				t.edges = append(t.edges, treeEdge{int32(i), j})
			}
		}
	}
	for _, v := range nodes {
		t.in[v] = 0
	}
	slices.Sort(t.draws)
	t.set = append(t.set[:0], make(union, n)...)
	for i := range t.set {
		t.set[i] = int32(i)
	}
	t.kept = t.kept[:0]
	for _, d := range t.draws {
		e := t.edges[uint32(d)]
		if a, b := t.set.find(e.a), t.set.find(e.b); a != b {
			t.set[a] = b
			if t.kept = append(t.kept, e); len(t.kept) == n-1 {
				break
			}
		}
	}
	t.root(nodes)
}

// root orders the tree from its first node and sums the households.
func (t *splitter) root(nodes []int32) {
	n := len(nodes)
	t.first = append(t.first[:0], make([]int32, n+1)...)
	first := t.first
	for _, e := range t.kept {
		first[e.a+1]++
		first[e.b+1]++
	}
	for i := range n {
		first[i+1] += first[i]
	}
	t.ends = append(t.ends[:0], make([]int32, 2*len(t.kept))...)
	ends := t.ends
	fill := slices.Clone(first)
	for _, e := range t.kept {
		ends[fill[e.a]], ends[fill[e.b]] = e.b, e.a
		fill[e.a]++
		fill[e.b]++
	}
	t.order = append(t.order[:0], 0)
	t.up = append(t.up[:0], make([]int32, n)...)
	t.up[0] = -1
	for i := 0; i < len(t.order); i++ {
		v := t.order[i]
		for _, w := range ends[first[v]:first[v+1]] {
			if w != t.up[v] {
				t.up[w] = v
				t.order = append(t.order, w)
			}
		}
	}
	t.below = append(t.below[:0], make([]int, n)...)
	for i := n - 1; i >= 0; i-- {
		v := t.order[i]
		t.below[v] += t.g.Weight[nodes[v]]
		if t.up[v] >= 0 {
			t.below[t.up[v]] += t.below[v]
		}
	}
}

// crossings sums for each tree edge the cost of all links that cross it: a link
// counts on the way from either end up to where they meet.
func (t *splitter) crossings(nodes []int32) {
	n := len(nodes)
	for i, v := range nodes {
		t.in[v] = int32(i) + 1
	}
	t.depth = append(t.depth[:0], make([]int32, n)...)
	for _, v := range t.order[1:] {
		t.depth[v] = t.depth[t.up[v]] + 1
	}
	t.crossing = append(t.crossing[:0], make([]float64, n)...)
	for i, v := range nodes {
		for _, a := range t.g.Around(v) {
			j := t.in[a.To] - 1
			if j <= int32(i) {
				continue
			}
			t.crossing[i] += a.Cost
			t.crossing[j] += a.Cost
			t.crossing[t.meet(int32(i), j)] -= 2 * a.Cost
		}
	}
	for i := n - 1; i > 0; i-- {
		v := t.order[i]
		t.crossing[t.up[v]] += t.crossing[v]
	}
	for _, v := range nodes {
		t.in[v] = 0
	}
}

// meet is the lowest node above both.
func (t *splitter) meet(a, b int32) int32 {
	for a != b {
		if t.depth[a] < t.depth[b] {
			a, b = b, a
		}
		a = t.up[a]
	}
	return a
}

// side lists the nodes under the i-th one, and the rest.
func (t *splitter) side(nodes []int32, i int32) (under, rest []int32) {
	is := make([]bool, len(nodes))
	is[i] = true
	for _, v := range t.order {
		if v != i && t.up[v] >= 0 && is[t.up[v]] {
			is[v] = true
		}
	}
	for v, node := range nodes {
		if is[v] {
			under = append(under, node)
		} else {
			rest = append(rest, node)
		}
	}
	return under, rest
}

// divide gives k connected parts of nodes, numbered from base, by cutting trees
// in two again and again; what one side is over or under is carried to the next.
func (t *splitter) divide(nodes []int32, k int, rule Rule, part []int32, base int32) {
	if k <= 1 || len(nodes) <= 1 {
		for _, v := range nodes {
			part[v] = base
		}
		return
	}
	const tries = 6
	bestErr, bestK := math.Inf(1), 1
	var bestUnder, bestRest []int32
	for range tries {
		t.tree(nodes)
		total := t.below[0]
		at, parts, worst := int32(-1), 1, bestErr
		for _, v := range t.order[1:] {
			m := max(1, min(k-1, int(math.Round(float64(t.below[v])*float64(k)/float64(max(1, total))))))
			if e := splitError(t.below[v], total, m, k, rule); e < worst {
				at, parts, worst = v, m, e
			}
		}
		if at >= 0 {
			bestErr, bestK = worst, parts
			bestUnder, bestRest = t.side(nodes, at)
		}
	}
	t.divide(bestUnder, min(bestK, len(bestUnder)), rule, part, base)
	t.divide(bestRest, k-bestK, rule, part, base+int32(bestK))
}

// splitError rates a cut that gives h households to m of k parts: outside the
// range counts most, then the distance from an even share, then unequal halves.
func splitError(h, total, m, k int, rule Rule) float64 {
	off := max(0, m*rule.Min-h, h-m*rule.Max, (k-m)*rule.Min-(total-h), total-h-(k-m)*rule.Max)
	even := math.Abs(float64(h)/float64(m) - float64(total)/float64(k))
	return 100*float64(off) + even + 0.2*math.Abs(float64(2*m-k))/float64(k)*float64(rule.Target)
}
