package tiles

import "slices"

// rings is a polygon on its way into a tile: vertices of all its rings in a row
// (x, y), where each ring ends, and whether it bounds from outside. Rings are not
// closed. Outer rings have positive area with y down, holes negative.
type rings struct {
	xy    []int32
	ends  []int
	outer []bool
}

func (r *rings) reset() { r.xy, r.ends, r.outer = r.xy[:0], r.ends[:0], r.outer[:0] }
func (r *rings) len() int {
	return len(r.ends)
}

func (r *rings) at(i int) []int32 {
	if i == 0 {
		return r.xy[:r.ends[0]]
	}
	return r.xy[r.ends[i-1]:r.ends[i]]
}

func (r *rings) add(ring []int32, outer bool) {
	r.xy = append(r.xy, ring...)
	r.end(outer)
}

// end closes the ring whose vertices were appended to xy.
func (r *rings) end(outer bool) {
	r.ends, r.outer = append(r.ends, len(r.xy)), append(r.outer, outer)
}

// ringClipper clips polygons against the sides of what a tile draws, one half
// plane after the other. Unlike the method of Sutherland and Hodgman (1974) it
// leaves no bridges along the edge: what a side cuts a ring into is joined along
// the side to whatever bounds the same piece, holes that reach the side included.
type ringClipper struct {
	in, out   rings
	chains    []chain
	byIn      []int32 // chains in the order of where they come in, along the side
	byOut     []int32
	follower  []int32 // of each chain: the one that goes on where it went out
	crossings []int32
}

// chain is a run of a ring inside a half plane, with its two ends on the side.
type chain struct {
	at, end    int   // of its vertices in crossings
	came, went int32 // where along the side
	used       bool
}

// clip leaves in c.in what lies inside the tile and its buffer of the rings there.
func (c *ringClipper) clip(b clipBox) {
	for axis := range 2 {
		low, high := false, false
		for i := axis; i < len(c.in.xy); i += 2 {
			low, high = low || c.in.xy[i] < b.min, high || c.in.xy[i] > b.max
		}
		if low {
			c.side(axis, b.min, false)
		}
		if high {
			c.side(axis, b.max, true)
		}
	}
}

// side keeps what lies below a limit of one axis, or above. Vertices on the limit
// count as beyond it: an edge along the side is made anew by joining.
func (c *ringClipper) side(axis int, limit int32, below bool) {
	c.out.reset()
	c.chains, c.crossings = c.chains[:0], c.crossings[:0]
	for i := range c.in.len() {
		c.cut(c.in.at(i), c.in.outer[i], axis, limit, below)
	}
	c.join(below == (axis == 0))
	c.in, c.out = c.out, c.in
}

// cut sorts one ring: inside, beyond, or chains.
func (c *ringClipper) cut(ring []int32, outer bool, axis int, limit int32, below bool) {
	sign := int32(1)
	if below {
		sign = -1
	}
	bound := sign * limit // what is inside is beyond it, with the sign
	first := comesIn(ring, axis, sign, bound)
	if first < 0 {
		if sign*ring[axis] > bound {
			c.out.add(ring, outer)
		}
		return
	}
	open := false
	p := first - 2
	if p < 0 {
		p = len(ring) - 2
	}
	px, py := ring[p], ring[p+1]
	for i, left := first, len(ring)/2; left > 0; left-- { // once around
		x, y, now := ring[i], ring[i+1], sign*ring[i+axis] > bound
		switch {
		case now && !open:
			c.crossings = appendCrossing(c.crossings, px, py, x, y, axis, limit)
			m := len(c.crossings)
			c.chains = append(c.chains, chain{at: m - 2, came: c.crossings[m-1-axis]})
			c.crossings = append(c.crossings, x, y)
			open = true
		case now:
			c.crossings = append(c.crossings, x, y)
		case open:
			c.goOut(px, py, x, y, axis, limit)
			open = false
		}
		px, py = x, y
		if i += 2; i == len(ring) {
			i = 0
		}
	}
}

// comesIn is the first vertex inside behind one that is not; negative: there is
// none, for all are on one side.
func comesIn(ring []int32, axis int, sign, bound int32) int {
	before := sign*ring[len(ring)-2+axis] > bound
	for i := 0; i < len(ring); i += 2 {
		now := sign*ring[i+axis] > bound
		if now && !before {
			return i
		}
		before = now
	}
	return -1
}

// goOut ends the chain under way where a ring crosses the side.
func (c *ringClipper) goOut(px, py, x, y int32, axis int, limit int32) {
	c.crossings = appendCrossing(c.crossings, px, py, x, y, axis, limit)
	m := len(c.crossings)
	last := &c.chains[len(c.chains)-1]
	last.end, last.went = m, c.crossings[m-1-axis]
}

