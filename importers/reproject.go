package importers

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"gridmap/geo"
)

// maxCoordinate is beyond every coordinate of a plane on the Earth.
const maxCoordinate = 1e9

// namedCRS and writtenCRS are the forms in which a person may name a coordinate
// system. GDAL would take addresses and file names too: those never reach it.
var (
	namedCRS   = regexp.MustCompile(`^(?i)(EPSG|ESRI|OGC|IGNF):[A-Z0-9_.]{1,40}$`)
	writtenCRS = regexp.MustCompile(`^(?i)(\+proj=|(PROJ|GEOG|COMPD|BOUND)(CS|CRS)?\[|GEODCRS\[)`)
)

func checkCRS(crs string) error {
	if crs == "" || namedCRS.MatchString(crs) || (writtenCRS.MatchString(crs) && len(crs) < 16<<10) {
		return nil
	}
	return fmt.Errorf("coordinate system %q: say it as EPSG:4544, as +proj=… or as WKT", crs)
}

// isLonLat tells the systems that are CGCS2000 longitude and latitude for us:
// CGCS2000 itself, and WGS 84 (less than a decimetre off).
func isLonLat(crs string) bool {
	switch strings.ToUpper(crs) {
	case "", "EPSG:4490", "EPSG:4326", "OGC:CRS84":
		return true
	}
	if !strings.HasPrefix(crs, "GEOGCRS[") {
		return false
	}
	tail := crs[max(0, len(crs)-40):]
	return strings.Contains(tail, `ID["EPSG",4326]`) || strings.Contains(tail, `ID["EPSG",4490]`)
}

// batchVertices, batchRows and batchBytes bound what is held for one run of
// gdaltransform.
const (
	batchVertices = 250_000
	batchRows     = 20_000
	batchBytes    = 32 << 20 // of texts, whose rows may be of 8 MB each
)

// degrees wraps a Reader so that its geometry is CGCS2000 longitude and
// latitude, whatever it was: reprojected in batches, then shifted from GCJ-02
// or BD-09 when the person said so.
type degrees struct {
	Reader
	datum geo.Datum
	batch []Row
	end   error
}

func (d *degrees) CRS() string { return "" }

func (d *degrees) Next(ctx context.Context) (Row, error) {
	if len(d.batch) == 0 && d.end == nil {
		d.end = d.fill(ctx)
	}
	if len(d.batch) == 0 {
		return Row{}, d.end
	}
	row := d.batch[0]
	d.batch = d.batch[1:]
	return row, nil
}

// fill reads the next batch. An error that follows good rows is kept until they
// are given out.
func (d *degrees) fill(ctx context.Context) error {
	var end error
	rows := make([]Row, 0, 1024)
	var points []*orb.Point
	for texts := 0; len(points) < batchVertices && len(rows) < batchRows && texts < batchBytes; {
		row, err := d.Reader.Next(ctx)
		if err != nil {
			end = err
			break
		}
		for _, v := range row.Attrs {
			texts += len(v)
		}
		if row.Err == nil && row.Geom != nil {
			row.Err = checkRange(row.Geom, maxCoordinate, maxCoordinate)
		}
		if row.Err != nil && row.Geom != nil && checkRange(row.Geom, maxCoordinate, maxCoordinate) != nil {
			row.Geom = nil
		}
		if row.Geom != nil {
			row.Geom = addressable(row.Geom, &points)
		}
		rows = append(rows, row)
	}
	if err := d.bring(ctx, points); err != nil {
		return err
	}
	for i := range rows {
		settle(&rows[i])
	}
	d.batch = rows
	return end
}

// bring moves the points into CGCS2000, in place; one that cannot be moved
// becomes NaN.
func (d *degrees) bring(ctx context.Context, points []*orb.Point) error {
	if crs := d.Reader.CRS(); !isLonLat(crs) && len(points) > 0 {
		if err := project(ctx, crs, "EPSG:4490", points); err != nil {
			return err
		}
	}
	if d.datum == geo.GCJ02 || d.datum == geo.BD09 {
		for _, p := range points {
			q := geo.FromDatum(d.datum, geo.LonLat{Lon: p[0], Lat: p[1]})
			*p = orb.Point{q.Lon, q.Lat}
		}
	}
	return nil
}

