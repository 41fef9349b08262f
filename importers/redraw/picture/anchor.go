package picture

import (
	"container/heap"
	"math"

	"gridmap/importers/redraw/picture/canvas"
)

// anchor is the point of an area that is farthest from its border, and that
// distance in pixels, found by dividing squares that may still hold a better one
// (polylabel, Agafonkin 2016).
func anchor(p canvas.Path) (canvas.Vec, float32) {
	var best canvas.Vec
	var bestD float32 = -1
	lo, hi := canvas.At(math.MaxFloat32, math.MaxFloat32), canvas.At(-math.MaxFloat32, -math.MaxFloat32)
	for _, r := range p {
		for _, v := range r {
			lo = canvas.At(min(lo.X, v.X), min(lo.Y, v.Y))
			hi = canvas.At(max(hi.X, v.X), max(hi.Y, v.Y))
		}
	}
	size := min(hi.X-lo.X, hi.Y-lo.Y)
	if !(size > 0) {
		return lo, 0
	}
	var q squares
	half := size / 2
	for x := lo.X; x < hi.X; x += size {
		for y := lo.Y; y < hi.Y; y += size {
			q.add(p, canvas.At(x+half, y+half), half)
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
		for _, o := range canvas.Ring(-h, -h, h, -h, -h, h, h, h) {
			q.add(p, canvas.At(s.at.X+o.X, s.at.Y+o.Y), h)
		}
	}
	return best, bestD
}

type square struct {
	at            canvas.Vec
	half, d, most float32
}

type squares []square

func (q *squares) add(p canvas.Path, at canvas.Vec, half float32) {
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
func inside(p canvas.Path, at canvas.Vec) float32 {
	within := false
	nearest := float32(math.MaxFloat32)
	for _, r := range p {
		for i := range r {
			a, b := r[i], r[(i+1)%len(r)]
			if (a.Y > at.Y) != (b.Y > at.Y) && at.X < (b.X-a.X)*(at.Y-a.Y)/(b.Y-a.Y)+a.X {
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
func squaredTo(p, a, b canvas.Vec) float32 {
	dx, dy := b.X-a.X, b.Y-a.Y
	if l := dx*dx + dy*dy; l > 0 {
		t := max(0, min(1, ((p.X-a.X)*dx+(p.Y-a.Y)*dy)/l))
		a = canvas.At(a.X+t*dx, a.Y+t*dy)
	}
	return (p.X-a.X)*(p.X-a.X) + (p.Y-a.Y)*(p.Y-a.Y)
}
