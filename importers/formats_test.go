package importers_test

import (
	"archive/zip"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gridmap/data/testdb"
	"gridmap/importers"
)

// convert writes a GeoJSON of two roads in another format with GDAL.
func convert(t *testing.T, name string, args ...string) string {
	t.Helper()
	in := write(t, "roads.geojson", `{"type":"FeatureCollection","features":[`+
		feature(`{"type":"LineString","coordinates":[[105.81,30.11],[105.82,30.11]]}`, `"id":"a","name":"人民路","class":"主干路"`)+","+
		feature(`{"type":"LineString","coordinates":[[105.83,30.11],[105.84,30.11]]}`, `"id":"b","name":"解放路","class":"支路"`)+`]}`)
	out := filepath.Join(t.TempDir(), name)
	cmd := exec.Command("ogr2ogr", append(args, out, in)...)
	if b, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("ogr2ogr: %v\n%s", err, b)
	}
	return out
}

func without(t *testing.T, path, ext string) string {
	t.Helper()
	if err := os.Remove(strings.TrimSuffix(path, filepath.Ext(path)) + ext); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEveryVectorFormatBringsTheSameRoads(t *testing.T) {
	gbkPath := func(t *testing.T) string {
		return convert(t, "roads.shp", "-f", "ESRI Shapefile", "-lco", "ENCODING=GBK", "-t_srs", "EPSG:4544")
	}
	cases := []struct {
		name string
		path func(*testing.T) string
	}{
		{"GeoPackage in EPSG:4544", func(t *testing.T) string { return convert(t, "roads.gpkg", "-f", "GPKG", "-t_srs", "EPSG:4544") }},
		{"FlatGeobuf in Web Mercator", func(t *testing.T) string { return convert(t, "roads.fgb", "-f", "FlatGeobuf", "-t_srs", "EPSG:3857") }},
		{"GeoJSON", func(t *testing.T) string { return convert(t, "out.geojson", "-f", "GeoJSON") }},
		{"old GeoJSON with a crs member", func(t *testing.T) string { return convert(t, "out.geojson", "-f", "GeoJSON", "-t_srs", "EPSG:4544") }},
		{"Shapefile in UTF-8", func(t *testing.T) string {
			return convert(t, "roads.shp", "-f", "ESRI Shapefile", "-lco", "ENCODING=UTF-8")
		}},
		{"Shapefile in GBK with .cpg", gbkPath},
		{"Shapefile in GBK without .cpg", func(t *testing.T) string { return without(t, gbkPath(t), ".cpg") }},
		{"Shapefile with Xian 1980 zone 35", func(t *testing.T) string {
			return convert(t, "roads.shp", "-f", "ESRI Shapefile", "-lco", "ENCODING=GBK", "-t_srs", "EPSG:2363")
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			db := testdb.New(t)
			r := run(t, db, importers.Request{Kind: "roads", Files: []string{c.path(t)}})
			if got := r.Total(); got.Inserted != 2 || got.Rejected != 0 {
				t.Fatalf("got %+v, want 2 inserted", r)
			}
			n := number(t, db, `select count(*) from roads where (source_id, name, class) in (('a', '人民路', 'arterial'), ('b', '解放路', 'street'))
				and st_dwithin(geom::geography, 'srid=4490;linestring(105.81 30.11, 105.84 30.11)'::geography, 250)`)
			if n != 2 {
				t.Errorf("%d roads came in as they are, want 2", n)
			}
		})
	}
}

func bomb(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bomb.xlsx")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	w, err := z.Create("xl/workbook.xml")
	zeros := make([]byte, 1<<20)
	for i := 0; i < 600 && err == nil; i++ {
		_, err = w.Write(zeros)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAFileThatCannotBeReadIsNamedWithItsReason(t *testing.T) {
	db := testdb.New(t)
	shp := func(t *testing.T) string {
		return convert(t, "roads.shp", "-f", "ESRI Shapefile", "-lco", "ENCODING=GBK")
	}
	cases := []struct {
		name string
		path func(*testing.T) string
		req  importers.Request
		want string
	}{
		{"a shapefile without .shx", func(t *testing.T) string { return without(t, shp(t), ".shx") }, importers.Request{}, "its .shx is missing"},
		{"a shapefile without .dbf", func(t *testing.T) string { return without(t, shp(t), ".dbf") }, importers.Request{}, "its .dbf is missing"},
		{"a shapefile without .prj", func(t *testing.T) string { return without(t, shp(t), ".prj") }, importers.Request{}, "its .prj is missing"},
		{"a .cpg nobody knows", func(t *testing.T) string {
			p := shp(t)
			if err := os.WriteFile(strings.TrimSuffix(p, ".shp")+".cpg", []byte("KLINGON"), 0o644); err != nil {
				t.Fatal(err)
			}
			return p
		}, importers.Request{}, `its .cpg says "KLINGON"`},
		{"a workbook that unpacks beyond bounds", bomb, importers.Request{}, "unpacks to more than"},
		{"a workbook that is none", func(t *testing.T) string { return write(t, "a.xlsx", "hello") }, importers.Request{}, "read "},
		{"a GeoPackage that is none", func(t *testing.T) string { return write(t, "a.gpkg", "hello") }, importers.Request{}, "the file is not a GPKG file"},
		{"text that says it is GeoJSON", func(t *testing.T) string { return write(t, "a.geojson", "hello") }, importers.Request{}, "not a GeoJSON FeatureCollection"},
		{"a GeoJSON cut off in the middle", func(t *testing.T) string {
			return write(t, "a.geojson", `{"type":"FeatureCollection","features":[`+feature("null", "")+`,{"type":`)
		}, importers.Request{}, "ends in the middle of a feature"},
		{"an empty file", func(t *testing.T) string { return write(t, "a.csv", "") }, importers.Request{}, "the file is empty"},
		{"an unknown format", func(t *testing.T) string { return write(t, "a.docx", "x") }, importers.Request{}, "is not a format that is read here"},
		{"an address instead of a file", func(*testing.T) string { return "/vsicurl/http://127.0.0.1:1/a.gpkg" }, importers.Request{}, "no such file"},
		{"an address instead of a coordinate system", shp, importers.Request{CRS: "http://127.0.0.1:1/crs"}, "say it as EPSG:4544"},
		{"a coordinate system GDAL does not know", shp, importers.Request{CRS: "EPSG:999999"}, "EPSG:999999"},
		{"a column that is not there", shp, importers.Request{Fields: map[string]string{"name": "title"}}, `the file has no column "title"`},
		{"a field that is not one", shp, importers.Request{Fields: map[string]string{"colour": "name"}}, "colour: is not a field"},
		{"a layer that is not there", func(t *testing.T) string { return convert(t, "a.gpkg", "-f", "GPKG") }, importers.Request{Layer: "nope"}, "nope"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.req.Kind, c.req.Files = "roads", []string{c.path(t)}
			_, err := importers.Import(context.Background(), db.Pool, c.req)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), filepath.Base(c.req.Files[0])) && c.req.CRS == "" {
				t.Errorf("got %v, want the file's name and %q", err, c.want)
			}
			if n := number(t, db, `select count(*) from roads`); n != 0 {
				t.Errorf("%d roads went in", n)
			}
		})
	}
}

