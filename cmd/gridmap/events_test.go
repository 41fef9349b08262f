package main_test

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestThousandStreamsHearOfOneCaseWithinTwoSeconds(t *testing.T) {
	const clients = 1000
	demo := copyOfDemo(t)
	s := start(t, demo.dir, "serve")
	body := s.caseBodies(demo.operator)[0]
	streams := make([]*stream, clients)
	began := time.Now()
	for i := range streams {
		streams[i] = s.dial(demo.operator, "")
	}
	everyone := func(event, text string) func() bool {
		waiting := slices.Clone(streams)
		return func() bool {
			waiting = slices.DeleteFunc(waiting, func(e *stream) bool {
				if err := e.failure(); err != nil {
					t.Fatalf("a stream broke off: %v\n%s", err, s.log.tail())
				}
				return e.heard(event, text, 0)
			})
			return len(waiting) == 0
		}
	}
	s.until(30*time.Second, "every stream is open", everyone("hello", ""))
	t.Logf("%d streams open after %v", clients, time.Since(began).Round(time.Millisecond))
	sent := time.Now()
	c := s.mustPost(demo.operator, "for-all", body)
	s.until(10*time.Second, "every stream tells of the case", everyone("change", fmt.Sprintf(`"id":%d,`, c.ID)))
	last := sent
	for _, e := range streams {
		times, first := e.inserted(t)
		if times[c.ID] != 1 {
			t.Fatalf("a stream told of the case %d times", times[c.ID])
		}
		if at := first[c.ID]; at.After(last) {
			last = at
		}
	}
	t.Logf("the last of %d streams heard of the case %v after it was sent", clients, last.Sub(sent).Round(time.Millisecond))
	if took := last.Sub(sent); took > 2*time.Second {
		t.Errorf("the last stream heard of the case after %v, want 2 s at most", took)
	}
}

func TestStreamResumesWithNothingMissedAndNothingTwice(t *testing.T) {
	demo := copyOfDemo(t)
	s := start(t, demo.dir, "serve")
	bodies := s.caseBodies(demo.operator)
	opened := 0
	write := func(n int) (ids []int64) {
		for range n {
			ids = append(ids, s.mustPost(demo.operator, fmt.Sprint("resume-", opened), bodies[opened%len(bodies)]).ID)
			opened++
		}
		return ids
	}
	told := map[int64]int{}
	var lastID string
	// follow reads a stream until it has told of the case, and leaves.
	follow := func(e *stream, until int64) {
		s.until(10*time.Second, fmt.Sprint("the stream tells of case ", until), func() bool {
			times, _ := e.inserted(t)
			return times[until] > 0
		})
		e.close()
		times, _ := e.inserted(t)
		for id, n := range times {
			told[id] += n
		}
		if e.heard("reset", "", 0) {
			t.Error("the stream was told to load everything anew")
		}
		lastID = e.lastID()
	}
	e := s.listen(demo.operator, "")
	all := write(10)
	follow(e, all[len(all)-1])
	all = append(all, write(10)...) // while nobody listens
	e = s.listen(demo.operator, lastID)
	follow(e, all[len(all)-1])
	all = append(all, write(10)...)
	s.end()
	s = start(t, demo.dir, "serve")
	all = append(all, write(10)...) // by the new server, before the screen is back
	e = s.listen(demo.operator, lastID)
	all = append(all, write(10)...)
	follow(e, all[len(all)-1])
	for _, id := range all {
		if told[id] != 1 {
			t.Errorf("case %d was told %d times, want once", id, told[id])
		}
	}
}

func TestStreamTellsOfCasesClosedWhileTheServerWasRestarted(t *testing.T) {
	demo := copyOfDemo(t)
	s := start(t, demo.dir, "serve")
	c := s.mustPost(demo.operator, "to-close", s.caseBodies(demo.operator)[0])
	e := s.listen(demo.operator, "")
	lastID := e.lastID()
	e.close()
	r := s.send(demo.operator, "PATCH", fmt.Sprint("/api/v1/cases/", c.ID), `{"action":"close","remark":"误报"}`, "If-Match", "*", "Idempotency-Key", "close")
	if r.err != nil || r.status != 200 {
		t.Fatalf("close a case: %v", r)
	}
	s.end()
	s = start(t, demo.dir, "serve")
	e = s.listen(demo.operator, lastID)
	s.until(5*time.Second, "the stream tells that the case is closed", func() bool {
		return e.heard("change", fmt.Sprintf(`"id":%d,`, c.ID), 0) && e.heard("change", `"state":"closed"`, 0)
	})
}
