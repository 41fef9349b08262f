// Package soak_test leaves a wall hanging in a real browser while a week of the
// district's work goes through the API, and looks whether anything grows.
package soak_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gridmap/deploy/standing"
)

// shop is set by TestMain; test-only state.
var shop *standing.Workshop

func TestMain(m *testing.M) { os.Exit(standing.Main(m, &shop)) }

// aWeek of the demo district's cases: 420,000 in two years.
const aWeek = 420_000 / 104

// writers is how many write at once: what keeps two processors busy.
const writers = 6

// screen is a wall in a browser (web/tests/soak.ts).
type screen struct {
	t   *testing.T
	in  io.WriteCloser
	out *bufio.Scanner
}

// seen is what the screen says of itself.
type seen struct {
	Heap, Nodes, Listeners float64
	Open, Grids            int
	Lost                   bool
	Liveness               string
	Shifted                float64
	Errors                 []string
}

func hang(t *testing.T, address, token string) (*screen, seen) {
	t.Helper()
	web := filepath.Join("..", "..", "web")
	for _, need := range []string{"/usr/bin/chromium", filepath.Join(web, "node_modules", ".bin", "vitest")} {
		if _, err := os.Stat(need); err != nil {
			t.Fatalf("a soak needs %s: run 'make soak'", need)
		}
	}
	cmd := exec.Command("npm", "run", "--silent", "soak-page", "--", address+"/wall")
	cmd.Dir, cmd.Env, cmd.Stderr = web, append(os.Environ(), "TOKEN="+token), os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = io.WriteString(in, "end\n") // it may have ended
		in.Close()
		_ = cmd.Wait()
	})
	s := &screen{t, in, bufio.NewScanner(out)}
	return s, s.answer()
}

func (s *screen) answer() (v seen) {
	s.t.Helper()
	if !s.out.Scan() {
		s.t.Fatalf("the browser is gone: %v", s.out.Err())
	}
	if err := json.Unmarshal(s.out.Bytes(), &v); err != nil {
		s.t.Fatalf("%v: %s", err, s.out.Text())
	}
	return v
}

func (s *screen) do(what string) seen {
	s.t.Helper()
	if _, err := io.WriteString(s.in, what+"\n"); err != nil {
		s.t.Fatal(err)
	}
	return s.answer()
}

// right waits until the screen shows what the API says, with the map drawn.
func (s *screen) right(server *standing.Server, token, after string) (seen, time.Duration) {
	s.t.Helper()
	began := time.Now()
	var v seen
	for {
		v = s.do("sample")
		if want := open(s.t, server, token); v.Open == want && v.Grids > 0 && !v.Lost && v.Liveness == "live" {
			return v, time.Since(began)
		} else if time.Since(began) > time.Minute {
			s.t.Fatalf("after %s the screen stays wrong: %+v, want %d open cases", after, v, want)
		}
	}
}

// open cases by the API.
func open(t *testing.T, s *standing.Server, token string) int {
	t.Helper()
	var v struct{ Cases struct{ Open int } }
	s.MustGet(token, "/api/v1/figures").Into(t, &v)
	return v.Cases.Open
}

// growth is a row of figures of one kind over the soak.
type growth struct {
	what string
	all  []float64
}

func (g *growth) quarter(n int) float64 {
	part := slices.Sorted(slices.Values(g.all[n*len(g.all)/4 : (n+1)*len(g.all)/4]))
	return part[len(part)/2]
}

// flat says whether the last quarter lies no more than a tenth and some above the
// second; the first is warming up.
func (g *growth) flat(some float64) bool { return g.quarter(3) <= g.quarter(1)*1.1+some }

// work opens cases and brings each through all its steps to the end.
func work(t *testing.T, s *standing.Server, token string, cases int, bodies []string) (writes *atomic.Int64, done chan struct{}) {
	writes, done = &atomic.Int64{}, make(chan struct{})
	var next atomic.Int64
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for n := next.Add(1); n <= int64(cases); n = next.Add(1) {
				if !one(t, s, token, int(n), bodies[int(n)%len(bodies)], writes) {
					return
				}
			}
		})
	}
	go func() {
		all.Wait()
		close(done)
	}()
	return writes, done
}

