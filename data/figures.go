package data

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// TrendDays is how far back trends reach, today included.
const TrendDays = 30

// CommunityFigures counts one community. Plans, teams, groups and organisations
// are those of the day, households and people those that its grids counted;
// buildings are today's, for they carry no history.
type CommunityFigures struct {
	Code, TownCode                      string
	Grids, GridsInRule                  int
	Microgrids, MicrogridsInRule        int
	Buildings, Households, Residents    int
	TeamMembers, Groups, GroupResidents int
	PartyBranches, PartyGroups          int
	Organisations                       int         // neither party organisations nor departments
	Cases                               CaseFigures `db:"-"`
}

// CaseFigures counts cases at a moment. Open counts every case that is not
// closed; DueSoon and Overdue are parts of it, and the counts by level, board
// and step are of open cases, in the order of the constraints in the database:
// grid, community, town, district; party, economy, livelihood, safety; order,
// track, screen, dispatch, accept, handle, rate.
type CaseFigures struct {
	Open, DueSoon, Overdue, Closed int
	ByLevel, ByBoard               [4]int
	ByStep                         [7]int

	// Opened and ClosedOn count by day; the last is the day of the moment.
	Opened, ClosedOn [TrendDays]int
}

// Add adds o to f.
func (f *CaseFigures) Add(o *CaseFigures) {
	f.Open += o.Open
	f.DueSoon += o.DueSoon
	f.Overdue += o.Overdue
	f.Closed += o.Closed
	for i := range o.ByLevel {
		f.ByLevel[i] += o.ByLevel[i]
		f.ByBoard[i] += o.ByBoard[i]
	}
	for i := range o.ByStep {
		f.ByStep[i] += o.ByStep[i]
	}
	for i := range o.Opened {
		f.Opened[i] += o.Opened[i]
		f.ClosedOn[i] += o.ClosedOn[i]
	}
}

// Figures counts each community inside a division at a moment, all of one
// state of the database, with the version of the map that held. past says that the
// moment is not now: then levels and steps are read from the step log.
func Figures(ctx context.Context, pool *pgxpool.Pool, division string, at time.Time, past bool) (out []CommunityFigures, version int64, err error) {
	err = pgx.BeginTxFunc(ctx, pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, query("version_at"), at, past).Scan(&version); err != nil {
			return fmt.Errorf("find the version of the map: %w", err)
		}
		rows, err := tx.Query(ctx, query("figures_places"), CodePrefix(division), at, past)
		if err != nil {
			return fmt.Errorf("count places: %w", err)
		}
		if out, err = pgx.CollectRows(rows, pgx.RowToStructByPos[CommunityFigures]); err != nil {
			return fmt.Errorf("count places: %w", err)
		}
		byCode := make(map[string]*CaseFigures, len(out))
		for i := range out {
			byCode[out[i].Code] = &out[i].Cases
		}
		if err := countCases(ctx, tx, division, at, past, byCode); err != nil {
			return err
		}
		return countDays(ctx, tx, division, at, byCode)
	})
	return out, version, err
}

func countCases(ctx context.Context, tx pgx.Tx, division string, at time.Time, past bool, byCode map[string]*CaseFigures) error {
	name := "figures_cases"
	if past {
		name = "figures_cases_past"
	}
	rows, err := tx.Query(ctx, query(name), pgx.QueryExecModeCacheDescribe, CodePrefix(division), at)
	if err != nil {
		return fmt.Errorf("count cases: %w", err)
	}
	var code, level, board, step string
	var open, soon, late int
	_, err = pgx.ForEachRow(rows, []any{&code, &level, &board, &step, &open, &soon, &late}, func() error {
		f := byCode[code]
		if f == nil {
			return nil // its community was renamed away; the town still counts what it has
		}
		f.Open += open
		f.DueSoon += soon
		f.Overdue += late
		count(f.ByLevel[:], []string{"grid", "community", "town", "district"}, level, open)
		count(f.ByBoard[:], []string{"party", "economy", "livelihood", "safety"}, board, open)
		count(f.ByStep[:], []string{"order", "track", "screen", "dispatch", "accept", "handle", "rate"}, step, open)
		return nil
	})
	if err != nil {
		return fmt.Errorf("count cases: %w", err)
	}
	return nil
}

func count(into []int, names []string, name string, n int) {
	for i := range names {
		if names[i] == name {
			into[i] += n
		}
	}
}

// countDays counts closed cases, and opened and closed cases by day.
func countDays(ctx context.Context, tx pgx.Tx, division string, at time.Time, byCode map[string]*CaseFigures) error {
	local := at.In(LocalZone())
	began := time.Date(local.Year(), local.Month(), local.Day()-TrendDays+1, 0, 0, 0, 0, local.Location())
	rows, err := tx.Query(ctx, query("figures_days"), pgx.QueryExecModeCacheDescribe, CodePrefix(division), at,
		local.Format(time.DateOnly), TrendDays, began)
	if err != nil {
		return fmt.Errorf("count cases by day: %w", err)
	}
	var code string
	var daysAgo, opened, closed int
	_, err = pgx.ForEachRow(rows, []any{&code, &daysAgo, &opened, &closed}, func() error {
		f := byCode[code]
		if f == nil {
			return nil
		}
		f.Closed += closed
		if daysAgo < TrendDays {
			f.Opened[TrendDays-1-daysAgo] += opened
			f.ClosedOn[TrendDays-1-daysAgo] += closed
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("count cases by day: %w", err)
	}
	return nil
}

// MedianHours returns, for each division by code and each step, the median time
// in hours that cases opened within 30 days before at spent in the step. Steps
// that nobody left are absent.
//
// They are found for the whole district past the policies: sums of everybody's,
// which are kept, so they must not depend on who asked first.
func MedianHours(ctx context.Context, pool *pgxpool.Pool, at time.Time) (out map[string]map[string]float64, err error) {
	err = At(ctx, pool, func(m Moment) error {
		return asOwner(ctx, m.tx, func() (err error) {
			out, err = medianHours(ctx, m.tx, at)
			return err
		})
	})
	return out, err
}

func medianHours(ctx context.Context, db querier, at time.Time) (map[string]map[string]float64, error) {
	rows, err := db.Query(ctx, query("figures_medians"), pgx.QueryExecModeCacheDescribe, at)
	if err != nil {
		return nil, fmt.Errorf("find the median hours of steps: %w", err)
	}
	out := make(map[string]map[string]float64)
	var code, step string
	var hours float64
	_, err = pgx.ForEachRow(rows, []any{&code, &step, &hours}, func() error {
		if out[code] == nil {
			out[code] = make(map[string]float64)
		}
		out[code][step] = hours
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("find the median hours of steps: %w", err)
	}
	return out, nil
}
