package layers

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"gridmap/data"
	"gridmap/tiles"
)

// Event is one step of the live copy: everything that one look at the feed
// brought, or one turn of the clock.
type Event struct {
	ID          string // where a reader resumes: a position of the feed, or one with ~n behind it
	At          time.Time
	Cases       []CaseChange
	Grids       []GridState
	Tiles       map[string][]string // layer → "z/x/y"; "*": all of them
	Reloaded    []string            // layers that were read anew, after a publication for example
	Plans       []int64             // plans that were worked on, or changed their status
	Version     int64               // of the map, from here on
	Evacuations []EvacuationChange
	Reset       string // why a reader must load its state anew; empty: it need not
	after       string // the id before this one
	gridIDs     map[int64]bool
}

// CaseChange is a case before and after. Before is nil for a new one.
type CaseChange struct{ Before, After *Case }

func (e *Event) grid(id int64) {
	if e.gridIDs == nil {
		e.gridIDs = map[int64]bool{}
	}
	e.gridIDs[id] = true
}

func (e *Event) caseChange(before, after *Case) {
	e.Cases = append(e.Cases, CaseChange{before, after})
}

func (e *Event) touch(layer string, ids []tiles.ID) {
	if len(ids) == 0 {
		return
	}
	if e.Tiles == nil {
		e.Tiles = map[string][]string{}
	}
	for _, id := range ids {
		e.Tiles[layer] = append(e.Tiles[layer], id.String())
	}
}

func (e *Event) touchAll(layer string) {
	if e.Tiles == nil {
		e.Tiles = map[string][]string{}
	}
	e.Tiles[layer] = []string{"*"}
}

func sortFeatures(f []tiles.Feature) {
	slices.SortFunc(f, func(a, b tiles.Feature) int { return cmp.Compare(a.ID, b.ID) })
}

func sortGrids(g []GridState) {
	slices.SortFunc(g, func(a, b GridState) int { return cmp.Compare(a.ID, b.ID) })
}

const (
	ringSize       = 4096 // events that a returning reader can still get
	subscriberSize = 256  // events that a slow reader may be behind
)

// hub hands events to readers. It holds a bounded past, and drops a reader that
// falls too far behind: that one is told to load its state anew.
type hub struct {
	mu     sync.Mutex
	ring   []*Event // oldest first
	serial int      // events since the last new position
	last   string
	subs   map[*Subscription]struct{}
}

func newHub() *hub { return &hub{subs: map[*Subscription]struct{}{}} }

// Subscription is one reader's bounded queue. A nil event on C asks for a
// heartbeat. C is closed when the reader fell behind or the hub was reset.
type Subscription struct {
	C      chan *Event
	hub    *hub
	closed bool
}

// tell hands an event to every reader.
func (l *Live) tell(e *Event) {
	e.Version = l.Version()
	l.hub.publish(e)
}

func (h *hub) publish(e *Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if e.At.IsZero() {
		e.At = time.Now()
	}
	e.after = h.last
	if position, _, _ := strings.Cut(h.last, "~"); position == e.ID {
		h.serial++
		e.ID = fmt.Sprintf("%s~%d", e.ID, h.serial)
	} else {
		h.serial = 0
	}
	h.last = e.ID
	h.ring = append(h.ring, e)
	if len(h.ring) > ringSize {
		h.ring = append(h.ring[:0:0], h.ring[len(h.ring)-ringSize/2:]...)
	}
	h.send(e)
}

// send hands e to every reader; the caller holds the lock.
func (h *hub) send(e *Event) {
	for s := range h.subs {
		select {
		case s.C <- e:
		default:
			h.drop(s)
		}
	}
}

func (h *hub) heartbeat() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.send(nil)
}

// reset forgets the past and drops every reader; position is where the next
// ones begin.
func (h *hub) reset(position string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ring, h.last, h.serial = nil, position, 0
	for s := range h.subs {
		h.drop(s)
	}
}

func (h *hub) drop(s *Subscription) {
	if !s.closed {
		s.closed = true
		close(s.C)
		delete(h.subs, s)
	}
}

