package importers

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/peterstace/simplefeatures/geom"
	"github.com/xuri/excelize/v2"

	"github.com/paulmach/orb/encoding/wkb"
)

// checkRow holds what every decoder promises of a row: no geometry that is too
// large or not finite passes the border, and what passes is valid.
func checkRow(t *testing.T, row Row) {
	t.Helper()
	if row.Geom == nil || row.Err != nil || checkRange(row.Geom, 180, 90) != nil {
		return
	}
	for _, want := range []shape{pointShape, lineShape, areaShape, waterShape, footprintShape} {
		g, _, bad := admit(row.Geom, want)
		if bad != nil {
			continue
		}
		if n := vertices(g); n == 0 || n > MaxVertices {
			t.Fatalf("a geometry of %d vertices passed", n)
		}
		b, err := wkb.Marshal(g)
		if err != nil {
			t.Fatalf("a geometry passed that cannot be encoded: %v", err)
		}
		if _, err := geom.UnmarshalWKB(b); err != nil {
			t.Fatalf("a geometry passed that is not valid: %v", err)
		}
	}
}

func drain(t *testing.T, r Reader) {
	t.Helper()
	for range 10_000 {
		row, err := r.Next(context.Background())
		if err != nil {
			return
		}
		checkRow(t, row)
	}
}

func FuzzGeoJSON(f *testing.F) {
	f.Add([]byte(`{"type":"FeatureCollection","features":[{"type":"Feature","id":7,"properties":{"a":1,"b":null,"c":"\"]}"},"geometry":{"type":"Point","coordinates":[1,2,3]}}]}`))
	f.Add([]byte(`{"features":[{"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}},{"geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}}]}`))
	f.Add([]byte(`{"name":"features","x":{"features":[]},"features":[{"geometry":{"type":"LineString","coordinates":[[1e999,0],[NaN,1]]}},{}]}`))
	f.Add([]byte(`{"features":[{"geometry":{"type":"Polygon","coordinates":[]}},{"geometry":{"type":"MultiLineString","coordinates":[[],[[1,1],[1,1]]]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s := newFeatureScanner(bytes.NewReader(b))
		for n := int64(1); ; n++ {
			text, err := s.next()
			if err != nil {
				if err != io.EOF && errors.Is(err, io.EOF) {
					t.Fatalf("a broken file passes for its end: %v", err)
				}
				return
			}
			row, _ := decodeFeature(text, n)
			checkRow(t, row)
			longFeature(text, n)
		}
	})
}

func FuzzWKT(f *testing.F) {
	for _, s := range []string{"POINT(1 2)", "POINT EMPTY", "POLYGON((0 0,1 0,1 1,0 0))", "MULTIPOLYGON(((0 0,1 1,1 0,0 1,0 0)))", "SRID=4490;LINESTRING(1 2,3 4)",
		"POLYGON((0 0,1 0,1 1))", "GEOMETRYCOLLECTION(POINT(1 2))", "POINT(nan inf)", "MULTIPOINT((1 2))", "POLYGON Z((0 0 1,1 0 1,1 1 1,0 0 1))", "POLYGON(("} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g, bad := parseWKT(s)
		checkRow(t, Row{Geom: g, Err: bad})
	})
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("id,lon,lat\n1,105.8,30.1\n\"2\n3,\"a\nb\",1\n"))
	f.Add([]byte("\xb1\xe0\xc2\xeb,\xbe\xad\xb6\xc8,\xce\xb3\xb6\xc8\nS1,105.84,30.19\n"))
	f.Add([]byte("\xff\xfei\x00d\x00,\x00x\x00\n\x001\x00,\x002\x00\n\x00"))
	f.Add([]byte("\xef\xbb\xbfa;b;wkt\r\n1;2;POINT(1 2)\r\n\r\n;;;;;\r\n"))
	f.Add([]byte("\"\"\"\n\n\n\"a\"b,c\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := newCSV(bytes.NewReader(b), openOptions{})
		if err != nil {
			return
		}
		drain(t, r)
	})
}

// FuzzRecordScanner holds that records are the lines of the text, each once and
// in order.
func FuzzRecordScanner(f *testing.F) {
	f.Add("a,b\n\"c\nd\",e\n\"f\ng\n")
	f.Add("\"\n\"\n\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "\r") {
			return
		}
		s := newRecordScanner(strings.NewReader(text))
		var lines []string
		for {
			record, line, err := s.next()
			if err == io.EOF {
				break
			}
			if err != nil && !errors.Is(err, errOpenQuote) {
				t.Fatal(err)
			}
			if line != int64(len(lines)+1) {
				t.Fatalf("a record says it begins in line %d, it is line %d", line, len(lines)+1)
			}
			lines = append(lines, strings.Split(record, "\n")...)
		}
		if got := strings.Join(lines, "\n"); got != strings.TrimSuffix(text, "\n") {
			t.Fatalf("got %q, want %q", got, text)
		}
	})
}

func FuzzXLSX(f *testing.F) {
	book := excelize.NewFile()
	for i, row := range [][]any{{"编码", "lon", "lat", "wkt"}, {5.00152001001e11, 105.8, 30.1, ""}, {"2", "x", "", "POINT(1 2)"}} {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := book.SetSheetRow("Sheet1", cell, &row); err != nil {
			f.Fatal(err)
		}
	}
	b, err := book.WriteToBuffer()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "a.xlsx")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := openXLSX(path, openOptions{})
		if err != nil {
			return
		}
		defer r.Close()
		drain(t, r)
	})
}

func FuzzOGRInfo(f *testing.F) {
	f.Add("INFO\n\nLayer name: a\nGeometry: Point\nFeature Count: 3\nLayer SRS WKT:\nGEOGCRS[\"x\"]\nData axis to CRS axis mapping: 2,1\nFID Column = fid\nname: String (0.0)\n")
	f.Add("\nLayer name: a\nLayer SRS WKT:\n(unknown)\nid: Integer64 (0.0) UNIQUE\n")
	f.Fuzz(func(t *testing.T, text string) {
		layer, err := parseLayer("a", text)
		if err == nil && strings.Contains(layer.crs, "Data axis to CRS axis mapping:") {
			t.Fatalf("the coordinate system runs over its end: %q", layer.crs)
		}
	})
}

func FuzzTransformed(f *testing.F) {
	f.Add("105.8 30.1\ntransformation failed.\n1 2 3\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		points, held := pointersTo(4)
		n, _ := readTransformed(strings.NewReader(text), points)
		if n > len(held)+1 {
			t.Fatalf("%d positions read into %d", n, len(held))
		}
	})
}
