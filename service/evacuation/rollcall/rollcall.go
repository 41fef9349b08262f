// Package rollcall says of everybody on the list of an evacuation where they are, by
// what was heard from the field: a pure engine over a set of events.
//
// Events come late, twice, out of order and from devices that disagree. The state
// is a function of the set of events, not of the order in which they came. What
// holds of a person is the latest that was said of them or of their household; of
// two said for the same moment, what was said of the person; then what a person in
// charge decided. At every moment, for each grid and in all,
//
//	listed = sheltered + with relatives + holding upstairs + already away + refused + unaccounted
//
// and whoever is not heard of is unaccounted. It refuses events about people who are
// not on the list; people who turn up without being on it are counted apart.
package rollcall

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Status is what is said of somebody.
type Status string

// The statuses. Returned is said after the evacuation was lifted and leaves where
// they were during it as it is.
const (
	Unaccounted     Status = "unaccounted"
	Sheltered       Status = "sheltered"
	WithRelatives   Status = "with_relatives"
	HoldingUpstairs Status = "holding_upstairs"
	AlreadyAway     Status = "already_away"
	Refused         Status = "refused"
	Returned        Status = "returned"
)

// Statuses are all of them.
func Statuses() []Status {
	return []Status{Unaccounted, Sheltered, WithRelatives, HoldingUpstairs, AlreadyAway, Refused, Returned}
}

// Household is on the list with its people: those who are known by name, and how
// many more there are.
type Household struct {
	ID      int64
	Grid    string
	People  []int64
	Unnamed int
}

// Event is something that was said. It is about a household, a person, or a number
// of people who are not on the list (Extra, in Grid).
type Event struct {
	Device       string
	Sequence     int64 // of the device: the same again is the same event
	At, Received time.Time
	By           string
	Household    int64
	Person       int64
	Extra        int
	Grid         string // of Extra
	Status       Status
	Shelter      int64 // where; zero: not said
	Decision     bool  // somebody in charge looked at what was said and decided
}

// ClockTolerance is how far ahead of its arrival an event may be dated; one beyond
// it comes from a wrong clock and counts from when it arrived.
const ClockTolerance = 5 * time.Minute

// moment is when an event counts from.
func (e *Event) moment() time.Time {
	if e.At.After(e.Received.Add(ClockTolerance)) {
		return e.Received
	}
	return e.At
}

// WrongClock says whether the event was dated ahead of its arrival.
func (e *Event) WrongClock() bool { return e.At.After(e.Received.Add(ClockTolerance)) }

// later orders events by what outranks what.
func later(a, b *Event) int {
	rank := func(e *Event) int {
		switch {
		case e.Decision:
			return 2
		case e.Person != 0:
			return 1
		}
		return 0
	}
	return cmp.Or(a.moment().Compare(b.moment()), cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Device, b.Device), cmp.Compare(a.Sequence, b.Sequence))
}

// Counts is the identity, and what stands beside it.
type Counts struct {
	Listed, Sheltered, WithRelatives, HoldingUpstairs, AlreadyAway, Refused, Unaccounted int

	Returned       int // of those listed, after the evacuation was lifted
	Extra          int // turned up without being on the list
	Contradictions int // people of whom devices say different things
}

// Holds says whether the identity holds.
func (c Counts) Holds() bool {
	return c.Listed == c.Sheltered+c.WithRelatives+c.HoldingUpstairs+c.AlreadyAway+c.Refused+c.Unaccounted
}

// of is the counter of a status.
func (c *Counts) of(s Status) *int {
	switch s {
	case Sheltered:
		return &c.Sheltered
	case WithRelatives:
		return &c.WithRelatives
	case HoldingUpstairs:
		return &c.HoldingUpstairs
	case AlreadyAway:
		return &c.AlreadyAway
	case Refused:
		return &c.Refused
	}
	return &c.Unaccounted
}

func (c *Counts) add(p *State, n int) {
	*c.of(p.Status) += n
	if p.Returned {
		c.Returned += n
	}
	if len(p.Claims) > 0 {
		c.Contradictions += n
	}
}

// State is what holds of a person.
type State struct {
	Person   int64 // zero: one of those without a name
	Status   Status
	At       time.Time // since when; zero: nothing was said
	Shelter  int64
	Returned bool
	Claims   []Event // that contradict each other, oldest first; none: nothing to decide
}

// Roll is the list with what was said.
type Roll struct {
	households map[int64]*household
	home       map[int64]*household // by person
	heard      map[mark]bool
	grids      map[string]*Counts
	total      Counts
	extra      map[int64]int // by shelter, people who turned up there without being on the list
}

// mark tells events apart.
type mark struct {
	device   string
	sequence int64
}

