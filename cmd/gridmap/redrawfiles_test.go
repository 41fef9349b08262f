package main_test

import (
	"encoding/csv"
	"encoding/json"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// realFile is a file that nobody made for this project; tests skip without it.
func realFile(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", "real", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the real file %s is not here", name)
	}
	return path
}

// drawn is what redraw files wrote into a folder.
type drawn struct {
	t   *testing.T
	dir string
	doc struct {
		Inputs []struct {
			Role                         string
			Rows, Used, Mended, Rejected int
		}
		Figures struct {
			Households int
			Grids      struct{ Count, InRange int }
		}
		Rejected []struct{ ID, Role, Reason, Zh, En string }
		Grids    []struct {
			Code       string
			Households int
			InRange    bool    `json:"in_range"`
			ReasonKind *string `json:"reason_kind"`
			ReasonZh   *string `json:"reason_zh"`
		}
	}
	households map[string]int // by building, out of assign.csv
	total      int
}

// redrawFiles runs the command with all outputs into a folder of the test's own.
func redrawFiles(t *testing.T, args ...string) drawn {
	t.Helper()
	d := drawn{t: t, dir: t.TempDir(), households: map[string]int{}}
	out := mustRun(t, d.dir, append([]string{"redraw", "files", "--out", d.file("grids.gpkg"), "--assign", d.file("assign.csv"),
		"--report", d.file("report.json")}, args...)...)
	if !strings.Contains(out, "1 range, grids") {
		t.Errorf("no table of figures is printed: %s", out)
	}
	b, err := os.ReadFile(d.file("report.json"))
	if err == nil {
		err = json.Unmarshal(b, &d.doc)
	}
	if err != nil {
		t.Fatal(err)
	}
	d.readAssign()
	return d
}

func (d *drawn) file(name string) string { return filepath.Join(d.dir, name) }

func (d *drawn) readAssign() {
	d.t.Helper()
	f, err := os.Open(d.file("assign.csv"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		d.t.Fatal(err)
	}
	parts := map[string]bool{}
	for _, r := range rows[1:] {
		n, err := strconv.Atoi(r[2])
		if err != nil || r[3] == "" || parts[r[0]+"|"+r[1]] {
			d.t.Fatalf("assign.csv: row %v", r)
		}
		parts[r[0]+"|"+r[1]] = true
		d.households[r[0]] += n
		d.total += n
	}
}

// accounted checks that no building is lost and none doubled, and that sums agree.
func (d *drawn) accounted(buildings int) {
	d.t.Helper()
	rejected := 0
	for _, r := range d.doc.Rejected {
		if r.Role == "buildings" {
			rejected++
			if _, also := d.households[r.ID]; also {
				d.t.Errorf("building %s is rejected and in the plan", r.ID)
			}
		}
	}
	if len(d.households)+rejected != buildings {
		d.t.Errorf("%d buildings in the plan and %d rejected, want %d together", len(d.households), rejected, buildings)
	}
	sum := 0
	for _, g := range d.doc.Grids {
		sum += g.Households
		if !g.InRange && (g.ReasonKind == nil || g.ReasonZh == nil || *g.ReasonZh == "") {
			d.t.Errorf("grid %s is outside the rule without a reason", g.Code)
		}
	}
	if sum != d.total || d.doc.Figures.Households != d.total {
		d.t.Errorf("grids have %d households, the figures %d, the buildings %d", sum, d.doc.Figures.Households, d.total)
	}
	if got := d.sql("select sum(households) from grids"); got != float64(sum) {
		d.t.Errorf("the layer of grids has %g households, want %d", got, sum)
	}
}

// sql asks SpatiaLite, by way of GDAL, for one number about the grids.
func (d *drawn) sql(query string) float64 {
	d.t.Helper()
	out, err := exec.Command("ogrinfo", "-ro", "-q", d.file("grids.gpkg"), "-dialect", "SQLite", "-sql", query).CombinedOutput()
	m := regexp.MustCompile(`= ([-+.0-9e]+)`).FindSubmatch(out)
	if err != nil || m == nil {
		d.t.Fatalf("%s: %v: %s", query, err, out)
	}
	f, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		d.t.Fatal(err)
	}
	return f
}

