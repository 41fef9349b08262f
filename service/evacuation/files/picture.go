package files

import (
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"os"

	"github.com/paulmach/orb"
	"golang.org/x/image/vector"

	"gridmap/importers/redraw/picture/lettering"
)

// mapPx is the longer side of the map in pixels, sidePx the width of its legend.
const mapPx, sidePx, marginPx = 1500, 330, 24

// Colours that stay apart in all common kinds of colour vision (see the screens).
func classColours() map[Class]color.NRGBA {
	return map[Class]color.NRGBA{WetNow: {0xe1, 0x2e, 0x46, 255}, WillBeWet: {0xf0, 0x9a, 0x1c, 255}, CutOff: {0x8e, 0x3b, 0xb8, 255},
		Unaffected: {0x52, 0x5c, 0x66, 255}, Unknown: {0xff, 0xff, 0xff, 255}}
}

// sheet is the picture while it is drawn.
type sheet struct {
	*run
	img   *image.RGBA
	scale float64 // pixels a cell
	wide  int     // of the map
	high  int
	cellM float64
}

// writeMap draws relief, water, roads that are shut, and buildings by class.
func (r *run) writeMap(context.Context) error {
	r.tell("drawing map.png")
	scale := float64(mapPx) / float64(max(r.w.Width, r.w.Height))
	s := &sheet{run: r, scale: scale, wide: max(1, int(float64(r.w.Width)*scale)), high: max(1, int(float64(r.w.Height)*scale)), cellM: r.w.CellM()}
	s.img = image.NewRGBA(image.Rect(0, 0, s.wide+sidePx+3*marginPx, max(s.high, 620)+2*marginPx))
	draw.Draw(s.img, s.img.Bounds(), image.White, image.Point{}, draw.Src)
	s.ground()
	s.things()
	s.legend()
	err := beside(r.place("map.png"), func(f *os.File) error { return png.Encode(f, s.img) })
	if err == nil {
		r.wrote("map.png")
	}
	return err
}

// ground paints relief and water cell by cell.
func (s *sheet) ground() {
	w := s.w
	pictures := make([][]bool, w.courses())
	for k := range pictures {
		pictures[k] = w.wet(k)
	}
	for y := range s.high {
		for x := range s.wide {
			column, row := min(w.Width-1, int(float64(x)/s.scale)), min(w.Height-1, int(float64(y)/s.scale))
			i := row*w.Width + column
			c := s.relief(column, row)
			for k := range pictures {
				if pictures[k][i] {
					c = mix(c, s.waterColour(k), 0.78)
					break
				}
			}
			if w.terrain != nil && w.terrain.River[i] {
				c = color.NRGBA{0x0b, 0x3c, 0x7d, 255}
			}
			s.img.Set(marginPx+x, marginPx+y, c)
		}
	}
}

// waterColour is darker for what is wet first.
func (s *sheet) waterColour(picture int) color.NRGBA {
	t := 0.0
	if n := s.w.courses(); n > 1 {
		t = float64(picture) / float64(n-1)
	}
	return mix(color.NRGBA{0x1f, 0x6f, 0xc4, 255}, color.NRGBA{0xa9, 0xdc, 0xf2, 255}, t)
}

func mix(a, b color.NRGBA, t float64) color.NRGBA {
	m := func(x, y uint8) uint8 { return uint8(math.Round(float64(x)*(1-t) + float64(y)*t)) }
	return color.NRGBA{m(a.R, b.R), m(a.G, b.G), m(a.B, b.B), 255}
}

// relief shades the ground as by light from the north-west.
func (s *sheet) relief(column, row int) color.NRGBA {
	t := s.w.terrain
	if t == nil {
		return color.NRGBA{0xf4, 0xf3, 0xef, 255}
	}
	at := func(dx, dy int) float64 {
		x, y := min(max(column+dx, 0), t.Width-1), min(max(row+dy, 0), t.Height-1)
		return float64(t.Elevation[y*t.Width+x])
	}
	if math.IsNaN(at(0, 0)) {
		return color.NRGBA{0xff, 0xff, 0xff, 255}
	}
	slope := (at(-1, 0) - at(1, 0) + at(0, -1) - at(0, 1)) / (4 * s.cellM)
	if math.IsNaN(slope) {
		slope = 0
	}
	shade := math.Max(-1, math.Min(1, -slope*4))
	base := color.NRGBA{0xe9, 0xe6, 0xdc, 255}
	if shade < 0 {
		return mix(base, color.NRGBA{0x8d, 0x8a, 0x80, 255}, -shade*0.8)
	}
	return mix(base, color.NRGBA{0xff, 0xff, 0xfc, 255}, shade*0.8)
}

