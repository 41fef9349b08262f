package planning

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb/planar"

	"gridmap/data"
	"gridmap/importers/redraw"
)

// Service draws and publishes plans.
type Service struct{ pool *pgxpool.Pool }

// New makes a Service on pool.
func New(pool *pgxpool.Pool) *Service { return &Service{pool} }

// Count asks for an exact number of grids and micro-grids in a community.
type Count struct{ Grids, Microgrids int }

// Drawing is what to draw.
type Drawing struct {
	Division string // code of a district, town or community
	Name     string
	Author   string
	Source   string // "drawn", or "synthetic" in the demo
	Options  redraw.Options
	Fixed    map[string]Count // by community; empty: the rule decides
	// CPU reads the processor time used so far, for the report; nil: not measured.
	CPU func() time.Duration
}

// Drawn is a plan that was drawn and stored as a draft.
type Drawn struct {
	PlanID   int64
	Report   redraw.Report
	Rejected []redraw.Rejected
	Retired  []redraw.Retired
	Grids    int
	Micro    int
}

// Sketch is a plan that was drawn and is not stored yet.
type Sketch struct {
	Report   redraw.Report
	Rejected []redraw.Rejected
	Retired  []redraw.Retired
	records  data.DrawnPlan
}

// Counts are the numbers of grids and micro-grids in all.
func (k *Sketch) Counts() Count { return Count{len(k.records.Grids), len(k.records.Microgrids)} }

// Draw divides a division into grids and keeps the result as a draft.
func (s *Service) Draw(ctx context.Context, d Drawing) (Drawn, error) {
	k, err := s.Sketch(ctx, d)
	if err != nil {
		return Drawn{}, err
	}
	return s.Keep(ctx, k)
}

// Sketch divides a division into grids and stores nothing.
func (s *Service) Sketch(ctx context.Context, d Drawing) (*Sketch, error) {
	o := withDefaults(d.Options)
	if d.CPU == nil {
		d.CPU = func() time.Duration { return 0 }
	}
	began := d.CPU()
	in, j, err := s.input(ctx, d, o)
	if err != nil {
		return nil, err
	}
	plan, err := redraw.Draw(ctx, in, o)
	if errors.Is(err, redraw.ErrNoNumber) {
		return nil, data.Fault(data.Conflict, "code", err.Error())
	}
	if err != nil {
		return nil, fmt.Errorf("draw grids: %w", err)
	}
	plan.Report.CPUSeconds = (d.CPU() - began).Seconds()
	records, err := j.recordsOf(plan, d, o)
	if err != nil {
		return nil, err
	}
	return &Sketch{plan.Report, plan.Rejected, plan.Retired, records}, nil
}

// Input is the ground of a division as the engine takes it, and the options with
// their defaults.
func (s *Service) Input(ctx context.Context, d Drawing) (redraw.Input, redraw.Options, error) {
	o := withDefaults(d.Options)
	in, _, err := s.input(ctx, d, o)
	return in, o, err
}

func (s *Service) input(ctx context.Context, d Drawing, o redraw.Options) (redraw.Input, plane, error) {
	ground, err := data.Ground(ctx, s.pool, d.Division, o.MicroMax)
	if err != nil {
		return redraw.Input{}, plane{}, fmt.Errorf("draw grids: %w", err)
	}
	if len(ground.Communities) == 0 {
		return redraw.Input{}, plane{}, data.Fault(data.NotFound, "division", "there is no community under this code")
	}
	j := planeOf(ground)
	in := j.inputOf(ground, d.Fixed)
	if in.Present, err = s.present(ctx, j, d.Division); err != nil {
		return redraw.Input{}, plane{}, fmt.Errorf("draw grids: %w", err)
	}
	return in, j, nil
}

// present is the plan that holds now, nil where none ever did.
func (s *Service) present(ctx context.Context, j plane, division string) (*redraw.Present, error) {
	places, used, err := data.Held(ctx, s.pool)
	if err != nil || len(places) == 0 && len(used) == 0 {
		return nil, err
	}
	outlines, err := data.HeldOutlines(ctx, s.pool, division)
	if err != nil {
		return nil, err
	}
	return j.presentOf(places, used, outlines), nil
}

// Keep stores a sketch as a draft.
func (s *Service) Keep(ctx context.Context, k *Sketch) (Drawn, error) {
	id, err := data.SavePlan(ctx, s.pool, k.records)
	if err != nil {
		return Drawn{}, err
	}
	n := k.Counts()
	return Drawn{PlanID: id, Report: k.Report, Rejected: k.Rejected, Retired: k.Retired, Grids: n.Grids, Micro: n.Microgrids}, nil
}

