package papers

import (
	"context"
	"fmt"
	"image/color"
	"io"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"gridmap/data"
	"gridmap/importers/redraw"
	"gridmap/importers/redraw/picture"
	"gridmap/importers/redraw/picture/lettering"
	"gridmap/service/press/charts"
	"gridmap/service/press/pages"
)

// A page is A3 across, in millimetres: the map at the left, a column at the right.
const (
	pageW, pageH = 420.0, 297.0
	edge         = 12.0
	headH        = 20.0
	columnW      = 92.0
	mapX, mapY   = edge, edge + headH
	mapW         = pageW - 2*edge - columnW - 6
	mapH         = pageH - 2*edge - headH - 6
	columnX      = mapX + mapW + 6
)

// series is a map series in the making.
type series struct {
	*pages.Pen
	paper   *data.PlanPaper
	in      redraw.Input
	plan    *redraw.Plan
	colours []color.NRGBA
	english bool
}

// writeMaps writes the map series: a page for each community, drawn to a round
// scale, with its grids, their counts and how they stand to the rule.
func writeMaps(_ context.Context, s *Service, out io.Writer, p *data.PlanPaper, r *Request) error {
	day := time.Unix(0, 0).UTC() // the same plan gives the same bytes
	if p.Head.EffectiveOn != nil {
		day = *p.Head.EffectiveOn
	}
	pdf := pages.New(pageW, pageH, p.Head.Name, day, s.letters)
	in, plan, _ := drawn(p)
	m := &series{pdf, p, in, plan, picture.Colours(plan.Grids), r.English || !s.letters.Chinese()}
	for i := range in.Communities {
		m.page(i)
	}
	if err := pdf.Error(); err != nil {
		return fmt.Errorf("draw the maps: %w", err)
	}
	return pdf.Output(out)
}

func (s *series) page(number int) {
	community := &s.in.Communities[number]
	s.AddPage()
	c := charts.Fit(community.Outline.Bound(), charts.Frame{X: mapX, Y: mapY, W: mapW, H: mapH})
	s.ClipRect(mapX, mapY, mapW, mapH, false)
	s.ground(c)
	s.grids(c, community)
	s.ClipEnd()
	s.Stroke(ink)
	s.SetLineWidth(0.4)
	s.Rect(mapX, mapY, mapW, mapH, "D")
	s.scaleBar(c)
	s.northArrow()
	s.head(number, c)
	s.column(community)
	s.foot(number)
}

// ground draws what lies below the grids.
func (s *series) ground(c charts.Chart) {
	s.Fill(land)
	s.Rect(mapX, mapY, mapW, mapH, "F")
	s.Fill(water)
	s.Stroke(water)
	s.SetLineWidth(0.5)
	for i := range s.in.Barriers {
		if b := &s.in.Barriers[i]; b.Kind == redraw.River {
			s.barrier(c, b)
		}
	}
}

func (s *series) barrier(c charts.Chart, b *redraw.Barrier) {
	if len(b.Area) > 0 && b.Area.Bound().Intersects(c.Box) {
		s.Path(c.Area(b.Area), true, "f*")
	}
	if len(b.Line) > 1 && b.Line.Bound().Intersects(c.Box) {
		s.Path([][]orb.Point{c.Line(b.Line)}, false, "D")
	}
}

// grids draws those of a community in colour, with what stands on them, and those
// around it as borders alone.
func (s *series) grids(c charts.Chart, community *redraw.Community) {
	for i := range s.plan.Grids {
		if g := &s.plan.Grids[i]; g.Community == community.Code && !g.Layered {
			s.SetFillColor(int(s.colours[i].R), int(s.colours[i].G), int(s.colours[i].B))
			s.SetAlpha(0.75, "Normal")
			s.Path(c.Area(g.Outline), true, "f*")
		}
	}
	s.SetAlpha(1, "Normal")
	s.Fill(houses)
	for i := range s.in.Buildings {
		if m, ok := polygons(s.in.Buildings[i].Outline); ok && m.Bound().Intersects(c.Box) {
			s.Path(c.Area(m), true, "f*")
		}
	}
	widths := map[redraw.Kind]float64{redraw.Rail: 0.5, redraw.Arterial: 0.9, redraw.Street: 0.35}
	for i := range s.in.Barriers {
		b := &s.in.Barriers[i]
		if w := widths[b.Kind]; w > 0 && len(b.Line) > 1 {
			s.Stroke(map[bool]tint{true: rail, false: roads}[b.Kind == redraw.Rail])
			s.SetLineWidth(w)
			s.barrier(c, b)
		}
	}
	s.borders(c, community)
	s.labels(c, community)
}

func polygons(g orb.Geometry) (orb.MultiPolygon, bool) {
	switch g := g.(type) {
	case orb.Polygon:
		return orb.MultiPolygon{g}, true
	case orb.MultiPolygon:
		return g, true
	}
	return nil, false
}

