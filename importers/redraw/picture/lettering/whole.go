package lettering

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"math"
	"slices"

	"golang.org/x/image/font/sfnt"
)

// Whole is one TrueType font with every character of the first plane that the
// shipped subsets of a weight hold. A document that embeds it has one font where it
// would have some thirty, and its text is not cut at every other character. It is
// made once and kept: about ten megabytes. Without subsets there is none.
func (l *Lettering) Whole(weight Weight) ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if b, ok := l.whole[weight]; ok {
		return b, nil
	}
	w := &whole{numbers: map[glyphOf]int{}}
	for _, s := range l.subsets[weight] {
		if err := l.take(w, s); err != nil {
			return nil, fmt.Errorf("join the fonts of weight %d: %w", weight, err)
		}
	}
	b, err := w.font()
	if err != nil {
		return nil, fmt.Errorf("join the fonts of weight %d: %w", weight, err)
	}
	if l.whole == nil {
		l.whole = map[Weight][]byte{}
	}
	l.whole[weight] = b
	return b, nil
}

// WholeName is what TrueType knows the whole font of a weight by.
func WholeName(weight Weight) string { return fmt.Sprintf("whole-%d", weight) }

// glyphOf is a glyph of one of the subsets.
type glyphOf struct{ subset, glyph int }

// whole is a font in the making.
type whole struct {
	subsets []map[string][]byte // tables by tag
	chars   []charOf
	queue   []glyphOf // by number in the whole
	numbers map[glyphOf]int
}

// charOf is a character and what draws it.
type charOf struct {
	r rune
	glyphOf
}

// take adds the characters of a subset.
func (l *Lettering) take(w *whole, s subset) error {
	packed, err := fs.ReadFile(l.files, s.file)
	if err != nil {
		return err
	}
	b, err := unpackWOFF2(packed)
	if err != nil {
		return err
	}
	f, err := sfnt.Parse(b)
	if err != nil {
		return err
	}
	tables, err := tablesOf(b)
	if err != nil {
		return err
	}
	if n := len(w.subsets); n > 0 && binary.BigEndian.Uint16(tables["head"][18:]) != binary.BigEndian.Uint16(w.subsets[0]["head"][18:]) {
		return fmt.Errorf("%s has other units to the em", s.file)
	}
	w.subsets = append(w.subsets, tables)
	for _, in := range s.ranges {
		for r := in[0]; r <= min(in[1], 0xfffe); r++ {
			if i, err := f.GlyphIndex(&l.buffer, r); err == nil && i != 0 {
				w.chars = append(w.chars, charOf{r, glyphOf{len(w.subsets) - 1, int(i)}})
			}
		}
	}
	return nil
}

// tablesOf a TrueType font with everything that the whole needs.
func tablesOf(b []byte) (map[string][]byte, error) {
	r := &reader{b: b}
	r.skip(4)
	n := int(r.u16())
	r.skip(6)
	out := map[string][]byte{}
	for range n {
		tag := string(r.take(4))
		r.skip(4)
		at, size := int(r.u32()), int(r.u32())
		if at < 0 || size < 0 || at+size > len(b) {
			return nil, errFont
		}
		out[tag] = b[at : at+size]
	}
	for tag, least := range map[string]int{"head": 54, "hhea": 36, "maxp": 32, "hmtx": 4, "loca": 4, "glyf": 0, "post": 32, "OS/2": 78, "name": 6} {
		if r.bad || len(out[tag]) < least {
			return nil, errFont
		}
	}
	return out, nil
}

// number of a glyph in the whole; a new one is appended.
func (w *whole) number(g glyphOf) int {
	if n, ok := w.numbers[g]; ok {
		return n
	}
	n := len(w.queue)
	w.queue = append(w.queue, g)
	w.numbers[g] = n
	return n
}

