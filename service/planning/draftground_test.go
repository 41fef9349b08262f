package planning_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gridmap/data"
	"gridmap/data/testdb/fixture"
	"gridmap/importers/redraw"
	"gridmap/service/planning"
)

// sql runs statements as an import would.
func (w *drafting) sql(statements ...string) {
	w.Helper()
	for _, s := range statements {
		if _, err := w.db.Pool.Exec(context.Background(), s); err != nil {
			w.Fatalf("%v: %s", err, s)
		}
	}
}

// byBuilding is the grid of every building on a desk.
func byBuilding(d *planning.Desk) map[int64]string {
	out := map[int64]string{}
	for _, p := range d.Plots {
		for _, b := range p.Buildings {
			out[b.ID] = p.Grid
		}
	}
	return out
}

func TestWhenBuildingsComeAndGoTheLogIsPlayedAgainByWhatStands(t *testing.T) {
	w := newDrafting(t, 300)
	r := rand.New(rand.NewPCG(9, 9))
	version := 0
	var moved int64
	for version < 25 {
		d := w.desk(fixture.A1)
		o := anything(r, &d)
		if len(o.Moves) == 1 && len(o.Moves[0].Plots) == 1 {
			if p := d.Plots[o.Moves[0].Plots[0]]; len(p.Buildings) == 1 && moved == 0 {
				moved = p.Buildings[0].ID
			}
		}
		if c, err := w.do(fixture.A1, version, o); err == nil {
			version = c.Version
		}
	}
	before := w.desk(fixture.A1)
	if before.GroundChanged {
		t.Fatal("the ground is said to have changed")
	}
	w.sql(`update buildings set households = households + 1 where community_code = '500152001001' and households > 0 and id % 5 = 0`)
	counted := w.desk(fixture.A1)
	if counted.GroundChanged || counted.Totals.Households <= before.Totals.Households {
		t.Errorf("other counts are other ground: %v, %d households, were %d", counted.GroundChanged, counted.Totals.Households, before.Totals.Households)
	}
	w.sql(`delete from plan_buildings where building_id = `+fmt.Sprint(moved), `delete from buildings where id = `+fmt.Sprint(moved),
		`insert into buildings (id, code, community_code, kind, floors, height_m, households, persons, geom, source, source_id)
			select 5000 + n, 'N' || n, '500152001001', 'residential', 6, 18, 10, 30, st_makeenvelope(x, y, x + 0.0003, y + 0.0002, 4490), 'test', 'n' || n
			from (select n, 105.8015 + 0.0017 * n as x, 30.1013 + 0.0016 * n as y from generate_series(1, 9) n) s`)
	after := w.desk(fixture.A1)
	if !after.GroundChanged || after.Version != version || len(after.Log) != version {
		t.Fatalf("ground changed %v, version %d, %d entries", after.GroundChanged, after.Version, len(after.Log))
	}
	was, is := byBuilding(&before), byBuilding(&after)
	differ, fresh := 0, 0
	for id, grid := range is {
		switch old, known := was[id]; {
		case !known:
			fresh++
		case old != grid:
			differ++
		}
	}
	if fresh != 9 || is[moved] != "" || differ > len(is)/50 {
		t.Errorf("%d new buildings, the one that went is in %q, %d of %d others changed their grid", fresh, is[moved], differ, len(is))
	}
	if !slices.ContainsFunc(after.Log, func(e planning.LogEntry) bool { return slices.Contains(e.MissingBuildings, moved) || e.NotPlayed }) {
		t.Error("no entry says that a building is missing")
	}
	live := w.seen(fixture.A1)
	if w.restart(); w.seen(fixture.A1) != live {
		t.Error("a restart shows another desk")
	}
	w.submitted(version)
}

