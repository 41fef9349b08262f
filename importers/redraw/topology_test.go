package redraw

import (
	"testing"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
)

// toSimple converts to the oracle's geometry; it validates on the way.
func toSimple(t *testing.T, mp orb.MultiPolygon) geom.Geometry {
	t.Helper()
	var polys []geom.Polygon
	for _, poly := range mp {
		var rings []geom.LineString
		for _, ring := range poly {
			var flat []float64
			for _, p := range ring {
				flat = append(flat, p[0]-originE, p[1]-originN)
			}
			rings = append(rings, geom.NewLineString(geom.NewSequence(flat, geom.DimXY)))
		}
		polys = append(polys, geom.NewPolygon(rings))
	}
	out := geom.NewMultiPolygon(polys).AsGeometry()
	if err := out.Validate(); err != nil {
		t.Fatalf("outline is not valid: %v", err)
	}
	return out
}

func TestNoTwoGridsOverlapByTheOracle(t *testing.T) {
	in := town(21, 2, 160)
	p := draw(t, in, Options{Seed: 5, Restarts: 1})
	var shapes []geom.Geometry
	for _, g := range p.Grids {
		if !g.Layered {
			shapes = append(shapes, toSimple(t, g.Outline))
		}
		for _, m := range g.Microgrids {
			toSimple(t, m.Outline)
		}
	}
	for i := range shapes {
		for j := range i {
			both, err := geom.Intersection(shapes[i], shapes[j])
			if err != nil {
				t.Fatal(err)
			}
			if a := both.Area(); a > 1e-6 {
				t.Errorf("grids %s and %s overlap by %v m²", p.Grids[i].Code, p.Grids[j].Code, a)
			}
		}
	}
}

// Every edge of a grid inside the map is an edge of exactly one other grid, the
// other way round: also across the border of two communities.
func TestNeighboursShareTheirEdges(t *testing.T) {
	in := town(22, 3, 120)
	p := draw(t, in, Options{Seed: 5, Restarts: 1})
	type edge [2]orb.Point
	seen := map[edge]int{}
	for _, g := range p.Grids {
		if g.Layered {
			continue
		}
		for _, poly := range g.Outline {
			for _, ring := range poly {
				for i := 1; i < len(ring); i++ {
					seen[edge{ring[i-1], ring[i]}]++
				}
			}
		}
	}
	for e, n := range seen {
		if n != 1 {
			t.Errorf("edge %v comes %d times", e, n)
		}
		if seen[edge{e[1], e[0]}] == 0 && !onRim(e[0], 3000) {
			t.Errorf("edge %v has no other side", e)
		}
	}
}

func onRim(p orb.Point, width float64) bool {
	x, y := p[0]-originE, p[1]-originN
	const near = 0.01
	return x < near || y < near || x > width-near || y > 1000-near
}

func TestSharesOfOneBuildingJoinAgain(t *testing.T) {
	in := []Building{{ID: 1, Households: 60, Persons: 100, Stairwells: [][]int{{5, 5, 5, 5}, {5, 5, 5, 5}, {5, 5, 5, 5}}}}
	us := units(in, []int{0})
	cases := []struct {
		name string
		runs [][]unit
		part string
	}{
		{"all parts make the whole building", [][]unit{us[6:], us[:6]}, ""},
		{"two halves of a stairwell make it whole", [][]unit{us[2:4], us[:2]}, "1单元"},
		{"a gap between floors stays one", [][]unit{us[:1], us[2:4]}, "1单元1层+1单元3-4层"},
		{"a gap between stairwells stays one", [][]unit{us[8:], us[:4]}, "1单元+3单元"},
		{"a stairwell and floors of the next", [][]unit{us[:6]}, "1单元+2单元1-2层"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			var list []share
			for _, run := range tc.runs {
				list = append(list, newShare(in, run))
			}
			got := merged(in, list)
			if got.part != tc.part {
				t.Errorf("got %q, want %q", got.part, tc.part)
			}
		})
	}
}
