package files_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gridmap/geo"
	"gridmap/geo/geotiff"
	"gridmap/geo/raster"
	"gridmap/service/evacuation/files"
)

const west, north = 580000.0, 3340000.0

// valley is 2 km of a river running south, its plain rising 1 m in 50 m to both
// sides, with a knoll on the west bank.
func valley(t *testing.T, dir string, system raster.System) string {
	t.Helper()
	r := raster.New(raster.Grid{Width: 100, Height: 200, West: west, North: north, DX: 10, DY: 10, System: system})
	for i := range r.Values {
		x, y := float64(i%100), float64(i/100)
		z := 200 + math.Abs(x-50)/5 - y/100
		if d := math.Hypot(x-25, y-100); d < 8 {
			z = math.Max(z, 200+6-d/2)
		}
		r.Values[i] = float32(z)
	}
	return encode(t, dir, "dem.tif", r)
}

func encode(t *testing.T, dir, name string, r *raster.Raster) string {
	t.Helper()
	var b bytes.Buffer
	if err := geotiff.Encode(&b, r, geotiff.Float32); err != nil {
		t.Fatal(err)
	}
	return put(t, dir, name, b.String())
}

func put(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// at is a place in the valley, in metres east of its western edge and south of its
// northern one, as longitude and latitude.
func at(x, y float64) []float64 {
	p := geo.ToLonLat(geo.Metres{E: west + x, N: north - y})
	return []float64{p.Lon, p.Lat}
}

func collection(features ...map[string]any) string {
	b, _ := json.Marshal(map[string]any{"type": "FeatureCollection", "features": features})
	return string(b)
}

func point(x, y float64, properties map[string]any) map[string]any {
	return map[string]any{"type": "Feature", "properties": properties, "geometry": map[string]any{"type": "Point", "coordinates": at(x, y)}}
}

func line(properties map[string]any, places ...[]float64) map[string]any {
	return map[string]any{"type": "Feature", "properties": properties, "geometry": map[string]any{"type": "LineString", "coordinates": places}}
}

type m = map[string]any

// world is the valley with its buildings, roads and shelters.
func world(t *testing.T) (dir string, r files.Request) {
	t.Helper()
	if _, err := exec.LookPath("gdaltransform"); err != nil {
		t.Skip("gdal-bin is not installed")
	}
	dir = t.TempDir()
	r = files.Request{DEM: valley(t, dir, raster.System{EPSG: 4544}), StreamAreaKM2: 0.5, Stages: []float64{1, 3}, Connectivity: 8, ErrorM: 0.5, Out: filepath.Join(dir, "out"),
		Buildings: put(t, dir, "buildings.geojson", collection(
			point(515, 1000, m{"id": "shore", "persons": 12, "households": 4, "floors": 1}),
			point(595, 1000, m{"id": "plain", "persons": 9, "households": 3, "floors": 4, "helped": 2}),
			point(255, 1000, m{"id": "knoll", "persons": 5, "households": 2, "floors": 2}),
			point(905, 1000, m{"id": "slope", "persons": 7, "households": 2, "floors": 2}),
			point(1505, 1000, m{"id": "elsewhere", "persons": 3}),
			point(605, 1200, m{"id": "odd", "persons": "many", "floors": "x"}))),
		Roads: put(t, dir, "roads.geojson", collection(
			line(m{"id": "east"}, at(605, 1000), at(905, 1000), at(905, 500)),
			line(m{"id": "west"}, at(255, 1000), at(395, 1000)),
			line(m{"id": "bridge", "bridge": "yes", "deck_m": 204}, at(395, 1000), at(605, 1000)))),
		Shelters: put(t, dir, "shelters.geojson", collection(
			point(905, 500, m{"id": "school", "capacity": 15, "accessible": "no"}),
			point(905, 510, m{"id": "clinic", "capacity": 4, "accessible": "yes"}),
			point(905, 520, m{"id": "hall"}),
			point(515, 500, m{"id": "pier", "capacity": 500}),
			point(1605, 500, m{"id": "beyond", "capacity": 500}))),
	}
	return dir, r
}

func table(t *testing.T, path string) map[string]map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]string{}
	for _, row := range rows[1:] {
		out[row[0]] = map[string]string{}
		for i, v := range row {
			out[row[0]][rows[0][i]] = v
		}
	}
	return out
}

