package files

import (
	"math"

	"github.com/paulmach/orb"

	"gridmap/geo"
	"gridmap/geo/raster"
	"gridmap/layers/flood"
)

// water is where it stands: over a terrain at some stages, or as a raster of
// depths says.
type water struct {
	raster.Grid
	terrain *flood.Terrain // nil: depths are given
	stages  []flood.Stages
	metres  []float64 // the stages
	depth   *raster.Raster
}

// courses is how many pictures there are: one for each stage, or one of depths.
func (w *water) courses() int { return max(1, len(w.metres)) }

// depthM is the depth over a cell in a picture; zero: dry, NaN: not known.
func (w *water) depthM(cell int32, picture int) float64 {
	if w.terrain != nil {
		return w.terrain.DepthM(cell, w.stages[picture])
	}
	return math.Max(0, float64(w.depth.Values[cell]))
}

// wet marks the wet cells of a picture.
func (w *water) wet(picture int) []bool {
	if w.terrain != nil {
		return w.terrain.Wet(w.stages[picture])
	}
	out := make([]bool, w.Size())
	for i, v := range w.depth.Values {
		out[i] = v > 0
	}
	return out
}

// known says whether anything is known of a cell.
func (w *water) known(cell int32) bool {
	if w.terrain != nil {
		z := w.terrain.Elevation[cell]
		return z == z
	}
	v := w.depth.Values[cell]
	return v == v
}

// meeting is how something meets the water.
type meeting struct {
	known      bool
	thresholdM float64   // NaN: never wet, or depths are given
	depthM     []float64 // by picture, the deepest; a cell wet to no depth counts as wet
	wet        []bool
}

// meet looks at the cells that a shape touches: it is wet when one of them is.
func (w *water) meet(shape orb.Geometry) meeting {
	cells, inside := flood.Cells(w.Grid, shape)
	m := meeting{known: inside && len(cells) > 0, thresholdM: math.NaN(), depthM: make([]float64, w.courses()), wet: make([]bool, w.courses())}
	for _, c := range cells {
		m.known = m.known && w.known(c)
	}
	if !m.known {
		return m
	}
	for _, c := range cells {
		if w.terrain != nil {
			if t := float64(w.terrain.Threshold[c]); !math.IsNaN(t) && !(t >= m.thresholdM) {
				m.thresholdM = t
			}
		}
		for k := range m.depthM {
			d := w.depthM(c, k)
			m.depthM[k] = math.Max(m.depthM[k], d)
			m.wet[k] = m.wet[k] || d > 0 || w.terrain != nil && w.terrain.Threshold[c] <= w.stages[k][max(0, w.terrain.ReachOf[c])]
		}
	}
	return m
}

// plane turns positions of the raster's system into metres.
func (w *water) plane() func(orb.Point) orb.Point {
	if !w.System.Geographic {
		return func(p orb.Point) orb.Point { return p }
	}
	j := geo.ProjectionAt(w.Bound().Center()[0])
	return func(p orb.Point) orb.Point {
		m := j.ToMetres(geo.LonLat{Lon: p[0], Lat: p[1]})
		return orb.Point{m.E, m.N}
	}
}

// Class of a building.
type Class string

// The classes. Unknown and cut off are never to be shown as safe.
const (
	WetNow     Class = "wet_now"
	WillBeWet  Class = "will_be_wet"
	CutOff     Class = "cut_off"
	Unaffected Class = "unaffected"
	Unknown    Class = "unknown"
)

// Floors that are wet: those that the water over the plinth reaches, at most all
// that there are; floors below one: their number is not known.
func wetFloors(depthM, plinthM, storeyM, floors float64) int {
	if depthM <= plinthM {
		return 0
	}
	n := math.Ceil((depthM - plinthM) / storeyM)
	if floors >= 1 {
		n = math.Min(n, floors)
	}
	return int(n)
}
