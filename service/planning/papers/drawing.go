package papers

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/paulmach/orb"

	"gridmap/data"
	"gridmap/geo"
	"gridmap/importers/redraw"
	"gridmap/importers/redraw/picture"
)

// drawn is a plan in metres, as the pictures take it.
func drawn(p *data.PlanPaper) (redraw.Input, *redraw.Plan, geo.Projection) {
	plane := geo.ProjectionAt(p.Communities[0].Geom.Bound().Center()[0])
	area := func(g orb.Geometry) orb.MultiPolygon {
		m, _ := plane.InMetres(g).(orb.MultiPolygon)
		return m
	}
	var in redraw.Input
	for _, c := range p.Communities {
		in.Communities = append(in.Communities, redraw.Community{Code: c.Code, Name: c.Name, Outline: area(c.Geom)})
	}
	for _, b := range p.Buildings {
		in.Buildings = append(in.Buildings, redraw.Building{ID: b.ID, Outline: plane.InMetres(b.Geom), Households: b.Households})
	}
	for i := range p.Lines {
		in.Barriers = append(in.Barriers, barriersOf(&p.Lines[i], plane)...)
	}
	plan := &redraw.Plan{}
	plan.Report.Grids.Min, plan.Report.Grids.Max = p.Head.Min, p.Head.Max
	plan.Report.Microgrids.Count = len(p.Microgrids)
	plan.Report.Microgrids.Min, plan.Report.Microgrids.Max = p.Head.MicroMin, p.Head.MicroMax
	at := map[string]int{}
	for i := range p.Grids {
		g := &p.Grids[i]
		at[g.Code] = i
		plan.Report.Households += g.Households
		plan.Grids = append(plan.Grids, redraw.Grid{Community: g.CommunityCode, Code: g.Code, Name: g.Name, Kind: redraw.GridKind(g.Kind), Households: g.Households,
			Persons: g.Persons, Outline: area(g.Geom), Layered: g.Layered, Reason: reasonOf(g), Lineage: g.Lineage, Predecessors: g.Predecessors})
	}
	for i := range p.Microgrids {
		m := &p.Microgrids[i]
		if k, ok := at[m.Grid]; ok {
			plan.Grids[k].Microgrids = append(plan.Grids[k].Microgrids, redraw.Microgrid{Code: m.Code, Households: m.Households, Persons: m.Persons, Outline: area(m.Geom), Layered: m.Layered})
		}
	}
	return in, plan, plane
}

func reasonOf(g *data.PaperGrid) *redraw.Reason {
	if g.ReasonZH == "" {
		return nil
	}
	return &redraw.Reason{Households: g.Households, Zh: g.ReasonZH, En: g.ReasonEN}
}

func barriersOf(l *data.PaperLine, plane geo.Projection) []redraw.Barrier {
	kind := redraw.Street
	switch {
	case l.Kind == "water":
		kind = redraw.River
	case l.Kind == "rail":
		kind = redraw.Rail
	case strings.Contains("motorway arterial secondary", l.Class):
		kind = redraw.Arterial
	}
	var out []redraw.Barrier
	switch g := plane.InMetres(l.Geom).(type) {
	case orb.LineString:
		out = append(out, redraw.Barrier{Kind: kind, Line: g})
	case orb.MultiLineString:
		for _, line := range g {
			out = append(out, redraw.Barrier{Kind: kind, Line: line})
		}
	case orb.Polygon:
		out = append(out, redraw.Barrier{Kind: kind, Area: orb.MultiPolygon{g}})
	case orb.MultiPolygon:
		out = append(out, redraw.Barrier{Kind: kind, Area: g})
	}
	return out
}

// writePicture draws the plan as one picture.
func writePicture(_ context.Context, s *Service, out io.Writer, p *data.PlanPaper, r *Request) error {
	in, plan, _ := drawn(p)
	source := fmt.Sprintf(words(r.English, "方案%d号 · %s · 生效日期 %s", "plan %d · %s · in force from %s"), p.Head.ID,
		statusOf(&p.Head, r.English), dayOf(p.Head.EffectiveOn, r.English))
	return picture.Paint(out, in, plan, picture.Options{Title: p.Head.Name, Source: source, English: r.English, Letters: s.letters})
}
