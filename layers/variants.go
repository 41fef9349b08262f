package layers

import (
	"fmt"
	"sync"
	"time"

	"github.com/paulmach/orb"

	"gridmap/layers/heat"
	"gridmap/tiles"
)

// variants makes the layers cases and heat under filters. Two are tracked, that
// is kept up to date and their tiles cached: the heat of all open cases as it
// is, and as the wall may see it. The others are made when asked for.
type variants struct {
	live       *Live
	mu         sync.RWMutex
	tracked    map[int][]trackedHeat // by k; entry r is resolution firstResolution + r
	boundaries sync.Map              // heat.Cell → orb.Polygon
	breaksAt   time.Time
}

const firstResolution = 5 // the coarsest that any zoom draws

type trackedHeat struct {
	cells    heat.Map
	breaks   [heat.Classes - 1]int
	snapshot *tiles.Snapshot
}

// mergedResolution is the finest for those who may not see small numbers: finer
// cells would nearly all be merged back.
const mergedResolution = 9

// resolutionAt is the resolution drawn at a zoom for a threshold k.
func resolutionAt(zoom uint8, k int) int {
	if r := heat.ResolutionAt(zoom); k <= 1 || r < mergedResolution {
		return r
	}
	return mergedResolution
}

// breaksHold is how long the classes of the tracked heat stay as they are: with
// every case they would shift a little, and with them every tile.
const breaksHold = 15 * time.Minute

func newVariants(l *Live) *variants { return &variants{live: l, tracked: map[int][]trackedHeat{}} }

// ks are the tracked thresholds: none, and the wall's.
func (v *variants) ks() [2]int { return [2]int{1, v.live.opts.K} }

func (v *variants) openCases(k int, f *Filter) []heat.Case {
	b := v.live.book
	b.mu.RLock()
	defer b.mu.RUnlock()
	out := make([]heat.Case, 0, len(b.open))
	for _, c := range b.open {
		if k > 1 && c.Sensitive {
			continue
		}
		if f != nil && (!within(c.Community, f.Scope) || !f.matches(&c.heat)) {
			continue
		}
		out = append(out, c.heat)
	}
	return out
}

// rebuildTracked makes the tracked heat anew, with new classes.
func (v *variants) rebuildTracked() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, k := range v.ks() {
		cases := v.openCases(k, nil)
		list := make([]trackedHeat, 0, heat.FinestResolution-firstResolution+1)
		for r := firstResolution; r <= resolutionAt(tiles.MaxZoom, k); r++ {
			m := heat.Collect(cases, r, k)
			t := trackedHeat{cells: m, breaks: m.Breaks()}
			s, err := v.layer(m, t.breaks)
			if err != nil {
				return err
			}
			t.snapshot = s
			list = append(list, t)
		}
		v.tracked[k] = list
	}
	v.breaksAt = v.live.opts.Now()
	v.live.heatEpoch.Add(1)
	return nil
}

// namedAtMost bounds the tiles of heat that one event names. A cell that was
// merged into a large parent covers millions of tiles at the highest zoom.
const namedAtMost = 512

// updateTracked brings the tracked heat to the state of the book and returns
// the tiles that changed, or that all are to be taken as changed.
func (v *variants) updateTracked() (dirty []tiles.ID, all bool, err error) {
	if v.live.opts.Now().Sub(v.breaksAt) > breaksHold {
		return nil, true, v.rebuildTracked()
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	count := 0
	for _, k := range v.ks() {
		cases := v.openCases(k, nil)
		for i := range v.tracked[k] {
			t := &v.tracked[k][i]
			next := heat.Collect(cases, t.cells.Resolution, k)
			changed := heat.Changed(t.cells, next)
			if len(changed) == 0 {
				continue
			}
			touched, err := v.step(t, next, changed)
			if err != nil {
				return nil, false, err
			}
			for z := uint8(6); z <= tiles.MaxZoom; z++ {
				if resolutionAt(z, k) != next.Resolution {
					continue
				}
				for _, b := range touched {
					if count += tiles.CountCovering(b, z); count <= namedAtMost {
						dirty = tiles.Covering(dirty, b, z, z)
					}
				}
			}
		}
	}
	v.live.heatEpoch.Add(1)
	return dirty, count > namedAtMost, nil
}

// step moves one tracked map on and returns the boxes of the changed cells.
func (v *variants) step(t *trackedHeat, next heat.Map, changed []heat.Cell) ([]tiles.Box, error) {
	var features []tiles.Feature
	var removed []uint64
	var touched []tiles.Box
	for _, c := range changed {
		outline, err := v.outline(c)
		if err != nil {
			return nil, err
		}
		touched = append(touched, tiles.WorldBox(outline.Bound()))
		n, ok := next.Cells[c]
		if !ok {
			removed = append(removed, c.ID())
			continue
		}
		features = append(features, heatFeature(c, &n, outline, next.Resolution, t.breaks))
	}
	s, err := t.snapshot.With(features, removed)
	if err != nil {
		return nil, err
	}
	t.cells, t.snapshot = next, s
	return touched, nil
}

func (v *variants) outline(c heat.Cell) (orb.Polygon, error) {
	if p, ok := v.boundaries.Load(c); ok {
		outline, _ := p.(orb.Polygon)
		return outline, nil
	}
	b, err := c.Boundary()
	if err != nil {
		return nil, err
	}
	ring := make(orb.Ring, 0, len(b)+1)
	for _, p := range b {
		ring = append(ring, orb.Point(p))
	}
	p := orb.Polygon{append(ring, ring[0])}
	v.boundaries.Store(c, p)
	return p, nil
}

func heatFeature(c heat.Cell, n *heat.Count, outline orb.Polygon, resolution int, breaks [heat.Classes - 1]int) tiles.Feature {
	values := []tiles.Value{tiles.String(c.String()), tiles.Int(int64(n.Cases)), tiles.Int(int64(n.Overdue)),
		tiles.Float(float64(n.Overdue*1000/max(1, n.Cases)) / 1000)}
	for _, x := range n.Level {
		values = append(values, tiles.Int(int64(x)))
	}
	for _, x := range n.Board {
		values = append(values, tiles.Int(int64(x)))
	}
	values = append(values, tiles.Int(int64(heat.Class(breaks, n.Cases))), tiles.Bool(c.Resolution() < resolution))
	// Merged cells are large: they come first in importance, so that the tile
	// keeps them, and are drawn below by the style (merged = true).
	return tiles.Feature{ID: c.ID(), Geometry: outline, Values: values, Importance: float32(n.Cases)}
}

func (v *variants) layer(m heat.Map, breaks [heat.Classes - 1]int) (*tiles.Snapshot, error) {
	features := make([]tiles.Feature, 0, len(m.Cells))
	for c, n := range m.Cells {
		outline, err := v.outline(c)
		if err != nil {
			return nil, err
		}
		features = append(features, heatFeature(c, &n, outline, m.Resolution, breaks))
	}
	sortFeatures(features)
	i := indexOf(v.live.catalogue, Heat)
	l, err := tiles.NewLayer(Heat, v.live.catalogue[i].keys(), features)
	if err != nil {
		return nil, fmt.Errorf("lay out the heat: %w", err)
	}
	return tiles.NewSnapshot(l), nil
}
