package main_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"gridmap/deploy/standing"
)

func TestThousandStreamsHearOfOneCaseWithinTwoSeconds(t *testing.T) {
	const clients = 1000
	demo := shop.DemoIn(t, shop.Folder(t))
	s := start(t, demo.Dir, "serve")
	body := s.caseBodies(demo.Tokens["operator"])[0]
	streams := make([]*standing.Stream, clients)
	began := time.Now()
	for i := range streams {
		streams[i] = s.Listen(demo.Tokens["operator"], "")
	}
	everyone := func(event, text string) func() bool {
		waiting := slices.Clone(streams)
		return func() bool {
			waiting = slices.DeleteFunc(waiting, func(e *standing.Stream) bool {
				if err := e.Err(); err != nil {
					t.Fatalf("a stream broke off: %v\n%s", err, s.Log.Tail())
				}
				return e.Heard(event, text)
			})
			return len(waiting) == 0
		}
	}
	s.Until(30*time.Second, "every stream is open", everyone("hello", ""))
	t.Logf("%d streams open after %v", clients, time.Since(began).Round(time.Millisecond))
	sent := time.Now()
	c := s.mustPost(demo.Tokens["operator"], "for-all", body)
	s.Until(10*time.Second, "every stream tells of the case", everyone("change", fmt.Sprintf(`"id":%d,`, c.ID)))
	last := sent
	for _, e := range streams {
		times, first := inserted(t, e)
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
	demo := shop.DemoIn(t, shop.Folder(t))
	s := start(t, demo.Dir, "serve")
	bodies := s.caseBodies(demo.Tokens["operator"])
	opened := 0
	write := func(n int) (ids []int64) {
		for range n {
			ids = append(ids, s.mustPost(demo.Tokens["operator"], fmt.Sprint("resume-", opened), bodies[opened%len(bodies)]).ID)
			opened++
		}
		return ids
	}
	told := map[int64]int{}
	var lastID string
	// follow reads a stream until it has told of the case, and leaves.
	follow := func(e *standing.Stream, until int64) {
		s.Until(10*time.Second, fmt.Sprint("the stream tells of case ", until), func() bool {
			times, _ := inserted(t, e)
			return times[until] > 0
		})
		e.Close()
		times, _ := inserted(t, e)
		for id, n := range times {
			told[id] += n
		}
		if e.Heard("reset", "") {
			t.Error("the stream was told to load everything anew")
		}
		lastID = e.LastID()
	}
	e := s.listen(demo.Tokens["operator"], "")
	all := write(10)
	follow(e, all[len(all)-1])
	all = append(all, write(10)...) // while nobody listens
	e = s.listen(demo.Tokens["operator"], lastID)
	follow(e, all[len(all)-1])
	all = append(all, write(10)...)
	s.end()
	s = start(t, demo.Dir, "serve")
	all = append(all, write(10)...) // by the new server, before the screen is back
	e = s.listen(demo.Tokens["operator"], lastID)
	all = append(all, write(10)...)
	follow(e, all[len(all)-1])
	for _, id := range all {
		if told[id] != 1 {
			t.Errorf("case %d was told %d times, want once", id, told[id])
		}
	}
}

func TestStreamTellsOfCasesClosedWhileTheServerWasRestarted(t *testing.T) {
	demo := shop.DemoIn(t, shop.Folder(t))
	s := start(t, demo.Dir, "serve")
	c := s.mustPost(demo.Tokens["operator"], "to-close", s.caseBodies(demo.Tokens["operator"])[0])
	e := s.listen(demo.Tokens["operator"], "")
	lastID := e.LastID()
	e.Close()
	r := s.Send(demo.Tokens["operator"], "PATCH", fmt.Sprint("/api/v1/cases/", c.ID), `{"action":"close","remark":"误报"}`, "If-Match", "*", "Idempotency-Key", "close")
	if r.Err != nil || r.Status != 200 {
		t.Fatalf("close a case: %v", r)
	}
	s.end()
	s = start(t, demo.Dir, "serve")
	e = s.listen(demo.Tokens["operator"], lastID)
	s.Until(5*time.Second, "the stream tells that the case is closed", func() bool {
		return e.Heard("change", fmt.Sprintf(`"id":%d,`, c.ID)) && e.Heard("change", `"state":"closed"`)
	})
}
