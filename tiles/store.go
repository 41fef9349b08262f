package tiles

import (
	"container/list"
	"sync"
	"sync/atomic"
)

// Tile is a finished tile. Body must not be changed.
type Tile struct {
	Body     []byte
	Encoding Encoding
	ETag     string // strong, quoted, different for each encoding
}

// Empty says whether the tile has no features at all.
func (t Tile) Empty() bool { return len(t.Body) == 0 }

// CompressedLimit is the most that a compressed tile weighs.
const CompressedLimit = 500_000

const (
	storeShards = 64
	rawBudget   = 1_600_000 // first bound on a layer's uncompressed bytes
)

// Store keeps compressed tiles until a change touches them, within a bound of
// memory (least recently used first out). Methods may be called by many
// goroutines at once.
type Store struct {
	shards   [storeShards]shard
	perShard int
	makers   sync.Pool
	made     atomic.Int64
	hits     atomic.Int64
	dropped  atomic.Int64
}

type shard struct {
	mu     sync.Mutex
	tiles  map[uint64][]*entry // by tile key
	recent *list.List          // of *entry, most recent first
	bytes  int
}

type entry struct {
	tile    uint64
	set     string
	layers  uint64
	enc     Encoding
	tag     int64
	body    Tile
	element *list.Element
}

// NewStore makes a store that keeps up to maxBytes of tiles.
func NewStore(maxBytes int) *Store {
	s := &Store{perShard: max(1<<16, maxBytes/storeShards)}
	s.makers.New = func() any { return new(maker) }
	for i := range s.shards {
		s.shards[i].tiles, s.shards[i].recent = map[uint64][]*entry{}, list.New()
	}
	return s
}

// Request names a tile of some layers. Set identifies the layers and whatever
// else decides the content (filters, scope); Layers has a bit for each layer,
// for Drop.
type Request struct {
	Tile     ID
	Set      string
	Layers   uint64
	Encoding Encoding
	Tag      int64 // given back when DropLayers forgets the tile; 0: not asked for
	// Snapshots returns the layers as they are now. Current says, after the tile
	// was made, whether they are still what Snapshots returned; only then is the
	// tile kept.
	Snapshots func() []*Snapshot
	Current   func() bool
}

// Get returns a tile, from the store or freshly made.
func (s *Store) Get(r Request) Tile {
	sh := &s.shards[shardOf(r.Tile.key())]
	if t, ok := sh.get(r.Tile.key(), r.Set, r.Encoding); ok {
		s.hits.Add(1)
		return t
	}
	t := s.Make(r.Tile, r.Snapshots(), r.Encoding)
	if r.Current == nil {
		return t
	}
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if r.Current() {
		sh.put(&entry{tile: r.Tile.key(), set: r.Set, layers: r.Layers, enc: r.Encoding, tag: r.Tag, body: t}, s.perShard)
	}
	return t
}

// Kept returns a tile if it is kept.
func (s *Store) Kept(id ID, set string, enc Encoding) (Tile, bool) {
	t, ok := s.shards[shardOf(id.key())].get(id.key(), set, enc)
	if ok {
		s.hits.Add(1)
	}
	return t, ok
}

// Make makes a tile without looking into the store. A tile over CompressedLimit
// is made again with a smaller budget for each layer.
func (s *Store) Make(id ID, layers []*Snapshot, enc Encoding) Tile {
	s.made.Add(1)
	m, _ := s.makers.Get().(*maker)
	defer s.makers.Put(m)
	for budget := rawBudget; ; {
		raw, lost := m.encoder.Encode(m.raw[:0], id, layers, budget)
		m.raw = raw
		t := m.finish(raw, enc)
		if len(t.Body) <= CompressedLimit || budget < 1<<14 {
			for _, d := range lost {
				s.dropped.Add(int64(d.Dropped))
			}
			return t
		}
		// What compresses to so much compresses to so much less of it, about: what
		// is the most important compresses a little worse.
		budget = budgetFor(raw, budget, int(float64(len(raw))*0.92*CompressedLimit/float64(len(t.Body))))
	}
}