// tiles checks that the grids lie beside each other without gap or overlap, and
// fill the layer of communities (in degrees) in another file, where one is given.
func (d *drawn) tiles(communities string) {
	d.t.Helper()
	if n := d.sql("select count(*) from grids where not ST_IsValid(geom)"); n > 0 {
		d.t.Errorf("%g outlines are not valid", n)
	}
	sum, union := d.sql("select sum(ST_Area(geom)) from grids where not layered"), d.sql("select ST_Area(ST_Union(geom)) from grids where not layered")
	if math.Abs(sum-union) > 1e-9*sum {
		d.t.Errorf("the grids' areas add up to %.12g square degrees, their union has %.12g: they overlap", sum, union)
	}
	if communities == "" {
		return
	}
	if out, err := exec.Command("ogr2ogr", "-f", "GPKG", "-update", "-overwrite", "-nln", "communities", "-t_srs", "EPSG:4490", d.file("grids.gpkg"), communities, "communities").CombinedOutput(); err != nil {
		d.t.Fatalf("%v: %s", err, out)
	}
	off := d.sql(`select max(ST_Area(ST_SymDifference(c.geom, g.geom)) / ST_Perimeter(c.geom)) from communities c
		join (select community, ST_Union(geom) as geom from grids where not layered group by community) g on g.community = c.code`)
	count := d.sql(`select count(distinct community) - (select count(*) from communities) from grids`)
	if off > 5e-8 || count != 0 { // some millimetres: the engine rounds to one, and so do both neighbours
		d.t.Errorf("a community's border differs from that of its grids by %g degrees; %g communities more than there are", off, count)
	}
}

// pictured looks at the picture that the command drew.
func (d *drawn) pictured(path string) {
	d.t.Helper()
	f, err := os.Open(path)
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	if c, err := png.DecodeConfig(f); err != nil || c.Width != 2000 || c.Height < 1000 {
		d.t.Errorf("the picture is %d × %d: %v", c.Width, c.Height, err)
	}
}

// ogr makes a test's input out of a real file.
func ogr(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("ogr2ogr", args...).CombinedOutput(); err != nil {
		t.Fatalf("ogr2ogr %v: %v: %s", args, err, out)
	}
}

func TestACountryOfOSMIsRedrawnFromItsFileAlone(t *testing.T) {
	extract := realFile(t, "liechtenstein-2013-08-03.osm.pbf")
	picture := filepath.Join(t.TempDir(), "plan.png")
	d := redrawFiles(t, "--communities", extract, "--buildings", extract, "--barriers", extract, "--seed", "1", "--picture", picture)
	d.accounted(buildingsInExtract)
	d.tiles("")
	d.pictured(picture)
	if in := d.doc.Inputs; len(in) != 3 || in[0].Used != 11 || in[2].Used < 1000 {
		t.Errorf("inputs: got %+v, want 11 communities and more than 1,000 barriers", in)
	}
}

func TestCensusBlocksAreRedrawnInsideVotingDistricts(t *testing.T) {
	blocks, vtds := realFile(t, "ks_ellis/ks_ellis_county_block.gpkg"), realFile(t, "ks_ellis/ks_ellis_county_vtd.gpkg")
	args := []string{"--communities", vtds, "--buildings", blocks + "#ks_ellis_county_vap_data_block",
		"--field", "code=path", "--field", "id=path", "--field", "households=total_pop", "--seed", "1"}
	d := redrawFiles(t, args...)
	d.accounted(2296)
	if d.total != 28934 {
		t.Errorf("got %d people, want the county's 28,934", d.total)
	}
	communities := filepath.Join(t.TempDir(), "communities.gpkg")
	ogr(t, "-f", "GPKG", communities, vtds, "-nln", "communities", "-sql", `select path as code, geography as geom from ks_ellis_county_vap_data_vtd`)
	d.tiles(communities)
	again := redrawFiles(t, args...)
	for _, name := range []string{"assign.csv", "report.json"} {
		before, err := os.ReadFile(d.file(name))
		if err != nil {
			t.Fatal(err)
		}
		after, err := os.ReadFile(again.file(name))
		if err != nil {
			t.Fatal(err)
		}
		if string(before) != string(after) {
			t.Errorf("%s: the same seed gave other bytes", name)
		}
	}
}

