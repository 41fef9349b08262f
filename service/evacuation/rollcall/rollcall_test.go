package rollcall_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"gridmap/service/evacuation/rollcall"
)

var t0 = time.Date(2023, 7, 28, 2, 40, 0, 0, time.UTC)

func list() []rollcall.Household {
	var out []rollcall.Household
	for i := range int64(6) {
		h := rollcall.Household{ID: i + 1, Grid: fmt.Sprint("grid ", i%3), Unnamed: int(i % 2)}
		for k := range i%4 + 1 {
			h.People = append(h.People, 100*(i+1)+k)
		}
		out = append(out, h)
	}
	return out
}

// said makes random events: several devices, late and early ones, wrong clocks,
// decisions, visitors, returns.
func said(r *rand.Rand, n int) []rollcall.Event {
	people := list()
	out := make([]rollcall.Event, n)
	for i := range out {
		h := people[r.IntN(len(people))]
		e := rollcall.Event{Device: fmt.Sprint("device ", r.IntN(4)), Sequence: int64(i), At: t0.Add(time.Duration(r.IntN(40)) * 3 * time.Minute),
			Status: rollcall.Statuses()[r.IntN(7)], Decision: r.IntN(8) == 0}
		e.Received = e.At.Add(time.Duration(r.IntN(90)-10) * time.Minute)
		switch k := r.IntN(10); {
		case k == 0:
			e.Extra, e.Grid, e.Status = 1+r.IntN(5), h.Grid, rollcall.Sheltered
		case k < 4:
			e.Household = h.ID
		default:
			e.Person = h.People[r.IntN(len(h.People))]
		}
		if e.Status == rollcall.Sheltered {
			e.Shelter = int64(1 + r.IntN(2))
		}
		out[i] = e
	}
	return out
}

func roll(t testing.TB, households []rollcall.Household) *rollcall.Roll {
	t.Helper()
	r, err := rollcall.New(households)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// everything is all that a roll says.
func everything(r *rollcall.Roll) map[string]any {
	out := map[string]any{"total": r.Total()}
	for _, g := range r.Grids() {
		out[g] = r.Grid(g)
	}
	for _, h := range list() {
		out[fmt.Sprint(h.ID)] = r.Household(h.ID)
	}
	return out
}

// naive works a person's status out from the whole set of events, in its own way.
func naive(events []rollcall.Event, h rollcall.Household, person int64) rollcall.Status {
	best, status, returned := "", rollcall.Unaccounted, false
	for _, e := range events {
		if e.Household != h.ID && (person == 0 || e.Person != person) {
			continue
		}
		if e.Status == rollcall.Returned {
			returned = true
			continue
		}
		at := e.At
		if e.At.Sub(e.Received) > 5*time.Minute {
			at = e.Received
		}
		rank := 0
		if e.Person != 0 {
			rank = 1
		}
		if e.Decision {
			rank = 2
		}
		if key := fmt.Sprintf("%020d %d %s %09d", at.UnixNano(), rank, e.Device, e.Sequence); key > best {
			best, status = key, e.Status
		}
	}
	if best == "" && returned {
		return rollcall.AlreadyAway
	}
	return status
}

func TestTheRollIsTheSameInWhateverOrderEventsCome(t *testing.T) {
	orders := 100_000
	if testing.Short() {
		orders = 5_000
	}
	var events []rollcall.Event
	var want map[string]any
	for n := range orders {
		r := rand.New(rand.NewPCG(uint64(n), 5))
		if n%500 == 0 { // another set of events
			events = said(r, 24)
			first := roll(t, list())
			for _, e := range events {
				first.Apply(e)
			}
			want = everything(first)
			for _, h := range list() {
				for _, s := range first.Household(h.ID) {
					if w := naive(events, h, s.Person); s.Status != w {
						t.Fatalf("order %d, household %d, person %d: got %s, want %s", n, h.ID, s.Person, s.Status, w)
					}
				}
			}
		}
		got := roll(t, list())
		for i, k := range r.Perm(len(events)) {
			got.Apply(events[k])
			if r.IntN(4) == 0 { // a device that had no answer sends again
				if again := got.Apply(events[k]); again != rollcall.Duplicate {
					t.Fatalf("order %d: an event sent again is %v", n, again)
				}
			}
			if c := got.Total(); !c.Holds() {
				t.Fatalf("order %d, event %d: the identity does not hold: %+v", n, i, c)
			}
		}
		for _, g := range got.Grids() {
			if c := got.Grid(g); !c.Holds() {
				t.Fatalf("order %d, %s: the identity does not hold: %+v", n, g, c)
			}
		}
		if got.Total() != want["total"] || n%20 == 0 && !reflect.DeepEqual(everything(got), want) {
			t.Fatalf("order %d: got %v\nwant %v", n, everything(got), want)
		}
	}
}

func TestWhatIsSaidOfPeople(t *testing.T) {
	type said = rollcall.Event
	at := func(minutes int) time.Time { return t0.Add(time.Duration(minutes) * time.Minute) }
	say := func(device string, n int64, minute int, e said) said {
		e.Device, e.Sequence, e.At, e.Received = device, n, at(minute), at(minute)
		return e
	}
	late := say("b", 1, 5, said{Household: 1, Status: rollcall.Refused})
	late.Received = at(300)
	ahead := say("b", 1, 600, said{Household: 1, Status: rollcall.Refused})
	ahead.Received = at(5)
	for name, c := range map[string]struct {
		events         []said
		want           [2]rollcall.Status // of the two people of household 1
		contradictions int
	}{
		"nothing": {nil, [2]rollcall.Status{rollcall.Unaccounted, rollcall.Unaccounted}, 0},
		"a household speaks for all": {[]said{say("a", 1, 10, said{Household: 1, Status: rollcall.Sheltered})},
			[2]rollcall.Status{rollcall.Sheltered, rollcall.Sheltered}, 0},
		"a person speaks for himself": {[]said{say("a", 1, 10, said{Household: 1, Status: rollcall.Sheltered}), say("a", 2, 10, said{Person: 11, Status: rollcall.Refused})},
			[2]rollcall.Status{rollcall.Refused, rollcall.Sheltered}, 0},
		"what comes late does not undo what is newer": {[]said{say("a", 1, 90, said{Household: 1, Status: rollcall.WithRelatives}), late},
			[2]rollcall.Status{rollcall.WithRelatives, rollcall.WithRelatives}, 0},
		"a clock that is ahead does not outrank what is said later": {[]said{ahead, say("a", 1, 90, said{Household: 1, Status: rollcall.Sheltered})},
			[2]rollcall.Status{rollcall.Sheltered, rollcall.Sheltered}, 0},
		"two devices disagree": {[]said{say("a", 1, 10, said{Person: 11, Status: rollcall.Sheltered, Shelter: 1}), say("b", 1, 12, said{Person: 11, Status: rollcall.Sheltered, Shelter: 2})},
			[2]rollcall.Status{rollcall.Sheltered, rollcall.Unaccounted}, 1},
		"whoever was safe is missed much later": {[]said{say("a", 1, 10, said{Person: 11, Status: rollcall.Sheltered}), say("b", 1, 400, said{Person: 11, Status: rollcall.Unaccounted})},
			[2]rollcall.Status{rollcall.Unaccounted, rollcall.Unaccounted}, 1},
		"a decision settles it": {[]said{say("a", 1, 10, said{Person: 11, Status: rollcall.Sheltered}), say("b", 1, 12, said{Person: 11, Status: rollcall.Refused}),
			say("c", 1, 20, said{Person: 11, Status: rollcall.Sheltered, Decision: true})}, [2]rollcall.Status{rollcall.Sheltered, rollcall.Unaccounted}, 0},
		"a return leaves where they were": {[]said{say("a", 1, 10, said{Household: 1, Status: rollcall.Sheltered}), say("a", 2, 900, said{Household: 1, Status: rollcall.Returned})},
			[2]rollcall.Status{rollcall.Sheltered, rollcall.Sheltered}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := roll(t, []rollcall.Household{{ID: 1, Grid: "g", People: []int64{11, 12}}})
			for _, e := range c.events {
				if got := r.Apply(e); got != rollcall.Accepted {
					t.Fatalf("got %v for %+v", got, e)
				}
			}
			states := r.Household(1)
			if got := [2]rollcall.Status{states[0].Status, states[1].Status}; got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if got := r.Total().Contradictions; got != c.contradictions {
				t.Errorf("got %d contradictions, want %d", got, c.contradictions)
			}
		})
	}
}

