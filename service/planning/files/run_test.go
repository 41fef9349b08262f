package files_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gridmap/importers/redraw"
	"gridmap/service/planning/files"
)

// place is a folder with the files of a small community: a square of a kilometre
// in which buildings stand in rows.
type place struct {
	t   *testing.T
	dir string
}

const west, south, degree = 105.8, 30.1, 0.00001

func newPlace(t *testing.T) place {
	p := place{t, t.TempDir()}
	p.write("communities.geojson", collection(
		square("AT-3", west, south, 1000, `"name":"东街","complex":"是"`),
		square("000010", west+1100*degree, south, 1000, `"name":"西街"`)))
	return p
}

func (p place) write(name, text string) string {
	p.t.Helper()
	path := filepath.Join(p.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return path
}

func collection(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",\n") + `]}`
}

// square is a community with its south-west corner at lon, lat and a side of so
// many hundred-thousandths of a degree.
func square(code string, lon, lat, side float64, more string) string {
	a, b, c, d := lon, lat, lon+side*degree, lat+side*degree
	return fmt.Sprintf(`{"type":"Feature","properties":{"code":"%s",%s},"geometry":{"type":"Polygon","coordinates":[[[%f,%f],[%f,%f],[%f,%f],[%f,%f],[%f,%f]]]}}`,
		code, more, a, b, c, b, c, d, a, d, a, b)
}

// buildings is a CSV of n × n buildings in each community, h households each.
func buildings(n, h int, more ...string) string {
	var b strings.Builder
	b.WriteString("id,lon,lat,households,floors,stairwells,compound\n")
	for c := range 2 {
		for i := range n * n {
			fmt.Fprintf(&b, "%c-%03d,%f,%f,%d,6,2,\n", 'a'+c, i, west+(float64(c)*1100+40+float64(i%n)*920/float64(n))*degree,
				south+(40+float64(i/n)*920/float64(n))*degree, h)
		}
	}
	return b.String() + strings.Join(more, "\n") + "\n"
}

func (p place) request(buildings string) files.Request {
	return files.Request{Communities: filepath.Join(p.dir, "communities.geojson"), Buildings: buildings,
		Options: redraw.Options{Seed: 7, Workers: 2}, Out: filepath.Join(p.dir, "grids.geojson"),
		Assign: filepath.Join(p.dir, "assign.csv"), Report: filepath.Join(p.dir, "report.json")}
}

func (p place) read(name string) []byte {
	p.t.Helper()
	b, err := os.ReadFile(filepath.Join(p.dir, name))
	if err != nil {
		p.t.Fatal(err)
	}
	return b
}

func (p place) run(r files.Request) *files.Result {
	p.t.Helper()
	res, err := files.Run(context.Background(), r)
	if err != nil {
		p.t.Fatal(err)
	}
	return res
}

// assigned sums households by building in assign.csv.
func (p place) assigned() map[string]int {
	p.t.Helper()
	rows, err := csv.NewReader(strings.NewReader(string(p.read("assign.csv")))).ReadAll()
	if err != nil {
		p.t.Fatal(err)
	}
	if got, want := strings.Join(rows[0], ","), "building_id,part,households,grid_code,microgrid_code"; got != want {
		p.t.Fatalf("header: got %s, want %s", got, want)
	}
	sums := map[string]int{}
	for _, r := range rows[1:] {
		n, err := strconv.Atoi(r[2])
		if err != nil || r[3] == "" {
			p.t.Fatalf("row %v: %v", r, err)
		}
		sums[r[0]] += n
	}
	return sums
}

