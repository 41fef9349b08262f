package importers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gridmap/data/testdb"
	"gridmap/geo"
	"gridmap/importers"
)

// district makes a district of two communities, west and east, at 105.8–105.9 E,
// 30.1–30.2 N, by importing them.
func district(t *testing.T, db testdb.Database) {
	t.Helper()
	square := func(w, s, e, n float64) string {
		return fmt.Sprintf("POLYGON((%g %g,%g %g,%g %g,%g %g,%g %g))", w, s, e, s, e, n, w, n, w, s)
	}
	path := write(t, "divisions.csv", "编码,名称,wkt\n"+
		"500152000000,潼南区,\""+square(105.8, 30.1, 105.9, 30.2)+"\"\n"+
		"500152001000,桂林街道,\""+square(105.8, 30.1, 105.9, 30.2)+"\"\n"+
		"500152001001,西社区,\""+square(105.8, 30.1, 105.85, 30.2)+"\"\n"+
		"500152001201,东村,\""+square(105.85, 30.1, 105.89, 30.2)+"\"\n")
	r := run(t, db, importers.Request{Kind: "divisions", Files: []string{path}})
	if got := r.Total(); got.Inserted != 4 {
		t.Fatalf("divisions: got %+v, want 4 inserted", r)
	}
}

func write(t *testing.T, name, text string) string { t.Helper(); return writeFile(t, name, text) }

func writeFile(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func run(t *testing.T, db testdb.Database, req importers.Request) importers.Report {
	t.Helper()
	r, err := importers.Import(context.Background(), db.Pool, req)
	if err != nil {
		t.Fatalf("import %s: %v", req.Kind, err)
	}
	return r
}

// rejected reads the report of refused rows: line → "field: reason".
func rejected(t *testing.T, r importers.Report) map[int64]string {
	t.Helper()
	all := map[int64]string{}
	if r.Files[0].Rejects == "" {
		return all
	}
	b, err := os.ReadFile(r.Files[0].Rejects)
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Features []struct {
			Properties struct {
				Line          int64
				Field, Reason string
			}
		}
	}
	if err := json.Unmarshal(b, &c); err != nil {
		t.Fatalf("the report of refused rows is not JSON: %v", err)
	}
	for _, f := range c.Features {
		all[f.Properties.Line] = f.Properties.Field + ": " + f.Properties.Reason
	}
	return all
}

func feature(geometry, properties string) string {
	return `{"type":"Feature","properties":{` + properties + `},"geometry":` + geometry + `}`
}

func ring(n int, f func(i int) (x, y float64)) string {
	var b strings.Builder
	b.WriteString(`{"type":"Polygon","coordinates":[[`)
	for i := range n {
		x, y := f(i)
		fmt.Fprintf(&b, "[%.9f,%.9f],", x, y)
	}
	x, y := f(0)
	fmt.Fprintf(&b, "[%.9f,%.9f]]]}", x, y)
	return b.String()
}

