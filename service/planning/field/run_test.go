package field_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gridmap/data"
	"gridmap/data/testdb"
	"gridmap/data/testdb/fixture"
	"gridmap/service/planning"
	"gridmap/service/planning/field"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// box is a rectangle in degrees, as a feature of GeoJSON.
func box(code, name string, west, south, east, north float64) string {
	return fmt.Sprintf(`{"type":"Feature","properties":{"code":%q,"name":%q},"geometry":{"type":"Polygon","coordinates":[[[%v,%v],[%v,%v],[%v,%v],[%v,%v],[%v,%v]]]}}`,
		code, name, west, south, east, south, east, north, west, north, west, south)
}

func file(t *testing.T, features ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "drawn.geojson")
	body := `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func run(t *testing.T, db testdb.Database, r field.Request) (field.Report, error) {
	t.Helper()
	r.Division = fixture.District
	r.By = data.Actor{Account: "field", Role: "planner", ScopeCode: fixture.District}
	if r.Plan == "" {
		r.Plan = "外业"
	}
	return field.Run(context.Background(), db.Pool, planning.NewDrafts(db.Pool, planning.DraftOptions{}), r)
}

func TestBoundariesDrawnElsewhereAreSnappedAndWhatDoesNotFitIsListed(t *testing.T) {
	// Community A1 of the fixture is 105.80–105.82 by 30.10–30.12, its buildings
	// at 105.803, 105.807, 105.813 and 105.817.
	first, second := fixture.GridCode(fixture.A1, 1), fixture.GridCode(fixture.A1, 2)
	cases := []struct {
		name     string
		features []string
		grids    int
		moved    bool
		found    map[field.Kind]int
	}{
		{"as the grids are, within the width of a line", []string{box(first, "", 105.80, 30.10, 105.8101, 30.12), box(second, "", 105.8101, 30.10, 105.82, 30.12)}, 2, false, map[field.Kind]int{}},
		{"one for both", []string{box(first, "合并网格", 105.80, 30.10, 105.82, 30.12)}, 1, true, map[field.Kind]int{}},
		{"a strip in the middle is left out", []string{box(first, "", 105.80, 30.10, 105.808, 30.12), box(second, "", 105.812, 30.10, 105.82, 30.12)}, 2, false, map[field.Kind]int{field.Gap: 1}},
		{"one with a code of another place", []string{box("999", "", 105.80, 30.10, 105.81, 30.12), box(second, "", 105.81, 30.10, 105.82, 30.12)}, 2, false, map[field.Kind]int{field.NewCode: 1}},
		{"one that reaches out of the district", []string{box(first, "", 105.79, 30.10, 105.81, 30.12), box(second, "", 105.81, 30.10, 105.82, 30.12)}, 2, false, map[field.Kind]int{field.Outside: 1}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			db := testdb.New(t)
			fixture.Load(t, db.Pool)
			report, err := run(t, db, field.Request{Path: file(t, c.features...)})
			if err != nil {
				t.Fatalf("%v: %+v", err, report)
			}
			var parts []field.CommunityPart
			for _, p := range report.Communities {
				if p.Code == fixture.A1 {
					parts = append(parts, p)
				}
			}
			if len(parts) != 1 || parts[0].Grids != c.grids || (parts[0].Moved > 0) != c.moved {
				t.Errorf("got %+v, want %d grids, moved: %v", parts, c.grids, c.moved)
			}
			for kind, n := range c.found {
				if got := report.Counts()[kind]; got != n {
					t.Errorf("%s: got %d, want %d: %+v", kind, got, n, report.Findings)
				}
			}
			for _, f := range report.Findings {
				if len(f.Geom) == 0 || f.Zh == "" || f.En == "" {
					t.Errorf("a finding without a place or words: %+v", f)
				}
				if _, wanted := c.found[f.Kind]; !wanted {
					t.Errorf("found %+v", f)
				}
			}
		})
	}
}

func TestBoundariesThatOverlapWherePeopleLiveAreRefusedAndNoDraftIsMade(t *testing.T) {
	db := testdb.New(t)
	fixture.Load(t, db.Pool)
	plans := func() (n int) {
		if err := db.Pool.QueryRow(context.Background(), `select count(*) from plans`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := plans()
	path := file(t, box("1", "", 105.80, 30.10, 105.818, 30.12), box("2", "", 105.802, 30.10, 105.82, 30.12))
	report, err := run(t, db, field.Request{Path: path})
	if data.CodeOf(err) != data.Conflict || report.PlanID != 0 || report.Counts()[field.Overlap] == 0 || plans() != before {
		t.Fatalf("got %v, %+v and %d plans more", err, report, plans()-before)
	}
	report, err = run(t, db, field.Request{Path: path, Overlapping: true})
	if err != nil || report.PlanID == 0 {
		t.Fatalf("by the greater share: %v, %+v", err, report)
	}
}

func TestWhatCannotBeReadIsAFindingOrAnError(t *testing.T) {
	db := testdb.New(t)
	fixture.Load(t, db.Pool)
	bow := `{"type":"Feature","properties":{"code":"bow"},"geometry":{"type":"Polygon","coordinates":[[[105.80,30.10],[105.82,30.12],[105.82,30.10],[105.80,30.12],[105.80,30.10]]]}}`
	report, err := run(t, db, field.Request{Path: file(t, bow, box(fixture.GridCode(fixture.A1, 1), "", 105.80, 30.10, 105.82, 30.12))})
	if err != nil || report.Counts()[field.BadRow] != 1 {
		t.Errorf("a boundary that crosses itself: %v, %+v", err, report.Findings)
	}
	for name, c := range map[string]struct{ features []string }{
		"a file of points":      {[]string{`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[105.81,30.11]}}`}},
		"another part of China": {[]string{box("1", "", 110.80, 30.10, 110.82, 30.12)}},
	} {
		if report, err := run(t, db, field.Request{Path: file(t, c.features...)}); err == nil || report.PlanID != 0 {
			t.Errorf("%s: got %+v, want an error", name, report)
		}
	}
	if _, err := run(t, db, field.Request{Path: filepath.Join(t.TempDir(), "none.shp")}); err == nil {
		t.Error("a file that is not there is taken")
	}
}
