package tiles

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
)

// ranked is a feature of a tile that is too heavy, and its place in who stays: by
// importance, and of the same importance by id, so that the same tile drops the same
// features.
type ranked struct {
	key uint64 // importance, then the first half of scatter
	i   uint32 // in Encoder.drawn
}

// rankKey is lower for what is more important.
func rankKey(f *packed) uint64 {
	bits := math.Float32bits(f.importance)
	if bits>>31 == 0 {
		bits = ^bits << 1 >> 1 // more is lower, and all of it before what is negative
	}
	return uint64(bits)<<32 | scatter(f.id)>>32
}

// scatter makes neighbours in the table strangers, so that features of equal
// importance are thinned evenly over the tile.
func scatter(id uint64) uint64 { return id * 0x9e3779b97f4a7c15 }

// leaveOut marks the least important features until the rest fits into room bytes,
// and returns how many. One at least stays.
func (e *Encoder) leaveOut(room int) int {
	e.ranked = e.ranked[:0]
	for i := range e.drawn {
		e.ranked = append(e.ranked, ranked{rankKey(e.drawn[i].feature), uint32(i)})
	}
	slices.SortFunc(e.ranked, func(a, b ranked) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		f, g := e.drawn[a.i].feature, e.drawn[b.i].feature
		return cmp.Or(cmp.Compare(scatter(f.id), scatter(g.id)), cmp.Compare(f.id, g.id))
	})
	left := 0
	for n, r := range e.ranked {
		if room -= e.drawn[r.i].size; room < 0 && n > 0 {
			e.drawn[r.i].left = true
			left++
		}
	}
	return left
}

// budgetFor is the budget for each layer with which a tile like raw, whose layers
// were held under budget, comes down to about want bytes. Layers that are lighter
// stay as they are, so the heavy ones share what these leave.
func budgetFor(raw []byte, budget, want int) int {
	var sizes []int
	for rest := raw; len(rest) > 1; {
		size, n := binary.Uvarint(rest[1:])
		whole := 1 + n + int(size)
		if n <= 0 || whole > len(rest) {
			break // no tile of ours
		}
		sizes, rest = append(sizes, whole), rest[whole:]
	}
	slices.Sort(sizes)
	for i, size := range sizes {
		if share := want / (len(sizes) - i); size > share {
			return min(share, budget*9/10)
		}
		want -= size
	}
	return budget * 9 / 10
}
