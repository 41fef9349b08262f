package data

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
)

// FieldCommunity is a community that an area reaches into.
type FieldCommunity struct {
	Code, Name string
	Geom       orb.MultiPolygon // EPSG:4490
}

// CommunitiesUnder lists the communities that an area in EPSG:4490 reaches into
// by more than a hundredth. The area must be valid.
func CommunitiesUnder(ctx context.Context, pool *pgxpool.Pool, area orb.MultiPolygon) ([]FieldCommunity, error) {
	return fieldRows[FieldCommunity](ctx, pool, "communities", area)
}

// Footprint is where a building stands.
type Footprint struct {
	ID         int64
	Code       string
	Households int
	Geom       orb.Geometry // EPSG:4490
}

// Footprints lists the buildings of a community.
func Footprints(ctx context.Context, pool *pgxpool.Pool, community string) ([]Footprint, error) {
	return fieldRows[Footprint](ctx, pool, "footprints", community)
}

func fieldRows[T any](ctx context.Context, pool *pgxpool.Pool, what string, args ...any) ([]T, error) {
	rows, err := pool.Query(ctx, query("field_"+what), args...)
	if err != nil {
		return nil, fmt.Errorf("read %s under boundaries: %w", what, err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToStructByPos[T])
	if err != nil {
		return nil, fmt.Errorf("read %s under boundaries: %w", what, err)
	}
	return out, nil
}