func read[T any](t *testing.T, path string) T {
	t.Helper()
	var v T
	b, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(b, &v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAFloodedValleyFromFilesToPlan(t *testing.T) {
	_, r := world(t)
	report, err := files.Run(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("each building has its class, at each stage", func(t *testing.T) {
		got := table(t, filepath.Join(r.Out, "buildings.csv"))
		for id, want := range map[string][2]string{"shore": {"wet_now", "wet_now"}, "plain": {"unaffected", "will_be_wet"}, "knoll": {"unaffected", "cut_off"},
			"slope": {"unaffected", "unaffected"}, "elsewhere": {"unknown", "unknown"}} {
			if g := got[id]; g["class_1"] != want[0] || g["class_3"] != want[1] || g["class"] != want[1] {
				t.Errorf("%s: got %v, want %v", id, g, want)
			}
		}
		if got["elsewhere"]["depth_m"] != "" || got["elsewhere"]["threshold_m"] != "" {
			t.Errorf("outside the terrain nothing is known, got %v", got["elsewhere"])
		}
	})
	t.Run("depth and wet floors follow from the threshold", func(t *testing.T) {
		plain := table(t, filepath.Join(r.Out, "buildings.csv"))["plain"]
		threshold, _ := strconv.ParseFloat(plain["threshold_m"], 64)
		depth, _ := strconv.ParseFloat(plain["depth_m"], 64)
		if math.Abs(depth-(3-threshold)) > 0.002 || plain["wet_floors"] != "1" || plain["wet_floors_1"] != "0" {
			t.Errorf("got %v", plain)
		}
	})
	t.Run("what is not known of shelters is not counted on", func(t *testing.T) {
		plan := read[files.Plan](t, filepath.Join(r.Out, "plan.json"))
		var not []string
		for _, d := range plan.NotToBeUsed {
			not = append(not, d.ID+": "+d.Reason)
		}
		want := "hall: its capacity is unknown|pier: it is under water at the peak|beyond: it lies outside the terrain: not known to stay dry"
		if got := strings.Join(not, "|"); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	})
	t.Run("everybody who must go is in the plan, who cannot walk in the clinic", func(t *testing.T) {
		plan := read[files.Plan](t, filepath.Join(r.Out, "plan.json"))
		demand, left := int64(0), int64(0)
		for _, s := range plan.Sources {
			demand += s.Demand
			left += s.Left
		}
		// 12 on the shore, 9 on the plain, 5 on the knoll; 19 beds.
		if demand != 26 || left != 7 || plan.Shortage == nil || plan.Shortage.Missing != 7 || !plan.Certified {
			t.Errorf("got %d to move, %d left, shortage %+v", demand, left, plan.Shortage)
		}
		for _, a := range plan.Assignment {
			if a.Helped && a.Shelter != "clinic" {
				t.Errorf("%d who cannot walk go to %s", a.Amount, a.Shelter)
			}
		}
	})
	t.Run("roads say where they are shut", func(t *testing.T) {
		got := table(t, filepath.Join(r.Out, "roads.csv"))
		if got["west"]["state_3"] != "shut" || got["bridge"]["state_1"] != "open" || got["west"]["shut_m_3"] == got["west"]["length_m"] {
			t.Errorf("got %v", got)
		}
	})
	t.Run("what could not be read is told", func(t *testing.T) {
		text := fmt.Sprint(report.Inputs)
		for _, want := range []string{`odd floors: "x" is not a number`, `odd persons: "many" is not a number`} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in %s", want, text)
			}
		}
	})
}

func TestPolygonsFilledInByGDALAreTheMask(t *testing.T) {
	dir, r := world(t)
	if _, err := files.Run(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "filled.tif")
	flat := filepath.Join(dir, "flat.geojson")
	for _, args := range [][]string{
		{"ogr2ogr", "-t_srs", "EPSG:4544", "-f", "GPKG", flat + ".gpkg", filepath.Join(r.Out, "inundation_3.geojson")},
		{"gdal_rasterize", "-q", "-burn", "1", "-init", "0", "-ot", "Float32", "-te", "580000", "3338000", "581000", "3340000", "-tr", "10", "10", flat + ".gpkg", out},
	} {
		if b, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, b)
		}
	}
	filled, threshold := decode(t, out), decode(t, filepath.Join(r.Out, "threshold.tif"))
	wet := 0
	for i, v := range filled.Values {
		want := float32(0)
		if threshold.Values[i] <= 3 {
			want = 1
			wet++
		}
		if v != want {
			t.Fatalf("cell %d: GDAL says %v, the threshold %v", i, v, want)
		}
	}
	if wet == 0 {
		t.Fatal("nothing is wet")
	}
}

