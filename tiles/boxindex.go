package tiles

import (
	"cmp"
	"math/bits"
	"slices"
)

// boxIndex is a packed R-tree over boxes in Hilbert order: built once, in flat
// arrays, searched without allocation. (Kamel and Faloutsos, "Hilbert R-tree",
// 1994; the flat layout is that of flatbush.)
type boxIndex struct {
	boxes  []Box    // leaves in Hilbert order, then each level above
	items  []uint32 // of leaves: feature; of nodes: first child
	levels []int    // end of each level in boxes
}

const nodeSize = 16

func newBoxIndex(in []Box) boxIndex {
	n := len(in)
	if n == 0 {
		return boxIndex{}
	}
	order := hilbertOrder(in)
	ix := boxIndex{boxes: make([]Box, 0, n+n/8+2), items: make([]uint32, 0, n+n/8+2)}
	for _, i := range order {
		ix.boxes = append(ix.boxes, in[i])
		ix.items = append(ix.items, i)
	}
	ix.levels = append(ix.levels, n)
	for start, end := 0, n; end-start > 1; {
		for i := start; i < end; i += nodeSize {
			b := emptyBox
			for _, c := range ix.boxes[i:min(i+nodeSize, end)] {
				b = b.Union(c)
			}
			ix.boxes = append(ix.boxes, b)
			ix.items = append(ix.items, uint32(i))
		}
		start, end = end, len(ix.boxes)
		ix.levels = append(ix.levels, end)
	}
	return ix
}

func hilbertOrder(in []Box) []uint32 {
	type keyed struct{ key, i uint32 }
	all := emptyBox
	for _, b := range in {
		all = all.Union(b)
	}
	side := uint64(max(int64(all.MaxX)-int64(all.MinX), int64(all.MaxY)-int64(all.MinY), 1))
	shift := max(0, bits.Len64(side)-16)
	ks := make([]keyed, len(in))
	for i, b := range in {
		cx := (int64(b.MinX)+int64(b.MaxX))/2 - int64(all.MinX)
		cy := (int64(b.MinY)+int64(b.MaxY))/2 - int64(all.MinY)
		ks[i] = keyed{hilbert(uint32(cx>>shift), uint32(cy>>shift)), uint32(i)}
	}
	slices.SortFunc(ks, func(a, b keyed) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.i, b.i))
	})
	out := make([]uint32, len(in))
	for i, k := range ks {
		out[i] = k.i
	}
	return out
}

// hilbert is the position of (x, y), 16 bits each, along the curve.
func hilbert(x, y uint32) uint32 {
	var d uint32
	for s := uint32(1 << 15); s > 0; s >>= 1 {
		var rx, ry uint32
		if x&s != 0 {
			rx = 1
		}
		if y&s != 0 {
			ry = 1
		}
		d += s * s * ((3 * rx) ^ ry)
		if ry == 0 {
			if rx == 1 {
				x, y = 0xffff-x, 0xffff-y
			}
			x, y = y, x
		}
	}
	return d
}

// search appends to dst the features whose boxes overlap q, using stack as
// scratch, and returns both.
func (ix *boxIndex) search(dst, stack []uint32, q Box) ([]uint32, []uint32) {
	if len(ix.boxes) == 0 {
		return dst, stack
	}
	leaves := uint32(ix.levels[0])
	root := uint32(len(ix.boxes) - 1)
	if !ix.boxes[root].Overlaps(q) {
		return dst, stack
	}
	if root < leaves {
		return append(dst, ix.items[root]), stack
	}
	stack = append(stack[:0], root)
	for len(stack) > 0 {
		node := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		first := ix.items[node]
		end := min(first+nodeSize, ix.levelEnd(first))
		for c := first; c < end; c++ {
			if !ix.boxes[c].Overlaps(q) {
				continue
			}
			if c < leaves {
				dst = append(dst, ix.items[c])
			} else {
				stack = append(stack, c)
			}
		}
	}
	return dst, stack
}

func (ix *boxIndex) levelEnd(i uint32) uint32 {
	for _, e := range ix.levels {
		if i < uint32(e) {
			return uint32(e)
		}
	}
	return uint32(len(ix.boxes))
}

func (ix *boxIndex) bytes() int { return len(ix.boxes) * 20 }
