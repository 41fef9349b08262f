package evacuation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gridmap/data"
)

// What of an evacuation may be new.
const (
	partWater    = "water"
	partPlan     = "plan"
	partOrders   = "orders"
	partRollcall = "rollcall"
	partAll      = "all"
)

const (
	lookEvery  = time.Second
	seenWithin = 2 * time.Second // a writer waits no longer for somebody else's look
	lookWithin = 5 * time.Minute
	// The water is followed anew without a reading when so much time has passed on
	// the evacuation's clock, and so much on the wall: a replay runs fast.
	refreshClock = 5 * time.Minute
	refreshWall  = 10 * time.Second
	// planEvery is how often arrivals alone make the plan anew.
	planEvery = 5 * time.Second
)

// told is what was last told of an evacuation.
type told struct {
	waterAt, planAt time.Time // on the wall
	rollNews        bool      // since the plan was made
	silent          map[int64]string
}

// parts are what a look at the feed found.
type parts struct {
	ground, water, plan, orders, heads bool
	rolls                              []int64
}

// Follow keeps the pictures of the evacuations under way up to date until ctx ends.
// A database that is away is waited for; what was computed stands meanwhile.
func (s *Service) Follow(ctx context.Context) {
	defer context.AfterFunc(ctx, s.giveUp)()
	wake := make(chan struct{}, 1)
	go func() {
		for ctx.Err() == nil {
			err := data.Listen(ctx, s.all, lookEvery, func() {
				select {
				case wake <- struct{}{}:
				default:
				}
			}, func(time.Duration) {})
			if errors.Is(err, data.ErrSilent) {
				s.giveUp()
			}
			pause(ctx, 2*lookEvery) // the looks below say that the database is away
		}
	}()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	failing := false
	for ctx.Err() == nil {
		err := s.look(ctx)
		if (err != nil) != failing && ctx.Err() == nil {
			failing = err != nil
			if failing {
				s.opt.Log.ErrorContext(ctx, "evacuations stand on their last state", "error", err)
			} else {
				s.opt.Log.InfoContext(ctx, "evacuations are followed again")
			}
		}
		if failing {
			pause(ctx, lookEvery) // a database that comes back is not met by all looks at once
		}
		select {
		case <-ctx.Done():
		case <-wake:
		case <-tick.C:
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// seen looks at the feed after a write, so that whoever asks next sees it. That it
// does not come to it is no failure: the write stands, and Follow looks again.
func (s *Service) seen(ctx context.Context, a data.Answer, err error) (data.Answer, error) {
	if err == nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), seenWithin)
		defer cancel()
		if err := s.look(ctx); err != nil {
			s.opt.Log.DebugContext(ctx, "a write was not looked at yet", "error", err)
		}
	}
	return a, err
}

// giveUp ends a look under way: its connection is silent, and a new one will not be,
// or nobody waits for it any more.
func (s *Service) giveUp() {
	if cancel := s.interrupt.Load(); cancel != nil {
		(*cancel)()
	}
}

// look reads what the feed brought and makes the pictures that it changes anew. It
// waits for its turn as long as ctx lasts; what was begun is brought to its end, or
// given up for all.
func (s *Service) look(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.turn }()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookWithin)
	defer cancel()
	s.interrupt.Store(&cancel)
	defer s.interrupt.Store(nil)
	return data.At(ctx, s.all, func(m data.Moment) error {
		p, err := s.since(ctx, m)
		if err != nil {
			return err
		}
		all, err := m.Evacuations().All(ctx)
		if err != nil {
			return err
		}
		for i := range all {
			if err := s.refresh(ctx, m, &all[i], p, i); err != nil {
				return fmt.Errorf("evacuation %d: %w", all[i].ID, err)
			}
		}
		s.position = m.Position
		return nil
	})
}

// since sorts what changed by what it concerns.
func (s *Service) since(ctx context.Context, m data.Moment) (p parts, err error) {
	if s.position == "" || m.Remembers(ctx, s.position) != nil {
		return parts{ground: true, water: true, plan: true, orders: true, heads: true}, nil
	}
	changes, err := m.Since(ctx, s.position)
	for _, c := range changes {
		switch c.Kind {
		case "buildings", "grids", "roads", "shelters", "water", "terrain_versions", "levees", "depth_rasters", "breaches":
			p.ground = true
		case "gauges":
			p.water = true
		case "evacuation_plans", "evacuation_overrides":
			p.plan = true
		case "evacuation_orders":
			p.orders = true
		case "evacuations":
			p.heads = true
		case "roll_calls":
			if c.Op == "reload" {
				p.plan = true // which reads the roll anew
				continue
			}
			p.rolls = append(p.rolls, c.Key)
		}
	}
	return p, err
}

