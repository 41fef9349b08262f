package data

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
)

// PlanGround is what grids are drawn over: the divisions, buildings and lines
// of an area, in EPSG:4490.
type PlanGround struct {
	Communities []GroundCommunity
	Buildings   []GroundBuilding
	Lines       []GroundLine
	Dwellings   []GroundDwellings // of buildings with more than the asked number of households
}

// GroundCommunity is a community to be divided.
type GroundCommunity struct {
	Code, Name string
	Complex    bool
	Geom       orb.MultiPolygon
}

// GroundBuilding is a building with its counts.
type GroundBuilding struct {
	ID                  int64
	Community           string
	Compound            int64
	Dedicated           string
	Households, Persons int
	Geom                orb.Geometry
}

// GroundLine is a road, a railway or the bank of a water.
type GroundLine struct {
	Class string // as in roads, or as in water with "water:" before it
	Geom  orb.Geometry
}

// GroundDwellings counts the households on a floor of a stairwell.
type GroundDwellings struct {
	Building                     int64
	Stairwell, Floor, Households int
}

// Ground reads the ground under a division code, in one consistent look.
// Dwellings come for buildings with more than above households.
func Ground(ctx context.Context, pool *pgxpool.Pool, division string, above int) (PlanGround, error) {
	var g PlanGround
	err := At(ctx, pool, func(m Moment) error {
		return firstError(
			func() (err error) {
				g.Communities, err = groundRows[GroundCommunity](ctx, m, "communities", division)
				return
			},
			func() (err error) {
				g.Buildings, err = groundRows[GroundBuilding](ctx, m, "buildings", division)
				return
			},
			func() (err error) { g.Lines, err = groundRows[GroundLine](ctx, m, "lines", division); return },
			func() (err error) {
				g.Dwellings, err = groundRows[GroundDwellings](ctx, m, "dwellings", division, above)
				return
			},
		)
	})
	return g, err
}

func groundRows[T any](ctx context.Context, m Moment, what string, args ...any) ([]T, error) {
	rows, err := m.tx.Query(ctx, query("ground_"+what), args...)
	if err != nil {
		return nil, fmt.Errorf("read %s to draw grids over: %w", what, err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToStructByPos[T])
	if err != nil {
		return nil, fmt.Errorf("read %s to draw grids over: %w", what, err)
	}
	return out, nil
}

func firstError(steps ...func() error) error {
	for _, s := range steps {
		if err := s(); err != nil {
			return err
		}
	}
	return nil
}

// DrawnPlan is a whole plan. Ids in it count from 1 inside the plan; SavePlan
// gives the real ones.
type DrawnPlan struct {
	Plan       Plan
	Grids      []Grid
	Microgrids []Microgrid
	Buildings  []PlanBuilding
}

// SavePlan stores a drawn plan as a draft, whole or not at all, and returns its
// id.
func SavePlan(ctx context.Context, pool *pgxpool.Pool, d DrawnPlan) (int64, error) {
	var id int64
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, query("plan_insert"), d.Plan.Name, d.Plan.Author, document(d.Plan.Parameters),
			document(d.Plan.Report), d.Plan.Source, d.Plan.Division).Scan(&id)
		if err != nil {
			return fmt.Errorf("make the plan: %w", err)
		}
		grids, err := reserveIDs(ctx, tx, "grids", len(d.Grids))
		if err != nil {
			return err
		}
		microgrids, err := reserveIDs(ctx, tx, "microgrids", len(d.Microgrids))
		if err != nil {
			return err
		}
		return copyPlan(ctx, tx, id, grids-1, microgrids-1, d)
	})
	if err != nil {
		return 0, fmt.Errorf("save the plan %q: %w", d.Plan.Name, err)
	}
	return id, nil
}

// reserveIDs takes n consecutive ids of a table and returns the first.
func reserveIDs(ctx context.Context, tx pgx.Tx, table string, n int) (int64, error) {
	var first int64
	if err := tx.QueryRow(ctx, query("plan_reserve_ids"), table, n).Scan(&first); err != nil {
		return 0, fmt.Errorf("reserve ids of %s: %w", table, err)
	}
	return first, nil
}

func copyPlan(ctx context.Context, tx pgx.Tx, plan, grids, microgrids int64, d DrawnPlan) error {
	for i := range d.Grids {
		d.Grids[i].ID += grids
		d.Grids[i].PlanID = plan
	}
	for i := range d.Microgrids {
		d.Microgrids[i].ID += microgrids
		d.Microgrids[i].GridID += grids
		d.Microgrids[i].PlanID = plan
	}
	for i := range d.Buildings {
		b := &d.Buildings[i]
		b.PlanID = plan
		b.GridID += grids
		if b.MicrogridID != 0 {
			b.MicrogridID += microgrids
		}
	}
	b := &Bulk{tx: tx}
	return firstError(
		func() error { return b.Grids(ctx, each(d.Grids)) },
		func() error { return b.Microgrids(ctx, each(d.Microgrids)) },
		func() error { return b.PlanBuildings(ctx, each(d.Buildings)) },
	)
}

func each[T any](list []T) func(yield func(T) bool) {
	return func(yield func(T) bool) {
		for _, v := range list {
			if !yield(v) {
				return
			}
		}
	}
}

// HeldPlace is where the plan in force places a building or a part of it.
type HeldPlace struct {
	BuildingID      int64
	Part            string
	Households      int
	Grid, Microgrid string // codes; no micro-grid: empty
}

// Held reads where the plan in force places every building, and every grid and
// micro-grid code that was ever used, in one consistent look.
func Held(ctx context.Context, pool *pgxpool.Pool) (places []HeldPlace, used []string, err error) {
	err = At(ctx, pool, func(m Moment) error {
		rows, err := m.tx.Query(ctx, query("plan_held"))
		if err != nil {
			return err
		}
		if places, err = pgx.CollectRows(rows, pgx.RowToStructByPos[HeldPlace]); err != nil {
			return err
		}
		if rows, err = m.tx.Query(ctx, query("plan_used_codes")); err != nil {
			return err
		}
		used, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read the plan that holds: %w", err)
	}
	return places, used, nil
}

// HeldOutline is the ground of a grid in force or micro-grid, in EPSG:4490.
type HeldOutline struct {
	Code      string
	Microgrid bool
	Geom      orb.MultiPolygon
}

// HeldOutlines reads the outlines in force under a division code.
func HeldOutlines(ctx context.Context, pool *pgxpool.Pool, division string) (out []HeldOutline, err error) {
	err = At(ctx, pool, func(m Moment) error {
		rows, err := m.tx.Query(ctx, query("plan_held_outlines"), division)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowToStructByPos[HeldOutline])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the outlines of the plan that holds: %w", err)
	}
	return out, nil
}

// PlanDivision is the code of the division that a plan is for.
func PlanDivision(ctx context.Context, pool *pgxpool.Pool, plan int64) (string, error) {
	var code string
	err := pool.QueryRow(ctx, query("plan_division"), plan).Scan(&code)
	if err == pgx.ErrNoRows {
		return "", Fault(NotFound, "id", "there is no such plan")
	}
	if err != nil {
		return "", fmt.Errorf("find the division of a plan: %w", err)
	}
	return code, nil
}
