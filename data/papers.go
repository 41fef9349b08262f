package data

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
)

// PlanPaper is a plan as its papers show it: the head, its grids and micro-grids
// with their ground, and what lies on and around it, in EPSG:4490.
type PlanPaper struct {
	Head        PaperHead
	Grids       []PaperGrid      // by code
	Microgrids  []PaperMicrogrid // by code
	Communities []PaperCommunity // by code
	Neighbours  []PaperCommunity // communities beside them, by code
	Lines       []PaperLine      // roads, railways and waters
	Buildings   []PaperBuilding  // by id; empty unless asked for
}

// PaperHead is a plan without its grids.
type PaperHead struct {
	ID                           int64
	Name, Status                 string
	Author, Approver             string
	DivisionCode                 string
	Version                      int // of its log
	EffectiveOn, EnactedAt       *time.Time
	Min, Max, MicroMin, MicroMax int // households
}

// PaperGrid is a grid of a plan.
type PaperGrid struct {
	ID                       int64
	Code, Name, Kind         string
	CommunityCode, Community string
	TownCode, Town           string
	Households, Persons      int
	AreaM2                   float64
	InRule, Layered          bool
	ReasonZH, ReasonEN       string
	Lineage                  string
	Predecessors             []string
	Geom                     orb.MultiPolygon
}

// PaperMicrogrid is a micro-grid of a plan.
type PaperMicrogrid struct {
	Code, Grid          string
	Households, Persons int
	AreaM2              float64
	InRule, Layered     bool
	ReasonZH, ReasonEN  string
	Geom                orb.MultiPolygon
}

// PaperCommunity is the outline of a community.
type PaperCommunity struct {
	Code, Name, TownCode, Town string
	Geom                       orb.MultiPolygon
}

// PaperLine is a road, a railway or a water.
type PaperLine struct {
	Kind  string // road, rail, water
	Class string // as in roads and water
	Name  string
	Geom  orb.Geometry
}

// PaperBuilding is a footprint.
type PaperBuilding struct {
	ID         int64
	Kind       string
	Households int
	Geom       orb.Geometry
}

// Paper reads a plan for its papers, in one consistent look: all of it, or what
// lies in one division of it. A plan without grids is a Conflict: it was not
// submitted yet.
func Paper(ctx context.Context, pool *pgxpool.Pool, plan int64, division string, buildings bool) (PlanPaper, error) {
	var p PlanPaper
	err := At(ctx, pool, func(m Moment) error {
		heads, err := paperRows[PaperHead](ctx, m, "plan", plan)
		if err != nil {
			return err
		}
		if len(heads) == 0 {
			return Fault(NotFound, "id", "there is no such plan")
		}
		p.Head = heads[0]
		prefix := CodePrefix(division)
		err = firstError(
			func() (err error) { p.Grids, err = paperRows[PaperGrid](ctx, m, "grids", plan, prefix); return },
			func() (err error) {
				p.Microgrids, err = paperRows[PaperMicrogrid](ctx, m, "microgrids", plan, prefix)
				return
			},
			func() (err error) {
				p.Communities, err = paperRows[PaperCommunity](ctx, m, "communities", plan, prefix)
				return
			},
			func() (err error) {
				p.Neighbours, err = paperRows[PaperCommunity](ctx, m, "neighbours", plan, prefix)
				return
			},
			func() (err error) { p.Lines, err = paperRows[PaperLine](ctx, m, "lines", plan, prefix); return },
		)
		if err != nil || !buildings {
			return err
		}
		p.Buildings, err = paperRows[PaperBuilding](ctx, m, "buildings", plan, prefix)
		return err
	})
	if err != nil {
		return PlanPaper{}, err
	}
	if len(p.Grids) == 0 {
		return PlanPaper{}, Fault(Conflict, "plan", "has no grids here yet; submit it first")
	}
	return p, nil
}

func paperRows[T any](ctx context.Context, m Moment, what string, args ...any) ([]T, error) {
	rows, err := m.tx.Query(ctx, query("paper_"+what), args...)
	if err != nil {
		return nil, fmt.Errorf("read the %s of a plan for its papers: %w", what, err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToStructByPos[T])
	if err != nil {
		return nil, fmt.Errorf("read the %s of a plan for its papers: %w", what, err)
	}
	return out, nil
}
