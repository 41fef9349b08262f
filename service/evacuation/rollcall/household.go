package rollcall

import (
	"slices"
	"time"
)

// household is one on the list, with what was said of it, by time, and what follows
// from that for each of its people.
type household struct {
	Household
	events []Event
	states []State
}

// settle works out what holds of each person of a household.
func (h *household) settle() {
	h.states = h.states[:0]
	for _, p := range h.People {
		h.states = append(h.states, h.stateOf(p))
	}
	for range h.Unnamed {
		h.states = append(h.states, h.stateOf(0))
	}
}

func (h *household) stateOf(person int64) State {
	s := State{Person: person, Status: Unaccounted}
	said := false
	for i := range h.events {
		e := &h.events[i]
		if e.Person != 0 && e.Person != person {
			continue
		}
		if e.Status == Returned {
			s.Returned = true
			continue
		}
		// Whoever is said to be out again after a return is so.
		s.Returned = false
		said = true
		s.Status, s.At, s.Shelter = e.Status, e.moment(), e.Shelter
	}
	if s.Returned && !said {
		s.Status = AlreadyAway // they came home from where nobody had asked after them
	}
	s.Claims = h.contradicting(person)
	return s
}

// Window is how near in time two claims must be for one not to be taken as news
// about the other.
const Window = 30 * time.Minute

// contradicting are the claims about a person since the last decision that cannot
// both be right: from different devices, within Window of each other, of different
// statuses or shelters; or a person said to be safe whom another device, later,
// misses or says to refuse.
func (h *household) contradicting(person int64) []Event {
	var claims []Event
	for i := range h.events {
		e := &h.events[i]
		switch {
		case e.Person != 0 && e.Person != person || e.Status == Returned:
		case e.Decision:
			// What came in after it was not before whoever decided.
			claims = slices.DeleteFunc(claims, func(c Event) bool { return !c.Received.After(e.Received) })
			if len(claims) > 0 {
				claims = append(claims, *e)
			}
		default:
			// A device that says something else corrects itself.
			claims = append(slices.DeleteFunc(claims, func(c Event) bool { return c.Device == e.Device }), *e)
		}
	}
	var out []Event
	for i := range claims {
		if slices.ContainsFunc(claims, func(other Event) bool { return contradict(&claims[i], &other) }) {
			out = append(out, claims[i])
		}
	}
	return out
}

func contradict(a, b *Event) bool {
	if a.Device == b.Device {
		return false
	}
	differ := a.Status != b.Status || a.Shelter != b.Shelter && a.Shelter != 0 && b.Shelter != 0
	if !differ {
		return false
	}
	apart := a.moment().Sub(b.moment()).Abs()
	first, last := a, b
	if later(a, b) > 0 {
		first, last = b, a
	}
	safe := first.Status == Sheltered || first.Status == WithRelatives || first.Status == AlreadyAway
	return apart <= Window || safe && (last.Status == Unaccounted || last.Status == Refused)
}
