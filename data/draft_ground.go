package data

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
)

// DraftPlace is a community and the divisions above it.
type DraftPlace struct{ Code, Name, TownCode, Town, District string }

// Covers says whether the community lies in a division.
func (p DraftPlace) Covers(division string) bool {
	return division == p.Code || division == p.TownCode || division == p.District
}

// DraftGrid is a grid that a desk begins with, or compares with, in EPSG:4490.
type DraftGrid struct {
	Code, Name, Kind string
	Layered          bool
	Households       int
	Geom             orb.MultiPolygon
}

// Community finds a community, or is NotFound.
func (d Drafts) Community(ctx context.Context, code string) (DraftPlace, error) {
	rows, err := rowsOf[DraftPlace](ctx, d.q, "draft_community", code)
	if err == nil && len(rows) == 0 {
		err = Fault(NotFound, "community", "there is no community with this code")
	}
	if err != nil {
		return DraftPlace{}, err
	}
	return rows[0], nil
}

// Ground reads the ground of a community and of those round it, and the longitude
// that chooses the zone of projection. Dwellings come for buildings with more
// than above households.
func (d Drafts) Ground(ctx context.Context, community string, above int) (g PlanGround, zoneLon float64, err error) {
	err = asOwner(ctx, d.q, func() (err error) {
		g, zoneLon, err = d.ground(ctx, community, above)
		return err
	})
	return g, zoneLon, err
}

func (d Drafts) ground(ctx context.Context, community string, above int) (g PlanGround, zoneLon float64, err error) {
	var codes []string
	if codes, err = draftColumn[string](ctx, d.q, "draft_neighbours", community); err != nil {
		return g, 0, err
	}
	if err = d.q.QueryRow(ctx, query("draft_zone"), community).Scan(&zoneLon); err != nil {
		return g, 0, fmt.Errorf("find the zone of %s: %w", community, err)
	}
	err = firstError(
		func() (err error) {
			g.Communities, err = rowsOf[GroundCommunity](ctx, d.q, "draft_ground_communities", codes)
			return
		},
		func() (err error) {
			g.Buildings, err = rowsOf[GroundBuilding](ctx, d.q, "draft_ground_buildings", codes)
			return
		},
		func() (err error) {
			g.Lines, err = rowsOf[GroundLine](ctx, d.q, "draft_ground_lines", codes)
			return
		},
		func() (err error) {
			g.Dwellings, err = rowsOf[GroundDwellings](ctx, d.q, "draft_ground_dwellings", codes, above)
			return
		},
	)
	return g, zoneLon, err
}

// Stamp differs after the ground of a community did.
func (d Drafts) Stamp(ctx context.Context, community string) (stamp string, err error) {
	if err = d.q.QueryRow(ctx, query("draft_stamp"), community).Scan(&stamp); err != nil {
		return "", fmt.Errorf("look whether the ground of %s changed: %w", community, err)
	}
	return stamp, nil
}

// BasedOn is the version of the map in which the grids of a community took force.
func (d Drafts) BasedOn(ctx context.Context, community string) (version int64, err error) {
	if err = d.q.QueryRow(ctx, query("draft_based_on"), community).Scan(&version); err != nil {
		return 0, fmt.Errorf("find the version of %s: %w", community, err)
	}
	return version, nil
}

// Grids lists those of a community in a plan, or, for plan zero, in force.
func (d Drafts) Grids(ctx context.Context, plan int64, community string) ([]DraftGrid, error) {
	return rowsOf[DraftGrid](ctx, d.q, "draft_grids", planOrNull(plan), community)
}

// Places lists where a plan, or, for plan zero, what is in force puts buildings.
func (d Drafts) Places(ctx context.Context, plan int64, community string) ([]HeldPlace, error) {
	return rowsOf[HeldPlace](ctx, d.q, "draft_places", planOrNull(plan), community)
}

// MicroOutlines lists the micro-grids in force of a community that own land.
func (d Drafts) MicroOutlines(ctx context.Context, community string) ([]HeldOutline, error) {
	rows, err := d.q.Query(ctx, query("draft_microgrids"), community)
	if err != nil {
		return nil, fmt.Errorf("read micro-grids of %s: %w", community, err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (HeldOutline, error) {
		o := HeldOutline{Microgrid: true}
		err := row.Scan(&o.Code, &o.Geom)
		return o, err
	})
}

// UsedCodes lists codes of a community that a plan may not give to another grid.
func (d Drafts) UsedCodes(ctx context.Context, plan int64, community string) ([]string, error) {
	return draftColumn[string](ctx, d.q, "draft_used_codes", community, plan)
}

func draftColumn[T any](ctx context.Context, q pgx.Tx, name string, args ...any) ([]T, error) {
	rows, err := q.Query(ctx, query(name), args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}

func planOrNull(plan int64) *int64 {
	if plan == 0 {
		return nil
	}
	return &plan
}
