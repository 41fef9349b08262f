package synth

import (
	"math"
	"reflect"
	"testing"
	"time"

	"gridmap/data"
)

// usual levels as the demo's own gauges have them, roughly.
func floodGauges() []FloodGauge {
	var out []FloodGauge
	for i, s := range stations() {
		out = append(out, FloodGauge{ID: int64(i + 1), Code: s.code, UsualM: 241.53})
	}
	return append(out, FloodGauge{ID: 9, Code: "somebody else's", UsualM: 100})
}

func TestTheFloodOf28JulyIsTheOneThatWasPublished(t *testing.T) {
	for seed := range uint64(50) {
		f := NewFlood(seed, floodGauges())
		guarantee := math.Round((241.53+guaranteeOverM)*10) / 10
		level := map[time.Time]float64{}
		first := map[string]float64{} // the alert's own peak, by kind
		top, when := math.Inf(-1), time.Time{}
		for _, r := range f.Reports {
			for _, x := range r.Readings {
				if x.GaugeID != 2 {
					continue
				}
				if x.Kind == "observed" {
					level[x.At] = x.StageM
					if x.StageM > top {
						top, when = x.StageM, x.At
					}
				} else if x.IssuedAt.Equal(f.Warning) {
					first[x.Kind] = math.Max(first[x.Kind], x.StageM)
				}
			}
		}
		at := level[f.Warning.Truncate(time.Hour)]
		if rise := top - at; rise < 10 || rise > 11 {
			t.Errorf("seed %d: rises %.2f m after the alert, want 10 to 11", seed, rise)
		}
		if over := top - guarantee; over < 4 || over > 5 {
			t.Errorf("seed %d: peak %.2f m over guarantee, want 4 to 5", seed, over)
		}
		if after := when.Sub(f.Warning); after < 16*time.Hour || after > 18*time.Hour+30*time.Minute {
			t.Errorf("seed %d: peak %v after the alert, want within 18 h", seed, after)
		}
		if low, high := first["forecast_min"]-guarantee, first["forecast_max"]-guarantee; low < 3.9 || high > 5.1 {
			t.Errorf("seed %d: the alert foresees %.2f to %.2f m over guarantee, want 4 to 5", seed, low, high)
		}
		if end := level[f.Warning.Add(47*time.Hour).Truncate(time.Hour)]; end > top-5 {
			t.Errorf("seed %d: stands at %.2f two days later, want at least 5 m below the peak %.2f", seed, end, top)
		}
	}
}

func TestAFloodIsTheSameForTheSameSeedAndInOrder(t *testing.T) {
	a, b := NewFlood(7, floodGauges()), NewFlood(7, floodGauges())
	if !reflect.DeepEqual(a, b) {
		t.Error("two floods of one seed differ")
	}
	seen := map[[4]any]bool{}
	for i, r := range a.Reports {
		if i > 0 && r.Sent.Before(a.Reports[i-1].Sent) {
			t.Errorf("report %d is sent before the one before it", i)
		}
		for _, x := range r.Readings {
			if x.GaugeID == 9 {
				t.Error("a gauge of somebody else's is in it")
			}
			if x.Kind == "observed" && x.At.After(r.Sent) {
				t.Errorf("%v was observed after it was sent at %v", x.At, r.Sent)
			}
			if x.Kind != "observed" && !x.At.After(x.IssuedAt) {
				t.Errorf("forecast of %v was issued at %v, after it", x.At, x.IssuedAt)
			}
			key := [4]any{x.GaugeID, x.Kind, x.At, x.IssuedAt}
			if seen[key] {
				t.Errorf("%v is there twice", key)
			}
			seen[key] = true
		}
	}
}

func TestForecastsHoldTheLikelyBetweenTheOthersAndConverge(t *testing.T) {
	f := NewFlood(152, floodGauges())
	truth := map[[2]any]float64{}
	for _, r := range f.Reports {
		for _, x := range r.Readings {
			if x.Kind == "observed" {
				truth[[2]any{x.GaugeID, x.At}] = x.StageM
			}
		}
	}
	var near, far []float64
	for _, r := range f.Reports {
		by := map[time.Time]map[string]float64{}
		for _, x := range r.Readings {
			if !r.Forecast {
				continue
			}
			if by[x.At] == nil {
				by[x.At] = map[string]float64{}
			}
			by[x.At][x.Kind] = x.StageM
			if real, ok := truth[[2]any{x.GaugeID, x.At}]; ok && x.Kind == "forecast_likely" && r.GaugeID == 2 {
				if lead := x.At.Sub(x.IssuedAt); lead < 3*time.Hour {
					near = append(near, math.Abs(x.StageM-real))
				} else if lead > 15*time.Hour {
					far = append(far, math.Abs(x.StageM-real))
				}
			}
		}
		for at, m := range by {
			if !(m["forecast_min"] <= m["forecast_likely"] && m["forecast_likely"] <= m["forecast_max"]) {
				t.Errorf("gauge %d at %v: %v is out of order", r.GaugeID, at, m)
			}
		}
	}
	if a, b := mean(near), mean(far); !(a < b) || a > 0.1 {
		t.Errorf("off by %.3f m soon before and %.3f m long before, want less, the nearer", a, b)
	}
}

func mean(list []float64) float64 {
	sum := 0.0
	for _, v := range list {
		sum += v
	}
	return sum / float64(len(list))
}

func TestOneGaugeFallsSilentAndOneJumpsAndNothingIsLost(t *testing.T) {
	f := NewFlood(152, floodGauges())
	var silent []data.Reading
	var sent []time.Time
	jumps := 0
	last := math.NaN()
	for _, r := range f.Reports {
		if r.Forecast {
			continue
		}
		switch r.GaugeID {
		case 4:
			sent = append(sent, r.Sent)
			silent = append(silent, r.Readings...)
		case 3:
			if m := r.Readings[0].StageM; m-last > 20 {
				jumps++
			}
			last = r.Readings[0].StageM
		}
	}
	longest := time.Duration(0)
	for i := 1; i < len(sent); i++ {
		longest = max(longest, sent[i].Sub(sent[i-1]))
	}
	if longest < 4*time.Hour || longest > 8*time.Hour {
		t.Errorf("the silent gauge is silent for %v, want 4 to 8 hours", longest)
	}
	hours := map[time.Time]bool{}
	for _, x := range silent {
		hours[x.At] = true
	}
	if want := int((floodBefore + floodAfter).Hours()); len(hours) < want {
		t.Errorf("the silent gauge gives %d hours in all, want %d: what it kept comes later", len(hours), want)
	}
	if jumps != 1 {
		t.Errorf("%d jumps, want one", jumps)
	}
}
