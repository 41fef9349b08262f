package planning_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"gridmap/data/testdb"
	"gridmap/data/testdb/fixture"
	"gridmap/service/planning"
)

// day is the nth of January 2026.
func day(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }

func draw(t *testing.T, s *planning.Service, fixed map[string]planning.Count) int64 {
	t.Helper()
	d, err := s.Draw(context.Background(), planning.Drawing{Division: fixture.District, Name: "重划", Author: "author", Source: "drawn", Fixed: fixed})
	if err != nil {
		t.Fatal(err)
	}
	return d.PlanID
}

func TestPlansDrawnOneOverAnotherCanEachBePublished(t *testing.T) {
	db, ctx := testdb.New(t), context.Background()
	fixture.Load(t, db.Pool)
	s := planning.New(db.Pool)
	two := map[string]planning.Count{fixture.A1: {Grids: 2}, fixture.A2: {Grids: 2}, fixture.B1: {Grids: 2}}
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i, fixed := range []map[string]planning.Count{two, nil, two, two} {
		plan := draw(t, s, fixed)
		if err := s.Publish(ctx, plan, "approver", day.AddDate(0, i, 0)); err != nil {
			t.Fatalf("publication %d: %v", i+1, err)
		}
		var current, broken int
		err := db.Pool.QueryRow(ctx, `select
			(select count(*) from grids where valid @> $2::date and plan_id <> $1),
			(select count(*) from grids a join grids b on a.code = b.code and a.plan_id < b.plan_id
			 where b.plan_id = $1 and not a.code = any (b.predecessors))`, plan, day.AddDate(0, i, 0)).Scan(&current, &broken)
		if err != nil || current != 0 || broken != 0 {
			t.Fatalf("publication %d: %d old grids still hold, %d codes given to another grid, %v", i+1, current, broken, err)
		}
	}
	var unchanged int
	err := db.Pool.QueryRow(ctx, `select count(*) from grids g join plans p on p.id = g.plan_id and p.status = 'published' where lineage = 'U'`).Scan(&unchanged)
	if err != nil || unchanged != fixture.Grids {
		t.Fatalf("the same plan drawn again keeps %d of %d grids, %v", unchanged, fixture.Grids, err)
	}
}

func TestAPlanThatMayNotBePublishedIsRefusedWithTheReasonAndChangesNothing(t *testing.T) {
	cases := []struct{ name, spoil, approver, reason string }{
		{"its author approves it", ``, "author", "author of a plan may not approve"},
		{"a building is in no grid", `delete from plan_buildings where plan_id = $1 and building_id = 101`, "approver", "a building is in no grid"},
		{"a grid leaves a gap", `update grids set geom = st_multi(st_buffer(geom, -0.0005)) where id = (select min(id) from grids where plan_id = $1)`, "approver", "do not tile"},
		{"a grid counts households that it has not", `update grids set households = households + 1 where id = (select min(id) from grids where plan_id = $1)`, "approver", "counts other households"},
		{"a code belonged to another grid", `with g as (update grids set predecessors = '{}' where id = (select min(id) from grids where plan_id = $1) returning code) insert into issued_codes select code, '2020-01-01' from g`, "approver", "a code that another grid had"},
		{"it leaves out a community of the plan that holds", `with gone as (delete from plan_buildings b using grids g where g.id = b.grid_id and g.plan_id = $1 and g.community_code = '500152002001') delete from grids where plan_id = $1 and community_code = '500152002001'`, "approver", "leaves out a community"},
		{"it was abandoned", `update plans set status = 'abandoned' where id = $1`, "approver", "abandoned already"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			db, ctx := testdb.New(t), context.Background()
			fixture.Load(t, db.Pool)
			s := planning.New(db.Pool)
			plan := draw(t, s, nil)
			if c.spoil != "" {
				if _, err := db.Pool.Exec(ctx, c.spoil, plan); err != nil {
					t.Fatal(err)
				}
			}
			digest := func() (d string) {
				err := db.Pool.QueryRow(ctx, `select md5((select string_agg(p::text, '|' order by id) from plans p) ||
					(select string_agg(g::text, '|' order by id) from grids g) || (select coalesce(string_agg(i::text, '|' order by code), '') from issued_codes i))`).Scan(&d)
				if err != nil {
					t.Fatal(err)
				}
				return d
			}
			before := digest()
			err := s.Publish(ctx, plan, c.approver, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
			if err == nil || !strings.Contains(err.Error(), c.reason) {
				t.Fatalf("got %v, want %q", err, c.reason)
			}
			if digest() != before {
				t.Fatal("something changed")
			}
		})
	}
}
