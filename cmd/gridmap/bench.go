package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"runtime"
	"time"

	"gridmap/data"
	"gridmap/layers"
	"gridmap/tiles"
)

type benchCommand struct {
	Seed  uint64 `default:"1" help:"The same seed asks for the same tiles."`
	Tiles int    `default:"300" help:"Tiles by set of layers."`
	Level int    `default:"4" help:"Requests at once over HTTP."`
	Write int    `default:"100" help:"Cases opened to measure write to tile; 0 opens none."`
	Only  string `enum:",tiles,redraw,flood" default:"" help:"Only the tiles, the redraw engine or the flood."`
}

// benchSets are the sets of layers that are measured.
func benchSets() [][]string {
	return [][]string{{"buildings"}, {"grids"}, {"cases"}, {"heat"},
		{"land", "water", "roads", "communities", "grids", "buildings", "cases", "heat"}}
}

func setTitle(set []string) string {
	if len(set) == 1 {
		return set[0]
	}
	return "all together"
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
	if c.Only == "" || c.Only == "tiles" {
		if err := c.tiles(ctx, s, log); err != nil {
			return err
		}
	}
	district, _, err := data.DistrictOf(ctx, s.pool)
	if err != nil || c.Only == "tiles" {
		return err
	}
	if c.Only == "" || c.Only == "flood" {
		if err := c.flood(ctx, s, log, district); err != nil {
			return err
		}
	}
	if c.Only == "flood" {
		return nil
	}
	draw, err := newBenchDraw(ctx, s, district)
	if err != nil {
		return err
	}
	return draw.run(ctx)
}

// tiles measures the live copy and what it serves.
func (c *benchCommand) tiles(ctx context.Context, s *store, log *slog.Logger) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	live := layers.New(s.pool, layers.Options{Log: log})
	go func() { _ = live.Run(ctx) }()
	for live.Ready() != nil {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	b := &bench{c: c, s: s, live: live, rng: rand.New(rand.NewPCG(c.Seed, 1))}
	var err error
	if b.scope, _, err = data.DistrictOf(ctx, s.pool); err != nil {
		return err
	}
	b.printFootprint()
	if err := b.encoder(ctx); err != nil {
		return err
	}
	if err := b.http(ctx, log); err != nil {
		return err
	}
	return nil
}

// bench is one run.
type bench struct {
	c     *benchCommand
	s     *store
	live  *layers.Live
	rng   *rand.Rand
	scope string
}

func (b *bench) printFootprint() {
	f := b.live.Footprint()
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

// pick chooses non-empty tiles of zooms 10 to 18, in equal numbers, under the
// features of the first layer that has any.
func (b *bench) pick(ctx context.Context, set []string) ([]tiles.ID, error) {
	which, err := layers.Find(set)
	if err != nil {
		return nil, err
	}
	bounds := b.live.Bounds()
	var out []tiles.ID
	seen := map[tiles.ID]bool{}
	for tries := 0; len(out) < b.c.Tiles && tries < b.c.Tiles*2000; tries++ {
		z := uint8(10 + len(out)%9)
		lon := bounds[0] + b.rng.Float64()*(bounds[2]-bounds[0])
		lat := bounds[1] + b.rng.Float64()*(bounds[3]-bounds[1])
		x, y := tiles.World(lon, lat)
		id := tiles.ID{Z: z, X: uint32(x) >> (30 - z), Y: uint32(y) >> (30 - z)}
		if seen[id] && tries%50 != 0 {
			continue // low zooms have few tiles: after a while they come again
		}
		seen[id] = true
		t, _, err := b.live.Tile(ctx, id, which, b.view(), tiles.Identity)
		if err != nil {
			return nil, err
		}
		if !t.Empty() {
			out = append(out, id)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no tile of %v has anything in it", set)
	}
	return out, nil
}

// encoder compares processor time per tile, uncompressed on both sides.
func (b *bench) encoder(ctx context.Context) error {
	fmt.Printf("\nencoder: processor time per tile, every feature, uncompressed, one thread, zooms 10–18\n")
	fmt.Printf("  %-14s %6s %12s %12s %8s %12s\n", "layers", "tiles", "ours, µs", "ST_AsMVT, µs", "ratio", "mean bytes")
	oracle, err := newOracle(ctx, b.s.pool)
	if err != nil {
		return err
	}
	defer oracle.close()
	for _, set := range benchSets() {
		list, err := b.pick(ctx, set)
		if err != nil {
			fmt.Printf("  %-14s %v\n", setTitle(set), err)
			continue
		}
		var snaps []*tiles.Snapshot
		if snaps, err = b.live.Snapshots(set); err != nil {
			return err
		}
		ours, bytes := b.encodeAll(set, snaps, list)
		theirs, err := oracle.cpu(ctx, set, list)
		if err != nil {
			return err
		}
		n := float64(len(list))
		fmt.Printf("  %-14s %6d %12.1f %12.1f %7.1f× %12.0f\n", setTitle(set), len(list), ours.Seconds()*1e6/n,
			theirs.Seconds()*1e6/n, theirs.Seconds()/ours.Seconds(), float64(bytes)/n)
	}
	return nil
}

// encodeAll encodes every tile of the list some times over and returns the
// processor time of one round, and the bytes.
func (b *bench) encodeAll(set []string, snaps []*tiles.Snapshot, list []tiles.ID) (time.Duration, int) {
	var e tiles.Encoder
	const rounds = 5
	var buf []byte
	bytes := 0
	run := func() {
		bytes = 0
		for _, id := range list {
			use := snaps
			if len(set) > 0 {
				use = b.live.AtZoom(set, snaps, id.Z)
			}
			buf, _ = e.Encode(buf[:0], id, use, 0)
			bytes += len(buf)
		}
	}
	run()
	runtime.GC()
	began := threadCPU()
	for range rounds {
		run()
	}
	return (threadCPU() - began) / rounds, bytes
}
