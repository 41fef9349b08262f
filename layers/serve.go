package layers

import (
	"context"
	"errors"
	"strconv"
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

// Tile returns a tile of the layers with the given indexes of the catalogue, and
// the version of the map of which it is. All of it is of one state of the map:
// the version is part of what a tile is kept under, so that once a plan took force
// no tile of the version before is given out any more.
func (l *Live) Tile(ctx context.Context, id tiles.ID, which []int, view View, enc tiles.Encoding) (tiles.Tile, int64, error) {
	q := l.looking(which, view)
	var failed error
	r := tiles.Request{Tile: id, Set: q.setName(), Layers: q.mask, Encoding: enc, Tag: l.ahead.note(&q, view, enc),
		Snapshots: func() []*tiles.Snapshot {
			var out []*tiles.Snapshot
			for _, i := range which {
				s, err := l.snapshot(ctx, &q, i, id.Z)
				if err != nil {
					failed = err
				} else if s != nil && id.Z >= l.catalogue[i].MinZoom {
					out = append(out, s)
				}
			}
			return out
		},
		Current: func() bool {
			now := l.state.Load()
			for _, i := range which {
				if q.state.epochs[i] != now.epochs[i] {
					return false
				}
			}
			return failed == nil
		},
	}
	if q.own && !q.whole {
		// Made for this request only; its own layers are never kept.
		t := l.store.Make(id, r.Snapshots(), enc)
		return t, q.version, failed
	}
	if q.mask&heatMask(heatMerged) != 0 && id.Z > MergedMaxZoom {
		r.Current = nil // nobody would say when it is stale
	}
	t := l.store.Get(r)
	return t, q.version, failed
}

// Kept is Tile without filters for a tile that is kept ready; ok is false where it
// must be made, where the view is not a whole district's, or where the database is
// gone, which an answer has to say.
func (l *Live) Kept(id tiles.ID, which []int, view View, enc tiles.Encoding) (t tiles.Tile, version int64, ok bool) {
	q := l.looking(which, view)
	if q.own && !q.whole || l.lost.Load() != nil {
		return tiles.Tile{}, 0, false
	}
	l.ahead.asked.Add(1)
	t, ok = l.store.Kept(id, q.setName(), enc)
	return t, q.version, ok
}

// MaxZoom is the highest zoom at which a client needs tiles of these layers: it
// can draw higher ones from them.
func MaxZoom(which []int, view View) uint8 {
	if len(which) == 1 && catalogue()[which[0]].Name == Heat && view.Merge {
		return MergedMaxZoom
	}
	return tiles.MaxZoom
}

// look is one reader's look at one state of the map.
type look struct {
	state   *mapState
	which   []int
	mask    uint64
	filter  Filter
	k       int   // fewest cases that a cell of heat may show
	whole   bool  // nothing is filtered
	own     bool  // has a layer that depends on the view
	dated   bool  // has a layer of which there are versions
	version int64 // of the map at the moment asked for
}

func (l *Live) looking(which []int, view View) look {
	q := look{state: l.state.Load(), which: which, filter: view.Filter, k: 1}
	if view.Merge {
		q.k, q.filter.withoutSensitive = l.opts.K, true
	}
	q.whole = q.filter.plain() && strings.HasSuffix(q.filter.Scope, "000000")
	for _, i := range which {
		switch {
		case l.catalogue[i].Name != Heat:
			q.mask |= 1 << i
		case view.Merge:
			q.mask |= heatMask(heatMerged)
		default:
			q.mask |= heatMask(heatWhole)
		}
		q.own = q.own || l.catalogue[i].tables == nil && !l.catalogue[i].laid
		q.dated = q.dated || l.catalogue[i].dated
	}
	q.version = q.state.versionAt(q.filter.At)
	return q
}

// setName is what tiles of this look are kept under.
func (q *look) setName() string {
	var room [64]byte
	b := q.appendKey(room[:0])
	if q.dated {
		b = strconv.AppendInt(append(b, 'v'), q.version, 10)
	}
	return string(b)
}

// setKey is setName whatever the version of the map.
func (q *look) setKey() string {
	var room [64]byte
	return string(q.appendKey(room[:0]))
}

func (q *look) appendKey(b []byte) []byte {
	for _, i := range q.which {
		b = append(strconv.AppendInt(b, int64(i), 10), ',')
	}
	if q.own {
		b = strconv.AppendInt(append(b, 'k'), int64(q.k), 10)
	}
	return b
}

// snapshot of a layer as a look sees it.
func (l *Live) snapshot(ctx context.Context, q *look, i int, zoom uint8) (*tiles.Snapshot, error) {
	layer := &l.catalogue[i]
	switch {
	case layer.Name == Heat && q.whole:
		variant := heatWhole
		if q.k > 1 {
			variant = heatMerged
		}
		return q.state.heatAt(variant, resolutionAt(zoom, q.k)), nil
	case layer.Name == Heat:
		r := resolutionAt(zoom, q.k)
		return l.narrowed(q, shelfKey{layer: i, resolution: r}, func() (*tiles.Snapshot, error) { return l.heatSnapshot(q, r) })
	case layer.Name == Cases && !q.whole:
		return l.narrowed(q, shelfKey{layer: i}, func() (*tiles.Snapshot, error) { return l.casesSnapshot(i, &q.filter) })
	case layer.dated && q.version != q.state.version():
		return l.pastSnapshot(ctx, i, q.version, q.filter.At)
	}
	return q.state.snaps[i], nil
}

// narrowed is a layer of cases as a look sees it that sees not all of them. The book
// is never behind the state of the look, so a layer made of it now is new enough.
func (l *Live) narrowed(q *look, k shelfKey, fresh func() (*tiles.Snapshot, error)) (*tiles.Snapshot, error) {
	k.k, k.filter = q.k, q.filter.key()
	return l.shelf.get(k, q.state.epochs[indexOf(l.catalogue, Cases)], fresh)
}

func (l *Live) heatSnapshot(q *look, resolution int) (*tiles.Snapshot, error) {
	cases := []heat.Case(nil)
	if q.filter.At.IsZero() {
		cases = l.variants.openCases(q.k, &q.filter)
	} else {
		h := l.history.Load()
		if h == nil {
			return nil, ErrNoHistory
		}
		cases = h.at(q.filter.At, q.filter)
	}
	m := heat.Collect(cases, resolution, q.k)
	return l.variants.layer(m, m.Breaks())
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
		return l.state.Load().snaps[i]
	}
	return nil
}

// Bounds of the district in degrees: west, south, east, north. Before the map
// is loaded it is the world.
func (l *Live) Bounds() [4]float64 {
	s := l.state.Load().snaps[indexOf(l.catalogue, "district")]
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
	state := l.state.Load()
	for n, i := range which {
		out[n] = state.snaps[i]
		if l.catalogue[i].Name == Heat {
			out[n] = state.heatAt(heatWhole, resolutionAt(tiles.MaxZoom, 1))
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
			if s := l.state.Load().heatAt(heatWhole, resolutionAt(zoom, 1)); s != nil {
				out = append(out, s)
			}
		default:
			out = append(out, snaps[n])
		}
	}
	return out
}

// Forget drops every kept tile, and what tiles were cut from when they were asked
// for, as if the server had just started.
func (l *Live) Forget() {
	l.store.DropLayers(^uint64(0))
	l.shelf.clear()
}
