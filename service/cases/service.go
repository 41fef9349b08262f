package cases

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"gridmap/data"
	"gridmap/geo"
)

// Options of a Service.
type Options struct {
	Now func() time.Time // nil: time.Now

	// Settled is called after a write was committed, and returns when whoever
	// asks next will see the write, or it will not wait longer. Nil waits for
	// nothing.
	Settled func(ctx context.Context)
}

// Service takes cases in and brings them through.
type Service struct {
	pool *pgxpool.Pool
	opt  Options
}

// New makes a Service on pool.
func New(pool *pgxpool.Pool, o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{pool, o}
}

// Position is a place in one of the three systems.
type Position struct {
	At    geo.LonLat
	Datum geo.Datum
}

// Opening is a case to be opened; exactly one of Position, BuildingCode and
// GridCode says where.
type Opening struct {
	Type, Description string
	Level             string // empty: grid
	Position          *Position
	BuildingCode      string
	GridCode          string
}

func (o *Opening) check() error {
	if o.Type == "" {
		return data.Fault(data.Invalid, "type", "must be the code of a case type")
	}
	if o.Level == "" {
		o.Level = Levels()[0]
	}
	if !slices.Contains(Levels(), o.Level) {
		return data.Fault(data.Invalid, "level", "must be one of "+strings.Join(Levels(), ", "))
	}
	if err := checkText("type", o.Type, 100); err != nil {
		return err
	}
	if err := checkText("building_code", o.BuildingCode, 200); err != nil {
		return err
	}
	given := 0
	for _, is := range []bool{o.Position != nil, o.BuildingCode != "", o.GridCode != ""} {
		if is {
			given++
		}
	}
	if given != 1 {
		return data.Fault(data.Invalid, "location", "give exactly one of location, building_code and grid_code")
	}
	if o.GridCode != "" && (len(o.GridCode) != 15 || strings.Trim(o.GridCode, "0123456789") != "") {
		return data.Fault(data.Invalid, "grid_code", "must be a grid code of 15 digits")
	}
	return checkText("description", o.Description, maxDescription)
}

// where turns the opening's place into a query, and names the system it came in.
func (o *Opening) where() (data.RouteQuery, string, error) {
	switch {
	case o.BuildingCode != "":
		return data.RouteQuery{BuildingCode: o.BuildingCode}, "building", nil
	case o.GridCode != "":
		return data.RouteQuery{GridCode: o.GridCode}, "grid", nil
	}
	p, err := o.Position.point("location.")
	return data.RouteQuery{Point: p}, string(o.Position.Datum), err
}

// point brings a position into CGCS2000. Degrees that are none are refused
// under the field's name with prefix before it.
func (p Position) point(prefix string) (*orb.Point, error) {
	if !(p.At.Lon >= -180 && p.At.Lon <= 180) { // NaN is outside too
		return nil, data.Fault(data.Invalid, prefix+"lon", "must be between -180 and 180 degrees")
	}
	if !(p.At.Lat >= -90 && p.At.Lat <= 90) {
		return nil, data.Fault(data.Invalid, prefix+"lat", "must be between -90 and 90 degrees")
	}
	q := geo.FromDatum(p.Datum, p.At)
	return &orb.Point{q.Lon, q.Lat}, nil
}

// Render writes the answer to a write from what was stored.
type Render func(data.CaseView) (status int, body []byte, err error)

// Open opens a case and routes it. A place outside the district is OutOfPlace,
// one outside the actor's scope Forbidden.
func (s *Service) Open(ctx context.Context, by data.Actor, r data.Request, o Opening, render Render) (data.Answer, error) {
	if err := o.check(); err != nil {
		return data.Answer{}, err
	}
	where, system, err := o.where()
	if err != nil {
		return data.Answer{}, err
	}
	return s.settle(ctx, r, func(tx *data.Tx) (int, []byte, error) {
		kind, err := tx.CaseType(ctx, o.Type)
		if err != nil {
			return 0, nil, err
		}
		now := s.opt.Now().Truncate(time.Microsecond)
		at, err := tx.Route(ctx, where, now)
		if err != nil {
			return 0, nil, err
		}
		if !by.Covers(at.GridCode) {
			return 0, nil, outside(by)
		}
		stored, err := tx.AddCase(ctx, newCase(o, kind, at, system, now), by.Account)
		if err != nil {
			return 0, nil, err
		}
		return render(stored)
	})
}

