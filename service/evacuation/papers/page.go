package papers

import (
	"fmt"
	"io"
	"time"

	"gridmap/importers/redraw/picture/lettering"
	"gridmap/service/press/pages"
)

type tint = pages.Tint

// Colours of the papers. They tell nothing that is not written too: call sheets are
// printed in black and read by torchlight.
const (
	ink    tint = 0x16202a
	grey   tint = 0x55616c
	faint  tint = 0xc9d0d6
	pale   tint = 0xeef1f3
	helped tint = 0xe2e6e9
	white  tint = 0xffffff
	alert  tint = 0xb5152b
	safe   tint = 0x127a3e

	bold    = lettering.SemiBold
	regular = lettering.Regular
)

// shade is the colour of a class, as on the screens.
func shade(c Class) tint {
	switch known(c) {
	case WetNow:
		return 0xe12e46
	case WillBeWet:
		return 0xf09a1c
	case CutOff:
		return 0x8e3bb8
	case Unaffected:
		return 0x525c66
	}
	return white
}

// edge is the margin of a page, footH what its foot takes, in millimetres.
const edge, footH = 11.0, 13.0

// paper is a PDF in the making; every page of it ends with what it rests on.
type paper struct {
	*pages.Pen
	*edition
	wide, high float64
	title      string // at the foot
	page       int    // in all
}

func newPaper(e *edition, wide, high float64, title string) *paper {
	day := e.Printed
	if day.IsZero() {
		day = time.Unix(0, 0).UTC()
	}
	return &paper{Pen: pages.New(wide, high, title+" · "+e.Event.Name, day, e.letters), edition: e, wide: wide, high: high, title: title}
}

// begin begins a page.
func (p *paper) begin() {
	p.page++
	p.AddPage()
}

// finish ends a page with its foot and, in a drill, the mark; number is how the
// page is called.
func (p *paper) finish(number string) {
	p.watermark()
	y := p.high - edge - footH + 3
	p.Stroke(ink)
	p.SetLineWidth(0.3)
	p.Line(edge, y, p.wide-edge, y)
	name := p.Fitted(p.alarmed(p.or(p.Event.Name)+" · "+p.title), p.wide-2*edge-p.Width(number, 8.5, bold)-5, 8.5, bold)
	p.Put(name, edge, y+4, 8.5, bold, ink)
	p.Right(number, p.wide-edge, y+4, 8.5, bold, ink)
	for i, line := range p.footing(p.wide - 2*edge) {
		p.Put(line, edge, y+8+3.6*float64(i), 7.5, regular, ink)
	}
}

// alarmed puts before a title that it is a drill.
func (p *paper) alarmed(title string) string {
	if a := p.alarm(); a != "" {
		return "【" + a + "】" + title
	}
	return title
}

// footing is what the page rests on, in two lines.
func (p *paper) footing(width float64) []string {
	lines := []string{""}
	for _, f := range p.facts() {
		part := f.name + " " + p.Fitted(f.value, width/3, 7.5, regular)
		n := len(lines) - 1
		switch next := lines[n] + "　" + part; {
		case lines[n] == "":
			lines[n] = part
		case p.Width(next, 7.5, regular) <= width:
			lines[n] = next
		default:
			lines = append(lines, part)
		}
	}
	return lines
}

// watermark writes across the page that it is of a drill.
func (p *paper) watermark() {
	mark := p.mark()
	if mark == "" {
		return
	}
	size := min(p.wide, p.high) * 0.62 / max(0.1, p.Width(mark, 1, bold))
	p.SetAlpha(0.13, "Normal")
	across := 1.0
	if p.high > p.wide {
		across = 2
	}
	for i := range int(across) {
		x, y := p.wide/2, p.high*(2*float64(i)+1)/(2*across)
		p.TransformBegin()
		p.TransformRotate(35, x, y)
		p.Middle(mark, x, y+size*pages.MMOfPoint*0.36, size, bold, alert)
		p.TransformEnd()
	}
	p.SetAlpha(1, "Normal")
}

// finishTo writes the PDF out.
func (p *paper) finishTo(out io.Writer) error {
	if err := p.Error(); err != nil {
		return fmt.Errorf("draw the pages: %w", err)
	}
	return p.Output(out)
}

// chip is a word on a colour; it returns its width.
func (p *paper) chip(text string, x, y, size float64, with, letters tint) float64 {
	w, h := p.Width(text, size, bold)+3.2, size*pages.MMOfPoint*1.36
	p.Fill(with)
	p.Stroke(ink)
	p.SetLineWidth(0.25)
	p.RoundedRect(x, y-h*0.76, w, h, 0.9, "1234", "FD")
	p.Put(text, x+1.6, y, size, bold, letters)
	return w
}

// classChip is a class as a chip.
func (p *paper) classChip(c Class, x, y, size float64) float64 {
	letters := white
	if k := known(c); k == Unknown || k == WillBeWet {
		letters = ink
	}
	return p.chip(p.class(c), x, y, size, shade(c), letters)
}
