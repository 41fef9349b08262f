package data_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/data"
	"gridmap/data/testdb"
)

// since reads the feed from a position and returns the kinds seen and the next
// position.
func since(t *testing.T, pool *pgxpool.Pool, from data.Position) ([]int64, data.Position) {
	t.Helper()
	var keys []int64
	var next data.Position
	err := data.At(context.Background(), pool, func(m data.Moment) error {
		next = m.Position
		changes, err := m.Since(context.Background(), from)
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

const insertObject = `insert into objects (id, kind, geom, source, source_id)
	values ($1::bigint, '井盖', st_setsrid(st_point(105.8, 30.1), 4490), 'test', $1::text)`

func TestTheFeedMissesNoLateCommitAndDelaysNobody(t *testing.T) {
	db := testdb.New(t)
	ctx := context.Background()
	_, start := since(t, db.Pool, "1:1:")

	late, err := db.Pool.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := late.Exec(ctx, insertObject, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Pool.Exec(ctx, insertObject, 2); err != nil {
		t.Fatal(err)
	}
	got, afterSecond := since(t, db.Pool, start)
	if len(got) != 1 || got[0] != 2 {
		t.Fatalf("while the first transaction is open the feed gives %v, want [2]: the open one delays nobody", got)
	}
	if err := late.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	got, end := since(t, db.Pool, afterSecond)
	if len(got) != 1 || got[0] != 1 {
		t.Fatalf("after the late commit the feed gives %v, want [1]: it has the lower number, and is not missed", got)
	}
	if got, _ := since(t, db.Pool, end); len(got) != 0 {
		t.Fatalf("with nothing new the feed gives %v, want nothing twice", got)
	}
	if got, _ := since(t, db.Pool, start); len(got) != 2 {
		t.Fatalf("read again from the start the feed gives %v, want both", got)
	}
}

func TestATransactionThatRollsBackLeavesNothingInTheFeed(t *testing.T) {
	db := testdb.New(t)
	ctx := context.Background()
	_, start := since(t, db.Pool, "1:1:")
	tx, err := db.Pool.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(ctx, insertObject, 1); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	if got, _ := since(t, db.Pool, start); len(got) != 0 {
		t.Fatalf("the feed gives %v, want nothing", got)
	}
}
