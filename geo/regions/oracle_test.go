package regions

import (
	"math"
	"math/rand/v2"
	"slices"
)

// An oracle for small graphs: it goes through every division into connected
// parts, each once, with nothing but the definition.

type oracle struct {
	inRange  bool
	counts   map[int]float64 // by number of parts: the least cut inside the range
	leastCut float64         // over all numbers of parts
	moved    int             // least weight away from home, parts matched as well as may be
}

func exhaustive(g *Graph, r Rule, home []int32) oracle {
	o := oracle{counts: map[int]float64{}, leastCut: math.Inf(1), moved: math.MaxInt}
	n := g.Len()
	part := make([]int32, n)
	var visit func(v int, k int32)
	visit = func(v int, k int32) {
		if v == n {
			if !valid(g, r, part, int(k)) {
				return
			}
			o.inRange = true
			c := cutOf(g, part)
			if best, ok := o.counts[int(k)]; !ok || c < best {
				o.counts[int(k)] = c
			}
			o.leastCut = min(o.leastCut, c)
			if home != nil {
				o.moved = min(o.moved, awayFromHome(g, part, int(k), home))
			}
			return
		}
		for p := int32(0); p <= k; p++ {
			part[v] = p
			visit(v+1, max(k, p+1))
		}
	}
	visit(0, 0)
	return o
}

// valid checks a division by the definition alone.
func valid(g *Graph, r Rule, part []int32, k int) bool {
	sums := make([]int, k)
	for v, p := range part {
		sums[p] += g.Weight[v]
	}
	for _, h := range sums {
		if !r.Inside(h) {
			return false
		}
	}
	return connected(g, part, k)
}

func connected(g *Graph, part []int32, k int) bool {
	seen := make([]bool, g.Len())
	begun := make([]bool, k)
	for v := range part {
		if seen[v] {
			continue
		}
		if begun[part[v]] {
			return false
		}
		begun[part[v]] = true
		queue := []int32{int32(v)}
		seen[v] = true
		for len(queue) > 0 {
			u := queue[0]
			queue = queue[1:]
			for _, a := range g.Around(u) {
				if part[a.To] == part[v] && !seen[a.To] {
					seen[a.To] = true
					queue = append(queue, a.To)
				}
			}
		}
	}
	return !slices.Contains(begun, false)
}

func cutOf(g *Graph, part []int32) float64 {
	sum := 0.0
	for v := range part {
		for _, a := range g.Around(int32(v)) {
			if a.To > int32(v) && part[a.To] != part[v] {
				sum += a.Cost
			}
		}
	}
	return sum
}

// awayFromHome matches parts to homes so that as much weight as possible stays.
func awayFromHome(g *Graph, part []int32, k int, home []int32) int {
	homes := 0
	for _, h := range home {
		homes = max(homes, int(h)+1)
	}
	shared := make([][]int, k)
	for p := range shared {
		shared[p] = make([]int, homes)
	}
	total := 0
	for v, h := range home {
		if h >= 0 {
			shared[part[v]][h] += g.Weight[v]
			total += g.Weight[v]
		}
	}
	best := 0
	taken := make([]bool, homes)
	var match func(p, kept int)
	match = func(p, kept int) {
		if p == k {
			best = max(best, kept)
			return
		}
		match(p+1, kept)
		for h := range homes {
			if !taken[h] {
				taken[h] = true
				match(p+1, kept+shared[p][h])
				taken[h] = false
			}
		}
	}
	match(0, 0)
	return total - best
}

// meadow is a random planar graph: a grid with holes and diagonals, weights with
// zeros and a few heavy nodes.
func meadow(rng *rand.Rand, width, height, mean int) *Graph {
	at := make([]int32, width*height)
	var weight []int
	for i := range at {
		at[i] = -1
		if rng.IntN(8) > 0 {
			at[i] = int32(len(weight))
			w := rng.IntN(2*mean + 1)
			switch rng.IntN(8) {
			case 0:
				w = 0
			case 1:
				w *= 2
			}
			weight = append(weight, w)
		}
	}
	var links []Link
	join := func(i, j int) {
		if at[i] >= 0 && at[j] >= 0 {
			links = append(links, Link{at[i], at[j], 1})
		}
	}
	for y := range height {
		for x := range width {
			i := y*width + x
			if x+1 < width && rng.IntN(12) > 0 {
				join(i, i+1)
			}
			if y+1 < height && rng.IntN(12) > 0 {
				join(i, i+width)
			}
			if x+1 < width && y+1 < height && rng.IntN(3) == 0 {
				join(i, i+width+1)
			}
		}
	}
	return largest(NewGraph(weight, nil, links))
}

// largest keeps the component with the most nodes.
func largest(g *Graph) *Graph {
	of, n := g.Components()
	size := make([]int, n)
	for _, c := range of {
		size[c]++
	}
	var nodes []int32
	for v, c := range of {
		if int(c) == slices.Index(size, slices.Max(size)) {
			nodes = append(nodes, int32(v))
		}
	}
	return g.Subgraph(nodes)
}
