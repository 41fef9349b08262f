package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"time"

	"gridmap/data"
	"gridmap/layers"
)

type benchCommand struct {
	Write int    `default:"100" help:"Cases opened to measure write to tile; 0 opens none."`
	Only  string `enum:",tiles,redraw" default:"" help:"Only the tiles, or only the redraw engine."`
}

// Run measures and prints.
func (c *benchCommand) Run(ctx context.Context, d *database, _ *slog.Logger) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	s, err := d.open(ctx, log)
	if err != nil {
		return err
	}
	defer s.close()
	fmt.Printf("%s %s/%s, %d processors, %s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), time.Now().Format(time.DateOnly))
	if c.Only != "redraw" {
		if err := c.tiles(ctx, s, log); err != nil {
			return err
		}
	}
	if c.Only == "tiles" {
		return nil
	}
	district, _, err := data.DistrictOf(ctx, s.pool)
	if err != nil {
		return err
	}
	draw, err := newBenchDraw(ctx, s, district)
	if err != nil {
		return err
	}
	return draw.run(ctx)
}

// tiles measures the live copy, and how soon a write is on the map.
func (c *benchCommand) tiles(ctx context.Context, s *store, log *slog.Logger) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	live, handler, secret, err := benchedServer(ctx, s, log)
	if err != nil {
		return err
	}
	b := &bench{c: c, s: s, live: live}
	if b.scope, _, err = data.DistrictOf(ctx, s.pool); err != nil {
		return err
	}
	printFootprint(live)
	if c.Write == 0 {
		return nil
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	return b.writes(ctx, http.DefaultClient, server.URL, secret)
}

// bench is one run.
type bench struct {
	c     *benchCommand
	s     *store
	live  *layers.Live
	scope string
}

func printFootprint(live *layers.Live) {
	f := live.Footprint()
	fmt.Printf("\nlive copy: loaded from PostGIS in %.2f s, %d open cases\n", f.Load.Seconds(), f.Open)
	fmt.Printf("  %-14s %10s %10s %12s\n", "layer", "features", "MB", "bytes each")
	total := 0
	for _, l := range layers.Catalogue() {
		if n, ok := f.Layers[l.Name]; ok && n.Features > 0 {
			fmt.Printf("  %-14s %10d %10.1f %12d\n", l.Name, n.Features, float64(n.Bytes)/1e6, n.Bytes/n.Features)
			total += n.Bytes
		}
	}
	fmt.Printf("  %-14s %10s %10.1f\n", "together", "", float64(total)/1e6)
}

func (b *bench) view() layers.View { return layers.View{Filter: layers.Filter{Scope: b.scope}} }
