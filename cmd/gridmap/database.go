package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/data"
	"gridmap/data/postgres"
)

// database says where the data lives.
type database struct {
	DatabaseURL string `env:"DATABASE_URL" help:"PostGIS to use; without it a private one is started under --var." placeholder:"URL"`
	Var         string `env:"GRIDMAP_VAR" default:"var" help:"Folder of the private PostGIS, keys and reports." type:"path"`
	MaxConns    int32  `default:"16" help:"Connections to the database at most, for requests; as many for the rest of the work."`
}

// store is an open database with the newest schema.
type store struct {
	url     string
	pool    *pgxpool.Pool // the owner's: for all that nobody asked for
	web     *pgxpool.Pool // for requests, under row-level security
	anchor  string        // file that knows the newest entry of the audit log
	terrain string        // folder of terrains and what is computed of them
	sealer  *data.Sealer
	cluster *postgres.Cluster
}

// open starts or joins the database and brings its schema up to date. With
// DATABASE_URL set, a server that is down is no error here when wait is false:
// the caller serves what it can.
func (d *database) open(ctx context.Context, log *slog.Logger) (*store, error) {
	// The database's own user must be able to enter; the folder of keys is closed.
	if err := os.MkdirAll(d.Var, 0o755); err != nil {
		return nil, fmt.Errorf("make %s: %w", d.Var, err)
	}
	secret, err := data.KeyFile(filepath.Join(d.Var, "keys", "personal.key"))
	if err != nil {
		return nil, err
	}
	s := &store{url: d.DatabaseURL, anchor: anchorFile(d.Var), terrain: filepath.Join(d.Var, "terrain")}
	if s.sealer, err = data.NewSealer(secret); err != nil {
		return nil, err
	}
	if s.url == "" {
		if s.cluster, err = postgres.Start(ctx, postgres.Options{Dir: filepath.Join(d.Var, "postgres"), Log: log}); err != nil {
			return nil, err
		}
		if s.url, err = ownDatabase(ctx, s.cluster); err != nil {
			s.close()
			return nil, err
		}
	}
	ran, err := data.Migrate(ctx, s.url)
	if err != nil {
		s.close()
		return nil, err
	}
	for _, name := range ran {
		log.Info("migrated", "to", name)
	}
	if s.pool, err = data.Open(ctx, s.url, data.PoolOptions{MaxConns: d.MaxConns}); err != nil {
		s.close()
		return nil, err
	}
	if s.web, err = data.OpenWeb(ctx, s.url, data.PoolOptions{MaxConns: d.MaxConns}); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// ownDatabase makes the database gridmap in the private cluster if need be.
func ownDatabase(ctx context.Context, c *postgres.Cluster) (string, error) {
	conn, err := pgx.Connect(ctx, c.URL("postgres"))
	if err != nil {
		return "", fmt.Errorf("connect to the private database: %w", err)
	}
	defer conn.Close(ctx)
	var there bool
	if err := conn.QueryRow(ctx, `select exists (select from pg_database where datname = 'gridmap')`).Scan(&there); err != nil {
		return "", fmt.Errorf("look for the database: %w", err)
	}
	if !there {
		if _, err := conn.Exec(ctx, `create database gridmap`); err != nil {
			return "", fmt.Errorf("make the database: %w", err)
		}
	}
	return c.URL("gridmap"), nil
}

func (s *store) close() {
	if s.web != nil {
		s.web.Close()
	}
	if s.pool != nil {
		s.pool.Close()
	}
	if s.cluster != nil {
		s.cluster.Stop()
	}
}
