package faults_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"gridmap/deploy/standing"
)

func TestAThousandScreensComeBackAtOnce(t *testing.T) {
	standing.Long(t)
	const screens, most = 1000, 8
	listen := "127.0.0.1:" + standing.FreePort(t)
	s := stage(t, standing.ServerOptions{Listen: listen, Global: []string{"--max-conns", fmt.Sprint(most)}})
	streams := make([]*standing.Stream, screens)
	open := func(ids []string) (last time.Duration) {
		began := time.Now()
		for i := range streams {
			streams[i] = s.server.Client.Listen(s.demo.Tokens["wall"], ids[i])
		}
		s.server.Until(time.Minute, "all screens are back", func() bool {
			for i, e := range streams {
				if !e.Heard("hello", "") {
					if e.Err() != nil { // refused or broken: it tries again, as screens do
						streams[i] = s.server.Client.Listen(s.demo.Tokens["wall"], ids[i])
					}
					return false
				}
			}
			return true
		})
		return time.Since(began)
	}
	open(make([]string, screens))
	ids := make([]string, screens)
	for i, e := range streams {
		standing.Until(t, 10*time.Second, "a stream has a position", func() bool { return e.LastID() != "" })
		ids[i] = e.LastID()
	}
	killed := time.Now()
	s.server.Kill()
	for _, e := range streams {
		<-e.Ended
	}
	s.server = shop.Serve(t, standing.ServerOptions{Dir: shop.Folder(t), Database: s.proxy.URL, Listen: listen, Global: []string{"--max-conns", fmt.Sprint(most)}})
	crowd := open(ids)
	took := time.Since(killed)
	if took > 30*time.Second {
		t.Errorf("all are back %v after the kill, want 30 s at most", took)
	}
	resets := 0
	for _, e := range streams {
		if e.Heard("reset", "") {
			resets++
		}
	}
	// Two pools, one connection that listens, and one of the check at the start.
	if peak := s.proxy.Peak(); peak > 2*most+2 {
		t.Errorf("%d connections to the database at once, want %d at most", peak, 2*most+2)
	}
	at := time.Now()
	var opened standing.SeenCase
	s.server.MustPost(s.demo.Tokens["operator"], "/api/v1/cases", "after", s.bodies[0]).Into(t, &opened)
	change := fmt.Sprintf(`"id":%d,`, opened.ID)
	s.server.Until(20*time.Second, "all screens hear of a case", func() bool {
		for _, e := range streams {
			if !e.Heard("change", change) {
				return false
			}
		}
		return true
	})
	standing.Row(t, "1,000 screens come back at once to a killed server", fmt.Sprintf("all back %v after the kill, %v after the server was ready; %d had to load anew; %d database connections at most (pools of %d); all heard of a case after %v",
		round(took), round(crowd), resets, s.proxy.Peak(), most, round(time.Since(at))), "survived")
}

// slowScreen opens a stream, reads its head and then nothing more.
func (s *scene) slowScreen() net.Conn {
	s.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(s.server.Address, "http://"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = c.Close() })
	if tcp, ok := c.(*net.TCPConn); ok {
		if err := tcp.SetReadBuffer(4096); err != nil {
			s.t.Fatal(err)
		}
	}
	if _, err := fmt.Fprintf(c, "GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", s.demo.Tokens["operator"]); err != nil {
		s.t.Fatal(err)
	}
	line, err := bufio.NewReaderSize(c, 16).ReadString('\n')
	if err != nil || !strings.Contains(line, "200") {
		s.t.Fatalf("a stream: %q %v", line, err)
	}
	return c
}

