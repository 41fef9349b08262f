package tiles

// clipBox is what a tile draws of the plane, in its own grid units.
type clipBox struct{ min, max int32 }

var tileClip = clipBox{-Buffer, Extent + Buffer}

// outcode of Cohen and Sutherland.
func (c clipBox) outcode(x, y int32) uint8 {
	var o uint8
	if x < c.min {
		o = 1
	} else if x > c.max {
		o = 2
	}
	if y < c.min {
		o |= 4
	} else if y > c.max {
		o |= 8
	}
	return o
}

// appendCrossing appends where the segment meets coordinate axis == limit,
// rounded to the grid. The end points are taken in a fixed order, so that both
// polygons beside an edge get the same point.
func appendCrossing(dst []int32, x0, y0, x1, y1 int32, axis int, limit int32) []int32 {
	if x0 > x1 || (x0 == x1 && y0 > y1) {
		x0, y0, x1, y1 = x1, y1, x0, y0
	}
	if axis == 0 {
		return append(dst, limit, y0+roundDiv(int64(limit-x0)*int64(y1-y0), int64(x1-x0)))
	}
	return append(dst, x0+roundDiv(int64(limit-y0)*int64(x1-x0), int64(y1-y0)), limit)
}

func roundDiv(a, b int64) int32 {
	if b < 0 {
		a, b = -a, -b
	}
	if a >= 0 {
		return int32((a + b/2) / b)
	}
	return int32(-((-a + b/2) / b))
}

// clipSegment is the visible part of a segment (Liang and Barsky, 1984). entered
// and left say whether the ends moved.
func (c clipBox) clipSegment(x0, y0, x1, y1 int32) (a, b, p, q int32, entered, left, ok bool) {
	o0, o1 := c.outcode(x0, y0), c.outcode(x1, y1)
	for range 8 {
		if o0|o1 == 0 {
			return x0, y0, x1, y1, entered, left, true
		}
		if o0&o1 != 0 {
			return 0, 0, 0, 0, false, false, false
		}
		o, first := o0, true
		if o == 0 {
			o, first = o1, false
		}
		var at [2]int32
		switch {
		case o&1 != 0:
			copy(at[:], appendCrossing(at[:0], x0, y0, x1, y1, 0, c.min))
		case o&2 != 0:
			copy(at[:], appendCrossing(at[:0], x0, y0, x1, y1, 0, c.max))
		case o&4 != 0:
			copy(at[:], appendCrossing(at[:0], x0, y0, x1, y1, 1, c.min))
		default:
			copy(at[:], appendCrossing(at[:0], x0, y0, x1, y1, 1, c.max))
		}
		if first {
			x0, y0, entered = at[0], at[1], true
			o0 = c.outcode(x0, y0)
		} else {
			x1, y1, left = at[0], at[1], true
			o1 = c.outcode(x1, y1)
		}
	}
	return 0, 0, 0, 0, false, false, false
}
