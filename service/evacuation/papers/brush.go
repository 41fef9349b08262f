package papers

import (
	"image"
	"image/color"
	"math"

	"github.com/paulmach/orb"

	"gridmap/importers/redraw/picture/canvas"
	"gridmap/importers/redraw/picture/lettering"
	"gridmap/service/press/charts"
	"gridmap/service/press/pages"
)

// brush paints a map, in millimetres of the sheet: on a page or on a picture.
type brush interface {
	fill(rings [][]orb.Point, with tint, alpha float64)
	stroke(lines [][]orb.Point, closed bool, widthMM float64, with tint, dashMM ...float64)
	put(text string, x, y, sizePt float64, weight lettering.Weight, with tint)
	// turned writes around x, y, rising to the right.
	turned(text string, x, y, sizePt, degrees float64, with tint, alpha float64)
	width(text string, sizePt float64, weight lettering.Weight) float64
	clip(f charts.Frame)
	unclip()
}

// onPage paints on a page of a PDF.
type onPage struct{ *paper }

func (p onPage) fill(rings [][]orb.Point, with tint, alpha float64) {
	p.Fill(with)
	if alpha < 1 {
		p.SetAlpha(alpha, "Normal")
		defer p.SetAlpha(1, "Normal")
	}
	p.Path(rings, true, "f*")
}

func (p onPage) stroke(lines [][]orb.Point, closed bool, widthMM float64, with tint, dashMM ...float64) {
	p.Stroke(with)
	p.SetLineWidth(widthMM)
	if len(dashMM) > 0 {
		p.SetDashPattern(dashMM, 0)
		defer p.SetDashPattern(nil, 0)
	}
	p.Path(lines, closed, "D")
}

func (p onPage) put(text string, x, y, sizePt float64, weight lettering.Weight, with tint) {
	p.Put(text, x, y, sizePt, weight, with)
}

func (p onPage) turned(text string, x, y, sizePt, degrees float64, with tint, alpha float64) {
	p.SetAlpha(alpha, "Normal")
	p.TransformBegin()
	p.TransformRotate(degrees, x, y)
	p.Middle(text, x, y+sizePt*pages.MMOfPoint*0.36, sizePt, bold, with)
	p.TransformEnd()
	p.SetAlpha(1, "Normal")
}

func (p onPage) width(text string, sizePt float64, weight lettering.Weight) float64 {
	return p.Width(text, sizePt, weight)
}

func (p onPage) clip(f charts.Frame) { p.ClipRect(f.X, f.Y, f.W, f.H, false) }
func (p onPage) unclip()             { p.ClipEnd() }

// onPicture paints on an image of so many pixels a millimetre.
type onPicture struct {
	*canvas.Pen
	perMM float64
}

func nrgba(with tint, alpha float64) color.NRGBA {
	r, g, b := with.RGB()
	return color.NRGBA{uint8(r), uint8(g), uint8(b), uint8(math.Round(255 * alpha))}
}

func (p onPicture) lines(lines [][]orb.Point) [][]canvas.Vec {
	out := make([][]canvas.Vec, len(lines))
	for i, l := range lines {
		out[i] = make([]canvas.Vec, len(l))
		for k, v := range l {
			out[i][k] = canvas.At(float32(v[0]*p.perMM), float32(v[1]*p.perMM))
		}
	}
	return out
}

func (p onPicture) fill(rings [][]orb.Point, with tint, alpha float64) {
	p.Fill(p.lines(rings), nrgba(with, alpha))
}

func (p onPicture) stroke(lines [][]orb.Point, closed bool, widthMM float64, with tint, dashMM ...float64) {
	l := p.lines(lines)
	if len(dashMM) > 1 {
		if closed {
			for i := range l {
				l[i] = append(l[i], l[i][:min(1, len(l[i]))]...)
			}
		}
		l, closed = canvas.Dashes(l, float32(dashMM[0]*p.perMM), float32(dashMM[1]*p.perMM)), false
	}
	p.Stroke(l, closed, float32(widthMM*p.perMM), nrgba(with, 1))
}

// px is a size of type in pixels.
func (p onPicture) px(sizePt float64) float32 {
	return float32(sizePt * pages.MMOfPoint * p.perMM)
}

func (p onPicture) put(text string, x, y, sizePt float64, weight lettering.Weight, with tint) {
	p.Put(pages.Printable(text), float32(x*p.perMM), float32(y*p.perMM), p.px(sizePt), weight, nrgba(with, 1), canvas.Left, 0, nil)
}

func (p onPicture) turned(text string, x, y, sizePt, degrees float64, with tint, alpha float64) {
	rings, width := p.Letters.Line(pages.Printable(text), bold, p.px(sizePt))
	sin, cos := math.Sincos(-degrees * math.Pi / 180)
	shape := make(canvas.Path, len(rings))
	for i, r := range rings {
		for _, v := range r {
			dx, dy := float64(v.X-width/2), float64(v.Y)+float64(p.px(sizePt))*0.36
			shape[i] = append(shape[i], canvas.At(float32(x*p.perMM+dx*cos-dy*sin), float32(y*p.perMM+dx*sin+dy*cos)))
		}
	}
	p.Fill(shape, nrgba(with, alpha))
}

func (p onPicture) width(text string, sizePt float64, weight lettering.Weight) float64 {
	return float64(p.Pen.Width(pages.Printable(text), p.px(sizePt), weight)) / p.perMM
}

func (p onPicture) clip(f charts.Frame) {
	at := func(mm float64) int { return int(math.Round(mm * p.perMM)) }
	p.Clip = image.Rect(at(f.X), at(f.Y), at(f.X+f.W), at(f.Y+f.H))
}

func (p onPicture) unclip() { p.Clip = p.Img.Bounds() }
