package redraw

import (
	"context"
	"slices"
	"testing"
	"time"
)

// BenchmarkDeskOperations does a planner's operations on one large community and
// reports the latency of each: what is looked at, done, counted, outlined and
// suggested.
func BenchmarkDeskOperations(b *testing.B) {
	d, in := openDesk(b, 1, 3000)
	b.Run("on a plan", func(b *testing.B) { benchDesk(b, d) })
	b.Run("from one grid of all", func(b *testing.B) {
		whole, err := NewDesk(context.Background(), in, Options{}, nil)
		if err != nil {
			b.Fatal(err)
		}
		benchDesk(b, whole)
	})
}

func benchDesk(b *testing.B, d *Desk) {
	b.Helper()
	b.Logf("%d plots, %d faces, %d grids", len(d.nodes), len(d.land.atom), len(d.state.byCode()))
	var took []time.Duration
	seed := uint64(0)
	for b.Loop() {
		d.Trial(seed, 1, func(_ Op, run func() Change) {
			began := time.Now()
			run()
			took = append(took, time.Since(began))
		})
		seed++
	}
	slices.Sort(took)
	for _, q := range []struct {
		name string
		at   float64
	}{{"p50-ms", 0.5}, {"p99-ms", 0.99}, {"max-ms", 1}} {
		b.ReportMetric(float64(took[int(q.at*float64(len(took)-1))].Microseconds())/1000, q.name)
	}
}

// BenchmarkDeskEngineAlone leaves out drawing and suggesting: the operation
// itself.
func BenchmarkDeskEngineAlone(b *testing.B) {
	d, _ := openDesk(b, 1, 3000)
	v := int32(0)
	for b.Loop() {
		v = (v + 7) % int32(len(d.nodes))
		for _, a := range d.graph.Around(v) {
			if to := d.state.part[a.To]; to != d.state.part[v] {
				next := d.state.clone()
				d.carryOut(Op{Kind: MoveOp}, next, []nodeMove{{[]int32{v}, to}})
				break
			}
		}
	}
}
