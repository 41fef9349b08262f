package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"time"

	"gridmap/data"
	"gridmap/layers"
	"gridmap/tiles"
)

// change opens cases one by one, and counts which of the kept tiles of the whole
// district go with each.
func (b *tileBench) change(ctx context.Context) error {
	places, err := data.SamplePlaces(ctx, b.s.pool, 20)
	if err != nil {
		return err
	}
	types, err := data.CaseTypeCodes(ctx, b.s.pool)
	if err != nil || len(types) == 0 || len(places) == 0 {
		return err
	}
	server := httptest.NewServer(b.handler)
	defer server.Close()
	if err := b.fill(ctx, b.district()); err != nil {
		return err
	}
	kept := b.live.Footprint().Tiles.Tiles
	var gone []int
	var took []time.Duration
	for i, p := range places {
		before, cpu := b.live.Footprint().Tiles.Tiles, threadCPU()
		if err := openCase(http.DefaultClient, server.URL, b.token, types[0], p, fmt.Sprintf("bench-%d-%d", time.Now().UnixNano(), i)); err != nil {
			return err
		}
		took = append(took, threadCPU()-cpu)
		gone = append(gone, before-b.live.Footprint().Tiles.Tiles)
		const around = 1 << 18 // world units, some kilometres
		x, y := tiles.World(p.Lon, p.Lat)
		if err := b.fill(ctx, tiles.Box{MinX: x - around, MinY: y - around, MaxX: x + around, MaxY: y + around}); err != nil {
			return err
		}
	}
	slices.Sort(gone)
	slices.Sort(took)
	n := len(gone)
	fmt.Printf("\none case opened, %d tiles of all layers kept, zooms 10–18: tiles made again p50 %d, most %d; "+
		"processor time of the program, request included, p50 %.2f ms\n", kept, gone[n/2], gone[n-1], ms(took[n/2]))
	return nil
}

// fill asks for all tiles of a box that are not kept.
func (b *tileBench) fill(ctx context.Context, box tiles.Box) error {
	which, err := layers.Find(allTogether())
	if err != nil {
		return err
	}
	view := layers.View{Filter: layers.Filter{Scope: b.scope}}
	for _, id := range tiles.Covering(nil, box, 10, tiles.MaxZoom) {
		if _, _, err := b.live.Tile(ctx, id, which, view, tiles.Gzip); err != nil {
			return err
		}
	}
	return nil
}
