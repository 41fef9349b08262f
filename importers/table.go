package importers

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
)

// table turns the cells of a CSV or XLSX row into a Row: it finds the columns
// that hold a position or a WKT text.
type table struct {
	header   []string
	lon, lat int // columns, or -1
	wkt      int
}

// maxColumns is how many columns a file may have: each is compared with every name
// that a field is known by.
const maxColumns = 4096

// newTable reads the header. x and e are eastings, y and n northings; surveyors
// who call the northing x name their columns 横坐标 (easting) and 纵坐标. Columns without a name are given one by number.
func newTable(cells []string) (table, error) {
	if len(cells) > maxColumns {
		return table{}, fmt.Errorf("the header has %d columns, more than %d", len(cells), maxColumns)
	}
	t := table{lon: -1, lat: -1, wkt: -1, header: make([]string, len(cells))}
	for i, c := range cells {
		c = strings.TrimSpace(strings.TrimPrefix(c, "\ufeff"))
		if c == "" {
			c = "column " + strconv.Itoa(i+1)
		}
		t.header[i] = c
		switch {
		case t.lon < 0 && oneOf(c, "lon", "lng", "long", "longitude", "x", "e", "easting", "经度", "东经", "横坐标", "东坐标"):
			t.lon = i
		case t.lat < 0 && oneOf(c, "lat", "latitude", "y", "n", "northing", "纬度", "北纬", "纵坐标", "北坐标"):
			t.lat = i
		case t.wkt < 0 && oneOf(c, "wkt", "geom", "geometry", "the_geom", "几何", "图形"):
			t.wkt = i
		}
	}
	return t, nil
}

func oneOf(name string, all ...string) bool {
	name = plain(name)
	for _, a := range all {
		if name == plain(a) {
			return true
		}
	}
	return false
}

// plain is how names of columns are compared: case, spaces and marks between
// words do not count, nor does a unit in brackets.
func plain(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	if i := strings.IndexAny(name, "(（["); i > 0 {
		name = name[:i]
	}
	return strings.NewReplacer("_", "", "-", "", " ", "", ":", "", ".", "").Replace(name)
}

func (t table) row(line int64, cells []string) Row {
	row := Row{Line: line, Attrs: make(map[string]string, min(len(cells), len(t.header)))}
	for i, c := range cells {
		if c = strings.TrimSpace(c); c != "" && i < len(t.header) {
			row.Attrs[t.header[i]] = c
		}
	}
	if len(cells) > len(t.header) {
		for _, c := range cells[len(t.header):] {
			if strings.TrimSpace(c) != "" {
				row.Err = refuse("row", "%d values, but the header has %d columns", len(cells), len(t.header))
				break
			}
		}
	}
	cell := func(i int) string {
		if i < 0 || i >= len(t.header) {
			return ""
		}
		return row.Attrs[t.header[i]]
	}
	var bad *Refusal
	if text := cell(t.wkt); text != "" {
		row.Geom, bad = parseWKT(text)
	} else if x, y := cell(t.lon), cell(t.lat); x != "" || y != "" {
		row.Geom, bad = t.point(x, y)
	}
	if row.Err == nil {
		row.Err = bad
	}
	return row
}

func (t table) point(x, y string) (orb.Geometry, *Refusal) {
	var p orb.Point
	for i, text := range []string{x, y} {
		column := t.lon
		if i == 1 {
			column = t.lat
		}
		name := "latitude"
		if i == 0 {
			name = "longitude"
		}
		if column < 0 || text == "" {
			return nil, refuse("geometry", "the %s is missing", name)
		}
		f, err := strconv.ParseFloat(strings.TrimRight(text, "°EN "), 64)
		if err != nil {
			return nil, &Refusal{Field: t.header[column], Reason: "the " + name + " is not a number", Value: cut(text)}
		}
		p[i] = f
	}
	return p, nil
}

// maxWKTDepth is that of a MULTIPOLYGON.
const maxWKTDepth = 3

// parseWKT reads a bounded WKT text; a vertex takes four characters or more. What
// nests deeper than a polygon's rings is a collection, which no kind takes, and
// takes time by the square of its depth to be read.
func parseWKT(text string) (orb.Geometry, *Refusal) {
	if strings.Count(text, ",") > MaxVertices {
		return nil, refuse("geometry", "%v", errVertices)
	}
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth > maxWKTDepth {
			return nil, refuse("geometry", "its brackets nest deeper than %d", maxWKTDepth)
		}
	}
	if i := strings.Index(text, ";"); i >= 0 && i < 16 && strings.HasPrefix(strings.ToUpper(text), "SRID=") {
		text = text[i+1:]
	}
	if lower := strings.ToLower(text); strings.Contains(lower, "nan") || strings.Contains(lower, "inf") {
		return nil, refuse("geometry", "a coordinate is not a finite number")
	}
	g, err := wkt.Unmarshal(text)
	if err != nil {
		return nil, &Refusal{Field: "geometry", Reason: "not readable as WKT", Value: cut(text)}
	}
	return g, nil
}

// cut bounds a value that goes into a report.
func cut(s string) string {
	r := []rune(s)
	if len(r) <= 80 {
		return s
	}
	return string(r[:80]) + "…"
}
