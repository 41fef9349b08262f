package planning_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"gridmap/data"
	"gridmap/data/testdb/fixture"
	"gridmap/service/planning"
)

func TestADeskBeginsWithTheGridsInForceToTheLastDigit(t *testing.T) {
	w := newDrafting(t, 300)
	for _, community := range []string{fixture.A1, fixture.A2} {
		d := w.desk(community)
		if len(d.Grids) < 2 || len(d.Grids) != len(d.Present) {
			t.Fatalf("%d grids on the desk, %d in force", len(d.Grids), len(d.Present))
		}
		for i, g := range d.Grids {
			if p := d.Present[i]; g.Code != p.Code || g.Name != p.Name || g.Households != p.Households || fmt.Sprint(g.Outline) != fmt.Sprint(p.Outline) {
				t.Errorf("grid %s %s %d begins otherwise than %s %s %d is in force", g.Code, g.Name, g.Households, p.Code, p.Name, p.Households)
			}
		}
	}
}

func TestWhateverIsDoneTheGridsTileAndARestartShowsTheSameToTheByte(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			w := newDrafting(t, 150+50*int(seed))
			r := rand.New(rand.NewPCG(seed, 4))
			version := 0
			kinds := map[string]int{}
			for range 60 {
				community := []string{fixture.A1, fixture.A2}[r.IntN(2)]
				before := w.desk(community)
				c, err := w.do(community, version, anything(r, &before))
				switch code := data.CodeOf(err); {
				case err == nil:
					version = c.Version
					kinds[c.Entry.Kind]++
					checkChange(t, &before, &c, w.desk(community))
				case code != data.OutOfPlace:
					t.Fatal(err)
				}
				if r.IntN(6) == 0 {
					live := w.seen(community)
					w.restart()
					if got := w.seen(community); got != live {
						t.Fatalf("after a restart at version %d the desk differs:\n%s\n%s", version, got, live)
					}
				}
			}
			t.Logf("%d entries: %v", version, kinds)
			w.submitted(version)
		})
	}
}

// checkChange compares a change with the desk after it: what it lists is so, and
// what it does not list is as before.
func checkChange(t *testing.T, before *planning.Desk, c *planning.Change, after planning.Desk) {
	t.Helper()
	if after.Version != c.Version || after.Totals != c.Totals {
		t.Fatalf("the change says version %d %+v, the desk %d %+v", c.Version, c.Totals, after.Version, after.Totals)
	}
	if c.Reload {
		return
	}
	where, shapes := map[int]string{}, map[string]string{}
	for _, p := range before.Plots {
		where[p.ID] = p.Grid
	}
	for _, g := range before.Grids {
		shapes[g.Code] = fmt.Sprintf("%+v", g)
	}
	for _, p := range c.Plots {
		where[p.Plot()] = p.Grid()
	}
	for _, g := range c.Gone {
		delete(shapes, g)
	}
	for _, g := range c.Grids {
		shapes[g.Code] = fmt.Sprintf("%+v", g)
	}
	for _, p := range after.Plots {
		if where[p.ID] != p.Grid {
			t.Fatalf("%s: plot %d is in %s, by the change in %s", c.Entry.Kind, p.ID, p.Grid, where[p.ID])
		}
	}
	if len(shapes) != len(after.Grids) {
		t.Fatalf("%s: %d grids, by the change %d", c.Entry.Kind, len(after.Grids), len(shapes))
	}
	for _, g := range after.Grids {
		if dedicated := g.Dedicated != nil; !dedicated && shapes[g.Code] != fmt.Sprintf("%+v", g) {
			t.Fatalf("%s: grid %s is not as the change says", c.Entry.Kind, g.Code)
		}
	}
}

// submitted submits the plan and has PostGIS look at it.
func (w *drafting) submitted(version int) {
	w.Helper()
	p, err := w.step(author(), version, "submit", "")
	if err != nil {
		var e *data.Error
		if errors.As(err, &e) && strings.Contains(e.Reason, "changes nothing") {
			return
		}
		w.Fatalf("%v %v", err, e)
	}
	for _, f := range []struct{ name, sql string }{
		{"grids fill their communities", `select count(*) from (select d.geom, st_union(g.geom) as all_grids from divisions d join grids g on g.community_code = d.code
			where g.plan_id = $1 and not g.layered group by d.code, d.geom) c
			where st_area(st_symdifference(c.geom, c.all_grids)::geography) > 0.002 * st_perimeter(c.geom::geography)`},
		{"no two grids share ground", `select count(*) from grids a join grids b on a.id < b.id and a.plan_id = b.plan_id and st_relate(a.geom, b.geom, 'T********')
			where a.plan_id = $1 and not a.layered and not b.layered and st_area(st_intersection(a.geom, b.geom)::geography) > 0.01`},
		{"every building is in one grid", `select count(*) from buildings b where community_code in (select community_code from grids where plan_id = $1)
			and (select count(*) from plan_buildings where plan_id = $1 and building_id = b.id and part = '') <> 1`},
		{"every grid outside says why", `select count(*) from grids where plan_id = $1 and kind = 'basic' and not in_rule and coalesce(reason_en, '') = ''`},
	} {
		var n int
		if err := w.db.Pool.QueryRow(context.Background(), f.sql, w.plan).Scan(&n); err != nil || n != 0 {
			w.Errorf("%s: %d faults, %v", f.name, n, err)
		}
	}
	if p.Status != "submitted" || slices.Contains(p.May, "approve") {
		w.Errorf("got %s, may %v", p.Status, p.May)
	}
}

