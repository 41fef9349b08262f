package redraw

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteTable prints the report for a terminal.
func (r Report) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintf(t, "seed %d\trestarts %d\t%d communities, %d buildings, %d atoms, %d households, %d rejected\n",
		r.Seed, r.Restarts, r.Communities, r.Buildings, r.Atoms, r.Households, r.Rejected)
	for _, l := range []struct {
		name string
		LevelReport
	}{{"grids", r.Grids}, {"micro-grids", r.Microgrids}} {
		fmt.Fprintf(t, "1 range, %s\t%d–%d, target %d\t%d in all, %d off the rule; inside %.1f %% of grids, %.1f %% of households; Σ violation %d; feasible areas inside %d of %d; %s\n",
			l.name, l.Min, l.Max, l.Target, l.Count, l.OffRule, 100*l.InRangeShare, 100*l.HouseholdsInRange, l.Violation, l.FeasibleInRange, l.Feasible, certificates(l.Certificates))
		fmt.Fprintf(t, "2 number, %s\t%d\tof %d to %d\n", l.name, l.Count-l.OffRule, l.LowestCount, l.HighestCount)
		b := l.Balance
		fmt.Fprintf(t, "3 balance, %s\tmean %.1f %%, max %.1f %%\tp5 %d, p50 %d, p95 %d households\n", l.name, 100*b.MeanOff, 100*b.MaxOff, b.P5, b.P50, b.P95)
	}
	fmt.Fprintf(t, "4 topology\tdisconnected %d\tgaps %.3f m², overlaps %.3f m², grids with holes %d, empty islands %d\n",
		r.Topology.DisconnectedGrids, r.Topology.GapM2, r.Topology.OverlapM2, r.Topology.Holes, r.Topology.EmptyIslands)
	fmt.Fprintf(t, "5 shape\tPolsby–Popper %.2f\tp10 %.2f, relative to the community %.2f\n", r.Shape.PolsbyPopperMedian, r.Shape.PolsbyPopperP10, r.Shape.RelativeMedian)
	fmt.Fprintf(t, "6 barriers\t%.1f %%\tof %.1f km between grids\n", 100*r.Barriers.OnBarrier, r.Barriers.InternalKm)
	fmt.Fprintf(t, "7 compounds\t%d split\tof %d, %d avoidable\n", r.Compounds.Split, r.Compounds.Compounds, r.Compounds.Avoidable)
	fmt.Fprintf(t, "8 stability\tfirst issue\t%d new codes\n", r.Stability.CodesNew)
	fmt.Fprintf(t, "9 optimality\tproven outside %d\tnot proven %d\n", r.Optimum.ProvenOutside, r.Optimum.NotProvenOutside)
	fmt.Fprintf(t, "10 nesting\tcrossing %d\tlayered micro-grids %d (%.1f %%), layered grids %d\n", r.Nesting.Crossing, r.Nesting.Layered, 100*r.Nesting.LayeredShare, r.Nesting.LayeredGrids)
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func certificates(by map[ReasonKind]int) string {
	var out []string
	for _, k := range []ReasonKind{Arithmetic, OneAtom, Pocket, Exhausted, NotProven, FixedCount, OffRule} {
		if by[k] > 0 {
			out = append(out, fmt.Sprintf("%s %d", k, by[k]))
		}
	}
	if len(out) == 0 {
		return "no certificate needed"
	}
	return strings.Join(out, ", ")
}
