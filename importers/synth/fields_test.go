package synth

import (
	"testing"

	"github.com/paulmach/orb"
)

func cuts(a, b, c, d orb.Point) bool {
	side := func(p, q, r orb.Point) float64 { return (q[0]-p[0])*(r[1]-p[1]) - (q[1]-p[1])*(r[0]-p[0]) }
	return side(a, b, c)*side(a, b, d) < 0 && side(c, d, a)*side(c, d, b) < 0
}

func TestFieldsAndWoodsShareGroundWithNothing(t *testing.T) {
	d := smallDistrict(t)
	kinds := map[string]int{}
	var plots []orb.Ring
	cells := map[[2]int32][]int{}
	for _, v := range d.Land {
		switch v.Kind {
		case "paddy", "field", "orchard", "forest":
		default:
			continue
		}
		kinds[v.Kind]++
		var ring orb.Ring
		for _, p := range v.Geom[0][0] {
			ring = append(ring, metres(p[0], p[1]))
		}
		for a := 1; a < len(ring); a++ {
			for b := a + 2; b < len(ring); b++ {
				if cuts(ring[a-1], ring[a], ring[b-1], ring[b]) {
					t.Fatalf("land %d crosses itself", v.ID)
				}
			}
		}
		lo, hi := blockCell(ring.Bound().Min), blockCell(ring.Bound().Max)
		for x := lo[0]; x <= hi[0]; x++ {
			for y := lo[1]; y <= hi[1]; y++ {
				cells[[2]int32{x, y}] = append(cells[[2]int32{x, y}], len(plots))
			}
		}
		plots = append(plots, ring)
	}
	for _, kind := range []string{"paddy", "field", "orchard", "forest"} {
		if kinds[kind] < 200 {
			t.Errorf("got %d of kind %s, want at least 200", kinds[kind], kind)
		}
	}
	for i, f := range d.Footprints {
		p := f.Bound().Center()
		for _, k := range cells[blockCell(p)] {
			if inRing(plots[k], p) {
				t.Fatalf("building %d stands in a field", i+1)
			}
		}
	}
	for _, list := range cells {
		for a, i := range list {
			for _, j := range list[a+1:] {
				if middle := plots[i].Bound().Center(); inRing(plots[i], middle) && inRing(plots[j], middle) {
					t.Fatalf("two parcels share the ground at %v", middle)
				}
			}
		}
	}
}

func TestNoHouseStandsOnALaneOrABrook(t *testing.T) {
	d := smallDistrict(t)
	cells := map[[2]int32][]int{}
	for i, f := range d.Footprints {
		lo, hi := blockCell(f.Bound().Min), blockCell(f.Bound().Max)
		for x := lo[0]; x <= hi[0]; x++ {
			for y := lo[1]; y <= hi[1]; y++ {
				cells[[2]int32{x, y}] = append(cells[[2]int32{x, y}], i)
			}
		}
	}
	check := func(what string, l orb.LineString) {
		for k := 1; k < len(l); k++ {
			a, b := metres(l[k-1][0], l[k-1][1]), metres(l[k][0], l[k][1])
			box := orb.LineString{a, b}.Bound()
			lo, hi := blockCell(box.Min), blockCell(box.Max)
			for x := lo[0]; x <= hi[0]; x++ {
				for y := lo[1]; y <= hi[1]; y++ {
					for _, i := range cells[[2]int32{x, y}] {
						f := d.Footprints[i][0]
						for e := 1; e < len(f); e++ {
							if cuts(a, b, f[e-1], f[e]) {
								t.Fatalf("building %d stands on %s", i+1, what)
							}
						}
					}
				}
			}
		}
	}
	for _, r := range d.Roads {
		for _, l := range r.Geom {
			check("road "+r.SourceID, l)
		}
	}
	for _, w := range d.Water {
		if l, ok := w.Geom.(orb.LineString); ok {
			check("brook "+w.SourceID, l)
		}
	}
}

func TestNoRiverCrossesItself(t *testing.T) {
	f, err := loadFacts()
	if err != nil {
		t.Fatal(err)
	}
	for _, seed := range []uint64{1, 2, 3, 7, 11, 152, 2026} {
		for _, r := range drawRivers(seed, f.outline) {
			ring := r.area()[0]
			for a := 1; a < len(ring); a++ {
				for b := a + 2; b < len(ring); b++ {
					if cuts(ring[a-1], ring[a], ring[b-1], ring[b]) {
						t.Errorf("seed %d: %s crosses itself at %v", seed, r.name, ring[a])
					}
				}
			}
		}
	}
}