func TestADeskNeverShowsWhatWasNotCommitted(t *testing.T) {
	w := newDrafting(t, 120)
	d := w.desk(fixture.A1)
	before := w.seen(fixture.A1)
	broken := errors.New("the answer cannot be written")
	o := planning.Operation{Kind: "rename", Grid: d.Grids[0].Code, Name: "不会留下"}
	for i := range 3 {
		_, err := w.drafts.Do(context.Background(), author(), w.request(author()), planning.Doing{Plan: w.plan, Community: fixture.A1, Operation: o},
			func(planning.Change) (int, []byte, error) { return 0, nil, broken })
		if !errors.Is(err, broken) {
			t.Fatalf("got %v", err)
		}
		if w.seen(fixture.A1) != before {
			t.Fatalf("try %d: the desk shows what was not committed", i)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	_, err := w.drafts.Do(ctx, author(), w.request(author()), planning.Doing{Plan: w.plan, Community: fixture.A1, Operation: o},
		func(planning.Change) (int, []byte, error) { cancel(); return 200, []byte("{}"), nil })
	if err == nil || w.seen(fixture.A1) != before {
		t.Fatalf("got %v, and the desk differs", err)
	}
	if c, err := w.do(fixture.A1, 0, o); err != nil || c.Version != 1 {
		t.Fatalf("got %+v, %v", c, err)
	}
}

func TestTheLogCanOnlyGrow(t *testing.T) {
	w := newDrafting(t, 60)
	d := w.desk(fixture.A1)
	if _, err := w.do(fixture.A1, 0, planning.Operation{Kind: "lock", Grid: d.Grids[0].Code}); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{`update plan_operations set actor = 'x'`, `delete from plan_operations`, `truncate plan_operations`,
		`update plan_starts set start = '{}'`, `delete from plan_starts`} {
		if _, err := w.db.Pool.Exec(context.Background(), s); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", s, err)
		}
	}
}

func TestALockedGridIsLeftAloneByRedrawAndRepair(t *testing.T) {
	w := newDrafting(t, 300)
	d := w.desk(fixture.A1)
	locked, version, seed := d.Grids[0].Code, 0, uint64(7)
	mall := "mall"
	for _, o := range []planning.Operation{{Kind: "lock", Grid: locked}, {Kind: "dedicated", Grid: d.Grids[1].Code, Dedicated: &mall},
		{Kind: "redraw", Seed: &seed}, {Kind: "repair"}} {
		c, err := w.do(fixture.A1, version, o)
		if err != nil && data.CodeOf(err) != data.OutOfPlace {
			t.Fatal(err)
		}
		version = max(version, c.Version)
	}
	after := w.desk(fixture.A1)
	for i := range 2 {
		if fmt.Sprint(after.Grids[i].Outline) != fmt.Sprint(d.Grids[i].Outline) || after.Grids[i].Households != d.Grids[i].Households {
			t.Errorf("grid %s changed", d.Grids[i].Code)
		}
	}
	if g := after.Grids[1]; g.State != "dedicated" || g.Dedicated == nil || *g.Dedicated != "商场" || g.Name != "商场" || !after.Grids[0].Locked {
		t.Errorf("got %+v", g)
	}
}

func TestAPlanThatWasDrawnIsWorkedOnLikeAnyOther(t *testing.T) {
	w := newDrafting(t, 300)
	drawn, err := planning.New(w.db.Pool).Draw(context.Background(), planning.Drawing{Division: fixture.West, Name: "重划", Author: "author", Source: "drawn",
		Options: redraw.Options{Seed: 5, Restarts: 1, Effort: 0.1}})
	if err != nil {
		t.Fatal(err)
	}
	w.plan = drawn.PlanID
	p, err := w.drafts.Find(context.Background(), author(), w.plan)
	if err != nil || len(p.Communities) != 2 || !p.Communities[0].Touched || !p.Communities[1].Touched || p.Operations != 0 {
		t.Fatalf("got %+v, %v", p, err)
	}
	untouched := func() (digest string) {
		err := w.db.Pool.QueryRow(context.Background(), `select md5(string_agg(concat(code, households, st_asbinary(geom)), '|' order by code)) from grids where plan_id = $1 and community_code = $2`,
			w.plan, fixture.A2).Scan(&digest)
		if err != nil {
			t.Fatal(err)
		}
		return digest
	}
	before, rows := untouched(), w.diff("")
	d := w.desk(fixture.A1)
	if len(rows.Grids) < len(d.Grids) || p.Communities[0].Grids != len(d.Grids) {
		t.Errorf("%d grids on the desk, the plan says %d", len(d.Grids), p.Communities[0].Grids)
	}
	if _, err := w.do(fixture.A1, 0, planning.Operation{Kind: "rename", Grid: d.Grids[0].Code, Name: "改名"}); err != nil {
		t.Fatal(err)
	}
	if got := w.diff(""); got.HouseholdsMoved != rows.HouseholdsMoved || len(got.Grids) != len(rows.Grids) {
		t.Errorf("a new name moves %d households, were %d", got.HouseholdsMoved, rows.HouseholdsMoved)
	}
	w.submitted(1)
	if untouched() != before {
		t.Error("the community that nobody worked on was written anew")
	}
	var named int
	if err := w.db.Pool.QueryRow(context.Background(), `select count(*) from grids where plan_id = $1 and name = '改名'`, w.plan).Scan(&named); err != nil || named != 1 {
		t.Errorf("%d grids have the new name, %v", named, err)
	}
}
