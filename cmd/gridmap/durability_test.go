package main_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"gridmap/deploy/standing"
)

// writers opens cases from many clients at once and keeps account of what each
// was told.
type writers struct {
	mu           sync.Mutex
	acknowledged map[int64]string  // case → key
	unknown      map[string]string // key → body: sent, and no answer came
	refused      []standing.Reply  // answers that are neither
}

func newWriters() *writers {
	return &writers{acknowledged: map[int64]string{}, unknown: map[string]string{}}
}

func (w *writers) note(key, body string, r standing.Reply, c seenCase) (answered bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case r.Err != nil:
		w.unknown[key] = body
		return false
	case r.Status == http.StatusCreated:
		w.acknowledged[c.ID] = key
	default:
		w.refused = append(w.refused, r)
		w.unknown[key] = body
	}
	return true
}

func (w *writers) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.acknowledged)
}

// settle sends again what had no answer, twice, and wants one case for each.
func (w *writers) settle(t *testing.T, s *server, token string) {
	t.Helper()
	for key, body := range w.unknown {
		first, again := s.mustPost(token, key, body), s.mustPost(token, key, body)
		if first.ID != again.ID {
			t.Errorf("the key %s opened case %d and case %d", key, first.ID, again.ID)
		}
		if other, ok := w.acknowledged[first.ID]; ok {
			t.Errorf("the keys %s and %s have one case", key, other)
		}
		w.acknowledged[first.ID] = key
	}
}

func TestServerKilledDuringWritesLosesNothingAcknowledged(t *testing.T) {
	const rounds, clients = 3, 12
	demo := shop.DemoIn(t, shop.Folder(t))
	s := start(t, demo.Dir, "serve")
	before := s.openCases(demo.Tokens["operator"])
	bodies := s.caseBodies(demo.Tokens["operator"])
	w, rng := newWriters(), rand.New(rand.NewPCG(2, 152))
	for round := range rounds {
		acknowledged := w.count()
		var all sync.WaitGroup
		for client := range clients {
			all.Go(func() {
				for n := 0; ; n++ {
					key, body := fmt.Sprintf("kill-%d-%d-%d", round, client, n), bodies[(client+n)%len(bodies)]
					r, c := s.post(demo.Tokens["operator"], key, body)
					if !w.note(key, body, r, c) {
						return
					}
				}
			})
		}
		s.Until(20*time.Second, "writes are going on", func() bool { return w.count() > acknowledged+clients })
		time.Sleep(time.Duration(rng.IntN(500)) * time.Millisecond) // the moment is what is under test
		s.Kill()
		all.Wait()
		killed := time.Now()
		s = start(t, demo.Dir, "serve")
		t.Logf("round %d: %d acknowledged, %d unknown at the kill; ready again after %v",
			round+1, w.count()-acknowledged, len(w.unknown), time.Since(killed).Round(time.Millisecond))
		w.settle(t, s, demo.Tokens["operator"])
		clear(w.unknown)
		sameCases(t, before, s.openCases(demo.Tokens["operator"]), w.acknowledged)
	}
	for id := range w.acknowledged {
		s.MustGet(demo.Tokens["operator"], fmt.Sprint("/api/v1/cases/", id))
		break
	}
	if len(w.refused) > 0 {
		t.Errorf("%d writes were refused, the first with %v", len(w.refused), w.refused[0])
	}
}
