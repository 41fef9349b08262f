package coverage

import (
	"math"
	"slices"
)

// box is a closed rectangle on the grid.
type box struct{ minX, minY, maxX, maxY int64 }

func boxOf(a, b Point) box {
	return box{min(a.X, b.X), min(a.Y, b.Y), max(a.X, b.X), max(a.Y, b.Y)}
}

func (b box) meets(o box) bool {
	return b.minX <= o.maxX && o.minX <= b.maxX && b.minY <= o.maxY && o.minY <= b.maxY
}

func (b box) join(o box) box {
	return box{min(b.minX, o.minX), min(b.minY, o.minY), max(b.maxX, o.maxX), max(b.maxY, o.maxY)}
}

// boxTree is a packed R-tree in Hilbert order (Kamel and Faloutsos 1993). It is
// static; queries may run at the same time.
type boxTree struct {
	boxes  []box   // leaves in Hilbert order, then each level above
	ids    []int32 // of the leaves
	levels []int   // where each level begins in boxes
}

const treeFan = 12

// newBoxTree indexes boxes; ids[i] is what a query reports for boxes[i].
func newBoxTree(items []box, ids []int32) *boxTree {
	n := len(items)
	t := &boxTree{}
	if n == 0 {
		return t
	}
	all := items[0]
	for _, b := range items[1:] {
		all = all.join(b)
	}
	order := hilbertOrder(n, all, func(i int) (int64, int64) {
		return items[i].minX/2 + items[i].maxX/2, items[i].minY/2 + items[i].maxY/2
	})
	t.boxes = make([]box, 0, n+n/(treeFan-1)+8)
	t.ids = make([]int32, n)
	for i, o := range order {
		t.boxes = append(t.boxes, items[o])
		t.ids[i] = ids[o]
	}
	t.levels = []int{0}
	for start, end := 0, n; end-start > 1; {
		t.levels = append(t.levels, end)
		for i := start; i < end; i += treeFan {
			b := t.boxes[i]
			for j := i + 1; j < min(i+treeFan, end); j++ {
				b = b.join(t.boxes[j])
			}
			t.boxes = append(t.boxes, b)
		}
		start, end = end, len(t.boxes)
	}
	return t
}

// query calls visit with the id of each leaf that meets q. It walks without
// recursion: a branch is a level and the place of the next child on it.
func (t *boxTree) query(q box, visit func(id int32)) {
	top := len(t.levels) - 1
	if top < 0 || !t.boxes[len(t.boxes)-1].meets(q) {
		return
	}
	if top == 0 {
		visit(t.ids[0])
		return
	}
	var next, last [16]int // treeFan to the 16 is more than memory holds
	level := top - 1
	next[level], last[level] = t.levels[level], t.levels[level+1]
	for {
		i := next[level]
		if i == last[level] {
			if level++; level == top {
				return
			}
			continue
		}
		next[level] = i + 1
		if b := &t.boxes[i]; b.minX > q.maxX || q.minX > b.maxX || b.minY > q.maxY || q.minY > b.maxY {
			continue
		}
		if level == 0 {
			visit(t.ids[i])
			continue
		}
		first := t.levels[level-1] + (i-t.levels[level])*treeFan
		level--
		next[level], last[level] = first, min(first+treeFan, t.levels[level+1])
	}
}

// hilbertOrder sorts 0…n-1 along a Hilbert curve over the extent.
func hilbertOrder(n int, extent box, at func(i int) (x, y int64)) []int32 {
	const side = 1<<16 - 1
	span := float64(max(extent.maxX-extent.minX, extent.maxY-extent.minY, 1))
	keys := make([]uint64, n)
	for i := range keys {
		x, y := at(i)
		hx := uint32(math.Min(side, math.Max(0, float64(x-extent.minX)/span*side)))
		hy := uint32(math.Min(side, math.Max(0, float64(y-extent.minY)/span*side)))
		keys[i] = uint64(hilbert(hx, hy))<<32 | uint64(i)
	}
	slices.Sort(keys)
	order := make([]int32, n)
	for i, k := range keys {
		order[i] = int32(uint32(k))
	}
	return order
}

// hilbert is the distance of cell (x, y) along the curve of order 16.
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
				x, y = (1<<16-1)-x, (1<<16-1)-y
			}
			x, y = y, x
		}
	}
	return d
}
