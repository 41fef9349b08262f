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
	tracked    [heatVariants][]trackedHeat // entry r is resolution firstResolution + r; under Live.mu
	boundaries sync.Map                    // heat.Cell → orb.Polygon
	breaksAt   time.Time
	behind     bool // what readers see is older than what is tracked
}

// The tracked variants of the heat.
const (
	heatWhole    = iota // for those who may see all
	heatMerged          // for the wall: small cells merged, sensitive cases left out
	heatVariants        // how many there are
)

// MergedMaxZoom is the highest zoom at which the merged heat is worth asking for:
// its finest cells are drawn there, and higher zooms would show the same. It bounds
// the tiles that one changed cell touches, for a merged one may be kilometres wide.
const MergedMaxZoom = 13

// heatMask is the bit of a variant of the heat in masks of layers.
func heatMask(variant int) uint64 { return 1 << (60 + variant) }

const firstResolution = 5 // the coarsest that any zoom draws

type trackedHeat struct {
	tree     *heat.Tree
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

func newVariants(l *Live) *variants { return &variants{live: l} }

// k is the fewest cases that a variant's cells show.
func (v *variants) k(variant int) int {
	if variant == heatMerged {
		return v.live.opts.K
	}
	return 1
}

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
	for variant := range v.tracked {
		k := v.k(variant)
		cases := v.openCases(k, nil)
		list := make([]trackedHeat, 0, heat.FinestResolution-firstResolution+1)
		for r := firstResolution; r <= resolutionAt(tiles.MaxZoom, k); r++ {
			t := trackedHeat{tree: heat.NewTree(cases, r, k)}
			t.breaks = t.tree.Breaks()
			s, err := v.layer(t.tree.Map, t.breaks)
			if err != nil {
				return err
			}
			t.snapshot = s
			list = append(list, t)
		}
		v.tracked[variant] = list
	}
	v.breaksAt, v.behind = v.live.opts.Now(), false
	v.show()
	return nil
}

// show puts the tracked heat into the batch under way.
func (v *variants) show() {
	b := v.live.next()
	for variant, list := range v.tracked {
		b.heat[variant] = make([]*tiles.Snapshot, len(list))
		for i := range list {
			b.heat[variant][i] = list[i].snapshot
		}
	}
	b.epochs[indexOf(v.live.catalogue, Heat)]++
}

// staleBreaks says whether the classes have been held long enough and would be
// others now.
func (v *variants) staleBreaks() bool {
	if v.live.opts.Now().Sub(v.breaksAt) <= breaksHold {
		return false
	}
	v.breaksAt = v.live.opts.Now()
	for _, list := range v.tracked {
		for i := range list {
			if list[i].tree.Breaks() != list[i].breaks {
				return true
			}
		}
	}
	return false
}

// heatChange is an open case that comes into the book (sign 1) or leaves it (-1).
type heatChange struct {
	of   *Case
	sign int
}

// namedAtMost bounds the tiles of heat that one event names: beyond it, all are
// taken as changed.
const namedAtMost = 512

// heatDirt are the tiles of one variant that changed; all: take every one as
// changed.
type heatDirt struct {
	ids []tiles.ID
	all bool
}

// updateTracked brings the tracked heat to the state of the book, at the price of
// what changed, and returns the tiles that changed.
func (v *variants) updateTracked(changes []heatChange) (dirty [heatVariants]heatDirt, err error) {
	if v.behind || v.staleBreaks() {
		for variant := range dirty {
			dirty[variant].all = true
		}
		return dirty, v.rebuildTracked()
	}
	v.behind = true // until the end is reached
	for variant := range v.tracked {
		var seen []heat.Change
		for _, c := range changes {
			if variant == heatWhole || !c.of.Sensitive {
				seen = append(seen, heat.Change{Case: c.of.heat, Sign: c.sign})
			}
		}
		if len(seen) == 0 {
			continue
		}
		for i := range v.tracked[variant] {
			if err := v.step(&v.tracked[variant][i], variant, seen, &dirty[variant]); err != nil {
				return dirty, err
			}
		}
	}
	v.behind = false
	v.show()
	return dirty, nil
}

// step moves one tracked map on and notes the tiles that it changed.
func (v *variants) step(t *trackedHeat, variant int, changes []heat.Change, dirty *heatDirt) error {
	changed := t.tree.Apply(changes)
	if len(changed) == 0 {
		return nil
	}
	var features []tiles.Feature
	var removed []uint64
	for _, c := range changed {
		outline, err := v.outline(c)
		if err != nil {
			return err
		}
		v.touch(tiles.WorldBox(outline.Bound()), t.tree.Resolution, variant, dirty)
		n, ok := t.tree.Cells[c]
		if !ok {
			removed = append(removed, c.ID())
			continue
		}
		features = append(features, heatFeature(c, &n, outline, t.tree.Resolution, t.breaks))
	}
	s, err := t.snapshot.With(features, removed)
	if err != nil {
		return err
	}
	t.snapshot = s
	return nil
}

// touch notes the tiles under a box at the zooms that draw a resolution.
func (v *variants) touch(box tiles.Box, resolution, variant int, dirty *heatDirt) {
	last := uint8(tiles.MaxZoom)
	if variant == heatMerged {
		last = MergedMaxZoom
	}
	for z := uint8(6); z <= last && !dirty.all; z++ {
		if resolutionAt(z, v.k(variant)) != resolution {
			continue
		}
		if dirty.all = len(dirty.ids)+tiles.CountCovering(box, z) > namedAtMost; !dirty.all {
			dirty.ids = tiles.Covering(dirty.ids, box, z, z)
		}
	}
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
