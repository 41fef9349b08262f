package synth

import (
	"context"
	"math"
	"strings"
	"testing"

	"gridmap/data"
	"gridmap/geo"
)

func TestHousesStandOnGroundOfTheirOwn(t *testing.T) {
	d := smallDistrict(t)
	roads := newNearness(100)
	for _, b := range d.Barriers {
		if b.Kind == "arterial" {
			roads.addLine(b.Line, 0, 0)
		}
	}
	cells := map[[2]int32][]int{}
	for i, f := range d.Footprints {
		k := blockCell(f[0][0])
		cells[k] = append(cells[k], i)
		for _, p := range f[0] {
			if !inPolygons(d.Community(int64(i+1)).Outline, p) {
				t.Fatalf("building %d reaches out of %s", i+1, d.Community(int64(i+1)).Name)
			}
			if c := d.Terrain.rivers.clear(p, 50); c < 0 {
				t.Fatalf("building %d stands %.1f m deep in a river", i+1, -c)
			}
			if c := roads.clear(p, 50); c < 5 {
				t.Fatalf("building %d stands %.1f m from the middle of a main road", i+1, c)
			}
		}
	}
	for _, list := range cells {
		for a, i := range list {
			for _, j := range list[a+1:] {
				for _, p := range d.Footprints[i][0] {
					if inRing(d.Footprints[j][0], p) {
						t.Fatalf("buildings %d and %d overlap", i+1, j+1)
					}
				}
			}
		}
	}
}

func TestHomesAddUp(t *testing.T) {
	d := smallDistrict(t)
	households, persons := 0, 0
	for i := range d.Buildings {
		b := &d.Buildings[i]
		in := 0
		for _, stair := range d.Dwellings(b.ID) {
			for _, n := range stair {
				in += n
			}
		}
		if in != b.Households {
			t.Fatalf("the dwellings of building %d hold %d households, want %d", b.ID, in, b.Households)
		}
		households += b.Households
		persons += b.Persons
	}
	stairwells, rooms, told, people := map[int64]bool{}, map[int64]data.Room{}, 0, 0
	for s := range d.Stairwells() {
		stairwells[s.ID] = true
	}
	seen := map[data.Room]bool{}
	for r := range d.Rooms() {
		rooms[r.ID] = r
		key := data.Room{StairwellID: r.StairwellID, Number: r.Number}
		if seen[key] || !stairwells[r.StairwellID] || r.Floor < 1 {
			t.Fatalf("room %+v is doubled, in no stairwell or on no floor", r)
		}
		seen[key] = true
	}
	for h := range d.Households() {
		told++
		if _, ok := rooms[h.RoomID]; !ok {
			t.Fatalf("household %d lives in the unknown room %d", h.ID, h.RoomID)
		}
	}
	for p := range d.People() {
		people++
		if p.HouseholdID < 1 || int(p.HouseholdID) > told || p.Name == "" || len(p.Number) != 18 {
			t.Fatalf("person %+v has no home, name or number", p)
		}
	}
	if told != households || told != 5240 {
		t.Errorf("got %d households told and %d in buildings, want 5240", told, households)
	}
	if people != persons || people != 13622 {
		t.Errorf("got %d people told and %d in buildings, want 13622", people, persons)
	}
}

func TestEverythingIsLabelledSynthetic(t *testing.T) {
	d := smallDistrict(t)
	for name, sources := range map[string][]string{
		"divisions": each(d.Divisions, func(v data.Division) string { return v.Source }),
		"buildings": each(d.Buildings, func(v data.Building) string { return v.Source }),
		"roads":     each(d.Roads, func(v data.Road) string { return v.Source }),
		"water":     each(d.Water, func(v data.Water) string { return v.Source }),
		"land":      each(d.Land, func(v data.Land) string { return v.Source }),
		"readings":  each(d.Readings, func(v data.Reading) string { return v.Source }),
		"shelters":  each(d.Shelters, func(v data.Shelter) string { return v.Source }),
	} {
		if len(sources) == 0 {
			t.Errorf("there are no %s", name)
		}
		for _, s := range sources {
			if s != Source {
				t.Errorf("%s have the source %q, want %q", name, s, Source)
				break
			}
		}
	}
}

func each[T any](list []T, f func(T) string) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = f(v)
	}
	return out
}

func TestTerrainHasWaterBelowItsBanks(t *testing.T) {
	d := smallDistrict(t)
	for k := range d.Terrain.list {
		rv := &d.Terrain.list[k]
		for i := 20; i+20 < len(rv.line); i += 40 {
			bed := d.Terrain.ElevationM(geo.Metres{E: rv.line[i][0], N: rv.line[i][1]})
			side := offset(rv.line[i], normal(rv.line, i), rv.halfM[i]+70)
			bank := d.Terrain.ElevationM(geo.Metres{E: side[0], N: side[1]})
			if math.IsNaN(bed) || bed > rv.levelM[i]+1.5 {
				t.Errorf("%s at vertex %d has its bed at %.1f m, above its water at %.1f", rv.name, i, bed, rv.levelM[i])
			}
			if clear := d.Terrain.rivers.clear(side, 60); clear > 40 && bank < bed+1 {
				t.Errorf("%s at vertex %d has its bank at %.1f m, not above its bed at %.1f", rv.name, i, bank, bed)
			}
		}
	}
}

