package escape

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

// randomStreets are pieces over a lattice with chains between forks, each with the
// moment at which it shuts.
func randomStreets(r *rand.Rand, n int) (lines []orb.LineString, shuts []float64) {
	at := func(x, y int) orb.Point { return orb.Point{float64(x) * 100, float64(y) * 100} }
	add := func(a, b orb.Point) {
		parts := 1 + r.IntN(4)
		for k := range parts {
			mix := func(s float64) orb.Point { return orb.Point{a[0] + (b[0]-a[0])*s, a[1] + (b[1]-a[1])*s} }
			lines = append(lines, orb.LineString{mix(float64(k) / float64(parts)), mix(float64(k+1) / float64(parts))})
			until := math.Inf(1)
			if r.IntN(3) == 0 {
				until = float64(r.IntN(4000))
			}
			shuts = append(shuts, until)
		}
	}
	for x := range n {
		for y := range n {
			if r.IntN(4) > 0 && x+1 < n {
				add(at(x, y), at(x+1, y))
			}
			if r.IntN(4) > 0 && y+1 < n {
				add(at(x, y), at(x, y+1))
			}
		}
	}
	return lines, shuts
}

// Chains drawn together must not change any way: the oracle is a network of the open
// pieces alone, each chain open while all of it is.
func TestShortenedStreetsMeasureAsWholeOnesDo(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 5))
			lines, shuts := randomStreets(r, 5)
			s, err := NewStreets(lines)
			if err != nil {
				t.Fatal(err)
			}
			var keep []int32
			for n := range s.Nodes {
				if r.IntN(3) == 0 {
					keep = append(keep, int32(n))
				}
			}
			if len(keep) == 0 {
				t.Skip("nothing to ask for")
			}
			const openS, speed, margin = 500, 1.0, 60
			var roads []Road
			for i, l := range lines {
				roads = append(roads, Road{Line: l, Open: shuts[i] > openS})
			}
			whole, err := NewNetwork(roads)
			if err != nil {
				t.Fatal(err)
			}
			goal := keep[r.IntN(len(keep))]
			got := s.Shorten(keep, shuts).Ways(goal, openS, math.Inf(1), speed, margin, keep)
			from := whole.From(whole.Enter(s.Nodes[goal], 0.01))
			latest := Leave(len(s.Nodes), s.Edges(shuts, speed), []int32{goal}, []float64{math.Inf(1)}, margin)
			for i, n := range keep {
				want := math.Inf(1)
				if p := whole.Enter(s.Nodes[n], 0.01); p.On() {
					want = from.To(p)
				}
				if n == goal {
					want = 0
				}
				if math.Abs(got[i].Metres-want) > 1e-6 && !(math.IsInf(want, 1) && math.IsInf(got[i].Metres, 1)) {
					t.Fatalf("node %d: got %g m, want %g m", n, got[i].Metres, want)
				}
				if got[i].LeaveS > latest[n]+1e-6 {
					t.Fatalf("node %d: told to leave by %g s, the last way out of all is at %g s", n, got[i].LeaveS, latest[n])
				}
			}
		})
	}
}

func TestTheNearestNodeIsFoundWithinReachAlone(t *testing.T) {
	s, err := NewStreets([]orb.LineString{{{0, 0}, {100, 0}}})
	if err != nil {
		t.Fatal(err)
	}
	if n, d := s.Near(orb.Point{90, 10}, 20); n != 1 || math.Abs(d-math.Hypot(10, 10)) > 1e-9 {
		t.Errorf("got node %d at %g m, want 1 at %g m", n, d, math.Hypot(10, 10))
	}
	if n, _ := s.Near(orb.Point{90, 50}, 20); n != -1 {
		t.Errorf("got node %d, want none", n)
	}
	empty, err := NewStreets(nil)
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := empty.Near(orb.Point{}, 20); n != -1 {
		t.Errorf("got node %d of no streets", n)
	}
}
