package papers

import (
	"fmt"

	"codeberg.org/go-pdf/fpdf"
	"github.com/paulmach/orb"

	"gridmap/importers/redraw/picture/lettering"
)

// pen writes text and areas on the pages of a PDF, in millimetres from the upper
// left corner. Fonts are embedded as they come to be used.
type pen struct {
	*fpdf.Fpdf
	letters *lettering.Lettering
	fonts   map[string]string // by file, under the name that they have in the PDF
}

// tint is a colour, 0xrrggbb.
type tint uint32

// Colours of the papers.
const (
	ink    tint = 0x25302f
	grey   tint = 0x66706e
	faint  tint = 0xd9d8d0
	white  tint = 0xffffff
	land   tint = 0xfbfaf6
	water  tint = 0xa9cde4
	roads  tint = 0xb9a58c
	rail   tint = 0x8a8580
	houses tint = 0xb4b6b0
	border tint = 0x3c4a48
	inside tint = 0x1f6b45
	over   tint = 0xc2362b
	under  tint = 0x2f62a8
)

func (t tint) rgb() (r, g, b int) { return int(t >> 16), int(t >> 8 & 255), int(t & 255) }

// mmOfPoint is a typographic point.
const mmOfPoint = 25.4 / 72

// write puts a line of text with its baseline at y, beginning at x, and returns
// its width.
func (p *pen) write(text string, x, y, sizePt float64, weight lettering.Weight, with tint) float64 {
	p.SetTextColor(with.rgb())
	begin := x
	for _, run := range p.letters.Runs(text, weight) {
		if !p.use(run.Font, sizePt) {
			continue
		}
		p.Text(x, y, run.Text)
		x += p.GetStringWidth(run.Text)
	}
	return x - begin
}

// width of a line of text.
func (p *pen) width(text string, sizePt float64, weight lettering.Weight) float64 {
	w := 0.0
	for _, run := range p.letters.Runs(text, weight) {
		if p.use(run.Font, sizePt) {
			w += p.GetStringWidth(run.Text)
		}
	}
	return w
}

// use makes a font the present one, embedding it the first time.
func (p *pen) use(font string, sizePt float64) bool {
	name := p.fonts[font]
	if name == "" {
		b, err := p.letters.TrueType(font)
		if err != nil {
			p.SetError(err)
			return false
		}
		name = fmt.Sprintf("gridmap%d", len(p.fonts)+1)
		p.AddUTF8FontFromBytes(name, "", b)
		p.fonts[font] = name
	}
	p.SetFont(name, "", sizePt)
	return p.Ok()
}

// middle writes a line of text around x.
func (p *pen) middle(text string, x, y, sizePt float64, weight lettering.Weight, with tint) {
	p.write(text, x-p.width(text, sizePt, weight)/2, y, sizePt, weight, with)
}

// fitted shortens a text to a width.
func (p *pen) fitted(text string, width, sizePt float64, weight lettering.Weight) string {
	if p.width(text, sizePt, weight) <= width {
		return text
	}
	r := []rune(text)
	for len(r) > 1 && p.width(string(r)+"…", sizePt, weight) > width {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}

func (p *pen) fill(with tint)   { p.SetFillColor(with.rgb()) }
func (p *pen) stroke(with tint) { p.SetDrawColor(with.rgb()) }

// path lays rings out; style is f* to fill, D to draw, f*D… as in fpdf.
func (p *pen) path(rings [][]orb.Point, closed bool, style string) {
	drawn := false
	for _, r := range rings {
		if len(r) < 2 {
			continue
		}
		drawn = true
		p.MoveTo(r[0][0], r[0][1])
		for _, v := range r[1:] {
			p.LineTo(v[0], v[1])
		}
		if closed {
			p.ClosePath()
		}
	}
	if drawn {
		p.DrawPath(style)
	}
}
