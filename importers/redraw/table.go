package redraw

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteTable prints the figures of the whole for a terminal.
func (r Report) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintf(t, "seed %d\trestarts %d, steps %d, %.1f s of processor\t%d communities, %d buildings, %d atoms, %d households, %d rejected\n",
		r.Seed, r.Restarts, r.Steps, r.CPUSeconds, r.Communities, r.Buildings, r.Atoms, r.Households, r.Rejected)
	for _, l := range []struct {
		name, areas string
		LevelReport
	}{{"grids", "communities", r.Grids}, {"micro-grids", "grids", r.Microgrids}} {
		fmt.Fprintf(t, "1 range, %s\t%d–%d, target %d\t%d in all, %d off the rule; inside %.1f %% of grids, %.1f %% of households; Σ violation %d; feasible %s inside %d of %d (%.1f %%); %s\n",
			l.name, l.Min, l.Max, l.Target, l.Count, l.OffRule, 100*l.InRangeShare, 100*l.HouseholdsInRange, l.Violation, l.areas, l.FeasibleInRange, l.Feasible, 100*l.FeasibleShare, certificates(l.Certificates))
		fmt.Fprintf(t, "2 number, %s\t%d\tof %d to %d\n", l.name, l.Count-l.OffRule, l.LowestCount, l.HighestCount)
		b := l.Balance
		fmt.Fprintf(t, "3 balance, %s\tmean %.1f %%, max %.1f %%\tp5 %d, p50 %d, p95 %d households\n", l.name, 100*b.MeanOff, 100*b.MaxOff, b.P5, b.P50, b.P95)
	}
	fmt.Fprintf(t, "4 topology\tdisconnected %d\tgaps %.3f m², overlaps %.3f m², grids with holes %d, empty islands %d\n",
		r.Topology.DisconnectedGrids, r.Topology.GapM2, r.Topology.OverlapM2, r.Topology.Holes, r.Topology.EmptyIslands)
	fmt.Fprintf(t, "5 shape\tPolsby–Popper %.2f\tp10 %.2f, relative to the community %.2f\n", r.Shape.PolsbyPopperMedian, r.Shape.PolsbyPopperP10, r.Shape.RelativeMedian)
	fmt.Fprintf(t, "6 barriers\t%.1f %%\tof %.1f km between grids\n", 100*r.Barriers.OnBarrier, r.Barriers.InternalKm)
	fmt.Fprintf(t, "7 compounds\t%d split\tof %d, %d avoidable\n", r.Compounds.Split, r.Compounds.Compounds, r.Compounds.Avoidable)
	r.Stability.write(t)
	fmt.Fprintf(t, "9 optimality\tgap %d households\tabove a proven bound of %d; grids outside: proven %d, not proven %d\n", r.Optimum.Gap, r.Optimum.Bound, r.Optimum.ProvenOutside, r.Optimum.NotProvenOutside)
	fmt.Fprintf(t, "10 nesting\tcrossing %d\tlayered micro-grids %d (%.1f %%), layered grids %d\n", r.Nesting.Crossing, r.Nesting.Layered, 100*r.Nesting.LayeredShare, r.Nesting.LayeredGrids)
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func (s StabilityReport) write(w io.Writer) {
	if s.FirstIssue {
		fmt.Fprintf(w, "8 stability\tfirst issue\t%d new codes\n", s.Grids.CodesNew+s.Microgrids.CodesNew)
		return
	}
	fmt.Fprintf(w, "8 stability\tmoved %.1f %%\tof %d households, %.1f %% of the area\n", 100*s.HouseholdsMovedShare, s.Households, 100*s.AreaMovedShare)
	for _, l := range []struct {
		name string
		CodesReport
	}{{"grids", s.Grids}, {"micro-grids", s.Microgrids}} {
		fmt.Fprintf(w, "8 codes, %s\tU %d, S %d, M %d, X %d, N %d\tkept %d, new %d, retired %d\n", l.name,
			l.Unchanged, l.Split, l.Merged, l.Mixed, l.New, l.CodesKept, l.CodesNew, l.CodesRetired)
	}
}

// WriteAreas prints a line for each town, or for each community. The numbers in
// the heading are those of the ten figures.
func (r Report) WriteAreas(w io.Writer, level Level) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "code\thouseholds\t1 inside\tviolation\t2 grids\t3 off target\t4 faults\t5 shape\t6 barriers\t7 split\t8 moved\tcodes kept/new/retired\t9 gap\t10 layered\tmicro-grids inside\tname")
	for _, a := range r.Areas {
		if a.Level != level {
			continue
		}
		g, c := a.Grids, a.Stability.Grids
		inside := func(l LevelReport) string { return fmt.Sprintf("%d/%d", l.InRange, l.Count-l.OffRule) }
		fmt.Fprintf(t, "%s\t%d\t%s\t%d\t%d [%d,%d]\t%.1f %%\t%d\t%.2f\t%.1f %%\t%d/%d\t%.1f %%\t%d/%d/%d\t%d\t%d\t%s\t%s\n",
			a.Code, a.Households, inside(g), g.Violation, g.Count-g.OffRule, g.LowestCount, g.HighestCount, 100*g.Balance.MeanOff,
			a.Topology.DisconnectedGrids, a.Shape.PolsbyPopperMedian, 100*a.Barriers.OnBarrier, a.Compounds.Split, a.Compounds.Compounds,
			100*a.Stability.HouseholdsMovedShare, c.CodesKept, c.CodesNew, c.CodesRetired, a.Optimum.Gap, a.Nesting.Layered, inside(a.Microgrids), a.Name)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func certificates(by map[ReasonKind]int) string {
	var out []string
	for _, k := range []ReasonKind{Arithmetic, OneAtom, Pocket, Exhausted, NotProven, FixedCount, OffRule, ByHand} {
		if by[k] > 0 {
			out = append(out, fmt.Sprintf("%s %d", k, by[k]))
		}
	}
	if len(out) == 0 {
		return "no certificate needed"
	}
	return strings.Join(out, ", ")
}
