package importers

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// FuzzXMLIsNeverDeeperThanItLooks holds the look at a workbook's tags against a
// reader of XML: what nests deeper than the bound, or has more tags, for the
// reader, is refused by the look.
func FuzzXMLIsNeverDeeperThanItLooks(f *testing.F) {
	for _, s := range []string{`<a><b c="/>"/><!-- > <x> --><![CDATA[<y>]]><?z <?></a>`, strings.Repeat("<a>", 70), strings.Repeat("<a>", 65) + strings.Repeat("</a>", 65), `<!DOCTYPE a><a/>`,
		"<row><c/><x:c/></row>", `<a b='">'></a>`, "<a", "<>", "</a></a></a><b>", "<!--->", "<a/ >", `<a b="1"c="2"/>`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		x := xmlInspector{in: bufio.NewReader(bytes.NewReader(b)), most: 200}
		refused := x.inspect()
		d := xml.NewDecoder(bytes.NewReader(b))
		depth, tags, deepest := 0, 0, 0
		for {
			token, err := d.RawToken() // Token refuses more: end tags that do not match
			if err != nil {
				break
			}
			switch token.(type) {
			case xml.StartElement:
				depth, tags = depth+1, tags+1
				deepest = max(deepest, depth)
			case xml.EndElement:
				depth--
			}
			if depth < 0 {
				return // not XML: the reader stops
			}
		}
		// A tag that closes at once is as deep as its parent for the look.
		if refused == nil && (deepest > maxXMLDepth+1 || tags > 200) {
			t.Fatalf("%.300q: not refused, but %d deep and of %d tags", b, deepest, tags)
		}
	})
}

// FuzzCoordinates holds what is decoded of coordinates against encoding/json.
func FuzzCoordinates(f *testing.F) {
	for _, s := range []string{"[1,2]", "[1.5e3,-2,3]", "[[1,2],[3,4]]", "[[[0,0],[1,0],[1,1],[0,0]]]", "[1e999,0]", "[]", "[[],[]]", "[[[[", "[01,2]", "[1,2]x"} {
		for _, kind := range []string{"Point", "LineString", "Polygon", "MultiPolygon"} {
			f.Add(kind, []byte(s))
		}
	}
	f.Fuzz(func(t *testing.T, kind string, b []byte) {
		g, err := decodeCoordinates(kind, b)
		if m, ok := lowestHeight(kind, b); ok && math.IsNaN(m) {
			t.Fatalf("%q: the lowest height is no number", b)
		}
		if err != nil || kind != "LineString" || !json.Valid(b) {
			return
		}
		var want [][]float64
		if json.Unmarshal(b, &want) != nil {
			return // beyond what JSON's numbers hold
		}
		i := 0
		eachPoint(g, func(p orb.Point) bool {
			if p[0] != want[i][0] || p[1] != want[i][1] {
				t.Fatalf("%q: vertex %d is %v, want %v", b, i, p, want[i])
			}
			i++
			return true
		})
		if i != len(want) {
			t.Fatalf("%q: %d vertices, want %d", b, i, len(want))
		}
	})
}

// FuzzCoordinateSystems reads any text for a WKT of a coordinate system, as
// gdalinfo gives it for a file that somebody made.
func FuzzCoordinateSystems(f *testing.F) {
	f.Add(`PROJCRS["x",BASEGEOGCRS["y"],CS[Cartesian,2],LENGTHUNIT["metre",1],ID["EPSG",4544]]`)
	f.Add(`COMPOUNDCRS["x",GEOGCRS["y"],VERTCRS["z",ID["EPSG",5773]]]`)
	f.Add(`GEODCRS[,VERTCRS[`)
	f.Fuzz(func(t *testing.T, wkt string) {
		s, err := systemOf(wkt)
		if err == nil && !s.Geographic && s.UnitM < 0 {
			t.Fatalf("%q: a unit of %v m", wkt, s.UnitM)
		}
		_ = checkCRS(wkt)
		_ = isLonLat(wkt)
		_, _ = codePage(wkt)
		_ = osmHeight(map[string]string{"height": wkt, "building_levels": wkt})
	})
}
