package data

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// GridVersion is a grid as it was while one plan was in force.
type GridVersion struct {
	PlanID              int64
	Plan                string
	From                time.Time
	To                  *time.Time // nil: it is in force
	Name, Kind          string
	Households, Persons int
	AreaM2              float64
	InRule              bool
	Lineage             string   // N, U, S, M, X
	Predecessors        []string // codes
	Successors          []string // codes; of the version in force none
}

// GridLife lists the versions of a grid, oldest first. A code that was never in
// force is NotFound.
func GridLife(ctx context.Context, pool *pgxpool.Pool, code string) ([]GridVersion, error) {
	rows, err := pool.Query(ctx, query("life_versions"), code)
	if err != nil {
		return nil, fmt.Errorf("read the life of a grid: %w", err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToStructByPos[GridVersion])
	if err != nil {
		return nil, fmt.Errorf("read the life of a grid: %w", err)
	}
	if len(out) == 0 {
		return nil, Fault(NotFound, "code", "no grid ever had this code")
	}
	return out, nil
}