func TestOneBadRowNeverStopsAFile(t *testing.T) {
	comb := ring(99_999, func(i int) (float64, float64) {
		o := 105.81 + float64(i/4)*1e-7
		return []float64{o, o + 0.01, o + 0.01 + 2e-8, o + 5e-8}[i%4], []float64{30.11, 30.12, 30.12, 30.11}[i%4]
	})
	million := ring(1_000_000, func(i int) (float64, float64) { return 105.81 + float64(i)*1e-8, 30.11 + float64(i%2)*1e-3 })
	good := `{"type":"Polygon","coordinates":[[[105.81,30.11],[105.811,30.11],[105.811,30.111],[105.81,30.111],[105.81,30.11]]]}`
	plain := `"households":3,"floors":2`
	cases := []struct {
		name, geometry, properties, want string
	}{
		{"a good row goes in", good, plain, ""},
		{"a bow-tie is refused", `{"type":"Polygon","coordinates":[[[105.81,30.11],[105.82,30.12],[105.82,30.11],[105.81,30.12],[105.81,30.11]]]}`, plain, "geometry: not valid: the boundary crosses or touches itself (at or near"},
		{"a million vertices are refused", million, plain, "geometry: a feature of more than 16 MB"},
		{"a comb that takes a minute to check is refused", comb, plain, "geometry: boundary too tangled"},
		{"NaN is refused", `{"type":"Point","coordinates":[NaN,30.11]}`, plain, "geometry: a coordinate is not a finite number"},
		{"an infinite coordinate is refused", `{"type":"Point","coordinates":[1e999,30.11]}`, plain, "geometry: a coordinate is not a finite number"},
		{"an empty polygon is refused", `{"type":"Polygon","coordinates":[]}`, plain, "geometry: the geometry is empty"},
		{"an empty point is refused", `{"type":"Point","coordinates":[]}`, plain, "geometry: the geometry is empty"},
		{"no geometry is refused", `null`, plain, "geometry: missing"},
		{"a clockwise ring is turned and goes in", `{"type":"Polygon","coordinates":[[[105.812,30.11],[105.812,30.111],[105.813,30.111],[105.813,30.11],[105.812,30.11]]]}`, plain, ""},
		{"an open ring is refused", `{"type":"Polygon","coordinates":[[[105.81,30.11],[105.811,30.11],[105.811,30.111],[105.81,30.111]]]}`, plain, "geometry: a ring is not closed"},
		{"outside the district is refused", `{"type":"Point","coordinates":[105.7,30.11]}`, plain, "geometry: outside the district"},
		{"swapped coordinates are refused with a hint", `{"type":"Point","coordinates":[30.11,105.81]}`, plain, "geometry: latitude 105.810000 is out of range; longitude and latitude may be swapped"},
		{"coordinates out of range are refused", `{"type":"Point","coordinates":[1058.1,30.11]}`, plain, "geometry: coordinates 1058.1, 30.11 are out of range"},
		{"a line is no building", `{"type":"LineString","coordinates":[[105.81,30.11],[105.82,30.11]]}`, plain, "geometry: a linestring does not fit"},
		{"a geometry collection is refused", `{"type":"GeometryCollection","geometries":[]}`, plain, `geometry: a "GeometryCollection" cannot be taken in`},
		{"missing households are refused", good, `"households":null,"floors":2`, "households: missing"},
		{"negative households are refused", good, `"households":-1,"floors":2`, "households: negative"},
		{"households that are no number are refused", good, `"households":"三","floors":2`, "households: not a whole number"},
		{"missing floors are refused", good, `"households":3`, "floors: missing"},
		{"two hundred and one floors are refused", good, `"households":3,"floors":201`, "floors: not between 0 and 200"},
		{"a community that does not exist is refused", good, plain + `,"community_code":"500152999001"`, "community_code: no community has this code"},
		{"a row that is no JSON inside is refused", `{"type":"Point","coordinates":[105.81,,]}`, plain, "row: not readable as JSON"},
		{"a footprint inside the district and in no community goes in", `{"type":"Point","coordinates":[105.895,30.15]}`, plain, ""},
	}
	var b strings.Builder
	b.WriteString(`{"type":"FeatureCollection","features":[`)
	for i, c := range cases {
		if i > 0 {
			b.WriteString(",\n")
		}
		b.WriteString(feature(c.geometry, c.properties))
	}
	b.WriteString("]}")
	db := testdb.New(t)
	district(t, db)
	req := importers.Request{Kind: "buildings", Files: []string{write(t, "hostile.geojson", b.String())}, ReportDir: t.TempDir()}
	r := run(t, db, req)
	reasons := rejected(t, r)
	good3 := int64(0)
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, bad := reasons[int64(i+1)]
			if c.want == "" {
				if bad {
					t.Errorf("got %q, want it taken in", got)
				}
				return
			}
			if !strings.HasPrefix(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
		if c.want == "" {
			good3++
		}
	}
	got := counts(t, r, "buildings")
	if got.Read != int64(len(cases)) || got.Inserted != good3 || got.Rejected != int64(len(cases))-good3 || got.Turned != 1 {
		t.Errorf("got %+v, want %d read, %d inserted, 1 turned", got, len(cases), good3)
	}
	if r.Files[0].Seconds > 20 {
		t.Errorf("hostile rows took %.1f s", r.Files[0].Seconds)
	}
	out, err := exec.Command("ogrinfo", "-ro", "-so", "-al", r.Files[0].Rejects).CombinedOutput()
	if err != nil || !strings.Contains(string(out), fmt.Sprintf("Feature Count: %d\n", got.Rejected)) {
		t.Errorf("GDAL reads the report of refused rows as %s (%v), want %d features", out, err, got.Rejected)
	}
	again := counts(t, run(t, db, req), "buildings")
	if again.Inserted+again.Updated != 0 || again.Unchanged != good3 {
		t.Errorf("the same file twice: got %+v, want %d unchanged", again, good3)
	}
	if n := number(t, db, `select count(*) from buildings where community_code = '500152001001'`); n != 2 {
		t.Errorf("%d buildings in the western community, want 2", n)
	}
}

func TestTablesComeInWithChineseHeadersInAnyEncodingAndDatum(t *testing.T) {
	gbk := "\xb1\xe0\xc2\xeb,\xc3\xfb\xb3\xc6,\xbe\xad\xb6\xc8,\xce\xb3\xb6\xc8,\xc8\xdd\xc1\xbf\nS1,\xb5\xda\xd2\xbb\xd6\xd0\xd1\xa7,105.84,30.19,300\n" // 编码,名称,经度,纬度,容量; 第一中学
	utf8 := "编码,名称,经度,纬度,容量\nS1,第一中学,105.84,30.19,300\n"
	projected := "编码,名称,e,n,容量\nS1,第一中学,580895.08,3341473.88,300\n"
	cases := []struct {
		name, text string
		req        importers.Request
		wantMetres float64 // most that the place may be off
		offMetres  float64 // least, where it must have moved
	}{
		{"UTF-8", utf8, importers.Request{}, 0.1, 0},
		{"UTF-8 with a byte order mark", "\ufeff" + utf8, importers.Request{}, 0.1, 0},
		{"GBK", gbk, importers.Request{}, 0.1, 0},
		{"tabs", strings.ReplaceAll(utf8, ",", "\t"), importers.Request{}, 0.1, 0},
		{"metres of EPSG:4544", projected, importers.Request{CRS: "EPSG:4544"}, 0.1, 0},
		{"GCJ-02", utf8, importers.Request{Datum: geo.GCJ02}, 600, 400},
		{"BD-09", utf8, importers.Request{Datum: geo.BD09}, 2000, 600},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			db := testdb.New(t)
			c.req.Kind, c.req.Files = "shelters", []string{write(t, "shelters.csv", c.text)}
			if got := run(t, db, c.req).Total(); got.Inserted != 1 {
				t.Fatalf("got %+v, want 1 inserted", got)
			}
			var name string
			var off float64
			err := db.Pool.QueryRow(context.Background(), `select name, st_distance(geom::geography,
				st_setsrid(st_makepoint(105.84, 30.19), 4490)::geography) from shelters where source_id = 'S1' and capacity = 300`).Scan(&name, &off)
			if err != nil {
				t.Fatal(err)
			}
			if name != "第一中学" || off > c.wantMetres || off < c.offMetres {
				t.Errorf("got %s, %.2f m off, want 第一中学, %g–%g m off", name, off, c.offMetres, c.wantMetres)
			}
		})
	}
}
