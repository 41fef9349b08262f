package geotiff_test

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"testing"

	"gridmap/geo/geotiff"
)

// tiny is a TIFF of one strip with the given short tags' values.
func tiny(width, height, compression, stripBytes uint32) []byte {
	var b bytes.Buffer
	b.WriteString("II*\x00\x08\x00\x00\x00")
	tags := [][2]uint32{{256, width}, {257, height}, {258, 32}, {259, compression}, {273, 8}, {277, 1}, {278, height}, {279, stripBytes}, {339, 3}}
	put := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) }
	put(uint16(len(tags) + 2))
	for _, t := range tags {
		put(uint16(t[0]))
		put(uint16(4))
		put(uint32(1))
		put(t[1])
	}
	at := uint32(b.Len() + 2*12 + 4)
	for i, t := range []struct{ tag, n uint32 }{{33550, 3}, {33922, 6}} { // pixel scale, tie point
		put(uint16(t.tag))
		put(uint16(12))
		put(t.n)
		put(at + uint32(i)*24)
	}
	put(uint32(0))
	for _, v := range []float64{1, 1, 0, 0, 0, 0, 105, 30, 0} {
		put(v)
	}
	return b.Bytes()
}

func TestATinyFileWithGiantDimensionsCostsNoMemory(t *testing.T) {
	for name, b := range map[string][]byte{
		"one strip of deflate for 400 million cells":  tiny(20_000, 20_000, 8, 100),
		"one strip of LZW for 400 million cells":      tiny(20_000, 20_000, 5, 100),
		"a strip that says it has all its bytes":      tiny(10_000, 1_000, 1, 40_000_000),
		"a strip of no bytes for 400 million cells":   tiny(20_000, 20_000, 1, 0),
		"more cells than a raster may have":           tiny(1<<31, 1<<31, 1, 100),
		"a strip whose size is the largest there is":  tiny(20_000, 20_000, 8, 1<<32-1),
		"a strip of no compression that is too short": tiny(20_000, 20_000, 1, 100),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := geotiff.Decode(bytes.NewReader(b))
			runtime.ReadMemStats(&after)
			if err == nil {
				t.Fatal("it was read")
			}
			t.Log(err)
			if got := (after.TotalAlloc - before.TotalAlloc) >> 20; got > 64 {
				t.Errorf("it took %d MB to refuse %d bytes, want at most 64", got, len(b))
			}
		})
	}
}
