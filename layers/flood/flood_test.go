package flood_test

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/peterstace/simplefeatures/geom"

	"gridmap/geo/geotiff"
	"gridmap/geo/raster"
	"gridmap/layers/flood"
)

// real reads a raster that is not part of the project.
func real(t testing.TB, name string) *raster.Raster {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "real", name))
	if err != nil {
		t.Skipf("%s is not here: it is not part of the project", name)
	}
	defer f.Close()
	r, err := geotiff.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// rough is a random terrain: a slope with hills, hollows, flats and holes.
func rough(seed uint64, width, height int) *raster.Raster {
	random := rand.New(rand.NewPCG(seed, 7))
	r := raster.New(raster.Grid{Width: width, Height: height, West: 1000, North: 9000, DX: 10, DY: 10, System: raster.System{EPSG: 4544}})
	coarse := float64(2 + random.IntN(7))
	for i := range r.Values {
		x, y := float64(i%width), float64(i/width)
		z := 100 + x/5 + 6*math.Sin(x/coarse) + 5*math.Cos(y/coarse/1.3) + 2*random.Float64()
		r.Values[i] = float32(math.Round(z*2) / 2)
		if random.IntN(90) == 0 {
			r.Values[i] = float32(math.NaN())
		}
	}
	return r
}

func terrains(t *testing.T) map[string]*flood.Terrain {
	t.Helper()
	out := map[string]*flood.Terrain{}
	build := func(name string, dem *raster.Raster, o flood.Options) {
		terrain, err := flood.Build(dem, o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = terrain
	}
	for seed := range uint64(30) {
		build("random "+string(rune('A'+seed)), rough(seed, 40+int(seed), 30), flood.Options{StreamAreaKM2: 0.004, Connectivity: []flood.Connectivity{flood.Eight, flood.Four}[seed%2]})
	}
	return out
}

func rhine(t testing.TB, near flood.Connectivity) *flood.Terrain {
	t.Helper()
	terrain, err := flood.Build(real(t, "rhine_elevation.tif"), flood.Options{D8: real(t, "rhine_d8.tif"), StreamAreaKM2: 500, Connectivity: near})
	if err != nil {
		t.Fatal(err)
	}
	return terrain
}

// checkHand follows the water from each cell down by itself.
func checkHand(t *testing.T, terrain *flood.Terrain) {
	t.Helper()
	for i := range terrain.Hand {
		j := int32(i)
		for n := 0; terrain.To[i] >= 0 && !terrain.River[j] && terrain.To[j] != j; n++ {
			if j = terrain.To[j]; n > terrain.Size() {
				t.Fatalf("cell %d: the water runs in a circle", i)
			}
		}
		got, want := terrain.Hand[i], float32(math.NaN())
		if terrain.To[i] >= 0 && terrain.River[j] {
			want = terrain.Elevation[i] - terrain.Elevation[j]
		}
		if got != want && (got == got || want == want) {
			t.Fatalf("cell %d: got HAND %v, want %v", i, got, want)
		}
	}
}

// fill spreads from the river over cells whose HAND is at most the stage.
func fill(terrain *flood.Terrain, stage float32) []bool {
	wet := make([]bool, terrain.Size())
	var open []int
	for i, is := range terrain.River {
		if is && terrain.Hand[i] <= stage {
			wet[i] = true
			open = append(open, i)
		}
	}
	for len(open) > 0 {
		i := open[0]
		open = open[1:]
		for dy := -1; dy <= 1; dy++ {
			for dx := -1; dx <= 1; dx++ {
				x, y := i%terrain.Width+dx, i/terrain.Width+dy
				if terrain.Connectivity == flood.Four && dx != 0 && dy != 0 || !terrain.Has(x, y) {
					continue
				}
				if j := y*terrain.Width + x; !wet[j] && terrain.Hand[j] <= stage {
					wet[j] = true
					open = append(open, j)
				}
			}
		}
	}
	return wet
}

func checkThreshold(t *testing.T, terrain *flood.Terrain, stages ...float32) {
	t.Helper()
	for _, stage := range stages {
		got, want := terrain.Wet(terrain.Uniform(stage)), fill(terrain, stage)
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("stage %v, cell %d: got wet %v, want %v", stage, i, got[i], want[i])
			}
		}
	}
}

