package coverage

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/peterstace/simplefeatures/geom"
)

func square(x, y, s int64) []Segment {
	return []Segment{
		{A: Point{x, y}, B: Point{x + s, y}}, {A: Point{x + s, y}, B: Point{x + s, y + s}},
		{A: Point{x + s, y + s}, B: Point{x, y + s}}, {A: Point{x, y + s}, B: Point{x, y}},
	}
}

func build(t *testing.T, segs []Segment) *Coverage {
	t.Helper()
	c, err := Build(context.Background(), segs, 1)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFacesOfLines(t *testing.T) {
	line := func(x1, y1, x2, y2 int64) Segment { return Segment{A: Point{x1, y1}, B: Point{x2, y2}} }
	cases := []struct {
		name  string
		lines []Segment
		faces int
		area2 int64
	}{
		{"nothing has no face", nil, 0, 0},
		{"an open line has no face", []Segment{line(0, 0, 10, 0)}, 0, 0},
		{"a square has one", nil, 1, 200},
		{"a square drawn twice has one", square(0, 0, 10), 1, 200},
		{"a line across makes two", []Segment{line(-5, 5, 15, 5)}, 2, 200},
		{"a dangling line makes no more", []Segment{line(-5, 5, 5, 5)}, 1, 200},
		{"a line along the border makes no more", []Segment{line(-5, 0, 15, 0)}, 1, 200},
		{"a square inside is a face, and a hole of the other", square(3, 3, 4), 2, 200},
		{"a square inside a square inside", append(square(2, 2, 6), square(4, 4, 2)...), 3, 200},
		{"a hole that touches the border in a corner", []Segment{line(0, 0, 4, 2), line(4, 2, 2, 4), line(2, 4, 0, 0)}, 2, 200},
		{"a zero-length line is no line", []Segment{line(3, 3, 3, 3)}, 1, 200},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			segs := tc.lines
			if tc.area2 > 0 {
				segs = append(square(0, 0, 10), tc.lines...)
			}
			c := build(t, segs)
			var sum int64
			for f := range c.Faces() {
				if c.Area2(int32(f)) <= 0 {
					t.Errorf("face %d has area %d", f, c.Area2(int32(f)))
				}
				sum += c.Area2(int32(f))
			}
			if c.Faces() != tc.faces || sum != tc.area2 {
				t.Errorf("got %d faces of %d, want %d of %d", c.Faces(), sum, tc.faces, tc.area2)
			}
		})
	}
}

// randomLines mixes crossing, overlapping, dangling and duplicated lines on a
// grid small enough that coincidences are the rule.
func randomLines(seed uint64, n int, span int64) []Segment {
	r := rand.New(rand.NewPCG(seed, 1))
	p := func() Point { return Point{r.Int64N(span), r.Int64N(span)} }
	var segs []Segment
	for range n {
		s := Segment{A: p(), B: p(), Tag: 1 << r.UintN(3)}
		segs = append(segs, s)
		if r.IntN(4) == 0 {
			segs = append(segs, Segment{A: s.B, B: s.A, Tag: 8})
		}
	}
	return segs
}

func TestSnapRoundingLeavesNoCrossing(t *testing.T) {
	for seed := range uint64(150) {
		span := []int64{6, 20, 100, 100_000}[seed%4]
		n, err := node(context.Background(), randomLines(seed, 40, span), 1)
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range n.edges {
			a, b := n.points[e.from], n.points[e.to]
			for _, f := range n.edges[i+1:] {
				p, q := n.points[f.from], n.points[f.to]
				if _, ok := crossing(a, b, p, q); ok {
					t.Fatalf("seed %d: %v-%v crosses %v-%v", seed, a, b, p, q)
				}
			}
			for v, p := range n.points {
				if int32(v) != e.from && int32(v) != e.to && orient(a, b, p) == 0 && boxOf(a, b).meets(boxOf(p, p)) {
					t.Fatalf("seed %d: vertex %v lies on edge %v-%v", seed, p, a, b)
				}
			}
		}
	}
}

func TestFacesTileAndDissolveExactly(t *testing.T) {
	for seed := range uint64(60) {
		span := []int64{8, 40, 10_000, 1_000_000}[seed%4]
		segs := append(square(0, 0, span), randomLines(seed, 30, span)...)
		c := build(t, segs)
		labels := make([]int32, c.Faces())
		r := rand.New(rand.NewPCG(seed, 2))
		want := make([]int64, 3)
		for f := range labels {
			labels[f] = int32(r.IntN(3))
			want[labels[f]] += c.Area2(int32(f))
		}
		if got := want[0] + want[1] + want[2]; got != 2*span*span {
			t.Fatalf("seed %d: faces cover %d, want %d", seed, got, 2*span*span)
		}
		for l, mp := range c.Dissolve(labels, 3) {
			if got := int64(math.Round(planar.Area(mp) * 2e6)); got != want[l] {
				t.Errorf("seed %d label %d: area %d, want %d", seed, l, got, want[l])
			}
			if err := valid(mp); err != nil {
				t.Errorf("seed %d label %d: %v", seed, l, err)
			}
		}
	}
}

