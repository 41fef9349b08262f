// Package pages writes text and shapes on the pages of a PDF with the fonts of
// importers/redraw/picture/lettering, in millimetres from the upper left corner. Fonts are embedded
// as they come to be used, each with the characters that were used alone. The
// clock is not looked at: the same calls give the same bytes.
//
// Any text may be written: what cannot be printed (control characters, marks that
// turn the direction of text, broken UTF-8) is left out, what no font holds is an
// empty box.
package pages

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"github.com/paulmach/orb"

	"gridmap/importers/redraw/picture/lettering"
)

// Pen writes on the pages of one PDF.
type Pen struct {
	*fpdf.Fpdf
	letters *lettering.Lettering
	fonts   map[string]string // by file, under the name that they have in the PDF
	glyphs  map[face]glyph
	set     string // the font that is set on this page, by file
	sizePt  float64
}

// face is a character in a weight.
type face struct {
	r      rune
	weight lettering.Weight
}

// glyph is the font that holds a character, and how wide it is there.
type glyph struct {
	font string
	em   float64
}

// Tint is a colour, 0xrrggbb.
type Tint uint32

// RGB are the parts of a colour.
func (t Tint) RGB() (r, g, b int) { return int(t >> 16), int(t >> 8 & 255), int(t & 255) }

// MMOfPoint is a typographic point in millimetres.
const MMOfPoint = 25.4 / 72

// New begins a PDF whose pages are of a size in millimetres; day stands as when it
// was made.
func New(widthMM, heightMM float64, title string, day time.Time, letters *lettering.Lettering) *Pen {
	pdf := fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: widthMM, Ht: heightMM}})
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	pdf.SetLineJoinStyle("round")
	pdf.SetTitle(Printable(title), true)
	pdf.SetCreator("gridmap", true)
	pdf.SetCreationDate(day)
	pdf.SetModificationDate(day)
	pdf.SetCatalogSort(true)
	return &Pen{Fpdf: pdf, letters: letters, fonts: map[string]string{}, glyphs: map[face]glyph{}}
}

// tofu stands for a character that a PDF's font of 16-bit characters cannot hold.
const tofu = '\u25a1'

// Printable is a text as it can be printed in one line. A PDF's composite font is
// of UCS-2 here (ISO 32000-1, 9.7.5.2, Identity-H), so characters beyond the first
// plane are boxes.
func Printable(text string) string {
	fine := true
	for _, r := range text {
		fine = fine && r >= ' ' && (r < 0x7f || r >= 0xa0 && r < 0x200b)
		fine = fine || r >= 0x3000 && r < 0xa000
		if !fine {
			break
		}
	}
	if fine {
		return text
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			return ' '
		case r == unicode.ReplacementChar, unicode.Is(unicode.C, r), unicode.Is(unicode.Variation_Selector, r):
			return -1 // control and format characters, surrogates, private use
		case r > 0xffff:
			return tofu
		}
		return r
	}, text)
}

// Put writes a line of text with its baseline at y, beginning at x, and returns its
// width.
func (p *Pen) Put(text string, x, y, sizePt float64, weight lettering.Weight, with Tint) float64 {
	text = Printable(text)
	p.SetTextColor(with.RGB())
	begin, from, at, font := x, 0, x, ""
	flush := func(to int) {
		if to > from && p.use(font, sizePt) {
			p.Text(begin, y, text[from:to])
		}
		begin, from = at, to
	}
	for i, r := range text {
		g := p.glyph(r, weight)
		if g.font != font {
			flush(i)
			font = g.font
		}
		at += g.em * sizePt * MMOfPoint
	}
	flush(len(text))
	return at - x
}

// Width of a line of text in millimetres.
func (p *Pen) Width(text string, sizePt float64, weight lettering.Weight) float64 {
	em := 0.0
	for _, r := range Printable(text) {
		em += p.glyph(r, weight).em
	}
	return em * sizePt * MMOfPoint
}

// glyph looks a character up, the first time in the fonts.
func (p *Pen) glyph(r rune, weight lettering.Weight) glyph {
	g, ok := p.glyphs[face{r, weight}]
	if ok {
		return g
	}
	text := string(r)
	if runs := p.letters.Runs(text, weight); len(runs) > 0 {
		name := p.joined(runs[0].Font, weight)
		if p.use(name, 12) {
			g = glyph{name, float64(p.GetStringSymbolWidth(text)) / 1000}
			p.glyphs[face{r, weight}] = g
		}
	}
	return g
}

