package coverage

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
)

func TestNeighboursSimplifyTheSameWay(t *testing.T) {
	c := build(t, append(square(0, 0, 1_000_000), randomLines(11, 40, 1_000_000)...))
	labels := make([]int32, c.Faces())
	for f := range labels {
		labels[f] = int32(f % 5)
	}
	polys := c.Dissolve(labels, 5)
	ranks := Importance(polys)
	seen := map[orb.Point]float64{}
	nodes := 0
	for i, mp := range polys {
		for j, poly := range mp {
			for k, ring := range poly {
				if len(ranks[i][j][k]) != len(ring) {
					t.Fatalf("got %d values for %d vertices", len(ranks[i][j][k]), len(ring))
				}
				for v, p := range ring {
					r := ranks[i][j][k][v]
					if was, ok := seen[p]; ok && was != r {
						t.Errorf("vertex %v has %v and %v", p, was, r)
					}
					seen[p] = r
					if math.IsInf(r, 1) {
						nodes++
					}
				}
			}
		}
	}
	if nodes == 0 {
		t.Error("no vertex is a node")
	}
}

func TestImportanceOfALoneRing(t *testing.T) {
	ring := orb.Ring{{0, 0}, {10, 0}, {10, 10}, {5, 10.5}, {0, 10}, {0, 0}}
	got := Importance([]orb.MultiPolygon{{{ring}}})[0][0][0]
	want := []float64{math.Inf(1), 5 * math.Sqrt2, math.Inf(1), 0.5, 5 * math.Sqrt2, math.Inf(1)}
	for i := range want {
		if math.IsInf(want[i], 1) != math.IsInf(got[i], 1) || !math.IsInf(want[i], 1) && math.Abs(got[i]-want[i]) > 1 {
			t.Errorf("vertex %d: got %v, want about %v", i, got[i], want[i])
		}
	}
}
