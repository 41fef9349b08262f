package faults_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gridmap/deploy/standing"
)

// A case that was opened, handled and closed stays in the history that heat of the
// past is made of, some hundred bytes each; what a collection finds in use differs
// by some megabytes with what is under way. More is a leak.
const (
	perCase = 1 << 10
	noise   = 16 << 20
)

func TestMonthsOfChangeTakeNoMemory(t *testing.T) {
	standing.Long(t)
	s := stage(t, standing.ServerOptions{Args: []string{"--tile-cache", "32"}})
	screen := s.server.Listen(s.demo.Tokens["operator"], "")
	load := s.storm(1, "wall")
	lives := s.live(6)
	const quarter = 30 * time.Second
	var at [5]footprint
	for n := range at {
		began := time.Now()
		s.server.Until(2*quarter, "a quarter is over", func() bool { return time.Since(began) > quarter })
		at[n] = s.footprint(lives.ended.Load())
		t.Logf("quarter %d: %+v", n, at[n])
	}
	lives.stop()
	if o := load.end(); o.wrong > 0 || screen.Err() != nil {
		t.Errorf("%d tiles went wrong (%s); the screen: %v", o.wrong, o.first, screen.Err())
	}
	// The first quarter fills caches and the ring of events.
	first, last := at[1], at[len(at)-1]
	cases := last.cases - first.cases
	grown := (last.heapMiB - first.heapMiB) * (1 << 20)
	if grown > float64(noise+perCase*cases) || last.goroutines > first.goroutines+20 || last.files > first.files+10 {
		t.Errorf("it grows by %.0f bytes with %d cases; at first %+v, at last %+v", grown, cases, first, last)
	}
	standing.Row(t, "months of change: cases opened, handled and closed", fmt.Sprintf(
		"%d cases, %d writes; in use after collection, MiB: %.0f, %.0f, %.0f, %.0f, %.0f; goroutines %.0f, then %.0f; files %d, then %d",
		last.cases, last.cases*casesWrites, at[0].heapMiB, at[1].heapMiB, at[2].heapMiB, at[3].heapMiB, at[4].heapMiB, first.goroutines, last.goroutines, first.files, last.files), "flat")
}

// footprint is what a server takes after so many cases.
type footprint struct {
	cases      int64
	heapMiB    float64
	goroutines float64
	files      int
}

// footprint looks at several collections: the least of them is what is in use, for
// the collector aims at twice of what it found (GOGC=100).
func (s *scene) footprint(cases int64) footprint {
	s.t.Helper()
	f := footprint{cases: cases, heapMiB: math.Inf(1), files: s.server.FileDescriptors()}
	seen := map[float64]bool{}
	s.server.Until(time.Minute, "five collections", func() bool {
		next, _ := s.server.Metric("go_memstats_next_gc_bytes")
		seen[next] = true
		f.heapMiB = min(f.heapMiB, next/2/(1<<20))
		return len(seen) > 5
	})
	f.goroutines, _ = s.server.Metric("go_goroutines")
	return f
}

// lives are clients that bring cases from opening to end, one after the other.
type lives struct {
	ended atomic.Int64
	end   chan struct{}
	all   sync.WaitGroup
}

// casesWrites are the writes of a life: opened, a step, closed.
const casesWrites = 3

func (s *scene) live(clients int) *lives {
	l := &lives{end: make(chan struct{})}
	for n := range clients {
		l.all.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-l.end:
					return
				default:
				}
				if err := s.oneLife(fmt.Sprintf("life-%d-%d", n, i), s.bodies[(n+i)%len(s.bodies)]); err != nil {
					s.t.Error(err)
					return
				}
				l.ended.Add(1)
			}
		})
	}
	return l
}

func (s *scene) oneLife(key, body string) error {
	token := s.demo.Tokens["operator"]
	r := s.server.Post(token, "/api/v1/cases", key, body)
	for i, action := range []string{`{"action":"step"}`, `{"action":"close","remark":"测试"}`} {
		var c standing.SeenCase
		if r.Status >= 300 || json.Unmarshal(r.Body, &c) != nil {
			return fmt.Errorf("%s: %v", key, r)
		}
		r = s.server.Send(token, http.MethodPatch, fmt.Sprint("/api/v1/cases/", c.ID), action, "Idempotency-Key", fmt.Sprint(key, "-", i), "If-Match", fmt.Sprintf(`"%d"`, c.Version))
	}
	if r.Status >= 300 {
		return fmt.Errorf("%s: %v", key, r)
	}
	return nil
}

func (l *lives) stop() {
	close(l.end)
	l.all.Wait()
}
