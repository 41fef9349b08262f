package faults_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"gridmap/deploy/standing"
)

func TestTheDatabaseIsAwayAtTheStart(t *testing.T) {
	standing.Long(t)
	dir := shop.Folder(t)
	demo := shop.DemoIn(t, dir)
	cluster := standing.NewCluster(t, dir, nil)
	proxy := standing.NewProxy(t, cluster.URL())
	cluster.Stop()
	server := shop.Serve(t, standing.ServerOptions{Dir: shop.Folder(t), Database: proxy.URL, Unready: true})
	const away = 10 * time.Second
	began := time.Now()
	for time.Since(began) < away { // the outage lasts; what is asked meanwhile is the test
		for path, want := range map[string]int{"/healthz": 200, "/wall": 200, "/readyz": 503, "/tiles/heat/6/50/26.mvt": 503} {
			if r := server.Get(demo.Tokens["wall"], path); r.Status != want || want == 503 && !forNow(r) {
				t.Fatalf("%s: got %v, want %d", path, r, want)
			}
		}
		r := server.Post(demo.Tokens["operator"], "/api/v1/cases", "too-early", "{}")
		if !forNow(r) || r.Header.Get("Gridmap-Since") == "" {
			t.Fatalf("a write got %v, want 503 that says when to try again and since when", r)
		}
		time.Sleep(50 * time.Millisecond)
	}
	perHour := float64(proxy.Tries()) / away.Seconds() * 3600
	cluster.Start()
	back := time.Now()
	server.Until(30*time.Second, "it is ready", func() bool { return server.Get("", "/readyz").Status == http.StatusOK })
	took := time.Since(back)
	server.MustPost(demo.Tokens["operator"], "/api/v1/cases", "after", server.CaseBodies(demo.Tokens["operator"])[0])
	if perHour > 7200 {
		t.Errorf("it looked for the database %d times in %v: %.0f an hour, want two a second at most", proxy.Tries(), away, perHour)
	}
	standing.Row(t, "database down at the start, 10 s", fmt.Sprintf("screens and /healthz answer, all else 503; %.0f looks an hour at this rate; ready %v after it was back", perHour, round(took)), "survived")
}

func TestTheDatabaseIsAwayInTheMiddle(t *testing.T) {
	standing.Long(t)
	s := stage(t, standing.ServerOptions{})
	wall := s.watch()
	s.cluster.Kill()
	gone := time.Now()
	s.server.Until(10*time.Second, "the map says its age", s.aged)
	noticed := time.Since(gone)
	// An hour is not waited for. What would grow in it must not have grown between
	// the tenth second and the thirtieth, while looks come as seldom as they ever will.
	s.server.Until(20*time.Second, "ten seconds are over", func() bool { s.refused("away"); return time.Since(gone) > 10*time.Second })
	tries, files := s.proxy.Tries(), s.server.FileDescriptors()
	goroutines, _ := s.server.Metric("go_goroutines")
	from := time.Now()
	s.server.Until(40*time.Second, "thirty are over", func() bool { return time.Since(from) > 20*time.Second })
	perHour := float64(s.proxy.Tries()-tries) / time.Since(from).Seconds() * 3600
	if now := s.server.FileDescriptors(); now > files+10 {
		t.Errorf("%d files are open, %d were twenty seconds before", now, files)
	}
	if now, _ := s.server.Metric("go_goroutines"); now > goroutines+20 {
		t.Errorf("%v goroutines, %v were twenty seconds before", now, goroutines)
	}
	if perHour > 8*3600 {
		t.Errorf("it looks for the database %.0f times an hour", perHour)
	}
	seconds, _ := s.server.Metric("gridmap_database_gone_seconds")
	s.cluster.Start()
	took := s.back(30*time.Second, "away")
	s.once("away")
	if seconds < 20 {
		t.Errorf("the metric says that the database was away for %v s", seconds)
	}
	standing.Row(t, "database killed in the middle, 30 s", fmt.Sprintf("%s; age said after %v; writes 503 with Retry-After; %.0f looks an hour at this rate; writes back after %v",
		wall.end(t), round(noticed), perHour, round(took)), "survived")
}

func TestConnectionsAreReset(t *testing.T) {
	standing.Long(t)
	s := stage(t, standing.ServerOptions{})
	wall, broken, refused := s.watch(), 0, 0
	for n := range 50 {
		broken += s.proxy.Reset()
		key := fmt.Sprint("reset-", n)
		s.server.Until(10*time.Second, "the write is done", func() bool {
			r := s.write(key)
			if r.Status >= 300 && !forNow(r) {
				t.Fatalf("a write got %v", r)
			}
			if r.Status >= 300 {
				refused++
			}
			return r.Status < 300
		})
		s.once(key)
	}
	took := s.back(10*time.Second, "after")
	standing.Row(t, "connections reset, 50 times", fmt.Sprintf("%d connections; %s; %d writes refused once and done when sent again, each once; map of now after %v",
		broken, wall.end(t), refused, round(took)), "survived")
}