// settle turns a single point back into itself and refuses what did not move.
func settle(row *Row) {
	if p, ok := row.Geom.(*pointBox); ok {
		row.Geom = p.Point
	}
	if row.Geom == nil {
		return
	}
	if bad := checkRange(row.Geom, 180, 90); bad != nil {
		if row.Err == nil {
			row.Err = bad
		}
		row.Geom = nil
	}
}

// pointBox makes a point addressable.
type pointBox struct{ orb.Point }

// addressable appends pointers to all vertices of g, which is a slice of points
// for every type but Point.
func addressable(g orb.Geometry, to *[]*orb.Point) orb.Geometry {
	all := func(ps []orb.Point) {
		for i := range ps {
			*to = append(*to, &ps[i])
		}
	}
	switch g := g.(type) {
	case orb.Point:
		b := &pointBox{g}
		*to = append(*to, &b.Point)
		return b
	case orb.MultiPoint:
		all(g)
	case orb.LineString:
		all(g)
	case orb.MultiLineString:
		for _, l := range g {
			all(l)
		}
	case orb.Polygon:
		for _, r := range g {
			all(r)
		}
	case orb.MultiPolygon:
		for _, p := range g {
			for _, r := range p {
				all(r)
			}
		}
	}
	return g
}

// Reproject moves copies of geometries from one coordinate system to another, each
// written as EPSG:4544, as +proj=… or as WKT; x is to the east. A position that
// cannot be moved becomes NaN. CGCS2000 and WGS 84 are taken for the same.
func Reproject(ctx context.Context, from, to string, geometries []orb.Geometry) ([]orb.Geometry, error) {
	var points []*orb.Point
	out := make([]orb.Geometry, len(geometries))
	for i, g := range geometries {
		if g != nil {
			out[i] = addressable(orb.Clone(g), &points)
		}
	}
	if strings.EqualFold(from, to) || isLonLat(from) && isLonLat(to) || len(points) == 0 {
		return geometries, nil
	}
	if err := project(ctx, from, to, points); err != nil {
		return nil, err
	}
	for i, g := range out {
		if p, ok := g.(*pointBox); ok {
			out[i] = p.Point
		}
	}
	return out, nil
}

// project runs gdaltransform over the points, which must be finite.
func project(ctx context.Context, from, to string, points []*orb.Point) error {
	cmd := gdalCommand(ctx, "gdaltransform", "-s_srs", from, "-t_srs", to, "-output_xy")
	var stderr bytes.Buffer
	cmd.Stderr = &limitedWriter{w: &stderr, left: 64 << 10}
	var in bytes.Buffer
	for _, p := range points {
		in.Write(strconv.AppendFloat(in.AvailableBuffer(), p[0], 'f', -1, 64))
		in.WriteByte(' ')
		in.Write(strconv.AppendFloat(in.AvailableBuffer(), p[1], 'f', -1, 64))
		in.WriteByte('\n')
	}
	cmd.Stdin = &in
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err == nil {
		err = bound(cmd, gdalMemory)
	}
	if err != nil {
		return fmt.Errorf("start gdaltransform: %w", err)
	}
	n, err := readTransformed(out, points)
	_, _ = io.Copy(io.Discard, out)
	if waited := cmd.Wait(); waited != nil {
		return fmt.Errorf("bring from %.60q to %.60q: %w", from, to, gdalError("gdaltransform", waited, &stderr))
	}
	if err == nil && n != len(points) {
		err = fmt.Errorf("gdaltransform gave %d positions for %d", n, len(points))
	}
	return err
}

// readTransformed reads "x y" lines into points; "transformation failed." makes
// a NaN.
func readTransformed(r io.Reader, points []*orb.Point) (int, error) {
	lines := bufio.NewScanner(r)
	n := 0
	for ; lines.Scan(); n++ {
		if n == len(points) {
			return n + 1, nil
		}
		x, y, ok := strings.Cut(lines.Text(), " ")
		lon, err1 := strconv.ParseFloat(x, 64)
		lat, err2 := strconv.ParseFloat(y, 64)
		if !ok || err1 != nil || err2 != nil {
			lon, lat = math.NaN(), math.NaN()
		}
		*points[n] = orb.Point{lon, lat}
	}
	return n, lines.Err()
}
