// Package canvas paints shapes and text onto an image, in pixels, y down, with the
// fonts of importers/redraw/picture/lettering. The same calls give the same pixels on any machine.
package canvas

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// Vec is a position on the picture in pixels, y down.
type Vec struct{ X, Y float32 }

// At is a position.
func At(x, y float32) Vec { return Vec{x, y} }

// Ring is a line through positions that are given as x, y, x, y…
func Ring(xy ...float32) []Vec {
	out := make([]Vec, len(xy)/2)
	for i := range out {
		out[i] = Vec{xy[2*i], xy[2*i+1]}
	}
	return out
}

// Path is a set of closed rings; holes run the other way round.
type Path [][]Vec

// Canvas paints paths onto an image, only inside clip.
type Canvas struct {
	Img  *image.RGBA
	Clip image.Rectangle
	z    vector.Rasterizer
}

// New makes a canvas of a size, in the colour of its paper.
func New(w, h int, paper color.Color) *Canvas {
	c := &Canvas{Img: image.NewRGBA(image.Rect(0, 0, w, h))}
	c.Clip = c.Img.Bounds()
	draw.Draw(c.Img, c.Clip, image.NewUniform(paper), image.Point{}, draw.Src)
	return c
}

// Within is the same canvas with a narrower clip.
func (c *Canvas) Within(r image.Rectangle) *Canvas {
	return &Canvas{Img: c.Img, Clip: c.Clip.Intersect(r)}
}

// Bounds is the clipped extent of a path.
func (c *Canvas) Bounds(p Path) image.Rectangle {
	lo, hi := Vec{math.MaxFloat32, math.MaxFloat32}, Vec{-math.MaxFloat32, -math.MaxFloat32}
	for _, r := range p {
		for _, v := range r {
			lo = Vec{min(lo.X, v.X), min(lo.Y, v.Y)}
			hi = Vec{max(hi.X, v.X), max(hi.Y, v.Y)}
		}
	}
	if lo.X > hi.X || hi.X < float32(c.Clip.Min.X) || hi.Y < float32(c.Clip.Min.Y) || lo.X > float32(c.Clip.Max.X) || lo.Y > float32(c.Clip.Max.Y) {
		return image.Rectangle{}
	}
	at := func(f float32, edge int) int { return int(max(-1e6, min(1e6, f))) + edge }
	return image.Rect(at(lo.X, -1), at(lo.Y, -1), at(hi.X, 2), at(hi.Y, 2)).Intersect(c.Clip)
}

// load puts a path into the rasteriser, which is as large as box.
func (c *Canvas) load(p Path, box image.Rectangle) {
	c.z.Reset(box.Dx(), box.Dy())
	dx, dy := float32(box.Min.X), float32(box.Min.Y)
	for _, r := range p {
		if len(r) < 3 {
			continue
		}
		c.z.MoveTo(r[0].X-dx, r[0].Y-dy)
		for _, v := range r[1:] {
			c.z.LineTo(v.X-dx, v.Y-dy)
		}
		c.z.ClosePath()
	}
}

func (c *Canvas) Fill(p Path, with color.Color) {
	box := c.Bounds(p)
	if box.Empty() {
		return
	}
	c.load(p, box)
	c.z.Draw(c.Img, box, image.NewUniform(with), image.Point{})
}

// Hatch fills a path with stripes: width px of every pitch, rising to the right
// when slope is -1 and falling when it is 1.
func (c *Canvas) Hatch(p Path, with color.Color, pitch, width, slope float32) {
	box := c.Bounds(p)
	if box.Empty() {
		return
	}
	c.load(p, box)
	mask := image.NewAlpha(box)
	c.z.Draw(mask, box, image.Opaque, image.Point{})
	across := pitch * math.Sqrt2
	for y := box.Min.Y; y < box.Max.Y; y++ {
		row := mask.Pix[mask.PixOffset(box.Min.X, y):][:box.Dx()]
		for i := range row {
			at := math.Mod(float64(float32(box.Min.X+i)-slope*float32(y)), float64(across))
			if at < 0 {
				at += float64(across)
			}
			// Distance from the middle of the stripe, at right angles to it.
			d := float32(math.Abs(at-float64(across)/2)) / math.Sqrt2
			row[i] = uint8(float32(row[i]) * max(0, min(1, width/2-d+0.5)))
		}
	}
	draw.DrawMask(c.Img, box, image.NewUniform(with), image.Point{}, mask, box.Min, draw.Over)
}

