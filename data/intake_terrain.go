package data

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"
)

// TerrainIntake is a raster of elevations that is to become a version of the
// terrain.
type TerrainIntake struct {
	Name, Path    string
	SHA256        []byte
	CellM         float64 // mean side of a cell, metres
	Width, Height int
	Extent        orb.Polygon // EPSG:4490
}

// Terrain takes a version of the terrain in; it answers false when the same
// bytes are there already.
func (in *Intake) Terrain(ctx context.Context, t TerrainIntake) (bool, error) {
	tag, err := in.tx.Exec(ctx, `insert into terrain_versions (name, path, sha256, cell_m, width, height, extent, source)
		values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (sha256) do nothing`,
		t.Name, t.Path, t.SHA256, t.CellM, t.Width, t.Height, orb.Geometry(t.Extent), in.source)
	if err != nil {
		return false, fmt.Errorf("take in terrain %s: %w", t.Name, err)
	}
	return tag.RowsAffected() == 1, nil
}
