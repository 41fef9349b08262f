package files

import (
	"math"
	"testing"

	"github.com/paulmach/orb/planar"

	"gridmap/geo/raster"
	"gridmap/layers/flood"
)

func TestLongEdgesOnAPlaneAreDividedAndNothingElseChanges(t *testing.T) {
	g := raster.Grid{Width: 300, Height: 200, West: 500000, North: 3340000, DX: 30, DY: 30, System: raster.System{EPSG: 4544}}
	marked := make([]bool, g.Size())
	for i := range marked {
		marked[i] = i%300 > 20 && i/300 > 10 && (i%300 != 150 || i/300 < 100)
	}
	plain := flood.Polygons(g, marked)
	wantM2 := planar.Area(plain)
	divided := densify(g, plain)
	if got := planar.Area(divided); math.Abs(got-wantM2) > 1e-6*wantM2 {
		t.Errorf("got %v m2, want %v", got, wantM2)
	}
	for _, ring := range divided[0] {
		for k := 1; k < len(ring); k++ {
			if d := planar.Distance(ring[k-1], ring[k]); d > chordM || d == 0 {
				t.Fatalf("got an edge of %v m, want at most %d", d, chordM)
			}
		}
	}
	g.System = raster.System{EPSG: 4326, Geographic: true}
	if got := densify(g, flood.Polygons(g, marked)); len(got[0][0]) != len(flood.Polygons(g, marked)[0][0]) {
		t.Errorf("edges in degrees are divided: they are straight there already")
	}
}
