package picture

import (
	"image"
	"image/color"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"gridmap/importers/redraw"
	"gridmap/importers/redraw/picture/canvas"
)

// view turns metres into pixels.
type view struct {
	scale      float64 // pixels a metre
	west, nord float64
	x, y       float64
}

func extentOf(in redraw.Input) orb.Bound {
	b := in.Communities[0].Outline.Bound()
	for _, c := range in.Communities[1:] {
		b = b.Union(c.Outline.Bound())
	}
	return b
}

// newView fits land into a frame with a little room around it.
func newView(land orb.Bound, frame image.Rectangle) view {
	const room = 22
	w, h := max(1, land.Max[0]-land.Min[0]), max(1, land.Max[1]-land.Min[1])
	scale := min(float64(frame.Dx()-2*room)/w, float64(frame.Dy()-2*room)/h)
	return view{scale: scale, west: land.Min[0], nord: land.Max[1],
		x: float64(frame.Min.X) + (float64(frame.Dx())-w*scale)/2,
		y: float64(frame.Min.Y) + (float64(frame.Dy())-h*scale)/2}
}

func (v view) at(p orb.Point) canvas.Vec {
	return canvas.At(float32(v.x+(p[0]-v.west)*v.scale), float32(v.y+(v.nord-p[1])*v.scale))
}

func (v view) line(ps []orb.Point) []canvas.Vec {
	out := make([]canvas.Vec, len(ps))
	for i, p := range ps {
		out[i] = v.at(p)
	}
	return out
}

// area gives outer rings one way round and holes the other.
func (v view) area(m orb.MultiPolygon) canvas.Path {
	var out canvas.Path
	for _, p := range m {
		for i, r := range p {
			l := v.line(r)
			if o := r.Orientation(); (i == 0) != (o == orb.CCW) {
				for a, b := 0, len(l)-1; a < b; a, b = a+1, b-1 {
					l[a], l[b] = l[b], l[a]
				}
			}
			out = append(out, l)
		}
	}
	return out
}

// chart is one map on the sheet: the whole land, or an enlarged part of it.
type chart struct {
	*sheet
	view
	c       *canvas.Canvas // the sheet's, clipped to the frame
	frame   image.Rectangle
	areas   []canvas.Path // by grid
	anchors []canvas.Vec  // where each grid's label goes
	rooms   []float32     // and how far its border is from there, in pixels
	labels  []labelBox
	on      []int // by grid: whose label it shares; itself
	unread  []int // grids without their households written
	unnamed []int // grids without their number
}

func (s *sheet) chart(land orb.Bound, frame image.Rectangle) *chart {
	m := &chart{sheet: s, view: newView(land, frame), c: s.Within(frame), frame: frame}
	for i := range s.plan.Grids {
		area := m.area(s.plan.Grids[i].Outline)
		at, room := anchor(area)
		m.areas, m.anchors, m.rooms = append(m.areas, area), append(m.anchors, at), append(m.rooms, room)
	}
	return m
}

// thin is by how much lines around grid i are thinned: among grids of a few
// pixels full lines would be all that is seen.
func (m *chart) thin(i int) float32 { return max(0.3, min(1, m.rooms[i]/14)) }

// verdict is how a grid stands to the rule.
type verdict int

const (
	insideRule verdict = iota
	overRule
	underRule
	noRule
)

func (s *sheet) verdict(g *redraw.Grid) verdict {
	rule := s.plan.Report.Grids
	switch {
	case g.Kind == redraw.Dedicated:
		return noRule
	case g.Households > rule.Max:
		return overRule
	case g.Households < rule.Min:
		return underRule
	}
	return insideRule
}

// land draws everything on the map but the labels, from the ground up.
func (m *chart) land(colour []int) {
	frame := m.frame
	m.c.Fill(canvas.Rectangle(float32(frame.Min.X), float32(frame.Min.Y), float32(frame.Max.X), float32(frame.Max.Y)), rgb(0xf1f0ea))
	palette := fills()
	for i := range m.plan.Grids {
		g := &m.plan.Grids[i]
		if g.Layered {
			continue
		}
		fill := palette[colour[i]]
		if g.Kind == redraw.Dedicated {
			fill = m.pal.dedicated
		}
		m.c.Fill(m.areas[i], fill)
	}
	m.barriers()
	m.buildings()
	m.hatches()
	m.borders()
}