func TestEveryRowOfABadFileIsAccountedFor(t *testing.T) {
	p := newPlace(t)
	lon, lat := fmt.Sprintf("%f", west+500*degree), fmt.Sprintf("%f", south+500*degree)
	at := func(id, households, more string) string {
		return id + "," + lon + "," + lat + "," + households + "," + more
	}
	bad := map[string]string{ // row → reason
		at("neg", "-4", ",,"):         "negative_count",
		at("none", "", ",,"):          "missing_count",
		at("word", "many", ",,"):      "bad_count",
		at("a-000", "5", ",,"):        "id_twice",
		at("", "5", ",,"):             "missing_id",
		"away,0.5,0.5,5,,,":           "outside",
		"nowhere,,,5,,,":              "no_geometry",
		"half,105.8,,5,,,":            "bad_geometry",
		"short,105.8":                 "unreadable",
		"swapped,30.1,105.8,5,,,":     "bad_geometry",
		at("giant", "99999999", ",,"): "count_too_large",
	}
	rows := make([]string, 0, len(bad))
	for row := range bad {
		rows = append(rows, row)
	}
	slices.Sort(rows)
	rows = append(rows, at("fraction", "3.5", ",,"), at("floors", "4", "x,y,"))
	res := p.run(p.request(p.write("buildings.csv", buildings(8, 12, rows...))))
	want := map[string]int{}
	for _, reason := range bad {
		want[reason]++
	}
	got := map[string]int{}
	for _, f := range res.Rejected {
		got[f.Reason]++
		if f.Role != "buildings" || f.Row < 2 || f.Zh == "" || f.En == "" || f.File != "buildings.csv" {
			t.Errorf("fault without its place or its words: %+v", f)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("rejected: got %v, want %v", got, want)
	}
	if len(res.Mended) != 1 || res.Mended[0].Reason != "bad_floors" || res.Mended[0].ID != "floors" {
		t.Errorf("mended: got %+v, want bad_floors of floors", res.Mended)
	}
	sums := p.assigned()
	in := res.Inputs[1]
	if in.Rows != 128+len(bad)+2 || len(sums)+len(res.Rejected) != in.Rows || in.Used != len(sums) {
		t.Errorf("%d rows, %d assigned, %d rejected, %+v", in.Rows, len(sums), len(res.Rejected), in)
	}
	if sums["fraction"] != 4 || sums["a-000"] != 12 {
		t.Errorf("fraction has %d households, want 4; a-000 %d, want the first row's 12", sums["fraction"], sums["a-000"])
	}
	var doc struct {
		Rejected []struct{ ID, Reason string }
		Notes    []struct{ Code string }
		Grids    []struct {
			Code       string
			Households int
		}
	}
	if err := json.Unmarshal(p.read("report.json"), &doc); err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, g := range doc.Grids {
		total += g.Households
	}
	if len(doc.Rejected) != len(bad) || total != 128*12+4+4 || len(doc.Notes) == 0 {
		t.Errorf("report.json has %d rejected, %d households and notes %v", len(doc.Rejected), total, doc.Notes)
	}
}

func TestOneMisplacedCommunityDoesNotSpoilTheOthers(t *testing.T) {
	p := newPlace(t)
	r := p.request(p.write("buildings.csv", buildings(6, 12)))
	want := len(p.run(r).Plan.Grids)
	p.write("communities.geojson", collection(square("0-none", 0, 0, 1000, `"name":"nowhere"`), square("AT-3", west, south, 1000, `"complex":1`),
		square("000010", west+1100*degree, south, 1000, `"name":"西街"`), square("far", -170, 10, 5000, `"name":"远"`)))
	res := p.run(r)
	if got := len(res.Plan.Grids); got != want || len(res.Rejected) != 2 || res.Rejected[0].Reason != "too_far" || res.Rejected[0].ID != "0-none" {
		t.Errorf("got %d grids and %+v, want %d grids and two communities too far", got, res.Rejected, want)
	}
}

func TestAMissingCountIsZeroWhereThatIsAskedFor(t *testing.T) {
	p := newPlace(t)
	r := p.request(p.write("buildings.csv", buildings(6, 12, fmt.Sprintf("none,%f,%f,,,,", west+500*degree, south+500*degree))))
	r.MissingIsZero = true
	res := p.run(r)
	if n, ok := p.assigned()["none"]; n != 0 || !ok || len(res.Rejected) != 0 || len(res.Mended) != 1 {
		t.Errorf("got %d %v, rejected %v, mended %v", n, ok, res.Rejected, res.Mended)
	}
}

func TestTheSameSeedGivesTheSameBytesWhateverTheOrderOfRows(t *testing.T) {
	p := newPlace(t)
	text := buildings(8, 12)
	r := p.request(p.write("buildings.csv", text))
	p.run(r)
	var before [][]byte
	names := []string{"grids.geojson", "assign.csv", "report.json"}
	for _, name := range names {
		before = append(before, p.read(name))
	}
	r.Options.Workers = 1
	p.run(r)
	for i, name := range names {
		if string(p.read(name)) != string(before[i]) {
			t.Errorf("%s differs with one worker", name)
		}
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	slices.Reverse(lines[1:])
	p.write("buildings.csv", strings.Join(lines, "\n")+"\n")
	p.run(r)
	if string(p.read("grids.geojson")) != string(before[0]) {
		t.Error("the grids differ when the rows stand in another order")
	}
}

func TestOwnGridsComeBackAsThePresentPlan(t *testing.T) {
	for _, ext := range []string{".geojson", ".gpkg"} {
		t.Run(ext, func(t *testing.T) {
			p := newPlace(t)
			r := p.request(p.write("buildings.csv", buildings(9, 12)))
			r.Out = filepath.Join(p.dir, "first"+ext)
			first := p.run(r)
			r.Current, r.Out, r.Options.Mode = r.Out, filepath.Join(p.dir, "second"+ext), redraw.Repair
			second := p.run(r)
			if len(first.Plan.Grids) != len(second.Plan.Grids) {
				t.Fatalf("%d grids became %d", len(first.Plan.Grids), len(second.Plan.Grids))
			}
			micro := 0
			for i, g := range second.Plan.Grids {
				if was := first.Plan.Grids[i]; g.Code != was.Code || g.Households != was.Households || g.Lineage != "U" {
					t.Errorf("grid %s with %d became %s with %d, lineage %q", was.Code, was.Households, g.Code, g.Households, g.Lineage)
				}
				micro += len(g.Microgrids)
			}
			if micro == 0 {
				t.Error("the complex community has no micro-grids")
			}
			for _, in := range second.Inputs {
				if in.Role == "current" && (in.Rejected > 0 || in.Rows != len(first.Plan.Grids)+micro) {
					t.Errorf("present plan: got %+v, want %d grids and %d micro-grids", in, len(first.Plan.Grids), micro)
				}
			}
		})
	}
}

func TestATowerIsDividedByStairwellsAndFloors(t *testing.T) {
	p := newPlace(t)
	p.run(p.request(p.write("buildings.csv", buildings(4, 12, fmt.Sprintf("007,%f,%f,900,20,3,", west+500*degree, south+500*degree)))))
	rows, err := csv.NewReader(strings.NewReader(string(p.read("assign.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	parts, grids := map[string]bool{}, map[string]int{}
	for _, r := range rows[1:] {
		n, _ := strconv.Atoi(r[2])
		grids[r[3]] += n
		if r[0] == "007" {
			parts[r[1]] = true
		}
	}
	if sum := p.assigned()["007"]; sum != 900 || len(parts) < 3 || parts[""] {
		t.Errorf("the tower has %d households in parts %v, want 900 in three or more", sum, parts)
	}
	for code, n := range grids {
		if n > 500 {
			t.Errorf("grid %s has %d households", code, n)
		}
	}
	again := p.request(filepath.Join(p.dir, "buildings.csv"))
	again.Current, again.Places, again.Options.Mode = filepath.Join(p.dir, "grids.geojson"), filepath.Join(p.dir, "assign.csv"), redraw.Repair
	again.Out, again.Assign = filepath.Join(p.dir, "second.geojson"), filepath.Join(p.dir, "second.csv")
	if moved := p.run(again).Plan.Report.Stability; moved.HouseholdsMoved != 0 || moved.Households != 16*12*2+900 {
		t.Errorf("an unchanged plan is repaired: %d of %d households moved, want none of %d", moved.HouseholdsMoved, moved.Households, 16*12*2+900)
	}
	again.Places = p.write("places.csv", "building_id,part,households,grid_code,microgrid_code\n"+
		strings.Join([]string{"gone,,3,AT-3001,", "a-000,,12,nowhere,", "a-001,,12,AT-3001,", "a-001,,12,AT-3001,"}, "\n")+"\n")
	got := map[string]int{}
	for _, f := range p.run(again).Rejected {
		got[f.Role+" "+f.Reason]++
	}
	if want := map[string]int{"current-assign unknown_building": 1, "current-assign unknown_grid": 1, "current-assign part_twice": 1}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("rejected: got %v, want %v", got, want)
	}
}

func TestARetiredCodeIsNeverGivenAgain(t *testing.T) {
	p := newPlace(t)
	r := p.request(p.write("buildings.csv", buildings(9, 12)))
	first := p.run(r)
	taken := first.Plan.Grids[0].Code
	r.History = p.write("earlier.json", fmt.Sprintf(`{"retired_codes":[%q]}`, taken))
	second := p.run(r)
	for _, g := range second.Plan.Grids {
		if g.Code == taken {
			t.Errorf("the retired code %s was given again", taken)
		}
	}
	if len(second.Plan.Grids) != len(first.Plan.Grids) {
		t.Errorf("%d grids became %d", len(first.Plan.Grids), len(second.Plan.Grids))
	}
	var doc struct {
		Codes []string `json:"retired_codes"`
	}
	if err := json.Unmarshal(p.read("report.json"), &doc); err != nil || !slices.Contains(doc.Codes, taken) {
		t.Errorf("the report passes on %v (%v), want %s among them", doc.Codes, err, taken)
	}
}

func TestBadRequestsAreRefusedBeforeAnythingIsWritten(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*files.Request, place)
		want   string
	}{
		"an unknown extension":       {func(r *files.Request, p place) { r.Out = filepath.Join(p.dir, "grids.shp") }, ".gpkg or .geojson"},
		"a folder that is not there": {func(r *files.Request, p place) { r.Assign = filepath.Join(p.dir, "no", "assign.csv") }, "no folder"},
		"two outputs at one place": {func(r *files.Request, p place) {
			r.Report = filepath.Join(p.dir, "a.json")
			r.Out = filepath.Join(p.dir, "a.json")
		}, "is not"},
		"an output over an input": {func(r *files.Request, p place) { r.Out = r.Communities }, "would write over"},
		"an output over an input's way round": {func(r *files.Request, p place) {
			r.Assign = filepath.Join(p.dir, "..", filepath.Base(p.dir), "buildings.csv")
		}, "would write over"},
		"a field of no file":         {func(r *files.Request, _ place) { r.Fields = map[string]string{"colour": "x"} }, "not a field"},
		"a column that is not there": {func(r *files.Request, _ place) { r.Fields = map[string]string{"households": "flats"} }, "no file that is read"},
		"a column of one file that is not there": {func(r *files.Request, _ place) {
			r.Fields = map[string]string{"buildings.households": "flats"}
		}, "no such column"},
		"repair from nothing":       {func(r *files.Request, _ place) { r.Options.Mode = redraw.Repair }, "--current"},
		"a history that is none":    {func(r *files.Request, p place) { r.History = r.Communities }, "not a report"},
		"bounds upside down":        {func(r *files.Request, _ place) { r.Options.Min, r.Options.Max = 500, 300 }, "bounds"},
		"a file that is not there":  {func(r *files.Request, p place) { r.Buildings = filepath.Join(p.dir, "houses.csv") }, "houses.csv"},
		"a format that is not read": {func(r *files.Request, p place) { r.Buildings = p.write("houses.dwg", "x") }, "not a format"},
		"no column for households":  {func(r *files.Request, p place) { r.Buildings = p.write("h.csv", "id,lon,lat\na,105.8,30.1\n") }, "--field households="},
		"no column for code":        {func(r *files.Request, p place) { r.Communities = r.Buildings }, "--field code="},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			r := p.request(p.write("buildings.csv", buildings(3, 12)))
			p.write("grids.geojson", "as it was")
			c.change(&r, p)
			_, err := files.Run(context.Background(), r)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want it to say %q", err, c.want)
			}
			if string(p.read("grids.geojson")) != "as it was" {
				t.Error("an earlier file was touched")
			}
			if left, _ := filepath.Glob(filepath.Join(p.dir, ".gridmap-*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestWhatFailsAtTheEndLeavesEarlierFilesAsTheyWere(t *testing.T) {
	p := newPlace(t)
	r := p.request(p.write("buildings.csv", buildings(3, 12)))
	r.Picture = filepath.Join(p.dir, "plan.png")
	r.Paint = func(w io.Writer, _ redraw.Input, _ *redraw.Plan) error {
		if _, err := w.Write([]byte("half")); err != nil {
			return err
		}
		return errors.New("out of paint")
	}
	for _, name := range []string{"grids.geojson", "assign.csv", "plan.png"} {
		p.write(name, "as it was")
	}
	if _, err := files.Run(context.Background(), r); err == nil || !strings.Contains(err.Error(), "out of paint") {
		t.Fatalf("got %v, want the painter's error", err)
	}
	for _, name := range []string{"grids.geojson", "assign.csv", "plan.png"} {
		if got := string(p.read(name)); got != "as it was" {
			t.Errorf("%s: got %.20q, want it as it was", name, got)
		}
	}
	if _, err := os.Stat(filepath.Join(p.dir, "report.json")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a report was written: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(p.dir, ".gridmap-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
