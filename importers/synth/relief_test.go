package synth

import (
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"gridmap/geo"
)

func TestTheReliefCarriesTheWaterOfRiversAndEndsAtTheOutline(t *testing.T) {
	d := smallDistrict(t)
	r := d.Relief(100)
	if !slices.Equal(bits(r.Values), bits(d.Relief(100).Values)) {
		t.Error("the same district gives another relief")
	}
	for y := range r.Height {
		for x := range r.Width {
			p, v := r.Centre(x, y), float64(r.Values[y*r.Width+x])
			away, seg := d.Terrain.rivers.nearest(p, 180)
			switch inside := inRing(d.outline, p); {
			case inside && math.IsNaN(v):
				t.Fatalf("%v is inside the district, and has no elevation", p)
			case !inside && !math.IsNaN(v) && away > beyondM && outlineGap(d, p) > 100*1.5*aboutCells:
				t.Fatalf("%v is outside the district and away from its rivers, and has elevation %.2f", p, v)
			case seg >= 0 && away < 0 && !math.IsNaN(v):
				low, high := d.Terrain.usualM[seg][0], d.Terrain.usualM[seg][1]
				if low > high {
					low, high = high, low
				}
				if v < low-0.01 || v > high+0.01 {
					t.Fatalf("%v lies in a river and has elevation %.2f, want its usual water, %.2f to %.2f", p, v, low, high)
				}
			}
		}
	}
}

func bits(v []float32) []uint32 {
	out := make([]uint32, len(v))
	for i, x := range v {
		out[i] = math.Float32bits(x)
	}
	return out
}

func TestLeveesAreClosedStandOutOfTheWaterAndNoBrookCrossesThem(t *testing.T) {
	d := smallDistrict(t)
	if len(d.Levees) == 0 {
		t.Fatal("there is no levee")
	}
	brooks := newNearness(200)
	for i := range d.Water {
		if line, ok := d.Water[i].Geom.(orb.LineString); ok {
			brooks.addLine(geo.ProjectionAt(105).InMetres(line).(orb.LineString), 0, 0)
		}
	}
	for _, l := range d.Levees {
		ring := geo.ProjectionAt(105).InMetres(l.Geom).(orb.MultiLineString)[0]
		if ring[0] != ring[len(ring)-1] {
			t.Errorf("%s is open", l.Name)
		}
		if l.Source != Source {
			t.Errorf("%s has source %q, want %q", l.Name, l.Source, Source)
		}
		for _, p := range ring {
			if away := d.Terrain.rivers.clear(p, 180); away < leveeBackM-1 {
				t.Errorf("%s stands %.0f m from a river, want at least %.0f", l.Name, away, leveeBackM)
			}
			if away := brooks.clear(p, 180); away < leveeBackM {
				t.Errorf("%s stands %.0f m from a brook", l.Name, away)
			}
		}
		if over := l.CrestM - d.Terrain.grid.bilinear(d.Terrain.levelM, ring[0]); over < 3 || over > 13 {
			t.Errorf("crest of %s is %.1f m over the usual water, want 3 to 13", l.Name, over)
		}
	}
}

func outlineGap(d *District, p orb.Point) float64 {
	gap := math.Inf(1)
	for k := 1; k < len(d.outline); k++ {
		gap = min(gap, segmentGap(p, d.outline[k-1], d.outline[k]))
	}
	return gap
}
