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
)

func TestStopSignalLetsRequestsFinishAndStopsTheDatabase(t *testing.T) {
	demo := copyOfDemo(t)
	s := start(t, demo.dir, "serve")
	body := s.caseBodies(demo.operator)[0]
	screen := s.listen(demo.wall, "")
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
	answered := make(chan reply, 1)
	go func() {
		r, _ := s.post(demo.operator, "in-flight", body)
		answered <- r
	}()
	s.until(10*time.Second, "the write waits for the lock", func() bool {
		var waits bool
		err := lock.QueryRow(ctx, `select exists (select from pg_locks where not granted)`).Scan(&waits)
		return err == nil && waits
	})
	pid := postmaster(s.dir)
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.until(10*time.Second, "it takes no new connection", func() bool {
		return strings.Contains(s.log.String(), "finishing what was begun")
	})
	if err := lock.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	if r := <-answered; r.err != nil || r.status != http.StatusCreated {
		t.Errorf("the request in flight got %v, want 201", r)
	}
	_ = conn.Close(ctx)
	began := time.Now()
	<-s.ended
	t.Logf("ended %v after the last answer", time.Since(began).Round(time.Millisecond))
	<-screen.ended // an open stream holds nothing up
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("got exit status %d, want 0\n%s", code, s.log.tail())
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
	demo := copyOfDemo(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cluster, err := postgres.Start(ctx, postgres.Options{Dir: filepath.Join(demo.dir, "postgres")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Stop)
	t.Setenv("DATABASE_URL", cluster.URL("gridmap"))
	here, there := start(t, demo.dir, "serve"), start(t, demo.dir, "serve")
	bodies := here.caseBodies(demo.operator)
	screen := there.listen(demo.operator, "")
	acknowledged := map[int64]time.Time{}
	for n := range writes {
		c := here.mustPost(demo.operator, fmt.Sprint("beside-", n), bodies[n%len(bodies)])
		acknowledged[c.ID] = time.Now()
	}
	var took []time.Duration
	there.until(10*time.Second, "every case is told by the other server", func() bool {
		times, first := screen.inserted(t)
		took = took[:0]
		for id, at := range acknowledged {
			if times[id] == 0 {
				return false
			}
			took = append(took, max(0, first[id].Sub(at)))
		}
		return true
	})
	for _, m := range screen.all() {
		if len(m.data) > largestEvent {
			t.Errorf("an event has %d bytes, want %d at most: a thousand screens get it", len(m.data), largestEvent)
		}
	}
	slices.Sort(took)
	p50, p99 := took[len(took)/2], took[len(took)*99/100]
	t.Logf("from the answer here to the event there: p50 %v, p99 %v, %d writes", p50, p99, writes)
	if p99 > time.Second {
		t.Errorf("p99 is %v, want below a second (aim: 100 ms)", p99)
	}
}
