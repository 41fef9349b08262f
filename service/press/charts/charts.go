// Package charts lays land out on paper at a round scale: metres of a plane, y up,
// come to lie in a frame in millimetres, y down.
package charts

import (
	"math"

	"github.com/paulmach/orb"
)

// Frame is where on the paper a map lies, millimetres from the upper left corner.
type Frame struct{ X, Y, W, H float64 }

// Chart is a map: where metres come to lie.
type Chart struct {
	Frame Frame
	Scale float64   // 1 : Scale
	Box   orb.Bound // what the frame shows, metres
	mid   orb.Point
}

// scales are those that maps are drawn at, as 1 : n.
func scales() []float64 {
	return []float64{500, 1000, 1500, 2000, 2500, 3000, 4000, 5000, 6000, 7500, 10_000, 12_500, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000, 75_000, 100_000, 125_000, 150_000, 200_000, 250_000, 300_000, 400_000, 500_000}
}

// Fit finds the largest round scale at which land fits into a frame with a little
// room around it.
func Fit(land orb.Bound, frame Frame) Chart {
	w, h := land.Max[0]-land.Min[0], land.Max[1]-land.Min[1]
	list := scales()
	c := Chart{Frame: frame, Scale: list[len(list)-1], mid: land.Center()}
	for _, n := range list {
		if w*1000/n <= frame.W*0.96 && h*1000/n <= frame.H*0.94 {
			c.Scale = n
			break
		}
	}
	halfW, halfH := frame.W*c.Scale/2000, frame.H*c.Scale/2000
	c.Box = orb.Bound{Min: orb.Point{c.mid[0] - halfW, c.mid[1] - halfH}, Max: orb.Point{c.mid[0] + halfW, c.mid[1] + halfH}}
	return c
}

// At is where a point comes to lie.
func (c Chart) At(p orb.Point) orb.Point {
	f := c.Frame
	return orb.Point{f.X + f.W/2 + (p[0]-c.mid[0])*1000/c.Scale, f.Y + f.H/2 - (p[1]-c.mid[1])*1000/c.Scale}
}

// Line is where a line comes to lie.
func (c Chart) Line(ps []orb.Point) []orb.Point {
	out := make([]orb.Point, len(ps))
	for i, p := range ps {
		out[i] = c.At(p)
	}
	return out
}

// Area is where the rings of an area come to lie.
func (c Chart) Area(m orb.MultiPolygon) (rings [][]orb.Point) {
	for _, p := range m {
		for _, r := range p {
			rings = append(rings, c.Line(r))
		}
	}
	return rings
}

// Bar is a scale bar of 1, 2 or 5 × 10ⁿ metres and at most so many millimetres.
func (c Chart) Bar(mostMM float64) (metres, lengthMM float64) {
	most := mostMM * c.Scale / 1000
	metres = math.Pow(10, math.Floor(math.Log10(most)))
	for _, k := range []float64{5, 2} {
		if metres*k <= most {
			metres *= k
			break
		}
	}
	return metres, metres * 1000 / c.Scale
}
