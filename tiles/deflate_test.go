package tiles

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	kgzip "github.com/klauspost/compress/gzip"
	"github.com/paulmach/orb"
)

// unpacked is what the standard library makes of a gzip member.
func unpacked(t testing.TB, b []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("read the header: %v", err)
	}
	out, err := io.ReadAll(r) // checks the sum and the length
	if err != nil {
		t.Fatalf("unpack: %v", err)
	}
	return out
}

func TestSmallTilesUnpackToWhatTheyWere(t *testing.T) {
	random := func(n, letters int) []byte {
		r := rand.New(rand.NewPCG(uint64(n), uint64(letters)))
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(r.IntN(letters) * 255 / max(1, letters-1))
		}
		return b
	}
	cases := map[string][]byte{
		"nothing":                      {},
		"one byte":                     {7},
		"three bytes":                  []byte("abc"),
		"a run of the longest match":   bytes.Repeat([]byte{0}, maxMatch+1),
		"one byte more than that":      bytes.Repeat([]byte{9}, maxMatch+2),
		"a run that fills it":          bytes.Repeat([]byte{255}, fixedTile),
		"a match from end to end":      append(append([]byte("网格数字化"), random(fixedTile-30, 256)...), "网格数字化"...),
		"words that come again":        []byte(strings.Repeat("communities grids code name ", 30)),
		"a match that ends at the end": []byte("abcdefgabcdefg"),
	}
	d := newDeflater()
	for name, raw := range cases {
		t.Run(name, func(t *testing.T) {
			if got := unpacked(t, d.gzip(nil, raw)); !bytes.Equal(got, raw) {
				t.Errorf("got %q, want %q", got, raw)
			}
		})
	}
	for n := 0; n <= fixedTile; n += 1 + n/100 {
		for _, letters := range []int{2, 5, 256} {
			raw := random(n, letters)
			if got := unpacked(t, d.gzip([]byte{}, raw)); !bytes.Equal(got, raw) {
				t.Fatalf("%d bytes of %d letters come back as others", n, letters)
			}
		}
	}
}

// smallTiles are encoded tiles of houses within a grid, as at high zooms.
func smallTiles(t testing.TB) (out [][]byte) {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	square := func(x, y, size float64) orb.Polygon {
		return orb.Polygon{{{x, y}, {x + size, y}, {x + size, y + size*0.7}, {x, y + size*0.8}, {x, y}}}
	}
	var houses []Feature
	for i := range 400 {
		houses = append(houses, Feature{ID: uint64(9000 + i), Geometry: square(105.80+r.Float64()*0.01, 30.10+r.Float64()*0.01, 0.0002),
			Values: []Value{String([]string{"farmhouse", "slab", "tower"}[i%3]), Int(r.Int64N(30)), Float(float64(r.IntN(40)) * 3.3)}})
	}
	grid := []Feature{{ID: 17, Geometry: square(105.7, 30.0, 0.3), Values: []Value{String("500152113008003"), String("第003网格"), Int(353)}}}
	var layers []*Snapshot
	for _, l := range []struct {
		name     string
		keys     []string
		features []Feature
	}{{"grids", []string{"code", "name", "households"}, grid}, {"buildings", []string{"kind", "floors", "height_m"}, houses}} {
		packed, err := NewLayer(l.name, l.keys, l.features)
		if err != nil {
			t.Fatal(err)
		}
		layers = append(layers, NewSnapshot(packed))
	}
	x, y := World(105.80, 30.11)
	var e Encoder
	for i := range uint32(64) {
		raw, _ := e.Encode(nil, ID{Z: 18, X: uint32(x)>>12 + i%8, Y: uint32(y)>>12 + i/8}, layers, 0)
		if len(raw) > 0 && len(raw) <= fixedTile {
			out = append(out, raw)
		}
	}
	if len(out) < 10 {
		t.Fatalf("only %d small tiles, want more to compare", len(out))
	}
	return out
}

func TestSmallTilesAreAboutAsSmallAsWithACodeOfTheirOwn(t *testing.T) {
	fixed, own := 0, 0
	d := newDeflater()
	for _, raw := range smallTiles(t) {
		fixed += len(d.gzip(nil, raw))
		var b bytes.Buffer
		w, err := gzip.NewWriterLevel(&b, gzipLevel)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write(raw) // a buffer takes everything
		_ = w.Close()
		own += b.Len()
	}
	if fixed*100 > own*105 {
		t.Errorf("the fixed code takes %d bytes, want about the %d of codes made for each tile", fixed, own)
	}
}

func BenchmarkSmallTiles(b *testing.B) {
	list := smallTiles(b)
	b.Run("fixed code", func(b *testing.B) {
		d, out := newDeflater(), []byte(nil)
		for i := 0; b.Loop(); i++ {
			out = d.gzip(out[:0], list[i%len(list)])
		}
	})
	b.Run("baseline, a code for each", func(b *testing.B) {
		var out bytes.Buffer
		w := kgzip.NewWriter(&out)
		for i := 0; b.Loop(); i++ {
			out.Reset()
			w.Reset(&out)
			_, _ = w.Write(list[i%len(list)])
			_ = w.Close()
		}
	})
}

func FuzzSmallTilesUnpackToWhatTheyWere(f *testing.F) {
	f.Add([]byte("code name town kind"))
	f.Add(bytes.Repeat([]byte{1, 2}, 200))
	d := newDeflater()
	f.Fuzz(func(t *testing.T, raw []byte) {
		raw = raw[:min(len(raw), fixedTile)]
		if got := unpacked(t, d.gzip(nil, raw)); !bytes.Equal(got, raw) {
			t.Errorf("got %x, want %x", got, raw)
		}
	})
}
