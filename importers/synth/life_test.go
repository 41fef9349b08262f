package synth

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"gridmap/data"
)

func lifeOf(tb testing.TB, d *District, p Assignment) *Life {
	tb.Helper()
	l, err := NewLife(context.Background(), d, p)
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

// collect reads a sequence whose ids run from 1 without a gap.
func collect[T any](t *testing.T, what string, all iter.Seq[T], id func(T) int64) []T {
	t.Helper()
	var out []T
	for v := range all {
		if out = append(out, v); id(v) != int64(len(out)) {
			t.Fatalf("%s %+v: want id %d", what, v, len(out))
		}
	}
	if len(out) == 0 {
		t.Fatalf("no %s", what)
	}
	return out
}

func TestCasesKeepTheRulesOfTheTable(t *testing.T) {
	d := smallDistrict(t)
	p := presentOf(d)
	l, now := lifeOf(t, d, p), d.Options.Now
	inGrid := map[int64]GridRef{}
	for _, g := range p.Grids {
		inGrid[g.ID] = g
	}
	types := map[string]data.CaseType{}
	for _, c := range l.CaseTypes {
		if types[c.Code].Code != "" || c.LimitHours < 1 {
			t.Fatalf("case type %+v: the code twice or no limit", c)
		}
		types[c.Code] = c
	}
	numbers := map[string]bool{}
	last := time.Time{}
	for _, c := range collect(t, "case", l.Cases(), func(c data.Case) int64 { return c.ID }) {
		kind, b := types[c.TypeCode], d.Buildings[c.BuildingID-1]
		g := inGrid[c.GridID]
		for rule, holds := range map[string]bool{
			"opened in order, by now":        !c.OpenedAt.Before(last) && !c.OpenedAt.After(now),
			"opened within two years":        c.OpenedAt.After(now.AddDate(0, 0, -caseDays-1)),
			"step after opening":             !c.StepAt.Before(c.OpenedAt) && !c.StepAt.After(now),
			"due by the limit":               c.DueAt.Equal(c.OpenedAt.Add(time.Duration(kind.LimitHours) * time.Hour)),
			"closed after opening, by now":   c.ClosedAt.IsZero() || !c.ClosedAt.Before(c.OpenedAt) && !c.ClosedAt.After(now) && c.ClosedAt.Equal(c.StepAt),
			"closed at the step rate":        c.ClosedAt.IsZero() || c.Step == "rate",
			"rated when closed":              c.Rating == 0 || !c.ClosedAt.IsZero() && c.Rating <= 5,
			"no whistle waits when closed":   c.ClosedAt.IsZero() || !c.Whistle,
			"the number once":                !numbers[c.Number] && strings.HasPrefix(c.Number, fmt.Sprint(c.OpenedAt.Year())),
			"the board of its type":          c.Board == kind.Board,
			"in the grid of its building":    p.Grids[p.Buildings[b.ID-1].Grid].ID == c.GridID && c.CommunityCode == g.CommunityCode && c.TownCode == g.CommunityCode[:9]+"000",
			"the team of its grid":           p.Grids[c.TeamID-1].ID == c.GridID,
			"title and text":                 strings.HasPrefix(c.Title, kind.Name+" · ") && c.Description != "",
			"the micro-grid of its building": c.MicrogridID == p.Buildings[b.ID-1].Microgrid,
			"within ten metres of the house": b.Geom.Bound().Pad(.0001).Contains(c.Geom),
			"marked synthetic":               c.Source == Source && c.Version >= 1,
		} {
			if !holds {
				t.Fatalf("case %+v breaks the rule: %s", c, rule)
			}
		}
		numbers[c.Number], last = true, c.OpenedAt
	}
}

func TestTheStepLogEndsWhereTheCaseStands(t *testing.T) {
	d := smallDistrict(t)
	l := lifeOf(t, d, presentOf(d))
	cases := slices.Collect(l.Cases())
	order, levels := stepNames(), levelNames()
	var last data.CaseStep
	rows := 0
	check := func() {
		c := cases[last.CaseID-1]
		if last.Step != c.Step || last.Level != c.Level || last.Seq != c.Version || !c.ClosedAt.IsZero() && !last.At.Equal(c.ClosedAt) {
			t.Fatalf("the log ends with %+v, the case is %+v", last, c)
		}
	}
	for s := range l.CaseSteps() {
		rows++
		if s.CaseID != last.CaseID {
			if last.CaseID != 0 {
				check()
			}
			c := cases[s.CaseID-1]
			if s.CaseID != last.CaseID+1 || s.Seq != 1 || s.Step != "order" || !s.At.Equal(c.OpenedAt) {
				t.Fatalf("the log of %+v begins with %+v", c, s)
			}
		} else {
			step := slices.Index(order[:], s.Step) - slices.Index(order[:], last.Step)
			level := slices.Index(levels[:], s.Level) - slices.Index(levels[:], last.Level)
			closing := s.Step == "rate"
			if s.Seq != last.Seq+1 || s.At.Before(last.At) || step < 0 || step > 1 && !closing || level < 0 || level > 1 {
				t.Fatalf("%+v follows %+v", s, last)
			}
		}
		if s.Actor == "" || s.Remark == "" {
			t.Fatalf("%+v says nothing", s)
		}
		last = s
	}
	check()
	if last.CaseID != int64(len(cases)) {
		t.Errorf("the log ends with case %d of %d", last.CaseID, len(cases))
	}
	if per := float64(rows) / float64(len(cases)); per < 5.5 || per > 7 {
		t.Errorf("%.2f rows a case, want about 6", per)
	}
}

func TestCasesAreSpreadAsAsked(t *testing.T) {
	d := smallDistrict(t)
	l, now := lifeOf(t, d, presentOf(d)), d.Options.Now
	n := map[string]float64{}
	byHour, byGrid := map[int]int{}, map[int64]int{}
	all, open := 0.0, 0.0
	for c := range l.Cases() {
		all++
		n[c.Level]++
		byHour[c.OpenedAt.In(zone()).Hour()]++
		byGrid[c.GridID]++
		n["board "+c.Board]++
		if c.Rating >= 4 {
			n["good"]++
		}
		if !c.ClosedAt.IsZero() {
			if c.ClosedAt.After(c.DueAt) {
				n["closed late"]++
			}
			continue
		}
		open++
		n["open "+c.Step]++
		n[data.CaseState(now, &c)]++
		if c.Whistle {
			n["whistle"]++
		}
	}
	if all != 8400 {
		t.Errorf("got %v cases, want 8400", all)
	}
	busiest := slices.Sorted(func(yield func(int) bool) {
		for _, v := range byGrid {
			yield(v)
		}
	})
	top := 0
	for _, v := range busiest[len(busiest)*9/10:] {
		top += v
	}
	for _, c := range []struct {
		name        string
		got, lo, hi float64
	}{
		{"grid level", n["grid"] / all, .81, .83}, {"community level", n["community"] / all, .11, .13},
		{"town level", n["town"] / all, .045, .055}, {"district level", n["district"] / all, .008, .012},
		{"open", open, 80, 120}, {"open ones overdue", n["overdue"] / open, .02, .15}, {"open ones due soon", n["due_soon"] / open, .05, .20},
		{"closed late", n["closed late"] / (all - open), .02, .15}, {"ratings of 4 and 5", n["good"] / (all - open), .75, .95},
		{"noon of the morning peak", float64(byHour[13]) / float64(byHour[10]), .2, .6}, {"night of the morning peak", float64(byHour[3]) / float64(byHour[10]), 0, .05},
		{"share of the busiest tenth of grids", float64(top) / all, .15, .95},
		{"party", n["board party"] / all, .02, .12}, {"economy", n["board economy"] / all, .03, .2},
		{"livelihood", n["board livelihood"] / all, .4, .75}, {"safety", n["board safety"] / all, .15, .4},
		{"waiting whistles", n["whistle"], 0, 60},
	} {
		t.Logf("%s: %.4f", c.name, c.got)
		if c.got < c.lo || c.got > c.hi {
			t.Errorf("%s: got %.4f, want %.3f to %.3f", c.name, c.got, c.lo, c.hi)
		}
	}
	for _, step := range stepNames() {
		t.Logf("open at %s: %.3f", step, n["open "+step]/open)
		if n["open "+step] < 1 {
			t.Errorf("%v of %v open cases are at %s, want a hundredth and more", n["open "+step], open, step)
		}
	}
}

func TestWhistlesCallDepartmentsAndGoWithTheirCases(t *testing.T) {
	d := smallDistrict(t)
	l := lifeOf(t, d, presentOf(d))
	kinds := map[int64]string{}
	for _, o := range d.Organisations {
		kinds[o.ID] = o.Kind
	}
	cases, waiting := slices.Collect(l.Cases()), map[int64]bool{}
	for _, w := range collect(t, "whistle", l.Whistles(), func(w data.Whistle) int64 { return w.ID }) {
		c := cases[w.CaseID-1]
		if kinds[w.DepartmentID] != "department" || w.BlownAt.Before(c.OpenedAt) || !w.ArrivedAt.IsZero() && w.ArrivedAt.Before(w.BlownAt) {
			t.Fatalf("%+v does not go with %+v", w, c)
		}
		if w.ArrivedAt.IsZero() {
			waiting[c.ID] = true
		}
	}
	for _, c := range cases {
		if c.Whistle != waiting[c.ID] {
			t.Fatalf("a whistle of %+v waits: %v", c, waiting[c.ID])
		}
	}
}

func TestEveryTypeOfCaseHasItsDepartment(t *testing.T) {
	ids := smallDistrict(t).departmentIDs()
	for _, k := range caseTypes() {
		if ids[k.department] == 0 {
			t.Errorf("%s is answered by %s, which is no department", k.Name, k.department)
		}
	}
}

func TestHomeServicesAreSeventyFiveDifferentOnes(t *testing.T) {
	names := map[string]bool{}
	for _, s := range homeServices() {
		names[s.name] = true
	}
	if len(names) != PublishedServices {
		t.Errorf("got %d, want %d", len(names), PublishedServices)
	}
}

func TestEveryIteratorCanBeLeft(t *testing.T) {
	d := smallDistrict(t)
	l := lifeOf(t, d, presentOf(d))
	leave(d.Stairwells())
	leave(d.Rooms())
	leave(d.Households())
	leave(d.People())
	leave(l.Cases())
	leave(l.CaseSteps())
	leave(l.Whistles())
	leave(d.CaseStream(1))
}

// leave stops after the first value; the runtime panics when the iterator goes on.
func leave[T any](all iter.Seq[T]) {
	for range all {
		break
	}
}

func TestDrawingFollowsTheWeights(t *testing.T) {
	weights := []float64{0, 1, 3, 6}
	keep, alias := aliasTable(weights)
	s := spots{building: make([]int32, 4), keep: keep, alias: alias}
	l := newLadder(weights...)
	d := throw(1, 2, 3)
	var byAlias, byLadder [4]float64
	const n = 200_000
	for range n {
		byAlias[s.draw(&d)] += 10.0 / n
		byLadder[l.draw(&d)] += 10.0 / n
	}
	for i, w := range weights {
		if math.Abs(byAlias[i]-w) > .05 || math.Abs(byLadder[i]-w) > .05 {
			t.Errorf("rung %d of weight %v came %.3f times by alias, %.3f by ladder", i, w, byAlias[i], byLadder[i])
		}
	}
}

func BenchmarkCases(b *testing.B) {
	d, err := small()
	if err != nil {
		b.Fatal(err)
	}
	p := presentOf(d)
	for b.Loop() {
		l := lifeOf(b, d, p)
		n := 0
		for range l.Cases() {
			n++
		}
		for range l.CaseSteps() {
			n++
		}
		for range l.Whistles() {
			n++
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/row")
	}
}
