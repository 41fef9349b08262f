package redraw

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"gridmap/geo/coverage"
)

// footprint is a building's geometry as the engine uses it: polygons, or else
// points. faulty tells that the geometry is not what it should be.
func footprint(g orb.Geometry) (area orb.MultiPolygon, points []orb.Point, faulty bool) {
	switch g := g.(type) {
	case orb.MultiPolygon:
		clean, faults := usable(g)
		var corners []orb.Point
		for _, poly := range g {
			for _, ring := range poly {
				corners = appendUsable(corners, ring)
			}
		}
		if len(clean) == 0 || planar.Area(clean) == 0 {
			return nil, corners, true
		}
		return clean, nil, faults > 0 || crossesItself(clean)
	case orb.Polygon:
		return footprint(orb.MultiPolygon{g})
	case orb.Ring:
		return footprint(orb.MultiPolygon{{g}})
	case orb.Bound:
		return footprint(orb.MultiPolygon{g.ToPolygon()})
	case orb.Point:
		points = appendUsable(nil, []orb.Point{g})
	case orb.MultiPoint:
		points = appendUsable(nil, g)
	case orb.LineString:
		points, faulty = appendUsable(nil, g), true
	case orb.MultiLineString:
		for _, l := range g {
			points = appendUsable(points, l)
		}
		faulty = true
	case orb.Collection:
		for _, part := range g {
			a, p, f := footprint(part)
			area, points, faulty = append(area, a...), append(points, p...), faulty || f
		}
	}
	return area, points, faulty
}

func appendUsable(out []orb.Point, points []orb.Point) []orb.Point {
	for _, p := range points {
		if _, ok := coverage.FromMetres(p); ok {
			out = append(out, p)
		}
	}
	return out
}

// crossesItself looks for two edges that cross in their insides. After a million
// pairs it gives up: this is for a message only.
func crossesItself(mp orb.MultiPolygon) bool {
	type side struct{ a, b orb.Point }
	var sides []side
	for _, poly := range mp {
		for _, ring := range poly {
			for i := 1; i < len(ring); i++ {
				s := side{ring[i-1], ring[i]}
				if s.a[0] > s.b[0] {
					s.a, s.b = s.b, s.a
				}
				sides = append(sides, s)
			}
		}
	}
	slices.SortFunc(sides, func(s, t side) int { return cmp.Compare(s.a[0], t.a[0]) })
	budget := 1_000_000
	for i, s := range sides {
		for _, t := range sides[i+1:] {
			if t.a[0] > s.b[0] {
				break
			}
			if budget--; budget < 0 {
				return false
			}
			if turn(s.a, s.b, t.a)*turn(s.a, s.b, t.b) < 0 && turn(t.a, t.b, s.a)*turn(t.a, t.b, s.b) < 0 {
				return true
			}
		}
	}
	return false
}

// turn is 1 when c lies to the left of a→b, -1 to the right, zero within a tenth
// of a millimetre of its line.
func turn(a, b, c orb.Point) int {
	x, y := b[0]-a[0], b[1]-a[1]
	v := x*(c[1]-a[1]) - y*(c[0]-a[0])
	switch eps := 1e-4 * math.Hypot(x, y); {
	case v > eps:
		return 1
	case v < -eps:
		return -1
	}
	return 0
}
