package layers_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb/encoding/mvt"

	"gridmap/data"
	"gridmap/data/testdb"
	"gridmap/data/testdb/fixture"
	"gridmap/layers"
	"gridmap/tiles"
)

const insertObject = `insert into objects (id, kind, geom, source, source_id)
	values ($1::bigint, '井盖', st_setsrid(st_point(105.815, 30.11), 4490), 'test', $1::text)`

func objectTile() tiles.ID {
	x, y := tiles.World(105.815, 30.11)
	return tiles.ID{Z: 15, X: uint32(x) >> 15, Y: uint32(y) >> 15}
}

func objects(t *testing.T, live *layers.Live) int {
	t.Helper()
	tile, _, err := live.Tile(t.Context(), objectTile(), []int{index("objects")}, layers.View{Filter: layers.Filter{Scope: fixture.District}}, tiles.Gzip)
	if err != nil {
		t.Fatal(err)
	}
	if tile.Empty() {
		return 0
	}
	list, err := mvt.UnmarshalGzipped(tile.Body)
	if err != nil {
		t.Fatal(err)
	}
	return len(list[0].Features)
}

func TestACommittedWriteIsInTheNextTileAfterSettling(t *testing.T) {
	db := loaded(t)
	live := start(t, db, layers.Options{Poll: time.Hour})
	for i := range 20 {
		if got := objects(t, live); got != i {
			t.Fatalf("before write %d the tile has %d objects, want %d", i+1, got, i)
		}
		exec(t, db, insertObject, i+1)
		live.Settle(context.Background())
	}
	exec(t, db, `delete from objects where id = 7`)
	live.Settle(context.Background())
	if got := objects(t, live); got != 19 {
		t.Fatalf("after a deletion the tile has %d objects, want 19", got)
	}
}

func TestASilentListenerCatchesUpByItself(t *testing.T) {
	db := loaded(t)
	// The notification never arrives: the trigger writes the outbox only.
	exec(t, db, `create or replace function note_change() returns trigger language plpgsql as $$
		begin
			insert into changes (kind, op, key) select tg_table_name, lower(tg_op), id from came;
			return null;
		end $$`)
	live := start(t, db, layers.Options{Poll: 50 * time.Millisecond})
	exec(t, db, insertObject, 1)
	eventually(t, "the object is in its tile without any notification", func() bool { return objects(t, live) == 1 })
}

func TestALateCommitWithALowerNumberReachesTheTiles(t *testing.T) {
	db := loaded(t)
	ctx := context.Background()
	live := start(t, db, layers.Options{Poll: 50 * time.Millisecond})
	late, err := db.Pool.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := late.Exec(ctx, insertObject, 1); err != nil {
		t.Fatal(err)
	}
	exec(t, db, insertObject, 2)
	live.Settle(ctx)
	if got := objects(t, live); got != 1 {
		t.Fatalf("while the first transaction is open the tile has %d objects, want the 1 of the second", got)
	}
	if err := late.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the late commit is in its tile", func() bool { return objects(t, live) == 2 })
}

