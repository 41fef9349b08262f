package planning

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"gridmap/data"
	"gridmap/importers/redraw"
)

// Diff is what a plan changes against the grids in force; of a plan that took
// force, against those that it replaced.
type Diff struct {
	HouseholdsMoved int        `json:"households_moved"`
	AreaMovedM2     float64    `json:"area_moved_m2"`
	BuildingsMoved  int        `json:"buildings_moved"`
	Kept            int        `json:"kept"`
	New             []string   `json:"new"`
	Retired         []Retired  `json:"retired"`
	Grids           []DiffGrid `json:"grids"`
}

// Retired is a code that ends, with the codes that hold its households then.
type Retired struct {
	Code       string   `json:"code"`
	Successors []string `json:"successors"`
}

// DiffGrid is a grid of the plan beside what it was.
type DiffGrid struct {
	Code             string   `json:"code"`
	Name             string   `json:"name"`
	Community        string   `json:"community"`
	Lineage          string   `json:"lineage"`
	Predecessors     []string `json:"predecessors"`
	HouseholdsBefore *int     `json:"households_before"`
	HouseholdsAfter  int      `json:"households_after"`
	InRange          bool     `json:"in_range"`
	ReasonZH         *string  `json:"reason_zh"`
	ReasonEN         *string  `json:"reason_en"`
}

// Diff compares a plan, or one community of it, with what is in force.
func (s *Drafts) Diff(ctx context.Context, by data.Actor, plan int64, community string) (Diff, error) {
	out := Diff{New: []string{}, Retired: []Retired{}, Grids: []DiffGrid{}}
	err := data.At(ctx, s.pool, func(m data.Moment) error {
		r := m.Drafts()
		p, err := seen(ctx, r, by, plan)
		if err != nil {
			return err
		}
		if community != "" {
			if _, err := within(ctx, r, &p, community); err != nil {
				return err
			}
		}
		desks := []string{}
		if editable(p.Status) {
			if desks, err = s.onTheDesk(ctx, r, &p); err != nil {
				return err
			}
		}
		if err := out.addRows(ctx, r, plan, community, desks); err != nil {
			return err
		}
		for _, code := range desks {
			if community == "" || community == code {
				if err := s.addDesk(ctx, r, &p, code, &out); err != nil {
					return err
				}
			}
		}
		return nil
	})
	out.settle()
	return out, err
}

// onTheDesk lists the communities with a log: their rows, if there are any, are
// of an earlier submission.
func (s *Drafts) onTheDesk(ctx context.Context, r data.Drafts, p *data.DraftPlan) ([]string, error) {
	out := []string{}
	rows, err := r.Communities(ctx, *p)
	for i := range rows {
		if rows[i].Started {
			out = append(out, rows[i].Code)
		}
	}
	return out, err
}

// addRows adds what the rows of the plan say, but for communities on the desk.
func (d *Diff) addRows(ctx context.Context, r data.Drafts, plan int64, community string, except []string) error {
	of := []string{community}
	if len(except) > 0 && community == "" { // one by one: the sums are by community
		p, err := r.Plan(ctx, plan)
		if err != nil {
			return err
		}
		rows, err := r.Communities(ctx, p)
		if err != nil {
			return err
		}
		of = nil
		for i := range rows {
			if rows[i].Rows {
				of = append(of, rows[i].Code)
			}
		}
	}
	for _, code := range of {
		if slices.Contains(except, code) {
			continue
		}
		rows, err := r.Diff(ctx, plan, code)
		if err != nil {
			return err
		}
		d.HouseholdsMoved += rows.HouseholdsMoved
		d.BuildingsMoved += rows.BuildingsMoved
		for _, g := range rows.Grids {
			d.AreaMovedM2 += max(0, g.AreaMovedM2)
			d.Grids = append(d.Grids, DiffGrid{g.Code, g.Name, g.Community, g.Lineage, g.Predecessors, g.Before, g.After, g.InRange, g.ReasonZH, g.ReasonEN})
		}
		for _, x := range rows.Retired {
			d.Retired = append(d.Retired, Retired(x))
		}
	}
	return nil
}

// addDesk adds what a desk comes to.
func (s *Drafts) addDesk(ctx context.Context, r data.Drafts, p *data.DraftPlan, community string, out *Diff) error {
	d := s.desks.get(deskKey{p.ID, community})
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.ready(ctx, r, p); err != nil {
		return err
	}
	if err := d.desk.Prove(ctx); err != nil {
		return err
	}
	plan, err := d.desk.Compare(ctx)
	if err != nil {
		return fmt.Errorf("compare %s with what is in force: %w", community, err)
	}
	grids, err := r.Grids(ctx, 0, community)
	if err != nil {
		return err
	}
	places, err := r.Places(ctx, 0, community)
	if err != nil {
		return err
	}
	before := map[string]int{}
	for _, g := range grids {
		before[g.Code] = g.Households
	}
	for i := range plan.Grids {
		out.Grids = append(out.Grids, d.diffGrid(&plan.Grids[i], before))
	}
	for _, x := range plan.Retired {
		if !x.Microgrid {
			out.Retired = append(out.Retired, Retired{x.Code, append([]string{}, x.Successors...)})
		}
	}
	out.HouseholdsMoved += plan.Report.Stability.HouseholdsMoved
	out.AreaMovedM2 += plan.Report.Stability.AreaMovedM2
	out.BuildingsMoved += buildingsMoved(plan, places)
	return nil
}

func (s *session) diffGrid(g *redraw.Grid, before map[string]int) DiffGrid {
	r := s.plane.gridRecord(g, 0, s.options())
	out := DiffGrid{Code: g.Code, Name: r.Name, Community: g.Community, Lineage: g.Lineage, Predecessors: append([]string{}, g.Predecessors...),
		HouseholdsAfter: g.Households, InRange: r.InRule || r.Kind == string(redraw.Dedicated)}
	if n, held := before[g.Code]; held {
		out.HouseholdsBefore = &n
	}
	if r.ReasonZH != "" {
		out.ReasonZH, out.ReasonEN = &r.ReasonZH, &r.ReasonEN
	}
	return out
}

// buildingsMoved counts buildings of which a part comes to a code where none was.
func buildingsMoved(plan *redraw.Plan, places []data.HeldPlace) int {
	type place struct {
		building int64
		code     string
	}
	was, known, moved := map[place]bool{}, map[int64]bool{}, map[int64]bool{}
	for _, h := range places {
		was[place{h.BuildingID, h.Grid}] = true
		known[h.BuildingID] = true
	}
	for _, a := range plan.Assignments {
		if known[a.BuildingID] && !was[place{a.BuildingID, plan.Grids[a.Grid].Code}] {
			moved[a.BuildingID] = true
		}
	}
	return len(moved)
}

// settle puts all in order and counts codes.
func (d *Diff) settle() {
	slices.SortFunc(d.Grids, func(a, b DiffGrid) int { return cmp.Compare(a.Code, b.Code) })
	slices.SortFunc(d.Retired, func(a, b Retired) int { return cmp.Compare(a.Code, b.Code) })
	for _, g := range d.Grids {
		if g.HouseholdsBefore != nil {
			d.Kept++
		} else {
			d.New = append(d.New, g.Code)
		}
	}
	d.AreaMovedM2 = math.Round(d.AreaMovedM2*10) / 10
}
