package synth

import (
	"cmp"
	"math"
	"slices"
	"time"

	"gridmap/data"
)

// Flood is the flood of a past day as the gauges of the demo district might have
// seen it: everything in it is invented but what the published alert says.
type Flood struct {
	Name    string    // the day
	Warning time.Time // of the red alert
	Peak    time.Time // at the gauge for which the alert was given
	Reports []Report  // in the order in which they come in
}

// Report is what one gauge sends, or what is forecast for it, at once.
type Report struct {
	Sent     time.Time
	GaugeID  int64
	Forecast bool
	Readings []data.Reading
}

// FloodGauge is a gauge of the district with its usual level.
type FloodGauge struct {
	ID     int64
	Code   string
	UsualM float64 // metres of its datum
}

// Flood20230728 is the name of the flood on the Qiongjiang on 28 July 2023.
const Flood20230728 = "2023-07-28"

// The published figures: a red alert at 02:40 (Asia/Shanghai) foresaw for Tai'an a
// rise of 10 to 11 m within 18 hours, to 4 to 5 m over the guarantee level.
const (
	floodWithin   = 18 * time.Hour
	floodBefore   = 48 * time.Hour // readings from so long before the alert
	floodAfter    = 48 * time.Hour // … to so long after it
	forecastReach = 30 * time.Hour
	forecastEvery = 3 * time.Hour
	falling       = 16 * time.Hour // e-folding of the recession
)

// NewFlood makes the flood of 28 July 2023 for gauges of the demo district; others
// are left out. Same seed, same flood. Levels are metres of each gauge's datum.
func NewFlood(seed uint64, gauges []FloodGauge) Flood {
	at := time.FixedZone("Asia/Shanghai", 8*3600)
	warning := time.Date(2023, 7, 28, 2, 40, 0, 0, at)
	f := Flood{Name: Flood20230728, Warning: warning, Peak: warning.Add(floodWithin)}
	for _, g := range gauges {
		i := slices.IndexFunc(stations(), func(s station) bool { return s.code == g.Code })
		if i < 0 {
			continue
		}
		w := wave{FloodGauge: g, station: stations()[i], peak: f.Peak.Add(stations()[i].lag), seed: mix(seed, streamFlood, uint64(i))}
		w.observe(&f)
		if w.riseM > 0 {
			w.foresee(&f)
		}
	}
	slices.SortStableFunc(f.Reports, func(a, b Report) int {
		return cmp.Or(a.Sent.Compare(b.Sent), cmp.Compare(a.GaugeID, b.GaugeID))
	})
	return f
}

// wave is the flood as it passes one gauge.
type wave struct {
	FloodGauge
	station
	peak time.Time
	seed uint64
}

// levelM is the level that the water truly has.
func (w *wave) levelM(t time.Time) float64 {
	h := t.Sub(w.peak).Hours()
	calm := w.UsualM + 0.04*noise(w.seed, h/9, 0)
	if w.riseM == 0 {
		return calm + 0.5*math.Exp(-h*h/900)
	}
	rise := 0.0
	switch {
	case h >= 0:
		rise = math.Exp(-math.Pow(h/falling.Hours(), 1.3))
	case h > -floodWithin.Hours()-10: // from some hours before the alert on
		rise = smoothstep(-floodWithin.Hours()-2.5, 0, h)
	}
	return calm + w.riseM*rise
}

func centimetres(m float64) float64 { return math.Round(m*100) / 100 }

// Troubles of the gauges, as there are in any flood: one is silent for some hours
// and sends what it kept when it comes back, one sends a level that cannot be.
const (
	silentCode = "SYN-0002"
	jumpCode   = "SYN-0001"
	jumpM      = 30.2
)

func silence(warning time.Time) (from, to time.Time) {
	return warning.Add(8 * time.Hour), warning.Add(13*time.Hour + 40*time.Minute)
}

// observe makes the hourly readings, each sent some minutes after it was taken.
func (w *wave) observe(f *Flood) {
	from, to := silence(f.Warning)
	jump := f.Warning.Truncate(time.Hour).Add(6 * time.Hour)
	kept := Report{Sent: to, GaugeID: w.ID}
	first := f.Warning.Add(-floodBefore).Truncate(time.Hour)
	for k, t := 0, first; t.Before(f.Warning.Add(floodAfter)); k, t = k+1, t.Add(time.Hour) {
		level := centimetres(w.levelM(t) + 0.02*noise(w.seed, float64(k), 5))
		sent := t.Add(time.Duration(60+mix(w.seed, uint64(k))%240) * time.Second)
		if w.code == jumpCode && t.Equal(jump) {
			level = centimetres(level + jumpM)
		}
		r := data.Reading{GaugeID: w.ID, At: t, IssuedAt: t, Kind: "observed", StageM: level}
		if w.code == silentCode && t.After(from) && t.Before(to) {
			r.IssuedAt = to
			kept.Readings = append(kept.Readings, r)
			continue
		}
		f.Reports = append(f.Reports, Report{Sent: sent, GaugeID: w.ID, Readings: []data.Reading{r}})
	}
	if len(kept.Readings) > 0 {
		f.Reports = append(f.Reports, kept)
	}
}

// foresee makes the forecasts: with the alert, then every three hours. They come
// nearer to what comes, the nearer it is.
func (w *wave) foresee(f *Flood) {
	issued := f.Warning
	for n := 0; issued.Before(f.Warning.Add(floodAfter - 12*time.Hour)); n++ {
		report := Report{Sent: issued, GaugeID: w.ID, Forecast: true}
		bias := -0.04 + 0.1*noise(w.seed, float64(n)/1.7, 11)
		for h := 1; h <= int(forecastReach.Hours()); h++ {
			at := issued.Truncate(time.Hour).Add(time.Duration(h) * time.Hour)
			lead := at.Sub(issued).Hours() / floodWithin.Hours() // 1 at the peak, seen from the alert
			likely := w.levelM(at) + bias*math.Min(1.5, lead)
			// The published band of a metre at eighteen hours; never below no band.
			band := 0.36 * math.Min(1.4, lead)
			for kind, m := range map[string]float64{"forecast_min": likely - band, "forecast_likely": likely, "forecast_max": likely + band} {
				report.Readings = append(report.Readings, data.Reading{GaugeID: w.ID, At: at, IssuedAt: issued, Kind: kind, StageM: centimetres(m)})
			}
		}
		slices.SortFunc(report.Readings, func(a, b data.Reading) int {
			return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Kind, b.Kind))
		})
		f.Reports = append(f.Reports, report)
		issued = issued.Truncate(time.Hour).Add(forecastEvery)
	}
}
