package replay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/data"
	"gridmap/importers/synth"
	"gridmap/service/evacuation"
)

// Options of a Replay.
type Options struct {
	Seed uint64
	Rate float64 // how fast its clock runs; zero: 60
	// HandsFree approves what is proposed and issues orders, as somebody at the
	// screen would.
	HandsFree bool
	Again     bool // begin anew, also when one is under way
	Now       func() time.Time
	Log       *slog.Logger
}

// Account is who the replay writes as.
const Account = "demo-replay"

// settings of the replay: as on that day, those who are above the water but cut off
// are listed and looked after, and not moved.
const settings = `{"cut_off":"hold"}`

const (
	defaultRate = 60
	before      = 10 * time.Minute // the clock starts so long before the alert
	joinFor     = 72 * time.Hour   // on the clock, after the alert: a replay further on is begun anew
	every       = 250 * time.Millisecond
	postsAtOnce = 12 // of the roll, in one step: the rest is late, as it is in the field
)

// Replay is a flood of the past under way.
type Replay struct {
	pool    *pgxpool.Pool
	service *evacuation.Service
	opt     Options
	flood   synth.Flood
	id      int64
	actor   data.Actor
	origin  time.Time // of the clock, on the wall …
	from    time.Time // … and on the clock
	rate    float64

	fed       int                  // reports that are in
	listed    map[string]int       // by grid, how many were on the list when its team's round was laid out
	round     map[string]int       // households in the round
	told      map[int64]bool       // households in a round
	waiting   []call               // by when they are sent
	answered  map[int64]int        // order → answers given
	approved  time.Time            // on the clock; hands-free
	looked    time.Time            // at contradictions; hands-free
	moved     map[string]time.Time // hands-free: when a grid was told to prepare
	accounted time.Time            // when everybody was; zero: not yet
	home      map[string]bool      // grids whose people are told to return
	over      bool                 // closed
}

// Names of the floods there are.
func Names() []string { return []string{synth.Flood20230728} }

