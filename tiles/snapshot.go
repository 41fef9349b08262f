package tiles

import "fmt"

// Snapshot is a layer at one moment: levels of shrinking size, the largest made
// at load and each smaller one of later changes, with what is hidden in each
// because it is gone or replaced. It is immutable; With makes the next one.
//
// The levels are a log-structured merge tree (O'Neil et al., 1996): a change adds
// a small level and merges levels that have come near to each other in size, so a
// feature is copied O(log n) times, and a reader looks into O(log n) levels.
type Snapshot struct{ levels []level }

type level struct {
	*Layer
	hidden marks
}

// live is the number of features that are not hidden.
func (l *level) live() int { return len(l.features) - l.hidden.n }

// NewSnapshot is a snapshot of l alone.
func NewSnapshot(l *Layer) *Snapshot { return &Snapshot{[]level{{Layer: l}}} }

// Name of the layer.
func (s *Snapshot) Name() string { return s.levels[0].Name }

// Keys of the layer's features.
func (s *Snapshot) Keys() []string { return s.levels[0].keys }

// Len is the number of features.
func (s *Snapshot) Len() int {
	n := 0
	for i := range s.levels {
		n += s.levels[i].live()
	}
	return n
}

// Bytes is about how much memory the snapshot holds.
func (s *Snapshot) Bytes() int {
	n := 0
	for i := range s.levels {
		n += s.levels[i].Bytes() + s.levels[i].hidden.bytes()
	}
	return n
}

// find returns the level and the place in it of a feature.
func (s *Snapshot) find(id uint64) (at int, feature uint32, ok bool) {
	for k := len(s.levels) - 1; k >= 0; k-- {
		l := &s.levels[k]
		if i, ok := l.find(id); ok && !l.hidden.has(i) {
			return k, i, true
		}
	}
	return 0, 0, false
}

// Box of the feature with this id; ok is false when there is none.
func (s *Snapshot) Box(id uint64) (Box, bool) {
	k, i, ok := s.find(id)
	if !ok {
		return emptyBox, false
	}
	return s.levels[k].features[i].box, true
}

// Extent of all features, those hidden since their level was made included.
func (s *Snapshot) Extent() Box {
	b := emptyBox
	for i := range s.levels {
		b = b.Union(s.levels[i].Extent())
	}
	return b
}

// growth is how many times larger than the next a level stays.
const growth = 4

// With is the snapshot after changed features were put (new or in the place of
// the ones with their ids) and removed ids were taken away.
func (s *Snapshot) With(changed []Feature, removed []uint64) (*Snapshot, error) {
	next := &Snapshot{append(make([]level, 0, len(s.levels)+1), s.levels...)}
	next.hide(changed, removed)
	if len(changed) > 0 {
		l, err := NewLayer(s.Name(), s.Keys(), changed)
		if err != nil {
			return nil, err
		}
		next.levels = append(next.levels, level{Layer: l})
	}
	return next, next.settle()
}

// hide marks what is no more as hidden, in copies of the marks.
func (s *Snapshot) hide(changed []Feature, removed []uint64) {
	byLevel := map[int][]uint32{}
	gone := func(id uint64) {
		if k, i, ok := s.find(id); ok {
			byLevel[k] = append(byLevel[k], i)
		}
	}
	for _, id := range removed {
		gone(id)
	}
	for i := range changed {
		gone(changed[i].ID)
	}
	for k, list := range byLevel {
		s.levels[k].hidden = s.levels[k].hidden.with(list)
	}
}

// settle merges levels until each is growth times larger than the one above it,
// and a level of which half is hidden is made anew.
func (s *Snapshot) settle() error {
	for k := len(s.levels) - 1; k >= 0; k-- {
		l := &s.levels[k]
		above := 0
		if k+1 < len(s.levels) {
			above = s.levels[k+1].live()
		}
		tooNear := k+1 < len(s.levels) && l.live() <= growth*above
		if !tooNear && l.hidden.n <= l.live() {
			continue
		}
		merged := newMerge(s.Name(), s.Keys())
		for _, from := range s.levels[k:] {
			merged.take(&from)
		}
		if err := merged.layer.seal(); err != nil {
			return fmt.Errorf("merge layer %s: %w", s.Name(), err)
		}
		s.levels = append(s.levels[:k:k], level{Layer: merged.layer})
	}
	for k := len(s.levels) - 1; k > 0 && s.levels[k].live() == 0; k-- {
		s.levels = s.levels[:k]
	}
	return nil
}

// merge copies packed features between layers without unpacking them.
type merge struct{ layer *Layer }

func newMerge(name string, keys []string) *merge {
	return &merge{&Layer{Name: name, keys: keys, dict: newDictionary()}}
}

// take copies all features of a level but the hidden ones.
func (m *merge) take(from *level) {
	l := m.layer
	for i := range from.features {
		if from.hidden.has(uint32(i)) {
			continue
		}
		f := from.features[i]
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
			l.parts = append(l.parts, part{at: at, end: at + p.end - p.at, outer: p.outer, safe: p.safe})
		}
		f.partsEnd = uint32(len(l.parts))
		for _, v := range values {
			l.values = append(l.values, l.dict.intern(from.dict.values[v]))
		}
		l.features = append(l.features, f)
	}
}
