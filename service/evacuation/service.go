package evacuation

import (
	"context"
	"log/slog"
	"math"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"

	"gridmap/data"
	"gridmap/service/evacuation/rollcall"
)

// Options of a Service.
type Options struct {
	Now func() time.Time // nil: time.Now
	Log *slog.Logger     // nil: nobody is told
	// Settled is called after a write was committed, and returns when whoever asks
	// next will see the write. Nil waits for nothing.
	Settled func(ctx context.Context)
}

// Service is evacuations: what is recorded of them, and what follows from it.
type Service struct {
	web *pgxpool.Pool // of requests, bound by their scope
	opt Options
}

// New makes a Service on the pool of requests.
func New(web *pgxpool.Pool, o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{web, o}
}

// settled waits until the next reader sees a write.
func (s *Service) settled(ctx context.Context, a data.Answer, err error) (data.Answer, error) {
	if err == nil && s.opt.Settled != nil {
		s.opt.Settled(ctx)
	}
	return a, err
}

// Head is an evacuation in a list.
type Head struct {
	ID          int64      `json:"id"`
	Name        string     `json:"name"`
	Division    string     `json:"division"`
	Drill       bool       `json:"drill"`
	Replay      *string    `json:"replay"`
	OpenedAt    time.Time  `json:"opened_at"`
	OpenedBy    string     `json:"opened_by"`
	LiftedAt    *time.Time `json:"lifted_at"`
	ClosedAt    *time.Time `json:"closed_at"`
	PlanVersion *int       `json:"plan_version"`
}

func headOf(v *data.Evacuation) Head {
	h := Head{ID: v.ID, Name: v.Name, Division: v.Division, Drill: v.Drill, OpenedAt: v.OpenedAt, OpenedBy: v.OpenedBy, LiftedAt: v.LiftedAt, ClosedAt: v.ClosedAt}
	if v.Replay != "" {
		h.Replay = &v.Replay
	}
	if v.PlanVersion > 0 {
		h.PlanVersion = &v.PlanVersion
	}
	return h
}

// items is how lists go over the wire.
type items[T any] struct {
	Items []T `json:"items"`
}

func listOf[T any](list []T) items[T] {
	if list == nil {
		list = []T{}
	}
	return items[T]{list}
}

// List lists evacuations, newest first.
func (s *Service) List(ctx context.Context) (out []Head, err error) {
	err = data.At(ctx, s.web, func(m data.Moment) error {
		all, err := m.Evacuations().All(ctx)
		for i := range all {
			out = append(out, headOf(&all[i]))
		}
		return err
	})
	return out, err
}

// Order is an order to a grid with how it was answered.
type Order struct {
	ID               int64      `json:"id"`
	Grid             string     `json:"grid"`
	Kind             string     `json:"kind"`
	IssuedAt         time.Time  `json:"issued_at"`
	IssuedBy         string     `json:"issued_by"`
	State            string     `json:"state"` // sent, received, on_scene
	ReceivedAt       *time.Time `json:"received_at"`
	OnSceneAt        *time.Time `json:"on_scene_at"`
	SilentS          int        `json:"silent_s"`
	Escalated        string     `json:"escalated"` // none, deputy, town
	NextEscalationAt *time.Time `json:"next_escalation_at"`
}

// orderView says how an order stands at a moment: silence goes to the deputy, then
// to the town.
func orderView(o data.Order, now time.Time, s Settings) Order {
	v := Order{ID: o.ID, Grid: o.GridCode, Kind: o.Kind, IssuedAt: o.IssuedAt, IssuedBy: o.IssuedBy, State: "sent", ReceivedAt: o.ReceivedAt, OnSceneAt: o.OnSceneAt, Escalated: "none"}
	switch {
	case o.OnSceneAt != nil:
		v.State = "on_scene"
		return v
	case o.ReceivedAt != nil:
		v.State = "received"
		return v
	}
	silent := now.Sub(o.IssuedAt)
	v.SilentS = int(silent.Seconds())
	next := o.IssuedAt.Add(s.silence())
	if silent >= s.silence() {
		v.Escalated, next = "deputy", o.IssuedAt.Add(2*s.silence())
	}
	if silent >= 2*s.silence() {
		v.Escalated = "town"
		return v
	}
	v.NextEscalationAt = &next
	return v
}

// rollOf calls the roll from everything that was recorded by a moment.
func rollOf(ctx context.Context, e data.Evacuations, v *data.Evacuation, now time.Time) (*rollcall.Roll, error) {
	listed, err := e.Listed(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	people, err := e.ListedPeople(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	said, err := e.RollCalls(ctx, v.ID, nil)
	if err != nil {
		return nil, err
	}
	roll, err := rollcall.New(households(listed, people))
	if err != nil {
		return nil, err
	}
	for i := range said {
		if !said[i].ReceivedAt.After(now) {
			roll.Apply(eventOf(&said[i]))
		}
	}
	return roll, nil
}

// households joins the list with the people on it; who of a household is not known
// by name counts without one.
func households(listed []data.Listed, people []data.ListedPerson) []rollcall.Household {
	at := make(map[int64]int, len(listed))
	out := make([]rollcall.Household, len(listed))
	for i, l := range listed {
		at[l.HouseholdID] = i
		out[i] = rollcall.Household{ID: l.HouseholdID, Grid: l.GridCode}
	}
	for _, p := range people {
		if i, ok := at[p.HouseholdID]; ok {
			out[i].People = append(out[i].People, p.PersonID)
		}
	}
	for i, l := range listed {
		out[i].Unnamed = max(0, l.Persons-len(out[i].People))
	}
	return out
}

func eventOf(r *data.RollCall) rollcall.Event {
	return rollcall.Event{Device: r.Device, Sequence: r.Sequence, At: r.At, Received: r.ReceivedAt, By: r.By, Household: r.HouseholdID, Person: r.PersonID,
		Extra: r.Extra, Grid: r.GridCode, Status: rollcall.Status(r.Status), Shelter: r.ShelterID, Decision: r.Decision}
}

// breachWithinM is how near to a levee a breach must be named.
const breachWithinM = 100

func nearLevee(levees []data.Levee, at orb.Point) bool {
	for _, l := range levees {
		for _, line := range l.Geom {
			for k := 1; k < len(line); k++ {
				if distanceM(at, line[k-1], line[k]) <= breachWithinM {
					return true
				}
			}
		}
	}
	return false
}

// distanceM is how far a place lies from a segment, on the small plane around it.
func distanceM(p, a, b orb.Point) float64 {
	scale := math.Cos(p[1] * math.Pi / 180)
	perDegree := geo.Distance(orb.Point{p[0], p[1] - 0.5}, orb.Point{p[0], p[1] + 0.5})
	x, y := func(q orb.Point) float64 { return (q[0] - p[0]) * scale * perDegree }, func(q orb.Point) float64 { return (q[1] - p[1]) * perDegree }
	dx, dy := x(b)-x(a), y(b)-y(a)
	t := 0.0
	if d := dx*dx + dy*dy; d > 0 {
		t = math.Max(0, math.Min(1, -(x(a)*dx+y(a)*dy)/d))
	}
	return math.Hypot(x(a)+t*dx, y(a)+t*dy)
}