func TestTwoPlannersAtOnceLoseNothing(t *testing.T) {
	w := newDrafting(t, 300)
	second := planning.NewDrafts(w.db.Pool, planning.DraftOptions{Desks: 1}) // another server
	d := w.desk(fixture.A1)
	var mu sync.Mutex
	done := map[int]string{} // by entry: who
	var wg sync.WaitGroup
	for i, server := range []*planning.Drafts{w.drafts, second} {
		by := author()
		by.Account = fmt.Sprintf("planner-%d", i)
		grid := d.Grids[i].Code
		wg.Go(func() {
			for n := range 20 { // each works on a grid of his own, always from version 0
				o := planning.Operation{Kind: "rename", Grid: grid, Name: fmt.Sprintf("%s-%d", by.Account, n)}
				request := data.Request{Account: by.Account, Key: fmt.Sprint(n), Hash: []byte{1}}
				_, err := server.Do(context.Background(), by, request, planning.Doing{Plan: w.plan, Community: fixture.A1, Version: lastOwn(&mu, done, by.Account), Operation: o},
					func(c planning.Change) (int, []byte, error) {
						mu.Lock()
						defer mu.Unlock()
						done[c.Version] = by.Account
						return 200, []byte("{}"), nil
					})
				if err != nil {
					t.Errorf("%s %d: %v", by.Account, n, err)
				}
			}
		})
	}
	wg.Wait()
	live := w.seen(fixture.A1)
	if len(done) != 40 {
		t.Errorf("%d entries, want 40", len(done))
	}
	w.restart()
	if got := w.seen(fixture.A1); got != live {
		t.Error("a restart shows another desk")
	}
	w.drafts = second
	if got := w.seen(fixture.A1); got != live {
		t.Error("the other server shows another desk")
	}
}

// lastOwn is the last version in which somebody did something: all that he knows of.
func lastOwn(mu *sync.Mutex, done map[int]string, who string) (version int) {
	mu.Lock()
	defer mu.Unlock()
	for v, by := range done {
		if by == who {
			version = max(version, v)
		}
	}
	return version
}

func TestAStaleOperationIsDoneWhereNobodyTouchedItsGridsAndRefusedWhereSomebodyDid(t *testing.T) {
	cases := []struct {
		name      string
		community string
		first     func(d *planning.Desk) planning.Operation
		then      func(d *planning.Desk) planning.Operation
		refused   bool
	}{
		{"another grid of the community", fixture.A1, rename(0), rename(1), false},
		{"the same grid", fixture.A1, rename(0), lock(0), true},
		{"a merge with a grid that was locked since", fixture.A1, lock(1), merge(0, 1), true},
		{"another community", fixture.A2, rename(0), rename(0), false},
		{"a redraw after a rename", fixture.A1, rename(0), kind("redraw"), true},
		{"a rename after the community was marked", fixture.A1, complexity(false), rename(0), true},
		{"an undo of what another did", fixture.A1, rename(0), kind("undo"), true},
	}
	w := newDrafting(t, 300)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w.plan = w.begin(fixture.West)
			d, elsewhere := w.desk(fixture.A1), w.desk(c.community)
			if _, err := w.do(c.community, 0, c.first(&elsewhere)); err != nil {
				t.Fatal(err)
			}
			before := w.seen(fixture.A1)
			_, err := w.do(fixture.A1, 0, c.then(&d))
			if !c.refused {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var e *data.Error
			if !errors.As(err, &e) || e.Code != data.Conflict || e.Field != "version" {
				t.Fatalf("got %v, want a conflict of version", err)
			}
			since, _ := e.Members["operations"].([]planning.LogEntry)
			if len(since) != 1 || since[0].Seq != 1 || since[0].Actor != "author" {
				t.Errorf("got %+v, want what was done since", since)
			}
			if w.seen(fixture.A1) != before {
				t.Error("the draft changed")
			}
		})
	}
}

func rename(i int) func(*planning.Desk) planning.Operation {
	return func(d *planning.Desk) planning.Operation {
		return planning.Operation{Kind: "rename", Grid: d.Grids[i].Code, Name: "新名"}
	}
}

func lock(i int) func(*planning.Desk) planning.Operation {
	return func(d *planning.Desk) planning.Operation {
		return planning.Operation{Kind: "lock", Grid: d.Grids[i].Code}
	}
}

func merge(i, k int) func(*planning.Desk) planning.Operation {
	return func(d *planning.Desk) planning.Operation {
		return planning.Operation{Kind: "merge", Grid: d.Grids[i].Code, To: d.Grids[k].Code, Force: true}
	}
}

func complexity(is bool) func(*planning.Desk) planning.Operation {
	return func(*planning.Desk) planning.Operation {
		return planning.Operation{Kind: "complex", Complex: &is}
	}
}

func kind(k string) func(*planning.Desk) planning.Operation {
	return func(*planning.Desk) planning.Operation { return planning.Operation{Kind: k} }
}
