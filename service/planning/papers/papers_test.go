package papers_test

import (
	"archive/zip"
	"bytes"
	"context"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gridmap/data"
	"gridmap/data/testdb"
	"gridmap/data/testdb/fixture"
	"gridmap/importers/redraw/picture/lettering"
	"gridmap/service/planning/papers"
)

func TestMain(m *testing.M) { testdb.Main(m) }

func planner(scope string) data.Actor {
	return data.Actor{Account: "p", Role: "planner", ScopeCode: scope}
}

func written(t *testing.T, s *papers.Service, r papers.Request) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.Write(context.Background(), &b, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTheLedgerHasARowForEachGridWithItsBounds(t *testing.T) {
	db := testdb.New(t)
	fixture.Load(t, db.Pool)
	s := papers.New(db.Pool, nil)
	f, err := excelize.OpenReader(bytes.NewReader(written(t, s, papers.Request{Plan: 1, Paper: "ledger.xlsx", By: planner(fixture.District)})))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows("网格台账")
	if err != nil || len(rows) != fixture.Grids+1 {
		t.Fatalf("got %d rows, want a heading and %d grids, %v", len(rows), fixture.Grids, err)
	}
	for _, r := range rows[1:] {
		bounds := r[9]
		for _, side := range []string{"东至", "南至", "西至", "北至"} {
			if !strings.Contains(bounds, side) {
				t.Errorf("grid %s is bounded %q, without %s", r[2], bounds, side)
			}
		}
	}
	// Grid 2 of community A1 lies east of grid 1.
	if !strings.Contains(rows[1][9], "东至002网格") {
		t.Errorf("the first grid is bounded %q, want 002 in the east", rows[1][9])
	}
}

func TestFilesForOtherProgramsAreReadByGDAL(t *testing.T) {
	db := testdb.New(t)
	fixture.Load(t, db.Pool)
	s := papers.New(db.Pool, nil)
	folder := t.TempDir()
	gpkg := filepath.Join(folder, "grids.gpkg")
	if err := os.WriteFile(gpkg, written(t, s, papers.Request{Plan: 1, Paper: "grids.gpkg", By: planner(fixture.District)}), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("ogrinfo", "-so", "-al", gpkg).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Layer name: microgrids") || !strings.Contains(string(out), "Feature Count: 6") {
		t.Errorf("%v: %s", err, out)
	}
	for encoding, name := range map[string]string{"GBK": "grids-gbk.zip", "UTF-8": "grids-utf8.zip"} {
		body := written(t, s, papers.Request{Plan: 1, Paper: name, By: planner(fixture.District)})
		z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(filepath.Join(folder, encoding), z); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("ogrinfo", "-al", "-geom=NO", filepath.Join(folder, encoding, "grids.shp")).CombinedOutput()
		if err != nil || !strings.Contains(string(out), "东至") {
			t.Errorf("%s: %v: %s", encoding, err, out)
		}
	}
}

func TestAPaperIsRefusedOutsideTheScopeAndForAPlanWithoutGrids(t *testing.T) {
	db := testdb.New(t)
	fixture.Load(t, db.Pool)
	s := papers.New(db.Pool, nil)
	empty := fixture.Draft(t, db.Pool, fixture.A1, nil)
	for name, c := range map[string]struct {
		r    papers.Request
		want data.Code
	}{
		"the whole plan by somebody of a town": {papers.Request{Plan: 1, Paper: "ledger.xlsx", By: planner(fixture.West)}, data.Forbidden},
		"another town":                         {papers.Request{Plan: 1, Paper: "ledger.xlsx", Division: fixture.East, By: planner(fixture.West)}, data.Forbidden},
		"a plan that there is not":             {papers.Request{Plan: 99, Paper: "ledger.xlsx", By: planner(fixture.District)}, data.NotFound},
		"a paper that there is not":            {papers.Request{Plan: 1, Paper: "ledger.doc", By: planner(fixture.District)}, data.NotFound},
		"a draft that was not submitted":       {papers.Request{Plan: empty, Paper: "ledger.xlsx", By: planner(fixture.District)}, data.Conflict},
		"one's own town is given":              {papers.Request{Plan: 1, Paper: "ledger.xlsx", Division: fixture.West, By: planner(fixture.West)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			err := s.Write(context.Background(), &b, c.r)
			if data.CodeOf(err) != c.want || (c.want == "") != (err == nil) || err != nil && b.Len() > 0 {
				t.Fatalf("got %v and %d bytes, want %q", err, b.Len(), c.want)
			}
		})
	}
}

func TestMapsHaveAPageForEachCommunity(t *testing.T) {
	db := testdb.New(t)
	fixture.Load(t, db.Pool)
	letters, err := lettering.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	s := papers.New(db.Pool, letters)
	r := papers.Request{Plan: 1, Paper: "maps.pdf", By: planner(fixture.District)}
	body := written(t, s, r)
	if n := bytes.Count(body, []byte("/Type /Page\n")); n != 3 || !bytes.HasPrefix(body, []byte("%PDF-")) {
		t.Errorf("%d pages for 3 communities: %.60q", n, body)
	}
	if again := written(t, s, r); !bytes.Equal(body, again) {
		t.Error("the same plan gave other bytes")
	}
	picture := written(t, s, papers.Request{Plan: 1, Paper: "map.png", By: planner(fixture.District)})
	if _, err := png.Decode(bytes.NewReader(picture)); err != nil {
		t.Error(err)
	}
}
