package importers

import (
	"github.com/paulmach/orb"
)

// Importing into the database refuses what is not valid. A plan that is drawn
// from files noded its lines itself and can do with less: it is told of a flaw,
// and uses the geometry. bad means that nothing can be made of it.

// MendArea brings a polygon, in degrees, into the form that is drawn in. Rings
// are closed, those without area left out. An area that crosses itself is kept
// as it is: inside is what a ray leaves an odd number of times.
func MendArea(g orb.Geometry) (out orb.MultiPolygon, flaw, bad *Refusal) {
	mended, flaw, bad := mend(g, areaShape)
	if bad != nil {
		return nil, nil, bad
	}
	area, _ := mended.(orb.MultiPolygon)
	if len(area) == 0 {
		return nil, nil, refuse("geometry", "it has no area")
	}
	return area, flaw, nil
}

// MendPlace is MendArea for where a building stands: a footprint or a point. A
// footprint without area is a point.
func MendPlace(g orb.Geometry) (out orb.Geometry, flaw, bad *Refusal) {
	out, flaw, bad = mend(g, footprintShape)
	if m, ok := out.(orb.MultiPolygon); bad == nil && ok && len(m) == 0 {
		var first orb.Point
		eachPoint(g, func(p orb.Point) bool { first = p; return false })
		return first, flaw, nil
	}
	return out, flaw, bad
}

// MendBarrier gives what grids should follow: lines, or an area.
func MendBarrier(g orb.Geometry) (lines orb.MultiLineString, area orb.MultiPolygon, flaw, bad *Refusal) {
	made, flaw, bad := mend(g, waterShape)
	if bad != nil {
		return nil, nil, nil, bad
	}
	lines, _ = made.(orb.MultiLineString)
	area, _ = made.(orb.MultiPolygon)
	if len(lines)+len(area) == 0 {
		return nil, nil, nil, refuse("geometry", "it has no area")
	}
	return lines, area, flaw, nil
}

func mend(g orb.Geometry, want shape) (out orb.Geometry, flaw, bad *Refusal) {
	if g == nil {
		return nil, nil, refuse("geometry", "missing")
	}
	if n := vertices(g); n > MaxVertices {
		return nil, nil, refuse("geometry", "%d vertices: more than 100,000", n)
	}
	if g, bad = promote(g, want); bad != nil {
		return nil, nil, bad
	}
	if bad = checkRange(g, 180, 90); bad != nil {
		return nil, nil, bad
	}
	m, ok := g.(orb.MultiPolygon)
	if !ok {
		return g, nil, nil
	}
	m, flaw = mendRings(m)
	if tangled(m) {
		return nil, nil, refuse("geometry", "boundary too tangled to be checked: its segments overlap too often")
	}
	if flaw == nil && len(m) > 0 {
		flaw = valid(m)
	}
	turnRings(m)
	return m, flaw, nil
}

// mendRings closes rings and leaves out those without area, a part with its
// outer ring.
func mendRings(m orb.MultiPolygon) (out orb.MultiPolygon, flaw *Refusal) {
	for _, p := range m {
		var kept orb.Polygon
		for i, r := range p {
			if len(r) > 0 && r[0] != r[len(r)-1] {
				flaw = refuse("geometry", "a ring is not closed")
				r = append(r, r[0])
			}
			if len(r) < 4 || flat(r) {
				flaw = refuse("geometry", "a ring has no area")
				if i == 0 {
					break
				}
				continue
			}
			kept = append(kept, r)
		}
		if len(kept) > 0 {
			out = append(out, kept)
		}
	}
	return out, flaw
}

// flat tells whether all vertices lie on one line. The area would not: that of a
// ring like an 8 is zero too.
func flat(r orb.Ring) bool {
	for i := 2; i < len(r); i++ {
		a, b := r[i-1], r[i]
		if (a[0]-r[0][0])*(b[1]-r[0][1]) != (b[0]-r[0][0])*(a[1]-r[0][1]) {
			return false
		}
	}
	return true
}
