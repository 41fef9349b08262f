package evacuation

import (
	"fmt"
	"math"
	"path/filepath"
	"testing"
	"time"

	"gridmap/geo/geotiff"
	"gridmap/geo/raster"
	"gridmap/importers"
	"gridmap/layers"
)

// deep writes a raster of depths for a level: so deep everywhere south of 30.107, where
// the lower buildings are.
func (v *valley) deep(levelM, depthM float64) {
	v.Helper()
	g := raster.Grid{Width: 450, Height: 150, West: 105.79, North: 30.125, DX: 0.0002, DY: 0.0002, System: raster.System{EPSG: 4490, Geographic: true}}
	r := raster.New(g)
	for i := range r.Values {
		if g.Centre(i%g.Width, i/g.Width)[1] < 30.107 {
			r.Values[i] = float32(depthM)
		}
	}
	r.NoData = -9999
	path := filepath.Join(v.TempDir(), fmt.Sprint(levelM, ".tif"))
	if err := importers.WriteRaster(v.Context(), path, r, geotiff.Float32); err != nil {
		v.Fatal(err)
	}
	v.exec(`insert into depth_rasters (gauge_id, stage_m, path, sha256, cell_m, extent, source)
		values ($1, $2, $3, sha256($3::text::bytea), 20, ST_MakeEnvelope(105.79, 30.095, 105.88, 30.125, 4490), 'test')`, gaugeID, levelM, path)
}

func TestALibraryOfDepthsWinsOverTheTerrain(t *testing.T) {
	v := newValley(t)
	v.deep(203, 0)
	v.deep(205, 1)
	v.deep(207, 4)
	v.reads(200, 206, 10*time.Hour)
	id := v.opens()
	st := v.state(id)
	if st.Basis.Model != "library" {
		t.Errorf("got model %s, want library", st.Basis.Model)
	}
	if st.Headline.WillBeWet != 6 {
		t.Errorf("got %d that will be wet, want 6: by the terrain alone it would be none", st.Headline.WillBeWet)
	}
	page, err := v.Grid(v.ctx(), leader(), id, "500152001001001", nil)
	if err != nil {
		t.Fatal(err)
	}
	// Half way between 1 m at 205 and 4 m at 207.
	if b := page.Buildings[0]; b.DepthM == nil || math.Abs(*b.DepthM-2.5) > 0.01 || *b.WetFloors != 1 {
		t.Errorf("got %v m and %v wet floors at 206 m, want 2.5 m and 1", b.DepthM, b.WetFloors)
	}
	models := map[string]int{}
	for _, f := range v.laid[layers.Inundation] {
		model, _ := f.Values[1].(string)
		models[model]++
	}
	if models["library"] == 0 || models["interpolated"] != 0 {
		t.Errorf("got outlines by model %v, want those of the library alone, which covers everything", models)
	}
}

func TestACurveIsTheInverseOfItself(t *testing.T) {
	c := curve{{3, 0}, {5, 1}, {7, 4}}
	for _, stage := range []float64{3, 3.5, 5, 6.2, 7, 9} {
		if got := c.stage(c.depth(stage)); math.Abs(got-stage) > 1e-9 {
			t.Errorf("stage of the depth at %g: got %g", stage, got)
		}
	}
}
