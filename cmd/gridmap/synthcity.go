package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"time"

	"gridmap/layers"
	"gridmap/layers/heat"
	"gridmap/tiles"
)

// synthCommand measures the live copy at the size of a city.
type synthCommand struct {
	Districts int    `default:"40" help:"How many districts the city has: each a copy of the one in the database, beside the others."`
	Tiles     int    `default:"3000" help:"Tiles to make, weighted to zooms 12–16."`
	Seed      uint64 `default:"1" help:"The same seed asks for the same tiles."`
}

// city is a map of many districts in memory.
type city struct {
	c      *synthCommand
	layers map[string]*tiles.Snapshot
	box    tiles.Box
	set    []string
	rng    *rand.Rand
}

// Run makes the city straight in memory, not in the database, and measures it.
func (c *synthCommand) Run(ctx context.Context, d *database, _ *slog.Logger) error {
	if c.Districts < 1 || c.Districts > 400 {
		return fmt.Errorf("--districts %d is not between 1 and 400", c.Districts)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	s, err := d.open(ctx, log)
	if err != nil {
		return err
	}
	defer s.close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	live, err := loadedCopy(ctx, s, log)
	if err != nil {
		return err
	}
	f := live.Footprint()
	fmt.Printf("%s, %d processors, %s; a city of %d districts, made in memory from the one in the database\n",
		runtime.Version(), runtime.GOMAXPROCS(0), time.Now().Format(time.DateOnly), c.Districts)
	fmt.Printf("\none district is loaded from PostGIS in %.1f s: %d of them one after the other in %.0f s\n",
		f.Load.Seconds(), c.Districts, f.Load.Seconds()*float64(c.Districts))
	t := &city{c: c, layers: map[string]*tiles.Snapshot{}, rng: rand.New(rand.NewPCG(c.Seed, 3))}
	if err := t.build(live); err != nil {
		return err
	}
	if err := t.serve(); err != nil {
		return err
	}
	return t.heat(live)
}

// build lays copies of the district beside each other, eight in a row.
func (t *city) build(live *layers.Live) error {
	w := live.Bounds()
	x0, y0 := tiles.World(w[0], w[3])
	x1, y1 := tiles.World(w[2], w[1])
	before := heapInUse()
	began, cpu := time.Now(), threadCPU()
	fmt.Printf("\n  %-14s %10s %10s %12s\n", "layer", "features", "MB", "bytes each")
	bytes := 0
	for _, l := range layers.Catalogue() {
		one := live.Snapshot(l.Name)
		if one == nil || one.Len() == 0 {
			continue
		}
		var parts []*tiles.Layer
		for i := range t.c.Districts {
			part, err := one.Shifted(int32(i%8)*(x1-x0), int32(i/8)*(y1-y0), uint64(i)<<40)
			if err != nil {
				return err
			}
			parts = append(parts, part)
		}
		all, err := tiles.Join(parts)
		if err != nil {
			return err
		}
		t.layers[l.Name], t.set = all, append(t.set, l.Name)
		bytes += all.Bytes()
		fmt.Printf("  %-14s %10d %10.1f %12d\n", l.Name, all.Len(), float64(all.Bytes())/1e6, all.Bytes()/all.Len())
	}
	columns, rows := int32(min(8, t.c.Districts)), int32((t.c.Districts+7)/8)
	t.box = tiles.Box{MinX: x0, MinY: y0, MaxX: x0 + columns*(x1-x0), MaxY: y0 + rows*(y1-y0)}
	fmt.Printf("  together %.0f MB (%.0f MB of heap), laid out in %.1f s, %.1f s of processor\n", float64(bytes)/1e6,
		float64(heapInUse()-before)/1e6, time.Since(began).Seconds(), (threadCPU() - cpu).Seconds())
	return nil
}

func heapInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// snapshots are the layers that a zoom draws.
func (t *city) snapshots(z uint8) []*tiles.Snapshot {
	var out []*tiles.Snapshot
	for _, l := range layers.Catalogue() {
		if s := t.layers[l.Name]; s != nil && z >= l.MinZoom {
			out = append(out, s)
		}
	}
	return out
}

// serve makes random tiles of all layers, and those of the lowest zooms.
func (t *city) serve() error {
	store := tiles.NewStore(0)
	b := &tileBench{rng: t.rng}
	var took []time.Duration
	made := 0
	began := threadCPU()
	for made < t.c.Tiles {
		z := b.zoom()
		x := t.box.MinX + t.rng.Int32N(t.box.MaxX-t.box.MinX)
		y := t.box.MinY + t.rng.Int32N(t.box.MaxY-t.box.MinY)
		at := time.Now()
		tile := store.Make(tiles.ID{Z: z, X: uint32(x) >> (30 - z), Y: uint32(y) >> (30 - z)}, t.snapshots(z), tiles.Gzip)
		if !tile.Empty() {
			took = append(took, time.Since(at))
			made++
		}
	}
	cpu := (threadCPU() - began).Seconds()
	slices.Sort(took)
	fmt.Printf("\n%d tiles of all layers, gzip, never asked for before, one thread: %.0f a second of processor; p50 %.2f ms, p99 %.1f ms\n",
		made, float64(made)/cpu, ms(took[made/2]), ms(took[made*99/100]))
	fmt.Printf("  %4s %8s %12s %12s\n", "zoom", "tiles", "slowest ms", "largest kB")
	for z := uint8(6); z <= 11; z++ {
		n, slowest, largest := 0, time.Duration(0), 0
		for _, id := range tiles.Covering(nil, t.box, z, z) {
			if n == 40 {
				break
			}
			at := time.Now()
			tile := store.Make(id, t.snapshots(z), tiles.Gzip)
			if tile.Empty() {
				continue
			}
			n, slowest, largest = n+1, max(slowest, time.Since(at)), max(largest, len(tile.Body))
		}
		fmt.Printf("  %4d %8d %12.1f %12.1f\n", z, n, ms(slowest), float64(largest)/1e3)
	}
	return nil
}

// heat counts all open cases of the city, and moves single ones.
func (t *city) heat(live *layers.Live) error {
	w := live.Bounds()
	n := live.Footprint().Open * t.c.Districts
	cases := make([]heat.Case, n)
	for i := range cases {
		k := t.rng.IntN(t.c.Districts)
		lon := w[0] + (float64(k%8)+0.5+0.18*t.rng.NormFloat64())*(w[2]-w[0])
		lat := w[1] + (float64(k/8)+0.5+0.18*t.rng.NormFloat64())*(w[3]-w[1])
		cell, err := heat.CellAt(lon, lat)
		if err != nil {
			return err
		}
		cases[i] = heat.Case{Cell: cell, Level: uint8(t.rng.IntN(4)), Board: uint8(t.rng.IntN(4)), Overdue: t.rng.IntN(13) == 0}
	}
	began := threadCPU()
	var trees []*heat.Tree
	for _, k := range []int{1, 5} {
		for r := 5; r <= heat.FinestResolution-2*min(1, k/5); r++ {
			trees = append(trees, heat.NewTree(cases, r, k))
		}
	}
	all := threadCPU() - began
	began = threadCPU()
	const moved = 2000
	for i := range moved {
		for _, tree := range trees {
			tree.Apply([]heat.Change{{Case: cases[i], Sign: -1}})
			tree.Apply([]heat.Change{{Case: cases[i], Sign: 1}})
		}
	}
	one := (threadCPU() - began) / (2 * moved)
	fmt.Printf("\nheat over %d open cases, %d maps (resolutions 5–11, as it is and merged below 5): %.2f s of processor anew, %.3f ms a case that comes or goes\n",
		n, len(trees), all.Seconds(), one.Seconds()*1e3)
	return nil
}
