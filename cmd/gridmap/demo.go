package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"gridmap/service/demo"
)

type demoCommand struct {
	Listen      string        `default:"127.0.0.1:8152" help:"Address and port; the demo listens on loopback only."`
	Scale       float64       `default:"1" help:"Share of the published scale: 0.02 makes a small district."`
	Seed        uint64        `default:"152" help:"The same seed gives the same district."`
	Until       string        `help:"Day on which the case log ends (2026-11-22); today without it." placeholder:"DATE"`
	PrepareOnly bool          `help:"Make the district and stop."`
	Every       time.Duration `default:"4s" help:"Mean time between new cases; 0 opens none."`
	TileCache   int           `default:"256" help:"Memory for compressed tiles, MiB."`

	replayFlags

	signInFlags
}

// Run makes the demo district unless it is there, and serves it.
func (c *demoCommand) Run(ctx context.Context, d *database, log *slog.Logger) error {
	if err := loopbackOnly(c.Listen); err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	if !(c.Scale > 0 && c.Scale <= 1) {
		return fmt.Errorf("--scale %v is not above 0 and at most 1", c.Scale)
	}
	now := time.Now()
	if c.Until != "" {
		day, err := time.Parse(time.DateOnly, c.Until)
		if err != nil {
			return fmt.Errorf("--until %q is not a date such as 2026-11-22", c.Until)
		}
		now = day.Add(8 * time.Hour)
	}
	s, err := d.open(ctx, log)
	if err != nil {
		return err
	}
	defer s.close()
	bar, began, cpu := newProgress(os.Stderr), time.Now(), threadCPU()
	made, err := demo.Make(ctx, s.pool, s.sealer, demo.Options{Seed: c.Seed, Scale: c.Scale, Now: now.UTC().Truncate(time.Second), Progress: bar.step,
		TerrainDir: filepath.Join(d.Var, "terrain")})
	bar.done()
	if err != nil {
		return err
	}
	if made {
		log.Info("the demo district is made; everything in it is synthetic", "took", time.Since(began).Round(100*time.Millisecond),
			"processor_s", (threadCPU() - cpu).Seconds())
	}
	if c.PrepareOnly {
		return nil
	}
	serve := &serveCommand{Listen: c.Listen, TileCache: c.TileCache, signInFlags: c.signInFlags}
	return serve.serve(ctx, s, log, serving{demo: true, started: func(ctx context.Context, address string, h *handles) {
		fmt.Printf("\n  大屏 wall: %s/wall\n  accounts and other screens: %s/\n\n", address, address)
		if c.Replay != "" {
			go c.play(ctx, s, h, c.Seed, address, log)
		}
		demo.Stream(ctx, s.pool, h.cases, c.Seed, c.Every, log)
	}})
}

// loopbackOnly refuses to show the demo, whose passwords everybody knows, to a
// network.
func loopbackOnly(listen string) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("--listen %q: %w", listen, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return errors.New("the demo listens on loopback only: its passwords are known to everybody; use 'gridmap serve' for a network")
	}
	return nil
}
