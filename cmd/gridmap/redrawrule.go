package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gridmap/geo/regions"
	"gridmap/importers/redraw"
)

// redrawRule are the flags that say how to draw, over a database or over files.
type redrawRule struct {
	Min      int     `default:"300" help:"Households in a grid, at least."`
	Max      int     `default:"500" help:"Households in a grid, at most."`
	Target   int     `placeholder:"400" help:"Households in a grid, aimed at; the middle without it."`
	MicroMin int     `default:"50" help:"Households in a micro-grid, at least."`
	MicroMax int     `default:"80" help:"Households in a micro-grid, at most."`
	Micro    string  `default:"complex" enum:"complex,all,none" help:"Micro-grids in complex communities, in all, or in none."`
	Mode     string  `default:"fresh" enum:"fresh,repair" help:"fresh: without regard to the grids that hold now; repair: from them, moving as few households as may be."`
	Seed     uint64  `default:"1" help:"The same seed gives the same plan."`
	Budget   budget  `placeholder:"30s" help:"Search for about so long; counted in steps, so that the plan is the same on any machine."`
	Weights  weights `placeholder:"balance=40,…" help:"What rates a plan: range=400000,split=1000,moved=800,border=1,balance=4 where nothing else is said, so that each outweighs the next."`
}

func (r *redrawRule) options() redraw.Options {
	return redraw.Options{Min: r.Min, Max: r.Max, Target: r.Target, MicroMin: r.MicroMin, MicroMax: r.MicroMax,
		Mode: redraw.Mode(r.Mode), Micro: redraw.MicroMode(r.Micro), Seed: r.Seed, Steps: r.Budget.steps(), Weights: redraw.Weights(r.Weights)}
}

// weights are what a plan is rated by, as written on the command line:
// "split=1000,balance=40" changes two and leaves the others as they are.
type weights redraw.Weights

// UnmarshalText reads name=number pairs.
func (w *weights) UnmarshalText(text []byte) error {
	out := regions.Ordered()
	names := map[string]*float64{"range": &out.Off, "split": &out.Split, "moved": &out.Moved, "border": &out.Cut, "balance": &out.Balance}
	for _, pair := range strings.Split(string(text), ",") {
		name, value, _ := strings.Cut(pair, "=")
		at, ok := names[strings.TrimSpace(name)]
		if !ok {
			return fmt.Errorf("%q is not one of range, split, moved, border and balance", name)
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || n < 0 || math.IsNaN(n) || math.IsInf(n, 0) {
			return fmt.Errorf("%s=%s: want a number from zero up", name, value)
		}
		*at = n
	}
	*w = weights(out)
	return nil
}