// valid asks simplefeatures, polygon by polygon: parts of one label may meet in
// no more than points, which holds by construction.
func valid(mp orb.MultiPolygon) error {
	for _, poly := range mp {
		rings := make([]geom.LineString, len(poly))
		for i, ring := range poly {
			var flat []float64
			for _, p := range ring {
				flat = append(flat, p[0], p[1])
			}
			rings[i] = geom.NewLineString(geom.NewSequence(flat, geom.DimXY))
		}
		if err := geom.NewPolygon(rings).Validate(); err != nil {
			return err
		}
	}
	return nil
}

func TestLocateAgreesWithPointInRing(t *testing.T) {
	c := build(t, append(square(0, 0, 1000), randomLines(5, 30, 1000)...))
	labels := make([]int32, c.Faces())
	for f := range labels {
		labels[f] = int32(f)
	}
	shapes := c.Dissolve(labels, c.Faces())
	r := rand.New(rand.NewPCG(9, 9))
	for range 500 {
		p := Point{r.Int64N(1000), r.Int64N(1000)}
		f := c.Locate(p)
		if f == None {
			t.Fatalf("%v is in no face", p)
		}
		if !planar.MultiPolygonContains(shapes[f], p.Metres()) {
			t.Errorf("%v is said to be in face %d, which does not hold it", p, f)
		}
	}
}

// An edge may reach into the slab that is searched first and still pass below
// another that does not.
func TestLocateLooksBelowTheFirstSlab(t *testing.T) {
	line := func(x1, y1, x2, y2 int64) Segment { return Segment{A: Point{x1, y1}, B: Point{x2, y2}} }
	c := build(t, append(square(0, 0, 300_000), line(100_000, 150_000, 125_000, 200_000), line(100_000, 150_000, 106_000, 170_000), line(106_000, 170_000, 125_000, 200_000)))
	want := c.Locate(Point{104_500, 175_000})
	if got := c.Locate(Point{104_500, 239_700}); got != want {
		t.Errorf("got face %d, want %d", got, want)
	}
}

func TestLocateAgreesWithPointInRingOfLongEdges(t *testing.T) {
	c := build(t, append(square(0, 0, 1_000_000), randomLines(5, 40, 1_000_000)...))
	labels := make([]int32, c.Faces())
	for f := range labels {
		labels[f] = int32(f)
	}
	shapes := c.Dissolve(labels, c.Faces())
	r := rand.New(rand.NewPCG(9, 9))
	for range 2000 {
		p := Point{r.Int64N(1_000_000), r.Int64N(1_000_000)}
		if f := c.Locate(p); f == None || !planar.MultiPolygonContains(shapes[f], p.Metres()) {
			t.Errorf("%v is said to be in face %d, which does not hold it", p, f)
		}
	}
}

func TestVoronoiBordersPartTheSites(t *testing.T) {
	cases := []struct {
		name  string
		sites func(r *rand.Rand) []Point
	}{
		{"scattered points", func(r *rand.Rand) (out []Point) {
			for range 200 {
				out = append(out, Point{r.Int64N(900_000), r.Int64N(900_000)})
			}
			return out
		}},
		{"a regular lattice, all cocircular", func(*rand.Rand) (out []Point) {
			for i := range int64(100) {
				out = append(out, Point{50_000 + i%10*80_000, 50_000 + i/10*80_000})
			}
			return out
		}},
		{"points on one line", func(*rand.Rand) (out []Point) {
			for i := range int64(30) {
				out = append(out, Point{10_000 + i*20_000, 500_000})
			}
			return out
		}},
		{"two points", func(*rand.Rand) []Point { return []Point{{300_000, 5}, {300_001, 5}} }},
		{"a thousand at one place and one elsewhere", func(*rand.Rand) (out []Point) {
			for range 1000 {
				out = append(out, Point{400_000, 400_000})
			}
			return append(out, Point{500_000, 400_000})
		}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			points := tc.sites(rand.New(rand.NewPCG(3, 4)))
			base := build(t, square(0, 0, 1_000_000))
			var sites []Site
			for i, p := range points {
				sites = append(sites, Site{At: p, Owner: int32(i)})
			}
			lines := Voronoi(sites, base.Bounds(0), 0)
			c := build(t, base.Clip(lines, []int32{0}, 0, 1, base.Segments()))
			seen := map[int32]Point{}
			unique := map[Point]bool{}
			for _, p := range points {
				f := c.Locate(p)
				if q, ok := seen[f]; ok && q != p {
					t.Errorf("%v and %v share face %d", p, q, f)
				}
				seen[f] = p
				unique[p] = true
			}
			if c.Faces() != len(unique) {
				t.Errorf("got %d cells, want %d", c.Faces(), len(unique))
			}
		})
	}
}

func TestSameCoverageWithAnyNumberOfWorkers(t *testing.T) {
	segs := append(square(0, 0, 1_000_000), randomLines(7, 1100, 1_000_000)...)
	one, err := Build(context.Background(), segs, 1)
	if err != nil {
		t.Fatal(err)
	}
	three, err := Build(context.Background(), segs, 3)
	if err != nil {
		t.Fatal(err)
	}
	if len(one.points) != len(three.points) || len(one.tags) != len(three.tags) {
		t.Fatalf("got %d vertices %d edges, want %d and %d", len(three.points), len(three.tags), len(one.points), len(one.tags))
	}
	for i := range one.origin {
		if one.points[one.origin[i]] != three.points[three.origin[i]] {
			t.Fatalf("half-edge %d differs", i)
		}
	}
}
