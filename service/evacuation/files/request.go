// Package files says from files alone, without a database, where a flood stands,
// which buildings and roads it reaches and who goes where: elevations (or depths),
// rivers, buildings, roads and shelters in; rasters, polygons, tables and a plan out.
//
// Stages are metres above the river cell that a cell drains to. Several stages are a
// course of time: the first is now, the highest the peak. Distances are metres on
// the plane, positions in written files longitude and latitude.
//
// It refuses elevations without a coordinate system, and counts nothing as dry, nor
// any shelter as safe, of which it does not know.
package files

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"

	"gridmap/importers/redraw/picture/lettering"
	"gridmap/layers/flood"
)

// Request is what a person asks for with `gridmap flood files`.
type Request struct {
	DEM, River, D8, Depth              string // rasters; River may be vectors
	Buildings, Roads, Shelters, Levees string // each FILE or FILE#LAYER; empty: none
	StreamAreaKM2                      float64
	Stages                             []float64
	Connectivity                       int     // 8 or 4
	ErrorM                             float64 // how far elevations may be off
	ReachM                             float64
	CRS                                string            // of vector files that do not say theirs
	Fields                             map[string]string // "persons" or "buildings.persons" → column
	Out                                string
	Progress                           func(stage string)
	Letters                            *lettering.Lettering // for the picture; nil: no words
}

const mostStages = 200

func (r *Request) check() error {
	switch {
	case r.Out == "":
		return errors.New("--out is missing: the folder for what is written")
	case r.DEM == "" && r.Depth == "":
		return errors.New("--dem is missing: a raster of elevations (or --depth, a raster of depths)")
	case r.Depth != "" && (r.DEM != "" || r.River != "" || r.D8 != "" || len(r.Stages) > 0 || r.Levees != ""):
		return errors.New("--depth stands in for terrain and stages: leave --dem, --river, --d8, --levees and --stages out")
	case r.Depth == "" && len(r.Stages) == 0:
		return errors.New("--stages is missing: metres above the river, as 1,2.5,5")
	case len(r.Stages) > mostStages:
		return fmt.Errorf("--stages: %d of them; at most %d", len(r.Stages), mostStages)
	case r.Connectivity != 4 && r.Connectivity != 8:
		return fmt.Errorf("--connectivity %d: it is 8 or 4", r.Connectivity)
	case r.Depth == "" && r.River == "" && !(r.StreamAreaKM2 > 0):
		return fmt.Errorf("--stream-area %g: it must be above 0 km² (or give --river)", r.StreamAreaKM2)
	case !(r.ErrorM >= 0) || r.ErrorM > 100:
		return fmt.Errorf("--error %g: metres from 0 to 100", r.ErrorM)
	}
	for _, s := range r.Stages {
		if math.IsNaN(s) || s < 0 || s > 1000 {
			return fmt.Errorf("--stages %g: metres from 0 to 1000", s)
		}
	}
	info, err := os.Stat(r.Out)
	if err == nil && !info.IsDir() {
		return fmt.Errorf("--out %s: it is a file, not a folder", r.Out)
	}
	return nil
}

// stages in their order, each once.
func (r *Request) stages() []float64 {
	out := slices.Clone(r.Stages)
	slices.Sort(out)
	return slices.Compact(out)
}

func (r *Request) connectivity() flood.Connectivity { return flood.Connectivity(r.Connectivity) }

func (r *Request) tell(stage string) {
	if r.Progress != nil {
		r.Progress(stage)
	}
}
