package importers

import (
	"archive/zip"
	"bufio"
	"bytes"
	"fmt"
	"hash/crc32"
	"strings"

	"compress/flate"
)

func fileBombs() map[string]fileBomb {
	cells := func(cell string, n int) func(w *bufio.Writer) {
		return func(w *bufio.Writer) {
			_, _ = w.WriteString(headRow)
			repeat(w, "<row>"+cell+"</row>", n)
		}
	}
	return map[string]fileBomb{
		"a zip of zeros, 1000 to 1":                      {name: "a.xlsx", write: book(map[string]func(*bufio.Writer){"xl/media/a.bin": zeros(600 << 20)}), want: "more than 512 MB", slow: true},
		"a sheet of zeros, 1000 to 1":                    {name: "a.xlsx", write: asSheet(zeros(400 << 20)), want: "more than 1048576 bytes", slow: true},
		"a picture of 200 MB of zeros":                   {name: "a.xlsx", write: book(map[string]func(*bufio.Writer){"xl/media/a.bin": zeros(200 << 20)}), want: "beside its sheets"},
		"a zip in a zip in a zip":                        {name: "a.xlsx", write: nestedZip, want: "a zip of something else"},
		"a zip of 100,000 empty parts":                   {name: "a.xlsx", write: manyParts, want: "parts"},
		"a part that says it is small and is not":        {name: "a.xlsx", write: lyingPart, want: "zip"},
		"a sheet that says 1,048,576 by 16,384 cells":    {name: "a.xlsx", write: asSheet(text(headRow + `<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`)), want: "16384 values"},
		"a sheet of a million rows with a far cell":      {name: "a.xlsx", write: asSheet(cells(`<c r="XFD1"><v>1</v></c>`, 1_000_000)), want: "more than 50 million cells", slow: true},
		"a row beyond all rows":                          {name: "a.xlsx", write: asSheet(text(headRow + `<row r="99999999"><c><v>1</v></c></row>`)), want: "row"},
		"a row of ten million cells":                     {name: "a.xlsx", write: asSheet(func(w *bufio.Writer) { w.WriteString(headRow + "<row>"); repeat(w, "<c><v>1</v></c>", 10_000_000) }), want: "more than 16384 cells"},
		"a header of 16,384 columns":                     {name: "a.xlsx", write: asSheet(text(`<row><c r="XFD1"><v>1</v></c></row>`)), want: "more than 4096"},
		"a cell of 100 MB":                               {name: "a.xlsx", write: asSheet(func(w *bufio.Writer) { w.WriteString("<row><c><v>"); repeat(w, "x", 100<<20) }), want: "more than 1048576 bytes"},
		"a tag of 100 MB":                                {name: "a.xlsx", write: asSheet(func(w *bufio.Writer) { w.WriteString("<row "); repeat(w, `a="" `, 20<<20) }), want: "more than 1048576 bytes"},
		"a comment of 100 MB":                            {name: "a.xlsx", write: asSheet(func(w *bufio.Writer) { w.WriteString("<!--"); repeat(w, "-", 100<<20) }), want: "more than 1048576 bytes"},
		"XML nested a hundred million deep":              {name: "a.xlsx", write: asSheet(func(w *bufio.Writer) { repeat(w, "<a>", 100_000_000) }), want: "nest deeper", slow: true},
		"XML nested deep in the shared texts":            {name: "a.xlsx", write: asTexts(func(w *bufio.Writer) { repeat(w, "<si>", 1_000_000) }), want: "nest deeper"},
		"a billion laughs":                               {name: "a.xlsx", write: book(map[string]func(*bufio.Writer){"xl/workbook.xml": text(`<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><workbook>&b;</workbook>`)}), want: "document type"},
		"an entity that names a file":                    {name: "a.xlsx", write: asSheet(text(`<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><row><c><v>&a;</v></c></row>`)), want: "document type"},
		"shared texts, three million and empty":          {name: "a.xlsx", write: asTexts(func(w *bufio.Writer) { repeat(w, "<si/>", 3_000_000) }), mb: 1024, slow: true},
		"shared texts, five million in a temporary file": {name: "a.xlsx", write: asTexts(func(w *bufio.Writer) { repeat(w, "<si></si>", 4_900_000) }), mb: 1024, slow: true},
		"shared texts, twenty million":                   {name: "a.xlsx", write: asTexts(func(w *bufio.Writer) { repeat(w, "<si/>", 20_000_000) }), want: "more than 5000000 tags"},
		"styles by the million":                          {name: "a.xlsx", write: book(map[string]func(*bufio.Writer){"xl/styles.xml": func(w *bufio.Writer) { w.WriteString("<styleSheet><cellXfs>"); repeat(w, "<xf/>", 2_000_000) }}), want: "more than 1000000 tags"},
		"a workbook of a million sheets":                 {name: "a.xlsx", write: book(map[string]func(*bufio.Writer){"xl/workbook.xml": func(w *bufio.Writer) { w.WriteString("<workbook><sheets>"); repeat(w, "<sheet/>", 2_000_000) }}), want: "more than 1000000 tags"},
		"a text index that there is not":                 {name: "a.xlsx", write: asSheet(text(headRow + `<row><c t="s"><v>99999999999</v></c></row>`))},
		"what is no zip":                                 {name: "a.xlsx", write: text("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), want: "not a workbook"},
		"a line of 100 MB":                               {name: "a.csv", write: func(w *bufio.Writer) { w.WriteString("code,name\n1,"); repeat(w, "x", 100<<20) }, want: "longer than 8 MB"},
		"a header of 8 million columns":                  {name: "a.csv", write: func(w *bufio.Writer) { repeat(w, ",", 8_000_000); w.WriteString("\n1\n") }, want: "more than 4096"},
		"a row of 8 million values":                      {name: "a.csv", write: func(w *bufio.Writer) { w.WriteString("code,name\n"); repeat(w, ",", 8_000_000); w.WriteString("\n") }, want: "8000001 values, more than 4096"},
		"a quote that is never closed, over 100 MB": {name: "a.csv", write: func(w *bufio.Writer) {
			w.WriteString("code,name\n\"")
			repeat(w, strings.Repeat("x", 999)+"\n", 100<<10)
		}, want: "not closed", slow: true},
		"a quote in each of a hundred thousand lines": {name: "a.csv", write: func(w *bufio.Writer) { w.WriteString("code,name\n"); repeat(w, "\"a\"b,\"\n", 100_000) }, want: "row", slow: true},
		"100 MB of zero bytes":                        {name: "a.csv", write: zeros(100 << 20), want: "longer than 8 MB"},
		"brackets of WKT 400,000 deep": {name: "a.csv", write: func(w *bufio.Writer) {
			w.WriteString("code,wkt\n1,")
			repeat(w, "GEOMETRYCOLLECTION(", 400_000)
			w.WriteString("\n")
		}, want: "nest deeper"},
		"WKT of two million brackets beside each other": {name: "a.csv", write: func(w *bufio.Writer) {
			w.WriteString("code;wkt\n1;MULTIPOLYGON")
			repeat(w, "((()))", 1_000_000)
			w.WriteString("\n")
		}, want: "geometry"},
		"WKT of a million empty points": {name: "a.csv", write: func(w *bufio.Writer) {
			w.WriteString("code;wkt\n1;POLYGON((")
			repeat(w, " ,", 1_000_000)
			w.WriteString("))\n")
		}, want: "vertices"},
		"WKT of 24,000 rings": {name: "a.csv", write: func(w *bufio.Writer) {
			w.WriteString("code;wkt\n1;POLYGON((0 0,1 0,1 1,0 0)")
			repeat(w, ",(0 0,1 0,1 1,0 0)", 24_000)
			w.WriteString(")\n")
		}, want: "geometry"},
		"a polygon of 10 million vertices":                 {name: "a.geojson", write: collection(ringOf(10_000_000, false)), want: "more than 16 MB", slow: true},
		"a polygon of 200,000 vertices":                    {name: "a.geojson", write: collection(ringOf(200_000, false)), want: "more than 100,000"},
		"a polygon of 99,000 vertices that crosses itself": {name: "a.geojson", write: collection(ringOf(99_000, true)), want: "geometry"},
		"a polygon of 300 vertices that crosses itself":    {name: "a.geojson", write: collection(ringOf(300, true)), want: "crosses or touches itself"},
		"a polygon of 5 million empty rings":               {name: "a.geojson", write: collection(func(w *bufio.Writer) { w.WriteString("[[]"); repeat(w, ",[]", 5_000_000); w.WriteString("]") }), want: "empty", mb: 1024, slow: true},
		"coordinates nested a million deep":                {name: "a.geojson", write: collection(func(w *bufio.Writer) { repeat(w, "[", 1_000_000) }), want: "the middle of a feature"},
		"coordinates nested 9,000 deep and closed":         {name: "a.geojson", write: collection(func(w *bufio.Writer) { repeat(w, "[", 9_000); repeat(w, "]", 9_000) }), want: "coordinates"},
		"properties nested a million deep": {name: "a.geojson", write: collection(func(w *bufio.Writer) {
			w.WriteString(`[],"x":`)
			repeat(w, `{"a":`, 1_000_000)
			w.WriteString("1")
			repeat(w, "}", 1_000_000)
		}), want: "JSON"},
		"a collection nested a hundred million deep": {name: "a.geojson", write: func(w *bufio.Writer) { repeat(w, "[", 100_000_000) }, want: "no \"features\""},
		"a coordinate of a million digits": {name: "a.geojson", write: collection(func(w *bufio.Writer) {
			w.WriteString("[[[")
			repeat(w, "1", 1_000_000)
			w.WriteString(",1],[1,1],[2,2]]]")
		}), want: "geometry"},
		"coordinates NaN":      {name: "a.geojson", write: collection(text("[[[NaN,1],[1,1],[2,2]]]")), want: "not a finite number"},
		"coordinates Infinity": {name: "a.geojson", write: collection(text("[[[Infinity,1],[1,1],[2,2]]]")), want: "not a finite number"},
		"coordinates 1e308":    {name: "a.geojson", write: collection(text("[[[1e308,-1e308],[1,1],[2,2]]]")), want: "out of range"},
		"a feature with a million properties": {name: "a.geojson", write: func(w *bufio.Writer) {
			w.WriteString(`{"features":[{"properties":{`)
			for i := range 1_000_000 {
				fmt.Fprintf(w, `"p%d":1,`, i)
			}
			w.WriteString(`"z":1}}]}`)
		}, want: "20000 different properties", mb: 1024},
		"a million features, each of another property": {name: "a.geojson", write: func(w *bufio.Writer) {
			w.WriteString(`{"features":[{}`)
			for i := range 1_000_000 {
				fmt.Fprintf(w, `,{"properties":{"p%d":1}}`, i)
			}
			w.WriteString(`]}`)
		}, want: "20000 different properties"},
		"a feature that never ends": {name: "a.geojson", write: func(w *bufio.Writer) { w.WriteString(`{"features":[{"a":"`); repeat(w, "x", 200<<20) }, want: "middle of a feature", slow: true},
	}
}

func zeros(n int) func(w *bufio.Writer) {
	return func(w *bufio.Writer) {
		block := make([]byte, 1<<20)
		for range n >> 20 {
			_, _ = w.Write(block)
		}
	}
}

func nestedZip(out *bufio.Writer) {
	inner := []byte(strings.Repeat("\x00", 1<<20))
	for range 10 {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		w, _ := z.Create("a.zip")
		_, _ = w.Write(inner)
		_ = z.Close()
		inner = b.Bytes()
	}
	_, _ = out.Write(inner)
}

func manyParts(out *bufio.Writer) {
	z := zip.NewWriter(out)
	for i := range 100_000 {
		_, _ = z.Create(fmt.Sprint(i))
	}
	_ = z.Close()
}

// lyingPart is a workbook one part of which says that it is of ten bytes and
// unpacks to 300 MB.
func lyingPart(out *bufio.Writer) {
	var packed bytes.Buffer
	f, _ := flate.NewWriter(&packed, 9)
	w := bufio.NewWriter(f)
	sum := crc32.NewIEEE()
	zeros(300 << 20)(w)
	_, _ = sum.Write([]byte("0123456789"))
	_ = w.Flush()
	_ = f.Close()
	z := zip.NewWriter(out)
	raw, _ := z.CreateRaw(&zip.FileHeader{Name: "xl/workbook.xml", Method: zip.Deflate, CRC32: sum.Sum32(), CompressedSize64: uint64(packed.Len()), UncompressedSize64: 10})
	_, _ = raw.Write(packed.Bytes())
	_ = z.Close()
}
