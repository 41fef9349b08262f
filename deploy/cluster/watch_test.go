package cluster_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"gridmap/deploy/standing"
)

// watch asks one server for tiles all the time, as a wall with some manners.
type watch struct {
	t           *testing.T
	quit, ended chan struct{}
	asked, told int // told: said since when the database is away
	longest     time.Duration
	refused     []string
}

func watchTiles(t *testing.T, c standing.Client, demo standing.Demo) *watch {
	t.Helper()
	w := &watch{t: t, quit: make(chan struct{}), ended: make(chan struct{})}
	t.Cleanup(func() { w.end() })
	go func() {
		defer close(w.ended)
		for n := 0; ; n++ {
			select {
			case <-w.quit:
				return
			case <-time.After(10 * time.Millisecond):
				w.ask(c, demo.Tokens["wall"], []string{"/tiles/heat/6/50/26.mvt", "/tiles/grids,roads,water/6/50/26.mvt"}[n%2])
			}
		}
	}()
	return w
}

func (w *watch) ask(c standing.Client, token, path string) {
	began := time.Now()
	r := c.Get(token, path)
	w.asked++
	w.longest = max(w.longest, time.Since(began))
	if r.Err != nil || r.Status != http.StatusOK || len(r.Body) == 0 {
		w.refused = append(w.refused, r.String())
		return
	}
	if r.Header.Get("Gridmap-Since") != "" {
		w.told++
	}
}

func (w *watch) end() {
	select {
	case <-w.quit:
	default:
		close(w.quit)
	}
	<-w.ended
}

// stop ends it and wants that every tile was answered.
func (w *watch) stop() string {
	w.t.Helper()
	w.end()
	if len(w.refused) > 0 {
		w.t.Errorf("%d tiles were not answered, the first: %s", len(w.refused), w.refused[0])
	}
	if w.told == 0 {
		w.t.Error("no tile said since when the database is away: the leader was not lost")
	}
	return fmt.Sprintf("%d asked, %d not answered, %d said since when the database was away, the slowest %v",
		w.asked, len(w.refused), w.told, w.longest.Round(time.Millisecond))
}

// wanderer is a screen that follows events, and goes from server to server with
// the id of the last event that it saw.
type wanderer struct {
	t           *testing.T
	quit, ended chan struct{}
	every       time.Duration
	mu          sync.Mutex
	moves       int
	resets      []string
	inserted    map[int64]int // case → how often it was told as new
}

func wander(t *testing.T, demo standing.Demo, every time.Duration, at ...standing.Client) *wanderer {
	t.Helper()
	w := &wanderer{t: t, quit: make(chan struct{}), ended: make(chan struct{}), every: every, inserted: map[int64]int{}}
	t.Cleanup(w.end)
	first := at[0].Listen(demo.Tokens["operator"], "")
	standing.Until(t, 10*time.Second, "the stream says where it is", func() bool { return first.LastID() != "" })
	go func() {
		defer close(w.ended)
		w.follow(first, demo.Tokens["operator"], at)
	}()
	return w
}

// follow reads a stream until it is time to move or the stream ends; then it goes
// on where it was, at the next server.
func (w *wanderer) follow(s *standing.Stream, token string, at []standing.Client) {
	last, seen, came := "", 0, time.Now()
	read := func() {
		for _, m := range s.From(seen) {
			if seen++; m.ID != "" {
				last = m.ID
			}
			w.read(m)
		}
	}
	for n := 1; ; {
		move := time.Since(came) > w.every
		select {
		case <-w.quit:
			s.Close()
			return
		case <-s.Ended:
			move = true
		case <-time.After(20 * time.Millisecond):
		}
		if !move {
			read()
			continue
		}
		s.Close() // what came until now is read first
		read()
		w.mu.Lock()
		w.moves++
		w.mu.Unlock()
		s, seen, came, n = at[n%len(at)].Listen(token, last), 0, time.Now(), n+1
	}
}

func (w *wanderer) read(m standing.Message) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if m.Event == "reset" {
		w.resets = append(w.resets, m.Data)
	}
	if m.Event != "change" {
		return
	}
	var change struct {
		Changes []struct {
			Kind, Op string
			Case     *struct{ ID int64 }
		}
	}
	if err := json.Unmarshal([]byte(m.Data), &change); err != nil {
		w.t.Errorf("an event: %v", err)
		return
	}
	for _, c := range change.Changes {
		if c.Kind == "case" && c.Op == "insert" && c.Case != nil {
			w.inserted[c.Case.ID]++
		}
	}
}

func (w *wanderer) end() {
	select {
	case <-w.quit:
	default:
		close(w.quit)
	}
	<-w.ended
}

// saw wants each case told as new once, and no order to load everything anew. The
// last may still be on its way: it waits until the stream has said them.
func (w *wanderer) saw(cases []int64) {
	w.t.Helper()
	missed, twice := w.count(cases)
	for deadline := time.Now().Add(30 * time.Second); missed > 0 && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		missed, twice = w.count(cases)
	}
	w.end()
	if missed > 0 || twice > 0 {
		w.t.Errorf("of %d new cases a screen that %s missed %d and was told %d twice, want none", len(cases), w.manner(), missed, twice)
	}
	if len(w.resets) > 0 {
		w.t.Errorf("a screen that %s was told %d times to load everything anew, first by %s", w.manner(), len(w.resets), w.resets[0])
	}
}

// count says how many cases were not told as new, and how many more than once.
func (w *wanderer) count(cases []int64) (missed, twice int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range cases {
		switch n := w.inserted[id]; {
		case n == 0:
			missed++
		case n > 1:
			twice++
		}
	}
	return missed, twice
}

func (w *wanderer) manner() string {
	if w.every > time.Minute {
		return "stays at one server"
	}
	return fmt.Sprintf("moves to the other server every %v", w.every)
}

func (w *wanderer) figures() string {
	return strings.TrimSpace(fmt.Sprintf("%d new cases, %d moves by Last-Event-ID, %d resets", len(w.inserted), w.moves, len(w.resets)))
}
