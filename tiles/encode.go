package tiles

import (
	"slices"
)

// Encoder makes tiles. It keeps its buffers between calls and belongs to one
// goroutine at a time.
type Encoder struct {
	geometry geometryWriter
	found    []uint32
	stack    []uint32
	scores   []float32
	features []byte // the features of the layer being written
	feature  []byte
	values   []byte   // the value table of the layer being written
	stamps   []uint32 // dictionary entry → round in which it was used
	local    []uint32 // dictionary entry → index in the value table
	round    uint32
	nValues  uint32
	scratch  []byte
}

// Dropped says how many features of a layer a tile leaves out for its weight.
type Dropped struct {
	Layer         string
	Kept, Dropped int
}

// Encode appends the uncompressed tile t of the given layers, in their order, to
// dst. Each layer is held under budget bytes by leaving out its least important
// features (0: no bound); what was left out is in the tile as the layer
// "dropped", a point at the tile's centre for each layer concerned with the
// properties layer, kept and dropped, and is returned.
func (e *Encoder) Encode(dst []byte, t ID, layers []*Snapshot, budget int) ([]byte, []Dropped) {
	var lost []Dropped
	for _, s := range layers {
		var kept, dropped int
		dst, kept, dropped = e.layer(dst, t, s, budget)
		if dropped > 0 {
			lost = append(lost, Dropped{s.Name(), kept, dropped})
		}
	}
	if len(lost) > 0 {
		dst = e.droppedLayer(dst, t, lost)
	}
	return dst, lost
}

func (e *Encoder) layer(dst []byte, t ID, s *Snapshot, budget int) (out []byte, kept, dropped int) {
	start := len(dst)
	dst, n := e.layerAbove(dst, t, s, negInf)
	for try := 0; budget > 0 && len(dst)-start > budget && n > 1 && try < 8; try++ {
		target := int(float64(n) * float64(budget) / float64(len(dst)-start) * 0.95)
		floor := e.scoreOfRank(t, s, max(1, target))
		before := n
		dst, n = e.layerAbove(dst[:start], t, s, floor)
		dropped += before - n
		if before == n {
			break // all equally important: nothing more can be told apart
		}
	}
	return dst, n, dropped
}

const negInf = float32(-1 << 60)

// scoreOfRank is the importance that the keep most important of the features in
// t have at least.
func (e *Encoder) scoreOfRank(t ID, s *Snapshot, keep int) float32 {
	e.scores = e.scores[:0]
	e.each(t, s, func(l *Layer, f *packed) { e.scores = append(e.scores, score(f)) })
	if keep >= len(e.scores) {
		return negInf
	}
	slices.Sort(e.scores)
	return e.scores[len(e.scores)-keep]
}

// score breaks ties of importance by id, so that a bound can always be met.
func score(f *packed) float32 { return f.importance * (1 + float32(f.id*2654435761%1024)/65536) }

// each visits the features of t in a stable order.
func (e *Encoder) each(t ID, s *Snapshot, visit func(*Layer, *packed)) {
	box := t.box()
	e.found, e.stack = s.base.index.search(e.found[:0], e.stack, box)
	for _, i := range e.found {
		f := &s.base.features[i]
		if f.minZoom > t.Z {
			continue
		}
		if len(s.hidden) > 0 {
			if _, gone := s.hidden[f.id]; gone {
				continue
			}
		}
		visit(s.base, f)
	}
	if s.overlay == nil {
		return
	}
	e.found, e.stack = s.overlay.index.search(e.found[:0], e.stack, box)
	for _, i := range e.found {
		if f := &s.overlay.features[i]; f.minZoom <= t.Z {
			visit(s.overlay, f)
		}
	}
}

// layerAbove appends the layer with the features of at least the given score,
// or nothing when there are none, and returns how many it wrote.
func (e *Encoder) layerAbove(dst []byte, t ID, s *Snapshot, floor float32) ([]byte, int) {
	e.geometry.begin(t)
	e.features, e.values, e.nValues = e.features[:0], e.values[:0], 0
	n := 0
	var current *Layer
	e.each(t, s, func(l *Layer, f *packed) {
		if floor != negInf && score(f) < floor {
			return
		}
		if l != current {
			e.nextRound(l)
			current = l
		}
		if e.addFeature(l, f) {
			n++
		}
	})
	if n == 0 {
		return dst, 0
	}
	return e.frame(dst, s.Name(), s.Keys()), n
}

