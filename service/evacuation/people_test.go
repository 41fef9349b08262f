package evacuation

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"gridmap/data"
	"gridmap/data/testdb/fixture"
)

// posts sends events of the roll, each of a device.
func (v *valley) posts(id int64, device string, events ...RollEvent) *RollAnswer {
	v.Helper()
	a, err := v.RollCall(v.ctx(), leader(), id, RollPost{Device: device, Events: events})
	if err != nil {
		v.Fatal(err)
	}
	return a
}

// moving opens an evacuation with an approved plan and returns its households.
func (v *valley) moving() (id int64, households []int64) {
	v.Helper()
	v.reads(200, 209, 10*time.Hour)
	id = v.opens()
	v.approves(id)
	places := v.peek(id).placeList()
	for _, p := range places {
		households = append(households, p.HouseholdID)
	}
	if len(households) == 0 {
		v.Fatal("the plan moves nobody")
	}
	return id, households
}

func TestTheIdentityHoldsWhateverTheFieldSays(t *testing.T) {
	v := newValley(t)
	id, households := v.moving()
	r := rand.New(rand.NewPCG(7, 28))
	statuses := []string{"sheltered", "with_relatives", "holding_upstairs", "already_away", "refused", "unaccounted"}
	sequence := int64(0)
	for range 40 {
		var events []RollEvent
		for range 1 + r.IntN(6) {
			sequence++
			e := RollEvent{Sequence: sequence - int64(r.IntN(3)), At: v.now.Add(-time.Duration(r.IntN(90)) * time.Minute), HouseholdID: households[r.IntN(len(households))],
				Status: statuses[r.IntN(len(statuses))]}
			if e.Status == "sheltered" {
				e.ShelterID = 1 + int64(r.IntN(2))
			}
			events = append(events, e)
		}
		a := v.posts(id, fmt.Sprint("device-", r.IntN(2)), events...)
		if a.Accepted+a.Duplicates != len(events) || len(a.Refused) > 0 {
			t.Fatalf("got %+v of %d events", a, len(events))
		}
		i := a.Identity
		if i.Listed != i.Sheltered+i.WithRelatives+i.HoldingUpstairs+i.AlreadyAway+i.Refused+i.Unaccounted {
			t.Fatalf("the identity does not hold: %+v", i)
		}
		rows, err := v.Grids(v.ctx(), leader(), id, nil)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for _, g := range rows {
			sum += g.Identity.Sheltered
		}
		if sum != i.Sheltered {
			t.Fatalf("the grids have %d sheltered, all together %d", sum, i.Sheltered)
		}
	}
	// Somebody else, who starts anew, reads the same.
	before := v.state(id).Identity
	v.mu.Lock()
	delete(v.pictures, id)
	v.mu.Unlock()
	v.looks()
	if after := v.state(id).Identity; after != before {
		t.Errorf("read anew: got %+v, want %+v", after, before)
	}
}

func TestOneBadEventOfTheRollDoesNotLoseTheOthers(t *testing.T) {
	v := newValley(t)
	id, households := v.moving()
	good := RollEvent{Sequence: 1, At: v.now, HouseholdID: households[0], Status: "refused"}
	for name, c := range map[string]struct {
		event RollEvent
		field string
	}{
		"somebody who is not on the list":  {RollEvent{Sequence: 2, At: v.now, HouseholdID: 999_999, Status: "refused"}, "household_id"},
		"a status that there is not":       {RollEvent{Sequence: 3, At: v.now, HouseholdID: households[0], Status: "gone"}, "status"},
		"a shelter that there is not":      {RollEvent{Sequence: 4, At: v.now, HouseholdID: households[0], Status: "sheltered", ShelterID: 77}, "shelter_id"},
		"a return before the lifting":      {RollEvent{Sequence: 5, At: v.now, HouseholdID: households[0], Status: "returned"}, "status"},
		"no moment":                        {RollEvent{Sequence: 6, HouseholdID: households[0], Status: "refused"}, "at"},
		"a household and extra people":     {RollEvent{Sequence: 7, At: v.now, HouseholdID: households[0], Extra: &Extra{2, "500152001001001"}, Status: "sheltered"}, "household_id"},
		"extra people of another district": {RollEvent{Sequence: 8, At: v.now, Extra: &Extra{2, "110101001001001"}, Status: "sheltered"}, "extra.grid"},
		"a note with a line break in it":   {RollEvent{Sequence: 9, At: v.now, HouseholdID: households[0], Status: "refused", Note: "a\nb"}, "note"},
		"a sequence below zero":            {RollEvent{Sequence: -1, At: v.now, HouseholdID: households[0], Status: "refused"}, "sequence"},
	} {
		t.Run(name, func(t *testing.T) {
			good.Sequence += 100
			a := v.posts(id, "phone", c.event, good)
			if a.Accepted != 1 || len(a.Refused) != 1 || a.Refused[0].Field != c.field {
				t.Errorf("got %+v, want one accepted and one refused for %s", a, c.field)
			}
		})
	}
}

