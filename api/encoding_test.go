package api

import (
	"testing"

	"gridmap/tiles"
)

func TestTilesAreEncodedAsTheClientAsks(t *testing.T) {
	for _, c := range []struct {
		name, header string
		want         tiles.Encoding
	}{
		{"a client that says nothing gets them as they are", "", tiles.Identity},
		{"a browser over HTTP gets gzip", "gzip, deflate", tiles.Gzip},
		{"a browser over HTTPS gets zstd", "gzip, deflate, br, zstd", tiles.Zstd},
		{"a browser without zstd gets brotli", "gzip, deflate, br", tiles.Brotli},
		{"the heavier weight wins", "zstd;q=0.5, gzip;q=0.8", tiles.Gzip},
		{"what weighs nothing is refused", "gzip;q=0, br; q=0.000", tiles.Identity},
		{"a star stands for the rest", "*;q=0.1, gzip", tiles.Gzip},
		{"a star alone lets us choose", "*", tiles.Zstd},
		{"a star can refuse", "*;q=0", tiles.Identity},
		{"names have no case", "GZip", tiles.Gzip},
		{"an unknown coding is passed over", "compress, x-gzip", tiles.Identity},
		{"a weight that is none refuses", "gzip;q=much", tiles.Identity},
		{"a weight of not-a-number refuses", "gzip;q=NaN", tiles.Identity},
	} {
		if got := encodingFor(c.header); got != c.want {
			t.Errorf("%s: got %s for %q, want %s", c.name, got, c.header, c.want)
		}
	}
}
