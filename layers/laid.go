package layers

import (
	"fmt"
	"hash/maphash"

	"github.com/paulmach/orb"

	"gridmap/tiles"
)

// Names of the layers that are not read from tables: a service computes them and
// lays them.
const (
	Inundation = "inundation"
	Evacuation = "evacuation"
)

// Laid is a feature that a service computed. Values are those of the catalogue's
// fields, in their order: string, int64, float64, bool or nil.
type Laid struct {
	ID         int64
	Geometry   orb.Geometry // EPSG:4490
	Values     []any
	Importance float64
}

// EvacuationChange says which parts of an evacuation's state are new.
type EvacuationChange struct {
	ID      int64
	Version int64    // of its state
	What    []string // water, plan, orders, rollcall
}

// Lay replaces whole layers by what a service computed, in one step, and tells the
// readers which tiles changed; note goes to them with it, and may come alone.
func (l *Live) Lay(sheets map[string][]Laid, note *EvacuationChange) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	event := &Event{ID: string(l.position), At: l.opts.Now()}
	if note != nil {
		event.Evacuations = []EvacuationChange{*note}
		l.told[note.ID] = note.Version
	}
	for _, name := range []string{Inundation, Evacuation} {
		rows, ok := sheets[name]
		if !ok {
			continue
		}
		if err := l.lay(indexOf(l.catalogue, name), rows, event); err != nil {
			l.abandon()
			return fmt.Errorf("lay %s: %w", name, err)
		}
	}
	l.commit()
	l.tell(event)
	return nil
}

func (l *Live) lay(i int, rows []Laid, event *Event) error {
	layer := &l.catalogue[i]
	features := make([]tiles.Feature, len(rows))
	for k, r := range rows {
		if len(r.Values) != len(layer.Fields) {
			return fmt.Errorf("feature %d has %d values, the catalogue names %d", r.ID, len(r.Values), len(layer.Fields))
		}
		f := tiles.Feature{ID: uint64(r.ID), Geometry: r.Geometry, Importance: float32(r.Importance), Values: make([]tiles.Value, len(r.Values))}
		for n, v := range r.Values {
			f.Values[n] = value(v)
		}
		features[k] = f
	}
	sortFeatures(features)
	next, err := l.packed(i, features)
	if err != nil {
		return err
	}
	before, now := l.laid[i], make(map[uint64]laidMark, len(rows))
	var touched []tiles.Box
	for _, r := range rows {
		mark := laidMark{hash: l.hashOf(&r)}
		mark.box, _ = next.Box(uint64(r.ID))
		now[uint64(r.ID)] = mark
		if old, ok := before[uint64(r.ID)]; !ok || old != mark {
			touched = append(touched, mark.box)
			if ok {
				touched = append(touched, old.box)
			}
		}
	}
	for id, old := range before {
		if _, ok := now[id]; !ok {
			touched = append(touched, old.box)
		}
	}
	if len(touched) == 0 {
		return nil
	}
	l.laid[i] = now
	l.publish(i, next)
	if ids, few := l.fewTiles(i, touched); few {
		l.dropTiles(event, i, ids)
	} else {
		l.dropAll(event, layer.Name)
	}
	return nil
}

// tilesMost is how many tiles are told to the readers by name. A rising river touches
// tens of thousands, and a screen shows some dozens: it asks for those again.
const tilesMost = 400

// fewTiles are the tiles that boxes touch, as long as they are few.
func (l *Live) fewTiles(i int, boxes []tiles.Box) (ids []tiles.ID, few bool) {
	for _, b := range boxes {
		for z := l.catalogue[i].MinZoom; z <= tiles.MaxZoom; z++ {
			if ids = tiles.Covering(ids, b, z, z); len(ids) > tilesMost {
				return nil, false
			}
		}
	}
	return ids, true
}

// laidMark is what a change of a laid feature is known by.
type laidMark struct {
	hash uint64
	box  tiles.Box
}

func (l *Live) hashOf(r *Laid) uint64 {
	var h maphash.Hash
	h.SetSeed(l.seed)
	for _, v := range r.Values {
		switch v := v.(type) {
		case string:
			h.WriteString(v)
		case int64:
			maphash.WriteComparable(&h, v)
		case float64:
			maphash.WriteComparable(&h, v)
		case bool:
			maphash.WriteComparable(&h, v)
		}
		h.WriteByte(0)
	}
	hashPoints(&h, r.Geometry)
	return h.Sum64()
}

func hashPoints(h *maphash.Hash, g orb.Geometry) {
	line := func(points []orb.Point) {
		for _, p := range points {
			maphash.WriteComparable(h, p)
		}
		h.WriteByte(0)
	}
	switch g := g.(type) {
	case orb.Point:
		maphash.WriteComparable(h, g)
	case orb.LineString:
		line(g)
	case orb.MultiLineString:
		for _, l := range g {
			line(l)
		}
	case orb.Polygon:
		for _, r := range g {
			line(r)
		}
	case orb.MultiPolygon:
		for _, p := range g {
			hashPoints(h, p)
		}
	}
}
