package coverage

func (c *Coverage) edgeTree() *boxTree {
	boxes := make([]box, 0, len(c.tags))
	ids := make([]int32, 0, len(c.tags))
	for i := range c.tags {
		pieces(c.points[c.origin[2*i]], c.points[c.origin[2*i+1]], func(b box) {
			boxes = append(boxes, b)
			ids = append(ids, int32(i))
		})
	}
	return newBoxTree(boxes, ids)
}

// EdgesNear calls visit with each edge whose box meets the box from lo to hi; it
// may come more than once.
func (c *Coverage) EdgesNear(lo, hi Point, visit func(i int)) {
	c.tree.query(boxOf(lo, hi), func(i int32) { visit(int(i)) })
}

// Locate gives the face that holds p, or None. A point on an edge belongs to
// the face above it (or, on an upright edge, to its right).
func (c *Coverage) Locate(p Point) int32 {
	if n := len(c.tree.boxes); n == 0 || !c.tree.boxes[n-1].meets(boxOf(p, p)) {
		return None // far points would overflow the products
	}
	h := c.edgeBelow(p, false)
	if h < 0 {
		return None
	}
	return c.faceOf(h)
}

// edgeBelow finds the first edge straight below p, and returns its upper side;
// -1 when there is none. Upright edges are passed over; an edge counts from its
// left end up to, but without, its right end, as if the ray stood a hair to the
// right. With strict, an edge through p does not count.
func (c *Coverage) edgeBelow(p Point, strict bool) int32 {
	if len(c.tree.boxes) == 0 {
		return -1
	}
	floor := c.tree.boxes[len(c.tree.boxes)-1].minY
	best := int32(-1)
	visit := func(i int32) {
		h := 2 * i
		a, b := c.points[c.origin[h]], c.points[c.origin[h+1]]
		if a.X == b.X { // a comes before b in sorted order, so a.X ≤ b.X
			return
		}
		if p.X < a.X || p.X >= b.X {
			return
		}
		if o := orient(a, b, p); o < 0 || strict && o == 0 {
			return
		}
		if best < 0 || c.above(h, best) {
			best = h
		}
	}
	top := p.Y
	for depth := int64(50_000); ; depth *= 4 {
		bottom := max(p.Y-depth, floor)
		c.tree.query(box{p.X, bottom, p.X, top}, visit)
		// An edge whose box reaches into the slab may itself pass below it, and
		// another between the two.
		if bottom <= floor || best >= 0 && orient(c.points[c.origin[best]], c.points[c.origin[best+1]], Point{p.X, bottom}) <= 0 {
			return best
		}
		top = bottom
	}
}

// above tells whether edge g runs above edge h where both have a part to the
// right of the ray; both point to the east, and noded edges do not cross.
func (c *Coverage) above(g, h int32) bool {
	if g == h {
		return false
	}
	ga, gb := c.points[c.origin[g]], c.points[c.origin[g^1]]
	ha, hb := c.points[c.origin[h]], c.points[c.origin[h^1]]
	if ga.X >= ha.X {
		if o := orient(ha, hb, ga); o != 0 {
			return o > 0
		}
	} else if o := orient(ga, gb, ha); o != 0 {
		return o < 0
	}
	if gb.X <= hb.X {
		return orient(ha, hb, gb) > 0
	}
	return orient(ga, gb, hb) < 0
}
