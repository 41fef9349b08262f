package synth

import (
	"math"
	"runtime"
	"sync"

	"github.com/paulmach/orb"

	"gridmap/geo/raster"
)

// Relief is the terrain as a raster in EPSG:4544, over the district and a margin.
// Levels are those of the ground, and of the usual water on rivers.
func (t *Terrain) Relief(bound orb.Bound, cellM float64) *raster.Raster {
	g := raster.Grid{West: math.Floor(bound.Min[0]/cellM) * cellM, North: math.Ceil(bound.Max[1]/cellM) * cellM, DX: cellM, DY: cellM, System: raster.System{EPSG: 4544}}
	g.Width, g.Height = int(math.Ceil((bound.Max[0]-g.West)/cellM)), int(math.Ceil((g.North-bound.Min[1])/cellM))
	r := &raster.Raster{Grid: g, Values: make([]float32, g.Size()), NoData: -9999}
	rows := make(chan int)
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for y := range rows {
				for x := range g.Width {
					r.Values[y*g.Width+x] = float32(math.Round(t.elevation(g.Centre(x, y))*100) / 100)
				}
			}
		})
	}
	for y := range g.Height {
		rows <- y
	}
	close(rows)
	wait.Wait()
	return r
}
