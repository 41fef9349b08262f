package data_test

import (
	"testing"
	"time"

	"gridmap/data"
)

func TestTheStateOfACaseFollowsItsClock(t *testing.T) {
	opened := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	day, week := opened.Add(24*time.Hour), opened.Add(7*24*time.Hour)
	for name, c := range map[string]struct {
		due, closed time.Time
		step        string
		now         time.Time
		want        string
	}{
		"a new case is open":                                   {day, time.Time{}, "order", opened, data.StateOpen},
		"an accepted case is in hand":                          {day, time.Time{}, "accept", opened.Add(time.Hour), data.StateInHand},
		"a day's case is due soon 2 h 24 min ahead":            {day, time.Time{}, "handle", day.Add(-144 * time.Minute), data.StateDueSoon},
		"and not a second sooner":                              {day, time.Time{}, "handle", day.Add(-144*time.Minute - time.Second), data.StateInHand},
		"a week's case is due soon a tenth of a week ahead":    {week, time.Time{}, "track", week.Add(-16 * time.Hour), data.StateDueSoon},
		"a case with a short limit is due soon from the start": {opened.Add(time.Hour), time.Time{}, "order", opened, data.StateDueSoon},
		"at its limit a case is not overdue yet":               {day, time.Time{}, "order", day, data.StateDueSoon},
		"past its limit it is":                                 {day, time.Time{}, "order", day.Add(time.Second), data.StateOverdue},
		"a closed case is closed, however late":                {day, week, "rate", week.Add(time.Hour), data.StateClosed},
		"before it was closed it was overdue":                  {day, week, "rate", week.Add(-time.Hour), data.StateOverdue},
	} {
		t.Run(name, func(t *testing.T) {
			in := &data.Case{OpenedAt: opened, DueAt: c.due, ClosedAt: c.closed, Step: c.step}
			if got := data.CaseState(c.now, in); got != c.want {
				t.Fatalf("got %s, want %s", got, c.want)
			}
			next := data.NextStateChange(c.now, in)
			if !next.IsZero() && data.CaseState(next, in) == c.want {
				t.Fatalf("at %s, said to be the next change, it is %s still", next, c.want)
			}
		})
	}
}
