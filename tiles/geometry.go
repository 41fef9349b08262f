package tiles

import "slices"

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
	local, s1      []int32
	clipper        ringClipper
	tidied         rings
	kept           []int  // of tidied: the rings of the polygon being written
	chain          []int  // of each kept ring: names those that hang together by touching
	met            []int  // chains that a hole touches
	placed         []bool // of tidied: it is an outer ring, or a hole that has been written
	mender         mender
	shift          uint
	half           int32
	offX, offY     int32
	zoom           uint8
	x0, y0, x1, y1 int32 // world box that needs no clipping
	firstX, firstY int64 // world coordinates from which on things snap into what is drawn
	pastX, pastY   int64 // and from which on they snap beyond it
}

// begin prepares for tile t.
func (w *geometryWriter) begin(t ID) {
	w.out = w.out[:0]
	w.zoom = t.Z
	w.shift = worldBits - uint(t.Z) - 12
	w.half = 0
	if w.shift > 0 {
		w.half = 1 << (w.shift - 1)
	}
	w.offX, w.offY = int32(t.X)<<12, int32(t.Y)<<12
	first := func(v int32, off int32) int64 { return (int64(v)+int64(off))<<w.shift - int64(w.half) }
	w.firstX, w.firstY = first(tileClip.min, w.offX), first(tileClip.min, w.offY)
	w.pastX, w.pastY = first(tileClip.max+1, w.offX), first(tileClip.max+1, w.offY)
	b := t.box()
	w.x0, w.y0, w.x1, w.y1 = b.MinX+1, b.MinY+1, b.MaxX-1, b.MaxY-1
}

// within says whether a box needs no clipping in this tile.
func (w *geometryWriter) within(b Box) bool {
	return b.MinX > w.x0 && b.MinY > w.y0 && b.MaxX < w.x1 && b.MaxY < w.y1
}

// snap fills w.local with the part's vertices in the tile's grid, without those
// that this zoom does not draw and without repetitions. Where the feature is to
// be clipped, some that clipping would throw away are left out.
func (w *geometryWriter) snap(l *Layer, p part, inside bool) {
	if !inside && p.long() {
		w.snapLong(l, p)
		return
	}
	w.local = w.local[:0]
	w.snapRange(l, p.at, p.end)
}

