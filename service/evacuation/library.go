package evacuation

import (
	"context"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"gridmap/data"
	"gridmap/geo/raster"
	"gridmap/importers"
	"gridmap/layers/flood"
)

// library is depths that a hydraulic model gave for levels at a gauge. Where it
// reaches, it wins over what follows from the terrain alone.
type library struct {
	reach   int32
	river   string
	stages  []float64 // of the gauge's reach, ascending
	depths  []*raster.Raster
	covered orb.Bound // by all of them, in coordinates of the terrain
}

// curve is the depth over a place by the stage of a reach, ascending in both.
type curve []struct{ stageM, depthM float64 }

// depth is the depth at a stage: straight between the stages of the library, and
// beyond them as deep again as the river rose.
func (c curve) depth(stageM float64) float64 {
	if first := c[0]; stageM <= first.stageM {
		return first.depthM - (first.stageM - stageM)
	}
	for i := 1; i < len(c); i++ {
		a, b := c[i-1], c[i]
		if stageM <= b.stageM {
			return a.depthM + (b.depthM-a.depthM)*(stageM-a.stageM)/(b.stageM-a.stageM)
		}
	}
	last := c[len(c)-1]
	return last.depthM + stageM - last.stageM
}

// stage is the lowest stage at which the depth is reached.
func (c curve) stage(depthM float64) float64 {
	if first := c[0]; depthM <= first.depthM {
		return first.stageM - (first.depthM - depthM)
	}
	for i := 1; i < len(c); i++ {
		a, b := c[i-1], c[i]
		if depthM <= b.depthM {
			return a.stageM + (b.stageM-a.stageM)*(depthM-a.depthM)/(b.depthM-a.depthM)
		}
	}
	last := c[len(c)-1]
	return last.stageM + depthM - last.depthM
}

// loadLibraries reads the rasters of depths of the gauges that stand on a river.
func (g *ground) loadLibraries(ctx context.Context, e data.Evacuations, _ *data.Evacuation) error {
	files, err := e.Depths(ctx)
	if err != nil || g.terrain == nil {
		return err
	}
	at := map[int64]int{}
	for _, f := range files {
		where, ok := g.gauges[f.GaugeID]
		if !ok {
			continue // the gauge is on no river of this terrain, which a warning says
		}
		k, ok := at[f.GaugeID]
		if !ok {
			k = len(g.libraries)
			at[f.GaugeID] = k
			g.libraries = append(g.libraries, library{reach: where.reach, river: g.rivers[where.reach]})
		}
		if err := g.libraries[k].add(ctx, f, where, g.terrain); err != nil {
			return err
		}
	}
	return nil
}

func (l *library) add(ctx context.Context, f data.DepthFile, where station, t *flood.Terrain) error {
	depths, err := importers.ReadRaster(ctx, f.Path, "")
	if err != nil {
		return fmt.Errorf("depths for %g m: %w", f.LevelM, err)
	}
	box := depths.Bound().ToPolygon()
	inDegrees, err := importers.Reproject(ctx, depths.System.String(), "EPSG:4490", []orb.Geometry{box})
	if err != nil {
		return err
	}
	moved, err := onPlane(ctx, t.System.String(), inDegrees)
	if err != nil {
		return err
	}
	if covered := moved[0].Bound(); len(l.depths) == 0 {
		l.covered = covered
	} else {
		l.covered = orb.Bound{Min: orb.Point{math.Max(l.covered.Min[0], covered.Min[0]), math.Max(l.covered.Min[1], covered.Min[1])},
			Max: orb.Point{math.Min(l.covered.Max[0], covered.Max[0]), math.Min(l.covered.Max[1], covered.Max[1])}}
	}
	l.stages = append(l.stages, f.LevelM-where.aboveM-t.Reaches[where.reach].BedM)
	l.depths = append(l.depths, depths)
	return nil
}

// overlay replaces how shapes in degrees meet the water where a library reaches all
// of them.
func (g *ground) overlay(ctx context.Context, shapes []orb.Geometry, met []flood.Exposure) ([]curve, error) {
	out := make([]curve, len(shapes))
	for k := range g.libraries {
		l := &g.libraries[k]
		curves := make([]curve, len(shapes))
		for n, depths := range l.depths {
			moved, err := onPlane(ctx, depths.System.String(), shapes)
			if err != nil {
				return nil, err
			}
			for i, shape := range moved {
				cells, inside := flood.Cells(depths.Grid, shape)
				if !inside || len(curves[i]) != n {
					continue // one level knows it not: then the library does not
				}
				curves[i] = append(curves[i], struct{ stageM, depthM float64 }{l.stages[n], deepest(depths, cells)})
			}
		}
		for i, c := range curves {
			if len(c) == len(l.depths) {
				out[i] = c.rising()
				met[i] = out[i].exposure(l.reach, met[i])
			}
		}
	}
	return out, nil
}

// deepest is the greatest depth over cells; one without a value is dry.
func deepest(depths *raster.Raster, cells []int32) float64 {
	top := 0.0
	for _, i := range cells {
		if d := float64(depths.Values[i]); d > top {
			top = d
		}
	}
	return top
}

// rising makes no depth less than one at a lower stage: a place does not fall dry
// while the river rises, whatever a model's rounding says.
func (c curve) rising() curve {
	for i := 1; i < len(c); i++ {
		c[i].depthM = math.Max(c[i].depthM, c[i-1].depthM)
	}
	return c
}

// exposure is how a place meets the water by its curve. What is dry at the highest
// stage of the library is taken to stay so until the terrain says otherwise.
func (c curve) exposure(reach int32, before flood.Exposure) flood.Exposure {
	e := flood.Exposure{Reach: reach, Known: true}
	last := c[len(c)-1]
	for i, p := range c {
		if p.depthM <= 0 {
			continue
		}
		e.ThresholdM = p.stageM - p.depthM
		if i > 0 {
			e.ThresholdM = math.Max(e.ThresholdM, c[i-1].stageM)
		}
		e.HandM = p.stageM - p.depthM
		return e
	}
	e.ThresholdM = last.stageM + 0.001
	if before.Known && !before.Never && before.Reach == reach {
		e.ThresholdM = math.Max(e.ThresholdM, before.ThresholdM)
	}
	e.HandM = e.ThresholdM
	return e
}

// leaveOut unmarks the cells of a terrain that the library covers.
func (l *library) leaveOut(g raster.Grid, wet []bool) {
	for i := range wet {
		if wet[i] && l.covered.Contains(g.Centre(i%g.Width, i/g.Width)) {
			wet[i] = false
		}
	}
}

// wetAt marks the cells that are wet at a stage, by the raster of the lowest stage
// that is not below it: it may show too much water, never too little. Below the lowest
// of all the water falls as the river does.
func (l *library) wetAt(stageM float64) (raster.Grid, []bool) {
	k := 0
	for k+1 < len(l.stages) && l.stages[k] < stageM {
		k++
	}
	dry := math.Max(0, l.stages[0]-stageM)
	wet := make([]bool, l.depths[k].Size())
	for i, d := range l.depths[k].Values {
		wet[i] = float64(d) > dry
	}
	return l.depths[k].Grid, wet
}
