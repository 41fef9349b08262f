package charts

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

func TestLandLiesInItsFrameAtARoundScale(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 500 {
		w, h := math.Pow(10, 1+4*r.Float64()), math.Pow(10, 1+4*r.Float64())
		x, y := 1e6*r.Float64(), 3e6*r.Float64()
		land := orb.Bound{Min: orb.Point{x, y}, Max: orb.Point{x + w, y + h}}
		f := Frame{10, 20, 300, 250}
		c := Fit(land, f)
		for _, p := range []orb.Point{land.Min, land.Max} {
			if at := c.At(p); at[0] < f.X || at[0] > f.X+f.W || at[1] < f.Y || at[1] > f.Y+f.H {
				t.Fatalf("%v of %v lies at %v, outside the frame", p, land, at)
			}
		}
		a, b := c.At(land.Min), c.At(orb.Point{land.Max[0], land.Min[1]})
		if got := (b[0] - a[0]) * c.Scale / 1000; math.Abs(got-w) > 1e-6*w {
			t.Fatalf("%g m measure %g m at 1 : %g", w, got, c.Scale)
		}
		if metres, mm := c.Bar(60); mm > 60 || mm < 60/2.6 || math.Abs(mm*c.Scale/1000-metres) > 1e-6*metres {
			t.Fatalf("a bar of %g m is %g mm long at 1 : %g", metres, mm, c.Scale)
		}
	}
}
