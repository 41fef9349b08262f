package flood_test

import (
	"testing"

	"gridmap/geo/raster"
	"gridmap/layers/flood"
)

// bridged is a valley along which a river falls, with a wall of some cells across.
func bridged(cellM float64, deckCells int, riseM float32) (*raster.Raster, []bool) {
	dem := raster.New(raster.Grid{Width: 31, Height: 60, West: 0, North: 60 * cellM, DX: cellM, DY: cellM, System: raster.System{EPSG: 4544}})
	river := make([]bool, dem.Size())
	for i := range dem.Values {
		x, y := i%31, i/31
		d := float32(x - 15)
		dem.Values[i] = 50 - float32(y)/20 + d*d/20
		if y >= 30 && y < 30+deckCells {
			dem.Values[i] = max(dem.Values[i], 50-1.5+riseM)
		}
		river[i] = x == 15
	}
	return dem, river
}

func TestBridgesAreCutSoThatBanksAreMeasuredAgainstTheWater(t *testing.T) {
	for _, c := range []struct {
		name      string
		cellM     float64
		deck      int
		riseM     float32
		wantCut   int
		wantBelow float32 // the least HAND of any cell, from here up
	}{
		{"a bridge of two cells is cut", 10, 2, 6, 2, -0.5},
		{"without a bridge nothing is cut", 10, 0, 0, 0, -0.01},
		{"a bump in the bed is no bridge", 10, 1, 0.5, 0, -1},
		{"a hill of two hundred metres is no bridge", 10, 20, 6, 0, -10},
		{"large cells hold no bridge", 90, 1, 6, 0, -10},
	} {
		t.Run(c.name, func(t *testing.T) {
			dem, river := bridged(c.cellM, c.deck, c.riseM)
			before := append([]float32(nil), dem.Values...)
			terrain, err := flood.Build(dem, flood.Options{River: river})
			if err != nil {
				t.Fatal(err)
			}
			if terrain.DeckCells != c.wantCut {
				t.Errorf("got %d cells cut, want %d", terrain.DeckCells, c.wantCut)
			}
			end := int32(5*31 + 15)
			for terrain.To[end] != end {
				end = terrain.To[end]
			}
			if row := int(end) / 31; c.wantCut > 0 && row != 59 {
				t.Errorf("the river ends in row %d, want it to pass below the bridge to row 59", row)
			}
			least := float32(0)
			for i, h := range terrain.Hand {
				least = min(least, h)
				if dem.Values[i] != before[i] {
					t.Fatalf("the elevations that were given changed in cell %d", i)
				}
			}
			if least < c.wantBelow {
				t.Errorf("got a least HAND of %v, want at least %v", least, c.wantBelow)
			}
		})
	}
}
