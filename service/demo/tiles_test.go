package demo_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/planar"

	"gridmap/data"
	"gridmap/data/testdb"
	"gridmap/layers"
	"gridmap/service/demo"
	"gridmap/tiles"
)

// wholeFrom is the zoom from which a layer shows all that it has: below it, lanes,
// ponds and the names of grids are hidden on purpose.
var wholeFrom = map[string]uint8{"roads": 13, "water": 12, "labels": 15}

// fewest is how many features of a layer must have been compared, where that is
// not a hundred.
var fewest = map[string]int{"district": 50, "surroundings": 1, "gauges": 3, "shelters": 20}

func TestAThousandTilesOfEveryLayerMatchSTAsMVT(t *testing.T) {
	db, ctx := testdb.New(t), t.Context()
	sealer, err := data.NewSealer(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	o := demo.Options{Seed: 3, Scale: 0.02, Now: time.Now(), TerrainDir: t.TempDir(), TerrainCellM: 60}
	if _, err := demo.Make(ctx, db.Pool, sealer, o); err != nil {
		t.Fatal(err)
	}
	live := layers.New(db.Pool, layers.Options{})
	go func() { _ = live.Run(ctx) }() // ends with ctx
	for deadline := time.Now().Add(time.Minute); live.Ready() != nil; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the map is not loaded within a minute")
		}
	}
	var set []string
	for _, l := range layers.Catalogue() {
		if l.Name != layers.Heat && l.Name != layers.Inundation && l.Name != layers.Evacuation { // not of rows: they have oracles of their own
			set = append(set, l.Name)
		}
	}
	layRows(t, db.Pool, set)
	compared := map[string]int{}
	for _, id := range thousandTiles(t, db.Pool, live) {
		got, want := oursIn(t, live, set, id), theirsIn(t, db.Pool, set, id)
		for _, name := range set {
			if id.Z >= wholeFrom[name] {
				compared[name] += len(want[name])
				compare(t, name, id, got[name], want[name])
			}
		}
	}
	for _, name := range set {
		least, ok := fewest[name]
		if !ok {
			least = 100
		}
		if compared[name] < least {
			t.Errorf("only %d features of %s were compared, want %d", compared[name], name, least)
		}
	}
}

