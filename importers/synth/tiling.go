package synth

import (
	"context"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"gridmap/geo/coverage"
)

const (
	tagOutline = 1 << iota
	tagBoundary
	tagStreet
)

// boundaries is the network of edges between nodes of different communities,
// on the dual lattice (the corners of the cells around the nodes).
func (s *sketchpad) boundaries() *network {
	g := s.grid
	dual := &lattice{origin: orb.Point{g.origin[0] + latticeM/2, g.origin[1] + latticeM/2}, nx: g.nx, ny: g.ny}
	w := newNetwork(dual)
	for j := 1; j+1 < g.ny; j++ {
		for i := 1; i+1 < g.nx; i++ {
			n := int32(j*g.nx + i)
			if s.homeOf[n] != s.homeOf[n+1] {
				w.add(n-int32(g.nx), n, 0)
			}
			if s.homeOf[n] != s.homeOf[n+int32(g.nx)] {
				w.add(n-1, n, 0)
			}
		}
	}
	w.settle(mix(s.seed, streamDivide, 1<<32), 30, 5, nil)
	return w
}

// tile makes the polygons of communities, towns and the district from one
// coverage, so that neighbours share every vertex. In the city boundaries run
// along streets.
func (s *sketchpad) tile(ctx context.Context, town *streetPlan, workers int) (communes, towns, all []orb.MultiPolygon, err error) {
	segs, err := coverage.AppendLine(nil, s.outline, tagOutline)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("take the outline: %w", err)
	}
	for _, c := range s.boundaries().chains() {
		line := chaikin(c.line)
		from := 0
		for i := range line {
			if town.covers(line[i]) && i > from {
				if segs, err = coverage.AppendLine(segs, line[from:i+1], tagBoundary); err != nil {
					return nil, nil, nil, fmt.Errorf("take a boundary: %w", err)
				}
			}
			if town.covers(line[i]) {
				from = i
			}
		}
		if segs, err = coverage.AppendLine(segs, line[from:], tagBoundary); err != nil {
			return nil, nil, nil, fmt.Errorf("take a boundary: %w", err)
		}
	}
	for _, l := range town.edges() {
		if segs, err = coverage.AppendLine(segs, l, tagStreet); err != nil {
			return nil, nil, nil, fmt.Errorf("take a street: %w", err)
		}
	}
	cov, err := coverage.Build(ctx, segs, workers)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("tile the district: %w", err)
	}
	labels := s.labelFaces(cov)
	townLabels, whole := make([]int32, len(labels)), make([]int32, len(labels))
	for f, l := range labels {
		townLabels[f], whole[f] = -1, -1
		if l >= 0 {
			townLabels[f], whole[f] = int32(s.communes[l].town), 0
		}
	}
	return cov.Dissolve(labels, len(s.communes)), cov.Dissolve(townLabels, len(s.towns)), cov.Dissolve(whole, 1), nil
}

// border is an edge between two faces inside the outline.
type border struct {
	a, b    int32
	lengthM float64
}

// labelFaces gives each face inside the outline the community of a point in it;
// what is cut off from the rest of its community goes to the neighbour with the
// longest common border.
func (s *sketchpad) labelFaces(cov *coverage.Coverage) []int32 {
	labels := make([]int32, cov.Faces())
	for f, halfEdges := range cov.HalfEdgesByFace() {
		labels[f] = -1
		if len(halfEdges) == 0 {
			continue
		}
		x, y := cov.InteriorPoint(int32(f), halfEdges)
		p := orb.Point{x, y}
		if inRing(s.outline, p) {
			labels[f] = s.homeOf[s.grid.node(p)]
		}
	}
	var borders []border
	for e := range cov.Edges() {
		if _, _, l, r, _ := cov.Edge(e); l >= 0 && r >= 0 && l != r && labels[l] >= 0 && labels[r] >= 0 {
			borders = append(borders, border{l, r, cov.LengthM(e)})
		}
	}
	for range 6 {
		if !takeStrays(cov, labels, borders) {
			break
		}
	}
	return labels
}

// takeStrays gives each part that is cut off from the rest of its label to the
// label beside it with the longest common border; false: there was none.
func takeStrays(cov *coverage.Coverage, labels []int32, borders []border) bool {
	part := components(labels, borders)
	size := map[int32]float64{}
	for f, p := range part {
		size[p] += math.Abs(float64(cov.Area2(int32(f))))
	}
	main := map[int32]int32{}
	for f, p := range part {
		if m, ok := main[labels[f]]; !ok || size[p] > size[m] {
			main[labels[f]] = p
		}
	}
	shared := map[[2]int32]float64{} // stray part, label beside it
	for _, b := range borders {
		for _, e := range [2][2]int32{{b.a, b.b}, {b.b, b.a}} {
			if part[e[0]] != main[labels[e[0]]] && labels[e[0]] != labels[e[1]] {
				shared[[2]int32{part[e[0]], labels[e[1]]}] += b.lengthM
			}
		}
	}
	to := map[int32]int32{}
	for k, l := range shared {
		if old, ok := to[k[0]]; !ok || l > shared[[2]int32{k[0], old}] || (l == shared[[2]int32{k[0], old}] && k[1] < old) {
			to[k[0]] = k[1]
		}
	}
	for f, p := range part {
		if l, ok := to[p]; ok && labels[f] >= 0 {
			labels[f] = l
		}
	}
	return len(to) > 0
}

// components numbers the connected parts of equal label by their first face.
func components(labels []int32, borders []border) []int32 {
	root := make([]int32, len(labels))
	for i := range root {
		root[i] = int32(i)
	}
	find := func(a int32) int32 {
		for root[a] != a {
			root[a] = root[root[a]]
			a = root[a]
		}
		return a
	}
	for _, e := range borders {
		if labels[e.a] == labels[e.b] {
			x, y := find(e.a), find(e.b)
			root[max(x, y)] = min(x, y)
		}
	}
	for i := range root {
		root[i] = find(int32(i))
	}
	return root
}
