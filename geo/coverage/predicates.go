package coverage

import (
	"math"
	"math/bits"
)

// orient is positive when c lies to the left of a→b, zero when on its line.
// Exact: differences stay below 2³¹.
func orient(a, b, c Point) int64 {
	return (b.X-a.X)*(c.Y-a.Y) - (b.Y-a.Y)*(c.X-a.X)
}

func sign(v int64) int {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

// crossing is the grid point nearest to where ab and cd cross in the inside of
// both, halves rounded up so that it names the half-open pixel that holds the
// true crossing.
func crossing(a, b, c, d Point) (Point, bool) {
	if sign(orient(a, b, c))*sign(orient(a, b, d)) >= 0 || sign(orient(c, d, a))*sign(orient(c, d, b)) >= 0 {
		return Point{}, false
	}
	num := (c.X-a.X)*(d.Y-c.Y) - (c.Y-a.Y)*(d.X-c.X)
	den := (b.X-a.X)*(d.Y-c.Y) - (b.Y-a.Y)*(d.X-c.X)
	if den < 0 {
		num, den = -num, -den
	}
	return Point{a.X + mulDivRound(b.X-a.X, num, den), a.Y + mulDivRound(b.Y-a.Y, num, den)}, true
}

// mulDivRound is floor(v·num/den + 1/2) for 0 ≤ num ≤ den, in 128 bits.
func mulDivRound(v, num, den int64) int64 {
	neg := v < 0
	if neg {
		v = -v
	}
	hi, lo := bits.Mul64(uint64(v), uint64(num))
	q, r := bits.Div64(hi, lo, uint64(den))
	twice := 2 * r // den < 2⁶³, so this does not overflow
	if neg {
		if twice > uint64(den) { // −q−f, f > ½ rounds to −q−1; f = ½ rounds up to −q
			q++
		}
		return -int64(q)
	}
	if twice >= uint64(den) {
		q++
	}
	return int64(q)
}

// inPixel tells whether segment pq passes the half-open unit square around c
// (left and bottom sides belong to it), as Hobby's snap rounding asks. Doubled
// coordinates keep it exact.
func inPixel(p, q, c Point) bool {
	if p.X > q.X {
		p, q = q, p
	}
	// Relative to c and doubled, the pixel is [-1, 1)².
	a := Point{2 * (p.X - c.X), 2 * (p.Y - c.Y)}
	b := Point{2 * (q.X - c.X), 2 * (q.Y - c.Y)}
	if a.X >= 1 || b.X < -1 || min(a.Y, b.Y) >= 1 || max(a.Y, b.Y) < -1 {
		return false
	}
	if a.X == b.X || a.Y == b.Y {
		return true
	}
	up := a.Y < b.Y
	ul := sign(orient(a, b, Point{-1, 1}))
	if ul == 0 {
		return !up
	}
	ur := sign(orient(a, b, Point{1, 1}))
	if ur == 0 {
		return up
	}
	if ul != ur {
		return true
	}
	ll := sign(orient(a, b, Point{-1, -1}))
	if ll == 0 || ll != ul {
		return true
	}
	lr := sign(orient(a, b, Point{1, -1}))
	if lr == 0 {
		return !up
	}
	return lr != ll
}

// inCircle is positive when d lies inside the circle through a, b, c, which run
// counter-clockwise: floating point with a bound on its error, then 128 bits.
func inCircle(a, b, c, d Point) int {
	ax, ay, bx, by, cx, cy := a.X-d.X, a.Y-d.Y, b.X-d.X, b.Y-d.Y, c.X-d.X, c.Y-d.Y
	al, bl, cl := ax*ax+ay*ay, bx*bx+by*by, cx*cx+cy*cy
	bc, ca, ab := bx*cy-by*cx, cx*ay-cy*ax, ax*by-ay*bx
	f1, f2, f3 := float64(al)*float64(bc), float64(bl)*float64(ca), float64(cl)*float64(ab)
	det := f1 + f2 + f3
	if bound := 1e-15 * (math.Abs(f1) + math.Abs(f2) + math.Abs(f3)); det > bound || -det > bound {
		if det > 0 {
			return 1
		}
		return -1
	}
	var sum int128
	sum.addProduct(al, bc)
	sum.addProduct(bl, ca)
	sum.addProduct(cl, ab)
	return sum.sign()
}

// int128 is a two's complement accumulator.
type int128 struct{ hi, lo uint64 }

func (s *int128) addProduct(a, b int64) {
	neg := (a < 0) != (b < 0)
	hi, lo := bits.Mul64(abs64(a), abs64(b))
	if neg {
		var carry uint64
		lo, carry = bits.Add64(^lo, 1, 0)
		hi = ^hi + carry
	}
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, lo, 0)
	s.hi, _ = bits.Add64(s.hi, hi, carry)
}

func (s *int128) sign() int {
	switch {
	case int64(s.hi) < 0:
		return -1
	case s.hi == 0 && s.lo == 0:
		return 0
	}
	return 1
}

func abs64(v int64) uint64 {
	if v < 0 {
		return uint64(-v)
	}
	return uint64(v)
}
