package flood

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gridmap/geo/raster"
)

// slope is a small terrain with a river.
func slope(t testing.TB) *Terrain {
	t.Helper()
	dem := raster.New(raster.Grid{Width: 37, Height: 23, West: 500, North: 900, DX: 10, DY: 10, System: raster.System{EPSG: 4544}})
	random := rand.New(rand.NewPCG(4, 2))
	for i := range dem.Values {
		dem.Values[i] = float32(100-i/37) + float32(random.IntN(9))/4
	}
	terrain, err := Build(dem, Options{StreamAreaKM2: 0.003, ReachM: 60})
	if err != nil {
		t.Fatal(err)
	}
	return terrain
}

func saved(t testing.TB) (string, *Terrain) {
	t.Helper()
	path, terrain := filepath.Join(t.TempDir(), "valley.terrain"), slope(t)
	if err := terrain.Save(path, Provenance{Sources: map[string]string{"dem": "ab12"}, Options: "stream area 0.003 km2", Program: "test"}); err != nil {
		t.Fatal(err)
	}
	return path, terrain
}

func TestATerrainComesBackAsItWasSaved(t *testing.T) {
	path, want := saved(t)
	got, made, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if made.Sources["dem"] != "ab12" || made.Program != "test" {
		t.Errorf("got provenance %+v", made)
	}
	_, wantRaw, _ := want.parts()
	names, gotRaw, _ := got.parts()
	for i, name := range names {
		if !bytes.Equal(gotRaw[i], wantRaw[i]) {
			t.Errorf("%s differs", name)
		}
	}
	if got.Grid != want.Grid || got.Connectivity != want.Connectivity || !slices.Equal(got.Wet(got.Uniform(2)), want.Wet(want.Uniform(2))) {
		t.Errorf("got %+v, want %+v", got.Grid, want.Grid)
	}
	again := filepath.Join(t.TempDir(), "again")
	if err := got.Save(again, made); err != nil {
		t.Fatal(err)
	}
	a, _ := os.ReadFile(path)
	if b, _ := os.ReadFile(again); !bytes.Equal(a, b) {
		t.Error("saved again it has other bytes")
	}
	if err := got.Close(); err != nil {
		t.Fatal(err)
	}
	if err := got.Close(); err != nil {
		t.Fatalf("closed twice: %v", err)
	}
}

func TestASpoiledTerrainIsRefusedByName(t *testing.T) {
	path, _ := saved(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	try := func(name string, b []byte) {
		t.Helper()
		spoiled := filepath.Join(t.TempDir(), "spoiled.terrain")
		if err := os.WriteFile(spoiled, b, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, _, err := Open(spoiled); err == nil || !strings.Contains(err.Error(), "spoiled.terrain") {
			t.Errorf("%s: got %v, want an error that names the file", name, err)
		}
	}
	try("nothing", nil)
	try("another file", []byte(strings.Repeat("GeoTIFF ", 40)))
	for _, n := range []int{10, 60, 400, 2000, len(whole) / 2, len(whole) - 1} {
		try("cut short", whole[:n])
	}
	random := rand.New(rand.NewPCG(1, 1))
	for range 60 {
		at := random.IntN(len(whole))
		// Bytes between the arrays are the only ones that may change: there is nothing.
		if head, from, err := decodeHead(whole); err != nil {
			t.Fatal(err)
		} else if !slices.ContainsFunc(head.Parts, func(p storePart) bool { return int64(at) >= from+p.Offset && int64(at) < from+p.Offset+p.Bytes }) && int64(at) > from-storeAlign {
			continue
		}
		b := bytes.Clone(whole)
		b[at] ^= 1 << random.IntN(8)
		try("a bit turned", b)
	}
	if _, _, err := Open(filepath.Join(t.TempDir(), "none.terrain")); err == nil || !strings.Contains(err.Error(), "none.terrain") {
		t.Errorf("no such file: got %v", err)
	}
}

func FuzzAStoredTerrainReadsOrIsRefused(f *testing.F) {
	path, _ := saved(f)
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:200])
	f.Add([]byte(storeMagic))
	f.Fuzz(func(t *testing.T, b []byte) {
		terrain, _, err := decodeStore(b)
		if err == nil {
			terrain.Wet(terrain.Uniform(1))
		}
	})
}
