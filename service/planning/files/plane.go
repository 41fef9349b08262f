package files

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"gridmap/geo"
	"gridmap/importers/redraw"
)

// plane projects between EPSG:4490 and metres of Gauss-Krueger around the
// meridian, a multiple of three degrees, next to the middle one of the communities.
type plane struct{ geo.Projection }

func planeOf(communities []community) plane {
	var lons []float64
	for _, c := range communities {
		lons = append(lons, c.Outline.Bound().Center()[0])
	}
	slices.Sort(lons) // one community misplaced on another continent must not count
	return plane{geo.ProjectionAt(lons[len(lons)/2])}
}

// farDeg is beyond where the projection means anything.
const farDeg = 8

// far tells whether any of a geometry in degrees lies so far from the meridian.
func (j plane) far(g orb.Geometry) bool {
	b := g.Bound()
	return math.Abs(math.Remainder(b.Min[0]-j.CentralLonDeg, 360)) > farDeg || math.Abs(math.Remainder(b.Max[0]-j.CentralLonDeg, 360)) > farDeg
}

// degrees projects an outline back.
func (j plane) degrees(g orb.MultiPolygon) orb.MultiPolygon {
	out, _ := j.InDegrees(g).(orb.MultiPolygon)
	return out
}

func (j plane) area(g orb.MultiPolygon) orb.MultiPolygon {
	out, _ := j.InMetres(g).(orb.MultiPolygon)
	return out
}

// inputOf projects the ground into what the engine takes.
func (j plane) inputOf(g *ground) redraw.Input {
	var in redraw.Input
	for _, c := range g.communities {
		c.Outline = j.area(c.Outline)
		in.Communities = append(in.Communities, c.Community)
	}
	for _, b := range g.buildings {
		b.Outline = j.InMetres(b.Outline)
		in.Buildings = append(in.Buildings, b.Building)
	}
	for _, b := range g.barriers {
		b.Line, _ = j.InMetres(b.Line).(orb.LineString)
		b.Area = j.area(b.Area)
		in.Barriers = append(in.Barriers, b.Barrier)
	}
	if g.present != nil {
		in.Present = &redraw.Present{Grids: g.present, Places: g.places}
		for i := range g.present {
			g.present[i].Outline = j.area(g.present[i].Outline)
		}
	}
	return in
}