// barriers are drawn streets first and rivers last.
func (m *chart) barriers() {
	styles := []struct {
		kind  redraw.Kind
		width float32
		ink   color.NRGBA
	}{{redraw.Street, 1.2, faded(m.pal.street, 200)}, {redraw.Arterial, 2.4, faded(m.pal.road, 210)},
		{redraw.Rail, 2, faded(m.pal.rail, 200)}, {redraw.River, 2.6, faded(m.pal.water, 220)}}
	for _, style := range styles {
		for _, b := range m.in.Barriers {
			kind := b.Kind
			if kind != redraw.River && kind != redraw.Rail && kind != redraw.Arterial {
				kind = redraw.Street
			}
			if kind != style.kind {
				continue
			}
			if len(b.Area) > 0 {
				m.c.Fill(m.area(b.Area), faded(style.ink, 150))
			}
			if len(b.Line) > 1 {
				line := [][]canvas.Vec{m.line(b.Line)}
				if kind == redraw.Rail {
					line = canvas.Dashes(line, 7, 4)
				}
				m.c.Stroke(line, false, style.width, style.ink)
			}
		}
	}
}

// buildings are faint, and left out where they would be blocks as large as grids
// (a census block, a plot) or less than a dot.
func (m *chart) buildings() {
	for i := range m.in.Buildings {
		switch g := m.in.Buildings[i].Outline.(type) {
		case orb.Point:
			if m.scale > 0.02 {
				m.c.Fill(canvas.Path{canvas.Disc(m.at(g), max(1, min(2.4, float32(6*m.scale))))}, faded(m.pal.building, 150))
			}
		case orb.Polygon:
			m.footprint(orb.MultiPolygon{g})
		case orb.MultiPolygon:
			m.footprint(g)
		}
	}
}

// blockM is beyond the longest side of a house: what is larger is a block. So is
// everything in a file whose outlines cover more than blockShare of the land.
const blockM, blockShare = 400, 0.3

// blocks tells whether the buildings of a file are blocks or plots.
func blocks(in redraw.Input) bool {
	built, land := 0.0, 0.0
	for i := range in.Buildings {
		switch g := in.Buildings[i].Outline.(type) {
		case orb.Polygon, orb.MultiPolygon:
			built += planar.Area(g)
		}
	}
	for i := range in.Communities {
		land += planar.Area(in.Communities[i].Outline)
	}
	return built > blockShare*land
}

func (m *chart) footprint(g orb.MultiPolygon) {
	b := g.Bound()
	if m.blocks || max(b.Max[0]-b.Min[0], b.Max[1]-b.Min[1]) > blockM {
		m.c.Stroke(m.area(g), true, 0.7, faded(m.pal.building, 70))
		return
	}
	m.c.Fill(m.area(g), faded(m.pal.building, 120))
}

// hatches mark what is outside the rule.
func (m *chart) hatches() {
	for i := range m.plan.Grids {
		g := &m.plan.Grids[i]
		if g.Layered {
			continue
		}
		switch m.verdict(g) {
		case overRule:
			m.c.Hatch(m.areas[i], faded(m.pal.over, 120), 13, 3, -1)
		case underRule:
			m.c.Hatch(m.areas[i], faded(m.pal.under, 90), 13, 2, 1)
		}
	}
}

// borders draws micro-grids, grids, those outside the rule, and communities.
func (m *chart) borders() {
	for i := range m.plan.Grids {
		for k := range m.plan.Grids[i].Microgrids {
			if micro := &m.plan.Grids[i].Microgrids[k]; !micro.Layered {
				m.c.Stroke(m.area(micro.Outline), true, m.thin(i), faded(m.pal.outline, 90))
			}
		}
	}
	for i := range m.plan.Grids {
		if g := &m.plan.Grids[i]; !g.Layered {
			m.c.Stroke(m.areas[i], true, 3.4*m.thin(i), faded(m.pal.border, 230))
		}
	}
	for i := range m.plan.Grids {
		if g := &m.plan.Grids[i]; !g.Layered {
			m.c.Stroke(m.areas[i], true, 1.3*m.thin(i), faded(m.pal.outline, 190))
		}
	}
	for i := range m.plan.Grids {
		g := &m.plan.Grids[i]
		switch v := m.verdict(g); {
		case g.Layered:
			m.c.Stroke(canvas.Dashes(closed(m.areas[i]), 5, 3), false, 1.6, m.pal.ink)
		case v == overRule:
			m.c.Stroke(m.areas[i], true, max(1, 2.6*m.thin(i)), m.pal.over)
		case v == underRule:
			m.c.Stroke(m.areas[i], true, max(0.8, 2*m.thin(i)), m.pal.under)
		}
	}
	if len(m.in.Communities) > 1 {
		for i := range m.in.Communities {
			area := m.area(m.in.Communities[i].Outline)
			box := m.c.Bounds(area)
			m.c.Stroke(area, true, max(0.8, min(2.8, float32(min(box.Dx(), box.Dy()))/25)), faded(m.pal.outline, 235))
		}
	}
}

// closed repeats the first vertex of each ring at its end.
func closed(p canvas.Path) [][]canvas.Vec {
	out := make([][]canvas.Vec, len(p))
	for i, r := range p {
		out[i] = append(append([]canvas.Vec{}, r...), r[:min(1, len(r))]...)
	}
	return out
}
