package importers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/paulmach/orb"

	"gridmap/data"
	"gridmap/geo/geotiff"
	"gridmap/geo/raster"
)

// takeTerrain takes in one elevation raster as a version of the terrain. The
// same bytes are the same version.
func takeTerrain(ctx context.Context, j *job) error {
	if j.req.ErrorM < 0 || j.req.ErrorM > 100 || math.IsNaN(j.req.ErrorM) {
		return fmt.Errorf("error: %g is not between 0 and 100 metres", j.req.ErrorM)
	}
	r, kept, err := takeRaster(ctx, j)
	if err != nil {
		return err
	}
	name := j.req.Name
	if name == "" {
		name = sourceOf(j.req, j.path)
	}
	fresh, err := j.in.Terrain(ctx, data.TerrainIntake{Name: name, Path: kept.path, SHA256: kept.hash, CellM: r.CellM(), ErrorM: j.req.ErrorM,
		Width: r.Width, Height: r.Height, Extent: kept.extent})
	if err != nil {
		return err
	}
	c := Counts{Kind: "terrain", Read: 1, Unchanged: 1}
	if fresh {
		c.Inserted, c.Unchanged = 1, 0
	}
	j.report.Counts = append(j.report.Counts, c)
	return nil
}

// keptRaster is a raster where it is kept.
type keptRaster struct {
	path   string
	hash   []byte // of the file as it came
	extent orb.Polygon
}

// takeRaster reads a raster that lies on the district, at least in part, and keeps
// it in the data directory.
func takeRaster(ctx context.Context, j *job) (*raster.Raster, keptRaster, error) {
	var kept keptRaster
	r, err := ReadRaster(ctx, j.path, j.req.CRS)
	if err != nil {
		return nil, kept, err
	}
	if r.Empty() {
		return nil, kept, errors.New("no cell of it has a value: all of it is nodata")
	}
	if kept.extent, err = extentOf(ctx, r); err != nil {
		return nil, kept, fmt.Errorf("its extent: %w", err)
	}
	if bad := checkRange(kept.extent[0], 180, 90); bad != nil {
		return nil, kept, fmt.Errorf("its extent: %w", bad)
	}
	there, meets, err := j.in.Meets(ctx, kept.extent)
	if err != nil {
		return nil, kept, err
	}
	if there && !meets {
		b := kept.extent.Bound()
		return nil, kept, fmt.Errorf("its extent, %.4f to %.4f E and %.4f to %.4f N, does not touch the district: is the coordinate system right?",
			b.Min[0], b.Max[0], b.Min[1], b.Max[1])
	}
	if kept.hash, err = fileHash(j.path); err != nil {
		return nil, kept, err
	}
	kept.path, err = keepRaster(ctx, j, r, kept.hash)
	return r, kept, err
}

// edgeParts is into how many parts each edge of a raster is cut before it is brought
// to degrees, in which it is no straight line.
const edgeParts = 16

// extentOf is the outline of a raster in EPSG:4490.
func extentOf(ctx context.Context, r *raster.Raster) (orb.Polygon, error) {
	b := r.Bound()
	corners := [5]orb.Point{b.Min, {b.Max[0], b.Min[1]}, b.Max, {b.Min[0], b.Max[1]}, b.Min}
	var ring orb.Ring
	for k := range 4 {
		for n := range edgeParts {
			share := float64(n) / edgeParts
			ring = append(ring, orb.Point{corners[k][0] + share*(corners[k+1][0]-corners[k][0]), corners[k][1] + share*(corners[k+1][1]-corners[k][1])})
		}
	}
	ring = append(ring, ring[0])
	moved, err := Reproject(ctx, r.System.String(), "EPSG:4490", []orb.Geometry{orb.Polygon{ring}})
	if err != nil {
		return nil, err
	}
	p, ok := moved[0].(orb.Polygon)
	if !ok || len(p) == 0 {
		return nil, errors.New("cannot be brought to EPSG:4490")
	}
	return p, nil
}

func fileHash(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return nil, err
	}
	return h.Sum(nil), nil
}

// keepRaster puts the raster into the data directory under its hash: as it came
// when it is a GeoTIFF that says everything, else as one. What a broken run leaves is
// the same file for the next.
func keepRaster(ctx context.Context, j *job, r *raster.Raster, hash []byte) (string, error) {
	if j.req.DataDir == "" || j.req.DryRun {
		return filepath.Abs(j.path)
	}
	place, err := filepath.Abs(filepath.Join(j.req.DataDir, hex.EncodeToString(hash)+".tif"))
	if err != nil {
		return "", fmt.Errorf("keep the raster: %w", err)
	}
	if _, err := os.Stat(place); err == nil {
		return place, nil
	}
	if err := os.MkdirAll(j.req.DataDir, 0o755); err != nil {
		return "", fmt.Errorf("keep the raster: %w", err)
	}
	said, err := describeRaster(ctx, j.path)
	if err != nil {
		return "", err
	}
	if said.Driver == "GTiff" && said.Coordinates.WKT != "" {
		err = copyFile(j.path, place)
	} else {
		err = WriteRaster(ctx, place, r, geotiff.Float32)
	}
	if err != nil {
		return "", fmt.Errorf("keep the raster: %w", err)
	}
	return place, nil
}

// copyFile makes the copy beside its place and moves it there when it is whole.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.CreateTemp(filepath.Dir(to), ".terrain-*")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name()) // gone already when all went well
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Sync()
	}
	if closed := out.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(out.Name(), to)
}
