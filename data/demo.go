package data

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
)

// DemoStateOf says what a database holds, seen from the demo.
type DemoStateOf int

// The states.
const (
	DemoEmpty   DemoStateOf = iota // no district
	DemoHalf                       // the making was cut off
	DemoWhole                      // the demo is there
	DemoForeign                    // somebody's own district
)

// DemoState looks what the database holds.
func DemoState(ctx context.Context, pool *pgxpool.Pool) (DemoStateOf, error) {
	var state DemoStateOf
	if err := pool.QueryRow(ctx, query("demo_state")).Scan(&state); err != nil {
		return 0, fmt.Errorf("look for the demo: %w", err)
	}
	return state, nil
}

// FinishDemo notes that the demo is whole, and leaves the tables as autovacuum
// would after a while: index-only scans need it.
func FinishDemo(ctx context.Context, pool *pgxpool.Pool) error {
	if _, err := pool.Exec(ctx, `update divisions set source_id = 'whole' where level = 'district' and source = 'synthetic'`); err != nil {
		return fmt.Errorf("finish the demo: %w", err)
	}
	if _, err := pool.Exec(ctx, `vacuum (analyze) cases, case_steps, people, buildings, households, plan_buildings`); err != nil {
		return fmt.Errorf("settle the tables of the demo: %w", err)
	}
	return nil
}

// ClearDemo makes the schema anew after a demo that was cut off. Tables that
// are append-only cannot be emptied in any other way.
func ClearDemo(ctx context.Context, pool *pgxpool.Pool) error {
	if _, err := pool.Exec(ctx, `drop schema public cascade; create schema public`); err != nil {
		return fmt.Errorf("clear the half-made demo: %w", err)
	}
	pool.Reset() // the type geometry has another number now
	_, err := Migrate(ctx, pool.Config().ConnString())
	return err
}

// Present is the grids in force, as teams and cases need it.
type Present struct {
	Grids     []PresentGrid              // in the order of codes
	Buildings map[int64]PresentPlacement // by building; of a divided one, its first part
}

// PresentGrid is a grid of the grids in force.
type PresentGrid struct {
	ID                    int64
	Code, Name, Community string
	Households, Persons   int
	Place                 orb.Point // somewhere inside
}

// PresentPlacement is where a building belongs.
type PresentPlacement struct{ Grid, Microgrid int64 } // ids; no micro-grid: 0

// PresentPlan reads the grids in force.
func PresentPlan(ctx context.Context, pool *pgxpool.Pool) (Present, error) {
	p := Present{Buildings: map[int64]PresentPlacement{}}
	err := At(ctx, pool, func(m Moment) error {
		rows, err := m.tx.Query(ctx, `select g.id, g.code, g.name, g.community_code, g.households, g.persons, st_pointonsurface(g.geom)
			from grids g where upper_inf(g.valid) order by g.code`)
		if err != nil {
			return err
		}
		if p.Grids, err = pgx.CollectRows(rows, pgx.RowToStructByPos[PresentGrid]); err != nil {
			return err
		}
		rows, err = m.tx.Query(ctx, `select b.building_id, b.grid_id, coalesce(b.microgrid_id, 0)
			from plan_buildings b join grids g on g.id = b.grid_id where upper_inf(g.valid) order by b.building_id, b.part desc`)
		if err != nil {
			return err
		}
		var building int64
		var at PresentPlacement
		_, err = pgx.ForEachRow(rows, []any{&building, &at.Grid, &at.Microgrid}, func() error {
			p.Buildings[building] = at
			return nil
		})
		return err
	})
	if err != nil {
		return p, fmt.Errorf("read the grids in force: %w", err)
	}
	return p, nil
}

// DemoType is a case type with how many cases of it there were lately.
type DemoType struct {
	Code  string
	Cases int
}

// DemoTypes lists the case types with their shares in the last hundred days.
func DemoTypes(ctx context.Context, pool *pgxpool.Pool) ([]DemoType, error) {
	rows, err := pool.Query(ctx, `select t.code, count(c.id)::int + 1 from case_types t
		left join cases c on c.type_code = t.code and c.opened_at > now() - interval '100 days' group by t.code order by t.code`)
	if err != nil {
		return nil, fmt.Errorf("count case types: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[DemoType])
}

// DemoPlaces picks n buildings where people live, the more the likelier, by a
// seed, and returns their codes.
func DemoPlaces(ctx context.Context, pool *pgxpool.Pool, n int, seed int64) ([]string, error) {
	rows, err := pool.Query(ctx, `select b.code from buildings b
		where b.households > 0 and exists (select from plan_buildings p where p.building_id = b.id)
		order by power((hashint8extended(b.id, $2) & 2147483647)::float8 / 2147483648, 1.0 / b.households) desc limit $1`, n, seed)
	if err != nil {
		return nil, fmt.Errorf("pick buildings: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
