package importers

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"gridmap/geo"
)

// Source is a file that another package reads row by row, past the database.
type Source struct {
	Path  string
	Layer string    // layer of a file that has several, or sheet of a workbook
	CRS   string    // overrules what the file says of its coordinate system
	Datum geo.Datum // gcj02 or bd09: coordinates are shifted back
	// OSM names what is wanted of an .osm.pbf: "communities" (administrative
	// areas of level 8, with made-up codes under 99), "buildings" (households
	// estimated from footprint and storeys), "roads", "water" or "barriers".
	OSM string
}

// Rows gives the rows of a Source; their geometry is CGCS2000 longitude and
// latitude in degrees.
type Rows struct {
	Reader
	System    string // the coordinate system of the file, in short
	LonLat    bool   // the file itself holds longitude and latitude
	Estimated bool   // households are estimated
	config    string // temporary file, removed by Close
}

// OpenRows opens a file by its extension, as Import does.
func OpenRows(ctx context.Context, s Source) (*Rows, error) {
	if err := checkCRS(s.CRS); err != nil {
		return nil, err
	}
	if strings.HasSuffix(strings.ToLower(s.Path), ".osm.pbf") {
		return openOSMRows(ctx, s)
	}
	r, err := open(ctx, s.Path, openOptions{layer: s.Layer, crs: s.CRS})
	if err != nil {
		return nil, err
	}
	crs := r.CRS()
	return &Rows{Reader: &degrees{Reader: r, datum: s.Datum}, System: crsName(crs, s.Datum),
		LonLat: isLonLat(crs) || strings.HasPrefix(crs, "GEOGCRS[") || strings.HasPrefix(crs, "GEOGCS[")}, nil
}

// Close ends the reading.
func (r *Rows) Close() error {
	err := r.Reader.Close()
	if r.config != "" {
		os.Remove(r.config)
	}
	return err
}

func openOSMRows(ctx context.Context, s Source) (*Rows, error) {
	if info, err := os.Stat(s.Path); err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("open %s: not a regular file", s.Path)
	}
	config, err := writeOSMConfig()
	if err != nil {
		return nil, err
	}
	rows := &Rows{System: "EPSG:4326", LonLat: true, config: config}
	switch s.OSM {
	case "communities":
		rows.Reader, err = osmCommunities(ctx, s.Path, config)
	case "buildings":
		rows.Estimated = true
		rows.Reader = &estimated{degrees{Reader: &osmReader{path: s.Path, config: config, part: osmBuildings()}}}
	case "roads":
		rows.Reader = &degrees{Reader: &osmReader{path: s.Path, config: config, part: osmRoads()}}
	case "water":
		rows.Reader = &degrees{Reader: &osmReader{path: s.Path, config: config, part: osmWaterAreas()}}
	case "barriers":
		rows.Reader = &degrees{Reader: &joined{[]Reader{
			&osmReader{path: s.Path, config: config, part: asBarriers(osmRoads(), "class", "motorway arterial secondary street rail")},
			&osmReader{path: s.Path, config: config, part: asBarriers(osmWaterAreas(), "kind", "river stream")}}}}
	default:
		err = fmt.Errorf("read %s: there is nothing in an .osm.pbf to be read as %s", s.Path, s.OSM)
	}
	if err != nil {
		os.Remove(config)
		return nil, err
	}
	return rows, nil
}

func osmCommunities(ctx context.Context, path, config string) (Reader, error) {
	areas, err := readAdministrative(ctx, path, config)
	if err != nil {
		return nil, err
	}
	rows, err := districtOf(areas, nil)
	if err != nil {
		return nil, describe(err, path)
	}
	if len(rows) < 3 {
		return nil, fmt.Errorf("read %s: it has no administrative area of level %s", path, communityLevel)
	}
	return &named{heldReader{rows: rows[2:]}, []string{"code", "name", "source_id"}}, nil // without district and town
}

// asBarriers keeps of a part what grids follow, with its class as kind.
func asBarriers(part osmPart, field, kept string) osmPart {
	fields := part.fields
	part.fields = func(tags map[string]string) map[string]string {
		f := fields(tags)
		if f == nil || !slices.Contains(strings.Fields(kept), f[field]) {
			return nil
		}
		f["kind"] = f[field]
		return f
	}
	return part
}

// named is a heldReader that says what it holds.
type named struct {
	heldReader
	columns []string
}

func (n *named) Columns() []string { return n.columns }

// estimated adds households to buildings that carry none, in degrees.
type estimated struct{ degrees }

func (e *estimated) Columns() []string {
	return append(e.degrees.Columns(), "households", "floors", "id")
}

func (e *estimated) Next(ctx context.Context) (Row, error) {
	row, err := e.degrees.Next(ctx)
	if err != nil || row.Attrs == nil {
		return row, err
	}
	floors := 0
	if m, err := strconv.ParseFloat(row.Attrs["height_m"], 64); err == nil {
		floors = max(1, min(200, int(math.Round(m/storeyM))))
		row.Attrs["floors"] = strconv.Itoa(floors)
	}
	row.Attrs["id"] = row.Attrs["source_id"]
	row.Attrs["households"] = strconv.Itoa(EstimateHouseholds(row.Geom, row.Attrs["kind"], floors))
	return row, nil
}

// EstimateHouseholds tells from a footprint in degrees, the kind of the building
// (empty: by its size) and its floors (zero: one) how many households live there.
func EstimateHouseholds(g orb.Geometry, kind string, floors int) int {
	if p, ok := g.(orb.Polygon); ok {
		g = orb.MultiPolygon{p}
	}
	areaM2 := footprintM2(g)
	what := any(kind)
	if kind == "" {
		what = guessKind(g, areaM2)
	}
	return estimateHouseholds(what, areaM2, floors)
}

// joined gives the barriers of several readers, one after the other.
type joined struct{ readers []Reader }

func (j *joined) Columns() []string { return []string{"source_id", "name", "kind"} }

func (j *joined) CRS() string { return "" }

func (j *joined) Next(ctx context.Context) (Row, error) {
	for len(j.readers) > 0 {
		row, err := j.readers[0].Next(ctx)
		if err != io.EOF {
			return row, err
		}
		if err := j.readers[0].Close(); err != nil {
			return Row{}, err
		}
		j.readers = j.readers[1:]
	}
	return Row{}, io.EOF
}

func (j *joined) Close() error {
	for _, r := range j.readers {
		if err := r.Close(); err != nil {
			return err
		}
	}
	return nil
}

// FindColumn is the first column of a header that goes by one of the names; case,
// spaces and marks between words do not count.
func FindColumn(header []string, names ...string) (string, bool) {
	for _, name := range names {
		for _, h := range header {
			if plain(h) == plain(name) {
				return h, true
			}
		}
	}
	return "", false
}

// RunOGR runs ogr2ogr as this package does, away from the network, for packages
// that write files. What it reads at /vsistdin/ comes from in.
func RunOGR(ctx context.Context, in io.Reader, args ...string) error {
	cmd := gdalCommand(ctx, "ogr2ogr", args...)
	cmd.Env = append(cmd.Env, "OGR_CURRENT_DATE=1970-01-01T00:00:00.000Z") // the same input, the same bytes
	cmd.Stdin = in
	var stderr strings.Builder
	cmd.Stderr = &limitedWriter{w: &stderr, left: 64 << 10}
	if err := cmd.Run(); err != nil {
		if text := strings.TrimSpace(stderr.String()); text != "" {
			return fmt.Errorf("ogr2ogr: %s", text)
		}
		return fmt.Errorf("ogr2ogr (Debian package gdal-bin): %w", err)
	}
	return nil
}
