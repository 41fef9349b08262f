package flood_test

import (
	"math"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/paulmach/orb"

	"gridmap/geo/raster"
	"gridmap/layers/flood"
)

// country is a terrain of ten million cells: hills, and valleys that wind.
func country() *raster.Raster {
	r := raster.New(raster.Grid{Width: 4000, Height: 2500, West: 0, North: 50000, DX: 20, DY: 20, System: raster.System{EPSG: 4544}})
	for i := range r.Values {
		x, y := float64(i%4000), float64(i/4000)
		z := 250 + x/100 + 30*math.Sin(x/140+math.Sin(y/90))*math.Cos(y/170) + 9*math.Sin(x/23)*math.Sin(y/19) + math.Sin(x*1.7+y*2.3)
		r.Values[i] = float32(z)
	}
	return r
}

func BenchmarkTenMillionCells(b *testing.B) {
	dem := country()
	var terrain *flood.Terrain
	b.Run("terrain", func(b *testing.B) {
		for range b.N {
			var err error
			if terrain, err = flood.Build(dem, flood.Options{StreamAreaKM2: 5}); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/10, "s/Mcell")
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.Sys)/1e6, "MB")
	})
	b.Run("open from disk", func(b *testing.B) {
		path := filepath.Join(b.TempDir(), "country.terrain")
		if err := terrain.Save(path, flood.Provenance{}); err != nil {
			b.Fatal(err)
		}
		b.ResetTimer()
		for range b.N {
			t, _, err := flood.Open(path)
			if err != nil {
				b.Fatal(err)
			}
			if err := t.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("breach", func(b *testing.B) {
		levee := flood.Levee{Line: orb.LineString{{10_000, 49_000}, {70_000, 1000}}, CrestM: 300}
		for range b.N {
			terrain.WithLevees([]flood.Levee{levee}, []orb.Point{{40_000, 25_000}}, 100)
		}
	})
	b.Run("wet at a stage", func(b *testing.B) {
		for range b.N {
			terrain.Wet(terrain.Uniform(5))
		}
	})
	b.Run("polygons of a stage", func(b *testing.B) {
		wet := terrain.Wet(terrain.Uniform(5))
		for range b.N {
			flood.Polygons(terrain.Grid, wet)
		}
	})
}
