package data_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"gridmap/data"
	"gridmap/data/testdb"
	"gridmap/data/testdb/fixture"
)

func inForce(t *testing.T, db testdb.Database, community string) (codes []string) {
	t.Helper()
	err := db.Pool.QueryRow(context.Background(), `select array_agg(code order by code) from grids where upper_inf(valid) and community_code = $1`, community).Scan(&codes)
	if err != nil {
		t.Fatal(err)
	}
	return codes
}

func TestAPlanReplacesTheGridsOfItsCommunitiesAndLeavesTheOthers(t *testing.T) {
	db, ctx := testdb.New(t), context.Background()
	fixture.Load(t, db.Pool)
	before := inForce(t, db, fixture.A1)
	if len(before) < 2 {
		t.Fatalf("the fixture has %d grids in %s", len(before), fixture.A1)
	}
	others := inForce(t, db, fixture.B1)
	plan := fixture.Draft(t, db.Pool, fixture.A1, map[string][]string{before[0]: before})
	now := time.Now()
	p, err := data.PublishPlan(ctx, db.Pool, data.Actor{Account: "approver", Role: "planner"}, plan, now.In(data.LocalZone()), now)
	if err != nil || p.Version != 2 {
		t.Fatalf("version %d, %v", p.Version, err)
	}
	if got := inForce(t, db, fixture.A1); !slices.Equal(got, before[:1]) {
		t.Errorf("in force: got %v, want %v", got, before[:1])
	}
	if got := inForce(t, db, fixture.B1); !slices.Equal(got, others) {
		t.Errorf("a community that the plan does not name: got %v, want %v", got, others)
	}
	var then []string
	err = db.Pool.QueryRow(ctx, `select array_agg(code order by code) from grids where valid @> $1::timestamptz and community_code = $2`, now.AddDate(0, 0, -1), fixture.A1).Scan(&then)
	if err != nil || !slices.Equal(then, before) {
		t.Errorf("yesterday: got %v, want %v, %v", then, before, err)
	}
	var astray, status int
	err = db.Pool.QueryRow(ctx, `select (select count(*) from cases c join grids g on g.id = c.grid_id where c.closed_at is null and not upper_inf(g.valid)),
		(select count(*) from plans where status = 'published')`).Scan(&astray, &status)
	if err != nil || astray != 0 || status != 2 {
		t.Errorf("%d open cases stay in grids that are no more; %d plans published, %v", astray, status, err)
	}
}

