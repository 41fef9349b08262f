package picture

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// vec is a position on the picture in pixels, y down.
type vec struct{ x, y float32 }

// path is a set of closed rings; holes run the other way round.
type path [][]vec

// canvas paints paths onto an image, only inside clip.
type canvas struct {
	img  *image.RGBA
	clip image.Rectangle
	z    vector.Rasterizer
}

func newCanvas(w, h int, paper color.Color) *canvas {
	c := &canvas{img: image.NewRGBA(image.Rect(0, 0, w, h))}
	c.clip = c.img.Bounds()
	draw.Draw(c.img, c.clip, image.NewUniform(paper), image.Point{}, draw.Src)
	return c
}

// within is the same canvas with a narrower clip.
func (c *canvas) within(r image.Rectangle) *canvas {
	return &canvas{img: c.img, clip: c.clip.Intersect(r)}
}

// bounds is the clipped extent of a path.
func (c *canvas) bounds(p path) image.Rectangle {
	lo, hi := vec{math.MaxFloat32, math.MaxFloat32}, vec{-math.MaxFloat32, -math.MaxFloat32}
	for _, r := range p {
		for _, v := range r {
			lo = vec{min(lo.x, v.x), min(lo.y, v.y)}
			hi = vec{max(hi.x, v.x), max(hi.y, v.y)}
		}
	}
	if lo.x > hi.x || hi.x < float32(c.clip.Min.X) || hi.y < float32(c.clip.Min.Y) || lo.x > float32(c.clip.Max.X) || lo.y > float32(c.clip.Max.Y) {
		return image.Rectangle{}
	}
	at := func(f float32, edge int) int { return int(max(-1e6, min(1e6, f))) + edge }
	return image.Rect(at(lo.x, -1), at(lo.y, -1), at(hi.x, 2), at(hi.y, 2)).Intersect(c.clip)
}

// load puts a path into the rasteriser, which is as large as box.
func (c *canvas) load(p path, box image.Rectangle) {
	c.z.Reset(box.Dx(), box.Dy())
	dx, dy := float32(box.Min.X), float32(box.Min.Y)
	for _, r := range p {
		if len(r) < 3 {
			continue
		}
		c.z.MoveTo(r[0].x-dx, r[0].y-dy)
		for _, v := range r[1:] {
			c.z.LineTo(v.x-dx, v.y-dy)
		}
		c.z.ClosePath()
	}
}

func (c *canvas) fill(p path, with color.Color) {
	box := c.bounds(p)
	if box.Empty() {
		return
	}
	c.load(p, box)
	c.z.Draw(c.img, box, image.NewUniform(with), image.Point{})
}

// hatch fills a path with stripes: width px of every pitch, rising to the right
// when slope is -1 and falling when it is 1.
func (c *canvas) hatch(p path, with color.Color, pitch, width, slope float32) {
	box := c.bounds(p)
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
	draw.DrawMask(c.img, box, image.NewUniform(with), image.Point{}, mask, box.Min, draw.Over)
}

// stroke draws lines of a width with round joins and ends.
func (c *canvas) stroke(lines [][]vec, closed bool, width float32, with color.Color) {
	for _, l := range lines {
		if p := outlineOf(l, closed, width); len(p) > 0 {
			c.fill(p, with)
		}
	}
}

// dashes cuts lines into pieces of on pixels with gaps of off.
func dashes(lines [][]vec, on, off float32) (out [][]vec) {
	for _, l := range lines {
		left, drawing := on, true
		var piece []vec
		for i, v := range l {
			if i == 0 {
				piece = []vec{v}
				continue
			}
			a := l[i-1]
			length := dist(a, v)
			for at := float32(0); at < length; {
				ahead := min(left, length-at)
				at += ahead
				left -= ahead
				t := at / length
				p := vec{a.x + (v.x-a.x)*t, a.y + (v.y-a.y)*t}
				if drawing {
					piece = append(piece, p)
				}
				if left <= 0 {
					if drawing && len(piece) > 1 {
						out = append(out, piece)
					}
					if drawing = !drawing; drawing {
						left, piece = on, []vec{p}
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

func dist(a, b vec) float32 { return float32(math.Hypot(float64(b.x-a.x), float64(b.y-a.y))) }

// outlineOf covers a line with a quadrilateral for each segment and a disc for
// each vertex, all wound the same way, so that overlaps add up to full cover.
func outlineOf(l []vec, closed bool, width float32) path {
	h := width / 2
	l = thinned(l, 0.35)
	var p path
	n := len(l)
	last := n - 1
	if closed && n > 2 && l[0] != l[n-1] {
		last = n
	}
	for i := range last {
		a, b := l[i], l[(i+1)%n]
		d := dist(a, b)
		if d == 0 {
			continue
		}
		nx, ny := -(b.y-a.y)/d*h, (b.x-a.x)/d*h
		p = append(p, []vec{{a.x + nx, a.y + ny}, {a.x - nx, a.y - ny}, {b.x - nx, b.y - ny}, {b.x + nx, b.y + ny}})
	}
	if width >= 1.2 {
		for _, v := range l {
			p = append(p, disc(v, h))
		}
	}
	return p
}

// thinned leaves out vertices nearer to the one before than least pixels.
func thinned(l []vec, least float32) []vec {
	if len(l) < 3 {
		return l
	}
	out := []vec{l[0]}
	for i, v := range l[1:] {
		if dist(out[len(out)-1], v) >= least || i == len(l)-2 {
			out = append(out, v)
		}
	}
	return out
}

func disc(at vec, r float32) []vec {
	n := max(8, min(32, int(4*r)))
	out := make([]vec, n)
	for i := range out {
		s, c := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		out[i] = vec{at.x + r*float32(c), at.y + r*float32(s)}
	}
	return out
}

func rectangle(x0, y0, x1, y1 float32) path {
	return path{{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}}
}

// rounded is a rectangle with round corners of radius r.
func rounded(x0, y0, x1, y1, r float32) path {
	var ring []vec
	for i, c := range []vec{{x1 - r, y1 - r}, {x0 + r, y1 - r}, {x0 + r, y0 + r}, {x1 - r, y0 + r}} {
		for k := range 7 {
			s, co := math.Sincos(math.Pi/2*float64(i) + math.Pi/12*float64(k))
			ring = append(ring, vec{c.x + r*float32(co), c.y + r*float32(s)})
		}
	}
	return path{ring}
}
