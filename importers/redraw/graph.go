package redraw

// graph is what the partitioner sees: nodes with households, and arcs whose cost
// is paid when their ends lie in different parts.
type graph struct {
	weight []int // households
	first  []int32
	arcs   []arc
	group  []int32 // compound of a node, -1 none; to be kept whole
	groups int
}

type arc struct {
	to   int32
	cost float64
}

// link is an undirected edge before the graph is packed.
type link struct {
	a, b int32
	cost float64
}

// newGraph packs links; those between the same two nodes are summed.
func newGraph(weight []int, group []int32, links []link) *graph {
	n := len(weight)
	g := &graph{weight: weight, group: group, first: make([]int32, n+1)}
	for _, c := range group {
		g.groups = max(g.groups, int(c)+1)
	}
	for _, l := range links {
		g.first[l.a+1]++
		g.first[l.b+1]++
	}
	for v := range n {
		g.first[v+1] += g.first[v]
	}
	g.arcs = make([]arc, 2*len(links))
	fill := append([]int32(nil), g.first...)
	for _, l := range links {
		g.arcs[fill[l.a]] = arc{l.b, l.cost}
		g.arcs[fill[l.b]] = arc{l.a, l.cost}
		fill[l.a]++
		fill[l.b]++
	}
	g.joinParallel()
	return g
}

func (g *graph) joinParallel() {
	at := make([]int32, g.len())
	for i := range at {
		at[i] = -1
	}
	out := g.arcs[:0]
	for v := range int32(g.len()) {
		from, to := g.first[v], g.first[v+1]
		start := int32(len(out))
		for _, a := range g.arcs[from:to] {
			if i := at[a.to]; i >= start && i < int32(len(out)) && out[i].to == a.to {
				out[i].cost += a.cost
				continue
			}
			at[a.to] = int32(len(out))
			out = append(out, a)
		}
		g.first[v] = start
	}
	g.first[g.len()] = int32(len(out))
	g.arcs = out
}

func (g *graph) len() int { return len(g.weight) }

func (g *graph) around(v int32) []arc { return g.arcs[g.first[v]:g.first[v+1]] }

func (g *graph) total() int {
	sum := 0
	for _, w := range g.weight {
		sum += w
	}
	return sum
}

// components numbers the connected components by their smallest node.
func (g *graph) components() (of []int32, n int) {
	of = make([]int32, g.len())
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
			for _, a := range g.around(u) {
				if of[a.to] < 0 {
					of[a.to] = int32(n)
					queue = append(queue, a.to)
				}
			}
		}
		n++
	}
	return of, n
}

// subgraph keeps the given nodes, in their order.
func (g *graph) subgraph(nodes []int32) *graph {
	local := make(map[int32]int32, len(nodes))
	weight := make([]int, len(nodes))
	group := make([]int32, len(nodes))
	for i, v := range nodes {
		local[v] = int32(i)
		weight[i], group[i] = g.weight[v], g.group[v]
	}
	var links []link
	for i, v := range nodes {
		for _, a := range g.around(v) {
			if j, ok := local[a.to]; ok && int32(i) < j {
				links = append(links, link{int32(i), j, a.cost})
			}
		}
	}
	return newGraph(weight, compactGroups(group), links)
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
func (g *graph) contract(label []int32, n int) *graph {
	weight := make([]int, n)
	group := make([]int32, n)
	for i := range group {
		group[i] = -1
	}
	var links []link
	for v, l := range label {
		weight[l] += g.weight[v]
		group[l] = max(group[l], g.group[v])
		for _, a := range g.around(int32(v)) {
			if m := label[a.to]; l < m {
				links = append(links, link{l, m, a.cost})
			}
		}
	}
	return newGraph(weight, group, links)
}

// fuse labels nodes so that each connected piece of a group of at most limit
// households becomes one, and all other nodes stay by themselves.
func (g *graph) fuse(limit int) (label []int32, n int) {
	sum := make([]int, g.groups)
	for v, c := range g.group {
		if c >= 0 {
			sum[c] += g.weight[v]
		}
	}
	label = make([]int32, g.len())
	for v := range label {
		label[v] = -1
	}
	var queue []int32
	for v := range label {
		if label[v] >= 0 {
			continue
		}
		label[v] = int32(n)
		if c := g.group[v]; c >= 0 && sum[c] <= limit {
			queue = append(queue[:0], int32(v))
			for len(queue) > 0 {
				u := queue[len(queue)-1]
				queue = queue[:len(queue)-1]
				for _, a := range g.around(u) {
					if label[a.to] < 0 && g.group[a.to] == c {
						label[a.to] = int32(n)
						queue = append(queue, a.to)
					}
				}
			}
		}
		n++
	}
	return label, n
}
