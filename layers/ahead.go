package layers

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"gridmap/tiles"
)

// ahead makes tiles before anybody asks: after the map was loaded and after each
// publication first those that were on screens, then the whole district, zoom by
// zoom, as far as the memory for tiles goes. It works in one goroutine, and no
// more than half of the time while requests come.
type ahead struct {
	live   *Live
	sets   [][]int // what screens ask for
	wake   chan struct{}
	asked  atomic.Int64 // requests for tiles
	coding [codingsHeld]atomic.Bool
	looks  sync.Map     // tag → screenLook
	tags   sync.Map     // key of a look → tag
	last   atomic.Int64 // the last tag given

	mu      sync.Mutex
	screens []tiles.Forgotten // most recently asked for first
	whole   bool              // the district is to be made as well
}

// screenLook is what a kept tile was made for.
type screenLook struct {
	which []int
	view  View
}

const (
	aheadShare  = 3.0 / 4     // of the memory for tiles that is filled ahead
	screensHeld = 4000        // tiles on screens that are remembered
	aheadBatch  = 64          // tiles between looks at what else there is to do
	aheadRest   = time.Second // the longest rest between two batches
)

const codingsHeld = 4

func codings() [codingsHeld]tiles.Encoding {
	return [codingsHeld]tiles.Encoding{tiles.Gzip, tiles.Zstd, tiles.Brotli, tiles.Identity}
}

func newAhead(l *Live, sets [][]string) (*ahead, error) {
	a := &ahead{live: l, wake: make(chan struct{}, 1)}
	for _, names := range sets {
		which, err := Find(names)
		if err != nil {
			return nil, err
		}
		a.sets = append(a.sets, which)
	}
	return a, nil
}

// note counts a request and returns the tag under which its tile is kept; 0: it
// is not made ahead.
func (a *ahead) note(q *look, view View, enc tiles.Encoding) int64 {
	a.asked.Add(1)
	if len(a.sets) == 0 || !q.whole || !q.filter.At.IsZero() {
		return 0
	}
	for i, c := range codings() {
		if c == enc && !a.coding[i].Load() {
			a.coding[i].Store(true)
		}
	}
	key := q.setKey()
	if tag, ok := a.tags.Load(key); ok {
		n, _ := tag.(int64)
		return n
	}
	tag := a.last.Add(1)
	a.looks.Store(tag, screenLook{q.which, View{Merge: view.Merge, Filter: Filter{Scope: view.Filter.Scope}}})
	a.tags.Store(key, tag)
	return tag
}

// forgotten takes tiles that were dropped with their layer: they may be on
// screens, which will ask again. After a load or a publication the whole district
// is made behind them.
func (a *ahead) forgotten(list []tiles.Forgotten, whole bool) {
	if len(a.sets) == 0 {
		return
	}
	a.mu.Lock()
	a.screens = append(list, a.screens...)
	a.screens = a.screens[:min(len(a.screens), screensHeld)]
	a.whole = a.whole || whole
	a.mu.Unlock()
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// run makes tiles until ctx ends.
func (a *ahead) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.wake:
			a.pass(ctx)
		}
	}
}

// pass makes what is missing; it ends early when there is a reason to begin anew.
func (a *ahead) pass(ctx context.Context) {
	a.mu.Lock()
	screens, whole := a.screens, a.whole
	a.screens = nil
	a.mu.Unlock()
	p := &pace{a: a, asked: a.asked.Load(), began: time.Now()}
	for _, s := range screens {
		if look, ok := a.looks.Load(s.Tag); ok {
			l, _ := look.(screenLook)
			if _, _, err := a.live.Tile(ctx, s.ID, l.which, l.view, s.Encoding); err != nil || !p.step(ctx) {
				return
			}
		}
	}
	for z := uint8(0); whole && z <= tiles.MaxZoom; z++ {
		for _, which := range a.sets {
			if !a.zoom(ctx, which, z, p) {
				whole = false // the memory is full, or there is something else to do first
				break
			}
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.wake) == 0 {
		a.whole = false
	}
}

// zoom makes the tiles of a set at a zoom that have something of the district in
// them.
func (a *ahead) zoom(ctx context.Context, which []int, z uint8, p *pace) bool {
	l := a.live
	district := l.Snapshot("district")
	if district == nil || district.Len() == 0 || z < l.minZoom(which) {
		return true
	}
	for _, view := range l.usualViews(which) {
		if z > MaxZoom(which, view) {
			continue
		}
		var e tiles.Encoder
		var raw []byte
		for _, id := range tiles.Covering(nil, district.Extent(), z, z) {
			if raw, _ = e.Encode(raw[:0], id, []*tiles.Snapshot{district}, 0); len(raw) == 0 {
				continue // across the border: made when somebody looks there
			}
			if !a.prepare(ctx, id, which, view) || !p.step(ctx) {
				return false
			}
		}
	}
	return true
}

// prepare makes one tile in every encoding that clients have taken so far.
func (a *ahead) prepare(ctx context.Context, id tiles.ID, which []int, view View) bool {
	if a.live.store.Full() > aheadShare {
		return false
	}
	some := false
	for i, enc := range codings() {
		if a.coding[i].Load() {
			some = true
			if _, _, err := a.live.Tile(ctx, id, which, view, enc); err != nil {
				return false
			}
		}
	}
	if !some {
		_, _, err := a.live.Tile(ctx, id, which, view, tiles.Gzip)
		return err == nil
	}
	return true
}

// pace keeps the work ahead out of the way of requests.
type pace struct {
	a     *ahead
	n     int
	asked int64
	began time.Time
}

// step rests as long as the last batch took when requests came meanwhile, and
// says whether to go on.
func (p *pace) step(ctx context.Context) bool {
	if p.n++; p.n%aheadBatch != 0 {
		return true
	}
	if len(p.a.wake) > 0 {
		return false
	}
	if now := p.a.asked.Load(); now-p.asked > aheadBatch*codingsHeld {
		select {
		case <-ctx.Done():
		case <-time.After(min(time.Since(p.began), aheadRest)):
		}
	}
	p.asked, p.began = p.a.asked.Load(), time.Now()
	return ctx.Err() == nil
}

// minZoom is the lowest zoom that draws any of some layers.
func (l *Live) minZoom(which []int) uint8 {
	low := uint8(tiles.MaxZoom)
	for _, i := range which {
		low = min(low, l.catalogue[i].MinZoom)
	}
	return low
}

// usualViews are those in which a set is seen unfiltered: heat by walls and by
// others, single cases by others only.
func (l *Live) usualViews(which []int) []View {
	all := View{Filter: Filter{Scope: wholeScope}}
	for _, i := range which {
		switch l.catalogue[i].Name {
		case Heat:
			return []View{{Merge: true, Filter: all.Filter}, all}
		case Cases:
			return []View{all}
		}
	}
	return []View{all}
}

// wholeScope stands for any district's code: all of the map.
const wholeScope = "000000000000"