// nextRound forgets which values are in the table, in O(1).
func (e *Encoder) nextRound(l *Layer) {
	if n := l.dict.len(); n > len(e.stamps) {
		e.stamps = append(e.stamps, make([]uint32, n-len(e.stamps))...)
		e.local = append(e.local, make([]uint32, n-len(e.local))...)
	}
	e.round++
	if e.round == 0 {
		clear(e.stamps)
		e.round = 1
	}
}

func (e *Encoder) addFeature(l *Layer, f *packed) bool {
	geometry := e.geometry.feature(l, f)
	if len(geometry) == 0 {
		return false
	}
	b := e.feature[:0]
	b = append(b, 1<<3)
	b = appendVarint(b, f.id)
	b = append(b, 2<<3|2)
	e.scratch = e.scratch[:0]
	for k, v := range l.values[f.valuesAt : int(f.valuesAt)+len(l.keys)] {
		if v == 0 {
			continue
		}
		if e.stamps[v] != e.round {
			e.stamps[v], e.local[v] = e.round, e.nValues
			e.nValues++
			e.values = append(e.values, l.dict.entry(v)...)
		}
		e.scratch = appendVarint(e.scratch, uint64(k))
		e.scratch = appendVarint(e.scratch, uint64(e.local[v]))
	}
	b = appendVarint(b, uint64(len(e.scratch)))
	b = append(b, e.scratch...)
	b = append(b, 3<<3, byte(f.kind), 4<<3|2)
	b = appendVarint(b, uint64(len(geometry)))
	e.feature = b
	e.features = append(e.features, 2<<3|2)
	e.features = appendVarint(e.features, uint64(len(b)+len(geometry)))
	e.features = append(e.features, b...)
	e.features = append(e.features, geometry...)
	return true
}

// frame appends the layer message around what was collected.
func (e *Encoder) frame(dst []byte, name string, keys []string) []byte {
	head := e.scratch[:0]
	head = append(head, 15<<3, 2) // version
	head = append(head, 1<<3|2)
	head = appendVarint(head, uint64(len(name)))
	head = append(head, name...)
	e.scratch = head
	size := len(head) + len(e.features) + len(e.values) + 3
	for _, k := range keys {
		size += 1 + varintLen(uint64(len(k))) + len(k)
	}
	dst = append(dst, 3<<3|2)
	dst = appendVarint(dst, uint64(size))
	dst = append(dst, head...)
	dst = append(dst, e.features...)
	for _, k := range keys {
		dst = append(dst, 3<<3|2)
		dst = appendVarint(dst, uint64(len(k)))
		dst = append(dst, k...)
	}
	dst = append(dst, e.values...)
	dst = append(dst, 5<<3)
	return appendVarint(dst, Extent) // two bytes
}

func varintLen(v uint64) int {
	n := 1
	for ; v >= 0x80; v >>= 7 {
		n++
	}
	return n
}

// droppedLayer writes the notice of what is left out.
func (e *Encoder) droppedLayer(dst []byte, t ID, lost []Dropped) []byte {
	keys := []string{"layer", "kept", "dropped"}
	l := &Layer{Name: "dropped", keys: keys, dict: newDictionary(), byID: map[uint64]uint32{}}
	x0, y0, size := t.bounds()
	for i, d := range lost {
		x, y := int32(x0+size/2), int32(y0+size/2)
		at := uint32(len(l.coords) / 2)
		l.coords = append(l.coords, x, y)
		l.parts = append(l.parts, part{at: at, end: at + 1})
		f := packed{id: uint64(i + 1), box: Box{x, y, x, y}, kind: Points,
			partsAt: uint32(i), partsEnd: uint32(i + 1), valuesAt: uint32(len(l.values))}
		for _, v := range []Value{String(d.Layer), Int(int64(d.Kept)), Int(int64(d.Dropped))} {
			l.values = append(l.values, l.dict.intern(v))
		}
		l.features = append(l.features, f)
	}
	l.seal()
	dst, _ = e.layerAbove(dst, t, NewSnapshot(l), negInf)
	return dst
}