// font writes the whole. Glyphs are numbered in the order of their characters, so
// that characters in a row are one segment of the character map.
func (w *whole) font() ([]byte, error) {
	if len(w.subsets) == 0 {
		return nil, fmt.Errorf("there are none")
	}
	slices.SortStableFunc(w.chars, func(a, b charOf) int { return int(a.r - b.r) })
	w.chars = slices.CompactFunc(w.chars, func(a, b charOf) bool { return a.r == b.r })
	w.number(glyphOf{0, 0})
	for _, c := range w.chars {
		w.number(c.glyphOf)
	}
	var glyf, loca, hmtx []byte
	for i := 0; i < len(w.queue); i++ { // grows by the components of glyphs
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		one, err := w.glyph(w.queue[i])
		if err != nil {
			return nil, err
		}
		glyf = append(glyf, one...)
		glyf = append(glyf, make([]byte, (4-len(glyf)&3)&3)...)
		hmtx = append(hmtx, w.metrics(w.queue[i])...)
	}
	if len(w.queue) > math.MaxUint16 {
		return nil, fmt.Errorf("%d glyphs are more than a font holds", len(w.queue))
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	first := w.subsets[0]
	head, hhea, post := slices.Clone(first["head"]), slices.Clone(first["hhea"]), slices.Clone(first["post"][:32])
	binary.BigEndian.PutUint16(head[50:], 1) // long offsets
	binary.BigEndian.PutUint16(hhea[34:], uint16(len(w.queue)))
	binary.BigEndian.PutUint32(post, 0x00030000) // no names of glyphs
	tables := []packedTable{{tag: "OS/2", data: first["OS/2"]}, {tag: "cmap", data: w.cmap()}, {tag: "glyf", data: glyf}, {tag: "head", data: head}, {tag: "hhea", data: hhea},
		{tag: "hmtx", data: hmtx}, {tag: "loca", data: loca}, {tag: "maxp", data: w.limits()}, {tag: "name", data: first["name"]}, {tag: "post", data: post}}
	return assemble(tables)
}

// glyph is the outline of a glyph, its components renumbered.
func (w *whole) glyph(g glyphOf) ([]byte, error) {
	t := w.subsets[g.subset]
	at := func(i int) int {
		if binary.BigEndian.Uint16(t["head"][50:]) == 0 {
			if 2*i+2 > len(t["loca"]) {
				return -1
			}
			return 2 * int(binary.BigEndian.Uint16(t["loca"][2*i:]))
		}
		if 4*i+4 > len(t["loca"]) {
			return -1
		}
		return int(binary.BigEndian.Uint32(t["loca"][4*i:]))
	}
	from, to := at(g.glyph), at(g.glyph+1)
	if from < 0 || to < from || to > len(t["glyf"]) {
		return nil, errFont
	}
	b := t["glyf"][from:to]
	if len(b) < 10 || int16(binary.BigEndian.Uint16(b)) >= 0 {
		return b, nil
	}
	b = slices.Clone(b)
	for k, more := 10, true; more; { // components (OpenType, glyf)
		if k+4 > len(b) {
			return nil, errFont
		}
		flags := binary.BigEndian.Uint16(b[k:])
		part := int(binary.BigEndian.Uint16(b[k+2:]))
		binary.BigEndian.PutUint16(b[k+2:], uint16(w.number(glyphOf{g.subset, part})))
		k += 6
		if flags&0x0001 != 0 {
			k += 2
		}
		switch {
		case flags&0x0008 != 0:
			k += 2
		case flags&0x0040 != 0:
			k += 4
		case flags&0x0080 != 0:
			k += 8
		}
		more = flags&0x0020 != 0
	}
	return b, nil
}

// metrics are advance and bearing of a glyph.
func (w *whole) metrics(g glyphOf) []byte {
	t := w.subsets[g.subset]
	n, h := int(binary.BigEndian.Uint16(t["hhea"][34:])), t["hmtx"]
	if g.glyph < n && 4*g.glyph+4 <= len(h) {
		return h[4*g.glyph : 4*g.glyph+4]
	}
	out := make([]byte, 4)
	if last := 4 * (n - 1); last >= 0 && last+2 <= len(h) {
		copy(out, h[last:last+2])
	}
	if k := 4*n + 2*(g.glyph-n); k >= 0 && k+2 <= len(h) {
		copy(out[2:], h[k:k+2])
	}
	return out
}

// limits is maxp, with the most that any subset has.
func (w *whole) limits() []byte {
	out := slices.Clone(w.subsets[0]["maxp"][:32])
	for _, t := range w.subsets[1:] {
		for k := 6; k < 32; k += 2 {
			binary.BigEndian.PutUint16(out[k:], max(binary.BigEndian.Uint16(out[k:]), binary.BigEndian.Uint16(t["maxp"][k:])))
		}
	}
	binary.BigEndian.PutUint16(out[4:], uint16(len(w.queue)))
	return out
}

// cmap is a character map of format 4: a segment for each row of characters whose
// glyphs are in a row too.
func (w *whole) cmap() []byte {
	type segment struct{ from, to, glyph int }
	var all []segment
	for _, c := range w.chars {
		r, g := int(c.r), w.numbers[c.glyphOf]
		if n := len(all); n > 0 && all[n-1].to == r-1 && all[n-1].glyph+r-all[n-1].from == g {
			all[n-1].to = r
			continue
		}
		all = append(all, segment{r, r, g})
	}
	all = append(all, segment{0xffff, 0xffff, 0x10000})
	put := func(b []byte, values ...int) []byte {
		for _, v := range values {
			b = binary.BigEndian.AppendUint16(b, uint16(v))
		}
		return b
	}
	n := len(all)
	power := 0
	for 2<<power <= n {
		power++
	}
	b := put(nil, 0, 1, 3, 1, 0, 12, 4, 16+8*n, 0, 2*n, 2<<power, power, 2*n-2<<power)
	for _, s := range all {
		b = put(b, s.to)
	}
	b = put(b, 0)
	for _, s := range all {
		b = put(b, s.from)
	}
	for _, s := range all {
		b = put(b, s.glyph-s.from)
	}
	return put(b, make([]int, n)...)
}
