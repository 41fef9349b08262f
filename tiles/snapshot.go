package tiles

import "fmt"

// Snapshot is a layer at one moment: a large base, and a small overlay of what
// changed since. It is immutable; With makes the next one at the price of what
// changed.
type Snapshot struct {
	base    *Layer
	overlay *Layer              // nil: nothing changed
	hidden  map[uint64]struct{} // ids of base that are gone or in overlay
}

// NewSnapshot is a snapshot of l alone.
func NewSnapshot(l *Layer) *Snapshot { return &Snapshot{base: l} }

// Name of the layer.
func (s *Snapshot) Name() string { return s.base.Name }

// Keys of the layer's features.
func (s *Snapshot) Keys() []string { return s.base.keys }

// Len is the number of features.
func (s *Snapshot) Len() int {
	n := s.base.Len() - len(s.hidden)
	if s.overlay != nil {
		n += s.overlay.Len()
	}
	return n
}

// Bytes is about how much memory the snapshot holds.
func (s *Snapshot) Bytes() int {
	n := s.base.Bytes() + len(s.hidden)*16
	if s.overlay != nil {
		n += s.overlay.Bytes()
	}
	return n
}

// Box of the feature with this id; ok is false when there is none.
func (s *Snapshot) Box(id uint64) (Box, bool) {
	if s.overlay != nil {
		if b, ok := s.overlay.Box(id); ok {
			return b, true
		}
	}
	if _, gone := s.hidden[id]; gone {
		return emptyBox, false
	}
	return s.base.Box(id)
}

// Extent of all features, those hidden since the base was made included.
func (s *Snapshot) Extent() Box {
	b := s.base.Extent()
	if s.overlay != nil {
		b = b.Union(s.overlay.Extent())
	}
	return b
}

// overlayLimit is when an overlay is merged into a new base.
func (s *Snapshot) overlayLimit() int { return max(256, s.base.Len()/32) }

// With is the snapshot after changed features were put (new or in the place of
// the ones with their ids) and removed ids were taken away.
func (s *Snapshot) With(changed []Feature, removed []uint64) (*Snapshot, error) {
	replaced := make(map[uint64]struct{}, len(changed)+len(removed))
	for _, id := range removed {
		replaced[id] = struct{}{}
	}
	for i := range changed {
		replaced[changed[i].ID] = struct{}{}
	}
	next := &Snapshot{base: s.base, hidden: make(map[uint64]struct{}, len(s.hidden)+len(replaced))}
	for id := range s.hidden {
		next.hidden[id] = struct{}{}
	}
	for id := range replaced {
		if _, ok := s.base.byID[id]; ok {
			next.hidden[id] = struct{}{}
		}
	}
	overlay := newMerge(s.base.Name, s.base.keys)
	if s.overlay != nil {
		overlay.take(s.overlay, replaced)
	}
	for i := range changed {
		if err := overlay.layer.add(&changed[i]); err != nil {
			return nil, fmt.Errorf("layer %s: %w", s.base.Name, err)
		}
	}
	next.overlay = overlay.finish()
	if next.overlay.Len()+len(next.hidden) > s.overlayLimit() {
		whole := newMerge(s.base.Name, s.base.keys)
		whole.take(next.base, next.hidden)
		whole.take(next.overlay, nil)
		return NewSnapshot(whole.finish()), nil
	}
	return next, nil
}

// merge copies packed features between layers without unpacking them.
type merge struct{ layer *Layer }

func newMerge(name string, keys []string) *merge {
	return &merge{&Layer{Name: name, keys: keys, dict: newDictionary(), byID: map[uint64]uint32{}}}
}

func (m *merge) finish() *Layer {
	m.layer.seal()
	return m.layer
}

// take copies all features of from but those in without.
func (m *merge) take(from *Layer, without map[uint64]struct{}) {
	l := m.layer
	for i := range from.features {
		f := from.features[i]
		if _, skip := without[f.id]; skip {
			continue
		}
		parts, values := from.parts[f.partsAt:f.partsEnd], from.values[f.valuesAt:int(f.valuesAt)+len(from.keys)]
		f.partsAt, f.valuesAt = uint32(len(l.parts)), uint32(len(l.values))
		for _, p := range parts {
			at := uint32(len(l.coords) / 2)
			l.coords = append(l.coords, from.coords[2*p.at:2*p.end]...)
			if from.ranks != nil {
				l.ranks = append(l.ranks, from.ranks[p.at:p.end]...)
			} else {
				l.ranks = append(l.ranks, make([]uint8, p.end-p.at)...)
			}
			l.parts = append(l.parts, part{at: at, end: at + p.end - p.at, outer: p.outer})
		}
		f.partsEnd = uint32(len(l.parts))
		for _, v := range values {
			l.values = append(l.values, l.dict.intern(from.dict.values[v]))
		}
		l.byID[f.id] = uint32(len(l.features))
		l.features = append(l.features, f)
	}
}
