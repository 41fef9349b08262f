package layers

import (
	"time"

	"gridmap/data"
	"gridmap/tiles"
)

// mapState is everything that a tile is made of. Readers take it whole,
// so that no two layers of a tile, and no two tiles, are of different states; it
// is never changed, only replaced.
type mapState struct {
	snaps    []*tiles.Snapshot               // by layer; nil: not loaded
	epochs   []uint64                        // by layer: one more with each change
	versions []data.Enactment                // of the map, newest first
	heat     [heatVariants][]*tiles.Snapshot // by resolution from firstResolution on
}

// version of the map that is in force; zero: none yet.
func (s *mapState) version() int64 {
	if len(s.versions) == 0 {
		return 0
	}
	return s.versions[0].Version
}

// versionAt is the version that held at a moment; a zero moment is now.
func (s *mapState) versionAt(at time.Time) int64 {
	if at.IsZero() {
		return s.version()
	}
	for _, v := range s.versions {
		if !v.At.After(at) {
			return v.Version
		}
	}
	return 0
}

// heatAt is a tracked variant of the heat at a resolution; nil before the load.
func (s *mapState) heatAt(variant, resolution int) *tiles.Snapshot {
	if i := resolution - firstResolution; i >= 0 && i < len(s.heat[variant]) {
		return s.heat[variant][i]
	}
	return nil
}

// batch is the state that is being made; one batch is made at a time, under
// Live.mu.
type batch struct {
	mapState
	dirty []dirtyTiles
}

// dirtyTiles are to be forgotten once the batch is what readers see; no ids: all
// of the layers.
type dirtyTiles struct {
	layers uint64
	ids    []tiles.ID
}

// next is the batch under way, begun from the present state.
func (l *Live) next() *batch {
	if l.making == nil {
		now := l.state.Load()
		l.making = &batch{mapState: mapState{
			snaps: append([]*tiles.Snapshot(nil), now.snaps...), epochs: append([]uint64(nil), now.epochs...),
			versions: now.versions, heat: now.heat}}
	}
	return l.making
}

// publish puts a layer into the batch.
func (l *Live) publish(i int, s *tiles.Snapshot) {
	b := l.next()
	b.snaps[i] = s
	b.epochs[i]++
}

// commit shows the batch to readers, and then forgets the tiles that it changed:
// a tile that is made in between is made of the new state.
func (l *Live) commit() {
	b := l.making
	if b == nil {
		return
	}
	l.making = nil
	published := b.version() != l.state.Load().version()
	l.state.Store(&b.mapState)
	for _, d := range b.dirty {
		if d.ids == nil {
			l.ahead.forgotten(l.store.DropLayers(d.layers), published)
		} else {
			l.store.Drop(d.layers, d.ids)
		}
	}
}

// abandon forgets the batch. What is tracked of the heat may be ahead of it.
func (l *Live) abandon() { l.making, l.variants.behind = nil, true }

// Version of the map that is in force.
func (l *Live) Version() int64 { return l.state.Load().version() }

// VersionAt is the version that held at a moment; a zero moment is now.
func (l *Live) VersionAt(at time.Time) int64 { return l.state.Load().versionAt(at) }
