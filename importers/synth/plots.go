package synth

import (
	"math"

	"github.com/paulmach/orb"
)

// frame is an oriented rectangle: a house, seen from above.
type frame struct {
	c          orb.Point
	turn       float64
	long, deep float64 // full sides in metres
}

func (f frame) axes() (u, v orb.Point) {
	sin, cos := math.Sincos(f.turn)
	return orb.Point{cos, sin}, orb.Point{-sin, cos}
}

// at is the place at shares -1..1 of the half sides.
func (f frame) at(a, b float64) orb.Point {
	u, v := f.axes()
	return orb.Point{f.c[0] + u[0]*a*f.long/2 + v[0]*b*f.deep/2, f.c[1] + u[1]*a*f.long/2 + v[1]*b*f.deep/2}
}

// outline is the footprint; shape cuts pieces off the rectangle.
func (f frame) outline(s shape) orb.Polygon {
	var at [][2]float64
	switch s {
	case shapeL:
		at = [][2]float64{{-1, -1}, {1, -1}, {1, 0.1}, {0.1, 0.1}, {0.1, 1}, {-1, 1}}
	case shapeCross:
		at = [][2]float64{{-0.62, -1}, {0.62, -1}, {0.62, -0.55}, {1, -0.55}, {1, 0.6}, {0.62, 0.6}, {0.62, 1}, {-0.62, 1}, {-0.62, 0.6}, {-1, 0.6}, {-1, -0.55}, {-0.62, -0.55}}
	case shapeComb:
		at = [][2]float64{{-1, -1}, {-0.36, -1}, {-0.36, -0.7}, {-0.3, -0.7}, {-0.3, -1}, {0.3, -1}, {0.3, -0.7}, {0.36, -0.7}, {0.36, -1}, {1, -1}, {1, 1}, {-1, 1}}
	case shapeU:
		at = [][2]float64{{-1, -1}, {1, -1}, {1, 1}, {0.55, 1}, {0.55, -0.2}, {-0.55, -0.2}, {-0.55, 1}, {-1, 1}}
	default:
		at = [][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}}
	}
	r := make(orb.Ring, 0, len(at)+1)
	for _, p := range at {
		r = append(r, f.at(p[0], p[1]))
	}
	return orb.Polygon{append(r, r[0])}
}

type shape uint8

const (
	shapeBox shape = iota
	shapeL
	shapeCross
	shapeComb
	shapeU
)

// meets tells whether two frames, each grown by gap/2, overlap.
func (f frame) meets(g frame, gap float64) bool {
	for _, pair := range [2][2]frame{{f, g}, {g, f}} {
		u, v := pair[0].axes()
		gu, gv := pair[1].axes()
		d := orb.Point{pair[1].c[0] - pair[0].c[0], pair[1].c[1] - pair[0].c[1]}
		for k, axis := range [2]orb.Point{u, v} {
			own := [2]float64{pair[0].long, pair[0].deep}[k] / 2
			other := math.Abs(dot(gu, axis))*pair[1].long/2 + math.Abs(dot(gv, axis))*pair[1].deep/2
			if math.Abs(dot(d, axis)) > own+other+gap {
				return false
			}
		}
	}
	return true
}

func dot(a, b orb.Point) float64 { return a[0]*b[0] + a[1]*b[1] }

// site is the ground of one community while it is built upon.
type site struct {
	s       *sketchpad
	commune int
	ground  orb.MultiPolygon
	bound   orb.Bound
	roads   *nearness
	ponds   *nearness
	plan    *streetPlan
	taken   map[[2]int32][]frame
}

const siteCellM = 64

// fits tells whether f can stand: inside the community, dry, off every road and
// gapM away from other houses.
func (t *site) fits(f frame, gapM float64) bool {
	if !t.bound.Contains(f.c) {
		return false
	}
	reach := int32(1)
	k := [2]int32{int32(math.Floor(f.c[0] / siteCellM)), int32(math.Floor(f.c[1] / siteCellM))}
	if f.long > 60 {
		reach = 2
	}
	for x := k[0] - reach; x <= k[0]+reach; x++ {
		for y := k[1] - reach; y <= k[1]+reach; y++ {
			for _, g := range t.taken[[2]int32{x, y}] {
				if f.meets(g, gapM) {
					return false
				}
			}
		}
	}
	steps := max(1, int(math.Ceil(f.long/8))) // a lane takes more than 8 m and slips through nowhere
	for i := 0; i <= steps; i++ {
		a := -1 + 2*float64(i)/float64(steps)
		for _, b := range [3]float64{-1, 0, 1} {
			p := f.at(a, b)
			if t.roads.clear(p, 6) < 1.5 || t.s.terrain.rivers.clear(p, 25) < 16 || t.ponds.clear(p, 6) < 3 {
				return false
			}
		}
	}
	for _, c := range [5][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}, {0, 0}} {
		if !inPolygons(t.ground, f.at(c[0]*1.03, c[1]*1.03)) {
			return false
		}
	}
	return true
}

// take marks the ground of f, also in the cells that a large f reaches.
func (t *site) take(f frame) {
	r := math.Max(0, math.Hypot(f.long, f.deep)/2-siteCellM)
	lo := [2]int32{int32(math.Floor((f.c[0] - r) / siteCellM)), int32(math.Floor((f.c[1] - r) / siteCellM))}
	hi := [2]int32{int32(math.Floor((f.c[0] + r) / siteCellM)), int32(math.Floor((f.c[1] + r) / siteCellM))}
	for x := lo[0]; x <= hi[0]; x++ {
		for y := lo[1]; y <= hi[1]; y++ {
			t.taken[[2]int32{x, y}] = append(t.taken[[2]int32{x, y}], f)
		}
	}
}
