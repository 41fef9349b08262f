package postgres_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"gridmap/data/postgres"
)

// folder is one that the database's user can enter, also under root.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "gridmap-cluster-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func start(t *testing.T, dir string) *postgres.Cluster {
	t.Helper()
	c, err := postgres.Start(context.Background(), postgres.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	return c
}

// ask runs a statement that gives one text, within 30 s of trying.
func ask(t *testing.T, c *postgres.Cluster, sql string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, c.URL("postgres"))
		if err == nil {
			var answer string
			err = conn.QueryRow(ctx, sql).Scan(&answer)
			conn.Close(ctx)
			if err == nil {
				return answer
			}
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s: %v", sql, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func postmaster(t *testing.T, dir string) int {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.SplitN(string(b), "\n", 2)[0])
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestAClusterIsPrivateDurableAndComesBackWhenItIsKilled(t *testing.T) {
	dir := folder(t)
	c := start(t, dir)
	for setting, want := range map[string]string{"fsync": "on", "synchronous_commit": "on", "listen_addresses": "", "unix_socket_permissions": "0700"} {
		if got := ask(t, c, "show "+setting); got != want {
			t.Errorf("%s is %q, want %q", setting, got, want)
		}
	}
	conn, err := pgx.Connect(context.Background(), c.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(context.Background(), `create table kept as select 'acknowledged' as word`); err != nil {
		t.Fatal(err)
	}
	conn.Close(context.Background())
	if err := syscall.Kill(postmaster(t, dir), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, c, `select word from kept`); got != "acknowledged" {
		t.Fatalf("after a kill the row is %q, want what was acknowledged", got)
	}
	c.Stop()
	if _, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid")); !os.IsNotExist(err) {
		t.Fatalf("after a stop postmaster.pid is still there (%v)", err)
	}
	if got := ask(t, start(t, dir), `select word from kept`); got != "acknowledged" {
		t.Fatalf("after a stop and a start the row is %q, want what was acknowledged", got)
	}
}

func TestAGuestTakesTheClusterOverWhenItsOwnerGoes(t *testing.T) {
	dir := folder(t)
	owner := start(t, dir)
	guest := start(t, dir)
	if guest.Owner() || !owner.Owner() {
		t.Fatalf("owner %v and guest %v own the cluster, want the first alone", owner.Owner(), guest.Owner())
	}
	passing := start(t, dir)
	passing.Stop()
	if got := ask(t, guest, `select 'still here'`); got != "still here" {
		t.Fatalf("after another guest left: %q", got)
	}
	owner.Stop()
	if got := ask(t, guest, `select 'taken over'`); got != "taken over" || !guest.Owner() {
		t.Fatalf("after the owner went: %q, owned by the guest: %v", got, guest.Owner())
	}
}

func TestAClusterThatWasHalfMadeIsMadeAnew(t *testing.T) {
	dir := folder(t)
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "data", "junk"), []byte("cut off"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, start(t, dir), `select 'made'`); got != "made" {
		t.Fatalf("got %q", got)
	}
}
