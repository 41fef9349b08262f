package planning_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gridmap/data/testdb/fixture"
	"gridmap/service/planning"
)

// BenchmarkOperationsThroughTheService does a planner's operations on a community
// of 1,000 plots, each in a transaction of its own, and reports their latency.
func BenchmarkOperationsThroughTheService(b *testing.B) {
	w := newDrafting(b, 3000)
	d := w.desk(fixture.A1)
	b.Logf("%d plots, %d grids", len(d.Plots), len(d.Grids))
	r := rand.New(rand.NewPCG(1, 2))
	var took []time.Duration
	version, done := 0, 0
	for b.Loop() {
		o := anything(r, &d)
		for o.Kind == "redraw" || o.Kind == "repair" || o.Kind == "complex" {
			o = anything(r, &d)
		}
		began := time.Now()
		c, err := w.do(fixture.A1, version, o)
		took = append(took, time.Since(began))
		if err == nil {
			version, done = c.Version, done+1
			where := map[int]string{}
			for _, p := range c.Plots {
				where[p.Plot()] = p.Grid()
			}
			for i := range d.Plots {
				if to, ok := where[d.Plots[i].ID]; ok {
					d.Plots[i].Grid = to
				}
			}
			d.Grids = slices.DeleteFunc(d.Grids, func(g planning.GridState) bool { return slices.Contains(c.Gone, g.Code) })
		}
	}
	slices.Sort(took)
	for _, q := range []struct {
		name string
		at   float64
	}{{"p50-ms", 0.5}, {"p99-ms", 0.99}, {"max-ms", 1}} {
		b.ReportMetric(float64(took[int(q.at*float64(len(took)-1))].Microseconds())/1000, q.name)
	}
	b.ReportMetric(float64(done)/float64(len(took)), "done")
}

// BenchmarkOpeningADesk makes a desk of 1,000 plots again from its start and a log.
func BenchmarkOpeningADesk(b *testing.B) {
	w := newDrafting(b, 3000)
	r := rand.New(rand.NewPCG(3, 4))
	version := 0
	for range 200 {
		d := w.desk(fixture.A1)
		if c, err := w.do(fixture.A1, version, anything(r, &d)); err == nil {
			version = c.Version
		}
	}
	for b.Loop() {
		w.restart()
		w.desk(fixture.A1)
	}
}
