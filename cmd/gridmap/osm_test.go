package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// buildingsInExtract is what the extract holds by GDAL's own count.
const buildingsInExtract = 3723

func TestRealExtractIsImportedServedAndReadByGDAL(t *testing.T) {
	extract := filepath.Join("..", "..", "..", "shared", "data", "real", "liechtenstein-2013-08-03.osm.pbf")
	if _, err := os.Stat(extract); err != nil {
		t.Skip("the real extract of OpenStreetMap is not here")
	}
	dir := shop.Folder(t)
	began := time.Now()
	mustRun(t, dir, "import", "osm", extract)
	t.Logf("imported in %v, the making of the database among it", time.Since(began).Round(100*time.Millisecond))
	s := start(t, dir, "serve")
	token := mustRun(t, dir, "token", "create", "--role", "planner", "--scope", districtIn(t, dir), "--days", "1")
	counts := map[string]int{}
	seen := map[uint64]bool{}
	for _, path := range s.tilesOf(token, "buildings", 14) {
		ids := s.features(token, path)["buildings"]
		counts[path] = len(ids)
		for id := range ids {
			seen[id] = true
		}
	}
	if len(seen) != buildingsInExtract {
		t.Errorf("the tiles of zoom 14 hold %d buildings, want %d", len(seen), buildingsInExtract)
	}
	if _, err := exec.LookPath("ogrinfo"); err != nil {
		t.Skip("ogrinfo is not installed (package gdal-bin)")
	}
	asked := 0
	for path, want := range counts {
		if want == 0 {
			continue
		}
		if got := gdalCount(t, s.Address+path, token); got != want {
			t.Errorf("%s: GDAL counts %s buildings, want %d", path, fmt.Sprint(got), want)
		}
		if asked++; asked == 12 {
			break
		}
	}
	t.Logf("%d tiles hold %d buildings; GDAL counted %d of the tiles", len(counts), len(seen), asked)
}

// districtIn is the code that the import gave the district.
func districtIn(t *testing.T, dir string) (code string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, databaseURL(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if err := conn.QueryRow(ctx, `select code from divisions where level = 'district'`).Scan(&code); err != nil {
		t.Fatal(err)
	}
	return code
}

// tilesOf are the tiles of a zoom that cover the map's bounds.
func (s *server) tilesOf(token, layers string, z int) []string {
	s.t.Helper()
	var doc struct{ Bounds [4]float64 }
	if err := json.Unmarshal(s.MustGet(token, "/tiles/"+layers+".json").Body, &doc); err != nil {
		s.t.Fatal(err)
	}
	var paths []string
	x0, y0 := tileAt(z, doc.Bounds[0], doc.Bounds[3])
	x1, y1 := tileAt(z, doc.Bounds[2], doc.Bounds[1])
	for x := x0; x <= x1; x++ {
		for y := y0; y <= y1; y++ {
			paths = append(paths, fmt.Sprintf("/tiles/%s/%d/%d/%d.mvt", layers, z, x, y))
		}
	}
	return paths
}

// gdalCount is how many buildings GDAL reads from a tile's address.
func gdalCount(t *testing.T, url, token string) (n int) {
	t.Helper()
	cmd := exec.Command("ogrinfo", "-ro", "-so", "MVT:"+url, "buildings")
	cmd.Env = append(os.Environ(), "GDAL_HTTP_HEADERS=Authorization: Bearer "+token)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("ogrinfo %s: %v: %s", url, err, out)
	}
	m := regexp.MustCompile(`Feature Count: (\d+)`).FindSubmatch(out)
	if m == nil {
		t.Fatalf("ogrinfo %s counts nothing: %s", url, out)
	}
	if _, err := fmt.Sscan(string(m[1]), &n); err != nil {
		t.Fatal(err)
	}
	return n
}
