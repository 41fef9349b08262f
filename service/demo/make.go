package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/data"
	"gridmap/importers/redraw"
	"gridmap/importers/synth"
	"gridmap/service/planning"
)

// Options of the demo district.
type Options struct {
	Seed     uint64
	Scale    float64 // 1 is the published scale
	Now      time.Time
	Progress func(stage string, done, total int)
	// TerrainDir is where the terrain is kept; empty: the demo has none, and no
	// flood can be shown. TerrainCellM is the side of its cells, metres; 0 is 20.
	TerrainDir   string
	TerrainCellM float64
}

// Names under which the demo's plans are drawn and approved.
const (
	author   = "planner"
	approver = "approver"
)

// Make fills the database, unless the demo is there already; made says whether
// it did. A demo that was cut off half-way is cleared and made anew.
func Make(ctx context.Context, pool *pgxpool.Pool, sealer *data.Sealer, o Options) (made bool, err error) {
	there, err := data.DemoState(ctx, pool)
	if err != nil {
		return false, err
	}
	switch there {
	case data.DemoWhole:
		return false, nil
	case data.DemoForeign:
		return false, data.Fault(data.Conflict, "database", "holds a district of its own; the demo is made in an empty database only")
	case data.DemoHalf:
		if err := data.ClearDemo(ctx, pool); err != nil {
			return false, err
		}
	}
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	m := &maker{pool: pool, sealer: sealer, o: o, plans: planning.New(pool)}
	return true, m.make(ctx)
}

// maker makes one demo.
type maker struct {
	pool     *pgxpool.Pool
	sealer   *data.Sealer
	o        Options
	plans    *planning.Service
	district *synth.District
	present  data.Present
}

func (m *maker) make(ctx context.Context) error {
	for _, step := range []func(context.Context) error{m.geography, m.terrain, m.presentPlan, m.life, m.rulePlan} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("make the demo: %w", err)
		}
	}
	m.o.Progress("settling the tables", 0, 1)
	return data.FinishDemo(ctx, m.pool)
}

// loader loads one table, reporting its rows.
type loader func(context.Context, *data.Bulk) error

func (m *maker) load(ctx context.Context, tables []string, steps ...loader) error {
	return data.LoadBulk(ctx, m.pool, m.sealer, tables, func(b *data.Bulk) error {
		b.Progress = func(table string, rows int64) { m.o.Progress("loading "+table, int(rows), 0) }
		for _, s := range steps {
			if err := s(ctx, b); err != nil {
				return err
			}
		}
		return nil
	})
}

func (m *maker) geography(ctx context.Context) (err error) {
	m.district, err = synth.Geography(ctx, synth.Options{Seed: m.o.Seed, Scale: m.o.Scale, Now: m.o.Now, Progress: m.o.Progress})
	if err != nil {
		return err
	}
	d := m.district
	return m.load(ctx, []string{"divisions", "compounds", "buildings", "stairwells", "rooms", "households", "people",
		"roads", "water", "land", "objects", "gauges", "gauge_thresholds", "readings", "shelters", "levees"},
		func(ctx context.Context, b *data.Bulk) error { return b.Divisions(ctx, slices.Values(d.Divisions)) },
		func(ctx context.Context, b *data.Bulk) error { return b.Compounds(ctx, slices.Values(d.Compounds)) },
		func(ctx context.Context, b *data.Bulk) error { return b.Buildings(ctx, slices.Values(d.Buildings)) },
		func(ctx context.Context, b *data.Bulk) error { return b.Stairwells(ctx, d.Stairwells()) },
		func(ctx context.Context, b *data.Bulk) error { return b.Rooms(ctx, d.Rooms()) },
		func(ctx context.Context, b *data.Bulk) error { return b.Households(ctx, d.Households()) },
		func(ctx context.Context, b *data.Bulk) error { return b.People(ctx, d.People()) },
		func(ctx context.Context, b *data.Bulk) error { return b.Roads(ctx, slices.Values(d.Roads)) },
		func(ctx context.Context, b *data.Bulk) error { return b.Water(ctx, slices.Values(d.Water)) },
		func(ctx context.Context, b *data.Bulk) error { return b.Land(ctx, slices.Values(d.Land)) },
		func(ctx context.Context, b *data.Bulk) error { return b.Objects(ctx, slices.Values(d.Objects)) },
		func(ctx context.Context, b *data.Bulk) error { return b.Gauges(ctx, slices.Values(d.Gauges)) },
		func(ctx context.Context, b *data.Bulk) error {
			return b.GaugeThresholds(ctx, slices.Values(d.Thresholds))
		},
		func(ctx context.Context, b *data.Bulk) error { return b.Readings(ctx, slices.Values(d.Readings)) },
		func(ctx context.Context, b *data.Bulk) error { return b.Shelters(ctx, slices.Values(d.Shelters)) },
		func(ctx context.Context, b *data.Bulk) error { return b.Levees(ctx, slices.Values(d.Levees)) },
	)
}