func TestABlackHole(t *testing.T) {
	standing.Long(t)
	s := stage(t, standing.ServerOptions{})
	wall := s.watch()
	s.proxy.Swallow(true)
	began := time.Now()
	s.server.Until(15*time.Second, "the map says its age", s.aged)
	noticed := time.Since(began)
	if noticed > 10*time.Second {
		t.Errorf("noticed after %v, want 10 s at most", noticed)
	}
	s.refused("swallowed")
	refused := time.Since(began) - noticed
	if refused > 12*time.Second {
		t.Errorf("a write was refused after %v, want it not to hang", refused)
	}
	s.proxy.Swallow(false)
	took := s.back(45*time.Second, "swallowed")
	s.once("swallowed")
	standing.Row(t, "black-holed connections", fmt.Sprintf("age said after %v; a write refused after %v; %s; writes and map back after %v",
		round(noticed), round(refused), wall.end(t), round(took)), "survived")
}

// Those who look at the feed have asked, and their answer is swallowed: nothing tells
// them but that others of their connections are silent, too.
func TestABlackHoleInTheMiddleOfALook(t *testing.T) {
	standing.Long(t)
	s := stage(t, standing.ServerOptions{})
	wall := s.watch()
	release := s.lockTable("changes")
	conn := s.cluster.Connect()
	const waiting = `select count(*) from pg_locks where not granted and relation = 'changes'::regclass`
	s.server.Until(10*time.Second, "the map and the evacuations look", func() bool {
		n := 0
		return conn.QueryRow(t.Context(), waiting).Scan(&n) == nil && n >= 2
	})
	s.proxy.Swallow(true)
	release()
	began := time.Now()
	s.server.Until(15*time.Second, "the map says its age", s.aged)
	noticed := time.Since(began)
	s.proxy.Swallow(false)
	took := s.back(45*time.Second, "looked")
	tiles := wall.end(t)
	began = time.Now()
	s.server.Stop()
	ended := time.Since(began)
	if ended > 20*time.Second { // the pool says good-bye to silent connections for 15 s
		t.Errorf("ended %v after SIGTERM, want nobody to wait for an answer that never comes", ended)
	}
	standing.Row(t, "black-holed connections, in the middle of a look", fmt.Sprintf("age said after %v; %s; writes and map back after %v; ended %v after SIGTERM",
		round(noticed), tiles, round(took), round(ended)), "survived")
}

func TestEveryAnswerOfTheDatabaseIsTwoSecondsLate(t *testing.T) {
	standing.Long(t)
	s := stage(t, standing.ServerOptions{})
	patient := s.server.Within(2 * time.Minute)
	ledger := standing.NewLedger(t, "late")
	writers := standing.StartWriters(t, s.demo, ledger, patient)
	s.server.Until(time.Minute, "100 writes are acknowledged", func() bool { return ledger.Acknowledged() > 100 })
	before, wall := ledger.ByKind(), s.watch()
	s.proxy.Delay(2 * time.Second)
	began := time.Now()
	var took []time.Duration
	for n := 0; time.Since(began) < 80*time.Second; n++ {
		at := time.Now()
		r := patient.Post(s.demo.Tokens["operator"], "/api/v1/cases", fmt.Sprint("late one by one ", n), s.bodies[n%len(s.bodies)])
		if took = append(took, time.Since(at)); r.Status != http.StatusCreated {
			t.Errorf("write %d got %v after %v, want it done, however slowly", n, r, round(took[n]))
		}
	}
	done := ledger.ByKind()
	s.proxy.Delay(0)
	back := s.back(30*time.Second, "late")
	writers.Stop()
	for kind := range before {
		if done[kind] -= before[kind]; done[kind] == 0 {
			t.Errorf("of kind %s no write was done while all was late", kind)
		}
	}
	ledger.Settle(s.server.Client)
	outcome, err := ledger.Compare(t.Context(), s.cluster.URL())
	if err != nil {
		t.Fatal(err)
	}
	if outcome.Whole(t); len(ledger.Refused()) > 0 {
		t.Errorf("refused: %v", ledger.Refused())
	}
	s.once("late")
	standing.Row(t, "every answer of the database +2 s, 80 s", fmt.Sprintf("%s; %d cases one by one, all done, each after %v to %v; beside them 8 writers: %v done; %v; back to normal after %v",
		wall.end(t), len(took), round(slices.Min(took)), round(slices.Max(took)), done, outcome, round(back)), "survived")
}

