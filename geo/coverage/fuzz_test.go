package coverage

import (
	"context"
	"math"
	"testing"

	"github.com/paulmach/orb/planar"
)

// FuzzBuild draws lines through bytes: each pair of bytes is a vertex, 255 lifts
// the pen. Whatever the lines, faces have area and dissolve to their sum.
func FuzzBuild(f *testing.F) {
	f.Add([]byte{0, 0, 9, 0, 9, 9, 0, 9, 0, 0})
	f.Add([]byte{0, 0, 9, 9, 255, 255, 0, 9, 9, 0, 3, 1, 255, 255, 0, 0, 9, 9})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 400 {
			return
		}
		var segs []Segment
		last, down := Point{}, false
		for i := 0; i+1 < len(data); i += 2 {
			p := Point{int64(data[i]), int64(data[i+1])}
			if data[i] == 255 {
				down = false
				continue
			}
			if down {
				segs = append(segs, Segment{A: last, B: p})
			}
			last, down = p, true
		}
		c, err := Build(context.Background(), segs, 1)
		if err != nil {
			t.Fatal(err)
		}
		labels := make([]int32, c.Faces())
		var sum int64
		for face := range labels {
			if c.Area2(int32(face)) <= 0 {
				t.Fatalf("face %d has area %d", face, c.Area2(int32(face)))
			}
			sum += c.Area2(int32(face))
		}
		mp := c.Dissolve(labels, 1)[0]
		if got := int64(math.Round(planar.Area(mp) * 2e6)); got != sum {
			t.Fatalf("dissolved area %d, want %d", got, sum)
		}
		if err := valid(mp); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzVoronoi puts sites on a lattice, so that collinear, cocircular and repeated
// ones are the rule. Where the lattice is wide enough for the millimetre grid, no
// two owners share a face, and the faces fill the square.
func FuzzVoronoi(f *testing.F) {
	f.Add([]byte{100, 1, 1, 0, 9, 9, 1, 1, 9, 2})
	f.Add([]byte{1, 0, 0, 0, 1, 0, 1, 0, 1, 2, 1, 1, 0})
	f.Add([]byte{200, 3, 3, 0, 6, 3, 1, 9, 3, 2, 12, 3, 0, 3, 6, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 1 || len(data) > 600 {
			return
		}
		pitch, span := int64(data[0]), int64(20_000)
		var sites []Site
		for i := 1; i+2 < len(data); i += 3 {
			at := Point{1000 + int64(data[i]%64)*pitch, 1000 + int64(data[i+1]%64)*pitch}
			sites = append(sites, Site{At: at, Owner: int32(data[i+2] % 16)})
		}
		base, err := Build(context.Background(), square(0, 0, span), 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, tolerance := range []float64{0, 700} {
			lines := Voronoi(sites, base.Bounds(0), tolerance)
			c, err := Build(context.Background(), base.Clip(lines, []int32{0}, 0, 1, base.Segments()), 1)
			if err != nil {
				t.Fatal(err)
			}
			var sum int64
			for face := range c.Faces() {
				sum += c.Area2(int32(face))
			}
			if sum != 2*span*span {
				t.Fatalf("cells cover %d of %d", sum, 2*span*span)
			}
			if pitch < 50 {
				continue
			}
			owner := map[int32]int32{}
			for _, s := range uniqueSites(sites) {
				f := c.Locate(s.At)
				if o, known := owner[f]; known && o != s.Owner {
					t.Fatalf("tolerance %v: owners %d and %d share face %d", tolerance, o, s.Owner, f)
				}
				owner[f] = s.Owner
			}
		}
	})
}