// thousandTiles are tiles of all zooms, half of them where cases are and half
// anywhere.
func thousandTiles(t *testing.T, pool *pgxpool.Pool, live *layers.Live) []tiles.ID {
	t.Helper()
	rows, err := pool.Query(context.Background(), `select st_x(geom), st_y(geom) from cases order by id`)
	if err != nil {
		t.Fatal(err)
	}
	var places []orb.Point
	for rows.Next() {
		var p orb.Point
		if err := rows.Scan(&p[0], &p[1]); err != nil {
			t.Fatal(err)
		}
		places = append(places, p)
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	rng, b, seen := rand.New(rand.NewPCG(21, 22)), live.Bounds(), map[tiles.ID]bool{}
	for len(seen) < 1000 {
		p := places[rng.IntN(len(places))]
		if len(seen)%2 == 0 {
			p = orb.Point{b[0] + rng.Float64()*(b[2]-b[0]), b[1] + rng.Float64()*(b[3]-b[1])}
		}
		z := uint8(8 + rng.IntN(11))
		x, y := tiles.World(p[0], p[1])
		seen[tiles.ID{Z: z, X: uint32(x) >> (30 - z), Y: uint32(y) >> (30 - z)}] = true
	}
	return slices.SortedFunc(maps.Keys(seen), func(a, b tiles.ID) int { return strings.Compare(a.String(), b.String()) })
}

// measure is the area and the length of a feature in a tile, in units of its grid.
type measure struct{ area, length float64 }

type tileContent map[string]map[uint64]measure

func contentOf(t *testing.T, list mvt.Layers) tileContent {
	t.Helper()
	out := tileContent{}
	for _, l := range list {
		out[l.Name] = map[uint64]measure{}
		for _, f := range l.Features {
			id, ok := f.ID.(float64)
			if !ok {
				t.Fatalf("layer %s: a feature without an id", l.Name)
			}
			out[l.Name][uint64(id)] = measure{math.Abs(planar.Area(f.Geometry)), planar.Length(f.Geometry)}
		}
	}
	return out
}

func oursIn(t *testing.T, live *layers.Live, set []string, id tiles.ID) tileContent {
	t.Helper()
	which, err := layers.Find(set)
	if err != nil {
		t.Fatal(err)
	}
	tile, _, err := live.Tile(t.Context(), id, which, layers.View{Filter: layers.Filter{Scope: "500152000000"}}, tiles.Gzip)
	if err != nil {
		t.Fatal(err)
	}
	if tile.Empty() {
		return tileContent{}
	}
	list, err := mvt.UnmarshalGzipped(tile.Body)
	if err != nil {
		t.Fatal(err)
	}
	return contentOf(t, list)
}

// layRows keeps the rows of the layers in tables, for some are costly to derive.
func layRows(t *testing.T, pool *pgxpool.Pool, set []string) {
	t.Helper()
	for _, name := range set {
		rows := `select id, geom from cases where closed_at is null`
		if name != layers.Cases {
			rows = data.MapSQL(name)
		}
		for _, sql := range []string{`create table oracle_%[1]s as select id, geom from (%[2]s) r`, `create index on oracle_%[1]s using gist (geom)`} {
			if _, err := pool.Exec(t.Context(), fmt.Sprintf(sql, name, rows)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// theirsIn is the tile by ST_AsMVT over the same rows.
func theirsIn(t *testing.T, pool *pgxpool.Pool, set []string, id tiles.ID) tileContent {
	t.Helper()
	var parts []string
	for _, l := range layers.Catalogue() {
		if id.Z < l.MinZoom || !slices.Contains(set, l.Name) {
			continue
		}
		parts = append(parts, fmt.Sprintf(`(select coalesce(st_asmvt(q, '%[1]s', 4096, 'g', 'id'), ''::bytea) from (
			select r.id, st_asmvtgeom(st_transform(r.geom, 3857), st_tileenvelope($1, $2, $3), 4096, 64, true) as g from oracle_%[1]s r
			where r.geom && st_transform(st_tileenvelope($1, $2, $3, margin => 0.02), 4490)) q where g is not null)`, l.Name))
	}
	var body []byte
	if err := pool.QueryRow(t.Context(), "select "+strings.Join(parts, " || "), int(id.Z), int(id.X), int(id.Y)).Scan(&body); err != nil {
		t.Fatal(err)
	}
	list, err := mvt.Unmarshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return contentOf(t, list)
}

// pixel of a tile that is drawn 512 pixels wide, in units of its grid.
const pixel = 8

// compare wants the same features, with the same area within a pixel of their
// outline: our outlines are simplified by less than that, PostGIS's are not. What is
// smaller than a pixel may be missing on either side.
func compare(t *testing.T, layer string, id tiles.ID, got, want map[uint64]measure) {
	t.Helper()
	for fid, w := range want {
		g, ok := got[fid]
		switch {
		case !ok && (w.area >= pixel*pixel || w.length >= 8*pixel):
			t.Errorf("%s %s: feature %d is missing (area %.0f, outline %.0f by ST_AsMVT)", layer, id, fid, w.area, w.length)
		case ok && math.Abs(g.area-w.area) > pixel*w.length+pixel*pixel:
			t.Errorf("%s %s: feature %d has area %.0f, want %.0f within a pixel of its outline", layer, id, fid, g.area, w.area)
		}
	}
	for fid, g := range got {
		if _, ok := want[fid]; !ok && (g.area > pixel*pixel || g.length > 8*pixel) {
			t.Errorf("%s %s: feature %d (area %.0f, outline %.0f) is not in ST_AsMVT's tile", layer, id, fid, g.area, g.length)
		}
	}
}
