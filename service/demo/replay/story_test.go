package replay

import (
	"cmp"
	"reflect"
	"slices"
	"testing"
	"time"

	"gridmap/service/evacuation"
	"gridmap/service/evacuation/rollcall"
)

// teamOf is a grid with its households, some of whose people are not known by name.
func teamOf(seed uint64, kind string) (*scene, []evacuation.SheetHousehold) {
	s := &scene{seed: seed, grid: "500152113007005", kind: kind, onScene: time.Date(2023, 7, 28, 3, 20, 0, 0, time.UTC)}
	var list []evacuation.SheetHousehold
	for id := int64(1); id <= 120; id++ {
		h := evacuation.SheetHousehold{ID: id, Floor: int(id % 6)}
		if shelter := id%9 + 1; id%11 != 0 {
			h.ShelterID = &shelter
		}
		for p := range 1 + id%4 {
			person := evacuation.SheetPerson{ID: id*10 + p}
			if p == 3 {
				person.ID = 0
			}
			h.Persons = append(h.Persons, person)
		}
		list = append(list, h)
	}
	return s, list
}

func (s *scene) everything(list []evacuation.SheetHousehold) []call {
	out := s.extras(list)
	for i := range list {
		out = append(out, s.household(&list[i], i)...)
	}
	inOrder(out)
	return out
}

// heard is what was said in the field, by what goes wrong there.
type heard struct {
	late, twice, missed, refused int
	devices                      map[string]bool
	said                         map[mark]evacuation.RollEvent
}

type mark struct {
	device   string
	sequence int64
}

// take checks one call and hands it to the roll.
func (h *heard) take(t *testing.T, roll *rollcall.Roll, c *call) {
	t.Helper()
	m := mark{c.device, c.event.Sequence}
	if before, ok := h.said[m]; ok {
		h.twice++
		if !reflect.DeepEqual(before, c.event) {
			t.Fatalf("%s says two things under number %d", c.device, c.event.Sequence)
		}
	}
	h.said[m], h.devices[c.device] = c.event, true
	if c.sent.Before(c.event.At) {
		t.Errorf("sent at %v, before it was so at %v", c.sent, c.event.At)
	}
	if c.sent.Sub(c.event.At) > 30*time.Minute {
		h.late++
	}
	switch c.event.Status {
	case "unaccounted":
		h.missed++
	case "refused":
		h.refused++
	}
	e := rollcall.Event{Device: c.device, Sequence: c.event.Sequence, At: c.event.At, Received: c.sent, Household: c.event.HouseholdID, Person: c.event.PersonID,
		Status: rollcall.Status(c.event.Status), Shelter: c.event.ShelterID, Grid: c.grid}
	if c.event.Extra != nil {
		e.Extra = c.event.Extra.Count
	}
	if got := roll.Apply(e); got != rollcall.Accepted && got != rollcall.Duplicate {
		t.Fatalf("%+v is not taken: %v", c.event, got)
	}
	if total := roll.Total(); !total.Holds() {
		t.Fatalf("%+v does not add up", total)
	}
}

func TestEverybodyIsAccountedForInTheEndWhateverComesLateOrTwice(t *testing.T) {
	h := &heard{devices: map[string]bool{}}
	for seed := range uint64(60) {
		for _, kind := range []string{"move", "hold_upstairs"} {
			s, list := teamOf(seed, kind)
			calls := s.everything(list)
			if again := s.everything(list); !reflect.DeepEqual(calls, again) {
				t.Fatalf("seed %d: the same scene plays twice differently", seed)
			}
			roll := rollOf(t, list, s.grid)
			h.said = map[mark]evacuation.RollEvent{}
			for i := range calls {
				h.take(t, roll, &calls[i])
			}
			if total := roll.Total(); total.Unaccounted != 0 || total.Refused != 0 {
				t.Errorf("seed %d, %s: in the end %+v, want nobody unaccounted for and nobody who refuses", seed, kind, total)
			}
		}
	}
	for what, n := range map[string]int{"late": h.late, "sent twice": h.twice, "missed": h.missed, "refused": h.refused, "said by other devices": len(h.devices) - 1} {
		if n == 0 {
			t.Errorf("nothing was %s", what)
		}
	}
}

func rollOf(t *testing.T, list []evacuation.SheetHousehold, grid string) *rollcall.Roll {
	t.Helper()
	var all []rollcall.Household
	for _, h := range list {
		one := rollcall.Household{ID: h.ID, Grid: grid}
		for _, p := range h.Persons {
			if p.ID == 0 {
				one.Unnamed++
			} else {
				one.People = append(one.People, p.ID)
			}
		}
		all = append(all, one)
	}
	roll, err := rollcall.New(all)
	if err != nil {
		t.Fatal(err)
	}
	return roll
}

func TestMostTeamsAnswerWithinMinutesAndSomeOnlyWhenOthersCall(t *testing.T) {
	var waits []time.Duration
	issued := time.Date(2023, 7, 28, 2, 50, 0, 0, time.UTC)
	for id := range int64(2000) {
		o := &evacuation.Order{ID: id, Grid: "500152113007005", IssuedAt: issued}
		a := answerTo(7, o)
		if !a.onScene.After(a.received) || !a.received.After(issued) {
			t.Fatalf("order %d: issued %v, received %v, on scene %v: out of order", id, issued, a.received, a.onScene)
		}
		waits = append(waits, a.received.Sub(issued))
	}
	slices.SortFunc(waits, func(a, b time.Duration) int { return cmp.Compare(a, b) })
	share := func(d time.Duration) float64 {
		n, _ := slices.BinarySearch(waits, d)
		return 1 - float64(n)/float64(len(waits))
	}
	if deputy, town := share(5*time.Minute), share(10*time.Minute); deputy < 0.08 || deputy > 0.2 || town < 0.015 || town > 0.06 {
		t.Errorf("%.1f %% answer after five minutes, %.1f %% after ten, want some and few", 100*deputy, 100*town)
	}
}
