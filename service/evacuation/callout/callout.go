// Package callout says how a warning stands with those who were called: sent,
// received, on scene (叫应: a warning counts only once it is acknowledged), and who
// is called next while nobody answers. It is a pure function of what was written
// down and of a moment, so that a replay shows the board as it was and every server
// the same one.
//
// It sends nothing and keeps no time of its own. It refuses to take an answer back:
// silence after an answer is not silence.
package callout

import (
	"errors"
	"time"
)

// State is how far a call has come.
type State string

// The states, in their order.
const (
	Sent     State = "sent"
	Received State = "received"
	OnScene  State = "on_scene"
)

// Level is who has been called.
type Level string

// The levels: those who were called first, then the deputy, then the town.
const (
	None   Level = "none"
	Deputy Level = "deputy"
	Town   Level = "town"
)

// Rules say how long silence lasts before somebody else is called.
type Rules struct {
	Deputy time.Duration // after the call was sent
	Town   time.Duration // after the deputy was called
}

// DefaultRules are five minutes, and five more.
func DefaultRules() Rules { return Rules{Deputy: 5 * time.Minute, Town: 5 * time.Minute} }

// Check says what is wrong with the rules: each wait must be longer than nothing.
func (r Rules) Check() error {
	switch {
	case r.Deputy <= 0:
		return errors.New("deputy: silence must last longer than nothing")
	case r.Town <= 0:
		return errors.New("town: silence must last longer than nothing")
	}
	return nil
}

// Call is a call with its answers. A zero time: it has not come.
type Call struct {
	SentAt, ReceivedAt, OnSceneAt time.Time
}

// Standing is how a call stands at a moment.
type Standing struct {
	State     State
	Silent    time.Duration // without any answer until the moment; zero once there is one
	Escalated Level         // the last who was called before an answer came; it stays after the answer
	Next      time.Time     // when the next is called if nobody answers; zero: nobody is left to call, or there is an answer
}

// Escalation is somebody else being called.
type Escalation struct {
	At    time.Time
	Level Level
}

// At says how the call stands at a moment; what came after it does not count yet.
// Before it was sent it stands as sent a moment ago.
func (c Call) At(now time.Time, rules Rules) Standing {
	s := Standing{State: Sent, Escalated: None}
	if came(c.ReceivedAt, now) {
		s.State = Received
	}
	if came(c.OnSceneAt, now) {
		s.State = OnScene // whoever is there has heard, whether it was written down or not
	}
	if s.State == Sent {
		s.Silent = max(0, now.Sub(c.SentAt))
	}
	steps := c.steps(rules)
	for _, e := range c.Escalations(now, rules) {
		s.Escalated = e.Level
		steps = steps[1:]
	}
	if s.State == Sent && len(steps) > 0 {
		s.Next = steps[0].At
	}
	return s
}

// Escalations are those that were due until a moment, in their order: at the very
// moment that one is due it is, unless the answer came by then.
func (c Call) Escalations(now time.Time, rules Rules) []Escalation {
	var out []Escalation
	for _, e := range c.steps(rules) {
		if e.At.After(now) || came(c.ReceivedAt, e.At) || came(c.OnSceneAt, e.At) {
			break
		}
		out = append(out, e)
	}
	return out
}

// steps are the escalations of a call that nobody ever answers.
func (c Call) steps(rules Rules) []Escalation {
	deputy := c.SentAt.Add(rules.Deputy)
	return []Escalation{{deputy, Deputy}, {deputy.Add(rules.Town), Town}}
}

func came(at, by time.Time) bool { return !at.IsZero() && !at.After(by) }
