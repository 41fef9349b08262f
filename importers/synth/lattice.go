package synth

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// latticeM is the spacing of the working lattice.
const latticeM = 100.0

// lattice is a square lattice of nodes over the district, numbered by rows from
// the south-west.
type lattice struct {
	origin orb.Point
	nx, ny int
	inside []bool // inside the district's outline
	about  []bool // inside, or some hundred metres outside
}

func newLattice(outline orb.Ring) *lattice {
	const margin = 1500
	b := outline.Bound()
	g := &lattice{origin: orb.Point{b.Min[0] - margin, b.Min[1] - margin}}
	g.nx = int((b.Max[0]-b.Min[0]+2*margin)/latticeM) + 2
	g.ny = int((b.Max[1]-b.Min[1]+2*margin)/latticeM) + 2
	g.inside = make([]bool, g.nx*g.ny)
	for j := range g.ny {
		y := g.origin[1] + float64(j)*latticeM
		for k := 1; k < len(outline); k++ {
			p, q := outline[k-1], outline[k]
			if (p[1] > y) == (q[1] > y) {
				continue
			}
			x := (q[0]-p[0])*(y-p[1])/(q[1]-p[1]) + p[0]
			for i := max(0, int(math.Ceil((x-g.origin[0])/latticeM))); i < g.nx; i++ {
				g.inside[j*g.nx+i] = !g.inside[j*g.nx+i]
			}
		}
	}
	g.about = slices.Clone(g.inside)
	const reach = 5
	for n, in := range g.inside {
		i, j := n%g.nx, n/g.nx
		if !in || (i > 0 && i+1 < g.nx && g.inside[n-1] && g.inside[n+1] && g.inside[n-g.nx] && g.inside[n+g.nx]) {
			continue
		}
		for y := max(0, j-reach); y <= min(g.ny-1, j+reach); y++ {
			for x := max(0, i-reach); x <= min(g.nx-1, i+reach); x++ {
				g.about[y*g.nx+x] = true
			}
		}
	}
	return g
}

func (g *lattice) size() int { return g.nx * g.ny }

func (g *lattice) at(n int32) orb.Point {
	return orb.Point{g.origin[0] + float64(int(n)%g.nx)*latticeM, g.origin[1] + float64(int(n)/g.nx)*latticeM}
}

// node is the node nearest to p, held inside the lattice.
func (g *lattice) node(p orb.Point) int32 {
	i := max(0, min(g.nx-1, int(math.Round((p[0]-g.origin[0])/latticeM))))
	j := max(0, min(g.ny-1, int(math.Round((p[1]-g.origin[1])/latticeM))))
	return int32(j*g.nx + i)
}

// neighbours calls f with the up to eight neighbours of n and their distance.
func (g *lattice) neighbours(n int32, f func(m int32, d float64)) {
	i, j := int(n)%g.nx, int(n)/g.nx
	for dj := -1; dj <= 1; dj++ {
		for di := -1; di <= 1; di++ {
			if (di == 0 && dj == 0) || i+di < 0 || i+di >= g.nx || j+dj < 0 || j+dj >= g.ny {
				continue
			}
			d := latticeM
			if di != 0 && dj != 0 {
				d *= math.Sqrt2
			}
			f(n+int32(dj*g.nx+di), d)
		}
	}
}

// bilinear interpolates values at the nodes.
func (g *lattice) bilinear(v []float32, p orb.Point) float64 {
	x := math.Max(0, math.Min(float64(g.nx)-1.001, (p[0]-g.origin[0])/latticeM))
	y := math.Max(0, math.Min(float64(g.ny)-1.001, (p[1]-g.origin[1])/latticeM))
	i, j := int(x), int(y)
	fx, fy := x-float64(i), y-float64(j)
	n := j*g.nx + i
	a, b := float64(v[n]), float64(v[n+1])
	c, d := float64(v[n+g.nx]), float64(v[n+g.nx+1])
	return (a*(1-fx)+b*fx)*(1-fy) + (c*(1-fx)+d*fx)*fy
}

