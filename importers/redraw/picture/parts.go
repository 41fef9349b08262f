package picture

import (
	"image/color"

	"github.com/paulmach/orb"

	"gridmap/importers/redraw"
	"gridmap/importers/redraw/picture/canvas"
)

// What other papers draw grids with.

// Colours gives each grid a colour that no neighbour has.
func Colours(grids []redraw.Grid) []color.NRGBA {
	number, all := colouring(grids, len(fills())), fills()
	out := make([]color.NRGBA, len(grids))
	for i, n := range number {
		out[i] = all[n]
	}
	return out
}

// Anchor is the point of an area that is farthest from its border, and how far
// that is, to within a hundredth of the area's size.
func Anchor(m orb.MultiPolygon) (at orb.Point, room float64) {
	b := m.Bound()
	size := max(b.Max[0]-b.Min[0], b.Max[1]-b.Min[1])
	if !(size > 0) {
		return b.Center(), 0
	}
	scale := 100 / size // anchor works to three quarters of a pixel
	var p canvas.Path
	for _, poly := range m {
		for _, ring := range poly {
			vs := make([]canvas.Vec, len(ring))
			for i, v := range ring {
				vs[i] = canvas.At(float32((v[0]-b.Min[0])*scale), float32((v[1]-b.Min[1])*scale))
			}
			p = append(p, vs)
		}
	}
	v, d := anchor(p)
	return orb.Point{b.Min[0] + float64(v.X)/scale, b.Min[1] + float64(v.Y)/scale}, float64(d) / scale
}
