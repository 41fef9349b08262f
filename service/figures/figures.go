// Package figures counts: what a division has, how its cases stand, and how
// they went over the last thirty days, now or at a past moment.
//
// Hours are hours; a day is a calendar day in China (UTC+8). Median hours are
// of steps of cases opened within thirty days, and are at most five minutes
// old; everything else is as the database has it at the moment of asking.
package figures

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/data"
)

// mediansFor is how long medians are kept: they move slowly and cost most.
const mediansFor = 5 * time.Minute

// Service counts.
type Service struct {
	pool *pgxpool.Pool
	now  func() time.Time

	mu        sync.Mutex // held while medians are found, so that they are found once
	medians   stepHours
	mediansAt time.Time
}

// stepHours holds hours by division and step.
type stepHours map[string]map[string]float64

// New makes a Service on pool; a nil now is time.Now.
func New(pool *pgxpool.Pool, now func() time.Time) *Service {
	if now == nil {
		now = time.Now
	}
	return &Service{pool: pool, now: now}
}

// Figures of one division. The embedded counts are sums over its communities.
type Figures struct {
	Division           data.Place
	At                 time.Time
	Version            int64 // of the map that held
	Towns, Communities int
	data.CommunityFigures
	MedianHours map[string]float64 // by step; steps that nobody left are absent
	Children    []Figures          // when asked for: one level down, by code
}

// Of counts a division at a moment; past says that the moment is not now. With
// children it counts each division one level down as well.
func (s *Service) Of(ctx context.Context, code string, at time.Time, past, children bool) (Figures, error) {
	d, err := data.FindDivision(ctx, s.pool, code)
	if err != nil {
		return Figures{}, err
	}
	rows, version, err := data.Figures(ctx, s.pool, code, at, past)
	if err != nil {
		return Figures{}, err
	}
	hours, err := s.medianHours(ctx, at, past)
	if err != nil {
		return Figures{}, err
	}
	out := sum(d, at, rows, hours[code])
	out.Version = version
	if !children || d.Level == "community" {
		return out, nil
	}
	parts, err := data.Divisions(ctx, s.pool, data.DivisionFilter{ParentCode: code})
	if err != nil {
		return Figures{}, err
	}
	out.Children = make([]Figures, len(parts))
	for i, p := range parts {
		out.Children[i] = sum(p, at, rows, hours[p.Code])
		out.Children[i].Version = version
	}
	return out, nil
}

// sum adds up the communities inside d.
func sum(d data.Place, at time.Time, rows []data.CommunityFigures, hours map[string]float64) Figures {
	f := Figures{Division: d, At: at, MedianHours: hours}
	if hours == nil {
		f.MedianHours = map[string]float64{}
	}
	inside := data.Actor{ScopeCode: d.Code}
	towns := make(map[string]bool)
	for i := range rows {
		r := &rows[i]
		if !inside.Covers(r.Code) {
			continue
		}
		f.Communities++
		towns[r.TownCode] = true
		f.add(r)
	}
	f.Towns = len(towns)
	return f
}

func (f *Figures) add(r *data.CommunityFigures) {
	f.Grids += r.Grids
	f.GridsInRule += r.GridsInRule
	f.Microgrids += r.Microgrids
	f.MicrogridsInRule += r.MicrogridsInRule
	f.Buildings += r.Buildings
	f.Households += r.Households
	f.Residents += r.Residents
	f.TeamMembers += r.TeamMembers
	f.Groups += r.Groups
	f.GroupResidents += r.GroupResidents
	f.PartyBranches += r.PartyBranches
	f.PartyGroups += r.PartyGroups
	f.Organisations += r.Organisations
	f.Cases.Add(&r.Cases)
}

// OpenTrend counts open cases at the end of each day: the last is the moment
// itself, and each day before follows from what the day opened and closed.
func OpenTrend(c *data.CaseFigures) [data.TrendDays]int {
	var out [data.TrendDays]int
	open := c.Open
	for i := data.TrendDays - 1; i >= 0; i-- {
		out[i] = open
		open += c.ClosedOn[i] - c.Opened[i]
	}
	return out
}

func (s *Service) medianHours(ctx context.Context, at time.Time, past bool) (stepHours, error) {
	if past {
		return data.MedianHours(ctx, s.pool, at)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if age := at.Sub(s.mediansAt); s.medians != nil && age >= 0 && age < mediansFor {
		return s.medians, nil
	}
	found, err := data.MedianHours(ctx, s.pool, at)
	if err != nil {
		return nil, err
	}
	s.medians, s.mediansAt = found, at
	return found, nil
}

// Card describes the grid in force under a code.
func (s *Service) Card(ctx context.Context, gridCode string) (data.GridCard, error) {
	return data.Card(ctx, s.pool, gridCode, s.now())
}

// Life lists the versions of a grid, oldest first.
func (s *Service) Life(ctx context.Context, gridCode string) ([]data.GridVersion, error) {
	return data.GridLife(ctx, s.pool, gridCode)
}

// Versions lists the versions of the map, newest first.
func (s *Service) Versions(ctx context.Context) ([]data.Enactment, error) {
	return data.Enactments(ctx, s.pool)
}
