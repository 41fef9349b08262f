package data

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// SRID of every stored geometry: CGCS2000 longitude and latitude.
const SRID = 4490

// PoolOptions bound the connections to the database.
type PoolOptions struct {
	MaxConns       int32         // zero: 16
	ConnectTimeout time.Duration // zero: 5 s
}

// Open makes a pool for url with the codec for geometry. It does not need the
// database to be up: connections are made when they are first used.
func Open(ctx context.Context, url string, o PoolOptions) (*pgxpool.Pool, error) {
	return open(ctx, url, o, func(*pgxpool.Config) {})
}

func open(ctx context.Context, url string, o PoolOptions, adjust func(*pgxpool.Config)) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read DATABASE_URL: %w", err)
	}
	cfg.MaxConns = 16
	if o.MaxConns > 0 {
		cfg.MaxConns = o.MaxConns
	}
	cfg.ConnConfig.ConnectTimeout = 5 * time.Second
	if o.ConnectTimeout > 0 {
		cfg.ConnConfig.ConnectTimeout = o.ConnectTimeout
	}
	// A connection that was idle is tried before it is used; one that is black-holed
	// must not use up the time of the request.
	// One that takes two seconds is slow, and no more than that.
	cfg.PingTimeout = 4 * time.Second
	cfg.MaxConnIdleTime = 5 * time.Minute
	cfg.AfterConnect = registerGeometry
	adjust(cfg)
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return pool, nil
}

// registerGeometry teaches a connection the type geometry. A database without
// PostGIS has none yet: the first migration makes it.
func registerGeometry(ctx context.Context, conn *pgx.Conn) error {
	var oid uint32
	err := conn.QueryRow(ctx, `select coalesce(to_regtype('geometry')::oid, 0)`).Scan(&oid)
	if err != nil {
		return fmt.Errorf("look up the type geometry: %w", err)
	}
	if oid != 0 {
		registerGeometryOID(conn.TypeMap(), oid)
	}
	return nil
}
