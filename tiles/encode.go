package tiles

// Encoder makes tiles. It keeps its buffers between calls and belongs to one
// goroutine at a time.
type Encoder struct {
	geometry geometryWriter
	found    []uint32
	stack    []uint32
	drawn    []drawn // what of the layer being written has a place in the tile
	ranked   []ranked
	features []byte   // the features of the layer being written
	values   []byte   // its value table
	stamps   []uint32 // dictionary entry → round in which it was used
	local    []uint32 // dictionary entry → index in the value table
	round    uint32
	nValues  uint32
	scratch  []byte
}

// drawn is a feature with its geometry in the tile.
type drawn struct {
	layer   *Layer
	feature *packed
	at, end int // of its geometry in the writer's output
	size    int // of the feature as a whole
	left    bool
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

// layer appends one layer, or nothing when none of it is drawn. Geometry is made
// once; when the whole is too heavy, the features are ranked and those that do
// not fit are left out.
func (e *Encoder) layer(dst []byte, t ID, s *Snapshot, budget int) (out []byte, kept, dropped int) {
	e.draw(t, s)
	if len(e.drawn) == 0 {
		return dst, 0, 0
	}
	start := len(dst)
	dst = e.assemble(dst, s)
	if budget > 0 && len(dst)-start > budget && len(e.drawn) > 1 {
		if dropped = e.leaveOut(budget - (len(dst) - start - len(e.features) - len(e.values))); dropped > 0 {
			dst = e.assemble(dst[:start], s)
		}
	}
	return dst, len(e.drawn) - dropped, dropped
}

// draw makes the geometry of every feature that has a place in t.
func (e *Encoder) draw(t ID, s *Snapshot) {
	e.geometry.begin(t)
	e.drawn = e.drawn[:0]
	box := t.box()
	for k := range s.levels {
		l := &s.levels[k]
		e.found, e.stack = l.index.search(e.found[:0], e.stack, box)
		for _, i := range e.found {
			f := &l.features[i]
			if f.minZoom > t.Z || l.hidden.has(i) {
				continue
			}
			if at, end := e.geometry.feature(l.Layer, f); end > at {
				e.drawn = append(e.drawn, drawn{layer: l.Layer, feature: f, at: at, end: end})
			}
		}
	}
}

// assemble appends the layer message of what is drawn and not left out.
func (e *Encoder) assemble(dst []byte, s *Snapshot) []byte {
	e.features, e.values, e.nValues = e.features[:0], e.values[:0], 0
	var current *Layer
	for i := range e.drawn {
		d := &e.drawn[i]
		if d.left {
			continue
		}
		if d.layer != current {
			e.nextRound(d.layer)
			current = d.layer
		}
		before := len(e.features) + len(e.values)
		e.addFeature(d)
		d.size = len(e.features) + len(e.values) - before
	}
	return e.frame(dst, s.Name(), s.Keys())
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

func (e *Encoder) addFeature(d *drawn) {
	l, f := d.layer, d.feature
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
	geometry := e.geometry.out[d.at:d.end]
	size := 1 + varintLen(f.id) + 1 + varintLen(uint64(len(e.scratch))) + len(e.scratch) +
		3 + varintLen(uint64(len(geometry))) + len(geometry)
	b := append(e.features, 2<<3|2)
	b = appendVarint(b, uint64(size))
	b = append(b, 1<<3)
	b = appendVarint(b, f.id)
	b = append(b, 2<<3|2)
	b = appendVarint(b, uint64(len(e.scratch)))
	b = append(b, e.scratch...)
	b = append(b, 3<<3, byte(f.kind), 4<<3|2)
	b = appendVarint(b, uint64(len(geometry)))
	e.features = append(b, geometry...)
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
	l := &Layer{Name: "dropped", keys: keys, dict: newDictionary()}
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
	if err := l.seal(); err != nil {
		return dst // ids are counted up: none is there twice
	}
	dst, _, _ = e.layer(dst, t, NewSnapshot(l), 0)
	return dst
}
