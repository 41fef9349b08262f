package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"gridmap/tiles"
)

// encoder compares processor time per tile, uncompressed on both sides.
func (b *tileBench) encoder(ctx context.Context) error {
	fmt.Printf("\nencoder: processor time per tile, every feature, uncompressed, one thread, weighted to zooms 12–16\n")
	fmt.Printf("  %-14s %6s %12s %12s %8s %12s %12s\n", "layers", "tiles", "ours, µs", "ST_AsMVT, µs", "ratio", "our bytes", "its bytes")
	oracle, err := newOracle(ctx, b.s.pool)
	if err != nil {
		return err
	}
	defer oracle.close()
	for _, set := range benchSets() {
		list, err := b.pick(set[len(set)-1:], b.c.Tiles)
		if err != nil {
			return err
		}
		snaps, err := b.live.Snapshots(set)
		if err != nil {
			return err
		}
		ours, bytes := b.encodeAll(set, snaps, list)
		theirs, theirBytes, err := oracle.cpu(ctx, set, list)
		if err != nil {
			return err
		}
		n := float64(len(list))
		fmt.Printf("  %-14s %6d %12.1f %12.1f %7.1f× %12.0f %12.0f\n", setTitle(set), len(list), ours.Seconds()*1e6/n,
			theirs.Seconds()*1e6/n, theirs.Seconds()/ours.Seconds(), float64(bytes)/n, float64(theirBytes)/n)
	}
	return nil
}

// encodeAll encodes every tile of the list some times over and returns the
// processor time of one round, and the bytes.
func (b *tileBench) encodeAll(set []string, snaps []*tiles.Snapshot, list []tiles.ID) (time.Duration, int) {
	var e tiles.Encoder
	const rounds = 5
	var buf []byte
	bytes := 0
	run := func() {
		bytes = 0
		for _, id := range list {
			buf, _ = e.Encode(buf[:0], id, b.live.AtZoom(set, snaps, id.Z), 0)
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

// pyramid makes and compresses every tile of the district from zoom 10 to 18.
func (b *tileBench) pyramid(context.Context) error {
	snaps, err := b.live.Snapshots(allTogether())
	if err != nil {
		return err
	}
	store := tiles.NewStore(1 << 30)
	runtime.GC()
	fmt.Printf("\nthe whole pyramid of the district, all layers, gzip, one thread\n  %4s %8s %8s %10s %12s\n", "zoom", "tiles", "CPU s", "MB", "largest kB")
	sumTiles, sumBytes, most := 0, 0, 0
	whole := threadCPU()
	for z := uint8(10); z <= tiles.MaxZoom; z++ {
		use := b.live.AtZoom(allTogether(), snaps, z)
		n, bytes, largest, began := 0, 0, 0, threadCPU()
		for _, id := range tiles.Covering(nil, b.district(), z, z) {
			if t := store.Make(id, use, tiles.Gzip); !t.Empty() {
				n, bytes, largest = n+1, bytes+len(t.Body), max(largest, len(t.Body))
			}
		}
		fmt.Printf("  %4d %8d %8.2f %10.1f %12.1f\n", z, n, (threadCPU() - began).Seconds(), float64(bytes)/1e6, float64(largest)/1e3)
		sumTiles, sumBytes, most = sumTiles+n, sumBytes+bytes, max(most, largest)
	}
	fmt.Printf("  %4s %8d %8.2f %10.1f %12.1f\n", "all", sumTiles, (threadCPU() - whole).Seconds(), float64(sumBytes)/1e6, float64(most)/1e3)
	return nil
}