// snapRange appends the vertices from at to end.
func (w *geometryWriter) snapRange(l *Layer, at, end uint32) {
	lastX, lastY := int32(-1<<31), int32(-1<<31)
	if n := len(w.local); n > 0 {
		lastX, lastY = w.local[n-2], w.local[n-1]
	}
	coords := l.coords[2*at : 2*end]
	var ranks []uint8
	if l.ranks != nil {
		ranks = l.ranks[at:end]
	}
	for i := 0; i+1 < len(coords); i += 2 {
		if ranks != nil && ranks[i/2] > w.zoom {
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

// feature appends the geometry of one feature to w.out and returns where it
// stands; at equals end when nothing of it is drawn in this tile.
func (w *geometryWriter) feature(l *Layer, f *packed) (at, end int) {
	at = len(w.out)
	w.cx, w.cy = 0, 0
	inside := w.within(f.box)
	switch f.kind {
	case Points:
		w.points(l, f)
	case Lines:
		for _, p := range l.parts[f.partsAt:f.partsEnd] {
			w.snap(l, p, inside)
			w.line(inside)
		}
	case Polygons:
		w.polygons(l, f, inside)
	}
	return at, len(w.out)
}

func (w *geometryWriter) points(l *Layer, f *packed) {
	w.s1 = w.s1[:0]
	for _, p := range l.parts[f.partsAt:f.partsEnd] {
		w.snap(l, p, true)
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

// polygons writes each polygon of a feature: snapped, then clipped, then repaired.
func (w *geometryWriter) polygons(l *Layer, f *packed, inside bool) {
	if w.flat(f.box) {
		return // nothing of it has area here
	}
	parts := l.parts[f.partsAt:f.partsEnd]
	for len(parts) > 0 {
		n := 1
		for n < len(parts) && !parts[n].outer {
			n++
		}
		w.polygon(l, parts[:n], inside)
		parts = parts[n:]
	}
}

func (w *geometryWriter) polygon(l *Layer, parts []part, inside bool) {
	if inside && len(parts) == 1 { // a building: nearly all there is
		w.snap(l, parts[0], true)
		v := tidy(w.local)
		if len(v) < 6 || twiceArea(v) <= 0 {
			return
		}
		if w.zoom >= parts[0].safe || w.mender.simple(v) {
			w.ring(v)
			return
		}
	}
	w.clipper.in.reset()
	for i, p := range parts {
		w.snap(l, p, inside)
		if len(w.local) < 6 {
			if i == 0 {
				return
			}
			continue
		}
		w.clipper.in.add(w.local, i == 0)
	}
	if !inside {
		w.clipper.clip(tileClip)
	}
	safe := inside // rounding where it is cut can make any ring touch itself
	for _, p := range parts {
		safe = safe && w.zoom >= p.safe
	}
	w.rings(safe)
}

// rings writes what is left of a polygon. Rings without area, or which rounding has
// turned over, are nothing. Safe says that none of them can have come to touch itself.
func (w *geometryWriter) rings(safe bool) {
	from := &w.clipper.in
	w.tidied.reset()
	whole := true
	for i := range from.len() {
		v := tidy(from.at(i))
		if len(v) < 6 {
			continue
		}
		if area := twiceArea(v); area == 0 || (area > 0) != from.outer[i] {
			continue
		}
		whole = whole && (safe || w.mender.simple(v))
		w.tidied.add(v, from.outer[i])
	}
	if whole && w.assembled(false) {
		return
	}
	w.clipper.in.reset()
	w.mender.mend(&w.clipper.in, &w.tidied)
	w.tidied, w.clipper.in = w.clipper.in, w.tidied
	w.assembled(true)
}

// assembled writes each outer ring, and behind it the holes in it. Where a hole
// finds no place it writes nothing and says so, unless that must be.
func (w *geometryWriter) assembled(must bool) bool {
	start, cx, cy := len(w.out), w.cx, w.cy
	w.placed = append(w.placed[:0], w.tidied.outer...)
	for i, outer := range w.tidied.outer {
		if !outer {
			continue
		}
		w.ring(w.tidied.at(i))
		w.kept, w.chain = append(w.kept[:0], i), append(w.chain[:0], i)
		for k, placed := range w.placed {
			if !placed && w.fits(k) {
				w.ring(w.tidied.at(k))
				w.kept = append(w.kept, k)
				w.placed[k] = true
			}
		}
	}
	if must || !slices.Contains(w.placed, false) {
		return true
	}
	w.out, w.cx, w.cy = w.out[:start], cx, cy
	return false
}

// fits says whether a hole is one of the polygon whose rings are kept, the outer
// ring first. A hole may touch others, in a point each; but where it closes a circle
// of rings that touch, it cuts the inside in two (OGC 06-103r4, 6.1.11).
func (w *geometryWriter) fits(hole int) bool {
	h := w.tidied.at(hole)
	w.met = w.met[:0]
	for k, i := range w.kept {
		ring := w.tidied.at(i)
		switch common(ring, h) {
		case 0:
		case 1:
			if slices.Contains(w.met, w.chain[k]) {
				return false
			}
			w.met = append(w.met, w.chain[k])
		default:
			return false
		}
		if k == 0 && !within(ring, h) || k > 0 && (within(ring, h) || within(h, ring)) {
			return false
		}
	}
	for k, c := range w.chain {
		if slices.Contains(w.met, c) {
			w.chain[k] = hole
		}
	}
	w.chain = append(w.chain, hole)
	return true
}

// within says whether a hole lies in an outer ring, by the first of its vertices
// that can tell.
func within(outer, hole []int32) bool {
	for i := 0; i < len(hole); i += 2 {
		if in, sure := contains(outer, hole[i], hole[i+1]); sure {
			return in
		}
	}
	return true
}

func (w *geometryWriter) ring(v []int32) {
	w.command(moveTo, 1)
	w.vertex(v[0], v[1])
	w.command(lineTo, len(v)/2-1)
	for i := 2; i < len(v); i += 2 {
		w.vertex(v[i], v[i+1])
	}
	w.command(closePath, 1)
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