// Open begins the replay of a flood, or goes on with the one under way. pool is the
// owner's. A district without terrain or gauges of the demo is a Conflict.
func Open(ctx context.Context, pool *pgxpool.Pool, service *evacuation.Service, name string, o Options) (*Replay, error) {
	if name != synth.Flood20230728 {
		return nil, data.Fault(data.Invalid, "replay", fmt.Sprintf("there is no flood %q: %v", name, Names()))
	}
	if o.Rate == 0 {
		o.Rate = defaultRate
	}
	if !(o.Rate >= 1 && o.Rate <= 3600) {
		return nil, data.Fault(data.Invalid, "replay-rate", "must lie between 1 and 3600")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	r := &Replay{pool: pool, service: service, opt: o, listed: map[string]int{}, round: map[string]int{}, told: map[int64]bool{},
		answered: map[int64]int{}, moved: map[string]time.Time{}, home: map[string]bool{}}
	if err := r.prepare(ctx); err != nil {
		return nil, err
	}
	return r, r.enter(ctx)
}

// prepare reads what the flood needs of the district.
func (r *Replay) prepare(ctx context.Context) error {
	state, err := data.DemoState(ctx, r.pool)
	if err != nil {
		return err
	}
	if state != data.DemoWhole {
		return data.Fault(data.Conflict, "database", "a replay plays on the demo district only")
	}
	district, _, err := data.DistrictOf(ctx, r.pool)
	if err != nil {
		return err
	}
	r.actor = data.Actor{Account: Account, Role: "emergency", ScopeCode: district}
	known, err := data.DemoGauges(ctx, r.pool)
	if err != nil {
		return err
	}
	var gauges []synth.FloodGauge
	for _, g := range known {
		gauges = append(gauges, synth.FloodGauge{ID: g.ID, Code: g.Code, UsualM: g.UsualM})
	}
	if r.flood = synth.NewFlood(r.opt.Seed, gauges); len(r.flood.Reports) == 0 {
		return data.Fault(data.Conflict, "database", "this demo was made without the gauges of the flood: make it anew in an empty database")
	}
	terrain := false
	err = data.At(ctx, r.pool, func(m data.Moment) (err error) {
		_, terrain, err = m.Evacuations().Terrain(ctx, 0)
		return err
	})
	if err == nil && !terrain {
		err = data.Fault(data.Conflict, "database", "this demo was made without terrain: make it anew in an empty database")
	}
	return err
}

// enter joins the replay that is under way, or opens one.
func (r *Replay) enter(ctx context.Context) error {
	found, err := r.find(ctx)
	if err != nil {
		return err
	}
	if found != nil && !r.opt.Again && r.clockOf(found).Before(r.flood.Warning.Add(joinFor)) {
		r.join(found)
		return nil
	}
	if found != nil {
		if _, err := data.EndReplays(ctx, r.pool, Account); err != nil {
			return err
		}
	}
	key := fmt.Sprintf("replay-%s-%d", r.flood.Name, r.opt.Now().UnixNano())
	_, err = r.service.Open(r.as(ctx, r.actor), r.actor, request(r.actor, key, nil), evacuation.Opening{Name: "2023年7·28琼江洪水（演示回放）", Division: r.actor.ScopeCode,
		Drill: true, Replay: r.flood.Name, ClockFrom: r.flood.Warning.Add(-before), ClockRate: r.opt.Rate,
		Settings: []byte(settings)})
	if err != nil {
		return err
	}
	if found, err = r.find(ctx); err == nil && found == nil {
		err = errors.New("the replay was opened and is not there")
	}
	if err == nil {
		r.join(found)
	}
	return err
}

func (r *Replay) find(ctx context.Context) (found *data.Evacuation, err error) {
	err = data.At(ctx, r.pool, func(m data.Moment) error {
		all, err := m.Evacuations().All(ctx)
		for i := range all {
			if all[i].Replay == r.flood.Name && all[i].ClosedAt == nil {
				found = &all[i]
			}
		}
		return err
	})
	return found, err
}

func (r *Replay) join(v *data.Evacuation) {
	r.id, r.origin, r.from, r.rate = v.ID, v.ClockAt, v.ClockFrom, v.ClockRate
}

func (r *Replay) clockOf(v *data.Evacuation) time.Time {
	return v.ClockFrom.Add(time.Duration(float64(r.opt.Now().Sub(v.ClockAt)) * v.ClockRate))
}

// ID is that of the evacuation.
func (r *Replay) ID() int64 { return r.id }

// Clock is the moment on the replay's clock.
func (r *Replay) Clock() time.Time {
	return r.from.Add(time.Duration(float64(r.opt.Now().Sub(r.origin)) * r.rate)).Truncate(time.Millisecond)
}

// Accounted is when, on the clock, everybody was accounted for; false: not yet.
func (r *Replay) Accounted() (time.Time, bool) { return r.accounted, !r.accounted.IsZero() }

// Over says whether the evacuation was closed, after everybody had returned.
func (r *Replay) Over() bool { return r.over }

// as binds statements to the scope of an actor.
func (r *Replay) as(ctx context.Context, a data.Actor) context.Context {
	return data.WithActor(ctx, a)
}

// request names a write, so that it is done once.
func request(by data.Actor, key string, what any) data.Request {
	hash, _ := json.Marshal(what) // plain structs alone
	return data.Request{Account: by.Account, Key: key, Hash: hash}
}

// Step does all that is due on the clock: readings come in, orders are answered, the
// roll is called, and hands-free, plans are approved and orders issued.
func (r *Replay) Step(ctx context.Context) error {
	now := r.Clock()
	var failed error // of one part: the others go on
	for _, do := range []func(context.Context, time.Time) error{r.feed, r.command, r.answer, r.rounds, r.send, r.look} {
		if ctx.Err() == nil && !r.over {
			failed = errors.Join(failed, do(ctx, now))
		}
	}
	return failed
}

// Run steps until the evacuation is closed or ctx ends. A database that is away is waited for.
func (r *Replay) Run(ctx context.Context) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	failing := false
	for !r.over {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := r.Step(ctx)
		if ctx.Err() == nil && (err != nil) != failing {
			failing = err != nil
			if failing {
				r.opt.Log.WarnContext(ctx, "the replay pauses", "error", err)
			} else {
				r.opt.Log.InfoContext(ctx, "the replay goes on", "clock", r.Clock())
			}
		}
	}
}

// look notes when everybody is accounted for.
func (r *Replay) look(ctx context.Context, now time.Time) error {
	st, err := r.state(ctx)
	if err != nil || st == nil {
		return err
	}
	switch whole := st.Identity.Listed > 0 && st.Identity.Unaccounted == 0 && len(r.waiting) == 0; {
	case !whole:
		r.accounted = time.Time{}
	case r.accounted.IsZero():
		r.accounted = now
		r.opt.Log.InfoContext(ctx, "everybody is accounted for", "clock", now, "listed", st.Identity.Listed, "sheltered", st.Identity.Sheltered)
	}
	return nil
}

// state is how the evacuation stands; nil: it is being computed.
func (r *Replay) state(ctx context.Context) (*evacuation.State, error) {
	st, err := r.service.State(r.as(ctx, r.actor), r.actor, r.id, nil)
	if data.CodeOf(err) == data.Unavailable {
		return nil, nil
	}
	return st, err
}