func TestHandIsTheHeightAboveTheFirstRiverCellDownstream(t *testing.T) {
	for name, terrain := range terrains(t) {
		t.Run(name, func(t *testing.T) { checkHand(t, terrain) })
	}
	t.Run("the Rhine", func(t *testing.T) { checkHand(t, rhine(t, flood.Eight)) })
}

func TestAThresholdIsTheStageAtWhichAFloodFillReachesACell(t *testing.T) {
	for name, terrain := range terrains(t) {
		t.Run(name, func(t *testing.T) { checkThreshold(t, terrain, 0, 0.5, 1, 1.5, 2, 3, 4.5, 6, 9, 14) })
	}
	for _, near := range []flood.Connectivity{flood.Eight, flood.Four} {
		t.Run("the Rhine", func(t *testing.T) { checkThreshold(t, rhine(t, near), 0, 0.5, 1, 2, 3.5, 5, 8, 13, 21, 60) })
	}
}

func TestWaterFlowsOutOfFilledTerrainAndNoneIsLost(t *testing.T) {
	for seed := range uint64(40) {
		dem := rough(seed, 50, 35)
		to, level := flood.Fill(dem, nil)
		naive := naiveFill(dem)
		var want, got float64
		areas, err := to.AccumulateM2(dem.Grid)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for i, z := range dem.Values {
			if z != z {
				continue
			}
			if level[i] != naive[i] {
				t.Fatalf("seed %d, cell %d: got a filled level of %v, want %v", seed, i, level[i], naive[i])
			}
			want += 100
			if int(to[i]) == i {
				got += areas[i]
			}
		}
		if got != want {
			t.Fatalf("seed %d: %v m2 flow out, want %v", seed, got, want)
		}
	}
}

// naiveFill lowers from above until nothing changes (Planchon and Darboux 2002).
func naiveFill(dem *raster.Raster) []float32 {
	level := make([]float32, dem.Size())
	around := func(i int, visit func(v float32)) {
		for dy := -1; dy <= 1; dy++ {
			for dx := -1; dx <= 1; dx++ {
				x, y := i%dem.Width+dx, i/dem.Width+dy
				if !dem.Has(x, y) || dem.Values[y*dem.Width+x] != dem.Values[y*dem.Width+x] {
					visit(float32(math.Inf(-1)))
				} else if dx != 0 || dy != 0 {
					visit(level[y*dem.Width+x])
				}
			}
		}
	}
	for i := range level {
		level[i] = float32(math.Inf(1))
	}
	for changed := true; changed; {
		changed = false
		for i, z := range dem.Values {
			low := float32(math.Inf(1))
			around(i, func(v float32) { low = min(low, v) })
			if v := max(z, low); z == z && v < level[i] {
				level[i], changed = v, true
			}
		}
	}
	return level
}

func TestPolygonsAreValidAndCoverTheMarkedCellsAlone(t *testing.T) {
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 3))
		g := raster.Grid{Width: 1 + random.IntN(24), Height: 1 + random.IntN(24), West: 5, North: 50, DX: 2, DY: 1}
		marked, share := make([]bool, g.Size()), random.Float64()
		count := 0
		for i := range marked {
			if marked[i] = random.Float64() < share; marked[i] {
				count++
			}
		}
		shape := flood.Polygons(g, marked)
		raw, err := wkb.Marshal(shape)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := geom.UnmarshalWKB(raw) // validates
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if got, want := parsed.Area(), float64(count)*2; math.Abs(got-want) > 1e-9 {
			t.Fatalf("seed %d: got an area of %v, want %v", seed, got, want)
		}
		for i, is := range marked {
			c := g.Centre(i%g.Width, i/g.Width)
			inside, err := geom.Contains(parsed, geom.XY{X: c[0], Y: c[1]}.AsPoint().AsGeometry())
			if err != nil || inside != is {
				t.Fatalf("seed %d, cell %d: got inside %v (%v), want %v", seed, i, inside, err, is)
			}
		}
	}
}

