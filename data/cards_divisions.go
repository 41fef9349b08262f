package data

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Place is a division without its outline.
type Place struct {
	Code, Level, Name        string
	ParentCode               string  // empty: the district
	Kind                     string  // communities: residents, villagers
	West, South, East, North float64 // degrees
	Lon, Lat                 float64 // a point inside
}

// DivisionFilter narrows a list of divisions; empty fields do not.
type DivisionFilter struct{ Code, ParentCode, Level string }

// Divisions lists divisions by code.
func Divisions(ctx context.Context, pool *pgxpool.Pool, f DivisionFilter) ([]Place, error) {
	rows, err := pool.Query(ctx, query("card_divisions"), f.Code, f.ParentCode, f.Level)
	if err != nil {
		return nil, fmt.Errorf("list divisions: %w", err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Place])
	if err != nil {
		return nil, fmt.Errorf("list divisions: %w", err)
	}
	return out, nil
}

// FindDivision returns the division with this code, or a NotFound.
func FindDivision(ctx context.Context, pool *pgxpool.Pool, code string) (Place, error) {
	list, err := Divisions(ctx, pool, DivisionFilter{Code: code})
	if err != nil {
		return Place{}, err
	}
	if code == "" || len(list) == 0 {
		return Place{}, Fault(NotFound, "division", "there is no division with this code")
	}
	return list[0], nil
}