func TestAScreenThatReadsNothingHoldsNobodyUp(t *testing.T) {
	standing.Long(t)
	s := stage(t, standing.ServerOptions{})
	const slow = 20
	quick := s.server.Listen(s.demo.Tokens["operator"], "")
	s.server.Until(10*time.Second, "the quick stream is open", func() bool { return quick.Heard("hello", "") })
	// The writes themselves make garbage, and much of it: this says how much.
	began := time.Now()
	alone := s.heapWhileWritten(standing.NewLedger(t, "alone"), func() bool { return time.Since(began) > 40*time.Second })
	for range slow {
		s.slowScreen()
	}
	readers, _ := s.server.Metric("gridmap_event_readers")
	if readers < slow+1 {
		t.Fatalf("%v streams are open, want %d", readers, slow+1)
	}
	ledger := standing.NewLedger(t, "slow")
	began = time.Now()
	most := s.heapWhileWritten(ledger, func() bool {
		now, _ := s.server.Metric("gridmap_event_readers")
		return now <= 1
	})
	took := time.Since(began)
	if err := quick.Err(); err != nil || quick.Heard("reset", "") {
		t.Errorf("the quick screen: %v, reset %v, want it undisturbed", err, quick.Heard("reset", ""))
	}
	if most > alone*5/4+64 {
		t.Errorf("the heap took %.0f MiB, and %.0f under the same writes without those screens", most, alone)
	}
	// The collector aims at twice what is in use (GOGC=100).
	next, _ := s.server.Metric("go_memstats_next_gc_bytes")
	standing.Row(t, "20 screens that read nothing", fmt.Sprintf("let go after %v and %d writes; heap with garbage %.0f MiB at most, %.0f before under the same writes without them, in use at the end %.0f, most of it the terrain of the drill that the writers open; the quick screen undisturbed",
		round(took), ledger.Acknowledged(), most, alone, next/2/(1<<20)), "survived")
}

// heapWhileWritten is the most that the heap takes, MiB, while writers write until
// done.
func (s *scene) heapWhileWritten(ledger *standing.Ledger, done func() bool) (most float64) {
	s.t.Helper()
	writers := standing.StartWriters(s.t, s.demo, ledger, s.server.Client)
	defer writers.Stop()
	s.server.Until(3*time.Minute, "it is done", func() bool {
		heap, _ := s.server.Metric("go_memstats_heap_inuse_bytes")
		most = max(most, heap/(1<<20))
		return done()
	})
	return most
}

func TestMemoryIsLimited(t *testing.T) {
	standing.Long(t)
	const limit = 400
	s := stage(t, standing.ServerOptions{Env: []string{fmt.Sprintf("GOMEMLIMIT=%dMiB", limit)},
		Wrap: []string{"prlimit", "--data=2147483648", "--"}, Args: []string{"--tile-cache", "64"}})
	load := s.storm(16, "planner")
	ledger := standing.NewLedger(t, "memory")
	writers := standing.StartWriters(t, s.demo, ledger, s.server.Client)
	began := time.Now()
	var most int64
	s.server.Until(time.Minute, "half a minute of load is over", func() bool {
		most = max(most, residentMiB(t, s.server.Cmd.Process.Pid))
		return time.Since(began) > 30*time.Second
	})
	writers.Stop()
	o := load.end()
	if o.accepted == 0 || len(ledger.Refused()) > 0 || ledger.Acknowledged() == 0 {
		t.Errorf("%d tiles, %d writes, refused: %v", o.accepted, ledger.Acknowledged(), ledger.Refused())
	}
	if most > limit*3/2 {
		t.Errorf("%d MiB resident, want not much over %d", most, limit)
	}
	standing.Row(t, fmt.Sprintf("memory limit (GOMEMLIMIT=%d MiB, prlimit --data 2 GiB) under load", limit),
		fmt.Sprintf("%d tiles and %d writes in 30 s; %d MiB resident at most; alive", o.accepted, ledger.Acknowledged(), most), "survived")
}

func residentMiB(t *testing.T, pid int) int64 {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	var size, resident int64
	if _, scanned := fmt.Sscan(string(b), &size, &resident); err != nil || scanned != nil {
		t.Fatal(err, scanned)
	}
	return resident * int64(os.Getpagesize()) >> 20
}

