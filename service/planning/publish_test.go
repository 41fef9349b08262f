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

// today is the day on which plans are published here.
func today() time.Time { return time.Now().In(time.FixedZone("CST", 8*60*60)) }

func draw(t testing.TB, s *planning.Service, fixed map[string]planning.Count) int64 {
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
	for i, fixed := range []map[string]planning.Count{two, nil, two, two} {
		plan := draw(t, s, fixed)
		if err := s.Publish(ctx, plan, "approver", today()); err != nil {
			t.Fatalf("publication %d: %v", i+1, err)
		}
		var current, broken int
		err := db.Pool.QueryRow(ctx, `select
			(select count(*) from grids where upper_inf(valid) and plan_id <> $1),
			(select count(*) from grids a join grids b on a.code = b.code and a.plan_id < b.plan_id
			 where b.plan_id = $1 and not a.code = any (b.predecessors))`, plan).Scan(&current, &broken)
		if err != nil || current != 0 || broken != 0 {
			t.Fatalf("publication %d: %d old grids still hold, %d codes given to another grid, %v", i+1, current, broken, err)
		}
	}
	var unchanged int
	err := db.Pool.QueryRow(ctx, `select count(*) from grids g where upper_inf(valid) and lineage = 'U'`).Scan(&unchanged)
	if err != nil || unchanged != fixture.Grids {
		t.Fatalf("the same plan drawn again keeps %d of %d grids, %v", unchanged, fixture.Grids, err)
	}
}

func TestAPlanThatMayNotBePublishedIsRefusedWithTheReasonAndChangesNothing(t *testing.T) {
	cases := []struct{ name, spoil, approver, reason string }{
		{"its author approves it", ``, "author", "author of a plan may not approve"},
		{"a grid leaves a gap", `update grids set geom = st_multi(st_buffer(geom, -0.0005)) where id = (select min(id) from grids where plan_id = $1)`, "approver", "do not tile"},
		{"a grid overlaps its neighbour", `update grids set geom = st_multi(st_buffer(geom, 0.0005)) where id = (select min(id) from grids where plan_id = $1)`, "approver", "do not tile"},
		{"a micro-grid reaches out of its grid", `update microgrids set geom = st_multi(st_buffer(geom, 0.001)) where id = (select min(id) from microgrids where plan_id = $1)`, "approver", "a micro-grid lies outside"},
		{"a grid comes from one that is not in force", `update grids set predecessors = '{500152001001999}' where id = (select min(id) from grids where plan_id = $1)`, "approver", "not in force"},
		{"it does not say what becomes of a grid", `update grids set predecessors = '{}' where plan_id = $1`, "approver", "what becomes of a grid"},
		{"a code belonged to another grid", `with g as (update grids set predecessors = '{}' where id = (select min(id) from grids where plan_id = $1) returning code) insert into issued_codes select code, '2020-01-01' from g`, "approver", "a code that another grid had"},
		{"it has no grids", `delete from grids where plan_id = $1`, "approver", "the plan has no grids"},
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
			err := s.Publish(ctx, plan, c.approver, today())
			if err == nil || !strings.Contains(err.Error(), c.reason) {
				t.Fatalf("got %v, want %q", err, c.reason)
			}
			if digest() != before {
				t.Fatal("something changed")
			}
		})
	}
}
