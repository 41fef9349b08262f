package evacuation

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/paulmach/orb"

	"gridmap/data"
	"gridmap/importers"
	"gridmap/layers/flood"
)

// terrains keeps the terrains that are in use: each is computed once for a file of
// elevations, stored beside it and mapped into memory.
type terrains struct {
	dir string

	mu   sync.Mutex
	open map[string]*flood.Terrain // by what their file is called
}

const (
	// streamAreaKM2 is where a stream begins where the rivers are not drawn.
	streamAreaKM2 = 2
	// breachM is how far to both sides of a breach a levee is gone.
	breachM = 30
)

// of is the terrain of a version behind the levees as they stand.
func (t *terrains) of(ctx context.Context, e data.Evacuations, file data.TerrainFile, breaches []data.Breach) (*flood.Terrain, error) {
	base, err := t.base(ctx, e, file)
	if err != nil {
		return nil, err
	}
	levees, err := e.Levees(ctx)
	if err != nil || len(levees) == 0 {
		return base, err
	}
	var shapes []orb.Geometry
	var crests []float64
	for _, l := range levees {
		for _, line := range l.Geom {
			shapes, crests = append(shapes, line), append(crests, l.CrestM)
		}
	}
	for _, b := range breaches {
		shapes = append(shapes, b.Geom)
	}
	moved, err := onPlane(ctx, base.System.String(), shapes)
	if err != nil {
		return nil, err
	}
	var barriers []flood.Levee
	var gaps []orb.Point
	for i, m := range moved {
		switch m := m.(type) {
		case orb.LineString:
			barriers = append(barriers, flood.Levee{Line: m, CrestM: crests[i]})
		case orb.Point:
			gaps = append(gaps, m)
		}
	}
	return base.WithLevees(barriers, gaps, breachM), nil
}

func (t *terrains) base(ctx context.Context, e data.Evacuations, file data.TerrainFile) (*flood.Terrain, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	name := hex.EncodeToString(file.SHA256)
	if known := t.open[name]; known != nil {
		return known, nil
	}
	place := filepath.Join(t.dir, name+".flood")
	terrain, _, err := flood.Open(place)
	if errors.Is(err, os.ErrNotExist) {
		terrain, err = t.make(ctx, e, file, place)
	}
	if err != nil {
		return nil, fmt.Errorf("terrain %q: %w", file.Name, err)
	}
	if t.open == nil {
		t.open = map[string]*flood.Terrain{}
	}
	t.open[name] = terrain
	return terrain, nil
}

func (t *terrains) make(ctx context.Context, e data.Evacuations, file data.TerrainFile, place string) (*flood.Terrain, error) {
	courses, err := e.Courses(ctx)
	if err != nil {
		return nil, err
	}
	terrain, err := BuildTerrain(ctx, file.Path, courses)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(t.dir, 0o755); err != nil {
		return nil, fmt.Errorf("keep a terrain: %w", err)
	}
	made := flood.Provenance{Sources: map[string]string{"dem": hex.EncodeToString(file.SHA256)}, Options: "rivers as drawn", Program: "gridmap"}
	if err := terrain.Save(place, made); err != nil {
		return nil, err
	}
	return terrain, nil
}

// BuildTerrain computes the terrain of a file of elevations with rivers in EPSG:4490;
// where none of them lies on it, streams are found where enough land drains through.
func BuildTerrain(ctx context.Context, path string, courses []data.Course) (*flood.Terrain, error) {
	dem, err := importers.ReadRaster(ctx, path, "")
	if err != nil {
		return nil, err
	}
	shapes := make([]orb.Geometry, len(courses))
	for i, c := range courses {
		shapes[i] = c.Geom
	}
	moved, err := onPlane(ctx, dem.System.String(), shapes)
	if err != nil {
		return nil, err
	}
	river, drawn := make([]bool, dem.Size()), false
	for _, m := range moved {
		cells, _ := flood.Cells(dem.Grid, m)
		for _, i := range cells {
			river[i], drawn = true, true
		}
	}
	if !drawn {
		return flood.Build(dem, flood.Options{StreamAreaKM2: streamAreaKM2})
	}
	return flood.Build(dem, flood.Options{River: river})
}
