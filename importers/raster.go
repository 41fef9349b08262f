package importers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"gridmap/geo/geotiff"
	"gridmap/geo/raster"
)

// ReadRaster reads a raster of one band: GeoTIFF by itself, whatever else GDAL
// reads through GDAL. A system without an EPSG code comes back as WKT in its Name.
// A raster that names no coordinate system is refused.
func ReadRaster(ctx context.Context, path string) (*raster.Raster, error) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("open %s: not a regular file", filepath.Base(path))
	}
	r, err := decodeFile(path)
	if err != nil && (errors.Is(err, geotiff.ErrUnsupported) || !isTIFF(path)) {
		r, err = translated(ctx, path)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	if !r.System.Known() {
		return nil, fmt.Errorf("read %s: it names no coordinate system", filepath.Base(path))
	}
	if r.System.EPSG == 0 {
		err = nameSystem(ctx, path, r)
	}
	return r, err
}

func decodeFile(path string) (*raster.Raster, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return geotiff.Decode(f)
}

func isTIFF(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 4)
	n, _ := f.Read(head)
	return n == 4 && (bytes.Equal(head[:2], []byte("II")) || bytes.Equal(head[:2], []byte("MM")))
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
	if _, err := runGDAL(ctx, "gdal_translate", "-q", "-ot", "Float32", "-co", "BIGTIFF=IF_SAFER", path, out); err != nil {
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

// nameSystem asks GDAL for the text of a system that has no code.
func nameSystem(ctx context.Context, path string, r *raster.Raster) error {
	out, err := runGDAL(ctx, "gdalinfo", "-json", path)
	if err != nil {
		return err
	}
	var info rasterInfo
	if err := json.Unmarshal(out, &info); err != nil {
		return fmt.Errorf("read what gdalinfo says of %s: %w", filepath.Base(path), err)
	}
	if info.Coordinates.WKT == "" {
		return fmt.Errorf("read %s: it names no coordinate system", filepath.Base(path))
	}
	r.System.Name = info.Coordinates.WKT
	return nil
}

// WriteRaster writes a raster as GeoTIFF, beside its place first.
func WriteRaster(path string, r *raster.Raster, t geotiff.Type) error {
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
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	return nil
}