func TestTheMapStandsWhileTheDatabaseIsGoneAndCatchesUpAfterwards(t *testing.T) {
	db := loaded(t)
	exec(t, db, insertObject, 1)
	live := start(t, db, layers.Options{Poll: 50 * time.Millisecond})
	inside, err := pgx.Connect(context.Background(), db.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer inside.Close(context.Background())
	var name string
	if err := inside.QueryRow(context.Background(), `select current_database()`).Scan(&name); err != nil {
		t.Fatal(err)
	}
	outside, err := pgx.Connect(context.Background(), strings.Replace(db.URL, "/"+name, "/postgres", 1))
	if err != nil {
		t.Fatal(err)
	}
	defer outside.Close(context.Background())
	on := func(c *pgx.Conn, sql string, args ...any) {
		t.Helper()
		if _, err := c.Exec(context.Background(), sql, args...); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	on(outside, `alter database `+name+` with allow_connections false`)
	on(inside, `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`)
	eventually(t, "the live copy says that the database is gone", func() bool { _, gone := live.Since(); return gone })
	if got := objects(t, live); got != 1 {
		t.Fatalf("with the database gone the tile has %d objects, want 1", got)
	}
	on(inside, insertObject, 2)
	if got := objects(t, live); got != 1 {
		t.Fatalf("with the database gone the tile has %d objects, want still 1", got)
	}
	on(outside, `alter database `+name+` with allow_connections true`)
	eventually(t, "what happened meanwhile is in the tile", func() bool { return objects(t, live) == 2 })
	eventually(t, "the live copy says that the database is back", func() bool { _, gone := live.Since(); return !gone })
}

// openCase puts a case into the nth grid of the fixture.
func openCase(t *testing.T, db testdb.Database, id int, typ, level string, lon, lat float64) {
	t.Helper()
	exec(t, db, `insert into cases (id, number, type_code, title, level, step, board, grid_id, community_code, town_code, opened_at, step_at, due_at, geom, source)
		select $1, $2, t.code, t.name, $4, 'order', t.board, g.id, g.community_code, d.parent_code, now(), now(), now() + interval '1 day',
		       st_setsrid(st_point($5, $6), 4490), 'test'
		from case_types t, grids g join divisions d on d.code = g.community_code
		where t.code = $3 and st_covers(g.geom, st_setsrid(st_point($5, $6), 4490)) order by g.id limit 1`,
		id, fmt.Sprintf("T%06d", id), typ, level, lon, lat)
}

// heatSum adds up a property of the heat over the whole district at a zoom.
func heatSum(t *testing.T, live *layers.Live, v layers.View, zoom uint8) (sum, smallest float64) {
	t.Helper()
	cells := map[string]float64{}
	x0, y0 := tiles.World(105.70, 30.20)
	x1, y1 := tiles.World(105.96, 30.00)
	for x := uint32(x0) >> (30 - zoom); x <= uint32(x1)>>(30-zoom); x++ {
		for y := uint32(y0) >> (30 - zoom); y <= uint32(y1)>>(30-zoom); y++ {
			for cell, n := range heatCells(t, live, v, tiles.ID{Z: zoom, X: x, Y: y}) {
				cells[cell] = n
			}
		}
	}
	smallest = 1e9
	for _, n := range cells {
		sum += n
		smallest = min(smallest, n)
	}
	return sum, smallest
}

func TestTheWallsHeatKeepsSumsAndShowsNoFewCases(t *testing.T) {
	db := loaded(t)
	live := start(t, db, layers.Options{})
	n := 0
	for i := range 40 {
		n++
		openCase(t, db, n, fixture.Light, "grid", 105.801+float64(i%7)*0.002, 30.101+float64(i%3)*0.002)
	}
	for i := range 6 { // a few far away, in a cell of their own
		n++
		openCase(t, db, n, fixture.Noise, "town", 105.855, 30.118-float64(i)*0.0001)
	}
	n++
	openCase(t, db, n, fixture.Secret, "district", 105.845, 30.105)
	live.Settle(context.Background())
	district := layers.Filter{Scope: fixture.District}
	for zoom := uint8(8); zoom <= 15; zoom++ {
		if sum, _ := heatSum(t, live, layers.View{Filter: district}, zoom); int(sum) != n {
			t.Errorf("z%d: the heat for those who may see all sums to %v, want %d", zoom, sum, n)
		}
		sum, smallest := heatSum(t, live, layers.View{Filter: district, Merge: true}, zoom)
		if int(sum) != n-1 {
			t.Errorf("z%d: the wall's heat sums to %v, want %d: all but the sensitive case", zoom, sum, n-1)
		}
		if smallest < 5 {
			t.Errorf("z%d: the wall's heat shows a cell of %v cases, want 5 at least", zoom, smallest)
		}
	}
	filtered := district
	filtered.Levels = []string{"town"}
	if sum, _ := heatSum(t, live, layers.View{Filter: filtered}, 12); sum != 6 {
		t.Errorf("heat of town-level cases sums to %v, want 6", sum)
	}
	west := layers.Filter{Scope: fixture.West}
	if sum, _ := heatSum(t, live, layers.View{Filter: west}, 12); sum != 40 {
		t.Errorf("heat in the scope of the west town sums to %v, want its 40", sum)
	}
}

func TestHeatAtAPastMomentCountsWhatWasOpenThen(t *testing.T) {
	db := loaded(t)
	for i := range 10 {
		openCase(t, db, i+1, fixture.Light, "grid", 105.805, 30.105)
	}
	exec(t, db, `update cases set opened_at = now() - interval '10 days', step_at = now() - interval '10 days', due_at = now() - interval '9 days'`)
	exec(t, db, `update cases set step = 'rate', step_at = now() - interval '5 days', closed_at = now() - interval '5 days' where id <= 4`)
	live := start(t, db, layers.Options{})
	at := func(days int) layers.View {
		return layers.View{Filter: layers.Filter{Scope: fixture.District, At: time.Now().AddDate(0, 0, -days)}}
	}
	which := []int{index("heat")}
	eventually(t, "the history is loaded", func() bool {
		_, _, err := live.Tile(context.Background(), objectTile(), which, at(1), tiles.Identity)
		return err == nil
	})
	for days, want := range map[int]float64{11: 0, 7: 10, 1: 6} {
		if sum, _ := heatSum(t, live, at(days), 12); sum != want {
			t.Errorf("heat %d days ago sums to %v, want %v", days, sum, want)
		}
	}
	exec(t, db, `update cases set step = 'rate', step_at = now(), closed_at = now() where id = 5`)
	live.Settle(context.Background())
	if sum, _ := heatSum(t, live, at(1), 12); sum != 6 {
		t.Errorf("after a closing today, heat a day ago sums to %v, want still 6", sum)
	}
	if sum, _ := heatSum(t, live, layers.View{Filter: layers.Filter{Scope: fixture.District}}, 12); sum != 5 {
		t.Errorf("after a closing today, heat now sums to %v, want 5", sum)
	}
}

func TestReadersResumeWithNothingLostOrDoubled(t *testing.T) {
	db := loaded(t)
	live := start(t, db, layers.Options{Poll: time.Hour})
	sub, _, position, err := live.Subscribe(context.Background(), "")
	if err != nil {
		t.Fatal("a new reader is told to load anew, want a plain start")
	}
	sub.Close()
	var seen []int64
	for round := range 30 {
		for i := range 1 + round%4 {
			openCase(t, db, round*10+i+1, fixture.Light, "grid", 105.805, 30.105)
			if i%2 == 0 {
				live.Settle(context.Background())
			}
		}
		live.Settle(context.Background())
		s, missed, _, err := live.Subscribe(context.Background(), position)
		if err != nil {
			t.Fatalf("round %d: position %q is not remembered: %v", round, position, err)
		}
		s.Close()
		for _, e := range missed {
			for _, c := range e.Cases {
				seen = append(seen, c.After.ID)
			}
			position = e.ID
		}
	}
	want := 0
	for round := range 30 {
		for i := range 1 + round%4 {
			if want >= len(seen) || seen[want] != int64(round*10+i+1) {
				t.Fatalf("event %d is missing, doubled or out of order: %v", want, seen[max(0, want-2):min(len(seen), want+3)])
			}
			want++
		}
	}
	if want != len(seen) {
		t.Fatalf("saw %d cases, want %d", len(seen), want)
	}
	if _, _, _, err := live.Subscribe(context.Background(), "nonsense"); err == nil || data.CodeOf(err) == data.Unavailable {
		t.Fatal("a position that nobody gave resumes, want to be told to load anew")
	}
	// Another server, which has no memory of its own, goes on from the feed.
	openCase(t, db, 999, fixture.Light, "grid", 105.805, 30.105)
	if _, err := db.Pool.Exec(context.Background(), insertObject, 999); err != nil {
		t.Fatal(err)
	}
	other := start(t, db, layers.Options{Poll: time.Hour})
	s, missed, _, err := other.Subscribe(context.Background(), position)
	if s != nil {
		defer s.Close()
	}
	if err != nil || len(missed) != 1 || len(missed[0].Cases) != 1 || missed[0].Cases[0].After.ID != 999 {
		t.Fatalf("another server resumes with %v and %d events, want the one case since", err, len(missed))
	}
	if e := missed[0]; e.Reset != "" || !slices.Equal(e.Tiles["objects"], []string{"*"}) || !slices.Equal(e.Reloaded, []string{"objects"}) {
		t.Errorf("the reader is told %q, to ask for objects in %v and that %v were read anew; want the objects' layer and no more", e.Reset, e.Tiles["objects"], e.Reloaded)
	}
	select {
	case e := <-s.C:
		t.Fatalf("the case is told twice: %+v", e)
	default:
	}
}

func TestEventsNameTheTilesThatAChangeTouched(t *testing.T) {
	db := loaded(t)
	live := start(t, db, layers.Options{Poll: time.Hour})
	sub, _, _, _ := live.Subscribe(context.Background(), "")
	defer sub.Close()
	openCase(t, db, 1, fixture.Light, "grid", 105.805, 30.105)
	live.Settle(context.Background())
	e := <-sub.C
	x, y := tiles.World(105.805, 30.105)
	for z := uint8(6); z <= 18; z++ {
		name := tiles.ID{Z: z, X: uint32(x) >> (30 - z), Y: uint32(y) >> (30 - z)}.String()
		for _, layer := range []string{"cases", "heat"} {
			found := false
			for _, got := range e.Tiles[layer] {
				found = found || got == name || layer == "heat" && got == "*"
			}
			if !found {
				t.Errorf("the event does not name tile %s of %s", name, layer)
			}
		}
	}
	if len(e.Tiles["cases"]) > 13*4 {
		t.Errorf("one case touches %d tiles of cases, want at most 4 a zoom", len(e.Tiles["cases"]))
	}
	if len(e.Tiles["heat"]) > 512 {
		t.Errorf("the event names %d tiles of heat, want it to say all instead", len(e.Tiles["heat"]))
	}
	if len(e.Grids) != 1 || e.Grids[0].Open != 1 {
		t.Errorf("the event counts %+v, want one grid with one open case", e.Grids)
	}
	exec(t, db, `update cases set step = 'handle' where id = 1`)
	live.Settle(context.Background())
	e = <-sub.C
	if _, named := e.Tiles["heat"]; named || len(e.Tiles["cases"]) == 0 {
		t.Errorf("a step, which no heat shows, names tiles of %v, want cases only", slices.Collect(maps.Keys(e.Tiles)))
	}
}
