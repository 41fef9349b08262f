package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"gridmap/api"
	"gridmap/data"
	"gridmap/layers"
	"gridmap/tiles"
	"gridmap/tiles/archive"
)

// exportCommand groups what goes out as files.
type exportCommand struct {
	PMTiles exportPMTilesCommand `cmd:"" name:"pmtiles" help:"Write tiles into a PMTiles archive; gridmap serve --archive shows a wall from it."`
	MBTiles exportMBTilesCommand `cmd:"" name:"mbtiles" help:"Write tiles into an MBTiles archive."`
}

// exportTiles is what both have in common.
type exportTiles struct {
	File    string   `arg:"" type:"path" help:"Archive to write."`
	Layers  []string `help:"Layers; all but single cases without it." placeholder:"NAME,…"`
	At      string   `help:"A past day (its end) or moment, for grids, micro-grids, labels and heat; now without it." placeholder:"DATE"`
	Whole   bool     `help:"Heat with small numbers and sensitive cases, as operators see it; merged, as the wall sees it, without it."`
	MinZoom uint8    `default:"6" help:"Lowest zoom."`
	MaxZoom uint8    `default:"18" help:"Highest zoom."`
}

type exportPMTilesCommand struct {
	exportTiles
	Encoding string `default:"gzip" enum:"gzip,br,zstd" help:"Compression of the tiles: gzip is what every reader knows."`
}

type exportMBTilesCommand struct{ exportTiles }

// Run writes the archive.
func (c *exportPMTilesCommand) Run(ctx context.Context, d *database, _ *slog.Logger) error {
	return c.write(ctx, d, archive.NewPMTiles, tiles.Encoding(c.Encoding))
}

// Run writes the archive.
func (c *exportMBTilesCommand) Run(ctx context.Context, d *database, _ *slog.Logger) error {
	return c.write(ctx, d, archive.NewMBTiles, tiles.Gzip)
}

func (c *exportTiles) write(ctx context.Context, d *database, begin func(string) (archive.Writer, error), enc tiles.Encoding) error {
	at, err := c.moment()
	if err != nil {
		return err
	}
	which, err := c.which()
	if err != nil {
		return err
	}
	if c.MinZoom > c.MaxZoom || c.MaxZoom > tiles.MaxZoom {
		return fmt.Errorf("--min-zoom %d and --max-zoom %d are no range within 0 to %d", c.MinZoom, c.MaxZoom, tiles.MaxZoom)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	s, err := d.open(ctx, log)
	if err != nil {
		return err
	}
	defer s.close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	live, handler, _, err := wallServer(ctx, s, log)
	if err != nil {
		return err
	}
	district, _, err := data.DistrictOf(ctx, s.pool)
	if err != nil {
		return err
	}
	said, err := api.Record(ctx, handler, district, at)
	if err != nil {
		return err
	}
	view := layers.View{Merge: !c.Whole, Filter: layers.Filter{Scope: district, At: at}}
	e := &exporting{frozen: live.Freeze(which, view), enc: enc, bar: newProgress(os.Stderr)}
	began, cpu := time.Now(), threadCPU()
	if err := e.write(ctx, live, begin, c.File, c.MinZoom, c.MaxZoom, archiveMetadata(which, c.MaxZoom, e.frozen.Version(), said)); err != nil {
		return err
	}
	fmt.Printf("%s: %d tiles, %.1f MB, in %.1f s (%.1f s of processor)\n", filepath.Base(c.File), e.tiles, float64(e.bytes)/1e6,
		time.Since(began).Seconds(), (threadCPU() - cpu).Seconds())
	return nil
}

func (c *exportTiles) moment() (time.Time, error) {
	if c.At == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, c.At)
	if err != nil {
		if at, err = time.ParseInLocation(time.DateOnly, c.At, data.LocalZone()); err != nil {
			return at, fmt.Errorf("--at %q is neither a day (2026-03-02) nor a time (2026-03-02T08:00:00+08:00)", c.At)
		}
		at = at.AddDate(0, 0, 1).Add(-time.Microsecond)
	}
	if at.After(time.Now()) {
		return time.Time{}, nil // the end of today is now
	}
	return at, nil
}

// which are the layers asked for.
func (c *exportTiles) which() ([]int, error) {
	names := c.Layers
	if len(names) == 0 {
		for _, l := range layers.Catalogue() {
			if l.Name != layers.Cases {
				names = append(names, l.Name)
			}
		}
	}
	return layers.Find(names)
}

// exporting writes every tile of a frozen state.
type exporting struct {
	frozen *layers.Frozen
	enc    tiles.Encoding
	bar    *progress
	pause  func() // after some tiles; nil: none
	out    archive.Writer
	store  *tiles.Store
	tiles  int
	bytes  int64
}

// write makes a whole archive, or none.
func (e *exporting) write(ctx context.Context, live *layers.Live, begin func(string) (archive.Writer, error), file string, from, to uint8, about map[string]any) error {
	meta, err := json.Marshal(about)
	if err != nil {
		return fmt.Errorf("describe the archive: %w", err)
	}
	if e.out, err = begin(file); err != nil {
		return err
	}
	e.store = tiles.NewStore(0)
	if err := e.run(ctx, live, from, to); err != nil {
		e.out.Abandon()
		return err
	}
	return e.out.Close(archive.Info{MinZoom: from, MaxZoom: to, Bounds: live.Bounds(), Encoding: e.enc, Metadata: meta})
}

func (e *exporting) run(ctx context.Context, live *layers.Live, from, to uint8) error {
	w := live.Bounds()
	x0, y0 := tiles.World(w[0], w[3])
	x1, y1 := tiles.World(w[2], w[1])
	district := tiles.Box{MinX: x0, MinY: y0, MaxX: x1, MaxY: y1}
	for z := from; z <= to; z++ {
		box := district
		if z <= layers.MergedMaxZoom { // merged cells of the heat reach beyond the border
			snaps, err := e.frozen.Layers(ctx, z)
			if err != nil {
				return err
			}
			for _, s := range snaps {
				box = box.Union(s.Extent())
			}
		}
		list := tiles.Covering(nil, box, z, z)
		slices.SortFunc(list, func(a, b tiles.ID) int {
			if archive.Number(a) < archive.Number(b) {
				return -1
			}
			return 1
		})
		if err := e.zoom(ctx, list, z); err != nil {
			return err
		}
	}
	e.bar.done()
	return nil
}

// zoom makes the tiles of one zoom, in the order of the list.
func (e *exporting) zoom(ctx context.Context, list []tiles.ID, z uint8) error {
	snaps, err := e.frozen.Layers(ctx, z)
	if err != nil {
		return err
	}
	for i, id := range list {
		if i%512 == 0 {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			e.bar.step(fmt.Sprintf("zoom %d", z), i, len(list))
			if e.pause != nil {
				e.pause()
			}
		}
		t := e.store.Make(id, snaps, e.enc)
		if t.Empty() {
			continue
		}
		e.tiles++
		e.bytes += int64(len(t.Body))
		if err := e.out.Add(id, t.Body); err != nil {
			return err
		}
	}
	e.bar.step(fmt.Sprintf("zoom %d", z), len(list), len(list))
	return nil
}