// Finish compresses the content of a tile that was made elsewhere.
func (s *Store) Finish(raw []byte, enc Encoding) Tile {
	m, _ := s.makers.Get().(*maker)
	defer s.makers.Put(m)
	return m.finish(raw, enc)
}

// Drop forgets the tiles that show any of the layers.
func (s *Store) Drop(layers uint64, ids []ID) {
	for _, id := range ids {
		sh := &s.shards[shardOf(id.key())]
		sh.mu.Lock()
		for _, e := range append([]*entry(nil), sh.tiles[id.key()]...) {
			if e.layers&layers != 0 {
				sh.remove(e)
			}
		}
		sh.mu.Unlock()
	}
}

// Forgotten is a tile that DropLayers forgot.
type Forgotten struct {
	ID       ID
	Tag      int64
	Encoding Encoding
}

// forgottenByShard bounds what DropLayers returns.
const forgottenByShard = 64

// DropLayers forgets every tile that shows any of the layers, and returns those
// with a tag that were asked for last, the last ones of each part of the store
// first.
func (s *Store) DropLayers(layers uint64) []Forgotten {
	var parts [storeShards][]Forgotten
	for i := range s.shards {
		sh := &s.shards[i]
		sh.mu.Lock()
		for el := sh.recent.Front(); el != nil; {
			next := el.Next()
			if e, _ := el.Value.(*entry); e.layers&layers != 0 {
				sh.remove(e)
				if e.tag != 0 && len(parts[i]) < forgottenByShard {
					parts[i] = append(parts[i], Forgotten{idOf(e.tile), e.tag, e.enc})
				}
			}
			el = next
		}
		sh.mu.Unlock()
	}
	var out []Forgotten
	for k := range forgottenByShard {
		for i := range parts {
			if k < len(parts[i]) {
				out = append(out, parts[i][k])
			}
		}
	}
	return out
}

// Full is the share of the store's memory that is taken.
func (s *Store) Full() float64 {
	n := 0
	for i := range s.shards {
		s.shards[i].mu.Lock()
		n += s.shards[i].bytes
		s.shards[i].mu.Unlock()
	}
	return float64(n) / float64(s.perShard*storeShards)
}

// Stats of a store.
type Stats struct {
	Tiles, Bytes                int
	Made, Hits, DroppedFeatures int64
}

// Stats counts what is kept and what was done.
func (s *Store) Stats() Stats {
	st := Stats{Made: s.made.Load(), Hits: s.hits.Load(), DroppedFeatures: s.dropped.Load()}
	for i := range s.shards {
		s.shards[i].mu.Lock()
		st.Tiles += s.shards[i].recent.Len()
		st.Bytes += s.shards[i].bytes
		s.shards[i].mu.Unlock()
	}
	return st
}

func shardOf(key uint64) uint64 { return (key * 0x9e3779b97f4a7c15) >> 58 }

func (sh *shard) get(tile uint64, set string, enc Encoding) (Tile, bool) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	for _, e := range sh.tiles[tile] {
		if e.enc == enc && e.set == set {
			sh.recent.MoveToFront(e.element)
			return e.body, true
		}
	}
	return Tile{}, false
}

// entryOverhead is about what an entry takes in memory beside its body.
const entryOverhead = 512

func (sh *shard) put(e *entry, limit int) {
	for _, old := range sh.tiles[e.tile] {
		if old.enc == e.enc && old.set == e.set {
			sh.remove(old)
			break
		}
	}
	e.element = sh.recent.PushFront(e)
	sh.tiles[e.tile] = append(sh.tiles[e.tile], e)
	sh.bytes += len(e.body.Body) + entryOverhead
	for sh.bytes > limit && sh.recent.Len() > 1 {
		oldest, _ := sh.recent.Back().Value.(*entry)
		sh.remove(oldest)
	}
}

func (sh *shard) remove(e *entry) {
	sh.recent.Remove(e.element)
	sh.bytes -= len(e.body.Body) + entryOverhead
	left := sh.tiles[e.tile][:0]
	for _, o := range sh.tiles[e.tile] {
		if o != e {
			left = append(left, o)
		}
	}
	if len(left) == 0 {
		delete(sh.tiles, e.tile)
	} else {
		sh.tiles[e.tile] = left
	}
}