func newCase(o Opening, kind data.CaseType, at data.Routing, system string, now time.Time) data.Case {
	place := at.Building
	if place == "" {
		place = at.Grid
	}
	return data.Case{
		TypeCode: kind.Code, Board: kind.Board, Title: kind.Name + " · " + place, Description: o.Description,
		Level: o.Level, Step: Steps()[0], BuildingID: at.BuildingID, GridID: at.GridID, MicrogridID: at.MicrogridID,
		CommunityCode: at.CommunityCode, TownCode: at.TownCode, TeamID: at.TeamID,
		OpenedAt: now, DueAt: now.Add(time.Duration(kind.LimitHours) * time.Hour),
		Geom: at.At, Source: "api", SourceCRS: system,
	}
}

func outside(by data.Actor) error {
	return data.Fault(data.Forbidden, "", "this is outside your scope "+by.ScopeCode)
}

// settle does a write once and waits until it shows.
func (s *Service) settle(ctx context.Context, r data.Request, do func(*data.Tx) (int, []byte, error)) (data.Answer, error) {
	a, err := data.Once(ctx, s.pool, r, do)
	if err != nil {
		return a, err
	}
	if s.opt.Settled != nil && !a.Replayed {
		s.opt.Settled(ctx)
	}
	return a, nil
}

// Apply changes the case id, if its version is still the one that the actor
// saw (zero: any).
func (s *Service) Apply(ctx context.Context, by data.Actor, r data.Request, id int64, version int, c Change, render Render) (data.Answer, error) {
	if err := c.check(); err != nil {
		return data.Answer{}, err
	}
	return s.settle(ctx, r, func(tx *data.Tx) (int, []byte, error) {
		on, err := tx.LockCase(ctx, id)
		if err != nil {
			return 0, nil, err
		}
		if !by.Covers(on.CommunityCode) {
			return 0, nil, outside(by)
		}
		if version != 0 && version != on.Version {
			return 0, nil, data.Fault(data.Stale, "If-Match", fmt.Sprintf("the case is at version %d now", on.Version))
		}
		if err := s.apply(ctx, tx, by, &on.Case, c); err != nil {
			return 0, nil, err
		}
		return render(on)
	})
}

// apply does the change, its step log and its audit entry.
func (s *Service) apply(ctx context.Context, tx *data.Tx, by data.Actor, on *data.Case, c Change) error {
	now := s.opt.Now().Truncate(time.Microsecond)
	if now.Before(on.StepAt) {
		now = on.StepAt // the clock of this server is behind that of another
	}
	if closed := !on.ClosedAt.IsZero(); closed != (c.Action == "rate") {
		return data.Fault(data.Conflict, "action", map[bool]string{true: "the case is closed", false: "only a closed case can be rated"}[closed])
	}
	if err := s.act(ctx, tx, on, c, now); err != nil {
		return err
	}
	remark := c.Remark
	if remark == "" {
		remark = remarkOf(c)
	}
	if err := tx.SaveCase(ctx, on, data.CaseStep{CaseID: on.ID, Step: on.Step, Level: on.Level, At: now, Actor: by.Account, Remark: remark}); err != nil {
		return err
	}
	if c.Action == "whistle" || c.Action == "arrive" {
		return tx.Audit(ctx, data.AuditEntry{Actor: by.Account, Role: by.Role, Action: "case." + c.Action, Subject: on.Number, Result: "done",
			Detail: map[string]any{"department": c.DepartmentID}})
	}
	return nil
}

func (s *Service) act(ctx context.Context, tx *data.Tx, on *data.Case, c Change, now time.Time) error {
	switch c.Action {
	case "step":
		on.StepAt = now
		return c.step(on)
	case "escalate":
		return c.escalate(on)
	case "close":
		on.StepAt, on.ClosedAt = now, now
		return c.close(on)
	case "rate":
		if on.Rating != 0 {
			return data.Fault(data.Conflict, "rating", "the case is rated already")
		}
		on.Rating = c.Rating
		return nil
	case "whistle":
		on.Whistle = true
		return tx.BlowWhistle(ctx, data.Whistle{CaseID: on.ID, DepartmentID: c.DepartmentID, BlownAt: now, Remark: c.Remark})
	}
	expected, err := tx.Arrive(ctx, data.Whistle{CaseID: on.ID, DepartmentID: c.DepartmentID, ArrivedAt: now})
	on.Whistle = expected > 0
	return err
}

// remarkOf tells rows of the step log apart when nobody said anything.
func remarkOf(c Change) string {
	if c.Action == "step" {
		return ""
	}
	return c.Action
}
