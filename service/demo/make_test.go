package demo_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"gridmap/data"
	"gridmap/data/testdb"
	"gridmap/service/demo"
	"gridmap/service/planning"
)

func TestMain(m *testing.M) { testdb.Main(m) }

func TestASmallDistrictIsMadeOnceAndItsRedrawnPlanCanBePublished(t *testing.T) {
	db, ctx := testdb.New(t), context.Background()
	sealer, err := data.NewSealer(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	o := demo.Options{Seed: 1, Scale: 0.02, Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), TerrainDir: t.TempDir(), TerrainCellM: 60}
	for _, want := range []bool{true, false} {
		if made, err := demo.Make(ctx, db.Pool, sealer, o); err != nil || made != want {
			t.Fatalf("made %v, want %v: %v", made, want, err)
		}
	}
	var draft int64
	if err := db.Pool.QueryRow(ctx, `select max(id) from plans where status = 'draft'`).Scan(&draft); err != nil {
		t.Fatal(err)
	}
	if err := planning.New(db.Pool).Publish(ctx, draft, "another", time.Now().In(data.LocalZone())); err != nil {
		t.Fatal(err)
	}
}
