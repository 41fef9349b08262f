package evacuation

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/paulmach/orb"

	"gridmap/geo"
	"gridmap/geo/raster"
	"gridmap/importers"
	"gridmap/layers"
	"gridmap/layers/flood"
)

// sheets are what the map shows of an evacuation: where the water stands now and at
// its peak, and the buildings and roads that it concerns.
func (pic *picture) sheets() map[string][]layers.Laid {
	out := map[string][]layers.Laid{layers.Inundation: nil, layers.Evacuation: nil}
	if pic.water == nil {
		return out
	}
	f := pic.water.flow
	pictures := []struct {
		name   string
		stages flood.Stages
	}{{"now", f.now}, {"likely", f.peaks(1)}, {"max", f.peaks(2)}}
	areas := make([][]layers.Laid, len(pictures))
	var wait sync.WaitGroup
	for n, when := range pictures {
		wait.Go(func() { areas[n] = pic.wetArea(int64(n), when.name, when.stages) })
	}
	wait.Wait()
	out[layers.Inundation] = slices.Concat(areas...)
	out[layers.Evacuation] = append(pic.laidBuildings(), pic.laidRoads()...)
	return out
}

// peaks are the highest stages from now on.
func (f *flow) peaks(variant int) flood.Stages {
	out := make(flood.Stages, len(f.top[variant]))
	for r, v := range f.top[variant] {
		out[r] = float32(v)
	}
	return out
}

// wetArea outlines where the water stands. A piece of it is known by its first cell,
// so that what did not change keeps its number.
func (pic *picture) wetArea(n int64, name string, stages flood.Stages) []layers.Laid {
	t := pic.ground.terrain
	wet := t.Wet(stages)
	var out []layers.Laid
	for i := range pic.ground.libraries {
		l := &pic.ground.libraries[i]
		if !pic.water.flow.rivers[l.river] {
			continue
		}
		l.leaveOut(t.Grid, wet)
		grid, flooded := l.wetAt(float64(stages[l.reach]))
		out = append(out, pic.outlined(grid, flooded, n+3*int64(i+1), name, string(flood.ModelLibrary))...)
	}
	return append(out, pic.outlined(t.Grid, wet, n, name, pic.water.flow.drawnAs())...)
}

// outlined are the outlines of marked cells as features.
func (pic *picture) outlined(g raster.Grid, wet []bool, n int64, name, model string) []layers.Laid {
	drawn := flood.Polygons(g, wet)
	area, err := inDegrees(g.System.String(), drawn)
	if err != nil {
		return nil
	}
	taken := map[int64]bool{}
	out := make([]layers.Laid, 0, len(area))
	for i, p := range area {
		column, row := g.Cell(drawn[i][0][0])
		id := 1 + n<<40 + int64(row)*int64(g.Width+1) + int64(column)
		for taken[id] {
			id++ // two pieces that touch in a corner
		}
		taken[id] = true
		size := drawn[i].Bound()
		out = append(out, layers.Laid{ID: id, Geometry: p, Values: []any{name, model, pic.ground.file.ErrorM, pic.v.Drill},
			Importance: (size.Max[0] - size.Min[0]) * (size.Max[1] - size.Min[1])})
	}
	return out
}

// drawnAs is the model of what is not out of a library.
func (f *flow) drawnAs() string {
	if f.model == flood.ModelLibrary {
		return string(flood.ModelInterpolated)
	}
	return f.modelName()
}

// inDegrees brings an area of the terrain to EPSG:4490.
func inDegrees(system string, area orb.MultiPolygon) (orb.MultiPolygon, error) {
	var g orb.Geometry = area
	switch system {
	case "EPSG:4490", "EPSG:4326":
	case "EPSG:4544":
		g = geo.Projection{CentralLonDeg: 105}.InDegrees(area)
	default:
		moved, err := importers.Reproject(context.Background(), system, "EPSG:4490", []orb.Geometry{area})
		if err != nil {
			return nil, err
		}
		g = moved[0]
	}
	out, _ := g.(orb.MultiPolygon)
	return out, nil
}

// roadIDs begin here, so that roads and buildings do not share a number.
const roadIDs = 1 << 40

func (pic *picture) laidBuildings() []layers.Laid {
	var out []layers.Laid
	for i := range pic.water.fates {
		v := &pic.water.fates[i]
		if v.class == Unaffected {
			continue
		}
		persons, _, _ := pic.peopleOf(v)
		out = append(out, layers.Laid{ID: v.ID, Geometry: v.at, Importance: float64(10*(4-v.class.rank())) + math.Log1p(float64(persons)),
			Values: []any{"building", string(v.class), epoch(v.deadline), epoch(v.leaveBy), v.GridCode, int64(persons), pic.v.Drill}})
	}
	return out
}

// laidRoads are the shut pieces of each road, and those that will shut.
func (pic *picture) laidRoads() []layers.Laid {
	type key struct {
		way  int
		shut bool
	}
	lines, first := map[key]orb.MultiLineString{}, map[key]*time.Time{}
	for i := range pic.water.roads {
		c := &pic.water.roads[i]
		if c.at == nil {
			continue
		}
		p := &pic.ground.pieces[c.piece]
		k := key{p.way, c.shut}
		lines[k] = append(lines[k], p.line)
		if first[k] == nil || c.at.Before(*first[k]) {
			first[k] = c.at
		}
	}
	out := make([]layers.Laid, 0, len(lines))
	for k, l := range lines {
		class, id := "closing", roadIDs+2*pic.ground.ways[k.way].ID
		if k.shut {
			class, id = "shut", id+1
		}
		out = append(out, layers.Laid{ID: id, Geometry: l, Values: []any{"road", class, epoch(first[k]), nil, nil, nil, pic.v.Drill}, Importance: 5})
	}
	slices.SortFunc(out, func(a, b layers.Laid) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

func epoch(at *time.Time) any {
	if at == nil {
		return nil
	}
	return at.Unix()
}
