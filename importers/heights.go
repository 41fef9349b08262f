package importers

import (
	"encoding/json"

	"github.com/twpayne/go-geom/encoding/geojson"
)

// lowestHeight is the least height, in metres, among the vertices of a line that
// carries heights (RFC 7946, 3.1.1: the third number); ok is false for one that
// carries none. The map itself is flat: of heights only the deck of a bridge is
// kept, and go-geom, which keeps dimensions apart, reads them.
func lowestHeight(kind string, coordinates json.RawMessage) (metres float64, ok bool) {
	if kind != "LineString" && kind != "MultiLineString" {
		return 0, false
	}
	g, err := (&geojson.Geometry{Type: kind, Coordinates: &coordinates}).Decode()
	if err != nil || g.Layout().ZIndex() < 0 {
		return 0, false
	}
	flat, stride, z := g.FlatCoords(), g.Stride(), g.Layout().ZIndex()
	for i := z; i < len(flat); i += stride {
		if !ok || flat[i] < metres {
			metres, ok = flat[i], true
		}
	}
	return metres, ok
}
