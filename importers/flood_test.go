package importers_test

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"gridmap/data"
	"gridmap/data/testdb"
	"gridmap/geo/geotiff"
	"gridmap/geo/raster"
	"gridmap/importers"
)

// square is a raster of 40 by 30 cells of a hundredth of a degree from 105.5 E, 30.4 N.
func square(t *testing.T, name string, epsg int, value func(i int) float32) string {
	t.Helper()
	r := &raster.Raster{Grid: raster.Grid{West: 105.5, North: 30.4, DX: 0.01, DY: 0.01, Width: 40, Height: 30,
		System: raster.System{EPSG: epsg, Geographic: true}}, NoData: -9999}
	for i := range r.Size() {
		r.Values = append(r.Values, value(i))
	}
	path := filepath.Join(t.TempDir(), name)
	if err := importers.WriteRaster(context.Background(), path, r, geotiff.Float32); err != nil {
		t.Fatal(err)
	}
	return path
}

// bare is the same as a text grid, which names no coordinate system.
func bare(t *testing.T, name string, value func(i int) float32) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("ncols 40\nnrows 30\nxllcorner 105.5\nyllcorner 30.1\ncellsize 0.01\nNODATA_value -9999\n")
	for i := range 40 * 30 {
		fmt.Fprintf(&b, "%g ", value(i))
	}
	return write(t, name, b.String())
}

func districtAt(t *testing.T, db *pgxpool.Pool, lon, lat float64) {
	t.Helper()
	ring := orb.Ring{{lon, lat}, {lon + 0.2, lat}, {lon + 0.2, lat + 0.2}, {lon, lat + 0.2}, {lon, lat}}
	if _, err := db.Exec(context.Background(), `insert into divisions (code, level, name, geom, source, source_id)
		values ('500152000000', 'district', '测试区', $1, 'test', 'd')`, orb.Geometry(orb.MultiPolygon{{ring}})); err != nil {
		t.Fatal(err)
	}
}

func TestRastersThatCannotBeUsedAreRefusedByName(t *testing.T) {
	ground := func(i int) float32 { return 200 + float32(i%40) }
	for _, c := range []struct {
		name, want string
		lon        float64
		path       string
		request    importers.Request
	}{
		{"elevations without a coordinate system", "coordinate system", 105.6, bare(t, "a.asc", ground), importers.Request{Kind: "terrain"}},
		{"elevations beside the district", "does not touch the district", 110, square(t, "b.tif", 4326, ground), importers.Request{Kind: "terrain"}},
		{"elevations that are missing everywhere", "nodata", 105.6, square(t, "c.tif", 4326, func(int) float32 { return float32(math.NaN()) }), importers.Request{Kind: "terrain"}},
		{"an error that is none", "error", 105.6, square(t, "d.tif", 4326, ground), importers.Request{Kind: "terrain", ErrorM: -1}},
		{"depths of a gauge that nobody knows", "gauge", 105.6, square(t, "e.tif", 4326, func(i int) float32 { return float32(i % 3) }), importers.Request{Kind: "depth", Gauge: "G9", StageM: 240}},
		{"depths without a gauge", "gauge", 105.6, square(t, "f.tif", 4326, func(i int) float32 { return 1 }), importers.Request{Kind: "depth", StageM: 240}},
		{"depths without a level", "stage", 105.6, square(t, "g.tif", 4326, func(i int) float32 { return 1 }), importers.Request{Kind: "depth", Gauge: "G1", StageM: math.NaN()}},
		{"depths below nothing", "depth", 105.6, square(t, "h.tif", 4326, func(i int) float32 { return -3 }), importers.Request{Kind: "depth", Gauge: "G1", StageM: 240}},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := testdb.New(t)
			districtAt(t, db.Pool, c.lon, 30.2)
			c.request.Files, c.request.DataDir = []string{c.path}, t.TempDir()
			_, err := importers.Import(context.Background(), db.Pool, c.request)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), filepath.Base(c.path)) {
				t.Errorf("got %v, want an error that names the file and %q", err, c.want)
			}
			if n := number(t, db, `select (select count(*) from terrain_versions) + (select count(*) from depth_rasters)`); n != 0 {
				t.Errorf("%d rows are there, want none", n)
			}
		})
	}
}

