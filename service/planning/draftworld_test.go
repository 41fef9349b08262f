package planning_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"gridmap/data"
	"gridmap/data/testdb"
	"gridmap/data/testdb/fixture"
	"gridmap/importers/redraw"
	"gridmap/service/planning"
)

// drafting is a district with streets, compounds, towers and a school in which
// grids to the rule are in force, and planners.
type drafting struct {
	testing.TB
	db     testdb.Database
	drafts *planning.Drafts
	plan   int64
	keys   int
}

// newDrafting fills the fixture with buildings, publishes a drawn plan and begins
// a draft for the West town.
func newDrafting(t testing.TB, buildings int) *drafting {
	t.Helper()
	w := &drafting{TB: t, db: testdb.New(t)}
	fixture.Load(t, w.db.Pool)
	ctx := context.Background()
	for _, sql := range []string{
		`insert into compounds (id, community_code, name, kind, geom, source, source_id)
			select n, '500152001001', '小区' || n, 'residential', st_multi(st_makeenvelope(105.801 + 0.003 * n, 30.101, 105.803 + 0.003 * n, 30.104, 4490)), 'test', n::text
			from generate_series(1, 4) n`,
		`insert into roads (class, geom, source, source_id)
			select 'street', st_multi(st_segmentize(st_setsrid(st_makeline(st_point(105.80, 30.1 + 0.0041 * n), st_point(105.86, 30.1 + 0.0041 * n)), 4490), 0.0017)), 'test', 'r' || n
			from generate_series(1, 4) n`,
		fmt.Sprintf(`insert into buildings (id, code, community_code, compound_id, kind, dedicated, floors, height_m, households, persons, geom, source, source_id)
			select 1000 + n, 'T' || n, d.code, c.id, 'residential', case when n %% 37 = 0 then 'school' end, 6, 18,
				case when n %% 37 = 0 then 0 else 8 + (n * 7919) %% 40 end, 30,
				st_makeenvelope(x, y, x + 0.0003, y + 0.0002, 4490), 'test', 't' || n
			from (select n, 105.8005 + 0.059 * ((n * 0.6180339887) - floor(n * 0.6180339887)) as x,
			             30.1005 + 0.019 * ((n * 0.7548776662) - floor(n * 0.7548776662)) as y from generate_series(1, %d) n) s
			join divisions d on d.level = 'community' and st_contains(d.geom, st_setsrid(st_point(x, y), 4490))
			left join compounds c on st_contains(c.geom, st_setsrid(st_point(x, y), 4490))`, buildings),
	} {
		if _, err := w.db.Pool.Exec(ctx, sql); err != nil {
			t.Fatalf("%v: %s", err, sql)
		}
	}
	s := planning.New(w.db.Pool)
	drawn, err := s.Draw(ctx, planning.Drawing{Division: fixture.District, Name: "现行", Author: "author", Source: "drawn",
		Options: redraw.Options{Restarts: 1, Effort: 0.1}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Publish(ctx, drawn.PlanID, "approver", today()); err != nil {
		t.Fatal(err)
	}
	w.restart()
	w.plan = w.begin(fixture.West)
	return w
}

// restart forgets all that is in memory.
func (w *drafting) restart() { w.drafts = planning.NewDrafts(w.db.Pool, planning.DraftOptions{}) }

func author() data.Actor {
	return data.Actor{Account: "author", Role: "planner", ScopeCode: fixture.District}
}

func (w *drafting) request(by data.Actor) data.Request {
	w.keys++
	return data.Request{Account: by.Account, Key: fmt.Sprintf("k-%d", w.keys), Hash: []byte{byte(w.keys)}}
}

func (w *drafting) begin(division string) int64 {
	w.Helper()
	var id int64
	_, err := w.drafts.Create(context.Background(), author(), w.request(author()), "调整", division, func(p planning.Plan) (int, []byte, error) {
		id = p.ID
		return 201, []byte("{}"), nil
	})
	if err != nil {
		w.Fatal(err)
	}
	return id
}

// do does an operation and returns what changed.
func (w *drafting) do(community string, version int, o planning.Operation) (out planning.Change, err error) {
	w.Helper()
	_, err = w.drafts.Do(context.Background(), author(), w.request(author()), planning.Doing{Plan: w.plan, Community: community, Version: version, Operation: o},
		func(c planning.Change) (int, []byte, error) { out = c; return 200, []byte("{}"), nil })
	return out, err
}

func (w *drafting) step(by data.Actor, version int, step, day string) (out planning.Plan, err error) {
	w.Helper()
	_, err = w.drafts.Step(context.Background(), by, w.request(by), planning.Step{Plan: w.plan, Step: step, Version: version, EffectiveOn: day, Remark: "理由"},
		func(p planning.Plan) (int, []byte, error) { out = p; return 200, []byte("{}"), nil })
	return out, err
}

func (w *drafting) desk(community string) planning.Desk {
	w.Helper()
	d, err := w.drafts.Desk(context.Background(), author(), w.plan, community)
	if err != nil {
		w.Fatal(err)
	}
	return d
}

// seen is all that a planner sees of a desk, as JSON.
func (w *drafting) seen(community string) string {
	w.Helper()
	b, err := json.Marshal(w.desk(community))
	if err != nil {
		w.Fatal(err)
	}
	return string(b)
}

// near is a plot of another grid whose outline shares a corner with one of grid.
func near(r *rand.Rand, d *planning.Desk) (plot int, to string) {
	corners := map[[2]float64][]int{}
	for i, p := range d.Plots {
		for _, polygon := range p.Outline {
			for _, at := range polygon[0] {
				corners[at] = append(corners[at], i)
			}
		}
	}
	for range 500 {
		p := d.Plots[r.IntN(len(d.Plots))]
		ring := p.Outline[0][0]
		for _, i := range corners[ring[r.IntN(len(ring))]] {
			if d.Plots[i].Grid != p.Grid {
				return p.ID, d.Plots[i].Grid
			}
		}
	}
	return 0, d.Grids[0].Code
}

// anything is an operation that a planner might do, sensible or not.
func anything(r *rand.Rand, d *planning.Desk) planning.Operation {
	grid := func() string { return d.Grids[r.IntN(len(d.Grids))].Code }
	yes, mark, seed := r.IntN(2) == 0, []string{"", "mall", "体育馆"}[r.IntN(3)], r.Uint64N(9)
	b := d.Community.Bounds
	switch r.IntN(14) {
	case 0:
		at := func() [2]float64 {
			return [2]float64{b[0] + (b[2]-b[0])*r.Float64(), b[1] + (b[3]-b[1])*r.Float64()}
		}
		return planning.Operation{Kind: "split", Grid: grid(), Line: planning.Line(at(), at(), at()), Force: yes}
	case 1:
		return planning.Operation{Kind: "merge", Grid: grid(), To: grid(), Force: r.IntN(4) == 0}
	case 2:
		return planning.Operation{Kind: []string{"lock", "unlock"}[r.IntN(2)], Grid: grid()}
	case 3:
		return planning.Operation{Kind: "rename", Grid: grid(), Name: fmt.Sprintf("网格%d", r.IntN(100))}
	case 4:
		return planning.Operation{Kind: "complex", Complex: &yes}
	case 5:
		return planning.Operation{Kind: "dedicated", Grid: grid(), Dedicated: &mark}
	case 6:
		return planning.Operation{Kind: []string{"redraw", "repair"}[r.IntN(2)], Seed: &seed}
	case 7, 8:
		return planning.Operation{Kind: "undo"}
	case 9:
		return planning.Operation{Kind: "redo"}
	case 10:
		if len(d.Repairs) > 0 {
			return d.Repairs[r.IntN(len(d.Repairs))].Op
		}
	case 11:
		return planning.Operation{Kind: "move", Moves: []planning.Transfer{{Plots: []int{r.IntN(len(d.Plots))}, To: ""}}, Force: true}
	}
	plot, to := near(r, d)
	return planning.Operation{Kind: "move", Moves: []planning.Transfer{{Plots: []int{plot}, To: to}}, Force: r.IntN(3) == 0}
}
