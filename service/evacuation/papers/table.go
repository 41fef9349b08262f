package papers

import (
	"cmp"
	"strings"

	"gridmap/importers/redraw/picture/lettering"
)

// sheet is a paper of blocks that flow over A4 pages.
type sheet struct {
	*paper
	flow flow
}

// caption begins a section.
func (s *sheet) caption(text string) {
	s.flow.add(block{high: 12, keep: true, draw: func(y float64) {
		s.Fill(ink)
		s.Rect(textX, y+3.6, 1.6, 5.4, "F")
		s.Put(s.Fitted(text, textW-6, 14, bold), textX+4, y+8, 14, bold, ink)
	}})
}

// text adds wrapped lines, eight at most.
func (s *sheet) text(text string, size float64, w lettering.Weight, with tint) {
	high := size * 0.353 * 1.55
	for _, line := range s.Wrapped(text, textW-2, size, w, 8) {
		s.flow.add(block{high: high, draw: func(y float64) { s.Put(line, textX+1, y+high*0.72, size, w, with) }})
	}
}

// gap leaves some room.
func (s *sheet) gap(high float64) { s.flow.add(block{high: high, draw: func(float64) {}}) }

// head of a column of a table: its width in parts of the table's, and whether what
// stands in it is numbers.
type head struct {
	text  string
	wide  float64
	right bool
}

// cell of a table.
type cell struct {
	text string
	bold bool
	with tint // zero: ink
}

func plain(texts ...string) []cell {
	out := make([]cell, len(texts))
	for i, t := range texts {
		out[i].text = t
	}
	return out
}

// strong sets a row in bold.
func strong(row []cell) []cell {
	for i := range row {
		row[i].bold = true
	}
	return row
}

// Measures of a table in millimetres and points.
const (
	rowH        = 6.1
	cellPt      = 9.5
	headPt      = 8.5
	leastHeadPt = 7.2
	padL        = 2.0 // before texts
	padR        = 0.7 // behind numbers
)

// table adds a table whose heading comes again on every page.
func (s *sheet) table(heads []head, rows [][]cell) {
	total := 0.0
	for _, h := range heads {
		total += h.wide
	}
	edges := make([]float64, len(heads)+1)
	edges[0] = textX
	for i, h := range heads {
		edges[i+1] = edges[i] + h.wide/total*textW
	}
	high := 6.6
	for i, h := range heads {
		if s.Width(h.text, leastHeadPt, bold) > edges[i+1]-edges[i]-h.pad() {
			high = 9.8
		}
	}
	top := block{high: high + 0.2, keep: true, draw: func(y float64) {
		s.Fill(pale)
		s.Rect(textX, y, textW, high, "F")
		for i, h := range heads {
			s.heading(h, edges[i], edges[i+1], y+high/2)
		}
	}}
	s.flow.add(top)
	for _, row := range rows {
		s.flow.add(block{high: rowH, again: &top, draw: func(y float64) {
			for i, c := range row {
				s.cell(c, heads[i], edges[i], edges[i+1], y)
			}
			s.Stroke(faint)
			s.SetLineWidth(0.15)
			s.Line(textX, y+rowH, textX+textW, y+rowH)
		}})
	}
}

// pad is how much of a column is left empty.
func (h head) pad() float64 {
	if h.right {
		return padR + 0.5
	}
	return padL + 0.5
}

// heading writes the head of a column in one or two lines around y.
func (s *sheet) heading(h head, left, right, y float64) {
	wide, size := right-left-h.pad(), headPt
	if line, small := s.Shrunk(h.text, wide, headPt, leastHeadPt, bold); line == h.text {
		s.set(line, h.right, left, right, y+1.1, small, bold, ink)
		return
	}
	for _, word := range strings.Fields(h.text) {
		_, small := s.Shrunk(word, wide, headPt, 6, bold)
		if word[0] < 0x80 { // a Latin word is not broken
			size = min(size, small)
		}
	}
	lines := s.Wrapped(h.text, wide, size, bold, 2)
	for k, line := range lines {
		at := y + 1.1 + 3.8*(float64(k)-float64(len(lines)-1)/2)
		s.set(line, h.right, left, right, at, size, bold, ink)
	}
}

// set writes a text into a column, at its end for numbers.
func (s *sheet) set(text string, toRight bool, left, right, y, size float64, weight lettering.Weight, with tint) {
	if toRight {
		s.Right(text, right-padR, y, size, weight, with)
		return
	}
	s.Put(text, left+padL, y, size, weight, with)
}

func (s *sheet) cell(c cell, h head, left, right, y float64) {
	weight := regular
	if c.bold {
		weight = bold
	}
	text, size := s.Shrunk(c.text, right-left-h.pad(), cellPt, 7.5, weight)
	s.set(text, h.right, left, right, y+4.4, size, weight, cmp.Or(c.with, ink))
}
