package tiles_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"

	"gridmap/tiles"
)

// wiggle is a line from (lon, lat0) north to lat1 that swings to both sides.
func wiggle(lon, lat0, lat1 float64, n int) []orb.Point {
	var out []orb.Point
	for i := range n + 1 {
		f := float64(i) / float64(n)
		out = append(out, orb.Point{lon + 0.002*math.Sin(f*40)*math.Sin(f*math.Pi), lat0 + f*(lat1-lat0)})
	}
	return out
}

func TestNeighboursKeepTheSameVerticesOfTheirCommonEdgeAtEveryZoom(t *testing.T) {
	edge := wiggle(105.82, 30.1, 30.2, 400)
	west := orb.Ring{{105.8, 30.1}}
	west = append(west, edge...)
	west = append(west, orb.Point{105.8, 30.2}, orb.Point{105.8, 30.1})
	east := orb.Ring{{105.84, 30.2}}
	for i := len(edge) - 1; i >= 0; i-- {
		east = append(east, edge[i])
	}
	east = append(east, orb.Point{105.84, 30.1}, orb.Point{105.84, 30.2})
	fs := []tiles.Feature{{ID: 1, Geometry: orb.Polygon{west}}, {ID: 2, Geometry: orb.Polygon{east}}}
	tiles.Simplify(fs)
	n := len(edge)
	kept := 0
	for i := range edge {
		w, e := fs[0].Ranks[1+i], fs[1].Ranks[n-i]
		if w != e {
			t.Fatalf("vertex %d of the common edge appears from zoom %d in the west and %d in the east", i, w, e)
		}
		if w <= 12 {
			kept++
		}
	}
	if kept == n || kept < 3 {
		t.Fatalf("zoom 12 draws %d of %d vertices, want a part of them", kept, n)
	}
}
