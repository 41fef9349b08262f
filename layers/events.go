package layers

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"gridmap/tiles"
)

// Event is one step of the live copy: everything that one look at the feed
// brought, or one turn of the clock.
type Event struct {
	ID       string // where a reader resumes: a position of the feed, or one with ~n behind it
	At       time.Time
	Cases    []CaseChange
	Grids    []GridState
	Tiles    map[string][]string // layer → "z/x/y"; "*": all of them
	Reloaded []string            // layers that were read anew, after a publication for example
	Reset    string              // why a reader must load its state anew; empty: it need not
	gridIDs  map[int64]bool
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

func (h *hub) publish(e *Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if e.At.IsZero() {
		e.At = time.Now()
	}
	if e.ID == h.last {
		h.serial++
		e.ID = fmt.Sprintf("%s~%d", e.ID, h.serial)
	} else {
		h.last, h.serial = e.ID, 0
	}
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

// reset forgets the past and drops every reader.
func (h *hub) reset(string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ring = nil
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
// events after that one are returned, oldest first; resumed is false when that
// id is not remembered, and then the reader must load its state anew.
func (l *Live) Subscribe(lastID string) (s *Subscription, missed []*Event, position string, resumed bool) {
	l.mu.Lock()
	position = string(l.position)
	l.mu.Unlock()
	h := l.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if n := len(h.ring); n > 0 {
		position = h.ring[n-1].ID
	}
	s = &Subscription{C: make(chan *Event, subscriberSize), hub: h}
	h.subs[s] = struct{}{}
	if lastID == "" || lastID == position {
		return s, nil, position, true
	}
	for i := len(h.ring) - 1; i >= 0; i-- {
		if h.ring[i].ID == lastID {
			return s, slices.Clone(h.ring[i+1:]), position, true
		}
	}
	return s, nil, position, false
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
