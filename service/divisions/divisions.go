// Package divisions answers what the district is made of: the district, its
// towns and communities by code and name, the departments that answer a
// whistle, and the types a case can have. It holds no rule beyond naming what
// there is. Positions are EPSG:4490 degrees.
package divisions

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/data"
)

// Service answers from the database.
type Service struct{ pool *pgxpool.Pool }

// New makes a Service on pool.
func New(pool *pgxpool.Pool) *Service { return &Service{pool} }

// List lists divisions by code.
func (s *Service) List(ctx context.Context, f data.DivisionFilter) ([]data.Place, error) {
	if f.ParentCode != "" {
		if _, err := s.Find(ctx, f.ParentCode); err != nil {
			return nil, err
		}
	}
	return data.Divisions(ctx, s.pool, f)
}

// Find returns the division with this code, or a NotFound.
func (s *Service) Find(ctx context.Context, code string) (data.Place, error) {
	return data.FindDivision(ctx, s.pool, code)
}

// Departments lists those who can be called by a whistle.
func (s *Service) Departments(ctx context.Context) ([]data.Department, error) {
	return data.Departments(ctx, s.pool)
}

// CaseTypes lists the types a case can have.
func (s *Service) CaseTypes(ctx context.Context) ([]data.CaseType, error) {
	return data.CaseTypes(ctx, s.pool)
}
