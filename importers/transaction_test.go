package importers_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gridmap/data"
	"gridmap/data/testdb"
	"gridmap/importers"
)

const threeRoads = "id,name,class,wkt\n1,a,street,\"LINESTRING(105.81 30.11,105.82 30.11)\"\n" +
	"2,b,street,\"LINESTRING(105.81 30.12,105.82 30.12)\"\n3,c,street,\"LINESTRING(105.81 30.13,105.82 30.13)\"\n"

func TestADryRunSaysWhatWouldHappenAndWritesNothing(t *testing.T) {
	db := testdb.New(t)
	req := importers.Request{Kind: "roads", Files: []string{write(t, "roads.csv", threeRoads)}, DryRun: true}
	dry := run(t, db, req)
	if got := dry.Total(); got.Inserted != 3 || !dry.DryRun {
		t.Errorf("got %+v, want 3 that would be inserted", dry)
	}
	if n := number(t, db, `select (select count(*) from roads) + (select count(*) from changes)`); n != 0 {
		t.Errorf("the dry run wrote %d rows", n)
	}
	req.DryRun = false
	if got := run(t, db, req).Total(); got.Inserted != dry.Total().Inserted {
		t.Errorf("the dry run said %+v, the run %+v", dry.Total(), got)
	}
}

func TestAChangedFileTouchesOnlyTheRowsThatDiffer(t *testing.T) {
	db := testdb.New(t)
	req := importers.Request{Kind: "roads", Source: "survey", Files: []string{write(t, "roads.csv", threeRoads)}}
	run(t, db, req)
	before := number(t, db, `select count(*) from changes`)
	req.Files = []string{write(t, "newer.csv", strings.Replace(threeRoads, "2,b,street", "2,b,lane", 1)+
		"4,d,street,\"LINESTRING(105.81 30.14,105.82 30.14)\"\n")}
	got := run(t, db, req).Total()
	if got.Inserted != 1 || got.Updated != 1 || got.Unchanged != 2 {
		t.Errorf("got %+v, want 1 inserted, 1 updated, 2 unchanged", got)
	}
	if n := number(t, db, `select count(*) from changes`) - before; n != 2 {
		t.Errorf("the feed got %d changes, want 2", n)
	}
}

func TestColumnsCanBeNamed(t *testing.T) {
	db := testdb.New(t)
	path := write(t, "b.csv", "key,lon,lat,dwellings_2020,storeys_above\nX,105.81,30.11,12,4\n")
	run(t, db, importers.Request{Kind: "buildings", Files: []string{path},
		Fields: map[string]string{"source_id": "key", "households": "dwellings_2020", "floors": "storeys_above"}})
	if n := number(t, db, `select households * 100 + floors from buildings where source_id = 'X'`); n != 1204 {
		t.Errorf("got %d, want 12 households and 4 floors", n)
	}
}

func TestABuildingOfAnotherSourceIsNotTakenOver(t *testing.T) {
	db := testdb.New(t)
	const text = "code,lon,lat,floors,households,persons\nB1,105.81,30.11,6,10,26\n"
	run(t, db, importers.Request{Kind: "buildings", Source: "one", Files: []string{write(t, "a.csv", text)}})
	r := run(t, db, importers.Request{Kind: "buildings", Source: "two", Files: []string{write(t, "a.csv", text)}, ReportDir: t.TempDir()})
	if got := rejected(t, r)[2]; got != "code: another building has this code, from one" {
		t.Errorf("got %q", got)
	}
}

func TestCountedHouseholdsReplaceAnEstimate(t *testing.T) {
	db := testdb.New(t)
	run(t, db, importers.Request{Kind: "buildings", Files: []string{write(t, "b.csv", "code,lon,lat,floors\nB1,105.81,30.11,6\n")}})
	run(t, db, importers.Request{Kind: "households", Files: []string{write(t, "h.csv",
		"户编号,楼栋编码,单元,楼层,房号,人数\nH1,B1,1,6,601,3\nH2,B1,2,6,601,4\n")}})
	if n := number(t, db, `select households * 100 + persons from buildings where not estimated`); n != 207 {
		t.Errorf("got %d, want 2 households with 7 persons, counted", n)
	}
}

