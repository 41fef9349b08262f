package lettering

import (
	"encoding/binary"
)

// streams are the parts of a transformed glyf table (WOFF2, 5.1).
type streams struct {
	contours, points, flags, glyphs, composites, boxes *reader
	marked                                             []byte // bit by glyph: its box is given
}

// rebuildGlyphs undoes the transformation of glyf and loca. lows is the least x of
// each glyph.
func rebuildGlyphs(b []byte) (glyf, loca []byte, lows []int16, err error) {
	r := &reader{b: b}
	r.skip(4)
	n := int(r.u16())
	r.skip(2)
	var sizes [7]int
	for i := range sizes {
		sizes[i] = int(r.u32())
	}
	var parts [7]*reader
	for i := range parts {
		parts[i] = &reader{b: r.take(sizes[i])}
	}
	s := &streams{parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], nil}
	s.marked = s.boxes.take((n + 31) / 32 * 4)
	if r.bad || s.boxes.bad {
		return nil, nil, nil, errFont
	}
	lows = make([]int16, n)
	for g := range n {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		one, low := s.glyph(g)
		if s.contours.bad || s.points.bad || s.flags.bad || s.glyphs.bad || s.composites.bad || s.boxes.bad {
			return nil, nil, nil, errFont
		}
		lows[g] = low
		glyf = append(glyf, one...)
		glyf = append(glyf, make([]byte, (4-len(glyf)&3)&3)...)
	}
	return glyf, binary.BigEndian.AppendUint32(loca, uint32(len(glyf))), lows, nil
}

func (s *streams) glyph(g int) (out []byte, low int16) {
	contours := int16(s.contours.u16())
	given := s.marked[g/8]&(0x80>>(g%8)) != 0
	switch {
	case contours == 0:
		return nil, 0
	case contours < 0:
		return s.composite()
	}
	return s.simple(int(contours), given)
}

// composite copies the components, without instructions.
func (s *streams) composite() (out []byte, low int16) {
	box := s.boxes.take(8)
	out = append([]byte{0xff, 0xff}, box...)
	instructed := false
	for !s.composites.bad {
		flags := s.composites.u16()
		instructed = instructed || flags&0x0100 != 0
		n := 2 // the component, and how it is placed
		if n += 2; flags&0x0001 != 0 {
			n += 2
		}
		switch {
		case flags&0x0008 != 0:
			n += 2
		case flags&0x0040 != 0:
			n += 4
		case flags&0x0080 != 0:
			n += 8
		}
		out = binary.BigEndian.AppendUint16(out, flags&^0x0100)
		out = append(out, s.composites.take(n)...)
		if flags&0x0020 == 0 {
			break
		}
	}
	if instructed {
		s.glyphs.short() // their number; they lie in a stream of their own
	}
	return out, int16(binary.BigEndian.Uint16(box))
}

// simple writes a glyph with every coordinate as a 16-bit difference.
func (s *streams) simple(contours int, given bool) (out []byte, low int16) {
	var ends []byte
	total := 0
	for range contours {
		total += s.points.short()
		ends = binary.BigEndian.AppendUint16(ends, uint16(total-1))
	}
	if s.points.bad || total > len(s.flags.b) {
		s.points.bad = true
		return nil, 0
	}
	flags := make([]byte, 0, total)
	var xs, ys []byte
	x, y := 0, 0
	var loX, loY, hiX, hiY int
	for i := range total {
		f := s.flags.u8()
		dx, dy := s.step(f & 0x7f)
		x, y = x+dx, y+dy
		if i == 0 {
			loX, loY, hiX, hiY = x, y, x, y
		}
		loX, loY, hiX, hiY = min(loX, x), min(loY, y), max(hiX, x), max(hiY, y)
		on := byte(1)
		if f&0x80 != 0 {
			on = 0
		}
		flags = append(flags, on)
		xs = binary.BigEndian.AppendUint16(xs, uint16(int16(dx)))
		ys = binary.BigEndian.AppendUint16(ys, uint16(int16(dy)))
	}
	s.glyphs.short() // number of instructions
	out = binary.BigEndian.AppendUint16(nil, uint16(contours))
	if given {
		out = append(out, s.boxes.take(8)...)
	} else {
		for _, v := range []int{loX, loY, hiX, hiY} {
			out = binary.BigEndian.AppendUint16(out, uint16(int16(v)))
		}
	}
	low = int16(binary.BigEndian.Uint16(out[2:]))
	out = append(append(out, ends...), 0, 0)
	return append(append(append(out, flags...), xs...), ys...), low
}

// step reads how far the next point lies (5.2, table 2).
func (s *streams) step(f byte) (dx, dy int) {
	sign := func(bit byte, v int) int {
		if bit&1 == 0 {
			return -v
		}
		return v
	}
	next := func() int { return int(s.glyphs.u8()) }
	k := int(f)
	switch {
	case k < 10:
		return 0, sign(f, (k&14)<<7+next())
	case k < 20:
		return sign(f, ((k-10)&14)<<7+next()), 0
	case k < 84:
		k -= 20
		b := next()
		return sign(f, 1+k&0x30+b>>4), sign(f>>1, 1+(k&0x0c)<<2+b&0x0f)
	case k < 120:
		k -= 84
		b, c := next(), next()
		return sign(f, 1+(k/12)<<8+b), sign(f>>1, 1+(k%12)>>2<<8+c)
	case k < 124:
		b, c, d := next(), next(), next()
		return sign(f, b<<4+c>>4), sign(f>>1, (c&0x0f)<<8+d)
	}
	b, c, d, e := next(), next(), next(), next()
	return sign(f, b<<8+c), sign(f>>1, d<<8+e)
}