// New makes a roll of the households on the list.
func New(list []Household) (*Roll, error) {
	r := &Roll{households: map[int64]*household{}, home: map[int64]*household{}, heard: map[mark]bool{}, grids: map[string]*Counts{}, extra: map[int64]int{}}
	for _, h := range list {
		if err := r.List(h); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// List puts a household on the list.
func (r *Roll) List(h Household) error {
	if r.households[h.ID] != nil || h.ID == 0 || h.Unnamed < 0 {
		return fmt.Errorf("household %d: it is on the list already, or not a household", h.ID)
	}
	for _, p := range h.People {
		if r.home[p] != nil || p == 0 {
			return fmt.Errorf("person %d: on the list already, or nobody", p)
		}
	}
	entry := &household{Household: h}
	r.households[h.ID] = entry
	for _, p := range h.People {
		r.home[p] = entry
	}
	entry.settle()
	for _, c := range []*Counts{r.grid(h.Grid), &r.total} {
		c.Listed += len(entry.states)
		for i := range entry.states {
			c.add(&entry.states[i], 1)
		}
	}
	return nil
}

func (r *Roll) grid(code string) *Counts {
	c := r.grids[code]
	if c == nil {
		c = &Counts{}
		r.grids[code] = c
	}
	return c
}

// Outcome is what became of an event.
type Outcome int

// The outcomes.
const (
	Accepted  Outcome = iota
	Duplicate         // it was heard before
	NotListed         // nobody of that number is on the list
	Malformed         // it says nothing, or two things
)

// Apply takes an event in. The cost is that of the household it is about.
func (r *Roll) Apply(e Event) Outcome {
	about := 0
	for _, is := range []bool{e.Household != 0, e.Person != 0, e.Extra != 0} {
		if is {
			about++
		}
	}
	if about != 1 || e.Extra < 0 || !slices.Contains(Statuses(), e.Status) || e.Extra > 0 && e.Grid == "" {
		return Malformed
	}
	if r.heard[mark{e.Device, e.Sequence}] {
		return Duplicate
	}
	if e.Extra > 0 {
		r.grid(e.Grid).Extra += e.Extra
		r.total.Extra += e.Extra
		r.extra[e.Shelter] += e.Extra
		r.heard[mark{e.Device, e.Sequence}] = true
		return Accepted
	}
	h := r.households[e.Household]
	if e.Person != 0 {
		h = r.home[e.Person]
	}
	if h == nil {
		return NotListed
	}
	r.heard[mark{e.Device, e.Sequence}] = true
	at, _ := slices.BinarySearchFunc(h.events, &e, func(a Event, b *Event) int { return later(&a, b) })
	h.events = slices.Insert(h.events, at, e)
	counts := []*Counts{r.grid(h.Grid), &r.total}
	for _, c := range counts {
		for i := range h.states {
			c.add(&h.states[i], -1)
		}
	}
	h.settle()
	for _, c := range counts {
		for i := range h.states {
			c.add(&h.states[i], 1)
		}
	}
	return Accepted
}

// Total is the identity over everybody.
func (r *Roll) Total() Counts { return r.total }

// Grid is the identity over the households of a grid.
func (r *Roll) Grid(code string) Counts {
	if c := r.grids[code]; c != nil {
		return *c
	}
	return Counts{}
}

// Grids are the codes of the grids that have somebody on the list or turned up,
// ascending.
func (r *Roll) Grids() []string {
	out := make([]string, 0, len(r.grids))
	for code := range r.grids {
		out = append(out, code)
	}
	slices.Sort(out)
	return out
}

// Household is what holds of each person of a household, those with a name first;
// nil: it is not on the list.
func (r *Roll) Household(id int64) []State {
	if h := r.households[id]; h != nil {
		return slices.Clone(h.states)
	}
	return nil
}

// Sheltered counts who is in which shelter, those who were not on the list included;
// zero: in one that was not named.
func (r *Roll) Sheltered() map[int64]int {
	out := maps.Clone(r.extra)
	for _, h := range r.households {
		for i := range h.states {
			if h.states[i].Status == Sheltered {
				out[h.states[i].Shelter]++
			}
		}
	}
	return out
}

// Contradicting lists the households with somebody of whom devices say different
// things, ascending.
func (r *Roll) Contradicting() []int64 {
	var out []int64
	for id, h := range r.households {
		if slices.ContainsFunc(h.states, func(s State) bool { return len(s.Claims) > 0 }) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// GridOf is the grid of a household on the list.
func (r *Roll) GridOf(id int64) string {
	if h := r.households[id]; h != nil {
		return h.Grid
	}
	return ""
}

// States are what holds of each person of all households on the list, as Household
// tells it of one.
func (r *Roll) States() map[int64][]State {
	out := make(map[int64][]State, len(r.households))
	for id, h := range r.households {
		out[id] = slices.Clone(h.states)
	}
	return out
}
