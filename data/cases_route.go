package data

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
)

// Routing is where a place belongs on a day: its building, micro-grid, grid,
// community and town, and the team that serves it. Ids are zero and texts
// empty where there is none.
type Routing struct {
	At                       orb.Point // EPSG:4490
	BuildingID               int64
	BuildingCode, Building   string
	MicrogridID              int64
	MicrogridCode            string
	GridID                   int64
	GridCode, Grid           string
	CommunityCode, Community string
	TownCode, Town           string
	TeamID                   int64
	Team                     string
}

// RouteQuery names a place by exactly one of its fields.
type RouteQuery struct {
	Point        *orb.Point // EPSG:4490
	BuildingCode string
	GridCode     string // 15 digits
}

// Locate routes a place as things are, or, when past, as they were at a moment;
// with it comes the version of the map that it looked at. See routing for what it
// refuses.
func Locate(ctx context.Context, pool *pgxpool.Pool, q RouteQuery, at time.Time, past bool) (r Routing, version int64, err error) {
	err = pgx.BeginTxFunc(ctx, pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, query("version_at"), at, past).Scan(&version); err != nil {
			return fmt.Errorf("find the version of the map: %w", err)
		}
		r, err = routing(ctx, tx, q, at, past)
		return err
	})
	return r, version, err
}

// Route routes a place within a write. Until the write ends no plan takes force,
// so that what is routed now cannot stay behind in a grid that is no more.
func (t *Tx) Route(ctx context.Context, q RouteQuery, now time.Time) (Routing, error) {
	if _, err := t.tx.Exec(ctx, query("plan_hold_still")); err != nil {
		return Routing{}, fmt.Errorf("hold the plan still: %w", err)
	}
	return routing(ctx, t.tx, q, now, false)
}

// routing finds the grid in force, or, when past, the one that held at a moment:
// that of the building which holds the point, else the one that covers it. The building is the one
// that holds the point, else the nearest within 30 m in the same grid. A place
// without a grid is OutOfPlace; an unknown building or grid is Invalid.
func routing(ctx context.Context, db querier, q RouteQuery, at time.Time, past bool) (Routing, error) {
	switch {
	case q.GridCode != "":
		r, err := oneRouting(ctx, db, query("case_route_grid"), q.GridCode, at, past)
		if errors.Is(err, pgx.ErrNoRows) {
			return r, Fault(Invalid, "grid_code", "is not the code of a grid in force")
		}
		return r, err
	case q.BuildingCode != "":
		rows, err := db.Query(ctx, query("case_building"), q.BuildingCode)
		if err != nil {
			return Routing{}, fmt.Errorf("find a building: %w", err)
		}
		b, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[struct {
			ID int64
			At orb.Point
		}])
		if errors.Is(err, pgx.ErrNoRows) {
			return Routing{}, Fault(Invalid, "building_code", "is not the code of a building")
		}
		if err != nil {
			return Routing{}, fmt.Errorf("find a building: %w", err)
		}
		return covered(ctx, db, "building_code", b.At, b.ID, at, past)
	case q.Point != nil:
		return covered(ctx, db, "location", *q.Point, 0, at, past)
	}
	return Routing{}, Fault(Invalid, "location", "give a location, a building_code or a grid_code")
}

func covered(ctx context.Context, db querier, field string, at orb.Point, building int64, when time.Time, past bool) (Routing, error) {
	r, err := oneRouting(ctx, db, query("case_route"), at, building, when, past)
	if errors.Is(err, pgx.ErrNoRows) {
		return r, Fault(OutOfPlace, field, "lies in no grid of this district")
	}
	return r, err
}

func oneRouting(ctx context.Context, db querier, sql string, args ...any) (Routing, error) {
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return Routing{}, fmt.Errorf("route a place: %w", err)
	}
	r, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Routing])
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return Routing{}, fmt.Errorf("route a place: %w", err)
	}
	return r, err
}
