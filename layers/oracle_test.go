package layers_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"

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

func index(layer string) int {
	which, err := layers.Find([]string{layer})
	if err != nil {
		panic(err)
	}
	return which[0]
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
