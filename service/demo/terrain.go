package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"gridmap/data"
	"gridmap/geo/geotiff"
	"gridmap/importers"
	"gridmap/importers/synth"
	"gridmap/layers/flood"
	"gridmap/service/evacuation"
)

const (
	terrainName   = "合成地形"
	terrainCellM  = 20.0
	terrainErrorM = 1.0 // as if it had been measured from the air
)

// terrain keeps the relief as the district's terrain, and what follows from it for
// floods, so that the first flood need not wait for that.
func (m *maker) terrain(ctx context.Context) error {
	if m.o.TerrainDir == "" {
		return nil
	}
	if err := os.MkdirAll(m.o.TerrainDir, 0o755); err != nil {
		return fmt.Errorf("keep the terrain: %w", err)
	}
	m.o.Progress("terrain", 0, 3)
	cell := m.o.TerrainCellM
	if cell == 0 {
		cell = terrainCellM
	}
	relief := m.district.Relief(cell)
	// Water shapes land without hollows; noise does not.
	_, filled := flood.Fill(relief, nil)
	for i, v := range relief.Values {
		if v == v {
			relief.Values[i] = filled[i]
		}
	}
	draft := filepath.Join(m.o.TerrainDir, "."+synth.Source+".tif")
	defer os.Remove(draft)
	if err := importers.WriteRaster(ctx, draft, relief, geotiff.Float32); err != nil {
		return err
	}
	if _, err := importers.Import(ctx, m.pool, importers.Request{Kind: "terrain", Files: []string{draft}, DataDir: m.o.TerrainDir,
		Name: terrainName, Source: synth.Source, ErrorM: terrainErrorM}); err != nil {
		return err
	}
	m.o.Progress("terrain", 1, 3)
	return m.floodTerrain(ctx, draft)
}

// floodTerrain computes what the evacuation service would compute at the first
// flood, and puts it where that looks.
func (m *maker) floodTerrain(ctx context.Context, dem string) error {
	raw, err := os.ReadFile(dem)
	if err != nil {
		return fmt.Errorf("read the terrain: %w", err)
	}
	sum := sha256.Sum256(raw)
	name := hex.EncodeToString(sum[:])
	place := filepath.Join(m.o.TerrainDir, name+".flood")
	if _, err := os.Stat(place); !errors.Is(err, os.ErrNotExist) {
		return err // of a demo that was made before
	}
	var courses []data.Course
	for _, w := range m.district.Water {
		if w.Kind == "river" || w.Kind == "stream" {
			courses = append(courses, data.Course{ID: w.ID, Kind: w.Kind, Name: w.Name, Geom: w.Geom})
		}
	}
	terrain, err := evacuation.BuildTerrain(ctx, dem, courses)
	if err != nil {
		return err
	}
	m.o.Progress("terrain", 2, 3)
	return terrain.Save(place, flood.Provenance{Sources: map[string]string{"dem": name}, Options: "rivers as drawn", Program: "gridmap"})
}
