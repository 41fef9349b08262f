package main_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// outageFor is how long PostgreSQL is killed again whenever it comes up.
const outageFor = 3 * time.Second

func TestDatabaseKilledDuringWritesLeavesTheMapStandingAndLosesNothing(t *testing.T) {
	demo := shop.DemoIn(t, shop.Folder(t))
	s := start(t, demo.Dir, "serve")
	before := s.openCases(demo.Tokens["operator"])
	bodies := s.caseBodies(demo.Tokens["operator"])
	var some seenCase
	for _, some = range before {
		break
	}
	stream := s.listen(demo.Tokens["wall"], "")
	w, stop := newWriters(), make(chan struct{})
	var writing, reading sync.WaitGroup
	for client := range 6 {
		writing.Go(func() { keepWriting(s, demo.Tokens["operator"], bodies, client, w, stop) })
	}
	var tiles, told atomic.Int64
	wrong := make(chan string, 16)
	for _, path := range []string{tilePath("heat", 12, some.Lon, some.Lat), tilePath("buildings,roads,grids", 14, some.Lon, some.Lat)} {
		reading.Go(func() {
			for !closed(stop) {
				r := s.Get(demo.Tokens["wall"], path)
				if r.Err != nil || r.Status != http.StatusOK && r.Status != http.StatusNoContent {
					wrong <- fmt.Sprint(path, ": ", r)
					return
				}
				tiles.Add(1)
				if r.Header.Get("Gridmap-Since") != "" {
					told.Add(1)
				}
				time.Sleep(2 * time.Millisecond) // a wall with some manners
			}
		})
	}
	s.Until(20*time.Second, "writes are going on", func() bool { return w.count() > 20 })
	kills := killDatabase(t, s, outageFor)
	restored := time.Now()
	count := w.count()
	s.Until(time.Minute, "writes go in again", func() bool { return w.count() > count+20 })
	s.Until(time.Minute, "the tiles are those of now again", func() bool {
		return s.Get(demo.Tokens["wall"], "/tiles/heat/6/50/26.mvt").Header.Get("Gridmap-Since") == ""
	})
	t.Logf("%d kills in %v; writes again after %v; %d tiles answered meanwhile, %d of them said since when",
		kills, outageFor, time.Since(restored).Round(time.Millisecond), tiles.Load(), told.Load())
	close(stop)
	writing.Wait()
	reading.Wait()
	close(wrong)
	for r := range wrong {
		t.Errorf("a tile was refused while the database was away: %s", r)
	}
	if told.Load() == 0 {
		t.Error("no tile said since when the database is away")
	}
	if !stream.Heard("heartbeat", `"since":"`) {
		t.Error("no event said since when the database is away")
	}
	refusedForNow(t, w)
	w.settle(t, s, demo.Tokens["operator"])
	sameCases(t, before, s.openCases(demo.Tokens["operator"]), w.acknowledged)
	inItsTile(t, s, demo.Tokens["operator"], some)
}

// keepWriting opens cases until stop. One that is refused for now is sent again
// under the same key, as the field clients do.
func keepWriting(s *server, token string, bodies []string, client int, w *writers, stop <-chan struct{}) {
	for n := 0; !closed(stop); n++ {
		key, body := fmt.Sprintf("outage-%d-%d", client, n), bodies[(client+n)%len(bodies)]
		r, c := s.post(token, key, body)
		w.note(key, body, r, c)
		if r.Status != http.StatusCreated {
			time.Sleep(20 * time.Millisecond)
		}
	}
}

// killDatabase kills PostgreSQL with -9 as soon as it is up, again and again.
func killDatabase(t *testing.T, s *server, during time.Duration) (kills int) {
	t.Helper()
	for end := time.Now().Add(during); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		pid := postmaster(s.dir)
		if pid == 0 {
			continue
		}
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && err != syscall.ESRCH {
			t.Fatal(err)
		}
		kills++
	}
	return kills
}

// refusedForNow wants every refusal to be a 503 that says when to try again.
func refusedForNow(t *testing.T, w *writers) {
	t.Helper()
	for _, r := range w.refused {
		if r.Status != http.StatusServiceUnavailable || r.Header.Get("Retry-After") == "" ||
			r.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("a write was refused with %v, Retry-After %q; want 503 that says when to try again", r, r.Header.Get("Retry-After"))
		}
	}
	if len(w.refused) == 0 {
		t.Error("no write was refused: the database was not away")
	}
	t.Logf("%d acknowledged, %d answered 503", len(w.acknowledged), len(w.refused))
}

// inItsTile opens a case where another one is and looks for it in the tile.
func inItsTile(t *testing.T, s *server, token string, like seenCase) {
	t.Helper()
	c := s.mustPost(token, "after-the-outage", fmt.Sprintf(`{"type":%q,"location":{"lon":%v,"lat":%v}}`, like.Type, like.Lon, like.Lat))
	path := tilePath("cases", 16, like.Lon, like.Lat)
	s.Until(5*time.Second, "the case is in its tile", func() bool { return s.features(token, path)["cases"][uint64(c.ID)] })
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func TestDatabaseThatIsBackKnowsEverySession(t *testing.T) {
	demo := shop.DemoIn(t, shop.Folder(t))
	s := start(t, demo.Dir, "demo", "--every", "0")
	r := s.Send("", http.MethodPost, "/api/v1/session", `{"account":"operator","password":"demo-operator"}`)
	var signedIn struct{ Token string }
	r.Into(t, &signedIn)
	if err := syscall.Kill(postmaster(s.dir), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	// A backend of the killed server may answer once more before it notices, so
	// an answer counts only after the log says that the server is started again.
	s.Until(time.Minute, "the log says that the database is started again, the session is known, cases are listed", func() bool {
		again := strings.Contains(s.Log.String(), "starting it again")
		r := s.Get(signedIn.Token, "/api/v1/cases?limit=1")
		if r.Status == http.StatusUnauthorized {
			t.Fatalf("got %v: a database that was away signed people out", r)
		}
		return again && r.Status == http.StatusOK
	})
}
