package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/data"
	"gridmap/layers"
	"gridmap/tiles"
)

// oracle makes tiles with ST_AsMVT over the same rows, on one connection whose
// server process it can take the time of.
type oracle struct {
	conn *pgxpool.Conn
	pid  int
	sql  map[string]string
}

func newOracle(ctx context.Context, pool *pgxpool.Pool) (*oracle, error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect for ST_AsMVT: %w", err)
	}
	o := &oracle{conn: conn, sql: map[string]string{}}
	if err := conn.QueryRow(ctx, `select pg_backend_pid()`).Scan(&o.pid); err != nil {
		conn.Release()
		return nil, fmt.Errorf("find the server process: %w", err)
	}
	return o, nil
}

func (o *oracle) close() { o.conn.Release() }

// cpu is the processor time that the server spends on the list, once, after a
// warm-up round, and the bytes. Where /proc does not show the process, it is the
// wall time.
func (o *oracle) cpu(ctx context.Context, set []string, list []tiles.ID) (took time.Duration, size int, err error) {
	for _, id := range list {
		t, err := asMVT(ctx, o.conn, set, id)
		if err != nil {
			return 0, 0, err
		}
		size += len(t)
	}
	before, ok := processCPU(o.pid)
	began := time.Now()
	for _, id := range list {
		if _, err := asMVT(ctx, o.conn, set, id); err != nil {
			return 0, 0, err
		}
	}
	if after, still := processCPU(o.pid); ok && still {
		return after - before, size, nil
	}
	return time.Since(began), size, nil
}

// asMVT is the tile of some layers by ST_AsMVT.
func asMVT(ctx context.Context, q data.Querier, set []string, id tiles.ID) ([]byte, error) {
	var parts []string
	for _, name := range set {
		if l := layerOf(name); id.Z >= l.MinZoom {
			parts = append(parts, "("+layerSQL(name)+")")
		}
	}
	if len(parts) == 0 {
		return nil, nil
	}
	var tile []byte
	err := q.QueryRow(ctx, "select "+strings.Join(parts, " || "), int(id.Z), int(id.X), int(id.Y)).Scan(&tile)
	if err != nil {
		return nil, fmt.Errorf("ST_AsMVT of %v at %s: %w", set, id, err)
	}
	return tile, nil
}

func layerOf(name string) layers.Layer {
	for _, l := range layers.Catalogue() {
		if l.Name == name {
			return l
		}
	}
	return layers.Layer{}
}

// layerSQL is a layer as a person who knows PostGIS would write it.
func layerSQL(name string) string {
	rows := ""
	switch name {
	case "cases":
		rows = `select id, geom, level, step, board, type_code as type, extract(epoch from opened_at)::bigint as opened from cases where closed_at is null`
	case "heat":
		return `select coalesce(st_asmvt(q, 'heat', 4096, 'g'), ''::bytea) from (
			select h.i, count(*) as count, count(*) filter (where c.due_at < now()) as overdue,
			       st_asmvtgeom(h.geom, st_tileenvelope($1::int, $2::int, $3::int), 4096, 64, true) as g
			from st_hexagongrid(30000000.0 / 2 ^ $1::int, st_tileenvelope($1::int, $2::int, $3::int)) h
			join cases c on c.closed_at is null and st_intersects(st_transform(c.geom, 3857), h.geom)
			     and c.geom && st_transform(st_tileenvelope($1::int, $2::int, $3::int, margin => 0.5), 4490)
			group by h.i, h.j, h.geom) q`
	default:
		rows = strings.TrimSpace(data.MapSQL(name))
	}
	return fmt.Sprintf(`select coalesce(st_asmvt(q, '%s', 4096, 'g', 'id'), ''::bytea) from (
		select r.*, st_asmvtgeom(st_transform(r.geom, 3857), st_tileenvelope($1::int, $2::int, $3::int), 4096, 64, true) as g
		from (%s) r
		where r.geom && st_transform(st_tileenvelope($1::int, $2::int, $3::int, margin => 0.016), 4490)) q where g is not null`, name, rows)
}

// threadCPU is the processor time of this process.
func threadCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// processCPU reads the processor time of another process from /proc.
func processCPU(pid int) (time.Duration, bool) {
	fields, ok := procStat(pid)
	if !ok {
		return 0, false
	}
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * tick, err1 == nil && err2 == nil
}