// one case from its opening to its end.
func one(t *testing.T, s *standing.Server, token string, n int, body string, writes *atomic.Int64) bool {
	r := s.Post(token, "/api/v1/cases", fmt.Sprintf("soak-%d", n), body)
	for step := 0; ; step++ {
		var c struct {
			ID       int64
			Version  int
			Step     string
			ClosedAt *string `json:"closed_at"`
		}
		if r.Err != nil || r.Status >= 300 || json.Unmarshal(r.Body, &c) != nil {
			t.Errorf("case %d, write %d: %v", n, step, r)
			return false
		}
		writes.Add(1)
		if c.ClosedAt != nil {
			return true
		}
		change := `{"action":"step"}`
		if c.Step == "handle" {
			change = `{"action":"close"}`
		}
		r = s.Send(token, http.MethodPatch, fmt.Sprintf("/api/v1/cases/%d", c.ID), change,
			"Idempotency-Key", fmt.Sprintf("soak-%d-%d", n, step), "If-Match", fmt.Sprintf(`"%d"`, c.Version))
	}
}

func TestAWallHangsForAWeek(t *testing.T) {
	if os.Getenv("GRIDMAP_SOAK") == "" {
		t.Skip("takes some four minutes: run `make soak`, or set GRIDMAP_SOAK=1")
	}
	dir := shop.Folder(t)
	demo := shop.DemoIn(t, dir)
	cluster := standing.NewCluster(t, dir, nil)
	cluster.Start()
	o := standing.ServerOptions{Dir: shop.Folder(t), Database: cluster.URL(), Listen: "127.0.0.1:" + standing.FreePort(t)}
	server := shop.Serve(t, o)
	wall, operator := demo.Tokens["wall"], demo.Tokens["operator"]
	page, _ := hang(t, server.Address, wall)

	writes, done := work(t, server, operator, aWeek, server.CaseBodies(operator))
	began := time.Now()
	figures := watch(t, page, server, done)
	_, settled := page.right(server, wall, "the week")
	standing.Row(t, "a week on the wall", fmt.Sprintf("%d cases from opening to end, %d writes in %v, %d looks; figures right %v after the last",
		aWeek, writes.Load(), time.Since(began).Round(time.Second), len(figures[0].all), settled.Round(time.Millisecond)), "right")
	for _, g := range figures {
		some := map[string]float64{"page heap, MB": 4, "page listeners": 20, "page nodes": 500, "goroutines": 20, "file descriptors": 10, "server memory, MB": 60}[g.what]
		if !g.flat(some) {
			t.Errorf("%s grows: %.0f in the second quarter, %.0f in the last: %.0f", g.what, g.quarter(1), g.quarter(3), g.all)
		}
		standing.Row(t, "a week on the wall: "+g.what, fmt.Sprintf("second quarter %.1f, last %.1f", g.quarter(1), g.quarter(3)), "flat")
	}

	accidents(t, page, server, o, wall)
}

// watch samples page and server until the work is done.
func watch(t *testing.T, page *screen, server *standing.Server, done chan struct{}) []*growth {
	t.Helper()
	names := []string{"page heap, MB", "page nodes", "page listeners", "goroutines", "file descriptors", "server memory, MB"}
	figures := make([]*growth, len(names))
	for i, name := range names {
		figures[i] = &growth{what: name}
	}
	for {
		v := page.do("sample")
		goroutines, _ := server.Metric("go_goroutines")
		memory, _ := server.Metric("process_resident_memory_bytes")
		for i, x := range []float64{v.Heap / 1e6, v.Nodes, v.Listeners, goroutines, float64(server.FileDescriptors()), memory / 1e6} {
			figures[i].all = append(figures[i].all, x)
		}
		if len(v.Errors) > 0 {
			t.Errorf("the page complains: %s", strings.Join(v.Errors, "; "))
		}
		select {
		case <-done:
			if len(figures[0].all) < 16 {
				t.Fatalf("%d looks: too few to say anything", len(figures[0].all))
			}
			return figures
		case <-time.After(2 * time.Second): // between looks, so that they cost little
		}
	}
}

// accidents befall the screen and its server; each time it must be right again by
// itself.
func accidents(t *testing.T, page *screen, server *standing.Server, o standing.ServerOptions, wall string) {
	t.Helper()
	page.do("lose-context")
	_, took := page.right(server, wall, "the loss of its graphics context")
	standing.Row(t, "WebGL context lost and restored", fmt.Sprintf("right %v after it", took.Round(time.Millisecond)), "right by itself")

	for _, by := range []int{3_600_000, -7_200_000} {
		page.do(fmt.Sprintf("clock %d", by))
		v, took := page.right(server, wall, "a move of the clock")
		standing.Row(t, "the screen's clock is wrong", fmt.Sprintf("by %v: right %v after it", time.Duration(v.Shifted)*time.Millisecond, took.Round(time.Millisecond)), "right by itself")
	}

	server.Kill()
	again := shop.Serve(t, o)
	v, took := page.right(again, wall, "a restart of the server")
	standing.Row(t, "server killed (-9) and started again", fmt.Sprintf("right %v after it was ready, %d grids drawn", took.Round(time.Millisecond), v.Grids), "right by itself")
}
