package evacuation

import (
	"fmt"
	"math"
	"slices"
	"time"

	"gridmap/data"
)

// Gauge is a gauge as it stood at a moment. Levels are metres of its datum.
type Gauge struct {
	data.Gauge
	Threshold data.GaugeThreshold // that holds at the moment; NaN where unknown
	StageM    float64             // last observed; NaN: never
	At        time.Time           // of the last observation
	Stale     bool                // silent for three of its usual intervals, and for staleAfter
	Suspect   *Suspicion          // why its last reading is not used
	RisePerH  float64             // metres an hour over the last three hours; NaN: unknown
	Forecast  *Forecast
	Series    []data.Reading // observed over the last two days, and the newest forecast
	used      []data.Reading // observed readings that are trusted, oldest first
}

// Suspicion is a reading that jumped further than water does. It is kept and
// shown, and used as soon as a second reading bears it out.
type Suspicion struct {
	JumpM float64
	Over  time.Duration
}

func (s *Suspicion) zh() string {
	return fmt.Sprintf("%.0f 分钟内变化 %+.1f 米", s.Over.Minutes(), s.JumpM)
}

func (s *Suspicion) en() string {
	return fmt.Sprintf("it jumped by %+.1f m in %.0f minutes", s.JumpM, s.Over.Minutes())
}

// Forecast is the newest forecast of a gauge: minimum, likely, maximum.
type Forecast struct {
	IssuedAt time.Time
	Points   [3][]Point
	Past     bool // all of it lies before the moment: it says nothing any more
}

// Point is a level at a moment.
type Point struct {
	At     time.Time
	LevelM float64
}

// Limits of what is taken for the water's doing.
const (
	staleAfter   = 2 * time.Hour
	steepest     = 6.0 // metres an hour: a wall of water, faster than any flood here
	bearsOutM    = 2.0 // a second reading this near the first bears a jump out
	seriesBack   = 48 * time.Hour
	riseOver     = 3 * time.Hour
	worldLowestM = -500.0
	worldHighest = 9000.0
)

// variants of a forecast, in the order of Forecast.Points.
func variants() [3]string {
	return [3]string{"forecast_min", "forecast_likely", "forecast_max"}
}

// lookAt says how gauges stood at a moment, from what was known then.
func lookAt(moment time.Time, gauges []data.Gauge, thresholds []data.GaugeThreshold, readings []data.Reading) []Gauge {
	out := make([]Gauge, len(gauges))
	for i, g := range gauges {
		out[i] = Gauge{Gauge: g, StageM: math.NaN(), RisePerH: math.NaN(),
			Threshold: data.GaugeThreshold{WarningM: math.NaN(), GuaranteeM: math.NaN()}}
		v := &out[i]
		for _, t := range thresholds {
			if t.GaugeID == g.ID && !t.ValidFrom.After(moment) {
				v.Threshold = t
			}
		}
		for _, r := range readings {
			if r.GaugeID == g.ID {
				v.Series = append(v.Series, r)
			}
		}
		v.observe(moment)
		v.foresee(moment)
	}
	return out
}

// observe reads what was measured.
func (g *Gauge) observe(moment time.Time) {
	var observed []data.Reading
	for _, r := range g.Series {
		if r.Kind != "observed" {
			continue
		}
		// A corrected reading of the same moment replaces the one before it.
		if n := len(observed); n > 0 && observed[n-1].At.Equal(r.At) {
			observed[n-1] = r
		} else {
			observed = append(observed, r)
		}
	}
	if len(observed) == 0 {
		return
	}
	g.used, g.Suspect = trusted(observed)
	last := observed[len(observed)-1]
	g.StageM, g.At = last.StageM, last.At
	g.Stale = moment.Sub(last.At) > max(staleAfter, 3*usualInterval(observed))
	g.RisePerH = riseOf(g.used)
}

// trusted leaves a last reading out that jumped; one in the middle that those
// after it do not bear out is left out too.
func trusted(observed []data.Reading) ([]data.Reading, *Suspicion) {
	used := observed[:1:1]
	for i := 1; i < len(observed); i++ {
		before, r := used[len(used)-1], observed[i]
		jump, over := r.StageM-before.StageM, r.At.Sub(before.At)
		if math.Abs(jump) <= math.Max(0.5, steepest*over.Hours()) {
			used = append(used, r)
			continue
		}
		if i+1 == len(observed) {
			return used, &Suspicion{jump, over}
		}
		if math.Abs(observed[i+1].StageM-r.StageM) <= bearsOutM {
			used = append(used, r)
		}
	}
	return used, nil
}

