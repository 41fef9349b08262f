package tiles

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/peterstace/simplefeatures/geom"
)

// star is a ring around a place on the grid; clockwise on screen.
func star(rng *rand.Rand, x, y, size float64, n int) []int32 {
	var out []int32
	for i := range n {
		a := 2 * math.Pi * float64(i) / float64(n)
		d := size * (0.2 + 0.8*rng.Float64())
		out = append(out, int32(x+d*math.Cos(a)), int32(y+d*math.Sin(a)))
	}
	return out
}

func ringOf(v []int32) geom.LineString {
	var f []float64
	for i := 0; i <= len(v); i += 2 {
		f = append(f, float64(v[i%len(v)]), float64(v[i%len(v)+1]))
	}
	return geom.NewLineString(geom.NewSequence(f, geom.DimXY))
}

// areaOf rings, and whether each polygon is valid by the rules of OGC.
func areaOf(t *testing.T, r *rings) (area float64, invalid error) {
	t.Helper()
	for i := range r.len() {
		v := tidy(append([]int32(nil), r.at(i)...))
		if len(v) < 6 {
			continue
		}
		twice := twiceArea(v)
		if (twice > 0) != r.outer[i] {
			continue // would not be drawn
		}
		area += float64(twice) / 2
		if err := geom.NewPolygon([]geom.LineString{ringOf(v)}).Validate(); err != nil {
			invalid = err
		}
	}
	return area, invalid
}

func TestClippedPolygonsHaveTheAreaOfTheIntersectionAndNoBridges(t *testing.T) {
	rng := rand.New(rand.NewPCG(41, 42))
	box := clipBox{-64, 4160}
	corner := geom.NewPolygon([]geom.LineString{ringOf([]int32{-64, -64, 4160, -64, 4160, 4160, -64, 4160})})
	compared, invalid := 0, 0
	for compared < 2000 {
		var c ringClipper
		x, y, size := rng.Float64()*6000-1000, rng.Float64()*6000-1000, 200+rng.Float64()*6000
		outer, round := star(rng, x, y, size, 5+rng.IntN(40)), 0.15
		if rng.IntN(3) == 0 { // all around a crooked hole, as what lies around a district
			round = 0.99
			outer = []int32{int32(x - size), int32(y - size), int32(x + size), int32(y - size), int32(x + size), int32(y + size), int32(x - size), int32(y + size)}
		}
		list := []geom.LineString{ringOf(outer)}
		c.in.add(outer, true)
		if rng.IntN(2) == 0 {
			hole := star(rng, x, y, size*round, 4+rng.IntN(40))
			turn(hole)
			if twiceArea(hole) < 0 {
				c.in.add(hole, false)
				list = append(list, ringOf(hole))
			}
		}
		p := geom.NewPolygon(list)
		if p.Validate() != nil {
			continue
		}
		compared++
		both, err := geom.Intersection(p.AsGeometry(), corner.AsGeometry())
		if err != nil {
			t.Fatal(err)
		}
		c.clip(box)
		got, err := areaOf(t, &c.in)
		if err != nil {
			invalid++
		}
		if want := both.Area(); math.Abs(got-want) > 60+2*math.Sqrt(want)*0.5 {
			t.Fatalf("polygon %v clips to an area of %.0f, want %.0f", p.AsText(), got, want)
		}
	}
	// Rounding where an edge meets the side can make two edges touch; bridges
	// would make one polygon in three invalid.
	if invalid > compared/200 {
		t.Errorf("%d of %d clipped polygons are not valid, want hardly any", invalid, compared)
	}
}
