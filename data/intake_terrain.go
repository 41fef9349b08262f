package data

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
)

// TerrainIntake is a raster of elevations that is to become a version of the
// terrain.
type TerrainIntake struct {
	Name, Path    string
	SHA256        []byte
	CellM         float64 // mean side of a cell, metres
	ErrorM        float64 // how far its levels may be off, metres; zero: not said
	Width, Height int
	Extent        orb.Polygon // EPSG:4490
}

// Terrain takes a version of the terrain in; it answers false when the same
// bytes are there already.
func (in *Intake) Terrain(ctx context.Context, t TerrainIntake) (bool, error) {
	tag, err := in.tx.Exec(ctx, query("terrain_add"), t.Name, t.Path, t.SHA256, t.CellM, t.ErrorM, t.Width, t.Height, orb.Geometry(t.Extent), in.source)
	if err != nil {
		return false, fmt.Errorf("take in terrain %s: %w", t.Name, err)
	}
	return tag.RowsAffected() == 1, nil
}

// Meets says whether an area in EPSG:4490 touches the district, and whether there is
// a district yet.
func (in *Intake) Meets(ctx context.Context, area orb.Polygon) (there, meets bool, err error) {
	if err := in.tx.QueryRow(ctx, query("terrain_meets"), orb.Geometry(area)).Scan(&there, &meets); err != nil {
		return false, false, fmt.Errorf("lay a raster over the district: %w", err)
	}
	return there, meets, nil
}

// DepthIntake is a raster of depths of water, metres, that holds for a level at a
// gauge.
type DepthIntake struct {
	Gauge  string // its code
	StageM float64
	Path   string
	SHA256 []byte
	CellM  float64
	Extent orb.Polygon // EPSG:4490
}

// Depth takes in depths for a gauge's level; those for the same level are replaced.
// It answers whether there were none, and whether anything changed. A gauge that is
// not there is NotFound.
func (in *Intake) Depth(ctx context.Context, d DepthIntake) (fresh, changed bool, err error) {
	var gauge int64
	err = in.tx.QueryRow(ctx, query("depth_gauge"), d.Gauge).Scan(&gauge)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, false, Fault(NotFound, "gauge", fmt.Sprintf("there is no gauge with the code %q", d.Gauge))
	}
	if err != nil {
		return false, false, fmt.Errorf("find gauge %s: %w", d.Gauge, err)
	}
	err = in.tx.QueryRow(ctx, query("depth_add"), gauge, d.StageM, d.Path, d.SHA256, d.CellM, orb.Geometry(d.Extent), in.source).Scan(&fresh)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, false, nil
	}
	if err != nil {
		return false, false, fmt.Errorf("take in depths of gauge %s: %w", d.Gauge, err)
	}
	return fresh, true, nil
}