func (s *series) borders(c charts.Chart, community *redraw.Community) {
	s.Stroke(border)
	for i := range s.plan.Grids {
		g := &s.plan.Grids[i]
		if g.Layered || !g.Outline.Bound().Intersects(c.Box) {
			continue
		}
		s.SetLineWidth(0.5)
		if g.Community != community.Code {
			s.SetLineWidth(0.15)
		}
		s.Path(c.Area(g.Outline), true, "D")
	}
	s.SetLineWidth(1.1)
	s.SetDashPattern([]float64{5, 1.2, 1, 1.2}, 0)
	s.Path(c.Area(community.Outline), true, "D")
	s.SetDashPattern(nil, 0)
}

// standing is how a grid stands to the rule: its colour and its sign.
func (s *series) standing(g *redraw.Grid) (tint, string) {
	switch {
	case g.Kind == redraw.Dedicated:
		return grey, words(s.english, "专属", "dedicated")
	case g.Households > s.paper.Head.Max:
		return over, "↑"
	case g.Households < s.paper.Head.Min:
		return under, "↓"
	}
	return inside, "✓"
}

// labels write number and count of each grid where it has most room.
func (s *series) labels(c charts.Chart, community *redraw.Community) {
	for i := range s.plan.Grids {
		g := &s.plan.Grids[i]
		if g.Community != community.Code || g.Layered {
			continue
		}
		at, room := picture.Anchor(g.Outline)
		p := c.At(at)
		size := min(13, max(5, room*1000/c.Scale/pages.MMOfPoint*0.55))
		short := strings.TrimPrefix(g.Code, g.Community)
		with, sign := s.standing(g)
		count := s.count(g.Households) + " " + sign
		w := max(s.Width(short, size, lettering.SemiBold), s.Width(count, size*0.85, lettering.SemiBold)) + 2
		h := size * pages.MMOfPoint * 2.5
		s.Fill(white)
		s.SetAlpha(0.78, "Normal")
		s.RoundedRect(p[0]-w/2, p[1]-h/2, w, h, 1, "1234", "F")
		s.SetAlpha(1, "Normal")
		s.Middle(short, p[0], p[1]-h*0.06, size, lettering.SemiBold, ink)
		s.Middle(count, p[0], p[1]+h*0.36, size*0.85, lettering.SemiBold, with)
	}
}

func (s *series) count(households int) string {
	return fmt.Sprintf(words(s.english, "%d户", "%d hh"), households)
}

func (s *series) head(number int, c charts.Chart) {
	community := &s.paper.Communities[number]
	s.Put(community.Town+" · "+community.Name+words(s.english, " 网格图", " · grids"), edge, edge+9, 24, lettering.SemiBold, ink)
	s.Put(community.Code, edge, edge+16, 11, lettering.Regular, grey)
	scale := fmt.Sprintf(words(s.english, "比例尺 1 : %s", "Scale 1 : %s"), thousands(int(c.Scale)))
	s.Put(scale, columnX-6-s.Width(scale, 12, lettering.Regular), edge+16, 12, lettering.Regular, grey)
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s %03d", thousands(n/1000), n%1000)
}

func (s *series) foot(number int) {
	text := fmt.Sprintf(words(s.english, "方案 %d 号 · 第 %d 页，共 %d 页 · CGCS2000 / EPSG:4544", "Plan %d · page %d of %d · CGCS2000 / EPSG:4544"),
		s.paper.Head.ID, number+1, len(s.in.Communities))
	s.Put(text, edge, pageH-edge+2, 9, lettering.Regular, grey)
}

func (s *series) northArrow() {
	x, y := mapX+mapW-12, mapY+8
	s.Fill(white)
	s.SetAlpha(0.85, "Normal")
	s.RoundedRect(x-6, y-5, 12, 20, 2, "1234", "F")
	s.SetAlpha(1, "Normal")
	s.Fill(ink)
	s.Path([][]orb.Point{{{x, y - 3}, {x + 3, y + 6}, {x, y + 4}, {x - 3, y + 6}}}, true, "f")
	s.Middle(words(s.english, "北", "N"), x, y+12, 12, lettering.SemiBold, ink)
}

// scaleBar is of 1, 2 or 5 × 10ⁿ metres and at most 60 mm long.
func (s *series) scaleBar(c charts.Chart) {
	metres, length := c.Bar(60)
	text := fmt.Sprintf(words(s.english, "%g 米", "%g m"), metres)
	if metres >= 1000 {
		text = fmt.Sprintf(words(s.english, "%g 公里", "%g km"), metres/1000)
	}
	x, y := mapX+8, mapY+mapH-8
	s.Fill(white)
	s.SetAlpha(0.85, "Normal")
	s.RoundedRect(x-4, y-6, length+s.Width(text, 11, lettering.Regular)+12, 11, 2, "1234", "F")
	s.SetAlpha(1, "Normal")
	s.Stroke(ink)
	s.SetLineWidth(0.25)
	for i := range 4 {
		s.Fill([]tint{ink, white}[i%2])
		s.Rect(x+length*float64(i)/4, y-1.2, length/4, 2.4, "FD")
	}
	s.Put(text, x+length+3, y+1.3, 11, lettering.Regular, ink)
}
