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
