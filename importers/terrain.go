package importers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/paulmach/orb"

	"gridmap/data"
)

// rasterInfo is what is used of `gdalinfo -json`.
type rasterInfo struct {
	Size         [2]int     `json:"size"`
	GeoTransform [6]float64 `json:"geoTransform"`
	Coordinates  struct {
		WKT string `json:"wkt"`
	} `json:"coordinateSystem"`
	Extent struct {
		Coordinates [][][2]float64 `json:"coordinates"`
	} `json:"wgs84Extent"`
	Bands []struct {
		Type string `json:"type"`
	} `json:"bands"`
}

// takeTerrain takes in one elevation raster as a version of the terrain. The
// same bytes are the same version.
func takeTerrain(ctx context.Context, j *job) error {
	info, err := os.Stat(j.path)
	if err != nil || !info.Mode().IsRegular() {
		return fmt.Errorf("open %s: not a regular file", j.path)
	}
	out, err := runGDAL(ctx, "gdalinfo", "-json", "-if", "GTiff", j.path)
	if err != nil {
		return describe(err, j.path)
	}
	var raster rasterInfo
	if err := json.Unmarshal(out, &raster); err != nil {
		return fmt.Errorf("read what gdalinfo says of %s: %w", j.path, err)
	}
	t, err := describeTerrain(j, raster)
	if err != nil {
		return describe(err, j.path)
	}
	if t.SHA256, err = fileHash(j.path); err != nil {
		return describe(err, j.path)
	}
	if t.Path, err = keepTerrain(j, t.SHA256); err != nil {
		return err
	}
	fresh, err := j.in.Terrain(ctx, t)
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

func describeTerrain(j *job, r rasterInfo) (data.TerrainIntake, error) {
	t := data.TerrainIntake{Name: sourceOf(j.req, j.path), Width: r.Size[0], Height: r.Size[1]}
	switch {
	case r.Coordinates.WKT == "":
		return t, errors.New("it names no coordinate system")
	case len(r.Bands) != 1:
		return t, fmt.Errorf("it has %d bands: an elevation raster has one", len(r.Bands))
	case len(r.Extent.Coordinates) == 0 || len(r.Extent.Coordinates[0]) < 4:
		return t, errors.New("its extent is not known")
	case r.GeoTransform[2] != 0 || r.GeoTransform[4] != 0:
		return t, errors.New("it is rotated")
	}
	ring := orb.Ring{}
	for _, p := range r.Extent.Coordinates[0] {
		ring = append(ring, orb.Point{p[0], p[1]})
	}
	if !ring.Closed() {
		ring = append(ring, ring[0])
	}
	if bad := checkRange(ring, 180, 90); bad != nil {
		return t, bad
	}
	t.Extent = orb.Polygon{ring}
	// The mean side of a cell: the extent's area on the sphere over the cells.
	areaM2 := footprintM2(orb.MultiPolygon{t.Extent})
	t.CellM = math.Sqrt(areaM2 / float64(t.Width) / float64(t.Height))
	if !(t.CellM > 0) {
		return t, errors.New("its extent has no area")
	}
	return t, nil
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

// keepTerrain copies the raster into the data directory under its hash; a copy
// that a broken run leaves is the same file for the next.
func keepTerrain(j *job, hash []byte) (string, error) {
	if j.req.DataDir == "" || j.req.DryRun {
		return filepath.Abs(j.path)
	}
	place, err := filepath.Abs(filepath.Join(j.req.DataDir, hex.EncodeToString(hash)+".tif"))
	if err != nil {
		return "", fmt.Errorf("keep terrain: %w", err)
	}
	if _, err := os.Stat(place); err == nil {
		return place, nil
	}
	if err := os.MkdirAll(j.req.DataDir, 0o755); err != nil {
		return "", fmt.Errorf("keep terrain: %w", err)
	}
	if err := copyFile(j.path, place); err != nil {
		return "", fmt.Errorf("keep terrain: %w", err)
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
