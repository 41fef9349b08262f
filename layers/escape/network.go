// Package escape says by which roads people get out of a flood's way: a pure engine
// over a network of roads that shut when water reaches them.
//
// Units: metres on a plane, seconds where time is meant. Roads join where they share
// a vertex; bridges and what runs beneath them do not, unless they share one.
//
// It refuses to send anybody over a road that is shut, and to call a building
// connected that has none within reach.
package escape

import (
	"container/heap"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/quadtree"
)

// Road is a piece of road on the plane.
type Road struct {
	Line orb.LineString
	Open bool
}

// Network joins open roads at shared vertices.
type Network struct {
	nodes []orb.Point
	arcs  [][]arc
	near  *quadtree.Quadtree
}

type arc struct {
	to     int32
	metres float64
}

// node is a vertex in the index of vertices.
type node struct {
	at orb.Point
	id int32
}

// Point is where the node lies.
func (n node) Point() orb.Point { return n.at }

// snapM is how near two ends must lie to be the same: files round coordinates.
const snapM = 0.05

// NewNetwork joins the open roads.
func NewNetwork(roads []Road) (*Network, error) {
	n := &Network{}
	ids := map[[2]int64]int32{}
	id := func(p orb.Point) int32 {
		key := [2]int64{int64(math.Round(p[0] / snapM)), int64(math.Round(p[1] / snapM))}
		i, ok := ids[key]
		if !ok {
			i = int32(len(n.nodes))
			ids[key] = i
			n.nodes = append(n.nodes, p)
			n.arcs = append(n.arcs, nil)
		}
		return i
	}
	for _, r := range roads {
		if !r.Open {
			continue
		}
		for k := 1; k < len(r.Line); k++ {
			a, b := id(r.Line[k-1]), id(r.Line[k])
			if d := math.Hypot(r.Line[k][0]-r.Line[k-1][0], r.Line[k][1]-r.Line[k-1][1]); a != b {
				n.arcs[a] = append(n.arcs[a], arc{b, d})
				n.arcs[b] = append(n.arcs[b], arc{a, d})
			}
		}
	}
	var bound orb.Bound
	for i, p := range n.nodes {
		if i == 0 {
			bound = p.Bound()
		}
		bound = bound.Extend(p)
	}
	n.near = quadtree.New(bound.Pad(1))
	for i, p := range n.nodes {
		if err := n.near.Add(node{p, int32(i)}); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// Place is where somebody enters the network: a vertex, and how far it is there.
type Place struct {
	node   int32
	metres float64
}

// On says whether the place is on the network at all.
func (p Place) On() bool { return p.node >= 0 }

// Enter finds the nearest vertex of an open road within so many metres.
func (n *Network) Enter(at orb.Point, within float64) Place {
	found, _ := n.near.Find(at).(node)
	if len(n.nodes) == 0 {
		return Place{-1, 0}
	}
	d := math.Hypot(found.at[0]-at[0], found.at[1]-at[1])
	if d > within {
		return Place{-1, 0}
	}
	return Place{found.id, d}
}

// From measures the ways from a place to all vertices (Dijkstra 1959).
func (n *Network) From(p Place) Ways {
	w := Ways{make([]float64, len(n.nodes))}
	for i := range w.metres {
		w.metres[i] = math.Inf(1)
	}
	if !p.On() {
		return w
	}
	w.metres[p.node] = p.metres
	open := &frontier{{p.node, p.metres}}
	for open.Len() > 0 {
		at, _ := heap.Pop(open).(stop)
		if at.metres > w.metres[at.node] {
			continue
		}
		for _, a := range n.arcs[at.node] {
			if d := at.metres + a.metres; d < w.metres[a.to] {
				w.metres[a.to] = d
				heap.Push(open, stop{a.to, d})
			}
		}
	}
	return w
}

// Ways are the distances from one place.
type Ways struct{ metres []float64 }

// To is the distance to a place; infinite where no open road leads.
func (w Ways) To(p Place) float64 {
	if !p.On() {
		return math.Inf(1)
	}
	return w.metres[p.node] + p.metres
}

type stop struct {
	node   int32
	metres float64
}

type frontier []stop

func (f frontier) Len() int { return len(f) }
func (f frontier) Less(i, j int) bool {
	return f[i].metres < f[j].metres || f[i].metres == f[j].metres && f[i].node < f[j].node
}
func (f frontier) Swap(i, j int) { f[i], f[j] = f[j], f[i] }

// Push adds a stop; see container/heap.
func (f *frontier) Push(x any) {
	if s, ok := x.(stop); ok {
		*f = append(*f, s)
	}
}

// Pop takes the last stop; see container/heap.
func (f *frontier) Pop() any {
	s := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return s
}

// Parts tells the connected parts of the network apart: the part of a place, and
// the part with most road.
func (n *Network) Parts() (part func(Place) int32, largest int32) {
	of := make([]int32, len(n.nodes))
	for i := range of {
		of[i] = -1
	}
	count, most := int32(0), -1.0
	var open []int32
	for i := range of {
		if of[i] >= 0 {
			continue
		}
		of[i] = count
		length := 0.0
		for open = append(open[:0], int32(i)); len(open) > 0; {
			at := open[len(open)-1]
			open = open[:len(open)-1]
			for _, a := range n.arcs[at] {
				length += a.metres
				if of[a.to] < 0 {
					of[a.to] = count
					open = append(open, a.to)
				}
			}
		}
		if length > most {
			largest, most = count, length
		}
		count++
	}
	return func(p Place) int32 {
		if !p.On() {
			return -1
		}
		return of[p.node]
	}, largest
}
