package evacuation

import (
	"context"
	"log/slog"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"

	"gridmap/data"
	"gridmap/layers"
	"gridmap/service/evacuation/callout"
	"gridmap/service/evacuation/rollcall"
)

// Options of a Service.
type Options struct {
	Now func() time.Time // nil: time.Now
	Log *slog.Logger     // nil: nobody is told
	Dir string           // where computed terrains are kept
	// Sealer opens names for those who call the roll; nil: people are numbered.
	Sealer *data.Sealer
	// Lay puts the water and the buildings it concerns on the map, and tells its
	// readers what is new; nil: there is no map.
	Lay func(sheets map[string][]layers.Laid, note *layers.EvacuationChange) error
}

// Service is evacuations: what is recorded of them, and what follows from it.
type Service struct {
	all      *pgxpool.Pool // bound by no scope: for what is computed
	web      *pgxpool.Pool // of requests, bound by their scope
	opt      Options
	terrains terrains

	turn      chan struct{} // held by whoever reads the feed
	interrupt atomic.Pointer[context.CancelFunc]
	position  data.Position // of the feed; held with turn
	told      map[int64]*told
	clocks    clocks

	mu       sync.Mutex
	pictures map[int64]*picture   // of those under way
	offered  map[int64][]*picture // the last proposals of each, oldest first
	news     chan struct{}        // closed at the next new picture
	past     pastPictures
}

// New makes a Service on the owner's pool and that of requests.
func New(all, web *pgxpool.Pool, o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{all: all, web: web, opt: o, terrains: terrains{dir: o.Dir}, turn: make(chan struct{}, 1), told: map[int64]*told{},
		pictures: map[int64]*picture{}, offered: map[int64][]*picture{}, news: make(chan struct{})}
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

// List lists the evacuations that reach into the reader's scope, newest first.
func (s *Service) List(ctx context.Context, by data.Actor) (out []Head, err error) {
	err = data.At(ctx, s.web, func(m data.Moment) error {
		all, err := m.Evacuations().All(ctx)
		for i := range all {
			if visible(by, &all[i]) == nil {
				out = append(out, headOf(&all[i]))
			}
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
	v := Order{ID: o.ID, Grid: o.GridCode, Kind: o.Kind, IssuedAt: o.IssuedAt, IssuedBy: o.IssuedBy}
	call := callout.Call{SentAt: o.IssuedAt}
	if o.ReceivedAt != nil && !o.ReceivedAt.After(now) {
		v.ReceivedAt, call.ReceivedAt = o.ReceivedAt, *o.ReceivedAt
	}
	if o.OnSceneAt != nil && !o.OnSceneAt.After(now) {
		v.OnSceneAt, call.OnSceneAt = o.OnSceneAt, *o.OnSceneAt
	}
	st := call.At(now, s.calls())
	v.State, v.SilentS, v.Escalated = string(st.State), int(st.Silent.Seconds()), string(st.Escalated)
	if !st.Next.IsZero() {
		v.NextEscalationAt = &st.Next
	}
	return v
}

// rollOf calls the roll of those whom plans up to a version put on the list, from
// everything that was recorded by a moment.
func rollOf(ctx context.Context, e data.Evacuations, v *data.Evacuation, now time.Time, version int) (*rollcall.Roll, error) {
	listed, err := e.Listed(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	listed = slices.DeleteFunc(listed, func(l data.Listed) bool { return l.PlanVersion > version })
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
