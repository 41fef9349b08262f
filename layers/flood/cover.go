package flood

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"gridmap/geo/raster"
)

// LineCells lists the cells that a line in coordinates of the raster passes,
// corners included, so that a barrier along them has no gap for water to slip
// through diagonally. Amanatides and Woo (1987).
func LineCells(g raster.Grid, line orb.LineString) []int32 {
	var out []int32
	for k := 1; k < len(line); k++ {
		out = passed(g, out, line[k-1], line[k])
	}
	if len(line) == 1 {
		out = passed(g, out, line[0], line[0])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// passed adds the cells from a to b.
func passed(g raster.Grid, out []int32, a, b orb.Point) []int32 {
	a, b, ok := clipTo(g.Bound(), a, b)
	if !ok || math.IsNaN(a[0]+a[1]+b[0]+b[1]) {
		return out
	}
	// In cells: x to the east, y to the south.
	ax, ay := (a[0]-g.West)/g.DX, (g.North-a[1])/g.DY
	bx, by := (b[0]-g.West)/g.DX, (g.North-b[1])/g.DY
	x, y := int(math.Floor(ax)), int(math.Floor(ay))
	endX, endY := int(math.Floor(bx)), int(math.Floor(by))
	add := func(x, y int) {
		x, y = min(max(x, 0), g.Width-1), min(max(y, 0), g.Height-1)
		out = append(out, int32(y*g.Width+x))
	}
	stepX, nextX, everyX := axis(ax, bx, x)
	stepY, nextY, everyY := axis(ay, by, y)
	add(x, y)
	for n := abs(endX-x) + abs(endY-y); n > 0; n-- {
		if nextX < nextY {
			x, nextX = x+stepX, nextX+everyX
		} else {
			y, nextY = y+stepY, nextY+everyY
		}
		add(x, y)
	}
	return out
}

// axis is how a line moves from cell to cell along one axis: the step, the share of
// the line at which it crosses next, and by how much that grows.
func axis(a, b float64, cell int) (step int, next, every float64) {
	d := b - a
	switch {
	case d > 0:
		return 1, (float64(cell) + 1 - a) / d, 1 / d
	case d < 0:
		return -1, (float64(cell) - a) / d, -1 / d
	}
	return 0, math.Inf(1), math.Inf(1)
}

func abs(n int) int { return max(n, -n) }

// clipTo cuts a segment to a box (Liang and Barsky 1984).
func clipTo(box orb.Bound, a, b orb.Point) (orb.Point, orb.Point, bool) {
	from, to := 0.0, 1.0
	for k := range 2 {
		d := b[k] - a[k]
		for _, side := range [2][2]float64{{-d, a[k] - box.Min[k]}, {d, box.Max[k] - a[k]}} {
			switch p, q := side[0], side[1]; {
			case p == 0 && q < 0:
				return a, b, false
			case p < 0:
				from = max(from, q/p)
			case p > 0:
				to = min(to, q/p)
			}
		}
	}
	if from > to {
		return a, b, false
	}
	at := func(t float64) orb.Point { return orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])} }
	return at(from), at(to), true
}

// Cells lists the cells that a geometry in coordinates of the raster touches.
// inside is false when a part of it lies beyond the raster.
func Cells(g raster.Grid, shape orb.Geometry) (cells []int32, inside bool) {
	box, b := g.Bound(), shape.Bound()
	if !(b.Min[0] <= b.Max[0] && b.Min[1] <= b.Max[1]) || math.IsInf(b.Max[0]-b.Min[0]+b.Max[1]-b.Min[1], 0) { // none, NaN or endless
		return nil, false
	}
	inside = b.Min[0] >= box.Min[0] && b.Min[1] >= box.Min[1] && b.Max[0] <= box.Max[0] && b.Max[1] <= box.Max[1]
	switch s := shape.(type) {
	case orb.Point:
		cells = LineCells(g, orb.LineString{s})
	case orb.MultiPoint:
		for _, p := range s {
			cells = append(cells, LineCells(g, orb.LineString{p})...)
		}
	case orb.LineString:
		cells = LineCells(g, s)
	case orb.MultiLineString:
		for _, l := range s {
			cells = append(cells, LineCells(g, l)...)
		}
	case orb.Ring:
		cells = areaCells(g, orb.Polygon{s})
	case orb.Polygon:
		cells = areaCells(g, s)
	case orb.MultiPolygon:
		for _, p := range s {
			cells = append(cells, areaCells(g, p)...)
		}
	}
	if c, ok := shape.(orb.Collection); ok {
		for _, part := range c {
			more, _ := Cells(g, part)
			cells = append(cells, more...)
		}
	}
	slices.Sort(cells)
	return slices.Compact(cells), inside
}

// areaCells are those that the outline passes, and those whose middle is inside: a
// ray along the middles of a row leaves it an odd number of times.
func areaCells(g raster.Grid, p orb.Polygon) []int32 {
	var out []int32
	crossings := map[int][]float64{} // row → where its middle line crosses the outline, in cells
	for _, ring := range p {
		out = append(out, LineCells(g, orb.LineString(ring))...)
		for k := range ring {
			a, b := ring[k], ring[(k+1)%len(ring)]
			ay, by := (g.North-a[1])/g.DY-0.5, (g.North-b[1])/g.DY-0.5
			if ay > by {
				a, b, ay, by = b, a, by, ay
			}
			for y := max(0, int(math.Ceil(max(ay, -1)))); y < g.Height && float64(y) < by; y++ {
				x := a[0] + (b[0]-a[0])*(float64(y)-ay)/(by-ay)
				crossings[y] = append(crossings[y], (x-g.West)/g.DX-0.5)
			}
		}
	}
	for y, xs := range crossings {
		slices.Sort(xs)
		for k := 0; k+1 < len(xs); k += 2 {
			last := int(min(math.Floor(xs[k+1]), float64(g.Width-1)))
			for x := int(max(math.Ceil(xs[k]), 0)); x <= last; x++ {
				out = append(out, int32(y*g.Width+x))
			}
		}
	}
	return out
}

// Exposure is how a building or a road meets the water: wet from the stage
// ThresholdM of its reach on, Stage − HandM deep.
type Exposure struct {
	Reach             int32
	ThresholdM, HandM float64
	// Known is false outside the terrain or over cells without elevation; then the
	// rest says nothing.
	Known bool
	// Never: it lies where no water of the rivers comes, whatever the stage.
	Never bool
}

// Expose finds the cell among those given that is wet first.
func (t *Terrain) Expose(cells []int32, inside bool) Exposure {
	e := Exposure{Reach: none, ThresholdM: math.NaN(), HandM: math.NaN(), Known: inside && len(cells) > 0, Never: true}
	for _, c := range cells {
		if z := t.Elevation[c]; z != z {
			return Exposure{Reach: none, ThresholdM: math.NaN(), HandM: math.NaN()}
		}
		v, h := float64(t.Threshold[c]), float64(t.Hand[c])
		if math.IsNaN(v) || t.ReachOf[c] < 0 {
			continue
		}
		if e.Never || v < e.ThresholdM || v == e.ThresholdM && h < e.HandM {
			e.Reach, e.ThresholdM, e.HandM, e.Never = t.ReachOf[c], v, h, false
		}
	}
	return e
}