func TestAWorkbookKeepsEveryDigitOfItsCodes(t *testing.T) {
	db := testdb.New(t)
	district(t, db)
	f := excelize.NewFile()
	rows := [][]any{{"楼栋编码", "社区编码", "经度", "纬度", "户数", "楼层数"},
		{500152001001001, 500152001001, 105.81, 30.11, 24, 6},
		{"B2", "500152001001", "105.812", "30.112", "x", 6},
		{},
		{"B3", 500152001201, 105.86, 30.11, 0, 1}}
	for i, r := range rows {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := f.SetSheetRow("Sheet1", cell, &r); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "buildings.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	r := run(t, db, importers.Request{Kind: "buildings", Files: []string{path}, ReportDir: t.TempDir()})
	if got := r.Total(); got.Inserted != 2 || got.Rejected != 1 {
		t.Errorf("got %+v, want 2 inserted, 1 refused", got)
	}
	if got := rejected(t, r)[3]; got != "households: not a whole number" {
		t.Errorf("row 3: got %q", got)
	}
	if n := number(t, db, `select households from buildings where code = '500152001001001' and community_code = '500152001001' and floors = 6`); n != 24 {
		t.Errorf("got %d households, want 24", n)
	}
}

func TestABrokenLineOfATableSpoilsOnlyItself(t *testing.T) {
	db := testdb.New(t)
	path := write(t, "shelters.csv", "id,name,lon,lat\n"+
		"1,\"Hall, north\",105.81,30.11\n"+
		"2,\"never closed,105.81,30.11\n"+
		"3,School,105.81,30.11\n"+
		"4,Too,many,cells,here\n"+
		"5,Few\n"+
		"6,\"two\nlines\",105.81,30.11\n"+
		"7,Word,east,30.11\n"+
		"\n"+
		"3,Again,105.81,30.11\n"+
		"9,No place,,\n"+
		"10,Half,105.81,\n")
	r := run(t, db, importers.Request{Kind: "shelters", Files: []string{path}, ReportDir: t.TempDir()})
	want := map[int64]string{
		3: "row: a quote is opened and not closed",
		5: "row: 5 values, but the header has 4 columns", 6: "row: 2 values, but the header has 4 columns",
		9: "lon: the longitude is not a number", 11: "source_id: the identifier occurs twice: also in line 4",
		12: "geometry: missing, or with coordinates that are not finite", 13: "geometry: the latitude is missing",
	}
	got := rejected(t, r)
	for line, reason := range want {
		if got[line] != reason {
			t.Errorf("line %d: got %q, want %q", line, got[line], reason)
		}
	}
	if n := number(t, db, `select count(*) from shelters where source_id in ('1', '3', '6')`); n != 3 || len(got) != len(want) {
		t.Errorf("%d good rows went in of 3: %v", n, got)
	}
}

func TestADamagedRecordOfABinaryFileSpoilsOnlyItself(t *testing.T) {
	path := convert(t, "roads.shp", "-f", "ESRI Shapefile", "-lco", "ENCODING=UTF-8")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// the first record's content begins at byte 108; its counts follow shape type and box
	copy(b[108+36:], []byte{0xfb, 0xff, 0xff, 0xff, 0, 0, 0, 0x40})
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	db := testdb.New(t)
	r := run(t, db, importers.Request{Kind: "roads", Files: []string{path}, ReportDir: t.TempDir()})
	if got := r.Total(); got.Inserted != 1 || rejected(t, r)[0] != "geometry: missing, or with coordinates that are not finite" {
		t.Errorf("got %+v and %v, want 1 inserted, 1 refused", got, rejected(t, r))
	}
}

func TestAFileThatBreaksOffIsRefusedWhole(t *testing.T) {
	path := convert(t, "roads.fgb", "-f", "FlatGeobuf")
	info, err := os.Stat(path)
	if err == nil {
		err = os.Truncate(path, info.Size()-60)
	}
	if err != nil {
		t.Fatal(err)
	}
	db := testdb.New(t)
	_, err = importers.Import(context.Background(), db.Pool, importers.Request{Kind: "roads", Files: []string{path}})
	if err == nil || !strings.Contains(err.Error(), "roads.fgb") {
		t.Errorf("got %v, want an error that names the file", err)
	}
	if n := number(t, db, `select count(*) from roads`); n != 0 {
		t.Errorf("%d roads went in", n)
	}
}
