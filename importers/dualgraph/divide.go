package dualgraph

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gridmap/geo/regions"
)

// Options say what division is wanted.
type Options struct {
	Parts int // zero: any number that the bounds allow
	// Lower and Upper bound the weight of a part, in the unit of the file.
	Lower, Upper float64
	Seed         uint64
	Steps        int // budget, see regions.Effort
}

// Certificate is what is proven about a plan.
type Certificate struct {
	Kind string `json:"kind"`           // optimal, not_proven, or why nothing is inside the bounds
	Node string `json:"node,omitempty"` // that stands in the way
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

// Plan is a division; parts are numbered from one in the order of the nodes.
type Plan struct {
	Assignment    map[string]int `json:"assignment"`
	CutEdges      int            `json:"cut_edges"`
	Parts         int            `json:"parts"`
	ProvenOptimal bool           `json:"proven_optimal"`
	Certificate   Certificate    `json:"certificate"`
	InBounds      bool           `json:"in_bounds"`
	Lower         float64        `json:"lower"`
	Upper         float64        `json:"upper"`
	Weights       []float64      `json:"weights"` // by part
	Seed          uint64         `json:"seed"`
	Steps         int            `json:"steps"` // used
}

// Divide cuts as few edges as it can under the bounds, every part connected.
func Divide(ctx context.Context, g *Graph, o Options) (*Plan, error) {
	rule, err := o.rule(g)
	if err != nil {
		return nil, err
	}
	links := make([]regions.Link, len(g.Edges))
	for i, e := range g.Edges {
		links[i] = regions.Link{A: e[0], B: e[1], Cost: 1}
	}
	graph := regions.NewGraph(g.Weight, nil, links)
	of, n := graph.Components()
	if n > o.Parts && o.Parts > 0 {
		return nil, fmt.Errorf("--k %d: the graph has %d pieces that do not hang together, and each needs a part", o.Parts, n)
	}
	pieces := make([]piece, n)
	for v, c := range of {
		pieces[c].nodes = append(pieces[c].nodes, int32(v))
	}
	d := &divider{o: o, rule: rule, whole: graph}
	if n == 1 || o.Parts == 0 {
		for i := range pieces {
			pieces[i].graph = graph.Subgraph(pieces[i].nodes)
			if pieces[i].solution, err = d.solve(ctx, &pieces[i], o.Parts); err != nil {
				return nil, err
			}
		}
	} else if err := d.share(ctx, pieces); err != nil {
		return nil, err
	}
	return d.plan(g, pieces), nil
}

// rule is the bounds in whole units.
func (o Options) rule(g *Graph) (regions.Rule, error) {
	scale := float64(g.Scale)
	r := regions.Rule{Min: int(math.Ceil(o.Lower*scale - 1e-6)), Max: int(math.Floor(o.Upper*scale + 1e-6))}
	switch {
	case o.Lower < 0 || math.IsNaN(o.Lower):
		return r, fmt.Errorf("the lower bound %v is negative", o.Lower)
	case o.Upper < o.Lower || math.IsNaN(o.Upper) || o.Upper <= 0:
		return r, fmt.Errorf("the bounds %v to %v leave no room", o.Lower, o.Upper)
	case r.Min > r.Max:
		return r, fmt.Errorf("no whole weight lies within %v to %v", o.Lower, o.Upper)
	case o.Parts < 0 || o.Parts > len(g.IDs):
		return r, fmt.Errorf("--k %d: want 1 to %d, the number of nodes", o.Parts, len(g.IDs))
	}
	r.Target = max(1, (r.Min+r.Max)/2)
	if o.Parts > 0 {
		r.Target = max(1, g.Total()/o.Parts)
	}
	return r, nil
}

// piece is a connected component.
type piece struct {
	nodes    []int32
	graph    *regions.Graph
	solution regions.Solution
}

type divider struct {
	o     Options
	rule  regions.Rule
	whole *regions.Graph
}

func (d *divider) solve(ctx context.Context, p *piece, parts int) (regions.Solution, error) {
	problem := regions.Problem{
		Graph: p.graph, Rule: d.rule, Parts: parts, AnyParts: parts == 0, Optimum: true,
		// What is outside the bounds costs more than all edges together.
		Weights: regions.Weights{Off: 16_000, Cut: 1},
	}
	steps := int(float64(d.o.Steps) * float64(p.graph.Len()) / float64(d.whole.Len()))
	return regions.Solve(ctx, problem, d.o.Seed, regions.Effort{Steps: steps})
}

// share finds how many of the given number of parts each piece gets: for every
// number that its weight allows it is divided, and the cheapest numbers that add
// up are taken.
func (d *divider) share(ctx context.Context, pieces []piece) error {
	const outside = 1e9
	cost := make([][]float64, len(pieces)+1) // by piece and parts used so far
	took := make([][]int, len(pieces)+1)
	answers := make([]map[int]regions.Solution, len(pieces))
	cost[0] = []float64{0}
	for i := range pieces {
		p := &pieces[i]
		p.graph = d.whole.Subgraph(p.nodes)
		answers[i] = make(map[int]regions.Solution)
		lo, hi := d.rule.Counts(p.graph.Total())
		lo = max(1, min(lo, hi))
		hi = max(lo, min(hi, p.graph.Len(), d.o.Parts-len(pieces)+1))
		cost[i+1], took[i+1] = make([]float64, d.o.Parts+1), make([]int, d.o.Parts+1)
		for k := range cost[i+1] {
			cost[i+1][k] = math.Inf(1)
		}
		for k := lo; k <= min(hi, p.graph.Len()); k++ {
			s, err := d.solve(ctx, p, k)
			if err != nil {
				return err
			}
			answers[i][k] = s
			for before, c := range cost[i] {
				if at := before + k; at <= d.o.Parts {
					if sum := c + s.Cut + outside*float64(s.Off); sum < cost[i+1][at] {
						cost[i+1][at], took[i+1][at] = sum, k
					}
				}
			}
		}
	}
	if math.IsInf(cost[len(pieces)][d.o.Parts], 1) {
		return fmt.Errorf("--k %d: the graph has %d pieces that do not hang together, and no numbers of parts for them within the bounds add up to it", d.o.Parts, len(pieces))
	}
	for i, left := len(pieces), d.o.Parts; i > 0; i-- {
		k := took[i][left]
		pieces[i-1].solution = answers[i-1][k]
		left -= k
	}
	return nil
}

// plan puts the pieces together.
func (d *divider) plan(g *Graph, pieces []piece) *Plan {
	scale := float64(g.Scale)
	p := &Plan{Assignment: make(map[string]int, len(g.IDs)), Lower: d.o.Lower, Upper: d.o.Upper, Seed: d.o.Seed, InBounds: true, ProvenOptimal: true}
	part := make([]int, len(g.IDs))
	var worst *regions.Solution
	at := 0
	for i := range pieces {
		s := &pieces[i].solution
		for j, v := range pieces[i].nodes {
			part[v] = p.Parts + int(s.Part[j])
		}
		p.Parts += s.Parts
		p.CutEdges += int(math.Round(s.Cut))
		p.Steps += s.Steps
		p.ProvenOptimal = p.ProvenOptimal && s.Optimal
		if s.Off > 0 {
			p.InBounds = false
			if worst == nil || s.Proof.Kind != regions.NotProven {
				worst, at = s, i
			}
		}
	}
	number := make(map[int]int)
	for v, q := range part {
		if number[q] == 0 {
			number[q] = len(number) + 1
			p.Weights = append(p.Weights, 0)
		}
		p.Assignment[g.IDs[v]] = number[q]
		p.Weights[number[q]-1] += float64(g.Weight[v])
	}
	for i := range p.Weights {
		p.Weights[i] /= scale
	}
	p.ProvenOptimal = p.ProvenOptimal && p.InBounds
	p.Certificate = certificate(p, worst, func(node int) string { return g.IDs[pieces[at].nodes[node]] })
	return p
}

func certificate(p *Plan, worst *regions.Solution, id func(int) string) Certificate {
	switch {
	case p.ProvenOptimal:
		return Certificate{Kind: "optimal",
			Zh: fmt.Sprintf("已证明：在上下限内，没有切断少于%d条边的连通划分。", p.CutEdges),
			En: fmt.Sprintf("Proven: no connected division within the bounds cuts fewer than %d edges.", p.CutEdges)}
	case worst == nil:
		return Certificate{Kind: string(regions.NotProven),
			Zh: fmt.Sprintf("找到切断%d条边的划分；未证明不存在更少的。", p.CutEdges),
			En: fmt.Sprintf("A division that cuts %d edges was found; that none cuts fewer is not proven.", p.CutEdges)}
	}
	c := Certificate{Kind: string(worst.Proof.Kind)}
	switch worst.Proof.Kind {
	case regions.Arithmetic:
		c.Zh, c.En = "总量按上下限无法整分。", "By arithmetic alone the weight cannot be divided within the bounds."
	case regions.OneNode:
		c.Node = id(worst.Proof.Node)
		c.Zh, c.En = "节点"+c.Node+"单独即超过上限。", "Node "+c.Node+" alone is over the upper bound."
	case regions.Pocket:
		c.Node = id(worst.Proof.Node)
		c.Zh, c.En = "只经节点"+c.Node+"相连的部分：单独不足下限，合并则超过上限。", "What hangs on node "+c.Node+" alone is under the lower bound, and with it over the upper."
	case regions.Exhausted:
		c.Zh, c.En = "已穷尽所有连通划分，没有一种在上下限内。", "Every connected division was looked through; none is within the bounds."
	default:
		c.Zh, c.En = "未找到在上下限内的划分，也未证明不存在。", "No division within the bounds was found, and none was ruled out."
	}
	return c
}

// ErrNoBounds is returned by Bounds when neither a number of parts nor bounds
// are given.
var ErrNoBounds = errors.New("say --k, or --min and --max")

// Tolerance is how far from even a part may be when no bounds are given: half of
// one per cent to either side, as is usual for districts of one chamber.
const Tolerance = 0.005

// Even are the bounds of k parts within Tolerance, in the unit of the file.
func (g *Graph) Even(k int) (lower, upper float64) {
	ideal := float64(g.Total()) / float64(g.Scale) / float64(max(1, k))
	return ideal * (1 - Tolerance), ideal * (1 + Tolerance)
}