// Subscribe adds a reader. With the id of the last event that it has seen, the
// events after that one are returned, oldest first. An id that another server
// gave, or this one before it was started anew, is looked up in the change feed,
// and what came since is returned as one event. err says that neither reaches
// back so far: the reader must load its state anew, and is subscribed from
// position on. Unavailable says that the feed cannot be asked now, and whoever
// waits loses nothing: there is no subscription then.
func (l *Live) Subscribe(ctx context.Context, lastID string) (s *Subscription, missed []*Event, position string, err error) {
	s, missed, position, resumed := l.hub.subscribe(lastID)
	if resumed {
		return s, missed, position, nil
	}
	s.Close()
	if _, away := l.Since(); away {
		return nil, nil, "", data.Fault(data.Unavailable, "", "the change feed cannot be asked now")
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	e, err := l.since(ctx, data.Position(strings.SplitN(lastID, "~", 2)[0]))
	if data.CodeOf(err) == data.Unavailable {
		return nil, nil, "", err
	}
	s, _, position, _ = l.hub.subscribe("")
	if err != nil {
		return s, nil, position, err
	}
	e.ID, e.Version = position, l.Version()
	return s, []*Event{e}, position, nil
}

func (h *hub) subscribe(lastID string) (s *Subscription, missed []*Event, position string, resumed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s = &Subscription{C: make(chan *Event, subscriberSize), hub: h}
	h.subs[s] = struct{}{}
	if lastID == "" || lastID == h.last {
		return s, nil, h.last, true
	}
	for i := len(h.ring) - 1; i >= 0; i-- {
		if h.ring[i].after == lastID {
			return s, slices.Clone(h.ring[i:]), h.last, true
		}
	}
	return s, nil, h.last, false
}

// since makes one event of everything after a position of the feed; the caller
// holds the lock, so that nothing is applied in between.
func (l *Live) since(ctx context.Context, from data.Position) (*Event, error) {
	e := &Event{At: l.opts.Now()}
	err := data.At(ctx, l.pool, func(m data.Moment) error {
		if err := l.advance(ctx, m); err != nil {
			return err
		}
		if err := m.Remembers(ctx, from); err != nil {
			return err
		}
		changes, err := m.Since(ctx, from)
		if err != nil {
			return err
		}
		return l.retell(ctx, m, changes, e)
	})
	return e, err
}

// retell fills an event with the present state of what changed. It may name more
// than changed, never less: whole layers where a reader that stayed got tiles.
func (l *Live) retell(ctx context.Context, m data.Moment, changes []data.Change, e *Event) error {
	ids, ops := []int64{}, map[int64]string{}
	for _, c := range changes {
		switch {
		case c.Op == "reload" && (c.Kind == Cases || c.Kind == "divisions"):
			e.Reset = "the cases were loaded anew"
			return nil
		case c.Kind == Cases:
			ids = append(ids, c.Key)
			ops[c.Key] = cmp.Or(ops[c.Key], c.Op)
		case c.Kind == "plans" && c.Op != "reload":
			e.Plans = append(e.Plans, c.Key)
		}
		l.retellLayers(c.Kind, e)
	}
	e.Plans = distinct(e.Plans)
	if len(ids) == 0 {
		return nil
	}
	rows, err := m.OpenCases(ctx, distinct(ids))
	if err != nil {
		return err
	}
	l.book.mu.RLock()
	defer l.book.mu.RUnlock()
	for i := range rows {
		c := l.book.makeCase(&rows[i], e.At)
		change := CaseChange{After: c}
		if ops[c.ID] != "insert" {
			change.Before = c
		}
		e.Cases = append(e.Cases, change)
		e.grid(c.GridID)
	}
	l.book.fillGrids(e)
	e.touchAll(Cases)
	e.touchAll(Heat)
	return nil
}

// retellLayers names the layers that are read from a table, or computed from it.
func (l *Live) retellLayers(table string, e *Event) {
	for i := range l.catalogue {
		name := l.catalogue[i].Name
		if slices.Contains(l.catalogue[i].tables, table) && !slices.Contains(e.Reloaded, name) {
			e.Reloaded = append(e.Reloaded, name)
			e.touchAll(name)
		}
	}
	if slices.Contains(evacuationTables(), table) && len(e.Evacuations) == 0 {
		e.touchAll(Inundation)
		e.touchAll(Evacuation)
		for _, id := range slices.Sorted(maps.Keys(l.told)) {
			e.Evacuations = append(e.Evacuations, EvacuationChange{id, l.told[id], []string{"all"}})
		}
	}
}

// evacuationTables are those of which a service computes layers and states.
func evacuationTables() []string {
	return []string{"evacuations", "breaches", "evacuation_plans", "evacuation_overrides", "evacuation_orders", "roll_calls", "gauges",
		"levees", "depth_rasters", "terrain_versions"}
}

// Close ends the subscription.
func (s *Subscription) Close() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	s.hub.drop(s)
}

// Readers counts the subscriptions.
func (l *Live) Readers() int {
	l.hub.mu.Lock()
	defer l.hub.mu.Unlock()
	return len(l.hub.subs)
}
