// Package faults_test does to the server, one by one, what machines, networks and
// crowds do, and looks at what screens and field clients see meanwhile.
package faults_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"gridmap/deploy/standing"
)

// shop is set by TestMain; test-only state.
var shop *standing.Workshop

func TestMain(m *testing.M) { os.Exit(standing.Main(m, &shop)) }

// scene is a server that reaches its database through a proxy.
type scene struct {
	t       *testing.T
	demo    standing.Demo
	cluster *standing.Cluster
	proxy   *standing.Proxy
	server  *standing.Server
	bodies  []string
	dense   string // z/x/y of a tile with much in it
}

func stage(t *testing.T, o standing.ServerOptions) *scene {
	t.Helper()
	return stageIn(t, shop.Folder(t), o)
}

func stageIn(t *testing.T, dir string, o standing.ServerOptions) *scene {
	t.Helper()
	s := &scene{t: t, demo: shop.DemoIn(t, dir)}
	s.cluster = standing.NewCluster(t, dir, nil)
	s.proxy = standing.NewProxy(t, s.cluster.URL())
	o.Dir, o.Database = shop.Folder(t), s.proxy.URL
	s.server = shop.Serve(t, o)
	s.bodies = s.server.CaseBodies(s.demo.Tokens["operator"])
	s.dense = dense(t, s.server, s.demo.Tokens["operator"], 13)
	// Known from here on, as every screen is that hangs there.
	s.tile()
	return s
}

// dense is z/x/y of a tile with a case in it.
func dense(t *testing.T, server *standing.Server, operator string, zoom maptile.Zoom) string {
	t.Helper()
	var page struct{ Items []standing.SeenCase }
	server.MustGet(operator, "/api/v1/cases?state=open&limit=1").Into(t, &page)
	at := maptile.At(orb.Point{page.Items[0].Lon, page.Items[0].Lat}, zoom)
	return fmt.Sprintf("%d/%d/%d", at.Z, at.X, at.Y)
}

// write opens a case.
func (s *scene) write(key string) standing.Reply {
	return s.server.Post(s.demo.Tokens["operator"], "/api/v1/cases", key, s.bodies[len(key)%len(s.bodies)])
}

// writeWithin is write for as long as a client waits.
func (s *scene) writeWithin(key string, limit time.Duration) standing.Reply {
	return s.server.Within(limit).Post(s.demo.Tokens["operator"], "/api/v1/cases", key, s.bodies[len(key)%len(s.bodies)])
}

// tile is one that changes with every case.
func (s *scene) tile() standing.Reply {
	return s.server.Get(s.demo.Tokens["wall"], "/tiles/heat/6/50/26.mvt")
}

// aged says whether the map says since when it stands still.
func (s *scene) aged() bool { return s.tile().Header.Get("Gridmap-Since") != "" }

// forNow says whether an answer says when to try again.
func forNow(r standing.Reply) bool {
	return r.Err == nil && (r.Status == http.StatusServiceUnavailable || r.Status == http.StatusTooManyRequests) &&
		r.Header.Get("Retry-After") != "" && r.Header.Get("Content-Type") == "application/problem+json"
}

// refused wants a write refused for now.
func (s *scene) refused(key string) {
	s.t.Helper()
	if r := s.write(key); !forNow(r) {
		s.t.Errorf("a write got %v, Retry-After %q, want 503 that says when to try again", r, r.Header.Get("Retry-After"))
	}
}

// back waits until a write is done, under one key, and the map says no age, and
// returns how long that took.
func (s *scene) back(limit time.Duration, key string) time.Duration {
	s.t.Helper()
	began := time.Now()
	s.server.Until(limit, "a write is done and the map is of now", func() bool {
		r := s.write(key)
		if r.Err != nil || r.Status >= 300 && !forNow(r) {
			s.t.Fatalf("a write got %v, want done or for now refused", r)
		}
		return r.Status < 300 && !s.aged()
	})
	return time.Since(began)
}

// once wants a case that was written under a key to be there once, and no other
// than it: sending again answers the same.
func (s *scene) once(key string) {
	s.t.Helper()
	first, again := s.write(key), s.write(key)
	if first.Status != http.StatusCreated || string(first.Body) != string(again.Body) {
		s.t.Errorf("a write sent again: got %v, then %v, want the same case twice", first, again)
	}
}

// wall asks for a tile again and again, as walls do.
type wall struct {
	stop  chan struct{}
	done  sync.WaitGroup
	mu    sync.Mutex
	took  []time.Duration
	told  int // answers that said since when the map stands still
	wrong []string
}

func (s *scene) watch() *wall {
	w := &wall{stop: make(chan struct{})}
	w.done.Go(func() {
		every := time.NewTicker(20 * time.Millisecond)
		defer every.Stop()
		for {
			select {
			case <-w.stop:
				return
			case <-every.C:
			}
			began := time.Now()
			r := s.tile()
			w.mu.Lock()
			w.took = append(w.took, time.Since(began))
			if r.Header.Get("Gridmap-Since") != "" {
				w.told++
			}
			if r.Err != nil || r.Status >= 300 {
				w.wrong = append(w.wrong, r.String())
			}
			w.mu.Unlock()
		}
	})
	return w
}

// end stops it, wants no tile refused, and puts it into words.
func (w *wall) end(t *testing.T) string {
	t.Helper()
	close(w.stop)
	w.done.Wait()
	if len(w.wrong) > 0 {
		t.Errorf("%d of %d tiles were refused; the first: %s", len(w.wrong), len(w.took), w.wrong[0])
	}
	return fmt.Sprintf("%d tiles, none refused, p99 %v", len(w.took), ninetyNinth(w.took))
}

func ninetyNinth(d []time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(d))
	return s[len(s)*99/100].Round(100 * time.Microsecond)
}

// round is a time as a table wants it.
func round(d time.Duration) time.Duration { return d.Round(10 * time.Millisecond) }
