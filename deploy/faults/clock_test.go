package faults_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb/encoding/mvt"

	"gridmap/deploy/standing"
)

// movedClock is whose clock is set, and by how much.
type movedClock struct {
	name            string
	server, cluster bool
	by              time.Duration
}

func TestTheClockIsSetByAnHour(t *testing.T) {
	standing.Long(t)
	for _, c := range []movedClock{
		{"the server's clock set forward by an hour, and right again", true, false, time.Hour},
		{"the server's clock set back by an hour, and right again", true, false, -time.Hour},
		{"the database's clock set forward by an hour, and right again", false, true, time.Hour},
		{"the database's clock set back by an hour, and right again", false, true, -time.Hour},
		{"the clock of both set forward by an hour, and right again", true, true, time.Hour},
		{"the clock of both set back by an hour, and right again", true, true, -time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := stageUnderClocks(t, c)
			s.prepare()
			ledger := standing.NewLedger(t, "clock")
			writers := standing.StartWriters(t, s.demo, ledger, s.server.Client)
			s.ledger = ledger
			s.server.Until(time.Minute, "40 writes are acknowledged", func() bool { return ledger.Acknowledged() > 40 })
			s.order()
			wall := s.watch()
			s.holds("before")
			s.set(c.by)
			s.holds("set")
			s.set(0)
			s.holds("right again")
			if c.cluster {
				s.refusesAtALock(c.by)
			}
			tiles := wall.end(t)
			writers.Stop()
			age := s.saysItsAge(c.by)
			ledger.Settle(s.server.Client)
			outcome, err := ledger.Compare(t.Context(), s.cluster.URL())
			if err != nil {
				t.Fatal(err)
			}
			outcome.Whole(t)
			if refused := ledger.Refused(); len(refused) > 0 {
				t.Errorf("%d writes were refused; the first: %s", len(refused), refused[0])
			}
			standing.Row(t, c.name, fmt.Sprintf("%s; %v; cases overdue with the server's clock: %v, as the database says; session in use kept, a lock at sign-in not lengthened, roll and orders stand, plans that took force: %v; age said of an outage: %v at most",
				tiles, outcome, s.overdue, s.enacted, round(age)), "survived")
		})
	}
}

// holds looks at everything once.
func (k *clockScene) holds(when string) {
	k.t.Helper()
	acked, rolls := k.ledger.Acknowledged(), k.ledger.ByKind()["roll"]
	k.server.Until(30*time.Second, when+": 40 more writes are acknowledged", func() bool { return k.ledger.Acknowledged() > acked+40 })
	k.once("one and the same")
	k.streams(when)
	k.people(when)
	k.states(when)
	k.plans(when)
	k.roll(when, rolls)
	if k.aged() {
		k.t.Errorf("%s: the map says since when it stands still, and it does not", when)
	}
}

// streams wants the screen to hear of a case, and of the time as it is.
func (k *clockScene) streams(when string) {
	k.t.Helper()
	seen := len(k.screen.All())
	var opened standing.SeenCase
	k.server.MustPost(k.demo.Tokens["operator"], "/api/v1/cases", when, k.bodies[0]).Into(k.t, &opened)
	k.server.Until(10*time.Second, when+": the screen hears of the case", func() bool { return k.screen.Heard("change", fmt.Sprintf(`"id":%d,`, opened.ID)) })
	k.server.Until(15*time.Second, when+": a heartbeat", func() bool {
		for _, m := range k.screen.From(seen) {
			var beat struct {
				At time.Time `json:"server_time"`
			}
			if m.Event == "heartbeat" && json.Unmarshal([]byte(m.Data), &beat) == nil && k.serverClock.Now().Sub(beat.At).Abs() < 15*time.Second {
				return true
			}
		}
		return false
	})
	if err := k.screen.Err(); err != nil || k.screen.Heard("reset", "") {
		k.t.Errorf("%s: the screen's stream: %v, reset %v, want it undisturbed", when, err, k.screen.Heard("reset", ""))
	}
}

// people wants who is signed in to stay so, others to get in, and who is locked out
// not to be for longer than without the clock.
func (k *clockScene) people(when string) {
	k.t.Helper()
	if r := k.server.Get(k.clerk, "/api/v1/session"); r.Status != http.StatusOK {
		k.t.Errorf("%s: a session in use: got %v, want 200", when, r)
	}
	again := k.server.SignIn("clerk", clerkPassword)
	k.server.MustGet(again, "/api/v1/session")
	r := k.guess()
	wait, _ := strconv.Atoi(r.Header.Get("Retry-After"))
	if r.Status != http.StatusUnauthorized && (r.Status != http.StatusTooManyRequests || wait <= 0 || wait > 15*60) {
		k.t.Errorf("%s: somebody who was locked out for 15 minutes: got %v, Retry-After %d s, want 401, or 429 for 15 minutes at most", when, r, wait)
	}
}

// states wants the tile, the figures and the database to be of one mind which cases
// are overdue at the server's time.
func (k *clockScene) states(when string) {
	k.t.Helper()
	conn := k.cluster.Connect()
	var said, drawn, want int
	tile := dense(k.t, k.server, k.demo.Tokens["operator"], 6)
	k.server.Until(15*time.Second, when+": tile, figures and database agree", func() bool {
		const overdue = `select count(*) from cases where closed_at is null and due_at < $1`
		if err := conn.QueryRow(k.t.Context(), overdue, k.serverClock.Now()).Scan(&want); err != nil {
			k.t.Fatal(err)
		}
		var f struct{ Cases struct{ Overdue int } }
		k.server.MustGet(k.demo.Tokens["operator"], "/api/v1/figures?division="+standing.District).Into(k.t, &f)
		said, drawn = f.Cases.Overdue, k.overdueOn(tile)
		return said == want && drawn == want
	})
	k.overdue = append(k.overdue, want)
	n := len(k.overdue)
	if first := k.overdue[0]; n == 3 && want < first || n == 2 && k.moved.server && (want-first)*int(k.moved.by/time.Hour) < 6 {
		k.t.Errorf("overdue: %v, want six more an hour on, six fewer an hour back, and all of before in the end", k.overdue)
	}
}

