package importers_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"gridmap/data/testdb"
	"gridmap/importers"
)

// realFile is a file that nobody made for this project; tests skip without it.
func realFile(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "shared", "data", "real", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the real file %s is not here", name)
	}
	return path
}

func counts(t *testing.T, r importers.Report, kind string) importers.Counts {
	t.Helper()
	for _, f := range r.Files {
		for _, c := range f.Counts {
			if c.Kind == kind {
				return c
			}
		}
	}
	t.Fatalf("the report says nothing of %s: %+v", kind, r)
	return importers.Counts{}
}

func number(t *testing.T, db testdb.Database, sql string, args ...any) int64 {
	t.Helper()
	var n int64
	if err := db.Pool.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

func TestAWholeCountryOfOSMBecomesADistrictOfItsOwn(t *testing.T) {
	db := testdb.New(t)
	req := importers.Request{Kind: "osm", Files: []string{realFile(t, "liechtenstein-2013-08-03.osm.pbf")}, ReportDir: t.TempDir()}
	first, err := importers.Import(context.Background(), db.Pool, req)
	if err != nil {
		t.Fatal(err)
	}
	if got := counts(t, first, "buildings"); got.Read != 3723 || got.Inserted != 3723 {
		t.Errorf("buildings: got %+v, want 3,723 read and inserted", got)
	}
	for _, c := range []struct {
		what, sql string
		want      int64
	}{
		{"municipalities as communities", `select count(*) from divisions where level = 'community'`, 11},
		{"districts", `select count(*) from divisions where level = 'district' and name = 'Liechtenstein'`, 1},
		{"estimated buildings", `select count(*) from buildings where not estimated`, 0},
	} {
		if got := number(t, db, c.sql); got != c.want {
			t.Errorf("%s: got %d, want %d", c.what, got, c.want)
		}
	}
	second, err := importers.Import(context.Background(), db.Pool, req)
	if err != nil {
		t.Fatal(err)
	}
	if got := second.Total(); got.Inserted != 0 || got.Updated != 0 || got.Rejected != first.Total().Rejected {
		t.Errorf("the same file twice: got %+v, want nothing inserted or updated", got)
	}
}

func TestBuildingsOfAGeoPackageComeInFromWebMercator(t *testing.T) {
	db := testdb.New(t)
	req := importers.Request{Kind: "buildings", Files: []string{realFile(t, "bubenec.gpkg")}, Layer: "buildings"}
	first, err := importers.Import(context.Background(), db.Pool, req)
	if err != nil {
		t.Fatal(err)
	}
	if got := counts(t, first, "buildings"); got.Read != 144 || got.Inserted != 144 {
		t.Errorf("got %+v, want 144 inserted", got)
	}
	if got := number(t, db, `select count(*) from buildings where st_within(geom, st_makeenvelope(14.3, 50.0, 14.5, 50.2, 4490))`); got != 144 {
		t.Errorf("%d buildings lie in the quarter, want 144", got)
	}
}

func TestOSMOutsideAnExistingDistrictIsRefusedRowByRow(t *testing.T) {
	db := testdb.New(t)
	district(t, db)
	r := run(t, db, importers.Request{Kind: "osm", Files: []string{realFile(t, "liechtenstein-2013-08-03.osm.pbf")}})
	if got := counts(t, r, "buildings"); got.Rejected != 3723 {
		t.Errorf("got %+v, want all 3,723 buildings refused", got)
	}
	if got := counts(t, r, "divisions"); len(got.Warnings) != 1 || got.Warnings[0].Count != 14 {
		t.Errorf("got %+v, want a warning that 14 administrative areas were left out", got)
	}
}

func TestLayersOfARealCityQuarterComeIn(t *testing.T) {
	cases := []struct {
		kind, layer string
		want        int64
	}{{"buildings", "buildings", 144}, {"roads", "streets", 35}, {"land", "tessellation", 144}}
	db := testdb.New(t)
	for _, c := range cases {
		t.Run(c.kind, func(t *testing.T) {
			r := run(t, db, importers.Request{Kind: c.kind, Layer: c.layer, Files: []string{realFile(t, "bubenec.gpkg")}, ReportDir: t.TempDir()})
			if got := r.Total(); got.Inserted != c.want {
				t.Errorf("got %+v, want %d inserted; refused: %v", got, c.want, rejected(t, r))
			}
		})
	}
}

func TestCensusBlocksOfARealCountyComeIn(t *testing.T) {
	db := testdb.New(t)
	r := run(t, db, importers.Request{Kind: "land", Layer: "ks_ellis_county_vap_data_block", Fields: map[string]string{"source_id": "path"},
		Files: []string{realFile(t, filepath.Join("ks_ellis", "ks_ellis_county_block.gpkg"))}, ReportDir: t.TempDir()})
	if got := r.Total(); got.Inserted != 2296 {
		t.Errorf("got %+v, want 2,296 inserted; refused: %v", got, rejected(t, r))
	}
}