func TestATerrainThatDoesNotSayItsSystemIsKeptAsOneThatDoes(t *testing.T) {
	db, ctx, dir := testdb.New(t), context.Background(), t.TempDir()
	districtAt(t, db.Pool, 105.6, 30.2)
	path := bare(t, "dem.asc", func(i int) float32 { return 200 + float32(i%7) })
	for n, want := range []importers.Counts{{Inserted: 1}, {Unchanged: 1}} {
		report, err := importers.Import(ctx, db.Pool, importers.Request{Kind: "terrain", Files: []string{path}, CRS: "EPSG:4490", DataDir: dir, Name: "二〇二四年航测", ErrorM: 0.35})
		if err != nil {
			t.Fatal(err)
		}
		if got := report.Total(); got.Inserted != want.Inserted || got.Unchanged != want.Unchanged {
			t.Errorf("time %d: got %+v, want %+v", n+1, got, want)
		}
	}
	var kept, name string
	var errorM float64
	if err := db.Pool.QueryRow(ctx, `select path, name, error_m from terrain_versions`).Scan(&kept, &name, &errorM); err != nil {
		t.Fatal(err)
	}
	if name != "二〇二四年航测" || math.Abs(errorM-0.35) > 1e-6 {
		t.Errorf("got %q, %g m, want 二〇二四年航测, 0.35 m", name, errorM)
	}
	r, err := importers.ReadRaster(ctx, kept, "")
	if err != nil {
		t.Fatal(err)
	}
	if r.System.EPSG != 4490 || r.Values[5] != 205 {
		t.Errorf("kept with system %v and %g, want EPSG:4490 and 205", r.System, r.Values[5])
	}
}

func TestDepthsOfOneLevelReplaceEachOther(t *testing.T) {
	db, ctx := testdb.New(t), context.Background()
	districtAt(t, db.Pool, 105.6, 30.2)
	if _, err := db.Pool.Exec(ctx, `insert into gauges (code, name, river, geom, source) values ('G1', '测站', '河', st_setsrid(st_point(105.65, 30.25), 4490), 'test')`); err != nil {
		t.Fatal(err)
	}
	first := square(t, "one.tif", 4326, func(i int) float32 { return float32(i % 4) })
	second := square(t, "two.tif", 4326, func(i int) float32 { return float32(i % 5) })
	for _, c := range []struct {
		path  string
		stage float64
		want  data.IntakeResult
	}{
		{first, 240, data.IntakeResult{Inserted: 1}}, {first, 240, data.IntakeResult{Unchanged: 1}},
		{second, 240, data.IntakeResult{Updated: 1}}, {second, 242.5, data.IntakeResult{Inserted: 1}},
	} {
		report, err := importers.Import(ctx, db.Pool, importers.Request{Kind: "depth", Files: []string{c.path}, Gauge: "G1", StageM: c.stage, DataDir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		if got := report.Total(); got.Inserted != c.want.Inserted || got.Updated != c.want.Updated || got.Unchanged != c.want.Unchanged {
			t.Errorf("%s at %g: got %+v, want %+v", filepath.Base(c.path), c.stage, got, c.want)
		}
	}
}

func TestLeveesComeInWithTheirCrests(t *testing.T) {
	db, ctx := testdb.New(t), context.Background()
	districtAt(t, db.Pool, 105.6, 30.2)
	line := func(id, properties, coordinates string) string {
		return `{"type":"Feature","properties":{"id":"` + id + `"` + properties + `},"geometry":{"type":"LineString","coordinates":` + coordinates + `}}`
	}
	path := write(t, "levees.geojson", `{"type":"FeatureCollection","features":[`+strings.Join([]string{
		line("a", `,"ding":251.5,"name":"东堤"`, `[[105.65,30.25],[105.66,30.26]]`),
		line("b", `,"ding":null`, `[[105.65,30.25,250.4],[105.66,30.26,249.9]]`),
		line("c", ``, `[[105.65,30.25],[105.66,30.26]]`),
		line("d", `,"ding":"high"`, `[[105.65,30.25],[105.66,30.26]]`),
	}, ",")+`]}`)
	report, err := importers.Import(ctx, db.Pool, importers.Request{Kind: "levees", Files: []string{path}, Fields: map[string]string{"crest_m": "ding"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := report.Total(); got.Inserted != 2 || got.Rejected != 2 {
		t.Errorf("got %+v, want 2 inserted, 2 rejected", got)
	}
	for reason := range report.Files[0].Reasons {
		if !strings.HasPrefix(reason, "crest_m: ") {
			t.Errorf("rejected for %q, want crest_m", reason)
		}
	}
	if n := number(t, db, `select count(*) from levees where source_id = 'a' and crest_m = 251.5 and name = '东堤' or source_id = 'b' and abs(crest_m - 249.9) < 1e-4`); n != 2 {
		t.Errorf("%d levees are as they were given, want 2", n)
	}
}
