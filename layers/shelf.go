package layers

import (
	"container/list"
	"strings"
	"sync"

	"gridmap/tiles"
)

const (
	// shelfHolds bounds the bytes of the layers on a shelf; beyond it, the one that
	// was asked for longest ago makes room.
	shelfHolds = 64 << 20
	// shelfPlace is what a place costs that has nothing on it yet.
	shelfPlace = 1 << 10
)

// shelf keeps the layers that are made when somebody asks for them: of a past version
// of the map, and cases and heat as a town, a filter or a past moment shows them. All
// tiles of a screen are cut from one such layer.
type shelf struct {
	mu     sync.Mutex
	places map[shelfKey]*list.Element // of *shelved
	recent *list.List                 // asked for last first
	bytes  int
}

// shelfKey tells layers apart that differ in more than how new they are.
type shelfKey struct {
	layer, resolution, k int
	version              int64 // of the map; zero: the layer has none
	filter               filterKey
}

// filterKey is a Filter that can be compared.
type filterKey struct {
	levels, boards, steps, scope string
	overdue, withoutSensitive    bool
	at                           int64 // Unix seconds, by which the past is told
}

func (f *Filter) key() filterKey {
	set := func(values []string) string { return strings.Join(values, "\x00") }
	return filterKey{set(f.Levels), set(f.Boards), set(f.Steps), f.Scope, f.Overdue, f.withoutSensitive, f.At.Unix()}
}

type shelved struct {
	key    shelfKey
	bytes  int        // with shelf.mu
	making sync.Mutex // held while it is made, so that it is made once

	snapshot *tiles.Snapshot // with making
	epoch    uint64          // of the cases of which it is made, or a later one; with making
}

func newShelf() *shelf {
	return &shelf{places: map[shelfKey]*list.Element{}, recent: list.New()}
}

// get is the layer under a key as it was at an epoch of the cases or later; fresh
// makes it where there is none.
func (s *shelf) get(k shelfKey, epoch uint64, fresh func() (*tiles.Snapshot, error)) (*tiles.Snapshot, error) {
	e := s.find(k)
	e.making.Lock()
	defer e.making.Unlock()
	if e.snapshot != nil && e.epoch >= epoch {
		return e.snapshot, nil
	}
	made, err := fresh()
	if err != nil {
		return nil, err
	}
	e.snapshot, e.epoch = made, epoch
	s.weigh(e, shelfPlace+made.Bytes())
	return made, nil
}

// find returns the place of a key, empty at first.
func (s *shelf) find(k shelfKey) *shelved {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, ok := s.places[k]; ok {
		s.recent.MoveToFront(at)
		e, _ := at.Value.(*shelved)
		return e
	}
	e := &shelved{key: k, bytes: shelfPlace}
	s.places[k] = s.recent.PushFront(e)
	s.bytes += e.bytes
	s.makeRoom()
	return e
}

// weigh notes how much e holds, unless it had to make room while it was made.
func (s *shelf) weigh(e *shelved, bytes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, ok := s.places[e.key]; ok && at.Value == e {
		s.bytes += bytes - e.bytes
		e.bytes = bytes
		s.makeRoom()
	}
}

func (s *shelf) makeRoom() {
	for s.bytes > shelfHolds {
		last := s.recent.Back()
		e, _ := s.recent.Remove(last).(*shelved)
		delete(s.places, e.key)
		s.bytes -= e.bytes
	}
}

// clear takes everything off.
func (s *shelf) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.places)
	s.recent.Init()
	s.bytes = 0
}
