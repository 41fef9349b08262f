package geo

import (
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/project"
)

// InMetres projects a copy of a geometry in degrees onto the plane.
func (p Projection) InMetres(g orb.Geometry) orb.Geometry {
	return project.Geometry(orb.Clone(g), func(q orb.Point) orb.Point {
		m := p.ToMetres(LonLat{Lon: q[0], Lat: q[1]})
		return orb.Point{m.E, m.N}
	})
}

// InDegrees is the inverse of InMetres.
func (p Projection) InDegrees(g orb.Geometry) orb.Geometry {
	return project.Geometry(orb.Clone(g), func(q orb.Point) orb.Point {
		d := p.ToLonLat(Metres{E: q[0], N: q[1]})
		return orb.Point{d.Lon, d.Lat}
	})
}
