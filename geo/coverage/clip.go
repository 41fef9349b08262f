package coverage

import "slices"

// Clip keeps of each line what lies in the faces of one label. Where a line meets
// their border it is cut at the nearest grid point, so that noding the pieces
// together with the edges of c joins them.
func (c *Coverage) Clip(lines [][]Point, labels []int32, label int32, tag uint32, out []Segment) []Segment {
	in := func(f int32) bool { return f != None && labels[f] == label }
	var cuts []Point
	for _, line := range lines {
		known, inside := false, false
		for i := 1; i < len(line); i++ {
			a, b := line[i-1], line[i]
			if a == b {
				continue
			}
			cuts = append(cuts[:0], a)
			touched := false
			visit := func(e int32) {
				if in(c.faceOf(2*e)) == in(c.faceOf(2*e+1)) {
					return
				}
				p, q := c.points[c.origin[2*e]], c.points[c.origin[2*e+1]]
				if x, ok := crossing(a, b, p, q); ok {
					cuts = append(cuts, x)
				} else if touches(a, b, p, q) {
					touched = true
					for _, v := range [2]Point{p, q} {
						if v != a && v != b && inPixel(a, b, v) {
							cuts = append(cuts, v)
						}
					}
				}
			}
			pieces(a, b, func(q box) { c.tree.query(q, visit) })
			if len(cuts) == 1 && !touched {
				if !known {
					inside, known = in(c.Locate(a)), true
				}
				if inside {
					out = append(out, Segment{A: a, B: b, Tag: tag})
				}
				continue
			}
			known = false
			out = c.clipPieces(append(cuts, b), in, tag, out)
		}
	}
	return out
}

// touches tells whether segments ab and pq have a point in common.
func touches(a, b, p, q Point) bool {
	if !boxOf(a, b).meets(boxOf(p, q)) {
		return false
	}
	o1, o2 := sign(orient(a, b, p)), sign(orient(a, b, q))
	o3, o4 := sign(orient(p, q, a)), sign(orient(p, q, b))
	return o1*o2 <= 0 && o3*o4 <= 0
}

// clipPieces sorts cuts, of which the first is where the segment starts, and
// keeps the pieces whose middle lies inside.
func (c *Coverage) clipPieces(cuts []Point, in func(face int32) bool, tag uint32, out []Segment) []Segment {
	a := cuts[0]
	slices.SortFunc(cuts, func(p, q Point) int {
		dp := float64(p.X-a.X)*float64(p.X-a.X) + float64(p.Y-a.Y)*float64(p.Y-a.Y)
		dq := float64(q.X-a.X)*float64(q.X-a.X) + float64(q.Y-a.Y)*float64(q.Y-a.Y)
		switch {
		case dp < dq:
			return -1
		case dp > dq:
			return 1
		}
		return comparePoints(p, q)
	})
	for i := 1; i < len(cuts); i++ {
		p, q := cuts[i-1], cuts[i]
		if p == q {
			continue
		}
		mid := Point{p.X + (q.X-p.X)/2, p.Y + (q.Y-p.Y)/2}
		if in(c.Locate(mid)) {
			out = append(out, Segment{A: p, B: q, Tag: tag})
		}
	}
	return out
}
