package picture

import (
	"container/heap"
	"math"
)

// anchor is the point of an area that is farthest from its border, and that
// distance in pixels, found by dividing squares that may still hold a better one
// (polylabel, Agafonkin 2016).
func anchor(p path) (vec, float32) {
	var best vec
	var bestD float32 = -1
	lo, hi := vec{math.MaxFloat32, math.MaxFloat32}, vec{-math.MaxFloat32, -math.MaxFloat32}
	for _, r := range p {
		for _, v := range r {
			lo = vec{min(lo.x, v.x), min(lo.y, v.y)}
			hi = vec{max(hi.x, v.x), max(hi.y, v.y)}
		}
	}
	size := min(hi.x-lo.x, hi.y-lo.y)
	if !(size > 0) {
		return lo, 0
	}
	var q squares
	half := size / 2
	for x := lo.x; x < hi.x; x += size {
		for y := lo.y; y < hi.y; y += size {
			q.add(p, vec{x + half, y + half}, half)
		}
	}
	for tried := 0; len(q) > 0 && tried < 2000; tried++ {
		s, _ := heap.Pop(&q).(square)
		if s.d > bestD {
			best, bestD = s.at, s.d
		}
		if s.most-bestD <= 0.75 {
			break
		}
		h := s.half / 2
		for _, o := range []vec{{-h, -h}, {h, -h}, {-h, h}, {h, h}} {
			q.add(p, vec{s.at.x + o.x, s.at.y + o.y}, h)
		}
	}
	return best, bestD
}

type square struct {
	at            vec
	half, d, most float32
}

type squares []square

func (q *squares) add(p path, at vec, half float32) {
	d := inside(p, at)
	heap.Push(q, square{at, half, d, d + half*math.Sqrt2})
}
func (q squares) Len() int           { return len(q) }
func (q squares) Less(i, j int) bool { return q[i].most > q[j].most }
func (q squares) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *squares) Push(x any)        { s, _ := x.(square); *q = append(*q, s) }
func (q *squares) Pop() any {
	old := *q
	s := old[len(old)-1]
	*q = old[:len(old)-1]
	return s
}

// inside is the distance to the border, negative outside.
func inside(p path, at vec) float32 {
	within := false
	nearest := float32(math.MaxFloat32)
	for _, r := range p {
		for i := range r {
			a, b := r[i], r[(i+1)%len(r)]
			if (a.y > at.y) != (b.y > at.y) && at.x < (b.x-a.x)*(at.y-a.y)/(b.y-a.y)+a.x {
				within = !within
			}
			nearest = min(nearest, squaredTo(at, a, b))
		}
	}
	d := float32(math.Sqrt(float64(nearest)))
	if !within {
		return -d
	}
	return d
}

// squaredTo is the square of the distance from a segment.
func squaredTo(p, a, b vec) float32 {
	dx, dy := b.x-a.x, b.y-a.y
	if l := dx*dx + dy*dy; l > 0 {
		t := max(0, min(1, ((p.x-a.x)*dx+(p.y-a.y)*dy)/l))
		a = vec{a.x + t*dx, a.y + t*dy}
	}
	return (p.x-a.x)*(p.x-a.x) + (p.y-a.y)*(p.y-a.y)
}