// refresh makes the picture of an evacuation anew where something changed.
func (s *Service) refresh(ctx context.Context, m data.Moment, v *data.Evacuation, p parts, rank int) error {
	old := s.peek(v.ID)
	if v.ClosedAt != nil {
		s.drop(v.ID, old)
		return nil
	}
	t := s.told[v.ID]
	if t == nil {
		t = &told{silent: map[int64]string{}}
		s.told[v.ID] = t
	}
	now := s.clockOf(v)
	var next *picture
	var what []string
	var err error
	if old == nil || p.ground {
		next, err = s.paint(ctx, m, *v, now, nil)
		what = []string{partAll}
		t.waterAt, t.planAt, t.rollNews = s.opt.Now(), s.opt.Now(), false
	} else {
		next, what, err = s.retouch(ctx, m, old, v, p, t, now)
	}
	if err != nil {
		return err
	}
	if silent := s.escalate(ctx, next, t, now); silent && !slices.Contains(what, partOrders) {
		what = append(what, partOrders)
	}
	if len(what) == 0 {
		return nil
	}
	next.version = s.opt.Now().UnixMilli()
	if old != nil && next.version <= old.version {
		next.version = old.version + 1
	}
	s.show(next, what)
	return nil
}

// retouch replaces the parts of a picture that changed; nothing: nil in what.
func (s *Service) retouch(ctx context.Context, m data.Moment, old *picture, v *data.Evacuation, p parts, t *told, now time.Time) (*picture, []string, error) {
	next := *old
	next.v = *v
	e := m.Evacuations()
	var what []string
	wall := s.opt.Now()
	due := now.Sub(old.now) >= refreshClock && wall.Sub(t.waterAt) >= refreshWall
	steps := []struct {
		due  bool
		part string
		do   func() error
	}{
		{p.heads, partAll, func() error { return nil }},
		{p.water || due, partWater, func() error {
			next.now, t.waterAt = now, wall
			return next.readWater(ctx, e)
		}},
		{p.plan, partPlan, func() error {
			next.now = now
			if err := next.readPlan(ctx, e); err != nil {
				return err
			}
			return next.readRoll(ctx, e)
		}},
		{p.orders, partOrders, func() error {
			next.now = now
			return next.readOrders(ctx, e)
		}},
		{len(p.rolls) > 0 && !p.plan, partRollcall, func() error {
			said, err := e.RollCalls(ctx, v.ID, p.rolls)
			next.roll.take(said)
			t.rollNews = true
			return err
		}},
	}
	for _, step := range steps {
		if step.due {
			what = append(what, step.part)
			if err := step.do(); err != nil {
				return nil, nil, err
			}
		}
	}
	if t.rollNews && wall.Sub(t.planAt) >= planEvery || p.heads || p.water || due || p.plan {
		t.planAt, t.rollNews = wall, false
		before := next.proposal
		var err error
		if next.proposal, err = next.propose(); err != nil {
			return nil, nil, err
		}
		if !slices.Contains(what, partPlan) && (before == nil) != (next.proposal == nil) || before != nil && next.proposal != nil && before.Basis != next.proposal.Basis {
			what = append(what, partPlan)
		}
	}
	return &next, what, nil
}

// escalate notes silence on the log when it goes a step further, whichever server
// sees it first.
func (s *Service) escalate(ctx context.Context, pic *picture, t *told, now time.Time) bool {
	further := false
	for _, o := range pic.orders {
		level := orderView(o, now, pic.settings).Escalated
		if level == "none" || t.silent[o.ID] == level {
			continue
		}
		t.silent[o.ID], further = level, true
		entry := data.LogEntry{At: now, Kind: "escalated", GridCode: o.GridCode, Facts: []byte(fmt.Sprintf(`{"to":%q,"order":%d}`, level, o.ID)), By: "system"}
		err := data.Write(ctx, s.all, func(tx *data.Tx) error {
			return tx.AddLog(ctx, pic.v.ID, entry, fmt.Sprintf("escalated:%d:%s", o.ID, level))
		})
		if err != nil {
			s.opt.Log.WarnContext(ctx, "an escalation was not noted", "error", err)
		}
	}
	return further
}
