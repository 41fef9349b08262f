package data

import (
	"context"
	"embed"
	"fmt"

	"github.com/jackc/pgx/v5"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

// query returns the text of sql/name.sql. A missing file is a mistake in the
// program, found by the first test that runs the statement.
func query(name string) string {
	b, err := sqlFiles.ReadFile("sql/" + name + ".sql")
	if err != nil {
		panic(fmt.Sprintf("no statement %q", name))
	}
	return string(b)
}

// rowsOf runs sql/name.sql and collects its rows, whose columns are the fields of T
// in their order.
func rowsOf[T any](ctx context.Context, q querier, name string, args ...any) ([]T, error) {
	rows, err := q.Query(ctx, query(name), args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToStructByPos[T])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}
