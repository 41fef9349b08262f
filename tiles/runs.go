package tiles

// runLength is how many vertices of a long part share a box.
const runLength = 32

// run is what is known of runLength vertices of a long part: a box around them,
// and the first zoom that draws any of them. A tile that a run does not touch
// looks at two of its vertices instead of all.
type run struct {
	box  Box
	rank uint8
}

func (p *part) long() bool { return p.end-p.at > 2*runLength }

func (l *Layer) layRuns() {
	for i := range l.parts {
		p := &l.parts[i]
		if !p.long() {
			continue
		}
		p.runsAt = uint32(len(l.runs))
		for at := p.at; at < p.end; at += runLength {
			r := run{box: emptyBox, rank: MaxZoom + 1}
			for v := at; v < min(at+runLength, p.end); v++ {
				x, y := l.coords[2*v], l.coords[2*v+1]
				r.box = r.box.Union(Box{x, y, x, y})
				r.rank = min(r.rank, l.rank(v))
			}
			l.runs = append(l.runs, r)
		}
	}
}

func (l *Layer) rank(vertex uint32) uint8 {
	if l.ranks == nil {
		return 0
	}
	return l.ranks[vertex]
}

// snapLong fills w.local like snap, but takes of a run that lies wholly beyond
// one side of the tile only the first and the last vertex that the zoom draws.
// Clipping throws away everything beyond that side, the segment between these two
// included, so the same is drawn (a ring may start at another of its vertices).
func (w *geometryWriter) snapLong(l *Layer, p part) {
	w.local = w.local[:0]
	k := p.runsAt
	for at := p.at; at < p.end; at += runLength {
		r, end := &l.runs[k], min(at+runLength, p.end)
		k++
		if r.rank > w.zoom {
			continue
		}
		if !w.beyond(r.box) {
			w.snapRange(l, at, end)
			continue
		}
		first, last := at, end-1
		for l.rank(first) > w.zoom {
			first++
		}
		for l.rank(last) > w.zoom {
			last--
		}
		w.snapRange(l, first, first+1)
		if last > first {
			w.snapRange(l, last, last+1)
		}
	}
}

// beyond says whether everything in a box snaps to the far side of one edge of
// what is drawn.
func (w *geometryWriter) beyond(b Box) bool {
	return int64(b.MaxX) < w.firstX || int64(b.MinX) >= w.pastX || int64(b.MaxY) < w.firstY || int64(b.MinY) >= w.pastY
}

// flat says whether a box snaps to a line or a point.
func (w *geometryWriter) flat(b Box) bool {
	return (b.MinX+w.half)>>w.shift == (b.MaxX+w.half)>>w.shift || (b.MinY+w.half)>>w.shift == (b.MaxY+w.half)>>w.shift
}
