package layers_test

import (
	"context"
	"testing"
	"time"

	"gridmap/data/testdb"
	"gridmap/data/testdb/fixture"
	"gridmap/layers"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// start runs a live copy of a fixture district until t ends.
func start(t *testing.T, db testdb.Database, o layers.Options) *layers.Live {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	live := layers.New(db.Pool, o)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = live.Run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-done })
	eventually(t, "the map is loaded", func() bool { return live.Ready() == nil })
	return live
}

func loaded(t *testing.T) testdb.Database {
	t.Helper()
	db := testdb.New(t)
	fixture.Load(t, db.Pool)
	return db
}

// eventually polls a condition that the product promises to bring about.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("%s: not within 20 s", what)
}

func exec(t *testing.T, db testdb.Database, sql string, args ...any) {
	t.Helper()
	if _, err := db.Pool.Exec(context.Background(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
