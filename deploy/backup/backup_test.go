// Package backup_test drills what operators do when everything is lost: it runs
// deploy/backup.sh, the same script that they run.
package backup_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"gridmap/deploy/standing"
)

// shop is set by TestMain; test-only state.
var shop *standing.Workshop

func TestMain(m *testing.M) { os.Exit(standing.Main(m, &shop)) }

// script runs deploy/backup.sh.
func script(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("../backup.sh", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("backup.sh %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// point is a moment to which one may want to go back, and everything that was
// stored then, table by table.
type point struct {
	at, lsn string
	tables  map[string]string // number of rows, digest
}

// now is this moment. Nothing may write meanwhile.
func now(t *testing.T, url string) point {
	t.Helper()
	conn, ctx := standing.Connect(t, url), context.Background()
	defer conn.Close(ctx)
	p := point{tables: map[string]string{}}
	rows, err := conn.Query(ctx, `select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(names) < 20 {
		t.Fatalf("tables: %v %v", names, err)
	}
	for _, name := range names {
		var count int
		var digest string
		err := conn.QueryRow(ctx, `select count(*), coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') from `+name+` t`).Scan(&count, &digest)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		p.tables[name] = fmt.Sprint(count, " rows ", digest)
	}
	if err := conn.QueryRow(ctx, `select clock_timestamp()::text, pg_current_wal_lsn()::text`).Scan(&p.at, &p.lsn); err != nil {
		t.Fatal(err)
	}
	return p
}

// same wants everything as it was at p, in every table.
func same(t *testing.T, url string, p point) {
	t.Helper()
	got := now(t, url)
	for name, want := range p.tables {
		if got.tables[name] != want {
			t.Errorf("%s: got %s, want %s", name, got.tables[name], want)
		}
	}
	if len(got.tables) != len(p.tables) {
		t.Errorf("got %d tables, want %d", len(got.tables), len(p.tables))
	}
}

func TestWhatWasThereAtAPointInTimeIsThereAgainAfterEverythingIsDestroyed(t *testing.T) {
	standing.Long(t)
	if _, err := exec.LookPath("pgbackrest"); err != nil {
		t.Skip("pgBackRest is not installed: scripts/deps.sh faults")
	}
	dir, repo := shop.Folder(t), shop.Folder(t)
	demo := shop.DemoIn(t, dir)
	cluster := standing.NewCluster(t, dir, nil)
	script(t, "setup", "--var", dir, "--repo", repo)
	cluster.Stop() // archiving begins with a restart
	cluster.Start()
	before, after := standing.NewLedger(t, "before"), standing.NewLedger(t, "after")
	serve := func() *standing.Server {
		return shop.Serve(t, standing.ServerOptions{Dir: dir, Database: cluster.URL()})
	}
	server := serve()
	writers := standing.StartWriters(t, demo, before, server.Client)
	until(t, before, 50)
	began := time.Now()
	script(t, "create", "--var", dir, "--repo", repo) // while it is written to
	created := time.Since(began)
	until(t, before, 100)
	writers.Stop()
	before.Settle(server.Client)
	server.Stop()
	wanted := now(t, cluster.URL())
	server = serve()
	writers = standing.StartWriters(t, demo, after, server.Client)
	until(t, after, 100)
	writers.Stop()
	after.Settle(server.Client)
	script(t, "check", "--repo", repo)
	keys := keep(t, filepath.Join(dir, "keys"))
	server.Kill()
	cluster.Kill()
	destroy(t, dir)
	for _, c := range []struct {
		name   string
		to     []string
		exact  bool
		ledger []*standing.Ledger
	}{
		{"to a time", []string{"--to", wanted.at}, true, []*standing.Ledger{before}},
		{"to a place in the log", []string{"--lsn", wanted.lsn}, true, []*standing.Ledger{before}},
		{"to the end of the archive", nil, false, []*standing.Ledger{before, after}},
	} {
		t.Run(c.name, func(t *testing.T) {
			into, began := shop.Folder(t), time.Now()
			script(t, append([]string{"restore", "--repo", repo, "--into", into, "--keys", keys}, c.to...)...)
			took := time.Since(began)
			restored := standing.NewCluster(t, into, nil)
			if c.exact {
				same(t, restored.URL(), wanted)
				none(t, after, restored.URL())
			}
			figures := fmt.Sprintf("backup %.1f s, restore %.1f s", created.Seconds(), took.Seconds())
			for _, l := range c.ledger {
				o, err := l.Compare(t.Context(), restored.URL())
				if err != nil {
					t.Fatal(err)
				}
				o.Whole(t)
				figures += fmt.Sprint("; ", o)
			}
			restored.Stop()
			served(t, into, demo)
			standing.Row(t, "everything destroyed, restored "+c.name, figures, "exactly what was there then, and served")
		})
	}
}

func until(t *testing.T, l *standing.Ledger, more int) {
	t.Helper()
	from := l.Acknowledged()
	standing.Until(t, time.Minute, "writes are acknowledged", func() bool { return l.Acknowledged() >= from+more })
}

// keep puts a copy of the keys where operators keep them: elsewhere.
func keep(t *testing.T, keys string) string {
	t.Helper()
	safe := filepath.Join(shop.Folder(t), "keys")
	if err := os.CopyFS(safe, os.DirFS(keys)); err != nil {
		t.Fatal(err)
	}
	return safe
}

// destroy leaves nothing of the database and of the program's folder.
func destroy(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
}

// none wants that nothing of a ledger is there.
func none(t *testing.T, l *standing.Ledger, url string) {
	t.Helper()
	o, err := l.Compare(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if len(o.Lost) != o.Acknowledged || o.Acknowledged == 0 {
		t.Errorf("of %d writes after the point %d are not there, want none there", o.Acknowledged, len(o.Lost))
	}
}

// served starts the program on what was restored, as an operator would.
func served(t *testing.T, dir string, demo standing.Demo) {
	t.Helper()
	s := shop.Serve(t, standing.ServerOptions{Dir: dir})
	defer s.Stop()
	s.CaseBodies(demo.Tokens["operator"])
	if r := s.Get(demo.Tokens["wall"], "/tiles/grids,heat/6/50/26.mvt"); r.Err != nil || r.Status != http.StatusOK || len(r.Body) == 0 {
		t.Errorf("a tile of what was restored: %v", r.Status)
	}
	ledger := standing.NewLedger(t, "restored")
	w := standing.StartWriters(t, demo, ledger, s.Client)
	until(t, ledger, 20)
	w.Stop()
}
