package archive_test

import (
	"bytes"
	"os"
	"testing"

	"gridmap/tiles"
	"gridmap/tiles/archive"
)

// FuzzAnArchiveReadsOrIsRefused gives the reader files that lie: whatever stands in
// them, it answers or refuses, and takes no more memory than one part may have.
func FuzzAnArchiveReadsOrIsRefused(f *testing.F) {
	for _, n := range []int{1, 50} {
		whole, err := os.ReadFile(pmtiles(f, sample(f, n)))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(whole)
		f.Add(whole[:len(whole)/2])
		lies := bytes.Clone(whole)
		for i := 8; i < 96; i += 8 {
			lies[i+3] = 0xff // lengths and places of gigabytes
		}
		f.Add(lies)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := archive.NewReader(bytes.NewReader(file))
		if err != nil {
			return
		}
		for z := range uint8(15) {
			_, _ = r.Tile(tiles.ID{Z: z}) // an error is an answer
			_, _ = r.Tile(tiles.ID{Z: z, X: 1<<z - 1, Y: 1<<z - 1})
		}
	})
}
