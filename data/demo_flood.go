package data

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// DemoGauge is a gauge of the demo district with the level that is usual there,
// metres of its datum.
type DemoGauge struct {
	ID     int64
	Code   string
	UsualM float64
}

// DemoGauges lists the gauges that the demo's own readings tell a usual level of.
func DemoGauges(ctx context.Context, pool *pgxpool.Pool) ([]DemoGauge, error) {
	rows, err := pool.Query(ctx, query("demo_gauges"))
	if err != nil {
		return nil, fmt.Errorf("list the demo's gauges: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[DemoGauge])
}

// EndReplays closes the replays that are under way, whoever is still on their lists:
// the demo begins a new one. Evacuations that are no replay are left alone.
func EndReplays(ctx context.Context, pool *pgxpool.Pool, by string) (int64, error) {
	tag, err := pool.Exec(ctx, query("demo_end_replays"), by)
	if err != nil {
		return 0, fmt.Errorf("end a replay: %w", err)
	}
	return tag.RowsAffected(), nil
}