func TestATableWithoutPlacesIsJoinedByCodeAndOutlivesTheFootprintsFile(t *testing.T) {
	db := testdb.New(t)
	footprints := importers.Request{Kind: "buildings", Source: "footprints", Files: []string{write(t, "f.csv",
		"code,wkt\nB1,\"POLYGON((105.81 30.11,105.8102 30.11,105.8102 30.1102,105.81 30.1102,105.81 30.11))\"\nB2,POINT(105.82 30.11)\n")}}
	run(t, db, footprints)
	if n := number(t, db, `select count(*) from buildings where estimated and floors = 1 and height_m = 3`); n != 2 {
		t.Fatalf("%d estimated buildings, want 2", n)
	}
	counted := importers.Request{Kind: "buildings", Source: "census", ReportDir: t.TempDir(), Files: []string{write(t, "c.csv",
		"楼栋编码,户数,人数,层数\nB1,40,100,8\nB9,1,1,1\n")}}
	r := run(t, db, counted)
	if got := r.Total(); got.Updated != 1 || got.Inserted != 0 || got.Rejected != 1 {
		t.Errorf("got %+v, want 1 updated, 1 refused", got)
	}
	if got := rejected(t, r)[3]; got != "geometry: missing, and no building has this code" {
		t.Errorf("line 3: got %q", got)
	}
	const want = `select count(*) from buildings where code = 'B1' and households = 40 and persons = 100 and floors = 8 and height_m = 24 and not estimated and source = 'footprints'`
	if n := number(t, db, want); n != 1 {
		t.Errorf("the count did not reach the building")
	}
	if got := run(t, db, footprints).Total(); got.Unchanged != 2 || number(t, db, want) != 1 {
		t.Errorf("the file of footprints again: got %+v, want nothing changed", got)
	}
	if got := run(t, db, counted).Total(); got.Updated != 0 {
		t.Errorf("the counts again: got %+v, want nothing changed", got)
	}
}

func TestTerrainIsKeptUnderItsHash(t *testing.T) {
	db := testdb.New(t)
	dir := t.TempDir()
	req := importers.Request{Kind: "terrain", Files: []string{realFile(t, "rhine_elevation.tif")}, DataDir: dir}
	if got := run(t, db, req).Total(); got.Inserted != 1 {
		t.Errorf("got %+v, want 1 inserted", got)
	}
	if got := run(t, db, req).Total(); got.Unchanged != 1 {
		t.Errorf("twice: got %+v, want 1 unchanged", got)
	}
	if n := number(t, db, `select count(*) from terrain_versions where width = 997 and height = 682 and cell_m between 700 and 800 and path like $1`, dir+"%"); n != 1 {
		t.Errorf("got %d versions of 997 × 682 cells of about 765 m", n)
	}
}

var errStop = errors.New("stopped by the test")

func TestACancelledImportLeavesNothing(t *testing.T) {
	db := testdb.New(t)
	ctx, cancel := context.WithCancelCause(context.Background())
	_, err := importers.Import(ctx, db.Pool, importers.Request{Kind: "shelters", Files: []string{manyShelters(t)}, ReportDir: t.TempDir(),
		Progress: func(importers.Progress) { cancel(errStop) }})
	if err == nil {
		t.Fatal("a cancelled import ended well")
	}
	if n := number(t, db, `select count(*) from shelters`); n != 0 {
		t.Errorf("%d rows went in", n)
	}
}

func manyShelters(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("id,name,lon,lat\n")
	for i := range 20_000 {
		fmt.Fprintf(&b, "%d,s,105.81,30.11\n", i)
	}
	return write(t, "many.csv", b.String())
}

// TestAnImportKilledInTheMiddleLeavesNothing runs itself as another process,
// which stands still in the middle of its file, and kills it with -9.
func TestAnImportKilledInTheMiddleLeavesNothing(t *testing.T) {
	if url := os.Getenv("IMPORT_VICTIM_URL"); url != "" {
		beVictim(t, url)
		return
	}
	db := testdb.New(t)
	cmd := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), "IMPORT_VICTIM_URL="+db.URL, "IMPORT_VICTIM_FILE="+manyShelters(t))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	halfway := false
	for !halfway && lines.Scan() {
		halfway = strings.Contains(lines.Text(), "halfway")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if !halfway {
		t.Fatal("the import never came halfway")
	}
	if n := number(t, db, `select count(*) from shelters`); n != 0 {
		t.Errorf("%d rows went in", n)
	}
	r := run(t, db, importers.Request{Kind: "shelters", Files: []string{manyShelters(t)}})
	if got := r.Total(); got.Inserted != 20_000 {
		t.Errorf("afterwards: got %+v, want 20,000 inserted", got)
	}
}

func beVictim(t *testing.T, url string) {
	pool, err := data.Open(context.Background(), url, data.PoolOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	_, err = importers.Import(context.Background(), pool, importers.Request{Kind: "shelters", Files: []string{os.Getenv("IMPORT_VICTIM_FILE")},
		Progress: func(p importers.Progress) {
			if p.Read == 10_000 {
				fmt.Println("halfway")
				select {}
			}
		}})
	t.Fatalf("the import went on: %v", err)
}

func TestAnAreaThatIsNotARasterIsRefused(t *testing.T) {
	db := testdb.New(t)
	path := write(t, "terrain.tif", "not a raster")
	_, err := importers.Import(context.Background(), db.Pool, importers.Request{Kind: "terrain", Files: []string{path}})
	if err == nil || !strings.Contains(err.Error(), filepath.Base(path)) {
		t.Errorf("got %v, want an error that names the file", err)
	}
}
