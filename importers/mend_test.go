package importers

import (
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

func TestAreasAreMendedOrRefused(t *testing.T) {
	ring := func(p ...orb.Point) orb.Polygon { return orb.Polygon{orb.Ring(p)} }
	for name, c := range map[string]struct {
		in             orb.Geometry
		flaw, bad      string
		parts, corners int
	}{
		"a square":                          {ring(orb.Point{0, 0}, orb.Point{1, 0}, orb.Point{1, 1}, orb.Point{0, 1}, orb.Point{0, 0}), "", "", 1, 5},
		"a ring that is not closed":         {ring(orb.Point{0, 0}, orb.Point{1, 0}, orb.Point{1, 1}, orb.Point{0, 1}), "not closed", "", 1, 5},
		"a ring like an 8":                  {ring(orb.Point{0, 0}, orb.Point{1, 1}, orb.Point{1, 0}, orb.Point{0, 1}, orb.Point{0, 0}), "not valid", "", 1, 5},
		"a ring without area":               {ring(orb.Point{0, 0}, orb.Point{1, 1}, orb.Point{2, 2}, orb.Point{0, 0}), "", "no area", 0, 0},
		"one part of two without area":      {orb.MultiPolygon{ring(orb.Point{0, 0}, orb.Point{1, 0}, orb.Point{1, 1}, orb.Point{0, 0}), ring(orb.Point{5, 5}, orb.Point{6, 6}, orb.Point{5, 5})}, "no area", "", 1, 4},
		"a line":                            {orb.LineString{{0, 0}, {1, 1}}, "", "does not fit", 0, 0},
		"nothing":                           {nil, "", "missing", 0, 0},
		"an empty polygon":                  {orb.Polygon{}, "", "empty", 0, 0},
		"a corner that is no number":        {ring(orb.Point{0, 0}, orb.Point{math.NaN(), 0}, orb.Point{1, 1}, orb.Point{0, 0}), "", "finite", 0, 0},
		"longitude and latitude exchanged":  {ring(orb.Point{30, 105}, orb.Point{31, 105}, orb.Point{31, 106}, orb.Point{30, 105}), "", "swapped", 0, 0},
		"the same ring three times over it": {ring(orb.Point{0, 0}, orb.Point{0, 0}, orb.Point{0, 0}, orb.Point{0, 0}), "", "no area", 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			out, flaw, bad := MendArea(c.in)
			for _, r := range []struct {
				what string
				got  *Refusal
				want string
			}{{"flaw", flaw, c.flaw}, {"refusal", bad, c.bad}} {
				if (r.got != nil) != (r.want != "") || r.got != nil && !strings.Contains(r.got.Reason, r.want) {
					t.Errorf("%s: got %v, want %q", r.what, r.got, r.want)
				}
			}
			if len(out) != c.parts || vertices(out) != c.corners {
				t.Errorf("got %v, want %d parts with %d corners", out, c.parts, c.corners)
			}
		})
	}
}

func TestAFootprintWithoutAreaIsAPoint(t *testing.T) {
	out, flaw, bad := MendPlace(orb.Polygon{{{3, 4}, {3, 4}, {3, 4}, {3, 4}}})
	if out != (orb.Point{3, 4}) || flaw == nil || bad != nil {
		t.Errorf("got %v, flaw %v, refusal %v; want the point 3, 4 with a flaw", out, flaw, bad)
	}
}

func TestBarriersAreLinesOrAreas(t *testing.T) {
	lines, area, _, bad := MendBarrier(orb.LineString{{0, 0}, {1, 1}, {0, 1}, {1, 0}})
	if len(lines) != 1 || area != nil || bad != nil {
		t.Errorf("a line that crosses itself: got %v %v %v", lines, area, bad)
	}
	if lines, area, _, bad = MendBarrier(orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}); len(area) != 1 || lines != nil || bad != nil {
		t.Errorf("a lake: got %v %v %v", lines, area, bad)
	}
	if _, _, _, bad = MendBarrier(orb.Point{0, 0}); bad == nil {
		t.Error("a point is taken for a barrier")
	}
}
