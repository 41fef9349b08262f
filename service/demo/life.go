package demo

import (
	"context"
	"fmt"
	"slices"

	"gridmap/data"
	"gridmap/importers/synth"
)

// life makes what needs the grids: teams, groups, party units and cases.
func (m *maker) life(ctx context.Context) error {
	present, err := m.assignment()
	if err != nil {
		return err
	}
	m.o.Progress("two years of cases", 0, 1)
	l, err := synth.NewLife(ctx, m.district, present)
	if err != nil {
		return err
	}
	m.o.Progress("two years of cases", 1, 1)
	organisations := slices.Concat(m.district.Organisations, l.Organisations)
	return m.load(ctx, []string{"organisations", "teams", "team_members", "groups", "home_service_items", "home_service_tasks",
		"conditions", "case_types", "cases", "case_steps", "whistles"},
		func(ctx context.Context, b *data.Bulk) error {
			return b.Organisations(ctx, slices.Values(organisations))
		},
		func(ctx context.Context, b *data.Bulk) error { return b.Teams(ctx, slices.Values(l.Teams)) },
		func(ctx context.Context, b *data.Bulk) error { return b.TeamMembers(ctx, slices.Values(l.Members)) },
		func(ctx context.Context, b *data.Bulk) error { return b.Groups(ctx, slices.Values(l.Groups)) },
		func(ctx context.Context, b *data.Bulk) error { return b.HomeServiceItems(ctx, slices.Values(l.Items)) },
		func(ctx context.Context, b *data.Bulk) error { return b.HomeServiceTasks(ctx, slices.Values(l.Tasks)) },
		func(ctx context.Context, b *data.Bulk) error { return b.Conditions(ctx, slices.Values(l.Conditions)) },
		func(ctx context.Context, b *data.Bulk) error { return b.CaseTypes(ctx, slices.Values(l.CaseTypes)) },
		func(ctx context.Context, b *data.Bulk) error { return b.Cases(ctx, l.Cases()) },
		func(ctx context.Context, b *data.Bulk) error { return b.CaseSteps(ctx, l.CaseSteps()) },
		func(ctx context.Context, b *data.Bulk) error { return b.Whistles(ctx, l.Whistles()) },
	)
}

// assignment is the published plan as the generator takes it.
func (m *maker) assignment() (synth.Assignment, error) {
	a := synth.Assignment{Buildings: make([]synth.Home, len(m.district.Buildings))}
	index := map[int64]int{}
	for i, g := range m.present.Grids {
		index[g.ID] = i
		a.Grids = append(a.Grids, synth.GridRef{ID: g.ID, Code: g.Code, CommunityCode: g.Community, Households: g.Households, Place: g.Place})
	}
	for i := range m.district.Buildings {
		p, ok := m.present.Buildings[m.district.Buildings[i].ID]
		if !ok {
			return a, fmt.Errorf("building %d is in no grid", m.district.Buildings[i].ID)
		}
		a.Buildings[i] = synth.Home{Grid: index[p.Grid], Microgrid: p.Microgrid}
	}
	return a, nil
}