func TestAStopSignalUnderLoadCutsNoAnswer(t *testing.T) {
	standing.Long(t)
	s := stage(t, standing.ServerOptions{})
	var answers, cut, late atomic.Int64
	var first atomic.Pointer[string]
	stop := make(chan struct{})
	var all sync.WaitGroup
	for n := range 16 {
		all.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				var r standing.Reply
				if n%4 == 0 {
					r = s.write(fmt.Sprintf("drain-%d-%d", n, i))
				} else {
					r = s.server.Get(s.demo.Tokens["planner"], s.heavyTile(n, i))
				}
				switch {
				case r.Err == nil:
					answers.Add(1)
				case r.Status == 0 && notTaken(r.Err):
					late.Add(1) // no answer was begun, and nothing was done
					return
				default:
					cut.Add(1)
					text := r.String()
					first.CompareAndSwap(nil, &text)
					return
				}
			}
		})
	}
	s.server.Until(time.Minute, "a load is there", func() bool { return answers.Load() > 500 })
	began := time.Now()
	if err := s.server.Cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.server.Ended:
	case <-time.After(time.Minute):
		t.Fatalf("it did not end\n%s", s.server.Log.Tail())
	}
	took := time.Since(began)
	close(stop)
	all.Wait()
	if cut.Load() > 0 {
		t.Errorf("%d answers were cut off; the first: %s", cut.Load(), *first.Load())
	}
	if code := s.server.Cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit status %d, want 0\n%s", code, s.server.Log.Tail())
	}
	standing.Row(t, "SIGTERM under load", fmt.Sprintf("%d answers, %d cut off, %d connections not taken any more; ended after %v", answers.Load(), cut.Load(), late.Load(), round(took)), "survived")
}

// notTaken says whether a request never reached the server: its connection was
// refused, or closed while it was idle. Go's client sends a request again by
// itself when the server closed an idle connection under it, and then meets the
// closed door.
func notTaken(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, context.Canceled)
}

// heavyTile is one with a filter, which is made for each request, of nearly all
// layers over the middle of the demo's first grid.
func (s *scene) heavyTile(n, i int) string {
	return fmt.Sprintf("/tiles/cases,heat,land,water,roads,grids,microgrids,compounds,buildings,objects,organisations,conditions,labels/%s.mvt?level=grid,community,town&v=%d",
		s.dense, n*1_000_000+i)
}

// outcome is what became of a storm's requests.
type outcome struct {
	accepted, shed, without, wrong int // without: shed without Retry-After
	took                           []time.Duration
	first                          string
}

func (o outcome) share() float64 { return float64(o.accepted) / float64(max(1, o.accepted+o.shed)) }

// storm is a number of clients of one session that ask for tiles all the time.
type storm struct {
	stop chan struct{}
	all  sync.WaitGroup
	mu   sync.Mutex
	o    outcome
}

func (s *scene) storm(clients int, role string) *storm {
	w := &storm{stop: make(chan struct{})}
	client := s.server.Client.Within(time.Minute)
	for n := range clients {
		w.all.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-w.stop:
					return
				default:
				}
				path := s.heavyTile(n, i)
				if role == "wall" {
					path = strings.Replace(path, "cases,", "", 1)
				}
				began := time.Now()
				r := client.Get(s.demo.Tokens[role], path)
				if w.note(r, time.Since(began)) {
					continue
				}
				select { // refused: it comes back much sooner than it was told
				case <-w.stop:
				case <-time.After(200 * time.Millisecond):
				}
			}
		})
	}
	return w
}

// note says whether it was answered.
func (w *storm) note(r standing.Reply, took time.Duration) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case r.Err == nil && r.Status < 300:
		w.o.accepted++
		w.o.took = append(w.o.took, took)
	case r.Status == http.StatusServiceUnavailable || r.Status == http.StatusTooManyRequests:
		w.o.shed++
		if !forNow(r) {
			w.o.without++
		}
	default:
		w.o.wrong++
		w.o.first = r.String()
	}
	return r.Err == nil && r.Status < 300
}

func (w *storm) seen() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.o.accepted
}

func (w *storm) end() outcome {
	close(w.stop)
	w.all.Wait()
	return w.o
}