// Stroke draws lines of a width with round joins and ends.
func (c *Canvas) Stroke(lines [][]Vec, closed bool, width float32, with color.Color) {
	for _, l := range lines {
		if p := outlineOf(l, closed, width); len(p) > 0 {
			c.Fill(p, with)
		}
	}
}

// Dashes cuts lines into pieces of on pixels with gaps of off.
func Dashes(lines [][]Vec, on, off float32) (out [][]Vec) {
	for _, l := range lines {
		left, drawing := on, true
		var piece []Vec
		for i, v := range l {
			if i == 0 {
				piece = []Vec{v}
				continue
			}
			a := l[i-1]
			length := Distance(a, v)
			for at := float32(0); at < length; {
				ahead := min(left, length-at)
				at += ahead
				left -= ahead
				t := at / length
				p := Vec{a.X + (v.X-a.X)*t, a.Y + (v.Y-a.Y)*t}
				if drawing {
					piece = append(piece, p)
				}
				if left <= 0 {
					if drawing && len(piece) > 1 {
						out = append(out, piece)
					}
					if drawing = !drawing; drawing {
						left, piece = on, []Vec{p}
					} else {
						left = off
					}
				}
			}
		}
		if drawing && len(piece) > 1 {
			out = append(out, piece)
		}
	}
	return out
}

// Distance between two points in pixels.
func Distance(a, b Vec) float32 { return float32(math.Hypot(float64(b.X-a.X), float64(b.Y-a.Y))) }

// outlineOf covers a line with a quadrilateral for each segment and a Disc for
// each vertex, all wound the same way, so that overlaps add up to full cover.
func outlineOf(l []Vec, closed bool, width float32) Path {
	h := width / 2
	l = thinned(l, 0.35)
	var p Path
	n := len(l)
	last := n - 1
	if closed && n > 2 && l[0] != l[n-1] {
		last = n
	}
	for i := range last {
		a, b := l[i], l[(i+1)%n]
		d := Distance(a, b)
		if d == 0 {
			continue
		}
		nx, ny := -(b.Y-a.Y)/d*h, (b.X-a.X)/d*h
		p = append(p, []Vec{{a.X + nx, a.Y + ny}, {a.X - nx, a.Y - ny}, {b.X - nx, b.Y - ny}, {b.X + nx, b.Y + ny}})
	}
	if width >= 1.2 {
		for _, v := range l {
			p = append(p, Disc(v, h))
		}
	}
	return p
}

// thinned leaves out vertices nearer to the one before than least pixels.
func thinned(l []Vec, least float32) []Vec {
	if len(l) < 3 {
		return l
	}
	out := []Vec{l[0]}
	for i, v := range l[1:] {
		if Distance(out[len(out)-1], v) >= least || i == len(l)-2 {
			out = append(out, v)
		}
	}
	return out
}

// Disc around a point.
func Disc(at Vec, r float32) []Vec {
	n := max(8, min(32, int(4*r)))
	out := make([]Vec, n)
	for i := range out {
		s, c := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		out[i] = Vec{at.X + r*float32(c), at.Y + r*float32(s)}
	}
	return out
}

// Rectangle between two corners.
func Rectangle(x0, y0, x1, y1 float32) Path {
	return Path{{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}}
}

// Rounded is a rectangle with round corners of radius r.
func Rounded(x0, y0, x1, y1, r float32) Path {
	var ring []Vec
	for i, c := range []Vec{{x1 - r, y1 - r}, {x0 + r, y1 - r}, {x0 + r, y0 + r}, {x1 - r, y0 + r}} {
		for k := range 7 {
			s, co := math.Sincos(math.Pi/2*float64(i) + math.Pi/12*float64(k))
			ring = append(ring, Vec{c.X + r*float32(co), c.Y + r*float32(s)})
		}
	}
	return Path{ring}
}
