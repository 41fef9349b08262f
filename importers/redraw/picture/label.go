package picture

import (
	"cmp"
	"image/color"
	"slices"
	"strconv"

	"gridmap/importers/redraw/picture/canvas"
	"gridmap/importers/redraw/picture/lettering"
)

// labelBox is room that a label takes, in pixels.
type labelBox struct{ x0, y0, x1, y1 float32 }

func (a labelBox) meets(b labelBox) bool {
	return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1
}

func (m *chart) free(b labelBox) bool {
	for _, o := range m.labels {
		if b.meets(o) {
			return false
		}
	}
	return true
}

// shows tells whether a box lies in the frame.
func (m *chart) shows(b labelBox) bool {
	return b.x0 >= float32(m.frame.Min.X) && b.y0 >= float32(m.frame.Min.Y) && b.x1 <= float32(m.frame.Max.X) && b.y1 <= float32(m.frame.Max.Y)
}

// label writes the grids' numbers and households: those outside the rule first,
// then the roomiest; each as large as it fits into its grid without meeting
// another. Then the communities' names, where there is room left.
func (m *chart) label() {
	order := make([]int, 0, len(m.areas))
	for i, area := range m.areas {
		if !m.c.Bounds(area).Empty() {
			order = append(order, i)
		}
	}
	outside := func(i int) int {
		if v := m.verdict(&m.plan.Grids[i]); v == overRule || v == underRule {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(outside(a), outside(b)), cmp.Compare(m.rooms[b], m.rooms[a]))
	})
	m.stack(order)
	for _, i := range order {
		if m.on[i] != i || m.both(i) {
			continue
		}
		m.unread = append(m.unread, i)
		if !m.codeAlone(i) {
			m.unnamed = append(m.unnamed, i)
		}
	}
	m.microgrids(order)
	if len(m.in.Communities) > 1 {
		m.communityNames()
	}
}

// microgrids writes the last two digits of micro-grids and their households, in
// small, where there is room; those outside their rule in its colour.
func (m *chart) microgrids(order []int) {
	rule := m.plan.Report.Microgrids
	for _, i := range order {
		for k := range m.plan.Grids[i].Microgrids {
			micro := &m.plan.Grids[i].Microgrids[k]
			if micro.Layered {
				continue
			}
			text, ink := micro.Code[max(0, len(micro.Code)-2):]+"·"+strconv.Itoa(micro.Households), m.pal.grey
			if micro.Households > rule.Max {
				text, ink = text+"▲", m.pal.over
			} else if micro.Households < rule.Min {
				text, ink = text+"▼", m.pal.under
			}
			area := m.area(micro.Outline)
			if m.c.Bounds(area).Empty() {
				continue
			}
			m.small(area, text, ink)
		}
	}
}

// small writes a text at the roomiest place of an area, or a little above or
// below it, where it fits.
func (m *chart) small(area canvas.Path, text string, ink color.NRGBA) {
	at, room := anchor(area)
	for _, size := range []float32{16, 14, 12, 10.5} {
		w := m.Width(text, size, lettering.Regular)
		for _, dy := range []float32{0, -0.45, 0.45, -0.8, 0.8} {
			y := at.Y + dy*room
			b := labelBox{at.X - w/2 - 2, y - size*0.5, at.X + w/2 + 2, y + size*0.5}
			if m.shows(b) && within(area, b) && m.free(b) {
				m.labels = append(m.labels, b)
				m.Put(text, at.X, y+size*0.36, size, lettering.Regular, ink, canvas.Middle, size*0.12, faded(m.pal.halo, 190))
				return
			}
		}
	}
}

// stack has the layers of one footprint share a label: each layered grid stands
// on the grid whose label would be written at the same place.
func (m *chart) stack(order []int) {
	m.on = make([]int, len(m.areas))
	for i := range m.on {
		m.on[i] = i
	}
	for _, i := range order {
		if !m.plan.Grids[i].Layered {
			continue
		}
		for _, j := range order {
			if other := &m.plan.Grids[j]; m.on[j] == j && j != i && (!other.Layered || j < i) && canvas.Distance(m.anchors[i], m.anchors[j]) < 8 {
				m.on[i] = j
				break
			}
		}
	}
}

