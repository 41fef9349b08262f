package flood

import "math"

// heap is a heap of cells by level, then by index, so that the order is the same
// each time. Level and index are one number, and each node has four children: the
// heap is read far more often than it fits the processor's cache.
type heap struct{ keys []uint64 }

// keyOf orders like the level, then like the index.
func keyOf(cell int32, level float32) uint64 {
	b := math.Float32bits(level)
	if b>>31 == 1 {
		b = ^b
	} else {
		b |= 1 << 31
	}
	return uint64(b)<<32 | uint64(uint32(cell))
}

func (h *heap) len() int { return len(h.keys) }

func (h *heap) push(cell int32, level float32) {
	key := keyOf(cell, level)
	h.keys = append(h.keys, key)
	k := len(h.keys) - 1
	for k > 0 {
		up := (k - 1) / 4
		if h.keys[up] <= key {
			break
		}
		h.keys[k] = h.keys[up]
		k = up
	}
	h.keys[k] = key
}

func (h *heap) pop() int32 {
	keys := h.keys
	top, last := keys[0], keys[len(keys)-1]
	keys = keys[:len(keys)-1]
	h.keys = keys
	if len(keys) == 0 {
		return int32(uint32(top))
	}
	k := 0
	for {
		first := 4*k + 1
		if first >= len(keys) {
			break
		}
		least := first
		for c := first + 1; c < min(first+4, len(keys)); c++ {
			if keys[c] < keys[least] {
				least = c
			}
		}
		if keys[least] >= last {
			break
		}
		keys[k] = keys[least]
		k = least
	}
	keys[k] = last
	return int32(uint32(top))
}
