package data

import (
	"context"

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
	return rowsOf[FieldCommunity](ctx, pool, "field_communities", area)
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
	return rowsOf[Footprint](ctx, pool, "field_footprints", community)
}
