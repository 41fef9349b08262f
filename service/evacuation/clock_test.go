package evacuation

import (
	"testing"
	"time"

	"gridmap/data"
)

func TestTheClockOfAnEvacuationNeverGoesBack(t *testing.T) {
	opened := time.Date(2026, 7, 20, 9, 0, 0, 0, time.UTC)
	// Machine's clocks at the looks, one after the other; the first is at the opening.
	// elapsed is what truly passes before each look.
	for _, c := range []struct {
		name    string
		rate    float64
		last    time.Duration // of the log, after the opening
		jump    time.Duration // the machine's clock is set by so much after the first hour
		elapsed []time.Duration
		want    []time.Duration // after the opening
	}{
		{"it follows the machine's clock", 1, 0, 0, []time.Duration{time.Hour, time.Minute}, []time.Duration{time.Hour, time.Hour + time.Minute}},
		{"a replay runs faster", 60, 0, 0, []time.Duration{time.Minute, time.Minute}, []time.Duration{time.Hour, 2 * time.Hour}},
		{"set forward, it goes forward", 1, 0, time.Hour, []time.Duration{time.Hour, time.Minute}, []time.Duration{time.Hour, 2*time.Hour + time.Minute}},
		{"set back, it runs at half its speed until time has caught up", 1, 0, -time.Hour,
			[]time.Duration{time.Hour, time.Minute, time.Hour, 59 * time.Minute, 10 * time.Minute},
			[]time.Duration{time.Hour, time.Hour + 30*time.Second, 90*time.Minute + 30*time.Second, 2 * time.Hour, 130 * time.Minute}},
		{"started anew, it begins at the last thing that was written down", 1, 90 * time.Minute, 0, []time.Duration{time.Hour, time.Minute},
			[]time.Duration{90 * time.Minute, 90*time.Minute + 30*time.Second}},
	} {
		t.Run(c.name, func(t *testing.T) {
			// The true time has no monotonic part here: jumps are put in by hand.
			wall, jumped := opened, time.Duration(0)
			s := New(nil, nil, Options{Now: func() time.Time { return wall }})
			last := opened.Add(c.last)
			v := &data.Evacuation{ID: 1, ClockFrom: opened, ClockAt: opened, ClockRate: c.rate, LastAt: &last}
			for i, d := range c.elapsed {
				wall = wall.Add(d)
				if i == 1 && c.jump != 0 {
					jumped = c.jump
					wall = wall.Add(jumped)
					if was, ok := s.clocks.shown[1]; ok { // as a monotonic clock has it
						was.wall = was.wall.Add(jumped)
						s.clocks.shown[1] = was
					}
				}
				if got, want := s.clockOf(v).Sub(opened), c.want[i]; got != want {
					t.Errorf("look %d: got %v after the opening, want %v", i, got, want)
				}
			}
		})
	}
}
