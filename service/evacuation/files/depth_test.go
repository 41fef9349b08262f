package files_test

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"gridmap/geo/raster"
	"gridmap/service/evacuation/files"
)

func TestADepthRasterStandsForTerrainAndStage(t *testing.T) {
	dir, r := world(t)
	if _, err := files.Run(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	want := table(t, filepath.Join(r.Out, "buildings.csv"))
	hand, threshold := decode(t, filepath.Join(r.Out, "hand.tif")), decode(t, filepath.Join(r.Out, "threshold.tif"))
	depth := raster.New(hand.Grid)
	for i := range depth.Values {
		depth.Values[i] = 0
		if threshold.Values[i] <= 3 {
			depth.Values[i] = 3 - hand.Values[i]
		}
	}
	r.Depth, r.DEM, r.Stages, r.Out = encode(t, dir, "depth.tif", depth), "", nil, filepath.Join(dir, "by-depth")
	if _, err := files.Run(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	for id, got := range table(t, filepath.Join(r.Out, "buildings.csv")) {
		w := want[id]
		if got["depth_m"] != w["depth_m"] || got["wet_floors"] != w["wet_floors"] || got["class"] == "unaffected" && w["class"] != "unaffected" {
			t.Errorf("%s: got %v, want the depth of %v", id, got, w)
		}
	}
}

func TestACellWithoutADepthIsDryOnlyWhereNothingElseIs(t *testing.T) {
	for _, c := range []struct {
		name string
		dry  float32
		want string
	}{
		{"a raster of wet cells alone: the rest is dry", float32(math.NaN()), "unaffected"},
		{"a raster that has dry cells: what is missing is unknown", 0, "unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, r := world(t)
			depth := raster.New(decodeGrid(t, r.DEM))
			depth.Values[0], depth.Values[1] = 1.5, c.dry
			r.Depth, r.DEM, r.Stages, r.Roads = encode(t, dir, "depth.tif", depth), "", nil, ""
			if _, err := files.Run(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			for id, got := range table(t, filepath.Join(r.Out, "buildings.csv")) {
				if got["class"] != c.want && got["class"] != "unknown" || c.want == "unknown" && got["class"] != "unknown" {
					t.Errorf("%s: got %s, want %s (or unknown outside)", id, got["class"], c.want)
				}
			}
		})
	}
}

func decodeGrid(t *testing.T, path string) raster.Grid { t.Helper(); return decode(t, path).Grid }

func TestElevationsThatStandForNoneAreMissing(t *testing.T) {
	dir, r := world(t)
	dem := decode(t, r.DEM)
	dem.NoData = math.NaN()
	holed := raster.New(dem.Grid)
	copy(holed.Values, dem.Values)
	for i := range 40 {
		holed.Values[i] = []float32{-32768, -9999, 3.4e38, -99999}[i%4]
	}
	holed.NoData = 12345 // the file names another value
	r.DEM, r.Buildings, r.Roads, r.Shelters = encode(t, dir, "holed.tif", holed), "", "", ""
	report, err := files.Run(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if list := report.Inputs[0].Rejected; len(list) != 1 || !strings.Contains(list[0].Reason, "40 cells") {
		t.Errorf("got remarks %v, want one on 40 cells", list)
	}
	hand := decode(t, filepath.Join(r.Out, "hand.tif"))
	for i := range 40 {
		if v := hand.Values[i]; v == v {
			t.Fatalf("cell %d: got HAND %v, want none", i, v)
		}
	}
}
