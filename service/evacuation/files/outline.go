package files

import (
	"math"

	"github.com/paulmach/orb"

	"gridmap/geo/raster"
	"gridmap/layers/flood"
)

// outline is what is wet in a picture, in the system of the raster.
func (w *water) outline(picture int) orb.MultiPolygon {
	return densify(w.Grid, flood.Polygons(w.Grid, w.wet(picture)))
}

// chordM is how long an edge on a plane may be: straight there, it is not straight in
// degrees, but over 200 m the two are less than a millimetre apart.
const chordM = 200

// densify divides the long edges of outlines on a plane at the corners of cells.
func densify(g raster.Grid, m orb.MultiPolygon) orb.MultiPolygon {
	if g.System.Geographic {
		return m
	}
	every := math.Max(1, math.Floor(chordM/g.CellM())) // cells
	for _, p := range m {
		for i, ring := range p {
			out := make(orb.Ring, 0, len(ring))
			for k, b := range ring {
				if k > 0 {
					a := ring[k-1]
					cells := math.Round(math.Abs(b[0]-a[0])/g.DX + math.Abs(b[1]-a[1])/g.DY)
					for c := every; c < cells; c += every {
						out = append(out, between(a, b, c/cells))
					}
				}
				out = append(out, b)
			}
			p[i] = out
		}
	}
	return m
}
