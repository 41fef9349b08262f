package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"gridmap/importers/redraw"
	"gridmap/service/planning"
)

// benchDraw measures the redraw engine on the district of the database: all of
// it, each community by itself, and a planner's moves on the largest.
type benchDraw struct {
	in redraw.Input
	o  redraw.Options
}

func newBenchDraw(ctx context.Context, s *store, division string) (*benchDraw, error) {
	began := time.Now()
	in, o, err := planning.New(s.pool).Input(ctx, planning.Drawing{Division: division, Options: redraw.Options{Seed: 1}})
	if err != nil {
		return nil, err
	}
	fmt.Printf("\nredraw: %d communities, %d buildings, %d barriers read from PostGIS in %.1f s\n",
		len(in.Communities), len(in.Buildings), len(in.Barriers), time.Since(began).Seconds())
	return &benchDraw{in, o}, nil
}

func (b *benchDraw) run(ctx context.Context) error {
	for _, mode := range []redraw.Mode{redraw.Fresh, redraw.Repair} {
		o := b.o
		o.Mode = mode
		began, cpu := time.Now(), threadCPU()
		plan, err := redraw.Draw(ctx, b.in, o)
		if err != nil {
			return err
		}
		took := time.Since(began)
		plan.Report.CPUSeconds = (threadCPU() - cpu).Seconds()
		fmt.Printf("\ndistrict, %s: %.1f s, %.1f s of processor\n", mode, took.Seconds(), plan.Report.CPUSeconds)
		if err := plan.Report.WriteTable(os.Stdout); err != nil {
			return err
		}
		if mode == redraw.Fresh {
			if err := b.communities(ctx, plan); err != nil {
				return err
			}
		}
	}
	return nil
}

// communities draws each community by itself with one worker, and opens a desk
// on the one with the most buildings.
func (b *benchDraw) communities(ctx context.Context, plan *redraw.Plan) error {
	parts := b.split()
	took := make([]time.Duration, 0, len(parts))
	largest := 0
	for i, in := range parts {
		if len(in.Buildings) > len(parts[largest].Buildings) {
			largest = i
		}
		o := b.o
		o.Workers = 1
		began := time.Now()
		if _, err := redraw.Draw(ctx, in, o); err != nil {
			return fmt.Errorf("community %s: %w", in.Communities[0].Code, err)
		}
		took = append(took, time.Since(began))
	}
	printTimes("one community, one processor", took)
	return b.desk(ctx, parts[largest], plan)
}

// split gives each community its buildings and the barriers about it.
func (b *benchDraw) split() []redraw.Input {
	out := make([]redraw.Input, len(b.in.Communities))
	index := make(map[string]int, len(out))
	for i, c := range b.in.Communities {
		out[i].Communities = []redraw.Community{c}
		index[c.Code] = i
	}
	for _, building := range b.in.Buildings {
		if i, ok := index[building.Community]; ok {
			out[i].Buildings = append(out[i].Buildings, building)
		}
	}
	bounds := make([]orb.Bound, len(out))
	for i, c := range b.in.Communities {
		bounds[i] = c.Outline.Bound()
	}
	for _, barrier := range b.in.Barriers {
		box := barrier.Area.Bound()
		if len(barrier.Line) > 0 {
			box = barrier.Line.Bound()
		}
		for i := range out {
			if bounds[i].Intersects(box) {
				out[i].Barriers = append(out[i].Barriers, barrier)
			}
		}
	}
	return out
}

// desk measures a planner's operations, chosen by seed: everything that a screen
// needs is made for each.
func (b *benchDraw) desk(ctx context.Context, in redraw.Input, plan *redraw.Plan) error {
	began := time.Now()
	desk, err := redraw.NewDesk(ctx, in, b.o, plan.Present())
	if err != nil {
		return err
	}
	fmt.Printf("  desk on community %s: %d buildings, opened in %.2f s\n", in.Communities[0].Code, len(in.Buildings), time.Since(began).Seconds())
	took := map[redraw.OpKind][]time.Duration{}
	var kinds []redraw.OpKind
	for seed := range uint64(100) {
		desk.Trial(seed, 10, func(op redraw.Op, run func() redraw.Change) {
			began := time.Now()
			run()
			if took[op.Kind] == nil {
				kinds = append(kinds, op.Kind)
			}
			took[op.Kind] = append(took[op.Kind], time.Since(began))
		})
	}
	slices.Sort(kinds)
	var all []time.Duration
	for _, k := range kinds {
		printTimes("  "+string(k), took[k])
		all = append(all, took[k]...)
	}
	printTimes("  any operation", all)
	return nil
}

func printTimes(what string, took []time.Duration) {
	if len(took) == 0 {
		return
	}
	slices.Sort(took)
	at := func(q float64) float64 {
		return float64(took[int(q*float64(len(took)-1)+0.5)].Microseconds()) / 1000
	}
	fmt.Printf("  %-28s %5d times   p50 %8.2f ms   p99 %8.2f ms   max %8.2f ms\n", what, len(took), at(0.5), at(0.99), at(1))
}
