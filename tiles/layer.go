package tiles

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// Kind of a feature's geometry, numbered as in the MVT specification.
type Kind uint8

// The three kinds.
const (
	Points   Kind = 1
	Lines    Kind = 2
	Polygons Kind = 3
)

// Feature is what a layer is built from.
type Feature struct {
	ID       uint64 // stable, below 2⁵³
	Geometry orb.Geometry
	// Ranks holds, where given, for each vertex the zoom from which it is drawn,
	// in the order of the geometry's vertices. Neighbours that share an edge
	// give the same ranks along it, and so simplify it the same way.
	Ranks []uint8
	// Values has one value for each key of the layer.
	Values []Value
	// Importance decides who is left out first when a tile is too heavy; higher
	// stays. MinZoom hides a feature below a zoom.
	Importance float32
	MinZoom    uint8
}

// packed is a feature inside a layer: offsets into the layer's arenas.
type packed struct {
	id         uint64
	box        Box
	partsAt    uint32 // into parts
	partsEnd   uint32
	valuesAt   uint32 // into values
	importance float32
	kind       Kind
	minZoom    uint8
}

// part is one ring, line or run of points.
type part struct {
	at, end uint32 // into coords, in vertices
	runsAt  uint32 // into runs, where the part is long
	outer   bool   // first ring of a polygon
	safe    uint8  // zoom from which a ring needs no repair; see safeFrom
}

// Layer is an immutable set of features, ready to be encoded. Methods may be
// called by many goroutines at once.
type Layer struct {
	Name     string
	keys     []string
	features []packed
	parts    []part
	coords   []int32 // x, y
	ranks    []uint8 // a vertex each; empty when nothing is simplified
	runs     []run   // of long parts
	values   []uint32
	dict     *dictionary
	index    boxIndex
	byID     []uint32 // features in the order of their ids
}

// NewLayer packs features. It fails on an id that is given twice or is 2⁵³ or
// more, on a geometry that is no point, line or polygon, and on a wrong number
// of values.
func NewLayer(name string, keys []string, features []Feature) (*Layer, error) {
	l := &Layer{Name: name, keys: keys, dict: newDictionary(), features: make([]packed, 0, len(features))}
	for _, i := range placeOrder(features) {
		if err := l.add(&features[i]); err != nil {
			return nil, fmt.Errorf("layer %s: %w", name, err)
		}
	}
	if err := l.seal(); err != nil {
		return nil, fmt.Errorf("layer %s: %w", name, err)
	}
	return l, nil
}

// placeOrder is the order of features along a Hilbert curve: what is drawn
// together lies together in memory.
func placeOrder(features []Feature) []uint32 {
	boxes := make([]Box, len(features))
	for i := range features {
		if g := features[i].Geometry; g != nil {
			boxes[i] = WorldBox(g.Bound())
		}
	}
	return hilbertOrder(boxes)
}

// seal makes what is derived from the features. It fails on an id given twice.
func (l *Layer) seal() error {
	ranked := false
	for _, r := range l.ranks {
		if r != 0 {
			ranked = true
			break
		}
	}
	if !ranked {
		l.ranks = nil
	}
	l.layRuns()
	boxes := make([]Box, len(l.features))
	l.byID = make([]uint32, len(l.features))
	for i := range l.features {
		boxes[i], l.byID[i] = l.features[i].box, uint32(i)
	}
	l.index = newBoxIndex(boxes)
	slices.SortFunc(l.byID, func(a, b uint32) int { return cmp.Compare(l.features[a].id, l.features[b].id) })
	for k := 1; k < len(l.byID); k++ {
		if id := l.features[l.byID[k]].id; id == l.features[l.byID[k-1]].id {
			return fmt.Errorf("feature id %d is given twice", id)
		}
	}
	return nil
}

// find returns the feature with an id.
func (l *Layer) find(id uint64) (uint32, bool) {
	k, ok := slices.BinarySearchFunc(l.byID, id, func(i uint32, id uint64) int { return cmp.Compare(l.features[i].id, id) })
	if !ok {
		return 0, false
	}
	return l.byID[k], true
}

