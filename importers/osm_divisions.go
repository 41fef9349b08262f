package importers

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"

	"gridmap/data"
)

// osmHeight is a building's height in metres from its tags: as measured, else
// from its storeys, else none.
func osmHeight(tags map[string]string) string {
	if h, err := strconv.ParseFloat(strings.TrimRight(tags["height"], "m "), 64); err == nil && h > 0 && h <= 1000 {
		return strconv.FormatFloat(h, 'f', -1, 64)
	}
	if n, err := strconv.ParseFloat(tags["building_levels"], 64); err == nil && n > 0 && n <= 200 {
		return strconv.FormatFloat(math.Ceil(n)*storeyM, 'f', -1, 64)
	}
	return ""
}

// communityLevel is the admin_level of municipalities.
const communityLevel = "8"

// takeOSMDivisions makes a district of its own out of the administrative areas
// when no other source has given one: the municipalities become communities,
// the area that encloses them (or their extent) district and only town. Codes
// are made up under 99, which no province has.
func takeOSMDivisions(ctx context.Context, j *job, config string) error {
	_, others, err := j.in.Districts(ctx)
	if err != nil {
		return err
	}
	areas, err := readAdministrative(ctx, j.path, config)
	if err != nil {
		return err
	}
	if others > 0 {
		j.report.Counts = append(j.report.Counts, Counts{Kind: "divisions", Warnings: []data.IntakeWarning{
			{Text: "administrative areas were left out: there is a district already", Count: int64(len(areas))}}})
		return nil
	}
	codes, err := j.in.DivisionCodes(ctx)
	if err != nil {
		return err
	}
	rows, err := districtOf(areas, codes)
	if err != nil || len(rows) == 0 {
		return err
	}
	k := divisions()
	cols := columns{}
	for _, f := range k.fields {
		cols[f.name] = f.name
	}
	c, err := j.load(ctx, k, &heldReader{rows: rows}, cols, "EPSG:4326")
	if err != nil {
		return err
	}
	c.Columns = nil
	j.report.Counts = append(j.report.Counts, c)
	return nil
}

// area is an administrative area of the file.
type area struct {
	id, name, level string
	geom            orb.MultiPolygon
}

// readAdministrative reads the administrative areas; a country has few.
func readAdministrative(ctx context.Context, path, config string) ([]area, error) {
	r := &osmReader{path: path, config: config, part: osmPart{kind: "divisions", layers: []string{"multipolygons"},
		fields: func(tags map[string]string) map[string]string {
			if tags["boundary"] != "administrative" || tags["admin_level"] == "" {
				return nil
			}
			return map[string]string{"name": tags["name"], "level": tags["admin_level"]}
		}}}
	defer r.Close()
	var all []area
	for {
		row, err := r.Next(ctx)
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if g, _, bad := admit(row.Geom, areaShape); bad == nil && row.Err == nil {
			all = append(all, area{id: row.Attrs["source_id"], name: row.Attrs["name"], level: row.Attrs["level"], geom: g.(orb.MultiPolygon)})
		}
	}
}

// districtOf lays out district, town and communities. Codes that were given
// before are kept; new communities take the next free number in order of id.
func districtOf(areas []area, codes map[string]string) ([]Row, error) {
	var communities []area
	for _, a := range areas {
		if a.level == communityLevel {
			communities = append(communities, a)
		}
	}
	if len(communities) == 0 {
		return nil, nil
	}
	slices.SortFunc(communities, func(a, b area) int { return compareIDs(a.id, b.id) })
	whole := enclosing(areas, communities)
	county := codes[whole.id]
	if county == "" {
		county = countyCode(whole.id)
	}
	town := county[:6] + "001000"
	rows := []Row{
		divisionRow(1, whole.id, county, whole.name, "", whole.geom),
		divisionRow(2, whole.id+"/town", town, whole.name, county, whole.geom),
	}
	used := map[string]bool{}
	for _, code := range codes {
		used[code] = true
	}
	next := 0
	for i, c := range communities {
		code := codes[c.id]
		for code == "" {
			if next++; next > 999 {
				return nil, fmt.Errorf("more than 999 areas of admin_level %s", communityLevel)
			}
			if candidate := fmt.Sprintf("%s%03d", town[:9], next); !used[candidate] {
				code = candidate
			}
		}
		rows = append(rows, divisionRow(int64(3+i), c.id, code, c.name, town, c.geom))
	}
	return rows, nil
}

// compareIDs orders r2 before r10.
func compareIDs(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// countyCode is 99 and the last four digits of an identifier.
func countyCode(id string) string {
	n, _ := strconv.ParseUint(strings.TrimLeft(id, "rw"), 10, 64)
	return fmt.Sprintf("99%04d000000", n%10_000)
}

// enclosing is the area of a lower level that holds all communities, the
// smallest such; without one, their convex hull.
func enclosing(areas, communities []area) area {
	all := orb.MultiPolygon{}
	for _, c := range communities {
		all = append(all, c.geom...)
	}
	bound := all.Bound()
	best := area{id: "extent", name: "Extent", geom: hull(all)}
	bestLevel := -1
	for _, a := range areas {
		level, err := strconv.Atoi(a.level)
		if err != nil || level >= 8 || level <= bestLevel {
			continue
		}
		around := a.geom.Bound().Pad(1e-6)
		if around.Contains(bound.Min) && around.Contains(bound.Max) {
			best, bestLevel = a, level
		}
	}
	return best
}

// hull is the convex hull of m.
func hull(m orb.MultiPolygon) orb.MultiPolygon {
	var xy []float64
	eachPoint(m, func(p orb.Point) bool { xy = append(xy, p[0], p[1]); return true })
	points := make([]geom.Point, 0, len(xy)/2)
	for i := 0; i < len(xy); i += 2 {
		points = append(points, geom.NewPointXY(xy[i], xy[i+1]))
	}
	around := geom.NewMultiPoint(points).AsGeometry().ConvexHull()
	polygon, ok := around.AsPolygon()
	if !ok {
		return orb.MultiPolygon{m.Bound().ToPolygon()}
	}
	shell := polygon.ExteriorRing().Coordinates()
	ring := make(orb.Ring, shell.Length())
	for i := range ring {
		ring[i] = orb.Point{shell.GetXY(i).X, shell.GetXY(i).Y}
	}
	return orb.MultiPolygon{{ring}}
}

func divisionRow(line int64, id, code, name, parent string, g orb.MultiPolygon) Row {
	return Row{Line: line, Geom: g, Attrs: map[string]string{"source_id": id, "code": code, "name": name, "parent_code": parent}}
}

// heldReader gives rows that are in memory.
type heldReader struct {
	rows []Row
	at   int
}

func (r *heldReader) Columns() []string { return nil }
func (r *heldReader) CRS() string       { return "" }
func (r *heldReader) Close() error      { return nil }
func (r *heldReader) Next(context.Context) (Row, error) {
	if r.at == len(r.rows) {
		return Row{}, io.EOF
	}
	r.at++
	return r.rows[r.at-1], nil
}