// Publish makes a plan the one that holds from a day on.
func (s *Service) Publish(ctx context.Context, plan int64, approver string, from time.Time) error {
	_, err := data.PublishPlan(ctx, s.pool, data.Actor{Account: approver, Role: "planner"}, plan, from, time.Now())
	return err
}

func withDefaults(o redraw.Options) redraw.Options {
	set := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	set(&o.Min, 300)
	set(&o.Max, 500)
	set(&o.Target, (o.Min+o.Max)/2)
	set(&o.MicroMin, 50)
	set(&o.MicroMax, 80)
	return o
}

// recordsOf lays a plan out as rows. Ids count from 1.
func (j plane) recordsOf(p *redraw.Plan, d Drawing, o redraw.Options) (data.DrawnPlan, error) {
	report, err := json.Marshal(p.Report)
	if err != nil {
		return data.DrawnPlan{}, fmt.Errorf("write the report: %w", err)
	}
	parameters, err := json.Marshal(map[string]any{"seed": o.Seed, "min": o.Min, "max": o.Max, "target": o.Target,
		"micro_min": o.MicroMin, "micro_max": o.MicroMax, "division": d.Division, "fixed": len(d.Fixed) > 0,
		"mode": cmp.Or(o.Mode, redraw.Fresh), "micro": cmp.Or(o.Micro, redraw.MicroComplex), "steps": o.Steps})
	if err != nil {
		return data.DrawnPlan{}, fmt.Errorf("write the parameters: %w", err)
	}
	out := data.DrawnPlan{Plan: data.Plan{Name: d.Name, Author: d.Author, Source: d.Source, Division: d.Division, Report: report, Parameters: parameters}}
	firstMicro := make([]int64, len(p.Grids))
	for i := range p.Grids {
		g := &p.Grids[i]
		out.Grids = append(out.Grids, j.gridRecord(g, int64(i+1), o))
		firstMicro[i] = int64(len(out.Microgrids) + 1)
		for k := range g.Microgrids {
			out.Microgrids = append(out.Microgrids, j.microgridRecord(&g.Microgrids[k], int64(len(out.Microgrids)+1), int64(i+1), o))
		}
	}
	for _, a := range p.Assignments {
		b := data.PlanBuilding{BuildingID: a.BuildingID, Part: a.Part, Households: a.Households, GridID: int64(a.Grid + 1)}
		if a.Microgrid >= 0 {
			b.MicrogridID = firstMicro[a.Grid] + int64(a.Microgrid)
		}
		out.Buildings = append(out.Buildings, b)
	}
	return out, nil
}

func (j plane) gridRecord(g *redraw.Grid, id int64, o redraw.Options) data.Grid {
	name := g.Name
	if name == "" {
		name = "第" + strings.TrimPrefix(g.Code, g.Community) + "网格"
	}
	r := data.Grid{ID: id, CommunityCode: g.Community, Code: g.Code, Name: name, Kind: string(g.Kind),
		Households: g.Households, Persons: g.Persons, Layered: g.Layered, Lineage: g.Lineage, Predecessors: g.Predecessors, Geom: j.degrees(g.Outline),
		AreaM2: planar.Area(g.Outline)}
	r.InRule = g.Kind == redraw.Basic && g.Households >= o.Min && g.Households <= o.Max
	if !r.InRule {
		r.ReasonKind, r.ReasonZH, r.ReasonEN = reasonOf(g.Reason)
	}
	return r
}

func (j plane) microgridRecord(m *redraw.Microgrid, id, grid int64, o redraw.Options) data.Microgrid {
	r := data.Microgrid{ID: id, GridID: grid, Code: m.Code, Households: m.Households, Persons: m.Persons, Layered: m.Layered,
		Geom: j.degrees(m.Outline), AreaM2: planar.Area(m.Outline), InRule: m.Households >= o.MicroMin && m.Households <= o.MicroMax}
	if !r.InRule {
		r.ReasonKind, r.ReasonZH, r.ReasonEN = reasonOf(m.Reason)
	}
	return r
}

// reasonOf a grid outside the rule. The engine gives one wherever it drew by the
// rule; a plan with given numbers has none to give.
func reasonOf(r *redraw.Reason) (kind, zh, en string) {
	if r == nil {
		return string(redraw.FixedCount), "网格数由现行方案给定。", "The number of grids was given by the present plan."
	}
	return string(r.Kind), r.Zh, r.En
}
