package field

import (
	"fmt"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/paulmach/orb/planar"
	"github.com/peterstace/simplefeatures/geom"

	"gridmap/geo"
)

// What is told of: smaller or narrower pieces are the width of a line, and are
// only summed up.
const (
	leastM2 = 1.0
	leastM  = 0.1 // mean width
)

// ground overlays in degrees, where an edge of two neighbours is the same straight
// line in both, and measures in metres.
type ground struct{ plane geo.Projection }

// area brings an area in degrees into the form that is overlaid. One that crosses
// itself is refused.
func (g ground) area(m orb.Geometry) (geom.Geometry, error) {
	b, err := wkb.Marshal(m)
	if err != nil {
		return geom.Geometry{}, fmt.Errorf("lay an area out: %w", err)
	}
	return geom.UnmarshalWKB(b)
}

// polygons of an overlay; points and lines in it are left out.
func polygons(a geom.Geometry) (out orb.MultiPolygon) {
	made, err := wkb.Unmarshal(a.AsBinary())
	if err != nil {
		return nil // the overlay wrote it
	}
	var collect func(orb.Geometry)
	collect = func(x orb.Geometry) {
		switch x := x.(type) {
		case orb.Polygon:
			out = append(out, x)
		case orb.MultiPolygon:
			out = append(out, x...)
		case orb.Collection:
			for _, part := range x {
				collect(part)
			}
		}
	}
	collect(made)
	return out
}

// m2 is the area of a part of the land.
func (g ground) m2(m orb.Geometry) float64 {
	if m == nil {
		return 0
	}
	return planar.Area(g.plane.InMetres(m))
}

// pieces of an overlay that are more than the width of a line, their area, and
// the area of those that are not.
func (g ground) pieces(a geom.Geometry) (out orb.MultiPolygon, m2, slivers float64) {
	for _, p := range polygons(a) {
		metres := g.plane.InMetres(p)
		area, around := planar.Area(metres), planar.Length(metres)
		if area < leastM2 || 2*area < leastM*around {
			slivers += area
			continue
		}
		out, m2 = append(out, p), m2+area
	}
	return out, m2, slivers
}

// shared is what two areas have in common.
func shared(a, b geom.Geometry) (geom.Geometry, error) {
	if !boxed(a, b) {
		return geom.Geometry{}, nil
	}
	both, err := geom.Intersection(a, b)
	if err != nil {
		return geom.Geometry{}, fmt.Errorf("overlay two areas: %w", err)
	}
	return both, nil
}

func boxed(a, b geom.Geometry) bool { return a.Envelope().Intersects(b.Envelope()) }
