package layers

import (
	"context"
	"sync"
	"time"

	"gridmap/data"
	"gridmap/tiles"
)

// pastHolds is how many layers of past versions are kept; beyond it, the one
// that was asked for longest ago makes room. A layer of a district's grids takes
// a few megabytes.
const pastHolds = 12

// past keeps layers as they were in versions of the map that are no more. What
// was cannot change, so they stay right for ever.
type past struct {
	mu     sync.Mutex
	layers map[pastKey]*pastLayer
	turn   int64
}

type pastKey struct {
	layer   int
	version int64
}

type pastLayer struct {
	once     sync.Mutex // held while it is read, so that it is read once
	snapshot *tiles.Snapshot
	used     int64
}

func newPast() *past { return &past{layers: map[pastKey]*pastLayer{}} }

// find returns the place of a layer, empty at first.
func (p *past) find(k pastKey) *pastLayer {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.layers[k]
	if e == nil {
		for len(p.layers) >= pastHolds {
			oldest := k
			for o, l := range p.layers {
				if oldest == k || l.used < p.layers[oldest].used {
					oldest = o
				}
			}
			delete(p.layers, oldest)
		}
		e = &pastLayer{}
		p.layers[k] = e
	}
	p.turn++
	e.used = p.turn
	return e
}

// pastSnapshot is a layer as it was in a version of the map, at a moment of it.
func (l *Live) pastSnapshot(ctx context.Context, i int, version int64, at time.Time) (*tiles.Snapshot, error) {
	e := l.past.find(pastKey{i, version})
	e.once.Lock()
	defer e.once.Unlock()
	if e.snapshot != nil {
		return e.snapshot, nil
	}
	var features []tiles.Feature
	err := data.At(ctx, l.pool, func(m data.Moment) error {
		return m.MapRowsAt(ctx, l.catalogue[i].Name, at, func(r *data.MapRow) error {
			f, err := l.feature(i, r)
			features = append(features, f)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	e.snapshot, err = l.packed(i, features)
	return e.snapshot, err
}
