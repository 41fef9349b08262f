package api

import (
	"strconv"
	"strings"

	"gridmap/tiles"
)

// encodingFor chooses the content encoding of a tile by Accept-Encoding (RFC 9110,
// 12.5.3): what the client likes best, and of what it likes equally the quickest
// to make. Without a header tiles go as they are.
func encodingFor(header string) tiles.Encoding {
	best, bestQ := tiles.Identity, 0.0
	for _, enc := range [...]tiles.Encoding{tiles.Zstd, tiles.Brotli, tiles.Gzip} {
		if q := weightOf(header, string(enc)); q > bestQ {
			best, bestQ = enc, q
		}
	}
	return best
}

// weightOf is the weight that a header gives to a coding, by its name or by *;
// 0: it is not accepted.
func weightOf(header, coding string) float64 {
	rest := 0.0
	for header != "" {
		var part string
		part, header, _ = strings.Cut(header, ",")
		name, params, _ := strings.Cut(part, ";")
		q := 1.0
		if value, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q="); ok {
			q = 0
			if v, err := strconv.ParseFloat(value, 64); err == nil && v <= 1 {
				q = v
			}
		}
		switch name = strings.TrimSpace(name); {
		case strings.EqualFold(name, coding):
			return q
		case name == "*":
			rest = q
		}
	}
	return rest
}
