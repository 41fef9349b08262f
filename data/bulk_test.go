package data_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"gridmap/data"
	"gridmap/data/testdb"
	"gridmap/data/testdb/fixture"
)

// schemaOf lists every index, constraint and trigger with its state.
func schemaOf(t *testing.T, pool *pgxpool.Pool) (s string) {
	t.Helper()
	err := pool.QueryRow(context.Background(), `select string_agg(line, e'\n' order by line) from (
		select indexdef as line from pg_indexes where schemaname = 'public'
		union all select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || ' ' || convalidated from pg_constraint where connamespace = 'public'::regnamespace
		union all select tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text from pg_trigger where not tgisinternal) l`).Scan(&s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestABulkLoadLeavesIndexesKeysAndTriggersAsTheyWere(t *testing.T) {
	db, ctx := testdb.New(t), context.Background()
	before := schemaOf(t, db.Pool)
	tables := []string{"case_types", "divisions", "buildings", "plans", "grids"}
	types := slices.Values([]data.CaseType{{Code: "x", Name: "x", Board: "safety", LimitHours: 1}})
	broken := errors.New("the source broke off")
	err := data.LoadBulk(ctx, db.Pool, nil, tables, func(b *data.Bulk) error {
		if err := b.CaseTypes(ctx, types); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Fatalf("got %v", err)
	}
	err = data.LoadBulk(ctx, db.Pool, nil, tables, func(b *data.Bulk) error {
		return b.Buildings(ctx, slices.Values([]data.Building{{ID: 1, Code: "b", CommunityCode: "500152009009", Kind: "residential", Geom: orb.Point{105.8, 30.1}, Source: "s", SourceID: "1"}}))
	})
	if err == nil || !strings.Contains(err.Error(), "buildings_community_code_fkey") {
		t.Fatalf("a building of no known community: %v", err)
	}
	var rows int
	if err := db.Pool.QueryRow(ctx, `select (select count(*) from case_types) + (select count(*) from buildings) + (select count(*) from changes)`).Scan(&rows); err != nil || rows != 0 {
		t.Errorf("failed loads left %d rows, %v", rows, err)
	}
	if schemaOf(t, db.Pool) != before {
		t.Error("a failed load changed indexes, keys or triggers")
	}
	fixture.Load(t, db.Pool)
	if after := schemaOf(t, db.Pool); after != before {
		t.Errorf("a load changed the schema:\n%s\nwas\n%s", after, before)
	}
	var reloads int
	if err := db.Pool.QueryRow(ctx, `select count(*) from changes where op = 'reload' and kind in ('divisions', 'buildings', 'grids')`).Scan(&reloads); err != nil || reloads != 3 {
		t.Errorf("the feed says reload of %d of 3 tables, %v", reloads, err)
	}
}
