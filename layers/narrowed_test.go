package layers_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"gridmap/data/testdb"
	"gridmap/data/testdb/fixture"
	"gridmap/layers"
	"gridmap/tiles"
)

// TestWhoDoesNotSeeAllSeesEveryChangeAtOnce opens, moves on and closes cases at
// random while others look, and compares what each sees with what PostgreSQL counts.
func TestWhoDoesNotSeeAllSeesEveryChangeAtOnce(t *testing.T) {
	db := loaded(t)
	for n := 1; n <= 10; n++ {
		openCase(t, db, n, fixture.Light, "grid", 105.801+float64(n)*0.005, 30.105)
	}
	exec(t, db, `update cases set opened_at = now() - interval '3 hours', step_at = now() - interval '3 hours'`)
	live := start(t, db, layers.Options{Poll: time.Hour})
	past := time.Now().Add(-time.Hour).Truncate(time.Second)
	views := []struct {
		who   string
		view  layers.View
		where string
	}{
		{"the west town", layers.View{Filter: layers.Filter{Scope: fixture.West}}, `town_code = '` + fixture.West + `' and closed_at is null`},
		{"the east town", layers.View{Filter: layers.Filter{Scope: fixture.East}}, `town_code = '` + fixture.East + `' and closed_at is null`},
		{"who asks for a level", layers.View{Filter: layers.Filter{Scope: fixture.District, Levels: []string{"town"}}}, `level = 'town' and closed_at is null`},
		{"who asks for a step", layers.View{Filter: layers.Filter{Scope: fixture.District, Steps: []string{"handle"}}}, `step = 'handle' and closed_at is null`},
		{"who asks for what is overdue", layers.View{Filter: layers.Filter{Scope: fixture.District, Overdue: true}}, `due_at < now() and closed_at is null`},
		{"who asks for an hour ago", layers.View{Filter: layers.Filter{Scope: fixture.District, At: past}},
			`opened_at <= $1 and (closed_at is null or closed_at > $1)`},
	}
	eventually(t, "the history is loaded", func() bool {
		_, _, err := live.Tile(context.Background(), tiles.ID{}, []int{index("heat")}, views[5].view, tiles.Identity)
		return err == nil
	})
	stop := lookOn(t, live, views[0].view, views[3].view, views[5].view)
	rng := rand.New(rand.NewPCG(7, 9))
	for n := 11; n <= 60; n++ {
		changeAtRandom(t, db, rng, n)
		live.Settle(context.Background())
		v := views[rng.IntN(len(views))]
		want := 0
		if err := db.Pool.QueryRow(context.Background(), `select count(*) from cases where `+v.where+` and $1::timestamptz is not null`, past).Scan(&want); err != nil {
			t.Fatal(err)
		}
		if sum, _ := heatSum(t, live, v.view, 12); int(sum) != want {
			t.Fatalf("after change %d %s sees %v cases, want %d", n, v.who, sum, want)
		}
	}
	stop()
}

// changeAtRandom opens the nth case and moves an earlier one.
func changeAtRandom(t *testing.T, db testdb.Database, rng *rand.Rand, n int) {
	t.Helper()
	lon := 105.801 + rng.Float64()*0.05 // both towns
	openCase(t, db, n, []string{fixture.Light, fixture.Noise}[n%2], []string{"grid", "town"}[rng.IntN(2)], lon, 30.102+rng.Float64()*0.01)
	switch rng.IntN(4) {
	case 0:
		exec(t, db, `update cases set step = 'handle', step_at = now() where id = $1`, 1+rng.IntN(n))
	case 1:
		exec(t, db, `update cases set step = 'rate', step_at = now(), closed_at = now() where id = $1`, 1+rng.IntN(n))
	case 2:
		exec(t, db, `update cases set due_at = now() - interval '1 second' where id = $1`, 1+rng.IntN(10))
	}
}

// lookOn asks for tiles in these views, again and again, until it is stopped.
func lookOn(t *testing.T, live *layers.Live, views ...layers.View) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for _, view := range views {
		all.Go(func() {
			for ctx.Err() == nil {
				if _, _, err := live.Tile(ctx, objectTile(), []int{index("heat")}, view, tiles.Gzip); err != nil && ctx.Err() == nil {
					t.Error(err)
					return
				}
			}
		})
	}
	return func() { cancel(); all.Wait() }
}