func (l *Layer) add(f *Feature) error {
	if f.ID >= 1<<53 {
		return fmt.Errorf("feature id %d does not fit into 53 bits", f.ID)
	}
	if len(f.Values) != len(l.keys) {
		return fmt.Errorf("feature %d has %d values for %d keys", f.ID, len(f.Values), len(l.keys))
	}
	p := packed{id: f.ID, box: emptyBox, partsAt: uint32(len(l.parts)), valuesAt: uint32(len(l.values)),
		importance: f.Importance, minZoom: f.MinZoom}
	w := &packer{l: l, ranks: f.Ranks, box: &p.box}
	kind, err := w.geometry(f.Geometry)
	if err != nil {
		return fmt.Errorf("feature %d: %w", f.ID, err)
	}
	p.kind, p.partsEnd = kind, uint32(len(l.parts))
	for _, v := range f.Values {
		l.values = append(l.values, l.dict.intern(v))
	}
	l.features = append(l.features, p)
	return nil
}

// packer appends one geometry to a layer's arenas.
type packer struct {
	l     *Layer
	ranks []uint8
	next  int
	box   *Box
}

func (w *packer) geometry(g orb.Geometry) (Kind, error) {
	switch g := g.(type) {
	case orb.Point:
		w.points([]orb.Point{g}, false)
		return Points, nil
	case orb.MultiPoint:
		w.points(g, false)
		return Points, nil
	case orb.LineString:
		w.points(g, false)
		return Lines, nil
	case orb.MultiLineString:
		for _, line := range g {
			w.points(line, false)
		}
		return Lines, nil
	case orb.Polygon:
		w.polygon(g)
		return Polygons, nil
	case orb.MultiPolygon:
		for _, p := range g {
			w.polygon(p)
		}
		return Polygons, nil
	}
	return 0, fmt.Errorf("a %T cannot be drawn", g)
}

// polygon drops each ring's closing vertex: MVT closes rings by command. Outer
// rings are laid down with positive area, y down, and holes with negative, as the
// clipper needs them and MVT wants them (section 4.3.4.4).
func (w *packer) polygon(p orb.Polygon) {
	for i, ring := range p {
		n := len(ring)
		if n > 1 && ring[0] == ring[n-1] {
			w.points(ring[:n-1], i == 0)
			w.next++ // the closing vertex has a rank, too
		} else {
			w.points(ring, i == 0)
		}
		w.wind()
	}
}

// wind turns the ring that was laid down last if it runs the wrong way.
func (w *packer) wind() {
	p := w.l.parts[len(w.l.parts)-1]
	if v := w.l.coords[2*p.at:]; len(v) >= 6 && (twiceArea(v) > 0) != p.outer {
		turn(v)
		slices.Reverse(w.l.ranks[p.at:])
	}
	w.l.parts[len(w.l.parts)-1].safe = safeFrom(w.l.coords[2*p.at:], len(w.ranks) > 0)
}

func (w *packer) points(ps []orb.Point, outer bool) {
	at := uint32(len(w.l.coords) / 2)
	for _, p := range ps {
		x, y := World(p[0], p[1])
		w.l.coords = append(w.l.coords, x, y)
		*w.box = w.box.Union(Box{x, y, x, y})
		var rank uint8
		if w.next < len(w.ranks) {
			rank = w.ranks[w.next]
		}
		w.l.ranks = append(w.l.ranks, rank)
		w.next++
	}
	w.l.parts = append(w.l.parts, part{at: at, end: at + uint32(len(ps)), outer: outer})
}

// Len is the number of features.
func (l *Layer) Len() int { return len(l.features) }

// Keys of the layer's features.
func (l *Layer) Keys() []string { return l.keys }

// Box of the feature with this id; ok is false when there is none.
func (l *Layer) Box(id uint64) (Box, bool) {
	i, ok := l.find(id)
	if !ok {
		return emptyBox, false
	}
	return l.features[i].box, true
}

// Bytes is about how much memory the layer holds.
func (l *Layer) Bytes() int {
	return len(l.features)*48 + len(l.parts)*16 + len(l.coords)*4 + len(l.ranks) + len(l.runs)*20 + len(l.values)*4 +
		len(l.byID)*4 + l.dict.bytes() + l.index.bytes()
}

// Extent of all features.
func (l *Layer) Extent() Box {
	b := emptyBox
	for i := range l.features {
		b = b.Union(l.features[i].box)
	}
	return b
}