func decode(t *testing.T, path string) *raster.Raster {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := geotiff.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheSameInputWritesTheSameBytes(t *testing.T) {
	dir, r := world(t)
	again := r
	again.Out = filepath.Join(dir, "again")
	for _, q := range []files.Request{r, again} {
		if _, err := files.Run(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	names, err := os.ReadDir(r.Out)
	if err != nil || len(names) < 9 {
		t.Fatalf("got %d files, %v", len(names), err)
	}
	for _, n := range names {
		a, _ := os.ReadFile(filepath.Join(r.Out, n.Name()))
		b, _ := os.ReadFile(filepath.Join(again.Out, n.Name()))
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs", n.Name())
		}
	}
}

func TestInputThatCannotBeUsedIsRefusedByName(t *testing.T) {
	dir, good := world(t)
	nowhere := filepath.Join(dir, "nowhere.tif")
	plain := raster.New(raster.Grid{Width: 4, Height: 4, DX: 1, DY: 1})
	var b bytes.Buffer
	if err := geotiff.Encode(&b, plain, geotiff.Float32); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(nowhere, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	text := put(t, dir, "text.tif", "elevations follow")
	far := put(t, dir, "far.geojson", collection(line(m{"id": "a"}, []float64{10, 50}, []float64{10.1, 50})))
	for name, c := range map[string]struct {
		spoil func(*files.Request)
		want  string
	}{
		"elevations without a coordinate system": {func(r *files.Request) { r.DEM = nowhere }, "--dem: read nowhere.tif: it names no coordinate system"},
		"a text for elevations":                  {func(r *files.Request) { r.DEM = text }, "--dem: read text.tif: "},
		"no such file":                           {func(r *files.Request) { r.DEM = dir + "/none.tif" }, "--dem: open none.tif: "},
		"a river on another continent":           {func(r *files.Request) { r.River = far }, "--river far.geojson: no river lies on the elevations"},
		"no stage":                               {func(r *files.Request) { r.Stages = nil }, "--stages is missing"},
		"a stage below the river":                {func(r *files.Request) { r.Stages = []float64{-1} }, "--stages -1: "},
		"a stage that is no number":              {func(r *files.Request) { r.Stages = []float64{math.NaN()} }, "--stages NaN: "},
		"depths and stages at once":              {func(r *files.Request) { r.Depth = r.DEM }, "--depth stands in for terrain and stages"},
		"directions of another raster":           {func(r *files.Request) { r.D8 = encode(t, dir, "d8.tif", directions()) }, "--d8: its cells are not those of the elevations"},
		"a file for a folder":                    {func(r *files.Request) { r.Out = text }, "--out "},
		"six neighbours":                         {func(r *files.Request) { r.Connectivity = 6 }, "--connectivity 6"},
	} {
		t.Run(name, func(t *testing.T) {
			r := good
			r.Out = filepath.Join(t.TempDir(), "out")
			c.spoil(&r)
			_, err := files.Run(t.Context(), r)
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if _, err := os.Stat(filepath.Join(r.Out, "report.json")); err == nil {
				t.Fatal("a report was written all the same")
			}
		})
	}
}

func directions() *raster.Raster {
	r := raster.New(raster.Grid{Width: 4, Height: 4, West: west, North: north, DX: 10, DY: 10, System: raster.System{EPSG: 4544}})
	for i := range r.Values {
		r.Values[i] = 4
	}
	return r
}

func TestRealRoadsAndBuildingsOfACountryAreMet(t *testing.T) {
	shared := filepath.Join("..", "..", "..", "..", "shared", "data", "real")
	country := filepath.Join(shared, "liechtenstein-2013-08-03.osm.pbf")
	if _, err := os.Stat(country); err != nil {
		t.Skip("the map of Liechtenstein is not here: it is not part of the project")
	}
	dir := t.TempDir()
	dem := filepath.Join(dir, "dem.tif")
	b, err := exec.Command("gdalwarp", "-q", "-t_srs", "EPSG:32632", "-te", "532000", "5211000", "552000", "5237000", "-tr", "50", "50", "-r", "cubicspline",
		filepath.Join(shared, "rhine_elevation.tif"), dem).CombinedOutput()
	if err != nil {
		t.Skipf("no terrain: %s", b)
	}
	report, err := files.Run(t.Context(), files.Request{DEM: dem, River: country, Buildings: country, Roads: country, Stages: []float64{1, 4}, Connectivity: 8,
		Out: filepath.Join(dir, "out")})
	if err != nil {
		t.Fatal(err)
	}
	buildings := table(t, filepath.Join(dir, "out", "buildings.csv"))
	if len(buildings) != 3723 || len(report.Unknown) != 0 {
		t.Errorf("got %d buildings, %d of them unknown; want 3723 and none", len(buildings), len(report.Unknown))
	}
	// A higher stage never dries anything.
	for id, v := range buildings {
		if v["class_1"] == "wet_now" && v["class_4"] != "wet_now" || v["class_1"] == "cut_off" && v["class_4"] == "unaffected" {
			t.Errorf("%s: %s at 1 m, %s at 4 m", id, v["class_1"], v["class_4"])
		}
	}
	if roads := table(t, filepath.Join(dir, "out", "roads.csv")); len(roads) < 2500 {
		t.Errorf("got %d roads", len(roads))
	}
}
