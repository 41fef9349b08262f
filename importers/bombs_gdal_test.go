package importers

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the driver
)

// made is a file of one polygon in another format, by ogr2ogr.
func made(t *testing.T, name string, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	in := `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"1"},"geometry":{"type":"Polygon","coordinates":[[[105,30],[105.1,30],[105.1,30.1],[105,30]]]}}]}`
	if err := RunOGR(context.Background(), strings.NewReader(in), append([]string{path, "/vsistdin/", "-a_srs", "EPSG:4490"}, args...)...); err != nil {
		t.Fatal(err)
	}
	return path
}

// inGeoPackage changes a GeoPackage behind the back of its triggers.
func inGeoPackage(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var triggers string
	if err := db.QueryRow(`select group_concat('drop trigger "' || name || '"', ';') from sqlite_master where type = 'trigger'`).Scan(&triggers); err != nil {
		t.Fatal(err)
	}
	for _, s := range append([]string{triggers}, statements...) {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// endlessLayer is a GeoPackage whose layer is a view that never ends.
func endlessLayer(t *testing.T) string {
	path := made(t, "a.gpkg", "-nln", "a", "-f", "GPKG")
	inGeoPackage(t, path, `alter table a rename to b`,
		`create view a as with recursive n(fid) as (select 1 union all select fid + 1 from n) select n.fid as fid, b.geom as geom, b.code as code from n join b on n.fid < 0`,
		`delete from gpkg_ogr_contents`, `delete from gpkg_extensions`)
	return path
}

func TestAGeoPackageThatNeverEndsIsGivenUp(t *testing.T) {
	path := endlessLayer(t)
	began := time.Now()
	const limit = 2 * time.Second
	if out, err := runGDALWithin(context.Background(), limit, "ogrinfo", "-ro", "-so", path, "a"); err == nil || !strings.Contains(err.Error(), "no answer within 2s") {
		t.Errorf("asked what is in it: got %q, %v, want it given up", out, err)
	}
	r := &gdalReader{path: path, layer: gdalLayer{name: "a", count: -1}}
	if err := r.start(context.Background(), nil, limit); err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	_, err := r.Next(context.Background())
	for err == nil {
		_, err = r.Next(context.Background())
	}
	if !strings.Contains(err.Error(), "nothing came for 2s") {
		t.Errorf("read: got %v, want it given up", err)
	}
	if took := time.Since(began); took > 10*limit {
		t.Errorf("took %v, want two waits of %v", took, limit)
	}
}

// patched overwrites a place of a file.
func patched(t *testing.T, path string, at int64, v uint32) string {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt(binary.LittleEndian.AppendUint32(nil, v), at)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestFilesThatLieAboutTheirSize take neither our memory nor GDAL's.
func TestFilesThatLieAboutTheirSize(t *testing.T) {
	shape := func(at int64, v uint32) func(*testing.T) string {
		return func(t *testing.T) string { return patched(t, made(t, "a.shp", "-f", "ESRI Shapefile"), at, v) }
	}
	blob := func(hex string) func(*testing.T) string {
		return func(t *testing.T) string {
			path := made(t, "a.gpkg", "-nln", "a", "-f", "GPKG")
			inGeoPackage(t, path, `update a set geom = x'`+hex+`'`)
			return path
		}
	}
	const head = "47500001" + "8a110000" // GeoPackage binary, EPSG:4490, no envelope
	for name, make := range map[string]func(*testing.T) string{
		"a shape of 268 million points":                      shape(100+8+40, 0x0fffffff),
		"a shape of 268 million parts":                       shape(100+8+36, 0x0fffffff),
		"a shape of a negative number of points":             shape(100+8+40, 0xffffffff),
		"a shapefile that says it is 8 GB":                   shape(24, 0xffffffff),
		"a shape whose record says it is 4 GB":               shape(104, 0xffffff7f),
		"a GeoPackage's polygon of 4 thousand million rings": blob(head + "0103000000" + "ffffffff"),
		"a GeoPackage's ring of 4 thousand million points":   blob(head + "0103000000" + "01000000" + "ffffffff"),
		"a GeoPackage's collections inside each other":       blob(head + strings.Repeat("010700000001000000", 100_000)),
		"a GeoPackage of zeros behind its head": func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "a.gpkg")
			return path + writeFile(t, path, append([]byte("SQLite format 3\x00"), make0(1<<20)...))
		},
		"a FlatGeobuf of nonsense behind its head": func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "a.fgb")
			return path + writeFile(t, path, append([]byte("fgb\x03fgb\x00"), bytes.Repeat([]byte{0xff}, 1<<20)...))
		},
		"a FlatGeobuf whose feature says it is 4 GB": func(t *testing.T) string {
			path := made(t, "a.fgb", "-f", "FlatGeobuf", "-lco", "SPATIAL_INDEX=NO")
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			return patched(t, path, 12+int64(binary.LittleEndian.Uint32(b[8:])), 0xffffffff)
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := make(t)
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			began, said := time.Now(), ""
			peak := peakHeap(func() {
				r, err := OpenRows(ctx, Source{Path: path, CRS: "EPSG:4490"})
				for rows := 0; err == nil; rows++ {
					var row Row
					if row, err = r.Next(ctx); row.Geom != nil && vertices(row.Geom) > 4 {
						t.Fatalf("row %d has %d vertices, want those of the file, 4, or none", rows, vertices(row.Geom))
					}
					if row.Err != nil {
						said = row.Err.Error()
					}
				}
				if r != nil {
					defer r.Close()
				}
				if !errors.Is(err, io.EOF) {
					said = err.Error()
				}
			})
			t.Logf("bombs| %s | %.120q | %v | %d MB", name, said, time.Since(began).Round(time.Millisecond), peak>>20)
			if took := time.Since(began); took > 20*time.Second || peak > 64<<20 {
				t.Errorf("took %v and %d MB", took, peak>>20)
			}
		})
	}
}

func make0(n int) []byte { return make([]byte, n) }

// writeFile writes, and answers nothing to be added to a path.
func writeFile(t *testing.T, path string, b []byte) string {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return ""
}

// TestAProcessThatTakesTooMuchMemoryIsStopped has tail keep 300 MB.
func TestAProcessThatTakesTooMuchMemoryIsStopped(t *testing.T) {
	cmd := exec.Command("sh", "-c", `read go; head -c 400000000 /dev/zero | tail -c 300000000 | wc -c`)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := bound(cmd, 64<<20); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(in, "go\n")
	_ = in.Close()
	_ = cmd.Wait() // of wc, which does not fail
	if got := strings.TrimSpace(out.String()); got == "300000000" || !strings.Contains(complaint.String(), "memory") {
		t.Errorf("got %s bytes and %q, want tail to run out of memory", got, complaint.String())
	}
}