// join makes rings of the chains. With the inside on the same hand all the way
// round, whatever went out comes in again next in one direction along the side;
// so the chain that goes out k-th is followed by the one that comes in k-th.
func (c *ringClipper) join(ascending bool) {
	c.byIn, c.byOut = c.byIn[:0], c.byOut[:0]
	for i := range c.chains {
		c.byIn, c.byOut = append(c.byIn, int32(i)), append(c.byOut, int32(i))
	}
	sign := int32(1)
	if !ascending {
		sign = -1
	}
	if len(c.chains) > 1 {
		slices.SortStableFunc(c.byIn, func(a, b int32) int { return int(sign * (c.chains[a].came - c.chains[b].came)) })
		slices.SortStableFunc(c.byOut, func(a, b int32) int { return int(sign * (c.chains[a].went - c.chains[b].went)) })
	}
	c.follower = append(c.follower[:0], c.byIn...)
	for k, i := range c.byOut {
		c.follower[i] = c.byIn[k]
	}
	for i := range c.chains {
		for k := int32(i); !c.chains[k].used; k = c.follower[k] {
			h := &c.chains[k]
			h.used = true
			c.out.xy = append(c.out.xy, c.crossings[h.at:h.end]...)
		}
		// A ring with a part of the side in it bounds from outside, even where all of
		// its chains were of holes: it lies between them and the side.
		if n := c.out.len(); len(c.out.xy) > 0 && (n == 0 || c.out.ends[n-1] < len(c.out.xy)) {
			c.out.end(true)
		}
	}
}

// twiceArea of a ring by the surveyor's formula, y down.
func twiceArea(v []int32) int64 {
	var area int64
	px, py := int64(v[len(v)-2]), int64(v[len(v)-1])
	for i := 0; i < len(v); i += 2 {
		x, y := int64(v[i]), int64(v[i+1])
		area += px*y - x*py
		px, py = x, y
	}
	return area
}

// turn reverses a ring in place.
func turn(v []int32) {
	for i, j := 0, len(v)-2; i < j; i, j = i+2, j-2 {
		v[i], v[i+1], v[j], v[j+1] = v[j], v[j+1], v[i], v[i+1]
	}
}

// tidy removes from a ring, in place, repeated vertices and spikes: places where
// it goes back the way that it came.
func tidy(v []int32) []int32 {
	n := 0
	for i := 0; i < len(v); i += 2 {
		x, y := v[i], v[i+1]
		for n >= 2 {
			if v[n-2] == x && v[n-1] == y {
				n -= 2
				continue
			}
			if n >= 4 && spike(v[n-4], v[n-3], v[n-2], v[n-1], x, y) {
				n -= 2
				continue
			}
			break
		}
		v[n], v[n+1] = x, y
		n += 2
	}
	v = v[:n]
	for len(v) >= 6 { // the same across the end
		m := len(v)
		switch {
		case v[0] == v[m-2] && v[1] == v[m-1], spike(v[m-4], v[m-3], v[m-2], v[m-1], v[0], v[1]):
			v = v[:m-2]
		case spike(v[m-2], v[m-1], v[0], v[1], v[2], v[3]):
			v = v[2:]
		default:
			return v
		}
	}
	return nil
}

// spike says whether the way from a by b to c turns back on itself at b.
func spike(ax, ay, bx, by, cx, cy int32) bool {
	ux, uy, vx, vy := int64(bx-ax), int64(by-ay), int64(cx-bx), int64(cy-by)
	return ux*vy == uy*vx && ux*vx+uy*vy < 0
}

// contains says whether a point lies inside a ring, by the parity of crossings of
// a ray; sure is false on the ring itself.
func contains(ring []int32, x, y int32) (in, sure bool) {
	px, py := int64(ring[len(ring)-2]), int64(ring[len(ring)-1])
	for i := 0; i < len(ring); i += 2 {
		qx, qy := int64(ring[i]), int64(ring[i+1])
		cross := (qx-px)*(int64(y)-py) - (int64(x)-px)*(qy-py)
		if cross == 0 && min(px, qx) <= int64(x) && int64(x) <= max(px, qx) && min(py, qy) <= int64(y) && int64(y) <= max(py, qy) {
			return false, false
		}
		if (py > int64(y)) != (qy > int64(y)) && (cross > 0) == (qy > py) {
			in = !in
		}
		px, py = qx, qy
	}
	return in, true
}