func TestACityQuarterIsRedrawnFromEveryFormat(t *testing.T) {
	quarter := realFile(t, "bubenec.gpkg")
	dir := t.TempDir()
	communities := filepath.Join(dir, "communities.gpkg")
	ogr(t, "-f", "GPKG", communities, quarter, "-nln", "communities", "-dialect", "SQLite",
		"-sql", `select 'Praha 6' as code, 'Bubeneč' as name, 1 as complex, ST_ConvexHull(ST_Union(geom)) as geom from tessellation`)
	// Five storeys; an area in Web Mercator at 50° north is 2.4 times too large.
	homes := `select 'dům ' || uID as id, cast(round(ST_Area(geom) * 0.41 * 5 * 0.75 / 110) as integer) as dwellings, 5 as levels, geom from buildings`
	var first drawn
	for _, c := range []struct {
		name string
		make []string // arguments of ogr2ogr
		args []string
	}{
		{"buildings.gpkg", []string{"-f", "GPKG"}, nil},
		{"buildings.shp", []string{"-f", "ESRI Shapefile", "-lco", "ENCODING=UTF-8"}, nil},
		{"buildings.fgb", []string{"-f", "FlatGeobuf"}, nil},
		{"buildings.geojson", []string{"-f", "GeoJSON", "-lco", "RFC7946=NO", "-lco", "COORDINATE_PRECISION=9"}, nil},
		{"buildings.csv", []string{"-f", "CSV", "-lco", "GEOMETRY=AS_WKT"}, []string{"--crs", "buildings=EPSG:3857"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(dir, c.name)
			ogr(t, append(append([]string{}, c.make...), "-dialect", "SQLite", "-sql", homes, path, quarter)...)
			d := redrawFiles(t, append(c.args, "--communities", communities, "--buildings", path, "--barriers", quarter+"#streets",
				"--field", "buildings.households=dwellings", "--seed", "3")...)
			d.accounted(144)
			d.tiles(communities)
			if _, ok := d.households["dům 1"]; !ok {
				t.Error("the id did not come back as it was")
			}
			if first.total == 0 {
				first = d
			} else if len(d.doc.Grids) != len(first.doc.Grids) || d.total != first.total {
				t.Errorf("got %d grids and %d households, want %d and %d as from the first format", len(d.doc.Grids), d.total, len(first.doc.Grids), first.total)
			}
		})
	}
}

func TestRedrawFilesSaysInASentenceWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	blocks, quarter := realFile(t, "ks_ellis/ks_ellis_county_block.gpkg"), realFile(t, "bubenec.gpkg")
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"nothing named":               {nil, "missing flags"},
		"a file of several layers":    {[]string{"--communities", quarter, "--buildings", blocks, "--out", dir + "/g.gpkg"}, "#LAYER"},
		"a layer that is not there":   {[]string{"--communities", blocks + "#vtd", "--buildings", blocks, "--out", dir + "/g.gpkg"}, "vtd"},
		"an output in no format":      {[]string{"--communities", blocks, "--buildings", blocks, "--out", dir + "/g.txt"}, ".gpkg or .geojson"},
		"a budget that is no time":    {[]string{"--communities", blocks, "--buildings", blocks, "--out", dir + "/g.gpkg", "--budget", "long"}, "long"},
		"a coordinate system of none": {[]string{"--communities", blocks, "--buildings", blocks, "--out", dir + "/g.gpkg", "--crs", "nowhere"}, "coordinate system"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := shop.Command(dir, nil, append([]string{"redraw", "files"}, c.args...)...)
			if err == nil || !strings.Contains(err.Error()+out, c.want) || strings.Contains(err.Error(), "panic") {
				t.Errorf("got %v, want a failure that says %q", err, c.want)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
				t.Errorf("written all the same: %v", left)
			}
		})
	}
}
