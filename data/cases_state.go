package data

import "time"

// States of a case, as screens show them.
const (
	StateOpen    = "open"
	StateInHand  = "in_hand"
	StateDueSoon = "due_soon"
	StateOverdue = "overdue"
	StateClosed  = "closed"
)

// dueSoonAtLeast is the shortest warning before a time limit; longer limits
// warn a tenth of their length ahead.
const dueSoonAtLeast = 2 * time.Hour

// CaseState is the state of c at now: closed; else overdue, once the limit is
// past; else due soon, within two hours of the limit or a tenth of its length,
// whichever is longer; else in hand, once somebody has accepted it; else open.
// data/sql/case_list.sql and figures_cases.sql state the same rule in SQL, and
// a test compares them.
func CaseState(now time.Time, c *Case) string {
	switch {
	case !c.ClosedAt.IsZero() && !now.Before(c.ClosedAt):
		return StateClosed
	case now.After(c.DueAt):
		return StateOverdue
	case !now.Before(c.DueAt.Add(-dueSoonSpan(c.DueAt.Sub(c.OpenedAt)))):
		return StateDueSoon
	case c.Step == "accept" || c.Step == "handle" || c.Step == "rate":
		return StateInHand
	}
	return StateOpen
}

// NextStateChange is the moment after now at which the state of c changes by
// the passing of time alone; zero when it no longer does.
func NextStateChange(now time.Time, c *Case) time.Time {
	if !c.ClosedAt.IsZero() {
		return time.Time{}
	}
	if soon := c.DueAt.Add(-dueSoonSpan(c.DueAt.Sub(c.OpenedAt))); now.Before(soon) {
		return soon
	}
	if !now.After(c.DueAt) {
		return c.DueAt.Add(time.Microsecond)
	}
	return time.Time{}
}

func dueSoonSpan(limit time.Duration) time.Duration { return max(dueSoonAtLeast, limit/10) }
