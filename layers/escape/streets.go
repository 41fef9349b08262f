package escape

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/quadtree"
)

// Streets is a network of pieces of road, joined where they share a vertex, over
// which one asks again and again while pieces shut.
type Streets struct {
	Nodes  []orb.Point // metres on a plane
	Pieces []Piece
	at     [][]int32 // pieces by node
	near   *quadtree.Quadtree
}

// Piece is a straight piece of road between two nodes.
type Piece struct {
	From, To int32
	Metres   float64
}

// NewStreets joins pieces; piece i of the result is lines[i], from its first vertex
// to its last.
func NewStreets(lines []orb.LineString) (*Streets, error) {
	s := &Streets{Pieces: make([]Piece, len(lines))}
	ids := map[[2]int64]int32{}
	id := func(p orb.Point) int32 {
		key := [2]int64{int64(math.Round(p[0] / snapM)), int64(math.Round(p[1] / snapM))}
		n, ok := ids[key]
		if !ok {
			n = int32(len(s.Nodes))
			ids[key] = n
			s.Nodes, s.at = append(s.Nodes, p), append(s.at, nil)
		}
		return n
	}
	var bound orb.Bound
	for i, l := range lines {
		if len(l) < 2 {
			return nil, fmt.Errorf("piece %d has %d vertices", i, len(l))
		}
		p := Piece{From: id(l[0]), To: id(l[len(l)-1])}
		for k := 1; k < len(l); k++ {
			p.Metres += math.Hypot(l[k][0]-l[k-1][0], l[k][1]-l[k-1][1])
		}
		s.Pieces[i] = p
		s.at[p.From] = append(s.at[p.From], int32(i))
		if p.To != p.From {
			s.at[p.To] = append(s.at[p.To], int32(i))
		}
		if i == 0 {
			bound = l.Bound()
		}
		bound = bound.Union(l.Bound())
	}
	s.near = quadtree.New(bound.Pad(1))
	for i, p := range s.Nodes {
		if err := s.near.Add(node{p, int32(i)}); err != nil {
			return nil, fmt.Errorf("node %d: %w", i, err)
		}
	}
	return s, nil
}

// Near is the node nearest to a position, and how far it is; -1 where there is none
// within so many metres.
func (s *Streets) Near(at orb.Point, within float64) (int32, float64) {
	found, ok := s.near.Find(at).(node)
	if !ok {
		return -1, 0
	}
	if d := math.Hypot(found.at[0]-at[0], found.at[1]-at[1]); d <= within {
		return found.id, d
	}
	return -1, 0
}

// Edges are the pieces as Leave takes them, passed at so many metres a second.
func (s *Streets) Edges(shuts []float64, metresPerS float64) []Edge {
	out := make([]Edge, len(s.Pieces))
	for i, p := range s.Pieces {
		out[i] = Edge{From: p.From, To: p.To, Seconds: p.Metres / metresPerS, Shuts: shuts[i]}
	}
	return out
}

// Short is Streets between chosen nodes: chains of pieces without a fork are one
// arc, which shuts when the first of them does.
type Short struct {
	of   map[int32]int32 // node → its number here
	arcs [][]shortArc
}

type shortArc struct {
	to            int32
	metres, shuts float64
}

// Shorten keeps forks, ends and the nodes that are asked for.
func (s *Streets) Shorten(keep []int32, shuts []float64) *Short {
	sh := &Short{of: make(map[int32]int32, len(keep))}
	number := func(n int32) {
		if _, ok := sh.of[n]; !ok {
			sh.of[n] = int32(len(sh.arcs))
			sh.arcs = append(sh.arcs, nil)
		}
	}
	for _, n := range keep {
		if n >= 0 {
			number(n)
		}
	}
	for n := range s.at {
		if len(s.at[n]) != 2 {
			number(int32(n))
		}
	}
	for n, v := range sh.of {
		for _, piece := range s.at[n] {
			end, metres, until := s.chain(n, piece, shuts, sh.of)
			if end >= 0 {
				sh.arcs[v] = append(sh.arcs[v], shortArc{sh.of[end], metres, until})
			}
		}
	}
	return sh
}

// chain follows pieces from a kept node to the next; -1: it comes back to none.
func (s *Streets) chain(from, piece int32, shuts []float64, kept map[int32]int32) (end int32, metres, until float64) {
	until = math.Inf(1)
	at := from
	for range len(s.Pieces) + 1 {
		p := s.Pieces[piece]
		metres, until = metres+p.Metres, min(until, shuts[piece])
		at = p.From + p.To - at
		if _, ok := kept[at]; ok {
			return at, metres, until
		}
		next := s.at[at]
		if next[0] == piece {
			piece = next[1]
		} else {
			piece = next[0]
		}
	}
	return -1, 0, 0
}

// Reach is how one gets from a node to where Ways began: how far, and by when, in
// seconds from now, one must have left for that way to be open. Infinite metres:
// there is no way.
type Reach struct{ Metres, LeaveS float64 }

// Ways finds the shortest ways from nodes to one (Dijkstra 1959) over arcs that stay
// open for more than openS seconds from now, in the order of the nodes asked. The
// moment to leave is that of the way found, each arc passed marginS before it shuts
// and the goal reached by untilS; another way may be open longer.
func (sh *Short) Ways(goal int32, openS, untilS, metresPerS, marginS float64, ask []int32) []Reach {
	reach := make([]Reach, len(sh.arcs))
	for i := range reach {
		reach[i] = Reach{math.Inf(1), math.Inf(-1)}
	}
	if start, ok := sh.of[goal]; ok {
		reach[start] = Reach{0, untilS}
		sh.spread(start, reach, openS, metresPerS, marginS)
	}
	out := make([]Reach, len(ask))
	for i, n := range ask {
		out[i] = Reach{math.Inf(1), math.Inf(-1)}
		if v, ok := sh.of[n]; ok {
			out[i] = reach[v]
		}
	}
	return out
}

func (sh *Short) spread(start int32, reach []Reach, openS, metresPerS, marginS float64) {
	heap := nearestFirst{{start, 0}}
	for len(heap) > 0 {
		at := heap.pop()
		if at.metres > reach[at.node].Metres {
			continue
		}
		for _, a := range sh.arcs[at.node] {
			d := at.metres + a.metres
			if !(a.shuts > openS) || d >= reach[a.to].Metres {
				continue
			}
			reach[a.to] = Reach{d, min(reach[at.node].LeaveS, a.shuts-marginS) - a.metres/metresPerS}
			heap.push(stop{a.to, d})
		}
	}
}

// nearestFirst is a binary heap without the cost of interfaces: a plan asks for
// hundreds of searches at each reading.
type nearestFirst []stop

func (h *nearestFirst) push(s stop) {
	*h = append(*h, s)
	q := *h
	for i := len(q) - 1; i > 0; {
		up := (i - 1) / 2
		if q[up].metres <= q[i].metres {
			return
		}
		q[up], q[i] = q[i], q[up]
		i = up
	}
}

func (h *nearestFirst) pop() stop {
	q := *h
	top := q[0]
	last := len(q) - 1
	q[0] = q[last]
	q = q[:last]
	*h = q
	for i := 0; ; {
		next := 2*i + 1
		if next >= last {
			return top
		}
		if next+1 < last && q[next+1].metres < q[next].metres {
			next++
		}
		if q[i].metres <= q[next].metres {
			return top
		}
		q[i], q[next] = q[next], q[i]
		i = next
	}
}
