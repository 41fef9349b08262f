package evacuation

import (
	"testing"
	"time"

	"gridmap/data"
	"gridmap/data/testdb/fixture"
)

// classesOf are the classes of the fixture's buildings, by code.
func (v *valley) classesOf(id int64) map[int64]Class {
	v.Helper()
	c, err := v.Buildings(v.ctx(), leader(), id, nil)
	if err != nil {
		v.Fatal(err)
	}
	out := map[int64]Class{}
	for i, b := range c.ID {
		out[b] = c.Class[i]
	}
	return out
}

// The gauge at 105.83 stands over a bed of 198.8 m; the lower buildings stand some
// 9 to 10 m above the river, so that a peak of 210 m reaches them and 35 m do not.
func TestARisingRiverSaysWhoMustGoAndByWhen(t *testing.T) {
	v := newValley(t)
	v.reads(200, 210, 10*time.Hour)
	id := v.opens()
	st, classes := v.state(id), v.classesOf(id)
	for i, b := range fixture.PlacesOf() {
		want := Unaffected
		switch {
		case i%2 == 0:
			want = WillBeWet
		case b.Code == "F04":
			want = CutOff
		}
		got, listed := classes[int64(101+i)]
		if !listed {
			got = Unaffected
		}
		if got != want {
			t.Errorf("building %s: got %s, want %s", b.Code, got, want)
		}
	}
	h := st.Headline
	if h.WillBeWet != 6 || h.CutOff != 1 || h.WetNow != 0 || h.Persons != 7*9 || h.Households != 7*3 {
		t.Errorf("got headline %+v, want 6 that will be wet, 1 cut off, 21 households and 63 people", h)
	}
	if st.Basis.Model != "interpolated" || st.Basis.ErrorM != 0.5 {
		t.Errorf("got basis %+v, want an interpolated surface and an error of 0.5 m", st.Basis)
	}
	c, err := v.Buildings(v.ctx(), leader(), id, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range c.ID {
		// The stage rises by a metre an hour, from 1.2 m.
		want := v.now.Add(time.Duration((c.ThresholdM[i] - 1.2) * float64(time.Hour))).Add(-3 * time.Hour)
		if got := c.Deadline[i]; c.Class[i] == WillBeWet && (got == nil || got.Sub(want).Abs() > 5*time.Minute) {
			t.Errorf("building %d with threshold %g m: got deadline %v, want about %s", c.ID[i], c.ThresholdM[i], got, want)
		}
	}
	if h.LastSafeDeparture == nil {
		t.Error("got no last safe departure for a building whose only road shuts")
	}
}

func TestAProposalKeepsHouseholdsWholeAndSaysWhatIsMissing(t *testing.T) {
	v := newValley(t)
	v.exec(`update shelters set capacity = 20 where id = 2`)
	v.reads(200, 210, 10*time.Hour)
	id := v.opens()
	p := v.state(id).Proposal
	if p == nil {
		t.Fatal("got no proposal")
	}
	// 40 and 20 beds hold 13 and 6 households of three: 19 of 21.
	if !p.Certified || p.Households != 21 || p.Persons != 63 {
		t.Errorf("got %d households, %d people, certified %t; want 21, 63, true", p.Households, p.Persons, p.Certified)
	}
	if p.Shortage == nil || p.Shortage.Missing != 6 || p.Shortage.BedsReachable != 60 {
		t.Fatalf("got shortage %+v, want 6 without a bed and 60 beds within reach", p.Shortage)
	}
	for _, s := range p.Shelters {
		if (s.ID == 3) != (s.Capacity == nil) || s.ID >= 3 && s.Assigned > 0 {
			t.Errorf("got shelter %+v: an unknown capacity is not zero, and neither it nor the wet one is used", s)
		}
		if (s.ID == 4) != s.Wet {
			t.Errorf("got shelter %d wet %t", s.ID, s.Wet)
		}
	}
	if len(p.Doubts) < 3 {
		t.Errorf("got doubts %v, want the unknown shelter, the wet one and the household that fits nowhere", p.Doubts)
	}
}

func TestWhatWasApprovedStandsUntilADifferenceIsConfirmed(t *testing.T) {
	v := newValley(t)
	v.reads(200, 209, 10*time.Hour)
	id := v.opens()
	v.approves(id)
	st := v.state(id)
	if st.Plan == nil || st.Plan.Version != 1 || st.Proposal != nil {
		t.Fatalf("got plan %+v and proposal %+v, want plan 1 and nothing to confirm", st.Plan, st.Proposal)
	}
	listed := st.Identity.Listed
	if listed == 0 || st.Identity.Unaccounted != listed {
		t.Fatalf("got identity %+v, want everybody unaccounted for", st.Identity)
	}
	v.now = v.now.Add(time.Hour)
	v.reads(202, 240, 9*time.Hour)
	st = v.state(id)
	if st.Proposal == nil || st.Proposal.First || st.Proposal.BuildingsAdded == 0 {
		t.Fatalf("got proposal %+v, want buildings more than plan 1 has", st.Proposal)
	}
	if _, err := v.Approve(v.ctx(), leader(), v.key(), id, Approval{Basis: "another"}); data.CodeOf(err) != data.Stale {
		t.Errorf("got %v for an approval of something else, want stale", err)
	}
	if st = v.state(id); st.Plan.Version != 1 || st.Identity.Listed != listed {
		t.Errorf("got plan %d with %d on the list, want plan 1 with %d", st.Plan.Version, st.Identity.Listed, listed)
	}
	v.approves(id)
	if st = v.state(id); st.Plan.Version != 2 || st.Identity.Listed <= listed {
		t.Errorf("got plan %d with %d on the list, want plan 2 with more than %d", st.Plan.Version, st.Identity.Listed, listed)
	}
}

func TestThePastIsShownAsItWas(t *testing.T) {
	v := newValley(t)
	v.reads(200, 209, 10*time.Hour)
	id := v.opens()
	v.now = v.now.Add(10 * time.Minute)
	v.looks()
	v.approves(id)
	before := start().Add(5 * time.Minute)
	v.now = v.now.Add(30 * time.Minute)
	st, err := v.State(v.ctx(), leader(), id, &before)
	if err != nil {
		t.Fatal(err)
	}
	if st.Plan != nil || st.Identity.Listed != 0 || st.Proposal == nil {
		t.Errorf("got plan %+v and %d on the list before the approval, want none and a proposal", st.Plan, st.Identity.Listed)
	}
	future := v.now.Add(time.Hour)
	if _, err := v.State(v.ctx(), leader(), id, &future); data.CodeOf(err) != data.Invalid {
		t.Errorf("got %v for the future, want invalid", err)
	}
}

func TestTheProposalThatWasLookedAtIsApprovedThoughTheGaugeWentOn(t *testing.T) {
	v := newValley(t)
	v.reads(200, 209, 10*time.Hour)
	id := v.opens()
	looked := v.state(id).Proposal
	v.now = v.now.Add(time.Hour)
	v.reads(202, 240, 9*time.Hour)
	if now := v.state(id).Proposal; now.Basis == looked.Basis {
		t.Fatal("the higher forecast made no other proposal")
	}
	if _, err := v.Approve(v.ctx(), leader(), v.key(), id, Approval{Basis: looked.Basis}); err != nil {
		t.Fatal(err)
	}
	st := v.state(id)
	if st.Identity.Listed != int(looked.Persons) || st.Proposal == nil || st.Proposal.First {
		t.Errorf("got %d on the list and proposal %+v, want the %d that were looked at and the rest to confirm", st.Identity.Listed, st.Proposal, looked.Persons)
	}
	if _, err := v.Approve(v.ctx(), leader(), v.key(), id, Approval{Basis: looked.Basis}); data.CodeOf(err) != data.Stale {
		t.Errorf("got %v for the same once more, want stale: another plan stands", err)
	}
}