type frontNode struct {
	cost float64
	node int32
}

func (a frontNode) before(b frontNode) bool {
	return a.cost < b.cost || (a.cost == b.cost && a.node < b.node)
}

// frontier is a binary heap, the cheapest first, ties by node.
type frontier []frontNode

func (f *frontier) push(x frontNode) {
	h := append(*f, x)
	i := len(h) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !x.before(h[up]) {
			break
		}
		h[i] = h[up]
		i = up
	}
	h[i] = x
	*f = h
}

func (f *frontier) pop() frontNode {
	h := *f
	top, x := h[0], h[len(h)-1]
	h = h[:len(h)-1]
	for i := 0; len(h) > 0; {
		k := 2*i + 1
		if k+1 < len(h) && h[k+1].before(h[k]) {
			k++
		}
		if k >= len(h) || !h[k].before(x) {
			h[i] = x
			break
		}
		h[i] = h[k]
		i = k
	}
	*f = h
	return top
}

// spread is a search over the lattice (Dijkstra); its arrays are used again by
// the next search, with stamps in place of clearing.
type spread struct {
	g     *lattice
	cost  []float64
	from  []int32
	stamp []uint32
	now   uint32
	front frontier
}

func newSpread(g *lattice) *spread {
	return &spread{g: g, cost: make([]float64, g.size()), from: make([]int32, g.size()), stamp: make([]uint32, g.size())}
}

// route finds the cheapest way from a start to the first node for which goal
// holds; step gives the price of an edge, or a negative number when it is shut.
// least bounds from below the price of what remains (nil: zero). Beyond most
// nodes it gives up with nil.
func (s *spread) route(start int32, goal func(int32) bool, step func(a, b int32, d float64) float64, least func(int32) float64, most int) []int32 {
	s.now++
	s.front = s.front[:0]
	reach := func(n, from int32, c float64) {
		if s.stamp[n] == s.now && s.cost[n] <= c {
			return
		}
		s.stamp[n], s.cost[n], s.from[n] = s.now, c, from
		h := c
		if least != nil {
			h += least(n)
		}
		s.front.push(frontNode{h, n})
	}
	reach(start, -1, 0)
	for k := 0; len(s.front) > 0 && k < most; k++ {
		top := s.front.pop()
		n := top.node
		c := s.cost[n]
		h := c
		if least != nil {
			h += least(n)
		}
		if top.cost > h {
			continue
		}
		if goal(n) {
			var path []int32
			for m := n; m >= 0; m = s.from[m] {
				path = append(path, m)
			}
			for i, j := 0, len(path)-1; i < j; i, j = i+1, j-1 {
				path[i], path[j] = path[j], path[i]
			}
			return path
		}
		s.g.neighbours(n, func(m int32, d float64) {
			if p := step(n, m, d); p >= 0 {
				reach(m, n, c+p)
			}
		})
	}
	return nil
}

// flood grows from many starts at once; each node gets the label of the start
// that reaches it cheapest. It returns labels (-1: not reached).
func (g *lattice) flood(starts []int32, price func(label int, a, b int32, d float64) float64) []int32 {
	label := make([]int32, g.size())
	cost := make([]float64, g.size())
	for i := range label {
		label[i], cost[i] = -1, math.Inf(1)
	}
	var f frontier
	for i, n := range starts {
		if cost[n] > 0 {
			label[n], cost[n] = int32(i), 0
			f.push(frontNode{0, n})
		}
	}
	for len(f) > 0 {
		top := f.pop()
		if top.cost > cost[top.node] {
			continue
		}
		l := label[top.node]
		g.neighbours(top.node, func(m int32, d float64) {
			p := price(int(l), top.node, m, d)
			if p < 0 {
				return
			}
			if c := top.cost + p; c < cost[m] {
				cost[m], label[m] = c, l
				f.push(frontNode{c, m})
			}
		})
	}
	return label
}
