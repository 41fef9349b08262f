package picture

import (
	"image/color"
	"strings"

	"gridmap/press/lettering"
)

// pen writes text onto a canvas.
type pen struct {
	*canvas
	letters *lettering.Lettering
}

// align tells which part of a line stands at the position given.
type align float32

const (
	left   align = 0
	middle align = 0.5
	right  align = 1
)

// write puts a line of text with its baseline at y; halo is how far the paper
// shines around it, in pixels.
func (p *pen) write(text string, x, y, size float32, weight lettering.Weight, ink color.Color, a align, halo float32, shine color.Color) float32 {
	rings, width := p.letters.Line(text, weight, size)
	x -= float32(a) * width
	shape := make(path, len(rings))
	for i, r := range rings {
		shape[i] = make([]vec, len(r))
		for k, v := range r {
			shape[i][k] = vec{v.X + x, v.Y + y}
		}
	}
	if halo > 0 {
		var around path
		for _, r := range shape {
			around = append(around, outlineOf(r, true, 2*halo)...)
		}
		p.fill(around, shine)
	}
	p.fill(shape, ink)
	return width
}

func (p *pen) width(text string, size float32, weight lettering.Weight) float32 {
	return p.letters.Width(text, weight, size)
}

// wrapped breaks text into lines of at most width: at spaces in Latin, anywhere
// between ideographs.
func (p *pen) wrapped(text string, width, size float32, weight lettering.Weight) []string {
	var lines []string
	line, word := "", ""
	flush := func() {
		if word == "" {
			return
		}
		if line != "" && p.width(line+word, size, weight) > width {
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

// fitted shortens a line to a width, with an ellipsis.
func (p *pen) fitted(text string, width, size float32, weight lettering.Weight) string {
	if p.width(text, size, weight) <= width {
		return text
	}
	r := []rune(text)
	for len(r) > 1 && p.width(string(r)+"…", size, weight) > width {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}
