package synth

import (
	"math"

	"github.com/paulmach/orb"
)

func dist(a, b orb.Point) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }

func lerp(a, b orb.Point, t float64) orb.Point {
	return orb.Point{a[0] + (b[0]-a[0])*t, a[1] + (b[1]-a[1])*t}
}

// spline runs through via (centripetal enough for well spaced points) with a
// vertex about every step metres.
func spline(via []orb.Point, step float64) []orb.Point {
	at := func(i int) orb.Point { return via[max(0, min(len(via)-1, i))] }
	var out []orb.Point
	for i := 0; i+1 < len(via); i++ {
		p0, p1, p2, p3 := at(i-1), at(i), at(i+1), at(i+2)
		n := max(1, int(dist(p1, p2)/step))
		for k := range n {
			t := float64(k) / float64(n)
			var p orb.Point
			for d := range 2 {
				p[d] = 0.5 * (2*p1[d] + (p2[d]-p0[d])*t + (2*p0[d]-5*p1[d]+4*p2[d]-p3[d])*t*t + (3*p1[d]-p0[d]-3*p2[d]+p3[d])*t*t*t)
			}
			out = append(out, p)
		}
	}
	return append(out, via[len(via)-1])
}

// relax moves each inner vertex towards the middle of its neighbours.
func relax(l []orb.Point, rounds int) []orb.Point {
	for range rounds {
		prev := l[0]
		for i := 1; i+1 < len(l); i++ {
			p := l[i]
			l[i] = orb.Point{p[0]/2 + (prev[0]+l[i+1][0])/4, p[1]/2 + (prev[1]+l[i+1][1])/4}
			prev = p
		}
	}
	return l
}

// chaikin cuts corners once, keeping the ends.
func chaikin(l []orb.Point) []orb.Point {
	if len(l) < 3 {
		return l
	}
	out := make([]orb.Point, 0, 2*len(l))
	out = append(out, l[0])
	for i := 0; i+1 < len(l); i++ {
		if i > 0 {
			out = append(out, lerp(l[i], l[i+1], 0.25))
		}
		if i+2 < len(l) {
			out = append(out, lerp(l[i], l[i+1], 0.75))
		}
	}
	return append(out, l[len(l)-1])
}

// normal is the unit normal, to the left, of l at vertex i.
func normal(l []orb.Point, i int) orb.Point {
	a, b := l[max(0, i-1)], l[min(len(l)-1, i+1)]
	d := math.Max(1e-9, dist(a, b))
	return orb.Point{-(b[1] - a[1]) / d, (b[0] - a[0]) / d}
}

func offset(p, dir orb.Point, by float64) orb.Point {
	return orb.Point{p[0] + dir[0]*by, p[1] + dir[1]*by}
}

func lengthM(l []orb.Point) float64 {
	sum := 0.0
	for i := 1; i < len(l); i++ {
		sum += dist(l[i-1], l[i])
	}
	return sum
}

// along is the point at a distance from the start of l, and the unit direction
// there.
func along(l []orb.Point, m float64) (orb.Point, orb.Point) {
	for i := 1; i < len(l); i++ {
		d := dist(l[i-1], l[i])
		if m <= d || i+1 == len(l) {
			t := 0.0
			if d > 0 {
				t = math.Min(1, m/d)
			}
			d = math.Max(d, 1e-9)
			return lerp(l[i-1], l[i], t), orb.Point{(l[i][0] - l[i-1][0]) / d, (l[i][1] - l[i-1][1]) / d}
		}
		m -= d
	}
	return l[0], orb.Point{1, 0}
}

// inRing tells whether p is inside the ring (even-odd).
func inRing(r orb.Ring, p orb.Point) bool {
	in := false
	for i := 1; i < len(r); i++ {
		a, b := r[i-1], r[i]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < (b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1])+a[0] {
			in = !in
		}
	}
	return in
}

func inPolygons(mp orb.MultiPolygon, p orb.Point) bool {
	in := false
	for _, poly := range mp {
		for _, r := range poly {
			if inRing(r, p) {
				in = !in
			}
		}
	}
	return in
}

// ringArea2 is twice the signed area.
func ringArea2(r orb.Ring) float64 {
	sum := 0.0
	for i := 1; i < len(r); i++ {
		sum += (r[i-1][0]-r[0][0])*(r[i][1]-r[0][1]) - (r[i][0]-r[0][0])*(r[i-1][1]-r[0][1])
	}
	return sum
}

func areaM2(mp orb.MultiPolygon) float64 {
	sum := 0.0
	for _, p := range mp {
		for i, r := range p {
			if a := math.Abs(ringArea2(r)) / 2; i == 0 {
				sum += a
			} else {
				sum -= a
			}
		}
	}
	return sum
}

// blob is an irregular round outline, counter-clockwise and closed.
func blob(seed uint64, c orb.Point, radiusM, stretch, turn float64, n int) orb.Ring {
	r := make(orb.Ring, 0, n+1)
	for i := range n {
		a := 2 * math.Pi * float64(i) / float64(n)
		d := radiusM * (1 + 0.35*noise(seed, 2*math.Cos(a)+5, 2*math.Sin(a)+5))
		x, y := d*math.Cos(a)*stretch, d*math.Sin(a)/stretch
		r = append(r, orb.Point{c[0] + x*math.Cos(turn) - y*math.Sin(turn), c[1] + x*math.Sin(turn) + y*math.Cos(turn)})
	}
	return append(r, r[0])
}

// segmentGap is the distance from p to the segment ab.
func segmentGap(p, a, b orb.Point) float64 {
	dx, dy := b[0]-a[0], b[1]-a[1]
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = math.Max(0, math.Min(1, ((p[0]-a[0])*dx+(p[1]-a[1])*dy)/l))
	}
	return math.Hypot(p[0]-a[0]-t*dx, p[1]-a[1]-t*dy)
}