// usualInterval is the median time between readings.
func usualInterval(observed []data.Reading) time.Duration {
	if len(observed) < 2 {
		return 0
	}
	gaps := make([]time.Duration, len(observed)-1)
	for i := range gaps {
		gaps[i] = observed[i+1].At.Sub(observed[i].At)
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/2]
}

// riseOf is the mean rise over the last hours.
func riseOf(used []data.Reading) float64 {
	if len(used) < 2 {
		return math.NaN()
	}
	last := used[len(used)-1]
	first := used[len(used)-2]
	for i := len(used) - 2; i >= 0 && last.At.Sub(used[i].At) <= riseOver; i-- {
		first = used[i]
	}
	return (last.StageM - first.StageM) / last.At.Sub(first.At).Hours()
}

// foresee reads the newest forecast.
func (g *Gauge) foresee(moment time.Time) {
	f := Forecast{Past: true}
	for i, kind := range variants() {
		for _, r := range g.Series {
			if r.Kind != kind {
				continue
			}
			f.Points[i] = append(f.Points[i], Point{r.At, r.StageM})
			if r.IssuedAt.After(f.IssuedAt) {
				f.IssuedAt = r.IssuedAt
			}
			f.Past = f.Past && !r.At.After(moment)
		}
		slices.SortFunc(f.Points[i], func(a, b Point) int { return a.At.Compare(b.At) })
	}
	given := f.Points
	for i := range f.Points { // one hydrograph stands for those that were not given
		for _, other := range [3]int{1, 2, 0} {
			if f.Points[i] == nil {
				f.Points[i] = given[other]
			}
		}
	}
	if f.Points[1] != nil {
		g.Forecast = &f
	}
}

// Course is the level of a gauge over time in a variant: what was observed, then
// what is foreseen. Without a forecast that still holds, the last level holds on.
func (g *Gauge) Course(variant int) []Point {
	var out []Point
	for _, r := range g.used {
		out = append(out, Point{r.At, r.StageM})
	}
	if g.Forecast == nil || g.Forecast.Past {
		return out
	}
	for _, p := range g.Forecast.Points[variant] {
		if len(out) == 0 || p.At.After(out[len(out)-1].At) {
			out = append(out, p)
		}
	}
	return out
}

// levelAt is the level of a course at a moment, straight between its points and
// flat beyond them; NaN for a course without points.
func levelAt(course []Point, at time.Time) float64 {
	if len(course) == 0 {
		return math.NaN()
	}
	i, _ := slices.BinarySearchFunc(course, at, func(p Point, t time.Time) int { return p.At.Compare(t) })
	switch {
	case i == 0:
		return course[0].LevelM
	case i == len(course):
		return course[i-1].LevelM
	}
	a, b := course[i-1], course[i]
	return a.LevelM + (b.LevelM-a.LevelM)*float64(at.Sub(a.At))/float64(b.At.Sub(a.At))
}

// peak is the highest level of a course after a moment, and when.
func peak(course []Point, after time.Time) (float64, time.Time) {
	best, when := math.NaN(), time.Time{}
	for _, p := range course {
		if !p.At.Before(after) && !(p.LevelM <= best) {
			best, when = p.LevelM, p.At
		}
	}
	return best, when
}

// checkReading says what is wrong with a reading, by field.
func checkReading(in string, r data.Reading, now time.Time) error {
	switch {
	case math.IsNaN(r.StageM) || r.StageM < worldLowestM || r.StageM > worldHighest:
		return data.Fault(data.Invalid, in+"stage_m", fmt.Sprintf("must be a level between %g and %g metres", worldLowestM, worldHighest))
	case r.At.IsZero():
		return data.Fault(data.Invalid, in+"at", "must be a moment")
	case r.Kind == "observed" && r.At.After(now.Add(10*time.Minute)):
		return data.Fault(data.Invalid, in+"at", "cannot have been observed yet")
	case r.IssuedAt.After(now.Add(10 * time.Minute)):
		return data.Fault(data.Invalid, in+"issued_at", "lies in the future")
	case r.Kind != "observed" && !slices.Contains([]string{"forecast_min", "forecast_likely", "forecast_max"}, r.Kind):
		return data.Fault(data.Invalid, in+"kind", "must be observed, forecast_min, forecast_likely or forecast_max")
	}
	return nil
}
