package archive_test

import (
	"bytes"
	"os"
	"runtime"
	"testing"

	"gridmap/tiles"
	"gridmap/tiles/archive"
)

// FuzzReaderReadsOrRefuses holds that no archive, however it lies, brings the
// server down that was given it, nor takes its memory.
func FuzzReaderReadsOrRefuses(f *testing.F) {
	b, err := os.ReadFile(pmtiles(f, sample(f, 60)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b, uint8(7), uint32(3), uint32(5))
	f.Add(b[:127], uint8(0), uint32(0), uint32(0))
	f.Add(b[:len(b)/2], uint8(14), uint32(199), uint32(199))
	f.Fuzz(func(t *testing.T, b []byte, z uint8, x, y uint32) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r, err := archive.NewReader(bytes.NewReader(b))
		if err == nil {
			_ = r.Info()
			_, _ = r.Tile(tiles.ID{Z: z % 23, X: x % (1 << (z % 23)), Y: y % (1 << (z % 23))})
		}
		runtime.ReadMemStats(&after)
		if got := (after.TotalAlloc - before.TotalAlloc) >> 20; got > 256 {
			t.Fatalf("%d bytes took %d MB, want at most 256", len(b), got)
		}
	})
}
