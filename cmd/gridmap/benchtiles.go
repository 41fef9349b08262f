package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime"
	"strings"
	"time"

	"gridmap/data"
	"gridmap/layers"
	"gridmap/tiles"
)

type benchTilesCommand struct {
	Seed         uint64   `default:"1" help:"The same seed asks for the same tiles."`
	Tiles        int      `default:"300" help:"Tiles for each number of requests at once."`
	Against      []string `help:"Another tile server to put beside ours: a URL with {layer}, {z}, {x} and {y}." placeholder:"URL" sep:"none"`
	AgainstLayer string   `help:"What stands for {layer} there; our layers, comma-separated, without it." placeholder:"NAME"`
	Only         []string `help:"Parts to run: encoder, pyramid, change, narrowed, first, repeated." enum:"encoder,pyramid,change,narrowed,first,repeated"`
}

// tileBench is one run.
type tileBench struct {
	c       *benchTilesCommand
	s       *store
	live    *layers.Live
	handler http.Handler // the whole of our server on live
	token   string
	rng     *rand.Rand
	scope   string
	cpu     *clusterCPU
}

// Run measures and prints.
func (c *benchTilesCommand) Run(ctx context.Context, d *database, _ *slog.Logger) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	s, err := d.open(ctx, log)
	if err != nil {
		return err
	}
	defer s.close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	fmt.Printf("%s %s/%s, %d processors, %s, seed %d\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0),
		time.Now().Format(time.DateOnly), c.Seed)
	b := &tileBench{c: c, s: s, rng: rand.New(rand.NewPCG(c.Seed, 2))}
	if b.live, b.handler, b.token, err = benchedServer(ctx, s, log); err != nil {
		return err
	}
	if b.scope, _, err = data.DistrictOf(ctx, s.pool); err != nil {
		return err
	}
	if b.cpu, err = newClusterCPU(ctx, s.pool); err != nil {
		return err
	}
	printFootprint(b.live)
	for _, part := range []struct {
		name string
		run  func(context.Context) error
	}{{"encoder", b.encoder}, {"pyramid", b.pyramid}, {"change", b.change}, {"narrowed", b.narrowed}, {"first", b.first}, {"repeated", b.repeated}} {
		if len(c.Only) == 0 || strings.Contains(strings.Join(c.Only, ","), part.name) {
			if err := part.run(ctx); err != nil {
				return fmt.Errorf("%s: %w", part.name, err)
			}
		}
	}
	return nil
}

// benchSets are the sets of layers that are measured; the last is all together.
func benchSets() [][]string {
	return [][]string{{"buildings"}, {"grids"}, {"cases"}, {"heat"},
		{"land", "water", "roads", "communities", "grids", "buildings", "cases", "heat"}}
}

func allTogether() []string { return benchSets()[len(benchSets())-1] }

func setTitle(set []string) string {
	if len(set) == 1 {
		return set[0]
	}
	return "all together"
}

// zoomWeights are how often a zoom is asked for, in percent: most between 12 and
// 16, as screens do.
func zoomWeights() map[uint8]int {
	return map[uint8]int{10: 1, 11: 3, 12: 10, 13: 18, 14: 22, 15: 22, 16: 16, 17: 5, 18: 3}
}

// pick chooses n different tiles in which the first set has something, by the
// weights of their zooms. Where a zoom has no more, the next higher gives.
func (b *tileBench) pick(set []string, n int) ([]tiles.ID, error) {
	left := map[uint8][]tiles.ID{}
	var out []tiles.ID
	for len(out) < n {
		z := b.zoom()
		for ; z <= tiles.MaxZoom; z++ {
			if left[z] == nil {
				all, err := b.filled(set, z)
				if err != nil {
					return nil, err
				}
				b.rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
				left[z] = append(make([]tiles.ID, 0, len(all)), all...)
			}
			if k := len(left[z]); k > 0 {
				out = append(out, left[z][k-1])
				left[z] = left[z][:k-1]
				break
			}
		}
		if z > tiles.MaxZoom {
			return out, fmt.Errorf("only %d tiles have anything of %v in them", len(out), set)
		}
	}
	return out, nil
}

func (b *tileBench) zoom() uint8 {
	at := b.rng.IntN(100)
	for z := uint8(10); z < tiles.MaxZoom; z++ {
		if at -= zoomWeights()[z]; at < 0 {
			return z
		}
	}
	return tiles.MaxZoom
}

// filled lists the tiles of a zoom under the district in which something of the
// set is drawn.
func (b *tileBench) filled(set []string, z uint8) ([]tiles.ID, error) {
	snaps, err := b.live.Snapshots(set)
	if err != nil {
		return nil, err
	}
	use := b.live.AtZoom(set, snaps, z)
	var e tiles.Encoder
	var buf []byte
	var out []tiles.ID
	for _, id := range tiles.Covering(nil, b.district(), z, z) {
		if buf, _ = e.Encode(buf[:0], id, use, 0); len(buf) > 0 {
			out = append(out, id)
		}
	}
	return out, nil
}

func (b *tileBench) district() tiles.Box {
	w := b.live.Bounds()
	x0, y0 := tiles.World(w[0], w[3])
	x1, y1 := tiles.World(w[2], w[1])
	return tiles.Box{MinX: x0, MinY: y0, MaxX: x1, MaxY: y1}
}