func TestWhatSaysNothingIsNotTakenIn(t *testing.T) {
	for name, c := range map[string]struct {
		e    rollcall.Event
		want rollcall.Outcome
	}{
		"about nobody":              {rollcall.Event{Status: rollcall.Sheltered}, rollcall.Malformed},
		"about two":                 {rollcall.Event{Household: 1, Person: 100, Status: rollcall.Sheltered}, rollcall.Malformed},
		"a status that there isn't": {rollcall.Event{Household: 1, Status: "fine"}, rollcall.Malformed},
		"fewer than nobody":         {rollcall.Event{Extra: -3, Grid: "g", Status: rollcall.Sheltered}, rollcall.Malformed},
		"visitors of nowhere":       {rollcall.Event{Extra: 3, Status: rollcall.Sheltered}, rollcall.Malformed},
		"a household not listed":    {rollcall.Event{Household: 99, Status: rollcall.Sheltered}, rollcall.NotListed},
		"a person not listed":       {rollcall.Event{Person: 99, Status: rollcall.Sheltered}, rollcall.NotListed},
		"visitors":                  {rollcall.Event{Extra: 3, Grid: "g", Status: rollcall.Sheltered}, rollcall.Accepted},
	} {
		t.Run(name, func(t *testing.T) {
			r := roll(t, list())
			before := r.Total()
			if got := r.Apply(c.e); got != c.want {
				t.Fatalf("got %v, want %v", got, c.want)
			}
			before.Extra = r.Total().Extra
			if r.Total() != before {
				t.Errorf("got %+v, want %+v", r.Total(), before)
			}
		})
	}
}

func BenchmarkApply(b *testing.B) {
	var households []rollcall.Household
	for i := range int64(18_000) {
		households = append(households, rollcall.Household{ID: i + 1, Grid: fmt.Sprint(i % 120), People: []int64{10 * (i + 1), 10*(i+1) + 1}, Unnamed: 1})
	}
	r := roll(b, households)
	b.ResetTimer()
	for n := range b.N {
		r.Apply(rollcall.Event{Device: "a", Sequence: int64(n), At: t0, Received: t0, Household: int64(n%18_000) + 1, Status: rollcall.Sheltered})
	}
}