func TestTeamsAndGroupsOfAGridThatIsNoMoreFindAnother(t *testing.T) {
	db, ctx := testdb.New(t), context.Background()
	fixture.Load(t, db.Pool)
	codes := inForce(t, db, fixture.A1)
	fresh := fixture.A1 + "777"
	plan := fixture.Draft(t, db.Pool, fixture.A1, map[string][]string{fresh: codes})
	count := func(sql string, args ...any) (n int) {
		if err := db.Pool.QueryRow(ctx, sql, args...).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	const members = `select count(*) from team_members m join teams t on t.id = m.team_id where upper_inf(t.valid) and upper_inf(m.valid) and left(t.grid_code, 12) = $1`
	const groups = `select coalesce(sum(members), 0) from groups where upper_inf(valid) and left(grid_code, 12) = $1`
	people, wechat := count(members, fixture.A1), count(groups, fixture.A1)
	if people == 0 || wechat == 0 {
		t.Fatalf("the fixture has %d members and %d in groups", people, wechat)
	}
	now := time.Now()
	if _, err := data.PublishPlan(ctx, db.Pool, data.Actor{Account: "approver", Role: "planner"}, plan, now.In(data.LocalZone()), now); err != nil {
		t.Fatal(err)
	}
	if got := count(members, fixture.A1); got != people {
		t.Errorf("team members: got %d, want %d", got, people)
	}
	if got := count(groups, fixture.A1); got != wechat {
		t.Errorf("people in groups: got %d, want %d", got, wechat)
	}
	if got := count(`select count(*) from teams where upper_inf(valid) and grid_code = any ($1)`, codes); got != 0 {
		t.Errorf("%d teams are still with grids that are no more", got)
	}
	list, err := data.CarryOvers(ctx, db.Pool, plan)
	if err != nil || len(list) == 0 {
		t.Fatalf("nothing to confirm, %v", err)
	}
	for _, c := range list {
		if c.ToGrid != fresh || c.Rule == "" || c.ConfirmedBy != "" {
			t.Errorf("carried over: %+v", c)
		}
	}
}

func TestAScheduledPlanTakesForceOnItsDayAndNotBefore(t *testing.T) {
	db, ctx := testdb.New(t), context.Background()
	fixture.Load(t, db.Pool)
	codes := inForce(t, db, fixture.A1)
	plan := fixture.Draft(t, db.Pool, fixture.A1, map[string][]string{codes[0]: codes})
	by := data.Actor{Account: "approver", Role: "planner"}
	now := time.Now()
	day := now.In(data.LocalZone()).AddDate(0, 0, 3)
	p, err := data.PublishPlan(ctx, db.Pool, by, plan, day, now)
	if err != nil || p.Version != 0 || len(inForce(t, db, fixture.A1)) != len(codes) {
		t.Fatalf("scheduled: %+v, %v, %d grids", p, err, len(inForce(t, db, fixture.A1)))
	}
	second := fixture.Draft(t, db.Pool, fixture.B1, map[string][]string{})
	if _, err := data.PublishPlan(ctx, db.Pool, by, second, day, now); data.CodeOf(err) != data.Conflict {
		t.Errorf("a plan without grids: got %v", err)
	}
	other := fixture.Draft(t, db.Pool, fixture.B1, map[string][]string{fixture.GridCode(fixture.B1, 77): {fixture.GridCode(fixture.B1, 1), fixture.GridCode(fixture.B1, 2)}})
	if _, err := data.PublishPlan(ctx, db.Pool, by, other, now.In(data.LocalZone()), now); data.CodeOf(err) != data.Conflict || !strings.Contains(err.Error(), "waits for its day") {
		t.Errorf("while another waits for its day: got %v", err)
	}
	if _, done, err := data.EnactDue(ctx, db.Pool, day.Add(-30*time.Hour)); done || err != nil {
		t.Fatalf("before its day: %v, %v", done, err)
	}
	if _, err := db.Pool.Exec(ctx, `insert into buildings (code, community_code, kind, floors, height_m, households, persons, geom, source, source_id)
		select 'NEW', community_code, 'residential', 3, 9, 7, 20, st_pointonsurface(geom), 'test', 'new' from grids where code = $1 and upper_inf(valid)`, codes[0]); err != nil {
		t.Fatal(err)
	}
	p, done, err := data.EnactDue(ctx, db.Pool, day)
	if err != nil || !done || p.Version != 2 || p.Ground != 1 {
		t.Fatalf("on its day: %+v, %v, %v", p, done, err)
	}
	if got := inForce(t, db, fixture.A1); !slices.Equal(got, codes[:1]) {
		t.Errorf("in force: got %v, want %v", got, codes[:1])
	}
	var off int
	err = db.Pool.QueryRow(ctx, `select count(*) from grids g where upper_inf(valid) and households <> (select sum(households) from plan_buildings where grid_id = g.id)`).Scan(&off)
	if err != nil || off != 0 {
		t.Errorf("%d grids do not count the house that was built meanwhile, %v", off, err)
	}
	if _, done, err := data.EnactDue(ctx, db.Pool, day); done || err != nil {
		t.Errorf("once more: %v, %v", done, err)
	}
}

func TestADayThatIsPastIsRefused(t *testing.T) {
	db, ctx := testdb.New(t), context.Background()
	fixture.Load(t, db.Pool)
	codes := inForce(t, db, fixture.A1)
	plan := fixture.Draft(t, db.Pool, fixture.A1, map[string][]string{codes[0]: codes})
	now := time.Now()
	_, err := data.PublishPlan(ctx, db.Pool, data.Actor{Account: "approver"}, plan, now.AddDate(0, 0, -2), now)
	var e *data.Error
	if !errors.As(err, &e) || e.Code != data.Invalid || e.Field != "effective_on" {
		t.Fatalf("got %v, want effective_on refused", err)
	}
}
