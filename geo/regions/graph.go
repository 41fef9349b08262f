package regions

// Graph has weighted nodes, numbered from zero, and arcs whose cost is paid when
// their ends lie in different parts. It does not change once it is made.
type Graph struct {
	Weight []int
	Group  []int32 // what a node belongs to and should stay whole, -1 none
	first  []int32
	arcs   []Arc
	groups int
	member [][]int32 // nodes by group
}

// Arc is one direction of a link.
type Arc struct {
	To   int32
	Cost float64
}

// Link is an undirected edge before the graph is packed.
type Link struct {
	A, B int32
	Cost float64
}

// NewGraph packs links; those between the same two nodes are summed. A nil group
// stands for no groups.
func NewGraph(weight []int, group []int32, links []Link) *Graph {
	n := len(weight)
	if group == nil {
		group = make([]int32, n)
		for i := range group {
			group[i] = -1
		}
	}
	g := &Graph{Weight: weight, Group: group, first: make([]int32, n+1)}
	for _, c := range group {
		g.groups = max(g.groups, int(c)+1)
	}
	g.member = make([][]int32, g.groups)
	for v, c := range group {
		if c >= 0 {
			g.member[c] = append(g.member[c], int32(v))
		}
	}
	for _, l := range links {
		g.first[l.A+1]++
		g.first[l.B+1]++
	}
	for v := range n {
		g.first[v+1] += g.first[v]
	}
	g.arcs = make([]Arc, 2*len(links))
	fill := append([]int32(nil), g.first...)
	for _, l := range links {
		g.arcs[fill[l.A]] = Arc{l.B, l.Cost}
		g.arcs[fill[l.B]] = Arc{l.A, l.Cost}
		fill[l.A]++
		fill[l.B]++
	}
	g.joinParallel()
	return g
}

func (g *Graph) joinParallel() {
	at := make([]int32, g.Len())
	for i := range at {
		at[i] = -1
	}
	out := g.arcs[:0]
	for v := range int32(g.Len()) {
		from, to := g.first[v], g.first[v+1]
		start := int32(len(out))
		for _, a := range g.arcs[from:to] {
			if i := at[a.To]; i >= start && i < int32(len(out)) && out[i].To == a.To {
				out[i].Cost += a.Cost
				continue
			}
			at[a.To] = int32(len(out))
			out = append(out, a)
		}
		g.first[v] = start
	}
	g.first[g.Len()] = int32(len(out))
	g.arcs = out
}

// Len is the number of nodes.
func (g *Graph) Len() int { return len(g.Weight) }

// Around lists the arcs of a node.
func (g *Graph) Around(v int32) []Arc { return g.arcs[g.first[v]:g.first[v+1]] }

// Total is the weight of all nodes.
func (g *Graph) Total() int {
	sum := 0
	for _, w := range g.Weight {
		sum += w
	}
	return sum
}

// Components numbers the connected components by their smallest node.
func (g *Graph) Components() (of []int32, n int) {
	of = make([]int32, g.Len())
	for v := range of {
		of[v] = -1
	}
	var queue []int32
	for v := range of {
		if of[v] >= 0 {
			continue
		}
		queue = append(queue[:0], int32(v))
		of[v] = int32(n)
		for len(queue) > 0 {
			u := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			for _, a := range g.Around(u) {
				if of[a.To] < 0 {
					of[a.To] = int32(n)
					queue = append(queue, a.To)
				}
			}
		}
		n++
	}
	return of, n
}

// Subgraph keeps the given nodes, in their order.
func (g *Graph) Subgraph(nodes []int32) *Graph {
	local := make(map[int32]int32, len(nodes))
	weight := make([]int, len(nodes))
	group := make([]int32, len(nodes))
	for i, v := range nodes {
		local[v] = int32(i)
		weight[i], group[i] = g.Weight[v], g.Group[v]
	}
	var links []Link
	for i, v := range nodes {
		for _, a := range g.Around(v) {
			if j, ok := local[a.To]; ok && int32(i) < j {
				links = append(links, Link{int32(i), j, a.Cost})
			}
		}
	}
	return NewGraph(weight, compactGroups(group), links)
}

func compactGroups(group []int32) []int32 {
	id := make(map[int32]int32)
	for i, c := range group {
		if c < 0 {
			continue
		}
		if _, ok := id[c]; !ok {
			id[c] = int32(len(id))
		}
		group[i] = id[c]
	}
	return group
}

// contract fuses nodes of one label into one node; labels run from 0 to n-1.
func (g *Graph) contract(label []int32, n int) *Graph {
	weight := make([]int, n)
	group := make([]int32, n)
	for i := range group {
		group[i] = -1
	}
	var links []Link
	for v, l := range label {
		weight[l] += g.Weight[v]
		group[l] = max(group[l], g.Group[v])
		for _, a := range g.Around(int32(v)) {
			if m := label[a.To]; l < m {
				links = append(links, Link{l, m, a.Cost})
			}
		}
	}
	return NewGraph(weight, group, links)
}

// fuse labels nodes so that each connected piece of a group of at most limit
// households becomes one, and all other nodes stay by themselves.
func (g *Graph) fuse(limit int) (label []int32, n int) {
	sum := make([]int, g.groups)
	for v, c := range g.Group {
		if c >= 0 {
			sum[c] += g.Weight[v]
		}
	}
	label = make([]int32, g.Len())
	for v := range label {
		label[v] = -1
	}
	var queue []int32
	for v := range label {
		if label[v] >= 0 {
			continue
		}
		label[v] = int32(n)
		if c := g.Group[v]; c >= 0 && sum[c] <= limit {
			queue = append(queue[:0], int32(v))
			for len(queue) > 0 {
				u := queue[len(queue)-1]
				queue = queue[:len(queue)-1]
				for _, a := range g.Around(u) {
					if label[a.To] < 0 && g.Group[a.To] == c {
						label[a.To] = int32(n)
						queue = append(queue, a.To)
					}
				}
			}
		}
		n++
	}
	return label, n
}