func TestThePoolIsExhausted(t *testing.T) {
	standing.Long(t)
	s := stage(t, standing.ServerOptions{Global: []string{"--max-conns", "4"}})
	wall := s.watch()
	ctx := t.Context()
	// All connections that the database gives are taken by somebody else, too.
	conn := s.cluster.Connect()
	lock, err := conn.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock.Exec(ctx, `lock table cases in share mode`); err != nil {
		t.Fatal(err)
	}
	const clients = 100
	answers := make(chan standing.Reply, clients)
	began := time.Now()
	for n := range clients {
		go func() { answers <- s.write(fmt.Sprint("crowd-", n)) }()
	}
	if r := s.server.Get(s.demo.Tokens["wall"], "/api/v1/cases?limit=1"); r.Status != 200 {
		t.Errorf("a read beside %d writes that wait: %v", clients, r)
	}
	read := time.Since(began)
	var slowest time.Duration
	for range clients {
		if r := <-answers; !forNow(r) {
			t.Errorf("a write got %v, want 503 that says when to try again", r)
		}
		slowest = time.Since(began)
	}
	if err := lock.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	took := s.back(20*time.Second, "crowd-0")
	if peak := s.proxy.Peak(); peak > 2*4+2 {
		t.Errorf("%d connections at once, want two pools of 4, one that listens, one that is being replaced", peak)
	}
	standing.Row(t, "pool of 4 exhausted by 100 writes at a lock", fmt.Sprintf("%s; a read beside them after %v; all writes refused for now within %v; %d connections at most; back after %v",
		wall.end(t), round(read), round(slowest), s.proxy.Peak(), round(took)), "survived")
}

func TestNotificationsAreLost(t *testing.T) {
	s := stage(t, standing.ServerOptions{})
	screen := s.server.Listen(s.demo.Tokens["operator"], "")
	s.server.Until(10*time.Second, "the stream is open", func() bool { return screen.Heard("hello", "") })
	s.proxy.Mute(true)
	// Written by another server: this one hears of it by the feed alone.
	other := shop.Serve(t, standing.ServerOptions{Dir: shop.Folder(t), Database: s.cluster.URL()})
	var took []time.Duration
	for n := range 10 {
		r := other.MustPost(s.demo.Tokens["operator"], "/api/v1/cases", fmt.Sprint("unheard-", n), s.bodies[0])
		at := time.Now()
		var opened standing.SeenCase
		r.Into(t, &opened)
		s.server.Until(10*time.Second, "the screen hears of the case", func() bool { return screen.Heard("change", fmt.Sprintf(`"id":%d,`, opened.ID)) })
		took = append(took, time.Since(at))
	}
	if s.proxy.Dropped() == 0 {
		t.Error("no notification was swallowed: nothing was under test")
	}
	standing.Row(t, "notifications lost", fmt.Sprintf("%d swallowed; 10 cases by another server on the screen after %v at most", s.proxy.Dropped(), round(ninetyNinth(took))), "survived")
}

func TestTheDisksIsFull(t *testing.T) {
	standing.Long(t)
	dir := smallDisk(t)
	s := stageIn(t, dir.path, standing.ServerOptions{})
	ledger := standing.NewLedger(t, "full")
	writers := standing.StartWriters(t, s.demo, ledger, s.server.Client)
	standing.Until(t, time.Minute, "50 writes are acknowledged", func() bool { return ledger.Acknowledged() > 50 })
	wall := s.watch()
	dir.fill(t)
	var said standing.Reply
	s.server.Until(2*time.Minute, "a write is refused for now", func() bool { said = s.write(fmt.Sprint("full-", time.Now().UnixNano())); return forNow(said) })
	before := ledger.Acknowledged()
	why := "the database is away"
	if strings.Contains(string(said.Body), "disk is full") {
		why = "the disk is full"
	}
	dir.free(t)
	if s.cluster.Postmaster() == 0 {
		s.cluster.Start() // PostgreSQL gives up when it cannot write its log; a supervisor starts it again
		why += ", PostgreSQL ended"
	}
	took := s.back(time.Minute, "after")
	writers.Stop()
	ledger.Settle(s.server.Client)
	outcome, err := ledger.Compare(t.Context(), s.cluster.URL())
	if err != nil {
		t.Fatal(err)
	}
	outcome.Whole(t)
	standing.Row(t, "the database's disk full (tmpfs)", fmt.Sprintf("%s; the server said: %s; %d acknowledged, none lost; writes back after %v",
		wall.end(t), why, before, round(took)), "survived")
}
