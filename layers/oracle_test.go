package layers_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/planar"

	"gridmap/data"
	"gridmap/data/testdb"
	"gridmap/layers"
	"gridmap/tiles"
)

// blob is a star-shaped polygon, convex or not, around a place.
func blob(rng *rand.Rand, lon, lat, size float64) orb.MultiPolygon {
	n := 5 + rng.IntN(12)
	var r orb.Ring
	for i := range n {
		a := 2 * math.Pi * float64(i) / float64(n)
		d := size * (0.3 + 0.7*rng.Float64())
		r = append(r, orb.Point{lon + d*math.Cos(a), lat + d*math.Sin(a)*0.86})
	}
	r = append(r, r[0])
	return orb.MultiPolygon{{r}}
}

// scatter fills land, roads and objects with random features of all sizes, so
// that many cross the edges of tiles.
func scatter(t *testing.T, db testdb.Database) {
	t.Helper()
	rng := rand.New(rand.NewPCG(11, 12))
	err := data.LoadBulk(context.Background(), db.Pool, nil, []string{"land", "roads", "objects"}, func(b *data.Bulk) error {
		var land []data.Land
		var roads []data.Road
		var objects []data.Object
		for i := range 300 {
			lon, lat := 105.7+rng.Float64()*0.3, 30.0+rng.Float64()*0.25
			id := fmt.Sprint(i + 1)
			land = append(land, data.Land{ID: int64(i + 1), Kind: "forest", Geom: blob(rng, lon, lat, math.Pow(10, -4+2.5*rng.Float64())), Source: "t", SourceID: id})
			line := orb.LineString{{lon, lat}}
			for range 2 + rng.IntN(30) {
				p := line[len(line)-1]
				line = append(line, orb.Point{p[0] + (rng.Float64()-0.5)*0.01, p[1] + (rng.Float64()-0.5)*0.01})
			}
			roads = append(roads, data.Road{ID: int64(i + 1), Class: "motorway", Geom: orb.MultiLineString{line}, Source: "t", SourceID: id})
			objects = append(objects, data.Object{ID: int64(i + 1), Kind: "井盖", Geom: orb.Point{lon, lat}, Source: "t", SourceID: id})
		}
		for _, err := range []error{b.Land(context.Background(), all(land)), b.Roads(context.Background(), all(roads)), b.Objects(context.Background(), all(objects))} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func all[T any](list []T) func(func(T) bool) {
	return func(yield func(T) bool) {
		for _, v := range list {
			if !yield(v) {
				return
			}
		}
	}
}

// oracle is what PostGIS makes of a layer's rows in a tile: for each id the
// area and the length of its outline, in units of the tile's grid.
type measure struct{ area, length float64 }

func oracle(t *testing.T, db testdb.Database, layer string, id tiles.ID) map[uint64]measure {
	t.Helper()
	// Simplification is switched off on our side by comparing within a pixel of
	// the outline; PostGIS does not simplify.
	sql := fmt.Sprintf(`with rows as (%s), drawn as (
		select id, st_asmvtgeom(st_transform(geom, 3857), st_tileenvelope($1, $2, $3), 4096, 64, true) as g
		from rows where geom && st_transform(st_tileenvelope($1, $2, $3, margin => 0.02), 4490))
		select id, st_area(g), st_perimeter(g) + st_length(g) from drawn where g is not null`, data.MapSQL(layer))
	rows, err := db.Pool.Query(context.Background(), sql, int(id.Z), int(id.X), int(id.Y))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := map[uint64]measure{}
	for rows.Next() {
		var fid int64
		var m measure
		if err := rows.Scan(&fid, &m.area, &m.length); err != nil {
			t.Fatal(err)
		}
		out[uint64(fid)] = m
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return out
}

func ours(t *testing.T, live *layers.Live, layer string, id tiles.ID) map[uint64]measure {
	t.Helper()
	which, err := layers.Find([]string{layer})
	if err != nil {
		t.Fatal(err)
	}
	tile, _, err := live.Tile(context.Background(), id, which, layers.View{Filter: layers.Filter{Scope: "500152000000"}}, tiles.Gzip)
	if err != nil {
		t.Fatal(err)
	}
	out := map[uint64]measure{}
	if tile.Empty() {
		return out
	}
	ls, err := mvt.UnmarshalGzipped(tile.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range ls[0].Features {
		fid, ok := f.ID.(float64)
		if !ok {
			t.Fatalf("layer %s: a feature without an id", layer)
		}
		out[uint64(fid)] = measure{math.Abs(planar.Area(f.Geometry)), planar.Length(f.Geometry)}
	}
	return out
}

func TestTilesAgreeWithPostGISOnIdsAndAreasAtEveryZoom(t *testing.T) {
	db := loaded(t)
	scatter(t, db)
	live := start(t, db, layers.Options{})
	rng := rand.New(rand.NewPCG(21, 22))
	compared := map[string]int{}
	for z := uint8(8); z <= 18; z++ {
		for range 12 {
			lon, lat := 105.7+rng.Float64()*0.3, 30.0+rng.Float64()*0.25
			x, y := tiles.World(lon, lat)
			id := tiles.ID{Z: z, X: uint32(x) >> (30 - z), Y: uint32(y) >> (30 - z)}
			for _, layer := range []string{"land", "roads", "objects", "grids", "buildings"} {
				want := oracle(t, db, layer, id)
				got := ours(t, live, layer, id)
				if layers.Catalogue()[index(layer)].MinZoom > z || (layer == "objects" && z < 13) {
					continue
				}
				compared[layer] += len(want)
				compare(t, layer, id, got, want)
			}
		}
	}
	for _, layer := range []string{"land", "roads", "objects"} {
		if compared[layer] < 50 {
			t.Errorf("only %d features of %s were compared, want more", compared[layer], layer)
		}
	}
}

func index(layer string) int {
	which, err := layers.Find([]string{layer})
	if err != nil {
		panic(err)
	}
	return which[0]
}

// pixel of a 512-pixel tile, in units of its grid.
const pixel = 8

func compare(t *testing.T, layer string, id tiles.ID, got, want map[uint64]measure) {
	t.Helper()
	for fid, w := range want {
		g, ok := got[fid]
		small := w.area < pixel*pixel && w.length < 8*pixel
		if !ok {
			if !small {
				t.Errorf("%s %s: feature %d is missing (area %.0f, outline %.0f in PostGIS)", layer, id, fid, w.area, w.length)
			}
			continue
		}
		if tolerance := pixel*w.length + pixel*pixel; math.Abs(g.area-w.area) > tolerance {
			t.Errorf("%s %s: feature %d has area %.0f, want %.0f within a pixel of its outline", layer, id, fid, g.area, w.area)
		}
	}
	for fid, g := range got {
		if _, ok := want[fid]; !ok && (g.area > pixel*pixel || g.length > 8*pixel) {
			t.Errorf("%s %s: feature %d (area %.0f, outline %.0f) is not in PostGIS's tile", layer, id, fid, g.area, g.length)
		}
	}
}

// heatCells reads the cells of a heat tile: name → count.
func heatCells(t *testing.T, live *layers.Live, v layers.View, id tiles.ID) map[string]float64 {
	t.Helper()
	tile, _, err := live.Tile(context.Background(), id, []int{index("heat")}, v, tiles.Gzip)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	if tile.Empty() {
		return out
	}
	ls, err := mvt.UnmarshalGzipped(tile.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range ls[0].Features {
		out[f.Properties.MustString("cell")] = f.Properties.MustFloat64("count")
	}
	return out
}
