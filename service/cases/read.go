package cases

import (
	"context"
	"time"

	"gridmap/data"
)

// State is data.CaseState for what the database answered. What was closed is so,
// also where the clock was set back since.
func State(now time.Time, c *data.Case) string {
	if now.Before(c.ClosedAt) {
		now = c.ClosedAt
	}
	return data.CaseState(now, c)
}

// Find returns a case and what happened to it. What the actor may not know of
// is NotFound or Forbidden.
func (s *Service) Find(ctx context.Context, by data.Actor, id int64, hideSensitive bool) (data.CaseView, data.CaseHistory, error) {
	c, err := data.FindCase(ctx, s.pool, id)
	if err != nil {
		return c, data.CaseHistory{}, err
	}
	if hideSensitive && c.Sensitive {
		return data.CaseView{}, data.CaseHistory{}, data.Fault(data.NotFound, "id", "there is no such case")
	}
	if !by.Covers(c.CommunityCode) {
		return data.CaseView{}, data.CaseHistory{}, outside(by)
	}
	h, err := data.History(ctx, s.pool, id)
	return c, h, err
}

// List returns a page of cases, and whether more follow.
func (s *Service) List(ctx context.Context, f data.CaseFilter) (page []data.CaseView, more bool, err error) {
	limit := f.Limit
	f.Limit++
	f.Now = s.opt.Now()
	page, err = data.ListCases(ctx, s.pool, f)
	if err != nil || len(page) <= limit {
		return page, false, err
	}
	return page[:limit], true, nil
}

// Locate routes a position, by the grids in force or, when past, by those of a
// moment; the version of the map that it looked at comes with it. A position
// outside the actor's scope is Forbidden.
func (s *Service) Locate(ctx context.Context, by data.Actor, p Position, when time.Time, past bool) (data.Routing, int64, error) {
	at, err := p.point("")
	if err != nil {
		return data.Routing{}, 0, err
	}
	r, version, err := data.Locate(ctx, s.pool, data.RouteQuery{Point: at}, when, past)
	if err != nil {
		return r, 0, err
	}
	if !by.Covers(r.GridCode) {
		return data.Routing{}, 0, outside(by)
	}
	return r, version, nil
}
