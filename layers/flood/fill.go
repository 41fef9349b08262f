package flood

import (
	"math"

	"gridmap/geo/raster"
)

// Fill finds the way of the water over an elevation raster, out of its edge or into
// an outlet: priority-flood (Barnes, Lehman and Mulla 2014, algorithm 3) spreads
// from the lowest edge inwards, and each cell drains to the one from which it was
// reached; where a lower neighbour is settled already, to the steepest of those.
// outlet marks cells where water leaves, besides the edge and the rims of holes.
// The filled elevations come back beside the directions.
func Fill(dem *raster.Raster, outlet []bool) (Receivers, []float32) {
	f := filler{dem: dem, to: make(Receivers, dem.Size()), level: make([]float32, dem.Size()), done: make([]bool, dem.Size())}
	for i := range f.to {
		f.to[i] = none
	}
	f.diagonal, f.across, f.along = f.distances()
	for i, z := range dem.Values {
		if z == z && (outlet != nil && outlet[i] || f.atRim(i)) {
			f.reach(int32(i), int32(i), z)
		}
	}
	for f.open.len() > 0 || len(f.same) > 0 {
		var i int32
		if len(f.same) > 0 {
			i, f.same = f.same[0], f.same[1:]
		} else {
			i = f.open.pop()
		}
		f.spread(i)
	}
	f.steepen(outlet)
	return f.to, f.level
}

type filler struct {
	dem                     *raster.Raster
	to                      Receivers
	level                   []float32
	done                    []bool
	open                    heap
	same                    []int32 // cells of a hollow, at the level of its brim: they need not wait in the heap
	diagonal, across, along float64
}

// distances between centres, up to a common factor: for degrees, at the middle row.
func (f *filler) distances() (diagonal, across, along float64) {
	across, along = f.dem.DX, f.dem.DY
	if f.dem.System.Geographic {
		across *= math.Cos((f.dem.North - f.dem.DY*float64(f.dem.Height)/2) * math.Pi / 180)
	}
	return math.Hypot(across, along), across, along
}

// atRim says whether a cell touches the outside or a hole.
func (f *filler) atRim(i int) bool {
	w := f.dem.Width
	column, row := i%w, i/w
	if column == 0 || row == 0 || column == w-1 || row == f.dem.Height-1 {
		return true
	}
	for _, step := range [8]int{1, w + 1, w, w - 1, -1, -w - 1, -w, -w + 1} {
		if z := f.dem.Values[i+step]; z != z {
			return true
		}
	}
	return false
}

func (f *filler) reach(i, from int32, level float32) {
	f.done[i], f.to[i], f.level[i] = true, from, level
	f.open.push(i, level)
}

func (f *filler) spread(i int32) {
	dx, dy := neighbours()
	w := f.dem.Width
	column, row := int(i)%w, int(i)/w
	for k := range 8 {
		x, y := column+dx[k], row+dy[k]
		if !f.dem.Has(x, y) {
			continue
		}
		j := y*w + x
		switch z := f.dem.Values[j]; {
		case z != z || f.done[j]:
		case z <= f.level[i]:
			f.done[j], f.to[j], f.level[j] = true, i, f.level[i]
			f.same = append(f.same, int32(j))
		default:
			f.reach(int32(j), i, z)
		}
	}
}

// steepen turns cells on a slope to their steepest lower neighbour; cells of a
// filled hollow or a flat keep the way by which they were reached, which leads out.
func (f *filler) steepen(outlet []bool) {
	dx, dy := neighbours()
	w := f.dem.Width
	for i, z := range f.dem.Values {
		if z != z || f.level[i] > z || int(f.to[i]) == i || outlet != nil && outlet[i] {
			continue
		}
		column, row := i%w, i/w
		best, slope := none, 0.0
		for k := range 8 {
			x, y := column+dx[k], row+dy[k]
			if !f.dem.Has(x, y) {
				continue
			}
			j := y*w + x
			if v := f.dem.Values[j]; v != v {
				continue
			}
			drop := float64(z) - float64(f.level[j])
			switch {
			case dx[k] != 0 && dy[k] != 0:
				drop /= f.diagonal
			case dx[k] != 0:
				drop /= f.across
			default:
				drop /= f.along
			}
			if drop > slope {
				best, slope = int32(j), drop
			}
		}
		if best != none {
			f.to[i] = best
		}
	}
}
