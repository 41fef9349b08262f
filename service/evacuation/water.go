package evacuation

import (
	"math"
	"time"

	"gridmap/layers/flood"
)

// Steps of the course of the water: what sliders and arrivals are read from.
const (
	courseStep = 10 * time.Minute
	courseBack = 6 * time.Hour
	courseMost = 72 * time.Hour
)

// flow is the course of the water in the three variants of the forecast.
type flow struct {
	times  []time.Time
	stages [3][]flood.Stages // by variant, time and reach
	now    flood.Stages
	top    [3][]float64 // by variant and reach, the highest stage from now on
	from   int          // the step of now
	likely int          // the variant that deadlines follow
	model  flood.Model
	rivers map[string]bool // of which a gauge says how they stand
}

// flowOf follows the gauges over the reaches of a terrain. Each river has its own
// stem: a reach stands as its own river's gauges say, a side stream as the highest
// backwater has it.
func (g *ground) flowOf(gauges []Gauge, now time.Time, s Settings) (*flow, error) {
	f := &flow{likely: 1, model: flood.ModelHand, rivers: map[string]bool{}}
	if s.Arrival == "max" {
		f.likely = 2
	}
	end := now
	for i := range gauges {
		if c := gauges[i].Course(1); len(c) > 0 && c[len(c)-1].At.After(end) {
			end = c[len(c)-1].At
		}
	}
	if limit := now.Add(courseMost); end.After(limit) {
		end = limit
	}
	for t := now.Add(-courseBack).Truncate(courseStep); !t.After(end); t = t.Add(courseStep) {
		f.times = append(f.times, t)
	}
	for v := range f.stages {
		for k, t := range f.times {
			if v > 0 && !t.After(now) {
				f.stages[v] = append(f.stages[v], f.stages[0][k]) // what was measured is the same in each
				continue
			}
			stages, err := g.standAt(gauges, v, t, s, f)
			if err != nil {
				return nil, err
			}
			f.stages[v] = append(f.stages[v], stages)
		}
	}
	var err error
	if f.now, err = g.standAt(gauges, f.likely, now, s, f); err != nil {
		return nil, err
	}
	for i := range g.libraries {
		if f.rivers[g.libraries[i].river] {
			f.model = flood.ModelLibrary
		}
	}
	f.from = f.step(now)
	for v := range f.top {
		f.top[v] = make([]float64, len(g.terrain.Reaches))
		for r := range f.top[v] {
			f.top[v][r] = math.Max(f.peak(v, int32(r), f.from+1), float64(f.now[r]))
		}
	}
	return f, nil
}

// arrivalAt is when the stage of a reach comes to a threshold in the forecast that
// deadlines follow: from now on, or for what is wet already, within the course.
func (f *flow) arrivalAt(reach int32, thresholdM float64, already bool) (time.Time, bool) {
	from := f.from
	if already {
		from = 0
	}
	return f.reaches(f.likely, reach, thresholdM, from)
}

// firstAt is when the stage of a reach first comes to a threshold in a variant.
func (f *flow) firstAt(variant int, reach int32, thresholdM float64) (time.Time, bool) {
	return f.reaches(variant, reach, thresholdM, f.from)
}

// standAt is where the water stands at a moment.
func (g *ground) standAt(gauges []Gauge, variant int, at time.Time, s Settings, f *flow) (flood.Stages, error) {
	rivers := map[string][]flood.Reading{}
	var names []string
	for i := range gauges {
		where, ok := g.gauges[gauges[i].ID]
		level := levelAt(gauges[i].Course(variant), at)
		if !ok || math.IsNaN(level) {
			continue
		}
		if rivers[gauges[i].River] == nil {
			names = append(names, gauges[i].River)
		}
		rivers[gauges[i].River] = append(rivers[gauges[i].River], flood.Reading{Reach: where.reach, LevelM: level - where.aboveM})
	}
	if len(names) == 0 {
		return g.terrain.Uniform(float32(s.SideStageM)), nil
	}
	var out flood.Stages
	own := make([]bool, len(g.terrain.Reaches))
	for _, river := range names {
		st, err := g.terrain.Stand(flood.Surface{Readings: rivers[river], SideStageM: s.SideStageM, Stem: g.stems[river]})
		if err != nil {
			return nil, err
		}
		f.model = st.Model
		f.rivers[river] = true
		if out == nil {
			out = make(flood.Stages, len(st.Stages))
		}
		for r, stage := range st.Stages {
			switch {
			case st.OnStem[r]:
				out[r], own[r] = stage, true
			case !own[r]:
				out[r] = max(out[r], stage)
			}
		}
	}
	return out, nil
}

// reaches is when the stage of a reach first comes to a threshold, from a step on;
// false: not while the forecast lasts. It is wet already when the moment is the
// first.
func (f *flow) reaches(variant int, reach int32, thresholdM float64, from int) (time.Time, bool) {
	list := f.stages[variant]
	for k := from; k < len(list); k++ {
		stage := float64(list[k][reach])
		if stage < thresholdM {
			continue
		}
		if k == from {
			return f.times[k], true
		}
		before := float64(list[k-1][reach])
		share := (thresholdM - before) / (stage - before)
		return f.times[k-1].Add(time.Duration(share * float64(courseStep))), true
	}
	return time.Time{}, false
}

// peak is the highest stage of a reach from a step on.
func (f *flow) peak(variant int, reach int32, from int) float64 {
	top := math.Inf(-1)
	for k := from; k < len(f.stages[variant]); k++ {
		top = math.Max(top, float64(f.stages[variant][k][reach]))
	}
	return top
}

// step is the last step of the course that is not after a moment.
func (f *flow) step(at time.Time) int {
	k := 0
	for k+1 < len(f.times) && !f.times[k+1].After(at) {
		k++
	}
	return k
}