func TestALeveeHoldsUntilItsCrestAndABreachLetsTheWaterThrough(t *testing.T) {
	// A river down the middle of a plain that rises from it, hardly, to the east, with a
	// levee between.
	dem := raster.New(raster.Grid{Width: 21, Height: 40, West: 0, North: 400, DX: 10, DY: 10, System: raster.System{EPSG: 4544}})
	river := make([]bool, dem.Size())
	for i := range dem.Values {
		x, y := i%21, i/21
		dem.Values[i] = 10.5 + float32(x)/1000 + float32(40-y)/10000
		if x == 3 {
			river[i] = true
			dem.Values[i] -= 0.5
		}
	}
	levee := flood.Levee{Line: orb.LineString{{90, 405}, {115, 200}, {95, -5}}, CrestM: 14}
	for _, c := range []struct {
		name     string
		options  flood.Options
		stage    float32
		wantEast bool
	}{
		{"without a levee the plain is wet", flood.Options{}, 1, true},
		{"with it the plain stays dry", flood.Options{Levees: []flood.Levee{levee}}, 3.5, false},
		{"over its crest the plain is wet", flood.Options{Levees: []flood.Levee{levee}}, 4.1, true},
		{"through a breach the plain is wet", flood.Options{Levees: []flood.Levee{levee}, Breaches: []orb.Point{{112, 200}}}, 1, true},
		{"a breach elsewhere does not matter", flood.Options{Levees: []flood.Levee{levee}, Breaches: []orb.Point{{20, 200}}}, 3.5, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.options.River = river
			terrain, err := flood.Build(dem, c.options)
			if err != nil {
				t.Fatal(err)
			}
			east := 20*21 + 18
			if terrain.Drain[east] < 0 {
				t.Fatal("the plain does not drain to the river")
			}
			if got := terrain.Wet(terrain.Uniform(c.stage))[east]; got != c.wantEast {
				t.Fatalf("got wet %v, want %v", got, c.wantEast)
			}
		})
	}
}

func TestInputThatCannotBeUsedIsRefusedByName(t *testing.T) {
	dem := rough(1, 20, 20)
	none := raster.New(dem.Grid)
	other := rough(1, 21, 20)
	circle := raster.New(dem.Grid)
	for i := range circle.Values {
		circle.Values[i] = 0
	}
	circle.Values[0], circle.Values[1] = 1, 16
	odd := raster.New(dem.Grid)
	odd.Values[5] = 3
	drowned := make([]bool, dem.Size())
	for i, z := range dem.Values {
		drowned[i] = z != z
	}
	for name, c := range map[string]struct {
		dem  *raster.Raster
		o    flood.Options
		want string
	}{
		"no elevations":             {none, flood.Options{StreamAreaKM2: 1}, "dem: "},
		"directions of another map": {dem, flood.Options{D8: other, StreamAreaKM2: 1}, "d8: "},
		"directions in a circle":    {dem, flood.Options{D8: circle, StreamAreaKM2: 0.0001}, "flow directions: "},
		"a code that there is not":  {dem, flood.Options{D8: odd, StreamAreaKM2: 0.0001}, "flow directions: "},
		"neither rivers nor area":   {dem, flood.Options{}, "river: "},
		"no stream so large":        {dem, flood.Options{StreamAreaKM2: 1e6}, "river: "},
		"rivers without elevations": {dem, flood.Options{River: drowned}, "river: "},
		"five neighbours":           {dem, flood.Options{StreamAreaKM2: 0.001, Connectivity: 5}, "connectivity: "},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := flood.Build(c.dem, c.o); err == nil || len(err.Error()) < len(c.want) || err.Error()[:len(c.want)] != c.want {
				t.Fatalf("got %v, want an error that begins with %q", err, c.want)
			}
		})
	}
}
