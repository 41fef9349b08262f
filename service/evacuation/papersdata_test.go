package evacuation

import (
	"bytes"
	"context"
	"testing"
	"time"

	"gridmap/data"
	"gridmap/data/testdb/fixture"
)

func (v *valley) paperwork(by data.Actor, id int64, ask PaperAsk) *Paperwork {
	v.Helper()
	w, err := v.Paperwork(data.WithActor(context.Background(), by), by, id, nil, ask)
	if err != nil {
		v.Fatal(err)
	}
	return w
}

// homesOf counts households by id.
func homesOf(w *Paperwork) map[int64]int {
	out := map[int64]int{}
	for _, g := range w.Grids {
		for _, list := range g.Homes {
			for _, h := range list {
				out[h.HouseholdID]++
			}
		}
	}
	return out
}

func TestPaperworkHasEverybodyOnTheListOnceAndTheSumsOfTheScreen(t *testing.T) {
	v := newValley(t)
	id, households := v.moving()
	v.posts(id, "phone", RollEvent{Sequence: 1, At: v.now, HouseholdID: households[0], Status: "sheltered", ShelterID: 1}, RollEvent{Sequence: 2, At: v.now, HouseholdID: households[1], Status: "refused"})
	w := v.paperwork(leader(), id, PaperAsk{Land: true, History: true})
	homes := homesOf(w)
	for _, h := range households {
		if homes[h] != 1 {
			t.Errorf("household %d is there %d times, want once", h, homes[h])
		}
	}
	places := v.peek(id).places
	for _, g := range w.Grids {
		listed := 0
		for _, list := range g.Homes {
			for _, h := range list {
				p, ok := places[h.HouseholdID]
				if ok {
					listed += h.Persons
				}
				if h.Shelter != p.ShelterID || h.Means != p.Means {
					t.Errorf("household %d goes to %d by %q, want %d by %q", h.HouseholdID, h.Shelter, h.Means, p.ShelterID, p.Means)
				}
			}
		}
		if listed != g.Identity.Listed {
			t.Errorf("grid %s has %d people on the list, its identity %d", g.Grid, listed, g.Identity.Listed)
		}
		if len(w.Land.Grids[g.Grid]) == 0 {
			t.Errorf("grid %s has no outline", g.Grid)
		}
	}
	if last := w.Course[len(w.Course)-1]; last.Identity != w.State.Identity || !last.At.Equal(w.State.Now) {
		t.Errorf("the last of the two-hourly numbers is %+v, want %+v", last, w.State.Identity)
	}
	if w.State.Identity.Sheltered != householdPersons || w.State.Identity.Refused != householdPersons {
		t.Errorf("the roll says %+v", w.State.Identity)
	}
	if len(w.Land.Wet) == 0 || len(w.Log) == 0 || len(w.Gauges) == 0 || len(w.Shelters) != 4 {
		t.Errorf("got %d wet pieces, %d lines of the log, %d gauges, %d shelters", len(w.Land.Wet), len(w.Log), len(w.Gauges), len(w.Shelters))
	}
}

func TestWhoIsOnTheListStaysOnPaperWhenTheWaterStaysAway(t *testing.T) {
	v := newValley(t)
	id, households := v.moving()
	v.now = v.now.Add(time.Hour)
	v.reads(199, 199.5, 5*time.Hour)
	v.looks()
	homes := homesOf(v.paperwork(leader(), id, PaperAsk{}))
	for _, h := range households {
		if homes[h] != 1 {
			t.Errorf("household %d is there %d times, want once", h, homes[h])
		}
	}
}

func TestPaperworkEndsAtTheScope(t *testing.T) {
	v := newValley(t)
	id, _ := v.moving()
	west := data.Actor{Account: "west", Role: "operator", ScopeCode: fixture.West}
	all, part := v.paperwork(leader(), id, PaperAsk{}), v.paperwork(west, id, PaperAsk{})
	inside := 0
	for _, g := range all.Grids {
		if west.Covers(g.Grid) {
			inside++
		}
	}
	if len(part.Grids) != inside || inside == len(all.Grids) {
		t.Errorf("West gets %d grids, want %d of %d", len(part.Grids), inside, len(all.Grids))
	}
	for _, g := range part.Grids {
		if !west.Covers(g.Grid) {
			t.Errorf("West gets %s", g.Grid)
		}
	}
	_, err := v.Paperwork(data.WithActor(context.Background(), west), west, id, nil, PaperAsk{Grid: fixture.GridCode(fixture.B1, 1)})
	if data.CodeOf(err) != data.Forbidden {
		t.Errorf("a grid of East: got %v, want %s", err, data.Forbidden)
	}
}

func TestNamesAreReadOnlyWhenAskedForAndNoted(t *testing.T) {
	v := newValley(t)
	id, households := v.moving()
	sealer, err := data.NewSealer(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	v.exec(`insert into people (id, household_id, sealed, number_hash, sex, birth_year, source) values (7001, $1, $2, $3, 'F', 1950, 'test')`,
		households[0], sealer.Seal("people", 7001, "欧阳小河", "500152195001010000", "13800000000"), sealer.Hash("500152195001010000"))
	noted := func() (n int) {
		if err := v.pool.QueryRow(context.Background(), `select count(*) from audit where action = 'people.rollcall'`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	label := func(w *Paperwork) (found string) {
		for _, g := range w.Grids {
			for _, list := range g.Homes {
				for _, h := range list {
					if h.HouseholdID == households[0] {
						found = h.Label
					}
				}
			}
		}
		return found
	}
	before := noted()
	if got := label(v.paperwork(leader(), id, PaperAsk{})); got != "" || noted() != before {
		t.Errorf("without being asked for: got the label %q and %d lines of the audit log", got, noted()-before)
	}
	if got, want := label(v.paperwork(leader(), id, PaperAsk{Names: true})), data.MaskName("欧阳小河")+" · 76岁"; got != want || noted() == before {
		t.Errorf("got the label %q and %d lines of the audit log, want %q, noted", got, noted()-before, want)
	}
}
