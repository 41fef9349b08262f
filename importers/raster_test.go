package importers

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// hill is an Arc/Info grid of 3 by 2 cells with a missing one.
const hill = "ncols 3\nnrows 2\nxllcorner 500000\nyllcorner 3340000\ncellsize 10\nNODATA_value -1\n100 200 -1\n10 20 30\n"

func TestRastersOfAllKindsComeInMetres(t *testing.T) {
	if _, err := exec.LookPath("gdal_translate"); err != nil {
		t.Skip("gdal-bin is not installed")
	}
	for _, c := range []struct {
		name     string
		crs      string // said by a person
		make     []string
		want     float32 // of the first cell
		areaM2   float64 // of a cell
		epsg     int
		wantFail string
	}{
		{"a plane in metres", "", []string{"-a_srs", "EPSG:4544"}, 100, 100, 4544, ""},
		{"a plane in US survey feet", "", []string{"-a_srs", "EPSG:2263"}, 100, 100 * 0.304800609601219 * 0.304800609601219, 2263, ""},
		{"heights in tenths, with a scale", "", []string{"-a_srs", "EPSG:4544", "-a_scale", "0.1", "-a_offset", "5"}, 15, 100, 4544, ""},
		{"a system of our own", "", []string{"-a_srs", "+proj=tmerc +lon_0=105.5 +x_0=500000 +ellps=GRS80 +units=m"}, 100, 100, 0, ""},
		{"a compound system", "", []string{"-a_srs", "EPSG:25832+5783"}, 100, 100, 25832, ""},
		{"Web Mercator, whose metres are short", "", []string{"-a_srs", "EPSG:3857", "-a_ullr", "500000", "3340020", "500030", "3340000"}, 100, 76.65, 3857, ""},
		{"a system said by a person", "EPSG:4544", nil, 100, 100, 4544, ""},
		{"no system at all", "", nil, 0, 0, 0, "names no coordinate system"},
		{"a rotated raster", "", []string{"-a_srs", "EPSG:4544", "-a_gt", "500000", "10", "1", "3340000", "1", "-10"}, 0, 0, 0, "rotated"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			in, path := filepath.Join(dir, "hill.asc"), filepath.Join(dir, "hill.tif")
			if err := os.WriteFile(in, []byte(hill), 0o644); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command("gdal_translate", append(append([]string{"-q", "-ot", "Float32"}, c.make...), in, path)...).CombinedOutput(); err != nil {
				t.Skipf("this GDAL does not write it: %s", out)
			}
			r, err := ReadRaster(t.Context(), path, c.crs)
			if c.wantFail != "" {
				if err == nil || !strings.Contains(err.Error(), c.wantFail) {
					t.Fatalf("got %v, want an error with %q", err, c.wantFail)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Values[0]; math.Abs(float64(got-c.want)) > 1e-4 {
				t.Errorf("got a first cell of %v, want %v", got, c.want)
			}
			if v := r.Values[2]; v == v {
				t.Errorf("got %v for the missing cell, want none", v)
			}
			if got := r.CellAreasM2()[0]; math.Abs(got/c.areaM2-1) > 0.01 {
				t.Errorf("got a cell of %v m2, want %v", got, c.areaM2)
			}
			if r.System.EPSG != c.epsg {
				t.Errorf("got EPSG:%d, want EPSG:%d", r.System.EPSG, c.epsg)
			}
		})
	}
	t.Run("an Arc/Info grid through GDAL", func(t *testing.T) {
		in := filepath.Join(t.TempDir(), "hill.asc")
		if err := os.WriteFile(in, []byte(hill), 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := ReadRaster(t.Context(), in, "EPSG:4544")
		if err != nil {
			t.Fatal(err)
		}
		if r.Width != 3 || r.Height != 2 || r.Values[5] != 30 || r.System.EPSG != 4544 {
			t.Fatalf("got %+v %v", r.Grid, r.Values)
		}
	})
}
