package dualgraph

import (
	"strings"
	"testing"
)

// FuzzRead holds that a graph that is read has every edge between two of its
// nodes, once, and a weight for each.
func FuzzRead(f *testing.F) {
	for _, s := range []string{`{"nodes":[{"id":1,"p":2},{"id":"1x","p":0.5}],"links":[{"source":1,"target":"1x"}]}`,
		`{"multigraph":true,"nodes":[{"id":0,"p":1},{"id":1,"p":1}],"adjacency":[[{"id":1,"key":0},{"id":1,"key":1}],[{"id":0,"key":0}]]}`,
		`{"nodes":[{"id":null}]}`, `{"nodes":[{"id":{},"p":1e300}],"edges":[{}]}`, `{"nodes":[null],"adjacency":[[null]]}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		g, err := Read(strings.NewReader(text), "p")
		if err != nil {
			return
		}
		if len(g.Weight) != len(g.IDs) || len(g.IDs) == 0 || g.Total() < 0 {
			t.Fatalf("%d weights for %d nodes, %d in all", len(g.Weight), len(g.IDs), g.Total())
		}
		for _, e := range g.Edges {
			if e[0] < 0 || e[0] >= e[1] || int(e[1]) >= len(g.IDs) {
				t.Fatalf("an edge %v among %d nodes", e, len(g.IDs))
			}
		}
	})
}
