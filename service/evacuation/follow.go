package evacuation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gridmap/data"
	"gridmap/layers"
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
	wake := make(chan struct{}, 1)
	go func() {
		for ctx.Err() == nil {
			_ = data.Listen(ctx, s.all, lookEvery, func() {
				select {
				case wake <- struct{}{}:
				default:
				}
			}, func() {})
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

// look reads what the feed brought and makes the pictures that it changes anew. It
// waits for its turn as long as ctx lasts; what was begun is brought to its end.
func (s *Service) look(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.turn }()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookWithin)
	defer cancel()
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

// peek is the picture of an evacuation, or nil.
func (s *Service) peek(id int64) *picture {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pictures[id]
}

// show hands a new picture to everybody who looks.
func (s *Service) show(pic *picture, what []string) {
	s.mu.Lock()
	s.pictures[pic.v.ID] = pic
	s.offered[pic.v.ID] = remember(s.offered[pic.v.ID], pic)
	close(s.news)
	s.news = make(chan struct{})
	first := s.leading() == pic.v.ID
	s.mu.Unlock()
	if s.opt.Lay == nil {
		return
	}
	// The numbers first; outlining the water takes as long as all before it.
	note := &layers.EvacuationChange{ID: pic.v.ID, Version: pic.version, What: what}
	if err := s.opt.Lay(nil, note); err != nil {
		s.opt.Log.Error("what is new could not be told", "error", err)
	}
	if !first || !slices.Contains(what, partAll) && !slices.Contains(what, partWater) {
		return
	}
	if err := s.opt.Lay(pic.sheets(), nil); err != nil {
		s.opt.Log.Error("the water could not be laid on the map", "error", err)
	}
}

// offersMost is how many proposals can still be approved after newer ones: somebody
// reads the one before him while the gauges go on.
const offersMost = 20

// remember keeps the pictures of the last proposals, one of each.
func remember(list []*picture, pic *picture) []*picture {
	if pic.proposal == nil || len(list) > 0 && list[len(list)-1].proposal.Basis == pic.proposal.Basis {
		return list
	}
	list = append(list, pic)
	return list[max(0, len(list)-offersMost):]
}

// offer is the picture of a proposal that was made beside the plan that stands; nil:
// there is none.
func (s *Service) offer(id int64, basis string, version int) *picture {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, pic := range slices.Backward(s.offered[id]) {
		beside := 0
		if len(pic.plans) > 0 {
			beside = pic.plans[0].Version
		}
		if pic.proposal.Basis == basis && beside == version {
			return pic
		}
	}
	return nil
}

// leading is the evacuation that the map shows: the real one before a drill.
func (s *Service) leading() int64 {
	var best *picture
	for _, p := range s.pictures {
		if best == nil || best.v.Drill && !p.v.Drill || best.v.Drill == p.v.Drill && p.v.ID > best.v.ID {
			best = p
		}
	}
	if best == nil {
		return 0
	}
	return best.v.ID
}

// drop takes an evacuation that was closed off the map.
func (s *Service) drop(id int64, old *picture) {
	if old == nil {
		return
	}
	s.mu.Lock()
	delete(s.pictures, id)
	delete(s.offered, id)
	close(s.news)
	s.news = make(chan struct{})
	next := s.pictures[s.leading()]
	s.mu.Unlock()
	delete(s.told, id)
	s.clocks.forget(id)
	if s.opt.Lay == nil {
		return
	}
	sheets := map[string][]layers.Laid{layers.Inundation: nil, layers.Evacuation: nil}
	if next != nil {
		sheets = next.sheets()
	}
	if err := s.opt.Lay(sheets, &layers.EvacuationChange{ID: id, Version: old.version + 1, What: []string{partAll}}); err != nil {
		s.opt.Log.Error("the water could not be taken off the map", "error", err)
	}
}

// at is the picture of an evacuation that reaches into the reader's scope: as it is,
// or as it was at a moment of its clock.
func (s *Service) at(ctx context.Context, by data.Actor, id int64, when *time.Time) (*picture, error) {
	var v data.Evacuation
	err := data.At(ctx, s.all, func(m data.Moment) (err error) {
		v, err = m.Evacuations().Find(ctx, id)
		return err
	})
	if err != nil {
		if pic := s.peek(id); pic != nil && when == nil && data.CodeOf(err) != data.NotFound {
			return pic, visible(by, &pic.v) // the database is away; the last state stands
		}
		return nil, err
	}
	if err := visible(by, &v); err != nil {
		return nil, err
	}
	if when == nil && v.ClosedAt != nil {
		when = v.ClosedAt
	}
	if when != nil {
		return s.past.at(ctx, s, v, *when)
	}
	for {
		s.mu.Lock()
		pic, news := s.pictures[id], s.news
		s.mu.Unlock()
		if pic != nil {
			return pic, nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return nil, data.Fault(data.Unavailable, "", "the water is being computed: ask again in a moment")
		}
	}
}

// visible refuses those who live elsewhere.
func visible(by data.Actor, v *data.Evacuation) error {
	if by.Covers(v.Division) || (data.Actor{ScopeCode: v.Division}).Covers(by.ScopeCode) {
		return nil
	}
	return data.Fault(data.Forbidden, "", "the evacuation is outside your scope "+by.ScopeCode)
}
