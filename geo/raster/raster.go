// Package raster holds grids of numbers laid over the ground: elevations, depths,
// flow directions.
//
// A raster lies along the axes of its coordinate system, rows from north to south,
// columns from west to east, without rotation. Cells without a value are NaN.
package raster

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// System is a coordinate system as a raster names it.
type System struct {
	EPSG       int     // zero: none is named, see Name
	Geographic bool    // degrees; else a plane in units of UnitM
	Name       string  // as the file says it
	UnitM      float64 // metres in a unit of the plane; zero: 1
}

// webMercator is the plane of map tiles, whose metres are true at the equator only.
const webMercator = 3857

// unitM is how many metres a unit of the plane has.
func (s System) unitM() float64 {
	if s.UnitM > 0 {
		return s.UnitM
	}
	return 1
}

// Known says whether anything is known of the system at all.
func (s System) Known() bool { return s.EPSG != 0 || s.Name != "" }

func (s System) String() string {
	if s.EPSG != 0 {
		return fmt.Sprintf("EPSG:%d", s.EPSG)
	}
	return s.Name
}

// Grid says where the cells of a raster lie.
type Grid struct {
	Width, Height int
	West, North   float64 // outer corner of the first cell, in units of the system
	DX, DY        float64 // size of a cell, both positive, in units of the system
	System        System
}

// Size is the number of cells.
func (g Grid) Size() int { return g.Width * g.Height }

// Same says whether two grids have the same cells: their corners agree to a
// thousandth of a cell.
func (g Grid) Same(o Grid) bool {
	near := func(a, b, cell float64) bool { return math.Abs(a-b) <= cell/1000 }
	return g.Width == o.Width && g.Height == o.Height && near(g.West, o.West, g.DX) && near(g.North, o.North, g.DY) &&
		near(g.DX*float64(g.Width), o.DX*float64(g.Width), g.DX) && near(g.DY*float64(g.Height), o.DY*float64(g.Height), g.DY)
}

// Bound is the extent of the cells, in units of the system.
func (g Grid) Bound() orb.Bound {
	return orb.Bound{Min: orb.Point{g.West, g.North - g.DY*float64(g.Height)}, Max: orb.Point{g.West + g.DX*float64(g.Width), g.North}}
}

// Cell is the column and row in which a point of the system lies; it may be
// outside.
func (g Grid) Cell(p orb.Point) (column, row int) {
	return int(math.Floor((p[0] - g.West) / g.DX)), int(math.Floor((g.North - p[1]) / g.DY))
}

// Has says whether there is a cell in this column and row.
func (g Grid) Has(column, row int) bool {
	return column >= 0 && row >= 0 && column < g.Width && row < g.Height
}

// Centre is the middle of a cell, in units of the system.
func (g Grid) Centre(column, row int) orb.Point {
	return orb.Point{g.West + (float64(column)+0.5)*g.DX, g.North - (float64(row)+0.5)*g.DY}
}

// The ellipsoid of WGS 84; that of CGCS2000 differs by a tenth of a millimetre.
const (
	semiMajorM   = 6378137.0
	eccentricity = 0.0818191908426215
)

// CellAreasM2 are the areas of the cells of each row, in square metres: on the
// ellipsoid for degrees and Web Mercator (Snyder 1987, 3-12), on the plane for
// other systems.
func (g Grid) CellAreasM2() []float64 {
	out := make([]float64, g.Height)
	mercator := g.System.EPSG == webMercator
	if !g.System.Geographic && !mercator {
		for i := range out {
			out[i] = g.DX * g.DY * g.System.unitM() * g.System.unitM()
		}
		return out
	}
	lat, wide := func(y float64) float64 { return y }, g.DX
	if mercator {
		lat = func(y float64) float64 { return math.Atan(math.Sinh(y/semiMajorM)) * 180 / math.Pi }
		wide = g.DX / semiMajorM * 180 / math.Pi
	}
	// The area between the equator and a latitude, over one radian of longitude.
	belt := func(lat float64) float64 {
		s := math.Sin(math.Max(-90, math.Min(90, lat)) * math.Pi / 180)
		e := eccentricity
		return semiMajorM * semiMajorM * (1 - e*e) / 2 * (s/(1-e*e*s*s) + math.Atanh(e*s)/e)
	}
	for i := range out {
		top := g.North - float64(i)*g.DY
		out[i] = (belt(lat(top)) - belt(lat(top-g.DY))) * wide * math.Pi / 180
	}
	return out
}

// CellM is the side of a square as large as the middle cell, in metres.
func (g Grid) CellM() float64 {
	areas := g.CellAreasM2()
	if len(areas) == 0 {
		return 0
	}
	return math.Sqrt(areas[len(areas)/2])
}

// Raster is a grid with a number in each cell.
type Raster struct {
	Grid
	Values []float32 // row by row; NaN: none
	// NoData is what stood for "none" in the file, and does again when it is
	// written; NaN: nothing did.
	NoData float64
}

// New makes a raster without values.
func New(g Grid) *Raster {
	r := &Raster{Grid: g, Values: make([]float32, g.Size()), NoData: math.NaN()}
	nan := float32(math.NaN())
	for i := range r.Values {
		r.Values[i] = nan
	}
	return r
}

// At is the value in a column and row; NaN outside.
func (r *Raster) At(column, row int) float32 {
	if !r.Has(column, row) {
		return float32(math.NaN())
	}
	return r.Values[row*r.Width+column]
}

// Empty says whether no cell has a value.
func (r *Raster) Empty() bool {
	return !slices.ContainsFunc(r.Values, func(v float32) bool { return v == v })
}
