package escape

import (
	"errors"
	"fmt"
	"math"
	"sort"
	"time"
)

// Stage is the water of a reach at a moment, in metres above its bed.
type Stage struct {
	At     time.Time
	StageM float64
}

// Hydrograph is the water of a reach over time: what was observed, then what is
// forecast, ascending in time, linear in between. What lies before its first moment
// or after its last is not known.
type Hydrograph []Stage

// Check says what is wrong with a hydrograph: moments must ascend, stages be finite.
func (h Hydrograph) Check() error {
	for i, s := range h {
		if math.IsNaN(s.StageM) || math.IsInf(s.StageM, 0) {
			return fmt.Errorf("stage %d: %v metres", i, s.StageM)
		}
		if i > 0 && !s.At.After(h[i-1].At) {
			return fmt.Errorf("stage %d: at %v, not after the one before it", i, s.At)
		}
	}
	return nil
}

// At is the stage at a moment; false where it is not known.
func (h Hydrograph) At(t time.Time) (stageM float64, known bool) {
	k := sort.Search(len(h), func(i int) bool { return !h[i].At.Before(t) }) // the first not before t
	switch {
	case k == len(h) || k == 0 && !h[0].At.Equal(t):
		return math.NaN(), false
	case h[k].At.Equal(t):
		return h[k].StageM, true
	}
	a, b := h[k-1], h[k]
	share := float64(t.Sub(a.At)) / float64(b.At.Sub(a.At))
	return a.StageM + share*(b.StageM-a.StageM), true
}

// Arrival is the first moment from a given one on at which the stage is at the
// threshold or above: the given moment itself where it is wet already. A hydrograph
// that begins later counts from its beginning. false: not as far as is known.
func (h Hydrograph) Arrival(thresholdM float64, from time.Time) (time.Time, bool) {
	if s, known := h.At(from); known && s >= thresholdM {
		return from, true
	}
	for i, s := range h {
		if s.At.Before(from) || !(s.StageM >= thresholdM) {
			continue
		}
		if i == 0 || h[i-1].StageM >= thresholdM {
			return s.At, true
		}
		return h.crossing(i, thresholdM), true
	}
	return time.Time{}, false
}

// Dry is the moment from which on the stage stays below the threshold until the
// hydrograph ends: the given one where it is never wet from then on. false: it is
// still wet at the end, or nothing is known from then on.
func (h Hydrograph) Dry(thresholdM float64, from time.Time) (time.Time, bool) {
	n := len(h)
	if n == 0 || h[n-1].At.Before(from) || !(h[n-1].StageM < thresholdM) {
		return time.Time{}, false
	}
	for i := n - 1; i > 0; i-- {
		if h[i-1].StageM < thresholdM {
			continue
		}
		if at := h.crossing(i, thresholdM); at.After(from) {
			return at, true
		}
		break
	}
	return from, true
}

// crossing is when the stage passes the threshold between stage i−1 and stage i,
// which lie on different sides of it.
func (h Hydrograph) crossing(i int, thresholdM float64) time.Time {
	a, b := h[i-1], h[i]
	share := (thresholdM - a.StageM) / (b.StageM - a.StageM)
	return a.At.Add(time.Duration(math.Round(share * float64(b.At.Sub(a.At)))))
}

// DeadlineRule says by when people must be gone from where the water arrives.
type DeadlineRule struct {
	Lead time.Duration // so long before the water
	// Water that arrives between NightFrom and NightTo, hours of the day since
	// midnight in Zone, is prepared for by NightBy before that night, if that is
	// earlier. NightFrom equal to NightTo: there is no night.
	NightFrom, NightTo, NightBy time.Duration
	Zone                        *time.Location
}

// Check says what is wrong with the rule.
func (r DeadlineRule) Check() error {
	if r.Zone == nil {
		return errors.New("zone: hours of the day need one")
	}
	if r.Lead < 0 {
		return fmt.Errorf("lead: %v", r.Lead)
	}
	for _, h := range []time.Duration{r.NightFrom, r.NightTo, r.NightBy} {
		if h < 0 || h >= 24*time.Hour {
			return fmt.Errorf("night: %v is not an hour of the day", h)
		}
	}
	return nil
}

// Deadline is by when people must be gone from where the water comes at arrival.
func (r DeadlineRule) Deadline(arrival time.Time) time.Time {
	by := arrival.Add(-r.Lead)
	local := arrival.In(r.Zone)
	midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, r.Zone)
	hour := local.Sub(midnight)
	night := hour >= r.NightFrom && hour < r.NightTo
	if r.NightFrom > r.NightTo {
		night = hour >= r.NightFrom || hour < r.NightTo
	}
	if !night {
		return by
	}
	begins := lastAt(arrival, r.NightFrom, r.Zone)
	if evening := lastAt(begins, r.NightBy, r.Zone); evening.Before(by) {
		return evening
	}
	return by
}

// lastAt is the last moment not after t at which the clock showed the hour.
func lastAt(t time.Time, hour time.Duration, zone *time.Location) time.Time {
	local := t.In(zone)
	for back := 0; ; back++ {
		at := time.Date(local.Year(), local.Month(), local.Day()-back, 0, 0, int(hour/time.Second), 0, zone)
		if !at.After(t) {
			return at
		}
	}
}
