package picture

import (
	"cmp"
	"fmt"
	"image"
	"image/png"
	"io"

	"gridmap/importers/redraw"
	"gridmap/importers/redraw/picture/canvas"
	"gridmap/importers/redraw/picture/lettering"
)

// Options of a picture. Zero values take the default.
type Options struct {
	WidthPx int    // 2000; at least 900
	Title   string // of the sheet
	Source  string // what plan it is, at the foot; empty: its seed
	English bool   // text in English; Chinese without it
	Letters *lettering.Lettering
}

// Sizes of the sheet in pixels.
const (
	defaultWidthPx = 2000
	leastWidthPx   = 900
	margin         = 44
	header         = 132
	footer         = 58
	panel          = 440 // the column beside the map
	gutter         = 30
)

// sheet is one picture in the making.
type sheet struct {
	canvas.Pen
	in      redraw.Input
	plan    *redraw.Plan
	pal     colours
	say     words
	blocks  bool // buildings are blocks or plots
	skipped int  // grids without room for their number
}

// Paint draws a plan as a PNG.
func Paint(w io.Writer, in redraw.Input, plan *redraw.Plan, o Options) error {
	img, err := Draw(in, plan, o)
	if err != nil {
		return err
	}
	e := png.Encoder{CompressionLevel: png.DefaultCompression}
	if err := e.Encode(w, img); err != nil {
		return fmt.Errorf("write the picture: %w", err)
	}
	return nil
}

// titleOf is the title of a plan that was given none: of one community its name.
func titleOf(in redraw.Input, title string) string {
	if len(in.Communities) == 1 && in.Communities[0].Name != "" {
		return in.Communities[0].Name + " · " + title
	}
	return title
}

// Draw draws a plan.
func Draw(in redraw.Input, plan *redraw.Plan, o Options) (*image.RGBA, error) {
	if o.Letters == nil {
		var err error
		if o.Letters, err = lettering.New(nil); err != nil {
			return nil, err
		}
	}
	if len(in.Communities) == 0 {
		return nil, fmt.Errorf("draw a picture: there is no community")
	}
	width := max(leastWidthPx, cmp.Or(o.WidthPx, defaultWidthPx))
	mapW := width - 2*margin - panel - gutter
	land := extentOf(in)
	aspect := float64(mapW)
	if w := land.Max[0] - land.Min[0]; w > 0 {
		aspect = float64(mapW) * (land.Max[1] - land.Min[1]) / w
	}
	mapH := int(max(1080, min(1.25*float64(mapW), aspect)))
	s := &sheet{in: in, plan: plan, pal: palette(), say: wordsOf(o.English || !o.Letters.Chinese()), blocks: blocks(in)}
	frame := image.Rect(margin, header, margin+mapW, header+mapH)
	s.Pen = canvas.Pen{Canvas: canvas.New(width, header+mapH+footer, s.pal.paper), Letters: o.Letters}
	colour := colouring(plan.Grids, len(fills()))
	m := s.chart(land, frame)
	m.land(colour)
	m.label()
	details := m.details()
	bottom := s.room(details, frame)
	for i, d := range details {
		s.detail(m, d, i, colour)
	}
	s.skipped = len(m.unnamed)
	s.heading(cmp.Or(o.Title, titleOf(in, s.say.title)), width)
	m.finish()
	s.north(float32(frame.Max.X-40), float32(frame.Min.Y+34))
	s.side(float32(frame.Max.X+gutter), float32(frame.Min.Y), float32(panel), float32(bottom))
	s.foot(margin, float32(bottom+34), float32(width-margin), o.Source)
	return s.Img, nil
}
