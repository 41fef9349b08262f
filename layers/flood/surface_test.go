package flood_test

import (
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"gridmap/geo/raster"
	"gridmap/layers/flood"
)

// fork is a valley with a stem from north to south, falling a metre in a hundred,
// into which a side stream comes from the west, falling two.
func fork(t *testing.T) (*flood.Terrain, func(x, y int) int32) {
	t.Helper()
	dem := raster.New(raster.Grid{Width: 60, Height: 100, West: 0, North: 1000, DX: 10, DY: 10, System: raster.System{EPSG: 4544}})
	river := make([]bool, dem.Size())
	for i := range dem.Values {
		x, y := i%60, i/60
		stem := 100 - float64(y)/10
		z := stem + math.Abs(float64(x-40))/2
		if x < 40 && y < 70 {
			z = math.Min(z, 100-float64(60)/10+float64(40-x)/5+math.Abs(float64(y-60)))
		}
		dem.Values[i] = float32(z)
		river[i] = x == 40 || y == 60 && x < 40 && x > 5
	}
	terrain, err := flood.Build(dem, flood.Options{River: river, ReachM: 50})
	if err != nil {
		t.Fatal(err)
	}
	return terrain, func(x, y int) int32 {
		r := terrain.ReachOf[y*60+x]
		if r < 0 {
			t.Fatalf("no reach at %d, %d", x, y)
		}
		return r
	}
}

func TestLevelsLieOnALineBetweenGaugesAndBackUpSideStreams(t *testing.T) {
	terrain, at := fork(t)
	up, down := at(40, 10), at(40, 90)
	levels := []flood.Reading{{Reach: up, LevelM: terrain.Reaches[up].BedM + 1}, {Reach: down, LevelM: terrain.Reaches[down].BedM + 5}}
	got, err := terrain.Stand(flood.Surface{Readings: levels, SideStageM: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	if got.Model != flood.ModelInterpolated {
		t.Errorf("got model %s, want %s", got.Model, flood.ModelInterpolated)
	}
	along := func(r int32) float64 { return terrain.Reaches[r].FromEndM + terrain.Reaches[r].LengthM/2 }
	for y := 15; y < 90; y += 5 {
		r := at(40, y)
		share := (along(r) - along(down)) / (along(up) - along(down))
		want := levels[1].LevelM + share*(levels[0].LevelM-levels[1].LevelM)
		if !got.OnStem[r] || math.Abs(got.LevelM[r]-want) > 1e-6 {
			t.Errorf("row %d: got a level of %v, want %v", y, got.LevelM[r], want)
		}
	}
	for _, c := range []struct {
		name string
		r    int32
		want float64
	}{
		{"above the first gauge its stage holds on", at(40, 2), 1},
		{"below the last gauge its stage holds on", at(40, 99), 5},
		{"far up a side stream its own stage holds", at(8, 60), 0.5},
	} {
		if s := float64(got.Stages[c.r]); math.Abs(s-c.want) > 1e-5 {
			t.Errorf("%s: got %v, want %v", c.name, s, c.want)
		}
	}
	// The stem's level at the confluence reaches up the side stream.
	mouth := at(36, 60)
	if got.OnStem[mouth] {
		t.Fatal("the side stream counts as stem")
	}
	confluence := got.LevelM[terrain.Reaches[mouth].Down]
	if got.LevelM[mouth] != confluence || got.Stages[mouth] <= 0.5 {
		t.Errorf("at the mouth: got a level of %v (stage %v), want the stem's %v", got.LevelM[mouth], got.Stages[mouth], confluence)
	}
}

func TestAReadingOnASideStreamHoldsForThatStreamAndAPersonsStageWins(t *testing.T) {
	terrain, at := fork(t)
	up, down, side := at(40, 10), at(40, 90), at(15, 60)
	bed := func(r int32) float64 { return terrain.Reaches[r].BedM }
	got, err := terrain.Stand(flood.Surface{Readings: []flood.Reading{{Reach: up, LevelM: bed(up)}, {Reach: down, LevelM: bed(down)}, {Reach: side, LevelM: bed(side) + 2}},
		Own: map[int32]float64{down: 7}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []int32{at(8, 60), side, at(30, 60)} {
		if math.Abs(float64(got.Stages[r])-2) > 1e-5 {
			t.Errorf("reach %d of the side stream: got a stage of %v, want 2", r, got.Stages[r])
		}
	}
	if got.Stages[down] != 7 {
		t.Errorf("got a stage of %v where a person set 7", got.Stages[down])
	}
	none, err := terrain.Stand(flood.Surface{SideStageM: 1.5})
	if err != nil || none.Model != flood.ModelHand || none.Stages[up] != 1.5 || none.Stages[side] != 1.5 {
		t.Errorf("without readings: got %v %v %v, %v", none.Model, none.Stages[up], none.Stages[side], err)
	}
}

func TestReadingsThatMakeNoSenseAreRefused(t *testing.T) {
	terrain, at := fork(t)
	for _, r := range []flood.Reading{{Reach: -1, LevelM: 3}, {Reach: 9999, LevelM: 3}, {Reach: at(40, 10), LevelM: math.NaN()}, {Reach: at(40, 10), LevelM: math.Inf(1)}} {
		if _, err := terrain.Stand(flood.Surface{Readings: []flood.Reading{r}}); err == nil || !strings.HasPrefix(err.Error(), "readings: ") {
			t.Errorf("%+v: got %v, want it refused", r, err)
		}
	}
	if cell, away, ok := terrain.RiverNear(orb.Point{455, 795}); !ok || terrain.ReachOf[cell] != at(40, 20) || math.Abs(away-50) > 1e-9 {
		t.Errorf("got reach %d at %v m (%v), want %d at 50 m", cell, away, ok, at(40, 20))
	}
}

func TestARiverManyCellsWideHasAReachEveryReachLengthAndNotOneARow(t *testing.T) {
	const width, height, wide = 60, 400, 25
	dem := &raster.Raster{Grid: raster.Grid{North: 20 * height, DX: 20, DY: 20, Width: width, Height: height, System: raster.System{EPSG: 4544}}}
	river := make([]bool, width*height)
	for y := range height {
		for x := range width {
			bank := max(0, max(10-x, x-10-wide))
			river[y*width+x] = bank == 0
			dem.Values = append(dem.Values, float32(250-0.004*float64(y))+3*float32(min(1, bank))+float32(bank))
		}
	}
	terrain, err := flood.Build(dem, flood.Options{River: river})
	if err != nil {
		t.Fatal(err)
	}
	if got, most := len(terrain.Reaches), 2*20*height/500+2*wide; got > most { // water may leave through each cell of its ends
		t.Errorf("%d reaches over %d m of river, want at most %d", got, 20*height, most)
	}
	for i, is := range river {
		if is && terrain.ReachOf[i] < 0 {
			t.Fatalf("river cell %d is on no reach", i)
		}
	}
	for i, r := range terrain.Reaches {
		if int(r.Down) >= i {
			t.Errorf("reach %d flows into %d, which comes after it", i, r.Down)
		}
	}
}
