package dualgraph

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

func TestBothFormsOfTheFileGiveTheSameGraph(t *testing.T) {
	want := &Graph{IDs: []string{"a", "7", "c"}, Weight: []int{10, 25, 0}, Scale: 1, Edges: [][2]int32{{0, 1}, {1, 2}}}
	const nodes = `"nodes":[{"id":"a","pop":10},{"id":7,"pop":25.0},{"id":"c","pop":"0"}]`
	for _, c := range []struct{ name, file string }{
		{"adjacency lists each edge from both ends", `{"directed":false,"multigraph":false,"graph":[],` + nodes + `,"adjacency":[[{"id":7}],[{"id":"a","shared_perim":1},{"id":"c"}],[{"id":7}]]}`},
		{"node-link with links", `{` + nodes + `,"links":[{"source":"a","target":7},{"source":"c","target":7}]}`},
		{"node-link with edges", `{` + nodes + `,"edges":[{"source":7,"target":"a"},{"source":7,"target":"c"}]}`},
		{"an edge given twice counts once, a self-loop not at all", `{` + nodes + `,"links":[{"source":"a","target":7},{"source":7,"target":"a"},{"source":7,"target":7},{"source":7,"target":"c"}]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Read(strings.NewReader(c.file), "pop")
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestParallelEdgesOfAMultigraphAllCount(t *testing.T) {
	g, err := Read(strings.NewReader(`{"multigraph":true,"nodes":[{"id":0,"p":1},{"id":1,"p":1}],
		"adjacency":[[{"id":1,"key":0},{"id":1,"key":1}],[{"id":0,"key":0},{"id":0,"key":1}]]}`), "p")
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Edges) != 2 {
		t.Errorf("got %d edges, want 2", len(g.Edges))
	}
}

func TestFractionsOfWeightsAreKeptExactly(t *testing.T) {
	g, err := Read(strings.NewReader(`{"nodes":[{"id":0,"p":1.5},{"id":1,"p":0.25}],"links":[{"source":0,"target":1}]}`), "p")
	if err != nil {
		t.Fatal(err)
	}
	if g.Scale != 100 || g.Weight[0] != 150 || g.Weight[1] != 25 {
		t.Errorf("got %v in units of 1/%d, want 150 and 25 hundredths", g.Weight, g.Scale)
	}
}

func TestFilesThatAreNoGraphAreRefusedByField(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"no JSON", `nodes`, "not JSON"},
		{"no nodes", `{}`, "nodes"},
		{"no id", `{"nodes":[{"pop":1}]}`, "nodes[0].id"},
		{"an id twice", `{"nodes":[{"id":1,"pop":1},{"id":1,"pop":1}]}`, "nodes[1].id"},
		{"no weight", `{"nodes":[{"id":1,"people":1}]}`, "pop: the weight is missing; its fields are id, people"},
		{"a weight of words", `{"nodes":[{"id":1,"pop":"many"}]}`, "is not a number"},
		{"a negative weight", `{"nodes":[{"id":1,"pop":-4}]}`, "negative"},
		{"no edges at all", `{"nodes":[{"id":1,"pop":1},{"id":2,"pop":1}]}`, "neither adjacency nor links"},
		{"an edge to nowhere", `{"nodes":[{"id":1,"pop":1}],"links":[{"source":1,"target":9}]}`, "links[0]: there is no node 9"},
		{"too few lists", `{"nodes":[{"id":1,"pop":1}],"adjacency":[]}`, "adjacency"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read(strings.NewReader(c.file), "pop")
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want one that says %q", err, c.want)
			}
		})
	}
}

// lattice is a grid of unit weights as a file; gap leaves out a column of links.
func lattice(width, height, gap int) *Graph {
	g := &Graph{Scale: 1}
	for v := range width * height {
		g.IDs, g.Weight = append(g.IDs, fmt.Sprint("n", v)), append(g.Weight, 1)
		if x := v % width; x > 0 && x != gap {
			g.Edges = append(g.Edges, [2]int32{int32(v - 1), int32(v)})
		}
		if v >= width {
			g.Edges = append(g.Edges, [2]int32{int32(v - width), int32(v)})
		}
	}
	return g
}

func TestPlansOfLatticesReachTheKnownOptimum(t *testing.T) {
	for _, c := range []struct {
		width, height, gap, parts, cut int
		proven                         bool
	}{
		{4, 4, 0, 4, 8, true},     // four squares
		{6, 6, 0, 4, 12, true},    // four squares of nine
		{6, 6, 0, 6, 18, true},    // six rectangles of two by three
		{9, 9, 0, 9, 36, false},   // nine squares of nine
		{12, 4, 6, 4, 8, true},    // two islands of 24, two halves each
		{10, 4, 2, 5, 12, true},   // islands of 8 and 32: one part and four
		{8, 8, 0, 8, 32, false},   // two by four
		{16, 16, 0, 4, 32, false}, // four squares of 64
	} {
		t.Run(fmt.Sprint(c.width, "×", c.height, " into ", c.parts), func(t *testing.T) {
			g := lattice(c.width, c.height, c.gap)
			lower, upper := g.Even(c.parts)
			p, err := Divide(context.Background(), g, Options{Parts: c.parts, Lower: lower, Upper: upper, Seed: 1, Steps: 5_000_000})
			if err != nil {
				t.Fatal(err)
			}
			checkPlan(t, g, p)
			if p.CutEdges != c.cut || p.Parts != c.parts || !p.InBounds || c.proven && !p.ProvenOptimal {
				t.Errorf("got %d cut edges in %d parts (in bounds %v, proven %v), want %d in %d", p.CutEdges, p.Parts, p.InBounds, p.ProvenOptimal, c.cut, c.parts)
			}
		})
	}
}

// checkPlan counts a plan anew from the file.
func checkPlan(t *testing.T, g *Graph, p *Plan) {
	t.Helper()
	if len(p.Assignment) != len(g.IDs) {
		t.Fatalf("%d nodes assigned, want %d", len(p.Assignment), len(g.IDs))
	}
	weights := make([]float64, p.Parts)
	up := make([]int, len(g.IDs))
	for v, id := range g.IDs {
		weights[p.Assignment[id]-1] += float64(g.Weight[v]) / float64(g.Scale)
		up[v] = v
	}
	root := func(v int) int {
		for up[v] != v {
			v = up[v]
		}
		return v
	}
	cut := 0
	for _, e := range g.Edges {
		if p.Assignment[g.IDs[e[0]]] != p.Assignment[g.IDs[e[1]]] {
			cut++
		} else {
			up[root(int(e[0]))] = root(int(e[1]))
		}
	}
	roots := 0
	for v := range up {
		if up[v] == v {
			roots++
		}
	}
	if cut != p.CutEdges || roots != p.Parts || !reflect.DeepEqual(weights, p.Weights) {
		t.Fatalf("the plan says %d cut edges, %d parts of %v; counted: %d, %d connected pieces of %v", p.CutEdges, p.Parts, p.Weights, cut, roots, weights)
	}
	inside := true
	for _, w := range weights {
		inside = inside && w >= p.Lower && w <= p.Upper
	}
	if inside != p.InBounds {
		t.Fatalf("the plan says in bounds %v, counted %v", p.InBounds, inside)
	}
}

func TestAPlanIsTheSameEveryTimeAndHoldsUpWhenCounted(t *testing.T) {
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 1))
		g := lattice(5+rng.IntN(6), 5+rng.IntN(6), rng.IntN(4))
		for v := range g.Weight {
			g.Weight[v] = rng.IntN(100)
		}
		o := Options{Lower: 150, Upper: 150 + float64(rng.IntN(200)), Seed: seed, Steps: 100_000}
		a, err := Divide(context.Background(), g, o)
		if err != nil {
			t.Fatal(err)
		}
		checkPlan(t, g, a)
		b, _ := Divide(context.Background(), g, o)
		first, _ := json.Marshal(a)
		second, _ := json.Marshal(b)
		if string(first) != string(second) {
			t.Fatalf("seed %d: twice the same is not the same", seed)
		}
	}
}

func TestWishesThatCannotBeAreRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		o    Options
	}{
		{"more parts than nodes", Options{Parts: 17, Upper: 10}},
		{"bounds upside down", Options{Parts: 2, Lower: 9, Upper: 8}},
		{"no whole weight between the bounds", Options{Parts: 2, Lower: 8.2, Upper: 8.8}},
		{"fewer parts than islands", Options{Parts: 1, Lower: 1, Upper: 16}},
	} {
		if p, err := Divide(context.Background(), lattice(4, 4, 2), c.o); err == nil {
			t.Errorf("%s: got a plan of %d parts, want an error", c.name, p.Parts)
		}
	}
}
