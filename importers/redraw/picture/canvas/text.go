package canvas

import (
	"image/color"
	"strings"

	"gridmap/importers/redraw/picture/lettering"
)

// Pen writes text onto a canvas.
type Pen struct {
	*Canvas
	Letters *lettering.Lettering
}

// Align tells which part of a line stands at the position given.
type Align float32

// The parts of a line.
const (
	Left   Align = 0
	Middle Align = 0.5
	Right  Align = 1
)

// Put puts a line of text with its baseline at y; halo is how far the paper
// shines around it, in pixels.
func (p *Pen) Put(text string, x, y, size float32, weight lettering.Weight, ink color.Color, a Align, halo float32, shine color.Color) float32 {
	rings, width := p.Letters.Line(text, weight, size)
	x -= float32(a) * width
	shape := make(Path, len(rings))
	for i, r := range rings {
		shape[i] = make([]Vec, len(r))
		for k, v := range r {
			shape[i][k] = Vec{v.X + x, v.Y + y}
		}
	}
	if halo > 0 {
		var around Path
		for _, r := range shape {
			around = append(around, outlineOf(r, true, 2*halo)...)
		}
		p.Fill(around, shine)
	}
	p.Fill(shape, ink)
	return width
}

// Width of a line of text in pixels.
func (p *Pen) Width(text string, size float32, weight lettering.Weight) float32 {
	return p.Letters.Width(text, weight, size)
}

// Wrapped breaks text into lines of at most width: at spaces in Latin, anywhere
// between ideographs.
func (p *Pen) Wrapped(text string, width, size float32, weight lettering.Weight) []string {
	var lines []string
	line, word := "", ""
	flush := func() {
		if word == "" {
			return
		}
		if line != "" && p.Width(line+word, size, weight) > width {
			lines = append(lines, strings.TrimSpace(line))
			line = ""
		}
		line += word
		word = ""
	}
	for _, r := range text {
		switch {
		case r == ' ':
			flush()
			line += " "
		case strings.ContainsRune("，。：；、）！？", r):
			word += string(r) // stays with what is before it
			flush()
		case r >= 0x2e80:
			flush()
			word = string(r)
			flush()
		default:
			word += string(r)
		}
	}
	flush()
	if s := strings.TrimSpace(line); s != "" {
		lines = append(lines, s)
	}
	return lines
}

// Fitted shortens a line to a width, with an ellipsis.
func (p *Pen) Fitted(text string, width, size float32, weight lettering.Weight) string {
	if p.Width(text, size, weight) <= width {
		return text
	}
	r := []rune(text)
	for len(r) > 1 && p.Width(string(r)+"…", size, weight) > width {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}