// overdueOn counts the cases that the map shows as overdue.
func (k *clockScene) overdueOn(tile string) (n int) {
	k.t.Helper()
	r := k.server.Send(k.demo.Tokens["operator"], http.MethodGet, "/tiles/cases/"+tile+".mvt", "", "Accept-Encoding", "identity")
	all, err := mvt.Unmarshal(r.Body)
	if r.Status != http.StatusOK || err != nil {
		k.t.Fatalf("the tile of cases: %v %v", r.Status, err)
	}
	for _, layer := range all {
		for _, f := range layer.Features {
			if f.Properties["state"] == "overdue" {
				n++
			}
		}
	}
	return n
}

// plans wants the plan for tomorrow to take force once, and when the server says that
// it is tomorrow.
func (k *clockScene) plans(when string) {
	k.t.Helper()
	conn, n := k.cluster.Connect(), 0
	count := func() int {
		if err := conn.QueryRow(k.t.Context(), `select count(*) from enactments`).Scan(&n); err != nil {
			k.t.Fatal(err)
		}
		return n
	}
	before := append(k.enacted, count())[0]
	want := before
	if k.moved.server && k.moved.by > 0 && when != "before" {
		want++
	}
	k.server.Until(15*time.Second, when+": the plan takes force", func() bool { return count() >= want })
	if n != want {
		k.t.Errorf("%s: %d plans took force, want %d", when, n, want)
	}
	k.enacted = append(k.enacted, n)
}

// roll wants what was said in the drill to stand, and its clock not to go back.
func (k *clockScene) roll(when string, called int) {
	k.t.Helper()
	emergency := k.demo.Tokens["emergency"]
	var st struct {
		Now      time.Time
		Identity struct{ Extra int }
	}
	k.server.Until(15*time.Second, when+": the roll has all who were called", func() bool {
		k.server.MustGet(emergency, fmt.Sprintf("/api/v1/evacuations/%d", k.drill)).Into(k.t, &st)
		return st.Identity.Extra >= called
	})
	if st.Now.Before(k.drillNow) {
		k.t.Errorf("%s: the drill's clock went from %v back to %v", when, k.drillNow, st.Now)
	}
	k.drillNow = st.Now
	r := k.server.MustGet(emergency, fmt.Sprintf("/api/v1/evacuations/%d/orders", k.drill))
	if !strings.Contains(string(r.Body), k.grid) {
		k.t.Errorf("%s: the order is gone: %v", when, r)
	}
}

// refusesAtALock wants a write that waits for a lock to be refused in time although
// the clock by which PostgreSQL counts goes back meanwhile.
func (k *clockScene) refusesAtALock(by time.Duration) {
	k.t.Helper()
	conn, ctx := k.cluster.Connect(), k.t.Context()
	lock, err := conn.Begin(ctx)
	if err != nil {
		k.t.Fatal(err)
	}
	if _, err := lock.Exec(ctx, `lock table cases in share mode`); err != nil {
		k.t.Fatal(err)
	}
	began, answer := time.Now(), make(chan standing.Reply, 1)
	// A clock that is set can make PostgreSQL wait longer for a lock than it was told.
	go func() { answer <- k.writeWithin("at the lock", 90*time.Second) }()
	const waits = `select exists (select from pg_locks where not granted and relation = 'cases'::regclass)`
	watcher := k.cluster.Connect()
	standing.Until(k.t, 5*time.Second, "the write waits", func() bool {
		waiting := false
		return watcher.QueryRow(ctx, waits).Scan(&waiting) == nil && waiting
	})
	k.set(by)
	r := <-answer
	if took := time.Since(began); !forNow(r) || took > 20*time.Second {
		k.t.Errorf("a write at a lock, the clock set meanwhile: got %v after %v, want it refused for now within 20 s", r, round(took))
	}
	if err := lock.Rollback(ctx); err != nil {
		k.t.Fatal(err)
	}
	k.set(0)
	k.back(30*time.Second, "at the lock")
}

// saysItsAge cuts the database off, sets the clock, and returns the greatest age that
// the map said of itself.
func (k *clockScene) saysItsAge(by time.Duration) (oldest time.Duration) {
	k.t.Helper()
	k.proxy.Swallow(true)
	began := time.Now()
	k.server.Until(15*time.Second, "the map says its age", k.aged)
	for _, d := range []time.Duration{0, by, 0} {
		k.set(d)
		since, err := time.Parse(time.RFC3339, k.tile().Header.Get("Gridmap-Since"))
		age := k.serverClock.Now().Sub(since)
		if gone, _ := k.server.Metric("gridmap_database_gone_seconds"); err != nil || age < 0 || age > time.Since(began)+time.Second || gone > time.Since(began).Seconds() {
			k.t.Errorf("%v after it was cut off, clock moved by %v: the map says %v (%v), the metric %.0f s", round(time.Since(began)), d, age, err, gone)
		}
		oldest = max(oldest, age)
	}
	k.proxy.Swallow(false)
	k.back(45*time.Second, "after the outage")
	return oldest
}
