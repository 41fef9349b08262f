// Package testdb gives each test a PostGIS database of its own, cloned from a
// template that holds the newest schema. There is one cluster for all packages
// under test; the last test process to end stops it. A package that uses it
// calls Main from its TestMain.
//
// With TEST_DATABASE_URL set, databases are cloned on that server instead.
package testdb

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/data"
	"gridmap/data/postgres"
	"gridmap/migrations"
)

// Database is one test's own.
type Database struct {
	URL  string
	Pool *pgxpool.Pool
}

// New clones a database for t and drops it when t ends.
func New(t testing.TB) Database {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	admin, urlOf := connect(ctx, t)
	defer admin.Close(ctx)
	template := ensureTemplate(ctx, t, admin, urlOf)
	name := fmt.Sprintf("t_%d_%d", os.Getpid(), serial.Add(1))
	exec1(ctx, t, admin, `drop database if exists `+name+` with (force)`)
	exec1(ctx, t, admin, `create database `+name+` template `+template)
	d := Database{URL: urlOf(name)}
	pool, err := data.Open(context.Background(), d.URL, data.PoolOptions{})
	if err != nil {
		t.Fatalf("open %s: %v", name, err)
	}
	d.Pool = pool
	t.Cleanup(func() {
		pool.Close()
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		admin, _ := connect(ctx, t)
		defer admin.Close(ctx)
		exec1(ctx, t, admin, `drop database if exists `+name+` with (force)`)
	})
	return d
}

var serial atomic.Int64 // numbers the databases of this process; test-only state

func exec1(ctx context.Context, t testing.TB, c *pgx.Conn, sql string) {
	t.Helper()
	if _, err := c.Exec(ctx, sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// connect returns a connection to the server's own database, starting the
// cluster if nobody has.
func connect(ctx context.Context, t testing.TB) (*pgx.Conn, func(db string) string) {
	t.Helper()
	if given := os.Getenv("TEST_DATABASE_URL"); given != "" {
		urlOf := func(db string) string {
			u, err := url.Parse(given)
			if err != nil {
				t.Fatalf("TEST_DATABASE_URL: %v", err)
			}
			u.Path = "/" + db
			return u.String()
		}
		conn, err := pgx.Connect(ctx, given)
		if err != nil {
			t.Fatalf("TEST_DATABASE_URL: %v", err)
		}
		return conn, urlOf
	}
	c, err := postgres.Detached(ctx, clusterDir(), map[string]string{
		"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200",
	})
	if err != nil {
		t.Fatalf("start the test cluster: %v", err)
	}
	conn, err := pgx.Connect(ctx, c.URL("postgres"))
	if err != nil {
		t.Fatalf("connect to the test cluster: %v", err)
	}
	return conn, c.URL
}

// ensureTemplate makes the template database for this schema once.
func ensureTemplate(ctx context.Context, t testing.TB, admin *pgx.Conn, urlOf func(string) string) string {
	t.Helper()
	name := "template_" + schemaHash(t)
	exec1(ctx, t, admin, `select pg_advisory_lock(500152)`)
	defer exec1(ctx, t, admin, `select pg_advisory_unlock(500152)`)
	var ready bool
	err := admin.QueryRow(ctx, `select coalesce((select datistemplate from pg_database where datname = $1), false)`, name).Scan(&ready)
	if err != nil {
		t.Fatalf("look for the template: %v", err)
	}
	if ready {
		return name
	}
	exec1(ctx, t, admin, `drop database if exists `+name+` with (force)`)
	exec1(ctx, t, admin, `create database `+name)
	if _, err := data.Migrate(ctx, urlOf(name)); err != nil {
		t.Fatalf("migrate the template: %v", err)
	}
	exec1(ctx, t, admin, `alter database `+name+` is_template true`)
	return name
}

func schemaHash(t testing.TB) string {
	t.Helper()
	h := sha256.New()
	err := fs.WalkDir(migrations.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(migrations.Files, path)
		h.Write(b)
		return err
	})
	if err != nil {
		t.Fatalf("read the migrations: %v", err)
	}
	return fmt.Sprintf("%x", h.Sum(nil))[:12]
}

// clusterDir is the same for all packages of one checkout.
func clusterDir() string {
	root := "."
	if out, err := exec.Command("go", "env", "GOMOD").Output(); err == nil {
		root = filepath.Dir(strings.TrimSpace(string(out)))
	}
	return filepath.Join(root, "var", "test")
}

// Main runs the tests of a package and stops the cluster afterwards if no other
// test process uses it.
func Main(m *testing.M) {
	dir := clusterDir()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		fmt.Fprintln(os.Stderr, "testdb:", err)
		os.Exit(1)
	}
	users, err := os.OpenFile(filepath.Join(dir, "users.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		err = syscall.Flock(int(users.Fd()), syscall.LOCK_SH)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "testdb:", err)
		os.Exit(1)
	}
	code := m.Run()
	if syscall.Flock(int(users.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
		if err := postgres.StopDetached(dir); err != nil {
			fmt.Fprintln(os.Stderr, "testdb: stop the cluster:", err)
		}
	}
	os.Exit(code)
}
