package faults_test

import (
	"errors"
	"fmt"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"gridmap/deploy/standing"
)

func TestALockIsHeld(t *testing.T) {
	standing.Long(t)
	s := stage(t, standing.ServerOptions{})
	release := s.lockTable("cases")
	wall := s.watch()
	began, refused := time.Now(), 0
	var slowest time.Duration
	for time.Since(began) < time.Minute {
		at := time.Now()
		s.refused("locked")
		refused++
		slowest = max(slowest, time.Since(at))
		// What needs no case is answered beside it.
		if r := s.server.Get(s.demo.Tokens["operator"], "/api/v1/session"); r.Status != 200 {
			t.Errorf("who am I: %v", r)
		}
		if s.aged() {
			t.Error("the map says that it is old: no case can change while the lock is held, so it is of now")
		}
	}
	release()
	took := s.back(20*time.Second, "locked")
	s.once("locked")
	said := s.lockedBeforeItIsRead()
	standing.Row(t, "a lock on all cases held for 60 s", fmt.Sprintf("%s; %d writes refused for now, slowest %v; while it is held no case can change: the map is of now and says no age; where a change came just before the lock and cannot be read, age said after %v; back after %v",
		wall.end(t), refused, round(slowest), round(said), round(took)), "survived")
}

// lockTable locks a table so that nobody can even read it, until release.
func (s *scene) lockTable(name string) (release func()) {
	s.t.Helper()
	release, ok := s.tryLock(name, time.Minute)
	if !ok {
		s.t.Fatalf("lock %s: not free within a minute", name)
	}
	return release
}

// tryLock is lockTable, where the lock is free within patience.
func (s *scene) tryLock(name string, patience time.Duration) (release func(), ok bool) {
	s.t.Helper()
	ctx := s.t.Context()
	lock, err := s.cluster.Connect().Begin(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := lock.Exec(ctx, fmt.Sprintf("set local lock_timeout = %d", patience.Milliseconds())); err != nil {
		s.t.Fatal(err)
	}
	_, err = lock.Exec(ctx, "lock table "+name+" in access exclusive mode")
	if refused, is := errors.AsType[*pgconn.PgError](err); err != nil && (!is || refused.Code != "55P03") {
		s.t.Fatal(err)
	}
	release = func() {
		if err := lock.Rollback(ctx); err != nil {
			s.t.Fatal(err)
		}
	}
	if err != nil {
		release()
	}
	return release, err == nil
}

// lockedBeforeItIsRead has a case change while the server looks away, and locks the
// cases before it looks again: now the map is old. It returns after how long it says so.
func (s *scene) lockedBeforeItIsRead() time.Duration {
	s.t.Helper()
	conn := s.cluster.Connect()
	release, ok := func() {}, false
	for tries := 0; !ok; tries++ {
		s.signal(s.server, syscall.SIGSTOP)
		if _, err := conn.Exec(s.t.Context(), `update cases set version = version + 1 where id = (select min(id) from cases where closed_at is null)`); err != nil {
			s.t.Fatal(err)
		}
		release, ok = s.tryLock("cases", time.Second)
		s.signal(s.server, syscall.SIGCONT)
		if tries > 20 {
			s.t.Fatal("the server is in the middle of a read whenever it is stopped")
		}
	}
	began := time.Now()
	s.server.Until(15*time.Second, "the map says its age", s.aged)
	said := time.Since(began)
	release()
	s.back(20*time.Second, "after the second lock")
	return said
}

func (s *scene) signal(server *standing.Server, sig syscall.Signal) {
	s.t.Helper()
	if err := server.Cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

// A server freezes, as a machine does whose disk hangs, while it holds the locks of a
// write: the case, and the end of the audit log, which other writes need.
func TestAServerFreezesInTheMiddleOfAWrite(t *testing.T) {
	standing.Long(t)
	s := stage(t, standing.ServerOptions{})
	other := shop.Serve(t, standing.ServerOptions{Dir: shop.Folder(t), Database: s.cluster.URL()})
	operator := s.demo.Tokens["operator"]
	var opened standing.SeenCase
	s.server.MustPost(operator, "/api/v1/cases", "opened", s.bodies[0]).Into(t, &opened)
	conn, department := s.cluster.Connect(), 0
	if err := conn.QueryRow(t.Context(), `select min(id) from organisations where kind = 'department' and valid @> current_date`).Scan(&department); err != nil {
		t.Fatal(err)
	}
	whistle := func(on *standing.Server, key string) standing.Reply {
		return on.Within(2*time.Minute).Send(operator, http.MethodPatch, fmt.Sprintf("/api/v1/cases/%d", opened.ID), fmt.Sprintf(`{"action":"whistle","department_id":%d}`, department),
			"Idempotency-Key", key, "If-Match", fmt.Sprintf("%q", fmt.Sprint(opened.Version)))
	}
	release := s.lockTable("audit")
	frozen := make(chan standing.Reply, 1)
	go func() { frozen <- whistle(s.server, "frozen") }()
	waits := func() (n int) {
		select {
		case r := <-frozen:
			t.Fatalf("a whistle while the audit log is locked: got %v, want it to wait", r)
		default:
		}
		const waiting = `select count(*) from pg_locks where not granted and relation = 'audit'::regclass and mode = 'RowExclusiveLock'`
		if err := conn.QueryRow(t.Context(), waiting).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	s.server.Until(3*time.Second, "the whistle waits for the audit log", func() bool { return waits() == 1 })
	s.signal(s.server, syscall.SIGSTOP)
	release()
	began, refused := time.Now(), 0
	other.Until(time.Minute, "the whistle is blown by the other server", func() bool {
		r := whistle(other, "other")
		if r.Status != http.StatusOK && !forNow(r) {
			t.Fatalf("a whistle beside a frozen server: got %v, want done or for now refused", r)
		}
		refused++
		return r.Status == http.StatusOK
	})
	took := time.Since(began)
	s.signal(s.server, syscall.SIGCONT)
	if r := <-frozen; !forNow(r) {
		t.Errorf("the frozen server answers %v, want that nothing was done", r)
	}
	if r := whistle(s.server, "frozen"); r.Status != http.StatusPreconditionFailed {
		t.Errorf("sent again: got %v, want 412: the case has gone on", r)
	}
	back := s.back(30*time.Second, "thawed")
	if refused < 2 || took > 45*time.Second {
		t.Errorf("the other server's whistle was blown after %v and %d tries, want it held up, and for 45 s at most", took, refused)
	}
	standing.Row(t, "a server frozen (SIGSTOP) while it holds the locks of a write", fmt.Sprintf("the same write through the other server refused for now for %v, then done; the frozen one's was undone and says so; back to normal %v after it thawed",
		round(took), round(back)), "survived")
}
