package layers

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/data"
	"gridmap/tiles"
)

// Options of a live copy.
type Options struct {
	Log *slog.Logger
	Now func() time.Time // nil: time.Now
	// K is the fewest cases that a heat cell may show to the wall. Zero: 5.
	K int
	// TileBytes bounds the memory for compressed tiles. Zero: 256 MiB.
	TileBytes int
	// Poll is how long the feed may be quiet before it is looked at anyway.
	// Zero: 1 s.
	Poll time.Duration
	// Ahead are the sets of layers whose tiles are made before anybody asks; nil
	// makes none.
	Ahead [][]string
}

// Live is the map in memory.
type Live struct {
	opts      Options
	pool      *pgxpool.Pool
	catalogue []Layer
	state     atomic.Pointer[mapState]
	store     *tiles.Store
	book      *book
	variants  *variants
	hub       *hub
	history   atomic.Pointer[history]
	shelf     *shelf
	seed      maphash.Seed
	ahead     *ahead

	mu     sync.Mutex // one batch is applied at a time
	making *batch
	// interrupt ends the look under way; nil while there is none.
	interrupt atomic.Pointer[context.CancelFunc]
	laid      map[int]map[uint64]laidMark // by layer and feature
	told      map[int64]int64             // evacuations and their states' versions
	position  data.Position
	wake      chan struct{}
	loaded    atomic.Bool
	lost      atomic.Pointer[time.Time] // since when the database is gone; nil: it is there
	answered  atomic.Pointer[answer]    // nil: none yet
	loadTook  atomic.Int64
}

// New makes an empty live copy; Run fills it and keeps it up to date.
func New(pool *pgxpool.Pool, o Options) *Live {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.K == 0 {
		o.K = 5
	}
	if o.TileBytes == 0 {
		o.TileBytes = 256 << 20
	}
	if o.Poll == 0 {
		o.Poll = time.Second
	}
	c := Catalogue()
	l := &Live{opts: o, pool: pool, catalogue: c, store: tiles.NewStore(o.TileBytes), book: newBook(),
		hub: newHub(), wake: make(chan struct{}, 1), shelf: newShelf(), seed: maphash.MakeSeed(), laid: map[int]map[uint64]laidMark{}, told: map[int64]int64{}}
	l.state.Store(&mapState{snaps: make([]*tiles.Snapshot, len(c)), epochs: make([]uint64, len(c))})
	l.variants = newVariants(l)
	var err error
	if l.ahead, err = newAhead(l, o.Ahead); err != nil {
		panic(fmt.Sprintf("tiles made ahead: %v", err)) // names of layers are constants
	}
	return l
}

// Run loads the map and follows the change feed until ctx ends. A database that
// is away is waited for; what was loaded stands meanwhile.
func (l *Live) Run(ctx context.Context) error {
	go l.tick(ctx)
	go l.listen(ctx)
	go l.ahead.run(ctx)
	wait := 100 * time.Millisecond
	for ctx.Err() == nil {
		err := l.follow(ctx)
		if ctx.Err() != nil {
			break
		}
		l.noteLost(err)
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		wait = min(wait*2, 2*time.Second)
		if l.lost.Load() == nil {
			wait = 100 * time.Millisecond
		}
	}
	return ctx.Err()
}

func (l *Live) noteLost(err error) {
	now := l.opts.Now()
	if l.lost.CompareAndSwap(nil, &now) {
		l.opts.Log.Error("the database is gone; the map stands on its last state", "error", err)
		l.hub.heartbeat()
	}
}

func (l *Live) noteFound() {
	if was := l.lost.Swap(nil); was != nil {
		l.opts.Log.Info("the database is back", "away_s", int(l.opts.Now().Sub(*was).Seconds()))
		l.hub.heartbeat()
	}
}

// Since is the moment since when the database is gone, and whether it is. It is
// told by the clock as it is now: one that was set meanwhile makes the map neither
// older nor younger.
func (l *Live) Since() (time.Time, bool) {
	was := l.lost.Load()
	if was == nil {
		return time.Time{}, false
	}
	now := l.opts.Now()
	return now.Add(-now.Sub(*was)).Round(0), true
}

// answer is that of the database to a ping.
type answer struct {
	at   time.Time
	took time.Duration
}

func (l *Live) heard(took time.Duration) { l.answered.Store(&answer{time.Now(), took}) }

