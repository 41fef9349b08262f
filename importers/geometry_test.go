package importers

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
)

func square(x, y, side float64) orb.Ring {
	return orb.Ring{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}
}

// TestNoGeometryTakesLongToCheck holds the promise that a hostile geometry below
// the cap on vertices cannot keep the importer busy.
func TestNoGeometryTakesLongToCheck(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	circle := make(orb.Ring, 0, 99_000)
	for i := range 98_999 {
		a := 2 * math.Pi * float64(i) / 98_999
		circle = append(circle, orb.Point{105 + math.Cos(a), 30 + math.Sin(a)})
	}
	circle = append(circle, circle[0])
	scribble := make(orb.LineString, 99_000)
	for i := range scribble {
		scribble[i] = orb.Point{random.Float64(), random.Float64()}
	}
	holes := orb.Polygon{square(0, 0, 150)}
	parts := orb.MultiPolygon{}
	nested := orb.MultiPolygon{}
	for i := range 19_000 {
		x, y := float64(i%138)+0.2, float64(i/138)*0.6+0.2
		h := square(x, y, 0.3)
		h.Reverse()
		holes = append(holes, h)
		parts = append(parts, orb.Polygon{square(x, y, 0.3)})
		s := 80 - float64(i)*0.004
		nested = append(nested, orb.Polygon{square(-s/2, -s/2, s)})
	}
	var sun orb.Ring // spikes from one centre: every box overlaps every other
	for i := range 49_000 {
		a := 2 * math.Pi * float64(i) / 49_000
		sun = append(sun, orb.Point{math.Cos(a), math.Sin(a)}, orb.Point{0.001 * math.Cos(a+0.00006), 0.001 * math.Sin(a+0.00006)})
	}
	sun = append(sun, sun[0])
	cases := []struct {
		name   string
		geom   orb.Geometry
		shape  shape
		passes bool
	}{
		{"a circle of 99,000 vertices passes", orb.Polygon{circle}, areaShape, true},
		{"a scribble of 99,000 vertices is refused", scribble, lineShape, false},
		{"19,000 holes pass", holes, areaShape, true},
		{"19,000 parts pass", parts, areaShape, true},
		{"19,000 parts inside each other are refused", nested, areaShape, false},
		{"a sun of 98,000 spikes is refused", orb.Polygon{sun}, areaShape, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			began := time.Now()
			_, _, bad := admit(c.geom, c.shape)
			took := time.Since(began)
			t.Logf("%v after %v", bad, took)
			if (bad == nil) != c.passes {
				t.Errorf("got %v, want it to pass: %v", bad, c.passes)
			}
			if took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestAFeatureTooLongToHoldIsShownByTheExtentOfItsBeginning(t *testing.T) {
	head := `{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[1,2]` + strings.Repeat(",[3,4],[1,2]", MaxVertices)
	row := longFeature([]byte(head), 7)
	if row.Geom == nil || row.Geom.Bound() != (orb.Bound{Min: orb.Point{1, 2}, Max: orb.Point{3, 4}}) {
		t.Errorf("got %v, want the extent 1 2, 3 4", row.Geom)
	}
}