func TestWhoHasLeftIsNotSentElsewhere(t *testing.T) {
	v := newValley(t)
	id, households := v.moving()
	at := v.peek(id).places[households[0]]
	other := int64(1)
	if at.ShelterID == 1 {
		other = 2
	}
	v.posts(id, "phone", RollEvent{Sequence: 1, At: v.now, HouseholdID: households[0], Status: "sheltered", ShelterID: other})
	v.now = v.now.Add(time.Hour)
	v.reads(202, 240, 9*time.Hour)
	v.approves(id)
	if got := v.peek(id).places[households[0]].ShelterID; got != at.ShelterID && got != other {
		t.Errorf("got shelter %d, want %d, where they are, or %d, where they were told to go", got, other, at.ShelterID)
	}
	loads, err := v.Shelters(v.ctx(), leader(), id, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range loads {
		if s.ID == other && s.Arrived != householdPersons {
			t.Errorf("got %d who arrived, want %d", s.Arrived, householdPersons)
		}
	}
}

func TestSilenceGoesToTheDeputyThenTheTown(t *testing.T) {
	v := newValley(t)
	id, _ := v.moving()
	grids := []string{fixture.GridCode(fixture.A1, 1), fixture.GridCode(fixture.A1, 2)}
	if _, err := v.Order(v.ctx(), leader(), v.key(), id, NewOrders{Grids: grids, Kind: "move"}); err != nil {
		t.Fatal(err)
	}
	standing := func() (out []string) {
		v.looks()
		list, err := v.Orders(v.ctx(), leader(), id, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range list {
			out = append(out, o.Grid+" "+o.State+" "+o.Escalated)
		}
		return out
	}
	list, _ := v.Orders(v.ctx(), leader(), id, nil)
	if _, err := v.Answer(v.ctx(), leader(), v.key(), id, list[1].ID, Answering{State: "received"}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		after time.Duration
		want  string
	}{{4 * time.Minute, "none"}, {2 * time.Minute, "deputy"}, {5 * time.Minute, "town"}} {
		v.now = v.now.Add(c.after)
		want := []string{list[0].Grid + " sent " + c.want, list[1].Grid + " received none"}
		if got := standing(); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("after %s more: got %v, want %v", c.after, got, want)
		}
	}
	v.looks()
	lines, err := v.Service.Log(v.ctx(), leader(), id, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	escalated := 0
	for _, l := range lines {
		if l.Kind == "escalated" {
			escalated++
		}
	}
	if escalated != 2 {
		t.Errorf("got %d escalations in the log, want 2, each once", escalated)
	}
}

func TestAnEvacuationIsNotClosedWhileSomebodyIsMissing(t *testing.T) {
	v := newValley(t)
	id, households := v.moving()
	if _, err := v.Close(v.ctx(), leader(), v.key(), id); data.CodeOf(err) != data.Conflict {
		t.Fatalf("got %v, want a conflict", err)
	}
	var events []RollEvent
	for i, h := range households {
		events = append(events, RollEvent{Sequence: int64(i), At: v.now, HouseholdID: h, Status: "with_relatives"})
	}
	if a := v.posts(id, "phone", events...); a.Identity.Unaccounted != 0 {
		t.Fatalf("got %+v, want nobody unaccounted for", a.Identity)
	}
	if _, err := v.Close(v.ctx(), leader(), v.key(), id); err != nil {
		t.Fatal(err)
	}
	if late := v.posts(id, "late-phone", RollEvent{Sequence: 1, At: v.now, HouseholdID: households[0], Status: "sheltered", ShelterID: 1}); late.Accepted != 1 {
		t.Errorf("got %+v: what the field says late is kept", late)
	}
	if st := v.state(id); st.ClosedAt == nil || st.ClockRate != 0 {
		t.Errorf("got %+v, want it closed and its clock standing", st.Head)
	}
}

func TestDevicesThatDisagreeAreLeftToAPerson(t *testing.T) {
	v := newValley(t)
	id, households := v.moving()
	v.posts(id, "one", RollEvent{Sequence: 1, At: v.now, HouseholdID: households[0], Status: "sheltered", ShelterID: 1})
	v.posts(id, "two", RollEvent{Sequence: 1, At: v.now.Add(time.Minute), HouseholdID: households[0], Status: "refused"})
	list, err := v.Contradictions(v.ctx(), leader(), id)
	if err != nil || len(list) != 1 || len(list[0].Claims) != 2 {
		t.Fatalf("got %+v, %v; want one with two claims", list, err)
	}
	if _, err := v.Decide(v.ctx(), leader(), v.key(), id, list[0].ID, Decision{Status: "sheltered", Note: "电话核实"}); err != nil {
		t.Fatal(err)
	}
	if list, _ = v.Contradictions(v.ctx(), leader(), id); len(list) != 0 {
		t.Errorf("got %+v after the decision, want none", list)
	}
	if st := v.state(id); st.Identity.Sheltered != householdPersons {
		t.Errorf("got %+v, want %d sheltered", st.Identity, householdPersons)
	}
}
