package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"gridmap/importers/dualgraph"
)

// redrawGraphCommand divides a bare graph, to lay beside other tools.
type redrawGraphCommand struct {
	Graph     string   `required:"" type:"path" placeholder:"G.json" help:"A dual graph: NetworkX JSON, adjacency or node-link, as GerryChain writes it."`
	Weight    string   `required:"" placeholder:"FIELD" help:"Field of a node that holds its population."`
	K         int      `placeholder:"K" help:"Number of parts."`
	Min       *float64 `placeholder:"L" help:"Population of a part, at least; with --max any number of parts will do."`
	Max       *float64 `placeholder:"U" help:"Population of a part, at most."`
	Lower     *float64 `placeholder:"L" help:"With --k: population of a part, at least; 0.995 of the mean without it."`
	Upper     *float64 `placeholder:"U" help:"With --k: population of a part, at most; 1.005 of the mean without it."`
	Objective string   `default:"cut-edges" enum:"cut-edges" help:"What is made small: the number of edges between parts."`
	Seed      uint64   `default:"1" help:"The same seed gives the same plan."`
	Budget    budget   `default:"10s" help:"Search for about so long; counted in steps, so that the plan is the same on any machine."`
	Out       string   `required:"" type:"path" placeholder:"plan.json" help:"Where the plan goes."`
}

// bounds chooses among the two ways to give them.
func (c *redrawGraphCommand) bounds(g *dualgraph.Graph) (lower, upper float64, err error) {
	if c.K < 0 {
		return 0, 0, fmt.Errorf("--k %d: want a positive number", c.K)
	}
	low, high, names := c.Lower, c.Upper, "--lower and --upper"
	if c.K == 0 {
		if c.Lower != nil || c.Upper != nil {
			return 0, 0, fmt.Errorf("--lower and --upper belong to --k; without a number of parts say --min and --max")
		}
		if c.Min == nil || c.Max == nil {
			return 0, 0, dualgraph.ErrNoBounds
		}
		low, high, names = c.Min, c.Max, "--min and --max"
	} else if c.Min != nil || c.Max != nil {
		return 0, 0, fmt.Errorf("--min and --max stand in place of --k; with it say --lower and --upper")
	}
	lower, upper = g.Even(max(1, c.K))
	if low != nil {
		lower = *low
	}
	if high != nil {
		upper = *high
	}
	if upper < lower {
		return 0, 0, fmt.Errorf("%s: %v to %v leave no room", names, lower, upper)
	}
	return lower, upper, nil
}

// Run divides the graph and writes the plan.
func (c *redrawGraphCommand) Run(ctx context.Context) error {
	f, err := os.Open(c.Graph)
	if err != nil {
		return fmt.Errorf("--graph: %w", err)
	}
	defer f.Close()
	g, err := dualgraph.Read(f, c.Weight)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(c.Graph), err)
	}
	lower, upper, err := c.bounds(g)
	if err != nil {
		return err
	}
	plan, err := dualgraph.Divide(ctx, g, dualgraph.Options{Parts: c.K, Lower: lower, Upper: upper, Seed: c.Seed, Steps: int(c.Budget.steps())})
	if err != nil {
		return err
	}
	if err := writeJSON(c.Out, plan); err != nil {
		return err
	}
	fmt.Printf("%d nodes, %d edges: %d parts, %d cut edges\n%s %s\n", len(g.IDs), len(g.Edges), plan.Parts, plan.CutEdges, plan.Certificate.Zh, plan.Certificate.En)
	for i, w := range plan.Weights {
		mark := ""
		if w < plan.Lower || w > plan.Upper {
			mark = "  outside"
		}
		fmt.Printf("part %d: %v%s\n", i+1, w, mark)
	}
	return nil
}
