package layers

import (
	"errors"
	"fmt"
	"strings"

	"gridmap/layers/heat"
	"gridmap/tiles"
)

// View is what somebody may see of cases and heat.
type View struct {
	Filter Filter
	// Merge hides small numbers: heat cells below K are merged, sensitive types
	// are left out. Single cases are not to be asked for.
	Merge bool
}

// ErrNoHistory says that the past is still being loaded.
var ErrNoHistory = errors.New("the history of cases is still being loaded")

// Tile returns a tile of the layers with the given indexes of the catalogue.
func (l *Live) Tile(id tiles.ID, which []int, view View, enc tiles.Encoding) (tiles.Tile, error) {
	k := 1
	if view.Merge {
		k, view.Filter.withoutSensitive = l.opts.K, true
	}
	whole := view.Filter.plain() && strings.HasSuffix(view.Filter.Scope, "000000")
	var mask uint64
	own := false // has a layer that depends on the view
	for _, i := range which {
		mask |= 1 << i
		own = own || l.catalogue[i].tables == nil
	}
	epochs := make([]uint64, len(which))
	var failed error
	r := tiles.Request{Tile: id, Set: setName(which, k, own), Layers: mask, Encoding: enc,
		Snapshots: func() []*tiles.Snapshot {
			var out []*tiles.Snapshot
			for n, i := range which {
				epochs[n] = l.epochs[i].Load()
				s, err := l.snapshot(i, id.Z, k, &view.Filter, whole)
				if err != nil {
					failed = err
				} else if s != nil && id.Z >= l.catalogue[i].MinZoom {
					out = append(out, s)
				}
			}
			return out
		},
		Current: func() bool {
			for n, i := range which {
				if epochs[n] != l.epochs[i].Load() {
					return false
				}
			}
			return failed == nil
		},
	}
	if own && !whole {
		// Made for this request only; its own layers are never kept.
		t := l.store.Make(id, r.Snapshots(), enc)
		return t, failed
	}
	t := l.store.Get(r)
	return t, failed
}

func setName(which []int, k int, own bool) string {
	var b strings.Builder
	for _, i := range which {
		fmt.Fprintf(&b, "%d,", i)
	}
	if own {
		fmt.Fprintf(&b, "k%d", k)
	}
	return b.String()
}

// snapshot of a layer as a view sees it.
func (l *Live) snapshot(i int, zoom uint8, k int, f *Filter, whole bool) (*tiles.Snapshot, error) {
	switch l.catalogue[i].Name {
	case Heat:
		return l.heatSnapshot(zoom, k, f, whole)
	case Cases:
		if whole {
			return l.snaps[i].Load(), nil
		}
		return l.casesSnapshot(i, f)
	}
	return l.snaps[i].Load(), nil
}

func (l *Live) heatSnapshot(zoom uint8, k int, f *Filter, whole bool) (*tiles.Snapshot, error) {
	v, r := l.variants, resolutionAt(zoom, k)
	if whole {
		v.mu.RLock()
		defer v.mu.RUnlock()
		if list := v.tracked[k]; len(list) > 0 {
			return list[r-firstResolution].snapshot, nil
		}
		return nil, nil
	}
	cases := []heat.Case(nil)
	if f.At.IsZero() {
		cases = v.openCases(k, f)
	} else {
		h := l.history.Load()
		if h == nil {
			return nil, ErrNoHistory
		}
		cases = h.at(f.At, *f)
	}
	m := heat.Collect(cases, r, k)
	return v.layer(m, m.Breaks())
}

// casesSnapshot is the layer of cases under a filter, now. Single cases of the
// past are not offered as tiles.
func (l *Live) casesSnapshot(i int, f *Filter) (*tiles.Snapshot, error) {
	if !f.At.IsZero() {
		return nil, errors.New("single cases are shown as they are now; at= is for heat")
	}
	var features []tiles.Feature
	l.book.mu.RLock()
	for _, c := range l.book.open {
		if within(c.Community, f.Scope) && f.matches(&c.heat) {
			features = append(features, c.feature())
		}
	}
	l.book.mu.RUnlock()
	sortFeatures(features)
	packed, err := tiles.NewLayer(Cases, l.catalogue[i].keys(), features)
	if err != nil {
		return nil, err
	}
	return tiles.NewSnapshot(packed), nil
}

// Snapshot of a layer by name, for archives and benchmarks; nil for layers that
// depend on who looks.
func (l *Live) Snapshot(name string) *tiles.Snapshot {
	if i := indexOf(l.catalogue, name); i >= 0 {
		return l.snaps[i].Load()
	}
	return nil
}

// Bounds of the district in degrees: west, south, east, north. Before the map
// is loaded it is the world.
func (l *Live) Bounds() [4]float64 {
	s := l.snaps[indexOf(l.catalogue, "district")].Load()
	if s == nil || s.Len() == 0 {
		return [4]float64{-180, -tiles.MaxLat, 180, tiles.MaxLat}
	}
	b := s.Extent()
	west, north := tiles.LonLat(b.MinX, b.MinY)
	east, south := tiles.LonLat(b.MaxX, b.MaxY)
	return [4]float64{west, south, east, north}
}

// Snapshots are the layers of a set as they are now, for benchmarks and
// archives: heat is that of everybody who may see all, at the finest resolution;
// see AtZoom.
func (l *Live) Snapshots(set []string) ([]*tiles.Snapshot, error) {
	which, err := Find(set)
	if err != nil {
		return nil, err
	}
	out := make([]*tiles.Snapshot, len(which))
	for n, i := range which {
		if out[n], err = l.snapshot(i, tiles.MaxZoom, 1, &Filter{}, true); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// AtZoom is the part of a set's snapshots that a zoom draws, with heat at its
// resolution.
func (l *Live) AtZoom(set []string, snaps []*tiles.Snapshot, zoom uint8) []*tiles.Snapshot {
	out := make([]*tiles.Snapshot, 0, len(snaps))
	for n, name := range set {
		i := indexOf(l.catalogue, name)
		switch {
		case zoom < l.catalogue[i].MinZoom || snaps[n] == nil:
		case name == Heat:
			if s, err := l.heatSnapshot(zoom, 1, &Filter{}, true); err == nil && s != nil {
				out = append(out, s)
			}
		default:
			out = append(out, snaps[n])
		}
	}
	return out
}

// Forget drops every kept tile, as if the server had just started.
func (l *Live) Forget() { l.store.DropLayers(^uint64(0)) }
