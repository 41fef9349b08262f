package flood

import (
	"errors"
	"fmt"
	"math"

	"gridmap/geo/raster"
)

// Receivers say into which cell each cell drains: its index; itself for a pit or an
// outlet; none for a cell without elevation.
type Receivers []int32

const none int32 = -1

// neighbours of a cell, clockwise from the east; bit i of ESRI's codes is entry i.
func neighbours() (dx, dy [8]int) {
	return [8]int{1, 1, 0, -1, -1, -1, 0, 1}, [8]int{0, 1, 1, 1, 0, -1, -1, -1}
}

// ReceiversOf reads flow directions in ESRI's codes: 1 east, 2 south-east, 4 south,
// 8 south-west, 16 west, 32 north-west, 64 north, 128 north-east; 0 and 255 are
// pits, 247 is missing, as pyflwdir writes them. Flow out of the raster or into a cell without a direction ends where it
// is. Directions that run in a circle are refused.
func ReceiversOf(d8 *raster.Raster) (Receivers, error) {
	dx, dy := neighbours()
	out := make(Receivers, d8.Size())
	for i, v := range d8.Values {
		column, row := i%d8.Width, i/d8.Width
		switch {
		case v != v || v == 247:
			out[i] = none
			continue
		case v == 0 || v == 255:
			out[i] = int32(i)
			continue
		}
		k := -1
		for bit := range 8 {
			if v == float32(int(1)<<bit) {
				k = bit
			}
		}
		if k < 0 {
			return nil, fmt.Errorf("flow directions: %g in column %d, row %d is not one of ESRI's codes", v, column, row)
		}
		x, y := column+dx[k], row+dy[k]
		if j := y*d8.Width + x; d8.Has(x, y) && d8.Values[j] == d8.Values[j] && d8.Values[j] != 247 {
			out[i] = int32(j)
		} else {
			out[i] = int32(i)
		}
	}
	if _, err := out.order(); err != nil {
		return nil, err
	}
	return out, nil
}

// order lists the cells that have a receiver so that each comes after its own:
// downstream first.
func (d Receivers) order() ([]int32, error) {
	given := make([]int32, len(d)) // how many drain straight into a cell
	known := 0
	for i, r := range d {
		if r == none {
			continue
		}
		known++
		if int(r) != i {
			given[r]++
		}
	}
	// From the sources down, then turned round.
	out := make([]int32, 0, known)
	for i, r := range d {
		if r != none && given[i] == 0 {
			out = append(out, int32(i))
		}
	}
	for k := 0; k < len(out); k++ {
		r := d[out[k]]
		if r == out[k] {
			continue
		}
		if given[r]--; given[r] == 0 {
			out = append(out, r)
		}
	}
	if len(out) != known {
		return nil, errors.New("flow directions: they run in a circle")
	}
	for a, b := 0, len(out)-1; a < b; a, b = a+1, b-1 {
		out[a], out[b] = out[b], out[a]
	}
	return out, nil
}

// AccumulateM2 is the area that drains through each cell, its own included; zero
// for cells that drain nowhere.
func (d Receivers) AccumulateM2(g raster.Grid) ([]float64, error) {
	order, err := d.order()
	if err != nil {
		return nil, err
	}
	return d.accumulate(g, order), nil
}

func (d Receivers) accumulate(g raster.Grid, order []int32) []float64 {
	areas := g.CellAreasM2()
	out := make([]float64, len(d))
	for k := len(order) - 1; k >= 0; k-- {
		i := order[k]
		out[i] += areas[int(i)/g.Width]
		if r := d[i]; r != i {
			out[r] += out[i]
		}
	}
	return out
}

// Drained holds HAND with what it follows from.
type Drained struct {
	Hand  []float32 // metres above Drain; NaN where no river is reached
	Drain []int32   // the first river cell downstream; -1: none
}

// Hand measures each cell against the first river cell downstream.
func (d Receivers) Hand(elevation []float32, river []bool) (Drained, error) {
	order, err := d.order()
	if err != nil {
		return Drained{}, err
	}
	return d.hand(elevation, river, order), nil
}

func (d Receivers) hand(elevation []float32, river []bool, order []int32) Drained {
	out := Drained{make([]float32, len(d)), make([]int32, len(d))}
	nan := float32(math.NaN())
	for i := range out.Hand {
		out.Hand[i], out.Drain[i] = nan, none
	}
	for _, i := range order {
		switch {
		case river[i]:
			out.Drain[i] = i
		case d[i] != i:
			out.Drain[i] = out.Drain[d[i]]
		}
		if j := out.Drain[i]; j != none {
			out.Hand[i] = elevation[i] - elevation[j] // NaN where either is missing
		}
	}
	return out
}
