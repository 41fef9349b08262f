package importers

import (
	"math"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/peterstace/simplefeatures/geom"
)

// shape is what geometry a kind takes.
type shape int

const (
	noShape        shape = iota
	pointShape           // points; the middle of nothing else is taken
	maybePoint           // points, or none
	lineShape            // lines, made MultiLineString
	areaShape            // polygons, made MultiPolygon
	footprintShape       // polygons, or points where no footprint is known
	waterShape           // polygons or lines
)

func (s shape) wants() string {
	switch s {
	case pointShape, maybePoint:
		return "a point"
	case lineShape:
		return "a line"
	case areaShape:
		return "a polygon"
	case footprintShape:
		return "a polygon or a point"
	case waterShape:
		return "a polygon or a line"
	}
	return "no geometry"
}

// checkRange refuses coordinates that are not finite or outside ±x, ±y.
func checkRange(g orb.Geometry, x, y float64) *Refusal {
	var bad *Refusal
	eachPoint(g, func(p orb.Point) bool {
		switch {
		case math.IsNaN(p[0]) || math.IsNaN(p[1]) || math.IsInf(p[0], 0) || math.IsInf(p[1], 0):
			bad = refuse("geometry", "a coordinate is not a finite number, or does not exist in the coordinate system")
		case math.Abs(p[0]) <= 90 && math.Abs(p[1]) > y && math.Abs(p[1]) <= 180 && y == 90:
			bad = refuse("geometry", "latitude %.6f is out of range; longitude and latitude may be swapped", p[1])
		case math.Abs(p[0]) > x || math.Abs(p[1]) > y:
			bad = refuse("geometry", "coordinates %g, %g are out of range", p[0], p[1])
		}
		return bad == nil
	})
	return bad
}

// eachPoint calls f for every vertex until it answers false.
func eachPoint(g orb.Geometry, f func(orb.Point) bool) {
	line := func(ps []orb.Point) bool {
		for _, p := range ps {
			if !f(p) {
				return false
			}
		}
		return true
	}
	switch g := g.(type) {
	case orb.Point:
		f(g)
	case orb.MultiPoint:
		line(g)
	case orb.LineString:
		line(g)
	case orb.MultiLineString:
		for _, l := range g {
			if !line(l) {
				return
			}
		}
	case orb.Polygon:
		for _, r := range g {
			if !line(r) {
				return
			}
		}
	case orb.MultiPolygon:
		for _, p := range g {
			for _, r := range p {
				if !line(r) {
					return
				}
			}
		}
	}
}

// admit checks g, in degrees and finite, against what the kind takes. It
// returns it in the form that is stored and whether rings were turned round.
// The cheap checks come first: vertices, then the tangle budget, then validity.
func admit(g orb.Geometry, want shape) (out orb.Geometry, turned bool, bad *Refusal) {
	if n := vertices(g); n > MaxVertices {
		return nil, false, refuse("geometry", "%d vertices: more than 100,000", n)
	}
	g, bad = promote(g, want)
	if bad != nil {
		return nil, false, bad
	}
	if bad = closedRings(g); bad != nil {
		return nil, false, bad
	}
	if tangled(g) {
		return nil, false, refuse("geometry", "boundary too tangled to be checked: its segments overlap too often")
	}
	if bad = valid(g); bad != nil {
		return nil, false, bad
	}
	return g, turnRings(g), nil
}

func vertices(g orb.Geometry) int {
	n := 0
	eachPoint(g, func(orb.Point) bool { n++; return true })
	return n
}

// promote brings g to the type that is stored, or refuses it.
func promote(g orb.Geometry, want shape) (orb.Geometry, *Refusal) {
	if vertices(g) == 0 {
		return nil, refuse("geometry", "the geometry is empty")
	}
	if m, ok := g.(orb.MultiPoint); ok && len(m) == 1 {
		g = m[0]
	}
	switch t := g.(type) {
	case orb.Point:
		if want == pointShape || want == maybePoint || want == footprintShape {
			return t, nil
		}
	case orb.LineString:
		if want == lineShape || want == waterShape {
			return orb.MultiLineString{t}, nil
		}
	case orb.MultiLineString:
		if want == lineShape || want == waterShape {
			return t, nil
		}
	case orb.Polygon:
		if want == areaShape || want == footprintShape || want == waterShape {
			return orb.MultiPolygon{t}, nil
		}
	case orb.MultiPolygon:
		if want == areaShape || want == footprintShape || want == waterShape {
			return t, nil
		}
	}
	return nil, refuse("geometry", "a %s does not fit: the kind takes %s", strings.ToLower(g.GeoJSONType()), want.wants())
}

func closedRings(g orb.Geometry) *Refusal {
	m, ok := g.(orb.MultiPolygon)
	if !ok {
		return nil
	}
	for _, p := range m {
		if len(p) == 0 {
			return refuse("geometry", "a part of the geometry is empty")
		}
		for _, r := range p {
			if len(r) < 3 {
				return refuse("geometry", "a ring has %d vertices", len(r))
			}
			if r[0] != r[len(r)-1] {
				return refuse("geometry", "a ring is not closed")
			}
		}
	}
	return nil
}

// valid asks simplefeatures, which follows the OGC rules that ST_IsValid checks.
func valid(g orb.Geometry) *Refusal {
	b, err := wkb.Marshal(g)
	if err != nil {
		return refuse("geometry", "not encodable: %v", err)
	}
	sf, err := geom.UnmarshalWKB(b, geom.NoValidate{})
	if err == nil {
		err = sf.Validate()
	}
	if err == nil {
		return nil
	}
	reason := err.Error()
	switch {
	case strings.Contains(reason, "not simple"):
		reason = "the boundary crosses or touches itself" + near(reason)
	case strings.Contains(reason, "distinct"):
		reason = "the line has no length"
	}
	return refuse("geometry", "not valid: %s", reason)
}

// near keeps the place that simplefeatures names.
func near(reason string) string {
	if i := strings.Index(reason, "(at or near "); i >= 0 {
		return " " + reason[i:]
	}
	return ""
}

// turnRings makes outer rings counter-clockwise and holes clockwise (RFC 7946);
// the order carries no meaning here.
func turnRings(g orb.Geometry) bool {
	m, _ := g.(orb.MultiPolygon)
	turned := false
	for _, p := range m {
		for i, r := range p {
			want := orb.CCW
			if i > 0 {
				want = orb.CW
			}
			if o := r.Orientation(); o != 0 && o != want {
				r.Reverse()
				turned = true
			}
		}
	}
	return turned
}
