package tiles

import (
	"math"
	"slices"
)

// Snapping moves a vertex by 0.71 of a unit at most, simplification an outline by
// 2⅔ (see rankForUnits). Where the edges of a ring keep farther from each other
// than both together allow two of them to come near, the ring stays simple.
const (
	snapReach     = 3
	simplifyReach = 8
)

// safeFrom is the zoom from which on a ring in world units stays simple when it is
// drawn: most need no look at all where they are large enough to see.
func safeFrom(v []int32, simplified bool) uint8 {
	reach := float64(snapReach)
	if simplified {
		reach = simplifyReach
	}
	c := clearance(v)
	for z := range uint8(MaxZoom + 1) {
		if c >= reach*float64(int64(1)<<(MaxZoom-z)) {
			return z
		}
	}
	return MaxZoom + 1
}

// clearance is the least distance between two edges of a ring that are no
// neighbours, in its own units; infinite for a triangle.
func clearance(v []int32) float64 {
	n := len(v) / 2
	if n < 4 {
		return math.Inf(1)
	}
	at := func(i int) vertex { i %= n; return vertex{v[2*i], v[2*i+1]} }
	best := math.Inf(1)
	measure := func(i, j int) {
		a, b, c, d := at(i), at(i+1), at(j), at(j+1)
		best = min(best, distanceToSegment(a, c, d), distanceToSegment(b, c, d), distanceToSegment(c, a, b), distanceToSegment(d, a, b))
	}
	for i := range n {
		measure(i, i+2) // across one edge: often the least, and then it shortens the sweep
	}
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	low := func(i int32) int32 { return min(at(int(i)).x, at(int(i)+1).x) }
	slices.SortFunc(order, func(a, b int32) int { return int(low(a) - low(b)) })
	for k, i := range order {
		a, b := at(int(i)), at(int(i)+1)
		right, bottom, top := max(a.x, b.x), min(a.y, b.y), max(a.y, b.y)
		for _, j := range order[k+1:] {
			c, d := at(int(j)), at(int(j)+1)
			if float64(min(c.x, d.x)-right) > best {
				break
			}
			apart := (int(i)+1)%n != int(j) && (int(j)+1)%n != int(i)
			if apart && float64(max(c.y, d.y)) >= float64(bottom)-best && float64(min(c.y, d.y)) <= float64(top)+best {
				measure(int(i), int(j))
			}
		}
	}
	return best
}
