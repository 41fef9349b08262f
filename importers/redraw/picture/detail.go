package picture

import (
	"cmp"
	"fmt"
	"image"
	"image/draw"
	"slices"

	"github.com/paulmach/orb"

	"gridmap/importers/redraw/picture/canvas"
	"gridmap/importers/redraw/picture/lettering"
)

// Where grids are too small for their numbers (a town in a wide county), parts of
// the map are drawn again below it, enlarged.
const (
	mostDetails = 4
	fewest      = 3    // grids in one
	widely      = 12   // grids that deserve the whole width
	leastZoom   = 1.7  // what is enlarged less is not worth the paper
	widestPart  = 0.45 // of the map's width and height
	detailGap   = 24
)

// detail is a part of the map that is drawn enlarged.
type detail struct {
	box   image.Rectangle // on the map
	grids []int           // whose households cannot be read there
	frame image.Rectangle // where it is drawn
}

// details gathers the grids that cannot be read on the map into boxes, the one
// with the most first.
func (m *chart) details() []detail {
	var all []detail
	wide, high := int(widestPart*float64(m.frame.Dx())), int(widestPart*float64(m.frame.Dy()))
	fits := func(r image.Rectangle) bool { return r.Dx() <= wide && r.Dy() <= high }
	for _, i := range m.unread {
		if m.verdict(&m.plan.Grids[i]) == noRule {
			continue // a school's grid has no households to be read
		}
		if box := m.c.Bounds(m.areas[i]).Inset(-8); fits(box) {
			all = append(all, detail{box: box, grids: []int{i}})
		}
	}
	for merged := true; merged; {
		merged = false
		for a := 0; a < len(all); a++ {
			for b := a + 1; b < len(all); b++ {
				if u := all[a].box.Union(all[b].box); all[a].box.Inset(-30).Overlaps(all[b].box) && fits(u) {
					all[a].box, all[a].grids = u, append(all[a].grids, all[b].grids...)
					all = slices.Delete(all, b, b+1)
					merged = true
					b--
				}
			}
		}
	}
	all = slices.DeleteFunc(all, func(d detail) bool { return len(d.grids) < fewest })
	slices.SortStableFunc(all, func(a, b detail) int { return cmp.Compare(len(b.grids), len(a.grids)) })
	return all[:min(len(all), mostDetails)]
}

// room lays the details out below the map, those of many grids as wide as it, the
// others two in a row, and makes the sheet longer. It returns where all ends.
func (s *sheet) room(details []detail, frame image.Rectangle) (bottom int) {
	y := frame.Max.Y
	half := (frame.Dx() - detailGap) / 2
	for i := 0; i < len(details); {
		row, w := details[i:i+1], half
		if d := details[i]; len(d.grids) >= widely || float64(half) < leastZoom*float64(d.box.Dx()) {
			w = frame.Dx()
		} else if i+1 < len(details) && float64(half) >= leastZoom*float64(details[i+1].box.Dx()) {
			row = details[i : i+2]
		}
		h := w / 2
		for _, d := range row {
			h = max(h, min(w*4/5, w*d.box.Dy()/max(1, d.box.Dx())))
		}
		for k := range row {
			x := frame.Min.X + k*(w+detailGap)
			row[k].frame = image.Rect(x, y+detailGap, x+w, y+detailGap+h)
		}
		y += detailGap + h
		i += len(row)
	}
	if y > frame.Max.Y {
		longer := canvas.New(s.Img.Rect.Dx(), y+footer, s.pal.paper)
		draw.Draw(longer.Img, s.Img.Rect.Intersect(image.Rect(0, 0, s.Img.Rect.Dx(), frame.Max.Y)), s.Img, image.Point{}, draw.Src)
		*s.Canvas = *longer
	}
	return y
}

// detail draws one, and marks its place on the map.
func (s *sheet) detail(m *chart, d detail, number int, colour []int) {
	name := string(rune('A' + number))
	m.c.Img, m.c.Clip = s.Img, m.frame
	x0, y0, x1, y1 := float32(d.box.Min.X), float32(d.box.Min.Y), float32(d.box.Max.X), float32(d.box.Max.Y)
	s.Stroke([][]canvas.Vec{canvas.Ring(x0, y0, x1, y0, x1, y1, x0, y1)}, true, 4, faded(s.pal.halo, 220))
	s.Stroke([][]canvas.Vec{canvas.Ring(x0, y0, x1, y0, x1, y1, x0, y1)}, true, 2, s.pal.ink)
	s.Fill(canvas.Rounded(x0-1, y0-27, x0+25, y0-1, 4), s.pal.ink)
	s.Put(name, x0+12, y0-7, 19, lettering.SemiBold, s.pal.halo, canvas.Middle, 0, nil)

	part := s.chart(m.ground(d.box), d.frame)
	part.land(colour)
	part.label()
	part.finish()
	fx, fy := float32(d.frame.Min.X), float32(d.frame.Min.Y)
	title := fmt.Sprintf(s.say.detail, name)
	s.Fill(canvas.Rounded(fx+12, fy+12, fx+34+s.Width(title, 22, lettering.SemiBold), fy+50, 6), s.pal.ink)
	s.Put(title, fx+23, fy+39, 22, lettering.SemiBold, s.pal.halo, canvas.Left, 0, nil)
	still := map[int]bool{}
	for _, i := range part.unnamed {
		still[i] = true
	}
	in := map[int]bool{}
	for _, i := range d.grids {
		in[i] = true
	}
	m.unnamed = slices.DeleteFunc(m.unnamed, func(i int) bool { return in[i] && !still[i] })
}

// ground is the land under a box of the picture, in metres.
func (v view) ground(r image.Rectangle) orb.Bound {
	return orb.Bound{Min: orb.Point{v.west + (float64(r.Min.X)-v.x)/v.scale, v.nord - (float64(r.Max.Y)-v.y)/v.scale},
		Max: orb.Point{v.west + (float64(r.Max.X)-v.x)/v.scale, v.nord - (float64(r.Min.Y)-v.y)/v.scale}}
}
