package tiles

// Geometry commands of MVT 2.1, section 4.3.
const (
	moveTo    = 1
	lineTo    = 2
	closePath = 7
)

// geometryWriter turns packed parts into MVT commands for one tile. Its buffers
// are reused; a writer belongs to one goroutine.
type geometryWriter struct {
	out            []byte
	cx, cy         int32 // the cursor
	local, s1, s2  []int32
	shift          uint
	half           int32
	offX, offY     int32
	zoom           uint8
	x0, y0, x1, y1 int32 // world box that needs no clipping
}

// begin prepares for tile t.
func (w *geometryWriter) begin(t ID) {
	w.zoom = t.Z
	w.shift = worldBits - uint(t.Z) - 12
	w.half = 0
	if w.shift > 0 {
		w.half = 1 << (w.shift - 1)
	}
	w.offX, w.offY = int32(t.X)<<12, int32(t.Y)<<12
	b := t.box()
	w.x0, w.y0, w.x1, w.y1 = b.MinX+1, b.MinY+1, b.MaxX-1, b.MaxY-1
}

// within says whether a box needs no clipping in this tile.
func (w *geometryWriter) within(b Box) bool {
	return b.MinX > w.x0 && b.MinY > w.y0 && b.MaxX < w.x1 && b.MaxY < w.y1
}

// snap fills w.local with the part's vertices in the tile's grid, without those
// that this zoom does not draw and without repetitions.
func (w *geometryWriter) snap(l *Layer, p part) {
	w.local = w.local[:0]
	coords := l.coords[2*p.at : 2*p.end]
	lastX, lastY := int32(-1<<31), int32(-1<<31)
	for i := 0; i+1 < len(coords); i += 2 {
		if l.ranks != nil && l.ranks[int(p.at)+i/2] > w.zoom {
			continue
		}
		x := (coords[i]+w.half)>>w.shift - w.offX
		y := (coords[i+1]+w.half)>>w.shift - w.offY
		if x == lastX && y == lastY {
			continue
		}
		w.local = append(w.local, x, y)
		lastX, lastY = x, y
	}
}

// feature writes the geometry of one feature; it is empty when nothing of it is
// drawn in this tile.
func (w *geometryWriter) feature(l *Layer, f *packed) []byte {
	w.out, w.cx, w.cy = w.out[:0], 0, 0
	inside := w.within(f.box)
	switch f.kind {
	case Points:
		w.points(l, f)
	case Lines:
		for _, p := range l.parts[f.partsAt:f.partsEnd] {
			w.snap(l, p)
			w.line(inside)
		}
	case Polygons:
		w.polygons(l, f, inside)
	}
	return w.out
}

func (w *geometryWriter) points(l *Layer, f *packed) {
	w.s1 = w.s1[:0]
	for _, p := range l.parts[f.partsAt:f.partsEnd] {
		w.snap(l, p)
		for i := 0; i < len(w.local); i += 2 {
			if tileClip.outcode(w.local[i], w.local[i+1]) == 0 {
				w.s1 = append(w.s1, w.local[i], w.local[i+1])
			}
		}
	}
	if len(w.s1) == 0 {
		return
	}
	w.command(moveTo, len(w.s1)/2)
	for i := 0; i < len(w.s1); i += 2 {
		w.vertex(w.s1[i], w.s1[i+1])
	}
}

// line writes w.local as one line, or as several where it leaves the tile.
func (w *geometryWriter) line(inside bool) {
	if inside {
		w.run(w.local)
		return
	}
	w.s1 = w.s1[:0]
	for i := 0; i+3 < len(w.local); i += 2 {
		a, b, p, q, entered, left, ok := tileClip.clipSegment(w.local[i], w.local[i+1], w.local[i+2], w.local[i+3])
		if !ok {
			w.run(w.s1)
			w.s1 = w.s1[:0]
			continue
		}
		if entered || len(w.s1) == 0 {
			w.run(w.s1)
			w.s1 = append(w.s1[:0], a, b)
		}
		w.s1 = append(w.s1, p, q)
		if left {
			w.run(w.s1)
			w.s1 = w.s1[:0]
		}
	}
	w.run(w.s1)
}

// run writes one line without repeated points; fewer than two points are
// nothing.
func (w *geometryWriter) run(v []int32) {
	v = unrepeated(v)
	if len(v) < 4 {
		return
	}
	w.command(moveTo, 1)
	w.vertex(v[0], v[1])
	w.command(lineTo, len(v)/2-1)
	for i := 2; i < len(v); i += 2 {
		w.vertex(v[i], v[i+1])
	}
}

func (w *geometryWriter) polygons(l *Layer, f *packed, inside bool) {
	outerDrawn := false
	for _, p := range l.parts[f.partsAt:f.partsEnd] {
		if p.outer {
			outerDrawn = false
		} else if !outerDrawn {
			continue // the hole of a ring that is not drawn
		}
		w.snap(l, p)
		ring := w.local
		if !inside {
			ring, w.s1, w.s2 = tileClip.clipRing(w.local, w.s1, w.s2)
		}
		drawn := w.ring(ring, p.outer)
		if p.outer {
			outerDrawn = drawn
		}
	}
}

// ring writes a ring with the winding of its role: outer rings have positive
// area (surveyor's formula, y down), holes negative. Rings without area are
// nothing.
func (w *geometryWriter) ring(v []int32, outer bool) bool {
	v = unrepeated(v)
	for len(v) >= 2 && v[0] == v[len(v)-2] && v[1] == v[len(v)-1] {
		v = v[:len(v)-2]
	}
	if len(v) < 6 {
		return false
	}
	var area int64
	px, py := int64(v[len(v)-2]), int64(v[len(v)-1])
	for i := 0; i < len(v); i += 2 {
		x, y := int64(v[i]), int64(v[i+1])
		area += px*y - x*py
		px, py = x, y
	}
	if area == 0 {
		return false
	}
	w.command(moveTo, 1)
	n := len(v) / 2
	if (area > 0) == outer {
		w.vertex(v[0], v[1])
		w.command(lineTo, n-1)
		for i := 2; i < len(v); i += 2 {
			w.vertex(v[i], v[i+1])
		}
	} else {
		w.vertex(v[2*n-2], v[2*n-1])
		w.command(lineTo, n-1)
		for i := n - 2; i >= 0; i-- {
			w.vertex(v[2*i], v[2*i+1])
		}
	}
	w.command(closePath, 1)
	return true
}

// unrepeated removes repeated neighbours, in place.
func unrepeated(v []int32) []int32 {
	if len(v) < 4 {
		return v
	}
	n := 2
	for i := 2; i < len(v); i += 2 {
		if v[i] != v[n-2] || v[i+1] != v[n-1] {
			v[n], v[n+1] = v[i], v[i+1]
			n += 2
		}
	}
	return v[:n]
}

func (w *geometryWriter) command(id, count int) {
	w.out = appendVarint(w.out, uint64(count<<3|id))
}

func (w *geometryWriter) vertex(x, y int32) {
	dx, dy := x-w.cx, y-w.cy
	w.cx, w.cy = x, y
	w.out = appendVarint(w.out, uint64(uint32(dx<<1)^uint32(dx>>31)))
	w.out = appendVarint(w.out, uint64(uint32(dy<<1)^uint32(dy>>31)))
}
