package data

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/geo"
)

// Querier runs single statements: a pool, a connection or a transaction.
type Querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// SamplePlaces returns up to n places where buildings stand, spread over the
// district, the same ones each time.
func SamplePlaces(ctx context.Context, pool *pgxpool.Pool, n int) ([]geo.LonLat, error) {
	rows, err := pool.Query(ctx, `select st_x(c), st_y(c) from (
		select st_centroid(b.geom) as c from buildings b
		where b.community_code is not null and exists (select from plan_buildings p where p.building_id = b.id)
		order by hashint8(b.id) limit $1) s`, n)
	if err != nil {
		return nil, fmt.Errorf("sample places: %w", err)
	}
	places, err := pgx.CollectRows(rows, pgx.RowToStructByPos[geo.LonLat])
	if err != nil {
		return nil, fmt.Errorf("sample places: %w", err)
	}
	return places, nil
}

// CaseTypeCodes lists the codes of case types that are not sensitive.
func CaseTypeCodes(ctx context.Context, pool *pgxpool.Pool) ([]string, error) {
	rows, err := pool.Query(ctx, `select code from case_types where not sensitive order by code`)
	if err != nil {
		return nil, fmt.Errorf("list case types: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