func TestBridgesSpanRivers(t *testing.T) {
	d := smallDistrict(t)
	bridges := 0
	for _, r := range d.Roads {
		if !r.Bridge {
			continue
		}
		bridges++
		if !(r.DeckM > 225 && r.DeckM < 320) {
			t.Errorf("bridge %d has its deck at %.1f m", r.ID, r.DeckM)
		}
	}
	if bridges < 20 {
		t.Errorf("got %d bridges, want more than 20", bridges)
	}
}

func TestLifeAtSmallScale(t *testing.T) {
	d := smallDistrict(t)
	l, err := NewLife(context.Background(), d, presentOf(d))
	if err != nil {
		t.Fatal(err)
	}
	now := d.Options.Now
	open, cases := map[string]int{}, 0
	steps := map[int64]int{}
	for s := range l.CaseSteps() {
		if steps[s.CaseID]++; s.Seq != steps[s.CaseID] || s.At.After(now) {
			t.Fatalf("step %+v is out of order or after now", s)
		}
	}
	var before data.Case
	for c := range l.Cases() {
		cases++
		closed := !c.ClosedAt.IsZero()
		switch {
		case c.OpenedAt.Before(before.OpenedAt), c.OpenedAt.After(now), c.StepAt.Before(c.OpenedAt), c.ClosedAt.After(now),
			closed && (c.Step != "rate" || c.ClosedAt.Before(c.StepAt)), c.Rating > 0 && !closed, steps[c.ID] == 0, strings.TrimSpace(c.Title) == "":
			t.Fatalf("case %+v contradicts itself", c)
		}
		if !closed {
			open[data.CaseState(now, &c)]++
		}
		before = c
	}
	if cases != 8400 {
		t.Errorf("got %d cases, want 8400", cases)
	}
	for _, state := range []string{data.StateOpen, data.StateInHand, data.StateOverdue} {
		if open[state] == 0 {
			t.Errorf("no open case is %s: %v", state, open)
		}
	}
	branches := 0
	for _, o := range l.Organisations {
		if o.Kind == "party_branch" {
			branches++
		}
	}
	if len(l.Teams) != len(l.Organisations) || branches == 0 || len(l.Items) != PublishedServices {
		t.Errorf("got %d teams, %d party units (%d branches), %d services", len(l.Teams), len(l.Organisations), branches, len(l.Items))
	}
}

func TestStreamGivesCasesThatCanBeOpened(t *testing.T) {
	d := smallDistrict(t)
	types := map[string]bool{}
	for _, k := range CaseTypes() {
		types[k.Code] = true
	}
	n := 0
	for c := range d.CaseStream(1) {
		if n++; n > 500 {
			break
		}
		m := metres(c.Place[0], c.Place[1])
		if !types[c.TypeCode] || !inRing(d.outline, m) || c.Title == "" {
			t.Fatalf("got the case %+v, which nobody can open", c)
		}
	}
}

func TestPublishedScale(t *testing.T) {
	if testing.Short() {
		t.Skip("makes the whole district")
	}
	d, err := Geography(context.Background(), testOptions(1))
	if err != nil {
		t.Fatal(err)
	}
	households, persons, grids, micro := 0, 0, 0, 0
	for _, c := range d.Communities {
		households, persons, grids, micro = households+c.Households, persons+c.Persons, grids+c.Grids, micro+c.Microgrids
		if (c.Name == "龙潭社区" || c.Name == "井田社区") && c.Persons <= 20_000 {
			t.Errorf("%s has %d residents, want more than 20000", c.Name, c.Persons)
		}
	}
	if households != PublishedHouseholds || persons != PublishedResidents || grids != PublishedGrids || micro != PublishedMicrogrids {
		t.Errorf("got %d households, %d residents, %d grids, %d micro-grids", households, persons, grids, micro)
	}
	if n := len(d.Buildings); n < 110_000 || n > 170_000 {
		t.Errorf("got %d buildings, want about 120 to 160 thousand", n)
	}
	l, err := NewLife(context.Background(), d, presentOf(d))
	if err != nil {
		t.Fatal(err)
	}
	open, members, branches := 0, 0, 0
	for c := range l.Cases() {
		if c.ClosedAt.IsZero() {
			open++
		}
	}
	for _, g := range l.Groups {
		members += g.Members
	}
	for _, o := range l.Organisations {
		if o.Kind == "party_branch" {
			branches++
		}
	}
	if l.CaseCount() != PublishedCases || open < 4000 || open > 6500 {
		t.Errorf("got %d cases, %d of them open, want 420000 and about 5000", l.CaseCount(), open)
	}
	if len(l.Members) != PublishedMembers || len(l.Groups) != PublishedGroups || members != PublishedInGroups || branches != PublishedBranches {
		t.Errorf("got %d members, %d groups with %d residents, %d branches", len(l.Members), len(l.Groups), members, branches)
	}
}