// presentPlan draws the plan that the district has, with the published numbers
// of grids and micro-grids, and publishes it.
func (m *maker) presentPlan(ctx context.Context) error {
	sketch, err := m.sketchPresent(ctx)
	if err != nil {
		return err
	}
	drawn, err := m.plans.Keep(ctx, sketch)
	if err != nil {
		return err
	}
	if err := m.plans.Publish(ctx, drawn.PlanID, approver, m.o.Now.AddDate(-2, 0, 0)); err != nil {
		return err
	}
	m.present, err = data.PresentPlan(ctx, m.pool)
	return err
}

// sketchPresent asks each community for its share of the published numbers. One
// that is in several pieces may get more grids than it was asked for; the
// largest then give some up, so that the sums come out.
func (m *maker) sketchPresent(ctx context.Context) (*planning.Sketch, error) {
	fixed, want := map[string]planning.Count{}, planning.Count{}
	for _, c := range m.district.Communities {
		fixed[c.Code] = planning.Count{Grids: c.Grids, Microgrids: c.Microgrids}
		want.Grids += c.Grids
		want.Microgrids += c.Microgrids
	}
	for try := 0; ; try++ {
		sketch, err := m.plans.Sketch(ctx, planning.Drawing{Division: m.code(), Name: "现行网格", Author: author, Source: synth.Source,
			Fixed: fixed, Options: redraw.Options{Seed: m.o.Seed, Restarts: 1, Effort: 0.1, Progress: m.drawing("drawing the present plan")}})
		if err != nil {
			return nil, err
		}
		got := sketch.Counts()
		if got == want || try == 3 {
			return sketch, nil
		}
		m.spread(fixed, want.Grids-got.Grids, want.Microgrids-got.Microgrids)
	}
}

// spread changes the numbers of the largest communities by one each, until the
// differences are used up.
func (m *maker) spread(fixed map[string]planning.Count, grids, microgrids int) {
	largest := slices.Clone(m.district.Communities)
	slices.SortStableFunc(largest, func(a, b synth.Community) int { return b.Households - a.Households })
	for _, c := range largest {
		n := fixed[c.Code]
		if s := sign(grids); s != 0 && n.Grids > 2 {
			n.Grids += s
			grids -= s
		}
		if s := sign(microgrids); s != 0 && n.Microgrids > n.Grids {
			n.Microgrids += s
			microgrids -= s
		}
		fixed[c.Code] = n
	}
}

func sign(n int) int { return max(-1, min(1, n)) }

// rulePlan draws the plan to the rule beside it, as a draft.
func (m *maker) rulePlan(ctx context.Context) error {
	_, err := m.plans.Draw(ctx, planning.Drawing{Division: m.code(), Name: "按规则重划", Author: author, Source: synth.Source,
		Options: redraw.Options{Seed: m.o.Seed, Restarts: 2, Progress: m.drawing("drawing the plan to the rule")}})
	return err
}

func (m *maker) code() string { return m.district.Divisions[0].Code }

func (m *maker) drawing(stage string) func(done, total int) {
	return func(done, total int) { m.o.Progress(stage, done, total) }
}
