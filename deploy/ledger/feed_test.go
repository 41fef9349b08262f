package ledger_test

import (
	"context"
	"fmt"
	"testing"

	"gridmap/data"
	"gridmap/deploy/standing"
)

// A number that PostgreSQL gave to a transaction which was then undone is given
// again after a crash or a failover, if nothing of it reached the log. A reader of
// the feed that remembers "this one has ended" must not take the second for it.
func TestTheFeedTellsOfAWriteWhoseTransactionNumberWasUsedBeforeACrash(t *testing.T) {
	ctx := context.Background()
	// The log is written when somebody commits, and else not before the kill.
	cluster := standing.NewCluster(t, shop.Folder(t), map[string]string{"wal_writer_delay": "10s"})
	if _, err := standing.Connect(t, cluster.Admin()).Exec(ctx, `create database gridmap`); err != nil {
		t.Fatal(err)
	}
	if _, err := data.Migrate(ctx, cluster.URL()); err != nil {
		t.Fatal(err)
	}
	write := func(id int) (number int64) {
		t.Helper()
		conn := standing.Connect(t, cluster.URL())
		defer conn.Close(ctx)
		err := conn.QueryRow(ctx, `insert into objects (id, kind, geom, source, source_id)
			values ($1::bigint, '井盖', st_setsrid(st_point(105.8, 30.1), 4490), 'test', $1::text) returning pg_current_xact_id()::text::bigint`, id).Scan(&number)
		if err != nil {
			t.Fatal(err)
		}
		return number
	}
	write(1)
	undone := int64(0)
	conn := standing.Connect(t, cluster.URL())
	for range 3 {
		if err := conn.QueryRow(ctx, `select pg_current_xact_id()::text::bigint`).Scan(&undone); err != nil { // ends with nothing written
			t.Fatal(err)
		}
	}
	seen, before := feed(t, cluster.URL(), "1:1:")
	cluster.Kill()
	cluster.Start()
	again := write(2)
	if again > undone {
		t.Fatalf("the write after the crash has the number %d, the last one before had %d: none was used twice, and nothing is tried", again, undone)
	}
	got, after := feed(t, cluster.URL(), before)
	if len(seen) != 1 || seen[0] != 1 || len(got) != 1 || got[0] != 2 {
		t.Errorf("before the crash the feed told of %v, after it of %v, want [1] and [2]", seen, got)
	}
	if got, end := feed(t, cluster.URL(), after); len(got) != 0 || end != after {
		t.Errorf("nothing was written since %s, and the feed tells of %v and is at %s", after, got, end)
	}
	standing.Row(t, "a transaction's number used again after PostgreSQL was killed", fmt.Sprintf("number %d, undone ones up to %d; the feed told of %v", again, undone, got), "the live copy misses nothing")
}

// feed reads the feed from a position and returns the keys and the next position.
func feed(t *testing.T, url string, from data.Position) (keys []int64, next data.Position) {
	t.Helper()
	pool, err := data.Open(t.Context(), url, data.PoolOptions{MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	err = data.At(t.Context(), pool, func(m data.Moment) error {
		next = m.Position
		changes, err := m.Since(t.Context(), from)
		for _, c := range changes {
			keys = append(keys, c.Key)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys, next
}