// joined is the whole font instead of one of its subsets, where there is one.
func (p *Pen) joined(name string, weight lettering.Weight) string {
	if strings.HasPrefix(name, "go-") {
		return name
	}
	if _, err := p.letters.Whole(weight); err != nil {
		return name
	}
	return lettering.WholeName(weight)
}

// AddPage begins a page.
func (p *Pen) AddPage() {
	p.set = ""
	p.Fpdf.AddPage()
}

// ClipEnd ends a clip; with it goes the font that was set inside.
func (p *Pen) ClipEnd() {
	p.set = ""
	p.Fpdf.ClipEnd()
}

// TransformEnd ends a transformation; with it goes the font that was set inside.
func (p *Pen) TransformEnd() {
	p.set = ""
	p.Fpdf.TransformEnd()
}

// use makes a font the present one, embedding it the first time.
func (p *Pen) use(font string, sizePt float64) bool {
	if p.set == font && p.sizePt == sizePt && p.PageNo() > 0 {
		return p.Ok()
	}
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
	p.set, p.sizePt = font, sizePt
	return p.Ok()
}

// Middle writes a line of text around x.
func (p *Pen) Middle(text string, x, y, sizePt float64, weight lettering.Weight, with Tint) {
	p.Put(text, x-p.Width(text, sizePt, weight)/2, y, sizePt, weight, with)
}

// Right writes a line of text that ends at x.
func (p *Pen) Right(text string, x, y, sizePt float64, weight lettering.Weight, with Tint) {
	p.Put(text, x-p.Width(text, sizePt, weight), y, sizePt, weight, with)
}

// Fitted shortens a text to a width, with an ellipsis.
func (p *Pen) Fitted(text string, width, sizePt float64, weight lettering.Weight) string {
	text = Printable(text)
	if p.Width(text, sizePt, weight) <= width {
		return text
	}
	r := []rune(text)
	few, many := 0, len(r) // few fit, many do not
	for many-few > 1 {
		if mid := (few + many) / 2; p.Width(string(r[:mid])+"…", sizePt, weight) <= width {
			few = mid
		} else {
			many = mid
		}
	}
	return string(r[:few]) + "…"
}

// Shrunk sets a text smaller, down to a least size, so that it fits into a width,
// and then shortens it.
func (p *Pen) Shrunk(text string, width, sizePt, leastPt float64, weight lettering.Weight) (fitted string, fittedPt float64) {
	if w := p.Width(text, sizePt, weight); w > width {
		sizePt = max(leastPt, sizePt*width/w*0.999)
	}
	return p.Fitted(text, width, sizePt, weight), sizePt
}

// Wrapped breaks a text into at most so many lines of a width: at spaces in Latin,
// anywhere between ideographs; the last line is shortened when there is more.
func (p *Pen) Wrapped(text string, width, sizePt float64, weight lettering.Weight, most int) []string {
	rest := []rune(strings.TrimSpace(Printable(text)))
	var lines []string
	for len(rest) > 0 {
		if len(lines) == most-1 || p.Width(string(rest), sizePt, weight) <= width {
			return append(lines, p.Fitted(string(rest), width, sizePt, weight))
		}
		n, w := 0, 0.0
		for n < len(rest) {
			if w += p.Width(string(rest[n]), sizePt, weight); w > width {
				break
			}
			n++
		}
		n = breakAt(rest, max(1, n))
		lines = append(lines, strings.TrimSpace(string(rest[:n])))
		rest = []rune(strings.TrimLeft(string(rest[n:]), " "))
	}
	return lines
}

// breakAt is where a line of at most n characters ends.
func breakAt(text []rune, n int) int {
	for k := n; k > n/3; k-- {
		before, after := text[k-1], text[min(k, len(text)-1)]
		if strings.ContainsRune("，。：；、）！？,.;:)", after) {
			continue
		}
		if before == ' ' || before >= 0x2e80 || after >= 0x2e80 {
			return k
		}
	}
	return n
}

// Fill sets the colour of areas.
func (p *Pen) Fill(with Tint) { p.SetFillColor(with.RGB()) }

// Stroke sets the colour of lines.
func (p *Pen) Stroke(with Tint) { p.SetDrawColor(with.RGB()) }

// Path lays rings out; style is f* to fill, D to draw, f*D… as in fpdf.
func (p *Pen) Path(rings [][]orb.Point, closed bool, style string) {
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
