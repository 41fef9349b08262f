package layers_test

import (
	"testing"
	"time"

	"gridmap/data/testdb/fixture"
	"gridmap/layers"
	"gridmap/tiles"
)

func TestTilesAreReadyBeforeAnybodyAsksAfterTheLoadAndAfterAPublication(t *testing.T) {
	db := loaded(t)
	live := start(t, db, layers.Options{Poll: 20 * time.Millisecond, Ahead: [][]string{{"grids", "microgrids"}, {"heat"}}})
	which, err := layers.Find([]string{"grids", "microgrids"})
	if err != nil {
		t.Fatal(err)
	}
	view := layers.View{Filter: layers.Filter{Scope: fixture.District}}
	ready := func() bool {
		tile, _, ok := live.Kept(gridTile(), which, view, tiles.Gzip)
		return ok && !tile.Empty()
	}
	eventually(t, "the tile of the grids is ready after the load", ready)
	p := fixture.Turn(t, db.Pool, 0)
	eventually(t, "the new version is shown", func() bool { return live.Version() == p.Version })
	eventually(t, "the tile of the grids is ready after the publication", ready)
	made := live.Footprint().Tiles.Made
	lookAt(t, live, time.Time{}, "grids") // another set: it has to be made
	if got := live.Footprint().Tiles.Made; got == made {
		t.Errorf("a set that nobody prepared was not made when asked for")
	}
}