// Slow says whether the database answers, but takes long for each answer. One that is
// quick, or that has not answered lately, is not: what waits for it waits for
// something else, a lock perhaps, or in vain.
func (l *Live) Slow() bool {
	a := l.answered.Load()
	return a != nil && a.took > slowAnswer && time.Since(a.at) < answeredWithin
}

const (
	slowAnswer     = 500 * time.Millisecond
	answeredWithin = 9 * time.Second // a ping may take five, and comes every two
)

// Ready fails until the map has been loaded once.
func (l *Live) Ready() error {
	if !l.loaded.Load() {
		return errors.New("the map is being loaded")
	}
	return nil
}

// listen turns notifications into wake-ups. Without them the poll finds changes.
func (l *Live) listen(ctx context.Context) {
	for ctx.Err() == nil {
		// Most of its errors show in follow, too; silence would show there only
		// when a statement runs out of time.
		if err := data.Listen(ctx, l.pool, l.opts.Poll, l.Wake, l.heard); errors.Is(err, data.ErrSilent) && ctx.Err() == nil {
			l.noteLost(err)
			// A look under way hears nothing either; a new one has a new connection.
			if cancel := l.interrupt.Load(); cancel != nil {
				(*cancel)()
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(2 * l.opts.Poll): // the poll goes on without it
		}
	}
}

// Wake has the feed looked at soon.
func (l *Live) Wake() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// follow loads what is not loaded yet, then applies changes as they come.
func (l *Live) follow(ctx context.Context) error {
	if !l.loaded.Load() {
		if err := l.load(ctx); err != nil {
			return err
		}
		l.noteFound()
	}
	poll := time.NewTicker(l.opts.Poll)
	defer poll.Stop()
	for {
		if err := l.catchUp(ctx); err != nil {
			return err
		}
		l.noteFound()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-l.wake:
		case <-poll.C:
		}
	}
}

// catchUp applies everything that became visible since the last position.
func (l *Live) catchUp(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	l.interrupt.Store(&cancel)
	defer l.interrupt.Store(nil)
	// A look that takes long waits for a lock, or for an answer that never comes:
	// the map is as old as the look, and says so.
	late := time.AfterFunc(lookTakes, func() { l.noteLost(errLate) })
	defer late.Stop()
	return data.At(ctx, l.pool, func(m data.Moment) error { return l.advance(ctx, m) })
}

// lookTakes is how long a look at the feed may take before the map says that it
// is no longer up to date.
const lookTakes = 8 * time.Second

var errLate = errors.New("a look at the change feed takes long")

// advance applies what m sees and the live copy does not know yet; the caller
// holds the lock.
func (l *Live) advance(ctx context.Context, m data.Moment) error {
	if m.Position == l.position {
		return nil
	}
	if err := m.Remembers(ctx, l.position); err != nil {
		if errors.Is(err, data.ErrForgotten) {
			l.loaded.Store(false)
		}
		return err
	}
	changes, err := m.Since(ctx, l.position)
	if err != nil {
		return err
	}
	if err := l.apply(ctx, m, changes); err != nil {
		l.abandon()
		return fmt.Errorf("apply changes: %w", err)
	}
	l.position = m.Position
	return nil
}

// Settle returns when everything that had been committed before the call is in
// the live copy, or when ctx ends.
func (l *Live) Settle(ctx context.Context) {
	if !l.loaded.Load() || l.lost.Load() != nil {
		return
	}
	// A look of our own: whoever waits for the lock finds the work done.
	if err := l.catchUp(ctx); err != nil {
		l.Wake()
	}
}

// tick moves cases whose state changes by time alone.
func (l *Live) tick(ctx context.Context) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if l.loaded.Load() {
				l.mu.Lock()
				l.applyTime()
				l.mu.Unlock()
			}
		}
	}
}

// Footprint is the size of the live copy.
type Footprint struct {
	Layers map[string]LayerSize
	Open   int // cases
	Tiles  tiles.Stats
	Load   time.Duration // how long the last load took
}

// LayerSize is the size of one layer.
type LayerSize struct{ Features, Bytes int }

// Footprint measures the live copy.
func (l *Live) Footprint() Footprint {
	f := Footprint{Layers: map[string]LayerSize{}, Open: l.book.len(), Tiles: l.store.Stats(), Load: time.Duration(l.loadTook.Load())}
	for i := range l.catalogue {
		if s := l.state.Load().snaps[i]; s != nil {
			f.Layers[l.catalogue[i].Name] = LayerSize{s.Len(), s.Bytes()}
		}
	}
	return f
}
