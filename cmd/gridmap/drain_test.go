package main_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"gridmap/data/postgres"
	"gridmap/deploy/standing"
)

func TestStopSignalLetsRequestsFinishAndStopsTheDatabase(t *testing.T) {
	demo := shop.DemoIn(t, shop.Folder(t))
	s := start(t, demo.Dir, "serve")
	body := s.caseBodies(demo.Tokens["operator"])[0]
	screen := s.listen(demo.Tokens["wall"], "")
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, databaseURL(s.dir))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	// A lock that the new case has to wait for keeps its request in flight.
	lock, err := conn.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock.Exec(ctx, `lock table cases in share mode`); err != nil {
		t.Fatal(err)
	}
	answered := make(chan standing.Reply, 1)
	go func() {
		r, _ := s.post(demo.Tokens["operator"], "in-flight", body)
		answered <- r
	}()
	s.Until(10*time.Second, "the write waits for the lock", func() bool {
		var waits bool
		err := lock.QueryRow(ctx, `select exists (select from pg_locks where not granted)`).Scan(&waits)
		return err == nil && waits
	})
	pid := postmaster(s.dir)
	if err := s.Cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.Until(10*time.Second, "it takes no new connection", func() bool {
		return strings.Contains(s.Log.String(), "finishing what was begun")
	})
	if err := lock.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	if r := <-answered; r.Err != nil || r.Status != http.StatusCreated {
		t.Errorf("the request in flight got %v, want 201", r)
	}
	_ = conn.Close(ctx)
	began := time.Now()
	<-s.Ended
	t.Logf("ended %v after the last answer", time.Since(began).Round(time.Millisecond))
	<-screen.Ended // an open stream holds nothing up
	if code := s.Cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("got exit status %d, want 0\n%s", code, s.Log.Tail())
	}
	if _, err := os.Stat(fmt.Sprintf("/proc/%d", pid)); err == nil {
		t.Errorf("PostgreSQL (%d) still runs", pid)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "postgres", "data", "postmaster.pid")); err == nil {
		t.Error("postmaster.pid is still there: PostgreSQL was not shut down in order")
	}
}

// largestEvent is what one case may make each screen read, in bytes.
const largestEvent = 32 << 10

func TestTwoServersOnOneDatabaseSeeEachOthersWrites(t *testing.T) {
	const writes = 100
	demo := shop.DemoIn(t, shop.Folder(t))
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cluster, err := postgres.Start(ctx, postgres.Options{Dir: filepath.Join(demo.Dir, "postgres")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Stop)
	t.Setenv("DATABASE_URL", cluster.URL("gridmap"))
	here, there := start(t, demo.Dir, "serve"), start(t, demo.Dir, "serve")
	bodies := here.caseBodies(demo.Tokens["operator"])
	screen := there.listen(demo.Tokens["operator"], "")
	acknowledged := map[int64]time.Time{}
	for n := range writes {
		c := here.mustPost(demo.Tokens["operator"], fmt.Sprint("beside-", n), bodies[n%len(bodies)])
		acknowledged[c.ID] = time.Now()
	}
	var took []time.Duration
	there.Until(10*time.Second, "every case is told by the other server", func() bool {
		times, first := inserted(t, screen)
		took = took[:0]
		for id, at := range acknowledged {
			if times[id] == 0 {
				return false
			}
			took = append(took, max(0, first[id].Sub(at)))
		}
		return true
	})
	for _, m := range screen.All() {
		if len(m.Data) > largestEvent {
			t.Errorf("an event has %d bytes, want %d at most: a thousand screens get it", len(m.Data), largestEvent)
		}
	}
	slices.Sort(took)
	p50, p99 := took[len(took)/2], took[len(took)*99/100]
	t.Logf("from the answer here to the event there: p50 %v, p99 %v, %d writes", p50, p99, writes)
	if p99 > time.Second {
		t.Errorf("p99 is %v, want below a second (aim: 100 ms)", p99)
	}
}
