package escape_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"gridmap/layers/escape"
)

// clock is an hour of 2023-07-28 in Chongqing; above 24 of the days after.
func clock(h float64) time.Time {
	return time.Date(2023, 7, 28, 0, 0, 0, 0, chongqing()).Add(time.Duration(h * float64(time.Hour)))
}

func chongqing() *time.Location { return time.FixedZone("CST", 8*3600) }

func TestWhenWaterArrivesAndGoes(t *testing.T) {
	h := escape.Hydrograph{{At: clock(2), StageM: 1}, {At: clock(4), StageM: 5}, {At: clock(6), StageM: 5}, {At: clock(10), StageM: 1}}
	for _, c := range []struct {
		name              string
		threshold, from   float64
		arrives, dry      float64 // NaN: not as far as is known
		arriving, staying bool
	}{
		{"it rises to the threshold half way between two stages", 3, 2, 3, 8, true, true},
		{"where it is wet it arrives now", 3, 5, 5, 8, true, true},
		{"after the peak it does not come again", 3, 9, 0, 9, false, true},
		{"above the peak it never comes", 6, 2, 0, 2, false, true},
		{"at the peak it just comes", 5, 2, 4, 6, true, true},
		{"what is wet at the end is not said to dry", 1, 2, 2, 0, true, false},
		{"a hydrograph that begins later counts from there", 1, 0, 2, 0, true, false},
		{"after its end nothing is known", 3, 11, 0, 0, false, false},
		{"a threshold that is not known is not reached", math.NaN(), 2, 0, 0, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := h.Arrival(c.threshold, clock(c.from))
			if ok != c.arriving || ok && !got.Equal(clock(c.arrives)) {
				t.Errorf("arrival: got %v, %v, want %v, %v", got, ok, clock(c.arrives), c.arriving)
			}
			got, ok = h.Dry(c.threshold, clock(c.from))
			if ok != c.staying || ok && !got.Equal(clock(c.dry)) {
				t.Errorf("dry: got %v, %v, want %v, %v", got, ok, clock(c.dry), c.staying)
			}
		})
	}
}

func TestMoreWaterNeverArrivesLater(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 28))
	for range 3000 {
		var low, high escape.Hydrograph
		for k := range 1 + r.IntN(8) {
			s := math.Round(r.Float64()*40) / 4
			low = append(low, escape.Stage{At: clock(float64(k)), StageM: s})
			high = append(high, escape.Stage{At: clock(float64(k)), StageM: s + float64(r.IntN(3))})
		}
		threshold, from := r.Float64()*10, clock(r.Float64()*8)
		first, ok := low.Arrival(threshold, from)
		sooner, sure := high.Arrival(threshold, from)
		if ok && (!sure || sooner.After(first)) {
			t.Fatalf("%v at %v: got %v, %v with more water, %v with less", threshold, from, sooner, sure, first)
		}
		if !ok {
			continue
		}
		if s, known := low.At(first); !known || s < threshold-1e-6 {
			t.Fatalf("the stage at the arrival is %v, below %v", s, threshold)
		}
		for m := from; m.Before(first.Add(-time.Second)); m = m.Add(time.Minute) {
			if s, known := low.At(m); known && s >= threshold {
				t.Fatalf("wet at %v, before the arrival at %v", m, first)
			}
		}
	}
}

func TestTheDeadlineIsBeforeTheWaterAndBeforeTheNight(t *testing.T) {
	rule := escape.DeadlineRule{Lead: 3 * time.Hour, NightFrom: 19 * time.Hour, NightTo: 7 * time.Hour, NightBy: 18 * time.Hour, Zone: chongqing()}
	if err := rule.Check(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name          string
		arrival, want float64
	}{
		{"by day it is three hours before", 15, 12},
		{"at seven in the morning it is day", 7, 4},
		{"just before seven it was night: the evening before", 6.99, -6},
		{"at midnight the evening before", 24, 18},
		{"at seven in the evening three hours are more", 19, 16},
		{"at ten in the evening the night begins first", 22, 18},
		{"a quarter before seven in the evening it is day", 18.75, 15.75},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := rule.Deadline(clock(c.arrival).UTC()); !got.Equal(clock(c.want)) {
				t.Errorf("got %v, want %v", got.In(chongqing()), clock(c.want))
			}
		})
	}
	rule.NightFrom = rule.NightTo
	if got := rule.Deadline(clock(2)); !got.Equal(clock(-1)) {
		t.Errorf("without a night: got %v, want %v", got, clock(-1))
	}
}

func TestHydrographsAndRulesThatSayNothingAreRefused(t *testing.T) {
	for _, h := range []escape.Hydrograph{{{At: clock(1), StageM: math.NaN()}}, {{At: clock(1)}, {At: clock(1)}}, {{At: clock(2)}, {At: clock(1)}}} {
		if h.Check() == nil {
			t.Errorf("%v: got no error, want one", h)
		}
	}
	for _, r := range []escape.DeadlineRule{{}, {Zone: chongqing(), Lead: -1}, {Zone: chongqing(), NightBy: 24 * time.Hour}} {
		if r.Check() == nil {
			t.Errorf("%v: got no error, want one", r)
		}
	}
}
