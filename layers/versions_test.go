package layers_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb/encoding/mvt"

	"gridmap/data/testdb/fixture"
	"gridmap/layers"
	"gridmap/tiles"
)

// gridTile is the tile of zoom 13 in the middle of community A1.
func gridTile() tiles.ID {
	x, y := tiles.World(105.81, 30.11)
	return tiles.ID{Z: 13, X: uint32(x) >> 17, Y: uint32(y) >> 17}
}

// look is what one tile shows: the codes of its grids and the versions written on
// its features.
type look struct {
	codes    []string
	versions map[float64]bool
	version  int64 // that the live copy says
}

func lookAt(t *testing.T, live *layers.Live, at time.Time, names ...string) look {
	t.Helper()
	which, err := layers.Find(names)
	if err != nil {
		t.Fatal(err)
	}
	view := layers.View{Filter: layers.Filter{Scope: fixture.District, At: at}}
	tile, version, err := live.Tile(context.Background(), gridTile(), which, view, tiles.Identity)
	if err != nil {
		t.Fatal(err)
	}
	l := look{versions: map[float64]bool{}, version: version}
	decoded, err := mvt.Unmarshal(tile.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, layer := range decoded {
		for _, f := range layer.Features {
			if v, ok := f.Properties["version"].(float64); ok {
				l.versions[v] = true
			}
			if code, _ := f.Properties["code"].(string); layer.Name == "grids" {
				l.codes = append(l.codes, code)
			}
		}
	}
	slices.Sort(l.codes)
	return l
}

func TestTilesNeverMixTwoVersionsAndNeverGoBack(t *testing.T) {
	db := loaded(t)
	live := start(t, db, layers.Options{Poll: 20 * time.Millisecond})
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for _, names := range [][]string{{"grids"}, {"grids", "microgrids"}, {"microgrids", "grids", "buildings"}} {
		readers.Go(func() {
			var last int64
			for {
				select {
				case <-stop:
					return
				default:
				}
				l := lookAt(t, live, time.Time{}, names...)
				if len(l.versions) != 1 || !l.versions[float64(l.version)] {
					t.Errorf("%v: a tile of version %d has features of %v", names, l.version, l.versions)
					return
				}
				if l.version < last {
					t.Errorf("%v: version %d after %d", names, l.version, last)
					return
				}
				last = l.version
			}
		})
	}
	for n := range 20 {
		p := fixture.Turn(t, db.Pool, n)
		eventually(t, "the new version is shown", func() bool { return live.Version() == p.Version })
		if l := lookAt(t, live, time.Time{}, "grids"); l.version != p.Version || !l.versions[float64(p.Version)] {
			t.Fatalf("after version %d was seen a tile of %d with features of %v came", p.Version, l.version, l.versions)
		}
	}
	close(stop)
	readers.Wait()
}

func TestTilesOfAPastMomentShowWhatHeldThen(t *testing.T) {
	db := loaded(t)
	live := start(t, db, layers.Options{Poll: 20 * time.Millisecond})
	var codes [][]string
	var moments []time.Time
	for n := range 6 {
		codes = append(codes, lookAt(t, live, time.Time{}, "grids").codes)
		moments = append(moments, time.Now())
		p := fixture.Turn(t, db.Pool, n)
		eventually(t, "the new version is shown", func() bool { return live.Version() == p.Version })
	}
	for i, at := range moments {
		if got := lookAt(t, live, at, "grids"); !slices.Equal(got.codes, codes[i]) || got.version != int64(i+1) {
			t.Errorf("moment %d: got %v of version %d, want %v", i, got.codes, got.version, codes[i])
		}
	}
	if got := lookAt(t, live, time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC), "grids"); len(got.codes) != 0 || got.version != 0 {
		t.Errorf("before there was any plan: got %v of version %d", got.codes, got.version)
	}
}
