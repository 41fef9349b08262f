package importers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"gridmap/geo/geotiff"
	"gridmap/geo/raster"
)

// rasterDrivers are the formats that GDAL is let read: files that stand alone.
// Virtual rasters, which name other files and addresses, are not among them.
func rasterDrivers() []string {
	var args []string
	for _, d := range []string{"GTiff", "AAIGrid", "HFA", "ENVI", "EHdr", "SRTMHGT", "DTED", "USGSDEM", "netCDF", "GPKG", "JP2OpenJPEG", "SAGA", "PCRaster", "GSBG", "XYZ", "PNG"} {
		args = append(args, "-if", d)
	}
	return args
}

// ReadRaster reads a raster of one band: GeoTIFF by itself, what else GDAL reads
// (formats that stand alone) through GDAL. crs holds where the file names no
// coordinate system; a raster without any is refused, and so is one that is rotated. A system without an EPSG code comes back as WKT in its Name.
// Scale and offset of the band are applied, and heights in feet become metres.
func ReadRaster(ctx context.Context, path, crs string) (*raster.Raster, error) {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("open %s: not a regular file", filepath.Base(path))
	}
	r, err := readRaster(ctx, path, crs)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	return r, nil
}

func readRaster(ctx context.Context, path, crs string) (*raster.Raster, error) {
	if err := checkCRS(crs); err != nil {
		return nil, err
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	said, err := describeRaster(ctx, path)
	if err != nil {
		return nil, err
	}
	if crs == "" && said.Coordinates.WKT == "" {
		return nil, errors.New("it names no coordinate system: say it with --crs")
	}
	r, err := decodeFile(path)
	if err != nil {
		if r, err = translated(ctx, path); err != nil {
			return nil, err
		}
	}
	if r.System, err = systemSaid(ctx, crs, said.Coordinates.WKT); err != nil {
		return nil, err
	}
	settleValues(r, said.Bands[0])
	return r, nil
}

// rasterSaid is what is used of `gdalinfo -json`.
type rasterSaid struct {
	Driver       string     `json:"driverShortName"`
	Size         [2]int     `json:"size"`
	GeoTransform [6]float64 `json:"geoTransform"`
	Coordinates  struct {
		WKT string `json:"wkt"`
	} `json:"coordinateSystem"`
	Bands []bandSaid `json:"bands"`
}

type bandSaid struct {
	Unit   string  `json:"unit"`
	Scale  float64 `json:"scale"` // zero: not said
	Offset float64 `json:"offset"`
}

// describeRaster asks GDAL what a file is before any of it is read.
func describeRaster(ctx context.Context, path string) (said rasterSaid, err error) {
	text, err := runGDAL(ctx, "gdalinfo", append(append([]string{"-json"}, rasterDrivers()...), path)...)
	if err != nil {
		return said, err
	}
	// JSON has no NaN; GDAL writes it all the same for a missing value of NaN.
	text = regexp.MustCompile(`:\s*-?(nan|inf)\b`).ReplaceAll(text, []byte(":null"))
	if err := json.Unmarshal(text, &said); err != nil {
		return said, fmt.Errorf("what gdalinfo says: %w", err)
	}
	switch {
	case len(said.Bands) != 1:
		return said, fmt.Errorf("it has %d bands: one is read", len(said.Bands))
	case said.Size[0] < 1 || said.Size[1] < 1 || said.Size[0] > geotiff.MaxCells/said.Size[1]:
		return said, fmt.Errorf("a raster of %d by %d cells", said.Size[0], said.Size[1])
	case said.GeoTransform[2] != 0 || said.GeoTransform[4] != 0:
		return said, errors.New("the raster is rotated: bring it onto the axes first (gdalwarp)")
	}
	return said, nil
}

// systemSaid is the coordinate system that the file says, else a person.
func systemSaid(ctx context.Context, crs, wkt string) (raster.System, error) {
	if wkt == "" {
		text, err := runGDAL(ctx, "gdalsrsinfo", "-o", "wkt2", "--single-line", crs)
		if err != nil {
			return raster.System{}, fmt.Errorf("coordinate system %q: %w", crs, err)
		}
		wkt = strings.TrimSpace(string(text))
	}
	return systemOf(wkt)
}

// systemOf reads of a WKT 2 (OGC 18-010) what measuring needs. Of a compound
// system, only the horizontal part counts.
func systemOf(wkt string) (raster.System, error) {
	flat := regexp.MustCompile(`\s*\n\s*`).ReplaceAllString(wkt, "")
	s := raster.System{Name: flat}
	if at := strings.Index(flat, "VERTCRS["); at >= 0 {
		flat = strings.TrimRight(flat[:at], ",")
		flat = flat[max(0, strings.IndexAny(flat, ",")+1):]
	}
	if m := regexp.MustCompile(`ID\["EPSG",(\d+)\]\]$`).FindStringSubmatch(flat); m != nil {
		s.EPSG, _ = strconv.Atoi(m[1])
	}
	switch {
	case strings.Contains(flat, "PROJCRS["):
		at := strings.LastIndex(flat, "CS[Cartesian")
		if m := regexp.MustCompile(`LENGTHUNIT\["[^"]*",([0-9.eE+-]+)`).FindStringSubmatch(flat[max(0, at):]); at >= 0 && m != nil {
			s.UnitM, _ = strconv.ParseFloat(m[1], 64)
		}
	case strings.Contains(flat, "GEOGCRS[") || strings.Contains(flat, "GEODCRS["):
		s.Geographic = true
	default:
		return s, fmt.Errorf("its coordinate system %.40q is neither of degrees nor of a plane on the Earth", flat)
	}
	return s, nil
}

// settleValues applies scale, offset and unit of a band.
func settleValues(r *raster.Raster, b bandSaid) {
	scale, unit := b.Scale, 1.0
	if scale == 0 {
		scale = 1
	}
	switch strings.ToLower(strings.TrimSpace(b.Unit)) {
	case "ft", "foot", "feet", "us-ft", "ftus", "us survey foot", "foot_us":
		unit = 0.3048
	case "cm":
		unit = 0.01
	case "mm":
		unit = 0.001
	}
	if scale == 1 && b.Offset == 0 && unit == 1 {
		return
	}
	for i, v := range r.Values {
		r.Values[i] = float32((float64(v)*scale + b.Offset) * unit)
	}
	r.NoData = math.NaN()
}

func decodeFile(path string) (*raster.Raster, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return geotiff.Decode(f)
}

// translated has GDAL write the raster as a GeoTIFF that is read here, its rows
// from the north.
func translated(ctx context.Context, path string) (*raster.Raster, error) {
	dir, err := os.MkdirTemp("", "gridmap-raster-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "raster.tif")
	// A warp within the same system turns rows that run the other way, and cells
	// stay as they are.
	if _, err := runGDAL(ctx, "gdal_translate", append(append([]string{"-q"}, rasterDrivers()...), "-ot", "Float32", "-co", "BIGTIFF=IF_SAFER", path, out)...); err != nil {
		return nil, err
	}
	r, err := decodeFile(out)
	if !errors.Is(err, geotiff.ErrUnsupported) {
		return r, err
	}
	up := filepath.Join(dir, "up.tif")
	if _, err := runGDAL(ctx, "gdalwarp", "-q", "-r", "near", out, up); err != nil {
		return nil, err
	}
	return decodeFile(up)
}

// WriteRaster writes a raster as GeoTIFF, beside its place first. A system without
// an EPSG code, whose WKT is its Name, is written by GDAL.
func WriteRaster(ctx context.Context, path string, r *raster.Raster, t geotiff.Type) error {
	if r.Size() == 0 || math.IsNaN(r.DX) {
		return fmt.Errorf("write %s: it has no cells", filepath.Base(path))
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".raster-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already when all went well
	err = geotiff.Encode(f, r, t)
	if closed := f.Close(); err == nil {
		err = closed
	}
	done := f.Name()
	if err == nil && r.System.EPSG == 0 && r.System.Name != "" {
		done += ".named"
		defer os.Remove(done)
		_, err = runGDAL(ctx, "gdal_translate", "-q", "-of", "GTiff", "-co", "COMPRESS=DEFLATE", "-a_srs", r.System.Name, f.Name(), done)
	}
	if err == nil {
		err = os.Chmod(done, 0o644)
	}
	if err == nil {
		err = os.Rename(done, path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	return nil
}