func (s *sheet) at(p orb.Point) (x, y float64) {
	return marginPx + (p[0]-s.w.West)/s.w.DX*s.scale, marginPx + (s.w.North-p[1])/s.w.DY*s.scale
}

// things draws roads (shut ones in red) and buildings.
func (s *sheet) things() {
	last := s.w.courses() - 1
	for i := range s.roads {
		for _, p := range s.roads[i].pieces {
			ink := color.NRGBA{0x70, 0x70, 0x70, 255}
			if !p.open[last] {
				ink = color.NRGBA{0xc2, 0x18, 0x32, 255}
			}
			s.stroke(p.seen[0], p.seen[1], 1.6, ink)
		}
	}
	colours := classColours()
	for i := range s.buildings {
		b := &s.buildings[i]
		ink := colours[b.class[last]]
		lines := linesOf(b.shape)
		for _, l := range lines {
			s.fill(l, ink)
		}
		bound := b.shape.Bound()
		x, y := s.at(bound.Center())
		s.square(x, y, 2, ink)
	}
	for i := range s.shelters {
		x, y := s.at(s.shelters[i].shape.Bound().Center())
		s.square(x, y, 7, color.NRGBA{255, 255, 255, 255})
		s.square(x, y, 5, color.NRGBA{0x12, 0x7a, 0x3e, 255})
	}
}

func (s *sheet) polygon(points [][2]float64, ink color.NRGBA) {
	var z vector.Rasterizer
	z.Reset(s.img.Bounds().Dx(), s.img.Bounds().Dy())
	for i, p := range points {
		if i == 0 {
			z.MoveTo(float32(p[0]), float32(p[1]))
		} else {
			z.LineTo(float32(p[0]), float32(p[1]))
		}
	}
	z.ClosePath()
	z.Draw(s.img, s.img.Bounds(), image.NewUniform(ink), image.Point{})
}

func (s *sheet) fill(l orb.LineString, ink color.NRGBA) {
	if b := l.Bound(); (b.Max[0]-b.Min[0])/s.w.DX*s.scale < 3 && (b.Max[1]-b.Min[1])/s.w.DY*s.scale < 3 {
		return // its dot shows it
	}
	points := make([][2]float64, len(l))
	for i, p := range l {
		points[i][0], points[i][1] = s.at(p)
	}
	s.polygon(points, ink)
}

func (s *sheet) stroke(a, b orb.Point, width float64, ink color.NRGBA) {
	ax, ay := s.at(a)
	bx, by := s.at(b)
	n := int(math.Ceil(math.Hypot(bx-ax, by-ay)))
	for i := 0; i <= n; i++ {
		t := float64(i) / float64(max(1, n))
		s.square(ax+t*(bx-ax), ay+t*(by-ay), width/2, ink)
	}
}

func (s *sheet) square(x, y, half float64, ink color.NRGBA) {
	box := image.Rect(int(math.Round(x-half)), int(math.Round(y-half)), int(math.Round(x+half)), int(math.Round(y+half)))
	if box.Empty() {
		box.Max = box.Min.Add(image.Pt(1, 1))
	}
	inside := box.Intersect(image.Rect(marginPx, marginPx, marginPx+s.wide, marginPx+s.high))
	draw.Draw(s.img, inside, image.NewUniform(ink), image.Point{}, draw.Src)
}

// text writes a line in the lettering; without one nothing.
func (s *sheet) text(line string, x, y, size float64, weight lettering.Weight) {
	if s.Letters == nil {
		return
	}
	rings, _ := s.Letters.Line(line, weight, float32(size))
	var z vector.Rasterizer
	z.Reset(s.img.Bounds().Dx(), s.img.Bounds().Dy())
	for _, ring := range rings {
		for i, p := range ring {
			px, py := float32(x)+p.X, float32(y)+p.Y
			if i == 0 {
				z.MoveTo(px, py)
			} else {
				z.LineTo(px, py)
			}
		}
		z.ClosePath()
	}
	z.Draw(s.img, s.img.Bounds(), image.NewUniform(color.NRGBA{0x1c, 0x24, 0x2e, 255}), image.Point{})
}
