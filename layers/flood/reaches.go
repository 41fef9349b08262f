package flood

import (
	"math"
	"slices"

	"gridmap/geo/raster"
)

// Reach is a piece of a river over which one stage holds. Reaches are numbered so
// that each comes after the one that it flows into.
type Reach struct {
	BedM     float64 // mean level of its river cells in the terrain
	FromEndM float64 // distance of its lower end from where the river leaves the terrain
	LengthM  float64
	AreaM2   float64 // that drains through its lower end
	Down     int32   // the reach that it flows into; -1: none
	Cell     int32   // its lowest cell
	Cells    int32   // how many river cells it has
}

// An arm of a river that is no longer than a reach and nowhere rises by more
// than armRiseM over its mouth is part of the reach that it runs into: in a river
// many cells wide, each row of cells is such an arm, and the water stands over all
// of them alike.
const armRiseM = 1.0

// cutReaches cuts the rivers into pieces of about lengthM, never across a
// confluence: at one, the arm that drains the larger area goes on.
func cutReaches(g raster.Grid, to Receivers, order []int32, river []bool, elevation []float32, areaM2 []float64, lengthM float64) (of []int32, out []Reach) {
	of = make([]int32, len(to))
	for i := range of {
		of[i] = none
	}
	main := mainArms(to, order, river, areaM2)
	stepM := stepLengths(g)
	slivers := shortArms(to, order, river, elevation, lengthM, stepM)
	fromEnd := map[int32]float64{}
	for _, i := range order {
		if !river[i] {
			continue
		}
		down, away := to[i], 0.0
		flows := down != i && river[down]
		if flows {
			away = fromEnd[down] + stepM(i, down)
		}
		fromEnd[i] = away
		var r int32
		switch {
		case !flows:
			r = none
		case main[down] == i && away-out[of[down]].FromEndM < lengthM, slivers[i]:
			r = of[down]
		default:
			r = none
		}
		if r == none {
			r = int32(len(out))
			reach := Reach{FromEndM: away, AreaM2: areaM2[i], Down: none, Cell: i}
			if flows {
				reach.Down = of[down]
			}
			out = append(out, reach)
		}
		of[i] = r
		out[r].LengthM = max(out[r].LengthM, away-out[r].FromEndM)
		if z := float64(elevation[i]); !math.IsNaN(z) {
			out[r].BedM += z
			out[r].Cells++
		}
	}
	for i := range out {
		out[i].BedM /= float64(out[i].Cells) // NaN where no cell has an elevation
	}
	return of, out
}

// shortArms marks the river cells above which the river soon ends, without rising.
func shortArms(to Receivers, order []int32, river []bool, elevation []float32, mostM float64, stepM func(a, b int32) float64) map[int32]bool {
	type arm struct {
		lengthM float64
		top     float32
	}
	arms, out := map[int32]arm{}, map[int32]bool{}
	for k := len(order) - 1; k >= 0; k-- { // upstream first
		i := order[k]
		if !river[i] {
			continue
		}
		a := arms[i]
		a.top = max(a.top, elevation[i])
		delete(arms, i)
		down := to[i]
		if down == i || !river[down] {
			continue
		}
		a.lengthM += stepM(i, down)
		out[i] = a.lengthM <= mostM && a.top-elevation[down] <= armRiseM
		b, ok := arms[down]
		if !ok {
			b.top = a.top
		}
		arms[down] = arm{max(a.lengthM, b.lengthM), max(a.top, b.top)}
	}
	return out
}

// mainArms is, for each river cell, the river cell from which most flows into it.
func mainArms(to Receivers, order []int32, river []bool, areaM2 []float64) map[int32]int32 {
	out := map[int32]int32{}
	for _, i := range order {
		if r := to[i]; river[i] && r != i && river[r] {
			if best, ok := out[r]; !ok || areaM2[i] > areaM2[best] || areaM2[i] == areaM2[best] && i < best {
				out[r] = i
			}
		}
	}
	return out
}

// stepLengths measures the way from a cell to a neighbour, in metres.
func stepLengths(g raster.Grid) func(a, b int32) float64 {
	areas := g.CellAreasM2()
	perDegree := 1.0
	if g.System.Geographic {
		perDegree = 111_132
	}
	return func(a, b int32) float64 {
		row := int(a) / g.Width
		high := g.DY * perDegree
		wide := areas[row] / high
		dx := float64((int(a)%g.Width - int(b)%g.Width))
		dy := float64(row - int(b)/g.Width)
		return math.Hypot(dx*wide, dy*high)
	}
}

// Stem lists the reaches of the river on which a reach lies, from where it leaves
// the terrain up to its head, along the arm that drains the larger area.
func (t *Terrain) Stem(reach int32) []int32 {
	var down []int32
	for r := reach; r != none; r = t.Reaches[r].Down {
		down = append(down, r)
	}
	slices.Reverse(down)
	// A slice and no map: a course of water asks for its stem at each of its steps.
	best := make([]int32, len(t.Reaches))
	for i := range best {
		best[i] = none
	}
	for i := range t.Reaches {
		d := t.Reaches[i].Down
		if d == none {
			continue
		}
		if b := best[d]; b == none || t.Reaches[i].AreaM2 > t.Reaches[b].AreaM2 {
			best[d] = int32(i)
		}
	}
	for {
		up := best[down[len(down)-1]]
		if up == none {
			return down
		}
		down = append(down, up)
	}
}
