package data

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// DistrictOf returns the code of the district, empty when there is none yet, and
// whether it is the synthetic one of the demo.
func DistrictOf(ctx context.Context, pool *pgxpool.Pool) (code string, synthetic bool, err error) {
	err = pool.QueryRow(ctx, `select code, source = 'synthetic' from divisions where level = 'district' order by code limit 1`).Scan(&code, &synthetic)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("look for the district: %w", err)
	}
	return code, synthetic, nil
}
