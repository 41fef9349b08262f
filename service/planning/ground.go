package planning

import (
	"cmp"

	"github.com/paulmach/orb"

	"gridmap/data"
	"gridmap/geo"
	"gridmap/importers/redraw"
)

// plane projects between EPSG:4490 and the metres in which the engine works:
// EPSG:4544 in its own zone, else the zone of the ground.
type plane struct{ geo.Projection }

func planeOf(g data.PlanGround) plane {
	return plane{geo.ProjectionAt(g.Communities[0].Geom.Bound().Center()[0])}
}

// inputOf turns the ground into what the engine takes.
func (j plane) inputOf(g data.PlanGround, fixed map[string]Count) redraw.Input {
	in := redraw.Input{
		Communities: make([]redraw.Community, 0, len(g.Communities)),
		Buildings:   make([]redraw.Building, 0, len(g.Buildings)),
	}
	for _, c := range g.Communities {
		n := fixed[c.Code]
		outline, _ := j.InMetres(c.Geom).(orb.MultiPolygon)
		in.Communities = append(in.Communities, redraw.Community{Code: c.Code, Name: c.Name, Outline: outline,
			Complex: c.Complex, Grids: n.Grids, Microgrids: n.Microgrids})
	}
	stairwells := stairwellsOf(g.Dwellings)
	for _, b := range g.Buildings {
		in.Buildings = append(in.Buildings, redraw.Building{ID: b.ID, Community: b.Community, Outline: j.InMetres(b.Geom),
			Households: b.Households, Persons: b.Persons, Compound: b.Compound, Dedicated: dedicatedName(b), Stairwells: stairwells[b.ID]})
	}
	for _, l := range g.Lines {
		in.Barriers = append(in.Barriers, j.barriersOf(l)...)
	}
	return in
}

// presentOf turns the published plan into what the engine takes.
func (j plane) presentOf(places []data.HeldPlace, used []string, outlines []data.HeldOutline) *redraw.Present {
	out := &redraw.Present{Used: used}
	for _, p := range places {
		out.Places = append(out.Places, redraw.PresentPlace{BuildingID: p.BuildingID, Part: p.Part, Households: p.Households, Grid: p.Grid, Microgrid: p.Microgrid})
	}
	for _, l := range outlines {
		outline, _ := j.InMetres(l.Geom).(orb.MultiPolygon)
		out.Grids = append(out.Grids, redraw.PresentGrid{Code: l.Code, Outline: outline, Microgrid: l.Microgrid})
	}
	return out
}

// dedicatedName joins the buildings of one school or park to one grid; those
// without a compound are alone.
func dedicatedName(b data.GroundBuilding) string {
	name := map[string]string{"mall": "商场", "school": "学校", "hospital": "医院", "industrial_park": "工业园区"}[b.Dedicated]
	return cmp.Or(name, b.Dedicated)
}

// stairwellsOf lays dwellings out by building, stairwell and floor. Floors start
// at the lowest that the building has; numbers that skip leave empty floors.
func stairwellsOf(rows []data.GroundDwellings) map[int64][][]int {
	out := map[int64][][]int{}
	for _, r := range rows {
		wells := out[r.Building]
		for len(wells) < r.Stairwell {
			wells = append(wells, nil)
		}
		floor := max(r.Floor, 1)
		for len(wells[r.Stairwell-1]) < floor {
			wells[r.Stairwell-1] = append(wells[r.Stairwell-1], 0)
		}
		wells[r.Stairwell-1][floor-1] += r.Households
		out[r.Building] = wells
	}
	return out
}

// barriersOf gives the lines that grids should follow, and the areas along whose
// middle they should run.
func (j plane) barriersOf(l data.GroundLine) []redraw.Barrier {
	kind := redraw.Street
	switch l.Class {
	case "motorway", "arterial", "secondary":
		kind = redraw.Arterial
	case "rail":
		kind = redraw.Rail
	case "water:river", "water:stream":
		kind = redraw.River
	}
	var out []redraw.Barrier
	add := func(line []orb.Point) {
		if len(line) > 1 {
			out = append(out, redraw.Barrier{Kind: kind, Line: line})
		}
	}
	switch g := j.InMetres(l.Geom).(type) {
	case orb.LineString:
		add(g)
	case orb.MultiLineString:
		for _, p := range g {
			add(p)
		}
	case orb.Polygon:
		out = append(out, redraw.Barrier{Kind: kind, Area: orb.MultiPolygon{g}})
	case orb.MultiPolygon:
		out = append(out, redraw.Barrier{Kind: kind, Area: g})
	}
	return out
}

// degrees projects an outline back.
func (j plane) degrees(g orb.MultiPolygon) orb.MultiPolygon {
	out, _ := j.InDegrees(g).(orb.MultiPolygon)
	return out
}
