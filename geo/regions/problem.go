package regions

import (
	"context"
	"errors"
	"fmt"
)

// Problem is what to divide and how. The graph must be connected.
type Problem struct {
	Graph   *Graph
	Rule    Rule
	Weights Weights
	// Parts, when above zero, is the number of parts; the range then holds as it
	// is. Zero: as many as the rule allows, those nearest to the target first.
	Parts int
	// AnyParts lets cost alone choose among the numbers that the rule allows.
	AnyParts bool
	// Present is the part in which each node is at home, numbered from zero and
	// -1 for none; nil when nobody is. With Repair the search starts from it and
	// keeps what it can; without it a home costs nothing.
	Present []int32
	Repair  bool
	// Optimum asks to prove the least cost where that can be done, not only that
	// there is a division inside the range.
	Optimum bool
	// NoSearch leaves out the complete search where nothing was found inside the
	// range, and with it the proof, for those who do not ask.
	NoSearch bool
}

// Effort is how hard to try. Zero values take the default.
type Effort struct {
	// Steps is the budget: a step looks at one node. Zero stops after Rounds.
	Steps  int
	Rounds int // attempts by number of parts: 4
	// Factor multiplies the steps of an attempt: 1.
	Factor float64
}

// StepsPerSecond turns a time into a budget. It is a plain number and not a
// measurement, so that the same budget gives the same answer on any machine.
const StepsPerSecond = 4_000_000

// Solution is a division of the graph into connected parts.
type Solution struct {
	Part  []int32
	Parts int
	Off   int     // weight outside the range
	Cut   float64 // cost of the links between parts
	Cost  float64 // all but Off, in mean links
	Moved int     // weight away from home
	// Proof is why Off is above zero; nil when it is zero.
	Proof *Proof
	// Optimal: no division has less cost with as little outside the range.
	Optimal bool
	Steps   int // used
}

// ErrDisconnected is returned for a graph of several components.
var ErrDisconnected = errors.New("the graph is not connected")

func (p *Problem) validate() error {
	if p.Graph.Len() == 0 {
		return errors.New("the graph has no node")
	}
	if _, n := p.Graph.Components(); n > 1 {
		return fmt.Errorf("%w: it has %d components", ErrDisconnected, n)
	}
	if p.Rule.Min < 0 || p.Rule.Min > p.Rule.Max || p.Rule.Target < 1 {
		return fmt.Errorf("the range %d to %d with target %d makes no sense", p.Rule.Min, p.Rule.Max, p.Rule.Target)
	}
	if p.Parts > p.Graph.Len() {
		return fmt.Errorf("%d parts are more than the %d nodes", p.Parts, p.Graph.Len())
	}
	if p.Present != nil && len(p.Present) != p.Graph.Len() {
		return fmt.Errorf("%d homes for %d nodes", len(p.Present), p.Graph.Len())
	}
	for v, w := range p.Graph.Weight {
		if w < 0 {
			return fmt.Errorf("node %d has a negative weight", v)
		}
	}
	return nil
}

// Solve divides the graph. It ends early with ctx's error when ctx is cancelled.
func Solve(ctx context.Context, p Problem, seed uint64, e Effort) (Solution, error) {
	if e.Rounds <= 0 {
		e.Rounds = 4
	}
	if e.Factor <= 0 {
		e.Factor = 1
	}
	if p.Weights == (Weights{}) {
		p.Weights = Ordered()
	}
	if !p.Repair {
		p.Present = nil
	}
	if err := p.validate(); err != nil {
		return Solution{}, err
	}
	s := &solver{p: &p, seed: seed, effort: e}
	return s.solve(ctx)
}
