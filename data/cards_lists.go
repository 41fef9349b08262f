package data

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Department answers whistles.
type Department struct {
	ID   int64
	Name string
}

// Departments lists the district's departments by name.
func Departments(ctx context.Context, pool *pgxpool.Pool) ([]Department, error) {
	rows, err := pool.Query(ctx, query("card_departments"))
	if err != nil {
		return nil, fmt.Errorf("list departments: %w", err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Department])
	if err != nil {
		return nil, fmt.Errorf("list departments: %w", err)
	}
	return out, nil
}

// CaseTypes lists the types of cases by board and code.
func CaseTypes(ctx context.Context, pool *pgxpool.Pool) ([]CaseType, error) {
	rows, err := pool.Query(ctx, query("card_case_types"))
	if err != nil {
		return nil, fmt.Errorf("list case types: %w", err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToStructByPos[CaseType])
	if err != nil {
		return nil, fmt.Errorf("list case types: %w", err)
	}
	return out, nil
}
