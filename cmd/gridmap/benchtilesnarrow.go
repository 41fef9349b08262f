package main

import (
	"context"
	"fmt"
	"time"

	"gridmap/data"
	"gridmap/layers"
	"gridmap/tiles"
)

// narrowedView is one of somebody who does not see all cases that are open.
type narrowedView struct {
	who  string
	set  []string
	view layers.View
}

func (b *tileBench) narrowedViews(town string) []narrowedView {
	everything := layers.Filter{Scope: b.scope}
	filtered, past := everything, everything
	filtered.Levels = []string{"town", "district"}
	past.At = time.Now().AddDate(0, -1, 0)
	return []narrowedView{
		{"a town", []string{"cases", "heat"}, layers.View{Filter: layers.Filter{Scope: town}}},
		{"a wall's filter", []string{"heat"}, layers.View{Filter: filtered, Merge: true}},
		{"a month ago", []string{"heat"}, layers.View{Filter: past}},
	}
}

// narrowed measures tiles of those who do not see all cases, which are not kept, and
// beside them the same with the layers that they are cut from made for each tile.
func (b *tileBench) narrowed(ctx context.Context) error {
	towns, err := data.Divisions(ctx, b.s.pool, data.DivisionFilter{ParentCode: b.scope})
	if err != nil || len(towns) == 0 {
		return err
	}
	ids, err := b.pick([]string{"heat"}, 200)
	if err != nil {
		return err
	}
	fmt.Printf("\ntiles for those who do not see all, %d each, gzip, µs of processor\n  %-16s %12s %12s %8s\n", len(ids), "who", "ours", "each anew", "ratio")
	n := float64(len(ids))
	for _, v := range b.narrowedViews(towns[0].Code) {
		ours, err := b.cut(ctx, v, ids, b.live.Forget, func() {})
		if err != nil {
			return err
		}
		anew, err := b.cut(ctx, v, ids, func() {}, b.live.Forget)
		if err != nil {
			return err
		}
		fmt.Printf("  %-16s %12.0f %12.0f %7.1f×\n", v.who, 1e3*ms(ours)/n, 1e3*ms(anew)/n, float64(anew)/float64(ours))
	}
	return nil
}

// cut asks for tiles, and says how much of the processor they took together.
func (b *tileBench) cut(ctx context.Context, v narrowedView, ids []tiles.ID, before, each func()) (time.Duration, error) {
	which, err := layers.Find(v.set)
	if err != nil {
		return 0, err
	}
	before()
	began := threadCPU()
	for _, id := range ids {
		each()
		if _, _, err := b.live.Tile(ctx, id, which, v.view, tiles.Gzip); err != nil {
			return 0, err
		}
	}
	return threadCPU() - began, nil
}
