// Package dualgraph reads the bare graphs of the redistricting world and divides
// them: nodes with a weight, an edge where two touch, no geometry. The format is
// NetworkX JSON, either adjacency or node-link, as GerryChain writes its dual
// graphs.
//
// It is pure: a reader in, a plan out. Self-loops are left out of the count of
// cut edges, and so are parallel edges unless the file says that it is a
// multigraph. The direction of edges means nothing here.
package dualgraph

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Graph is a dual graph as read.
type Graph struct {
	IDs    []string // of the nodes, as the file writes them
	Weight []int    // in units of 1/Scale
	Scale  int      // a power of ten that makes every weight whole
	Edges  [][2]int32
}

// document is NetworkX JSON of both kinds.
type document struct {
	Multigraph bool                         `json:"multigraph"`
	Nodes      []map[string]json.RawMessage `json:"nodes"`
	Adjacency  [][]map[string]json.RawMessage
	Links      []map[string]json.RawMessage `json:"links"`
	Edges      []map[string]json.RawMessage `json:"edges"`
}

// maxBytes bounds a graph, which is held whole: the blocks of a large state take a
// quarter of it.
const maxBytes = 512 << 20

// maxScale is the finest weight that is read: millionths.
const maxScale = 1_000_000

// Read reads a graph whose nodes carry their weight in a field.
func Read(r io.Reader, field string) (*Graph, error) {
	var doc document
	bounded := &io.LimitedReader{R: r, N: maxBytes + 1}
	dec := json.NewDecoder(bounded)
	err := dec.Decode(&doc)
	if bounded.N <= 0 {
		return nil, fmt.Errorf("the graph is larger than %d MB", maxBytes>>20)
	}
	if err != nil {
		return nil, fmt.Errorf("the graph is not JSON: %w", err)
	}
	if len(doc.Nodes) == 0 {
		return nil, fmt.Errorf("nodes: the graph has none")
	}
	g := &Graph{Scale: 1}
	index := make(map[string]int32, len(doc.Nodes))
	weights := make([]float64, len(doc.Nodes))
	for i, n := range doc.Nodes {
		id, err := identifier(n["id"])
		if err != nil {
			return nil, fmt.Errorf("nodes[%d].id: %w", i, err)
		}
		if _, ok := index[id]; ok {
			return nil, fmt.Errorf("nodes[%d].id: %s comes twice", i, id)
		}
		index[id] = int32(i)
		g.IDs = append(g.IDs, id)
		if weights[i], err = weight(n, field); err != nil {
			return nil, fmt.Errorf("node %s: %w", id, err)
		}
	}
	if err := g.scale(weights, field); err != nil {
		return nil, err
	}
	if err := g.connect(&doc, index); err != nil {
		return nil, err
	}
	return g, nil
}

// identifier is a string or a number, written as in the file.
func identifier(raw json.RawMessage) (string, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return "", fmt.Errorf("it is missing")
	}
	if raw[0] == '"' {
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err
	}
	return string(raw), nil
}

func weight(node map[string]json.RawMessage, field string) (float64, error) {
	raw, ok := node[field]
	if !ok || string(raw) == "null" {
		return 0, fmt.Errorf("%s: the weight is missing; its fields are %s", field, strings.Join(fieldsOf(node), ", "))
	}
	text := strings.Trim(string(raw), `" `)
	w, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || math.IsNaN(w) || math.IsInf(w, 0):
		return 0, fmt.Errorf("%s: %s is not a number", field, raw)
	case w < 0:
		return 0, fmt.Errorf("%s: the weight %s is negative", field, text)
	}
	return w, nil
}

func fieldsOf(node map[string]json.RawMessage) []string {
	var out []string
	for name := range node {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// scale makes all weights whole.
func (g *Graph) scale(weights []float64, field string) error {
	sum := 0.0
	for _, w := range weights {
		for g.Scale < maxScale && math.Abs(w*float64(g.Scale)-math.Round(w*float64(g.Scale))) > 1e-9*max(1, w*float64(g.Scale)) {
			g.Scale *= 10
		}
		sum += w
	}
	if sum*float64(g.Scale) > 1<<52 {
		return fmt.Errorf("%s: the weights are too large to be summed exactly", field)
	}
	g.Weight = make([]int, len(weights))
	for i, w := range weights {
		g.Weight[i] = int(math.Round(w * float64(g.Scale)))
	}
	return nil
}

// connect reads the edges of either form.
func (g *Graph) connect(doc *document, index map[string]int32) error {
	seen := make(map[[3]string]bool)
	add := func(where string, a, b json.RawMessage, key json.RawMessage) error {
		u, err := node(index, a)
		if err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
		v, err := node(index, b)
		if err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
		edge := [3]string{g.IDs[min(u, v)], g.IDs[max(u, v)]}
		if doc.Multigraph {
			edge[2] = string(key)
		}
		if u != v && !seen[edge] {
			seen[edge] = true
			g.Edges = append(g.Edges, [2]int32{min(u, v), max(u, v)})
		}
		return nil
	}
	switch {
	case doc.Adjacency != nil:
		if len(doc.Adjacency) != len(doc.Nodes) {
			return fmt.Errorf("adjacency: %d lists for %d nodes", len(doc.Adjacency), len(doc.Nodes))
		}
		for i, list := range doc.Adjacency {
			for j, e := range list {
				if err := add(fmt.Sprintf("adjacency[%d][%d].id", i, j), doc.Nodes[i]["id"], e["id"], e["key"]); err != nil {
					return err
				}
			}
		}
	case doc.Links != nil || doc.Edges != nil:
		for i, e := range slices.Concat(doc.Links, doc.Edges) {
			if err := add(fmt.Sprintf("links[%d]", i), e["source"], e["target"], e["key"]); err != nil {
				return err
			}
		}
	case len(doc.Nodes) > 1:
		return fmt.Errorf("the graph has neither adjacency nor links")
	}
	return nil
}

func node(index map[string]int32, raw json.RawMessage) (int32, error) {
	id, err := identifier(raw)
	if err != nil {
		return 0, err
	}
	v, ok := index[id]
	if !ok {
		return 0, fmt.Errorf("there is no node %s", id)
	}
	return v, nil
}

// Total is the weight of all nodes, in units of 1/Scale.
func (g *Graph) Total() int {
	sum := 0
	for _, w := range g.Weight {
		sum += w
	}
	return sum
}