// words are what a label says, and in which colour the households; the layers
// that stand on a grid follow it.
func (m *chart) words(i int) (code, count string, ink color.NRGBA) {
	code, count, ink = m.own(i)
	for k, on := range m.on {
		if on == i && k != i {
			c, n, _ := m.own(k)
			code, count = code+"/"+c, count+"/"+n
		}
	}
	return code, count, ink
}

func (m *chart) own(i int) (code, count string, ink color.NRGBA) {
	g := &m.plan.Grids[i]
	code, count, ink = g.Code[max(0, len(g.Code)-3):], strconv.Itoa(g.Households), m.pal.ink
	switch m.verdict(g) {
	case overRule:
		count, ink = "▲"+count, m.pal.over
	case underRule:
		count, ink = "▼"+count, m.pal.under
	case noRule:
		if g.Name != "" && m.Letters.Chinese() {
			count = g.Name
		}
		ink = m.pal.grey
	}
	return code, count, ink
}

// place takes the room for a label when it lies in grid i and in the frame, and
// meets no other.
func (m *chart) place(i int, b labelBox) bool {
	if !m.shows(b) || !within(m.areas[i], b) || !m.free(b) {
		return false
	}
	m.labels = append(m.labels, b)
	return true
}

// both writes number and households; false where there is no room.
func (m *chart) both(i int) bool {
	code, count, ink := m.words(i)
	at := m.anchors[i]
	for _, size := range []float32{30, 26, 22, 19, 16.5, 14.5, 12.5, 11} {
		second := size * 0.8
		w := max(m.Width(code, size, lettering.SemiBold), m.Width(count, second, lettering.SemiBold))
		h := size*0.75 + second*1.1
		if !m.place(i, labelBox{at.X - w/2 - 3, at.Y - h/2 - 3, at.X + w/2 + 3, at.Y + h/2 + 3}) {
			continue
		}
		halo := size * 0.11
		m.Put(code, at.X, at.Y-h/2+size*0.75, size, lettering.SemiBold, m.pal.ink, canvas.Middle, halo, faded(m.pal.halo, 215))
		m.Put(count, at.X, at.Y+h/2, second, lettering.SemiBold, ink, canvas.Middle, halo, faded(m.pal.halo, 215))
		return true
	}
	return false
}

// codeAlone writes the number alone.
func (m *chart) codeAlone(i int) bool {
	code, _, ink := m.words(i)
	at := m.anchors[i]
	for _, size := range []float32{13, 11, 9.5} {
		w := m.Width(code, size, lettering.SemiBold)
		if m.place(i, labelBox{at.X - w/2 - 1, at.Y - size*0.4 - 1, at.X + w/2 + 1, at.Y + size*0.4 + 1}) {
			m.Put(code, at.X, at.Y+size*0.36, size, lettering.SemiBold, ink, canvas.Middle, size*0.13, faded(m.pal.halo, 215))
			return true
		}
	}
	return false
}

// within tells whether a box lies in an area, by its corners and the middles of
// its sides.
func within(area canvas.Path, b labelBox) bool {
	cx, cy := (b.x0+b.x1)/2, (b.y0+b.y1)/2
	for _, v := range canvas.Ring(b.x0, b.y0, b.x1, b.y0, b.x0, b.y1, b.x1, b.y1, cx, b.y0, cx, b.y1, b.x0, cy, b.x1, cy, cx, cy) {
		if inside(area, v) < 0 {
			return false
		}
	}
	return true
}

// communityNames are written in grey where nothing else stands, in the
// community's upper part before its middle.
func (m *chart) communityNames() {
	for i := range m.in.Communities {
		c := &m.in.Communities[i]
		name := cmp.Or(c.Name, c.Code)
		area := m.area(c.Outline)
		at, room := anchor(area)
		if room < 24 {
			continue
		}
		size := max(13, min(20, room/4))
		w := m.Width(name, size, lettering.Regular)
		for _, dy := range []float32{-0.55, 0.6, -0.85, 0.85, -0.3, 0.3, 0} {
			y := at.Y + dy*room
			b := labelBox{at.X - w/2 - 4, y - size, at.X + w/2 + 4, y + size*0.4}
			if !m.shows(b) || !within(area, b) || !m.free(b) {
				continue
			}
			m.labels = append(m.labels, b)
			m.Put(name, at.X, y, size, lettering.Regular, m.pal.grey, canvas.Middle, size*0.14, faded(m.pal.halo, 190))
			break
		}
	}
}
