package archive_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gridmap/tiles"
	"gridmap/tiles/archive"
)

func zipped(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestNumbersAreThoseOfTheSpecification(t *testing.T) {
	for _, c := range []struct {
		id   tiles.ID
		want uint64
	}{ // the examples of the specification, section 4.1.1
		{tiles.ID{Z: 0}, 0}, {tiles.ID{Z: 1}, 1}, {tiles.ID{Z: 1, Y: 1}, 2}, {tiles.ID{Z: 1, X: 1, Y: 1}, 3}, {tiles.ID{Z: 1, X: 1}, 4},
		{tiles.ID{Z: 2}, 5}, {tiles.ID{Z: 12, X: 3423, Y: 1763}, 19078479},
	} {
		if got := archive.Number(c.id); got != c.want {
			t.Errorf("tile %s has the number %d, want %d", c.id, got, c.want)
		}
	}
}

// sample is a set of tiles: some equal, some large, with gaps.
func sample(t testing.TB, n int) map[tiles.ID][]byte {
	t.Helper()
	rng := rand.New(rand.NewPCG(61, 62))
	sea := zipped(t, "the same everywhere")
	out := map[tiles.ID][]byte{}
	for len(out) < n {
		z := uint8(6 + rng.IntN(9))
		id := tiles.ID{Z: z, X: uint32(rng.IntN(min(1<<z, 200))), Y: uint32(rng.IntN(min(1<<z, 200)))}
		if out[id] = sea; rng.IntN(3) == 0 {
			out[id] = zipped(t, fmt.Sprint(id, strings.Repeat("x", rng.IntN(300))))
		}
	}
	return out
}

func write(t testing.TB, w archive.Writer, all map[tiles.ID][]byte) {
	t.Helper()
	var ids []tiles.ID
	for id := range all {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b tiles.ID) int { return int(archive.Number(a)) - int(archive.Number(b)) })
	for _, id := range ids {
		if err := w.Add(id, all[id]); err != nil {
			t.Fatal(err)
		}
	}
	info := archive.Info{MinZoom: 6, MaxZoom: 14, Bounds: [4]float64{105.5, 29.8, 106, 30.4}, Encoding: tiles.Gzip,
		Metadata: []byte(`{"name":"试","vector_layers":[{"id":"a","fields":{}}]}`)}
	if err := w.Close(info); err != nil {
		t.Fatal(err)
	}
}

func pmtiles(t testing.TB, all map[tiles.ID][]byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.pmtiles")
	w, err := archive.NewPMTiles(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, w, all)
	return path
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	for _, n := range []int{1, 50, 40_000} { // with and without leaf directories
		all := sample(t, n)
		r, err := archive.Open(pmtiles(t, all))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if i := r.Info(); i.MaxZoom != 14 || i.Encoding != tiles.Gzip || !strings.Contains(string(i.Metadata), "试") || i.Bounds[3] != 30.4 {
			t.Errorf("the archive of %d tiles says %+v of itself", n, i)
		}
		for id, want := range all {
			got, err := r.Tile(id)
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("of %d, tile %s has %d bytes and the error %v, want %d bytes", n, id, len(got), err, len(want))
			}
		}
		for x := range uint32(300) {
			id := tiles.ID{Z: 13, X: 300 + x, Y: x}
			if got, err := r.Tile(id); got != nil || err != nil {
				t.Fatalf("tile %s, which was not written, has %d bytes and the error %v", id, len(got), err)
			}
		}
	}
}

// readByJS reads tiles with the reader of PMTiles' own authors.
const readByJS = `
const { PMTiles } = require('pmtiles'), fs = require('fs');
const fd = fs.openSync(process.argv[1]);
const source = { getKey: () => 'f', getBytes: async (at, n) => {
	const b = Buffer.alloc(n), got = fs.readSync(fd, b, 0, n, at);
	return { data: b.buffer.slice(b.byteOffset, b.byteOffset + got) };
} };
(async () => {
	const p = new PMTiles(source), h = await p.getHeader();
	console.log(h.minZoom, h.maxZoom, h.tileType, h.tileCompression, h.clustered, (await p.getMetadata()).name);
	for (const line of fs.readFileSync(0, 'utf8').trim().split('\n')) {
		const t = await p.getZxy(...line.split('/').map(Number));
		console.log(line, t ? Buffer.from(t.data).toString() : '-');
	}
})();`

func TestTheReaderOfPMTilesAuthorsReadsTheSame(t *testing.T) {
	web, err := filepath.Abs("../../web")
	if err != nil {
		t.Fatal(err)
	}
	probe := exec.Command("node", "-e", "require('pmtiles')")
	if probe.Dir = web; probe.Run() != nil {
		t.Skip("node or its package pmtiles is not installed (npm --prefix web ci)")
	}
	all := sample(t, 20_000)
	var asked, want strings.Builder
	want.WriteString("6 14 1 2 true 试\n")
	n := 0
	for id, body := range all {
		if n++; n > 500 {
			break
		}
		fmt.Fprintln(&asked, id)
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&want, id, string(text))
	}
	cmd := exec.Command("node", "-e", readByJS, pmtiles(t, all))
	cmd.Dir, cmd.Stdin = web, strings.NewReader(asked.String())
	got, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("read by node: %v\n%s", err, got)
	}
	if string(got) != want.String() {
		t.Fatalf("the reader sees\n%.600s\nwant\n%.600s", got, want.String())
	}
}

func TestGDALReadsMBTiles(t *testing.T) {
	if _, err := exec.LookPath("ogrinfo"); err != nil {
		t.Skip("ogrinfo (Debian package gdal-bin) is not installed")
	}
	path := filepath.Join(t.TempDir(), "a.mbtiles")
	w, err := archive.NewMBTiles(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, w, sample(t, 100))
	out, err := exec.Command("ogrinfo", "-ro", "-so", path).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "using driver `MBTiles' successful") {
		t.Fatalf("ogrinfo says %v:\n%s", err, out)
	}
}

func TestABrokenArchiveIsAnErrorAndNothingWorse(t *testing.T) {
	all := sample(t, 5000)
	good, err := os.ReadFile(pmtiles(t, all))
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(63, 64))
	for range 300 {
		b := slices.Clone(good)
		if rng.IntN(2) == 0 {
			b = b[:rng.IntN(len(b))]
		}
		for range 1 + rng.IntN(20) {
			if len(b) > 0 {
				b[rng.IntN(min(len(b), 1+rng.IntN(20_000)))] = byte(rng.Uint32())
			}
		}
		r, err := archive.NewReader(bytes.NewReader(b))
		if err != nil {
			continue
		}
		for id := range all {
			if _, err := r.Tile(id); err != nil {
				break
			}
		}
	}
}

func TestTilesOutOfOrderAreRefused(t *testing.T) {
	w, err := archive.NewPMTiles(filepath.Join(t.TempDir(), "a.pmtiles"))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abandon()
	if err := w.Add(tiles.ID{Z: 7}, []byte{1}); err != nil {
		t.Fatal(err)
	}
	if w.Add(tiles.ID{Z: 6}, []byte{1}) == nil {
		t.Error("a tile of zoom 6 after one of zoom 7 is taken, want an error")
	}
}
