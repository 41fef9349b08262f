package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gridmap/data/testdb/fixture"
)

// digest is all that an operation could change.
func (p *planner) digest() (d string) {
	p.t.Helper()
	err := p.pool.QueryRow(p.t.Context(), `select md5(concat((select string_agg(x::text, '|' order by id) from plans x),
		(select string_agg(x::text, '|' order by id) from grids x), (select string_agg(x::text, '|' order by plan_id, seq) from plan_operations x),
		(select count(*) from plan_starts)))`).Scan(&d)
	if err != nil {
		p.t.Fatal(err)
	}
	return d
}

func TestABadOperationIsRefusedWithItsNameAndTheDraftIsUntouched(t *testing.T) {
	g1, g2 := fixture.GridCode(fixture.A1, 1), fixture.GridCode(fixture.A1, 2)
	split := func(line string) string { return fmt.Sprintf(`"kind":"split","grid":%q,"line":%s`, g1, line) }
	move := func(what string) string { return fmt.Sprintf(`"kind":"move","moves":[{%s,"to":%q}]`, what, g2) }
	cases := []struct {
		name, fields string
		status       int
		want         string // field of a 400, kind of the first blocker of a 422
	}{
		{"an unknown operation", `"kind":"explode"`, 400, "kind"},
		{"no kind", `"grid":"x"`, 400, "kind"},
		{"a field that is not known", `"kind":"undo","hurry":true`, 400, "hurry"},
		{"a field of another kind", fmt.Sprintf(`"kind":"lock","grid":%q,"name":"x"`, g1), 400, "name"},
		{"a lock without a grid", `"kind":"lock"`, 400, "grid"},
		{"a kind that is a number", `"kind":7`, 400, "kind"},
		{"a move of nothing", `"kind":"move","moves":[]`, 400, "moves"},
		{"a move that names no plot", fmt.Sprintf(`"kind":"move","moves":[{"to":%q}]`, g2), 400, "moves"},
		{"a move of a plot that is not there", move(`"plots":[99999]`), 422, "unknown_plot"},
		{"a move of a plot below zero", move(`"plots":[-1]`), 422, "unknown_plot"},
		{"a move of a building that is not there", move(`"buildings":[424242]`), 422, "unknown_building"},
		{"a move of a building of another community", move(`"buildings":[105]`), 422, "other_community"},
		{"a move to a grid that is not there", `"kind":"move","moves":[{"buildings":[101],"to":"500152001001777"}]`, 422, "unknown_grid"},
		{"a move of what is there already", fmt.Sprintf(`"kind":"move","moves":[{"buildings":[101],"to":%q}]`, g1), 422, "nothing_changes"},
		{"a split by a point", split(`[[105.805,30.11]]`), 400, "line"},
		{"a split by one point twice", split(`[[105.805,30.11],[105.805,30.11]]`), 422, "bad_op"},
		{"a split by a line that does not cross", split(`[[105.79,30.0],[105.80,30.0]]`), 422, "not_parted"},
		{"a split at the other end of the world", split(`[[-60,-30],[-61,-31]]`), 400, "line"},
		{"a split by huge numbers", split(`[[1e300,30],[105,30]]`), 400, "line"},
		{"a split by a number that is none", split(`[[NaN,30],[105,30]]`), 400, "body"},
		{"a split by more than a number can be", split(`[[1e999,30],[105,30]]`), 400, "line"},
		{"a split by a point of three", split(`[[105.8,30.1,7],[105.9,30.2]]`), 422, "not_parted"},
		{"a split by words", split(`"across"`), 400, "line"},
		{"a split by too many points", split("[" + strings.Repeat("[105.8,30.1],", 1000) + "[105.8,30.1]]"), 400, "line"},
		{"a split of a grid that is not there", `"kind":"split","grid":"500152001001777","line":[[105.80,30.11],[105.82,30.11]]`, 422, "unknown_grid"},
		{"a merge with itself", fmt.Sprintf(`"kind":"merge","grid":%q,"to":%q`, g1, g1), 422, "unknown_grid"},
		{"a name of nothing", fmt.Sprintf(`"kind":"rename","grid":%q,"name":"  "`, g1), 400, "name"},
		{"a name of 41 characters", fmt.Sprintf(`"kind":"rename","grid":%q,"name":%q`, g1, strings.Repeat("长", 41)), 400, "name"},
		{"a name with a line break", fmt.Sprintf(`"kind":"rename","grid":%q,"name":"a\nb"`, g1), 400, "name"},
		{"a name that turns the text round", fmt.Sprintf(`"kind":"rename","grid":%q,"name":"a\u202eb"`, g1), 400, "name"},
		{"a seed below zero", `"kind":"redraw","seed":-1`, 400, "seed"},
		{"a mark that says nothing", `"kind":"complex"`, 400, "complex"},
		{"an undo of nothing", `"kind":"undo"`, 422, "nothing_changes"},
		{"a redo of nothing", `"kind":"redo"`, 422, "nothing_changes"},
	}
	d := newDistrict(t, false)
	p := d.planner("author", fixture.District)
	plan := p.begin(fixture.West)
	before, desk := p.digest(), string(p.get(p.token, fmt.Sprintf("/api/v1/plans/%d/desk/%s", plan.ID, fixture.A1)).body)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := p.do(plan.ID, fixture.A1, 0, c.fields)
			if a.status != c.status {
				t.Fatalf("got %s, want %d", a, c.status)
			}
			var seen struct {
				Errors   []struct{ Field, Reason string }
				Blockers []struct{ Kind, Zh, En string }
				Offers   []any
			}
			a.into(t, &seen)
			switch {
			case c.status == 400 && (len(seen.Errors) != 1 || seen.Errors[0].Field != c.want || seen.Errors[0].Reason == ""):
				t.Errorf("got %s, want field %s", a, c.want)
			case c.status == 422 && (len(seen.Blockers) == 0 || seen.Blockers[0].Kind != c.want || seen.Blockers[0].Zh == "" || seen.Blockers[0].En == "" || seen.Offers == nil):
				t.Errorf("got %s, want blocker %s and offers", a, c.want)
			}
			if p.digest() != before {
				t.Error("the draft changed")
			}
		})
	}
	if got := string(p.get(p.token, fmt.Sprintf("/api/v1/plans/%d/desk/%s", plan.ID, fixture.A1)).body); got != desk {
		t.Errorf("the desk changed:\n%s\n%s", got, desk)
	}
}

func TestABadRequestAboutAPlanIsRefusedWithItsName(t *testing.T) {
	d := newDistrict(t, false)
	p, elsewhere := d.planner("author", fixture.West), d.planner("neighbour", fixture.East)
	plan := p.begin(fixture.A1)
	path := func(rest string) string { return fmt.Sprintf("/api/v1/plans/%d%s", plan.ID, rest) }
	before := p.digest()
	cases := []struct {
		name   string
		answer func() answer
		status int
		field  string
	}{
		{"50 MB", func() answer {
			return p.post(path("/operations"), `{"community":"`+strings.Repeat("x", 50<<20)+`"}`)
		}, 413, "body"},
		{"no version", func() answer { return p.post(path("/operations"), `{"community":"500152001001","kind":"undo"}`) }, 400, "version"},
		{"a version that never was", func() answer { return p.do(plan.ID, fixture.A1, 7, `"kind":"redraw"`) }, 400, "version"},
		{"a version below zero", func() answer { return p.do(plan.ID, fixture.A1, -1, `"kind":"redraw"`) }, 400, "version"},
		{"no community", func() answer { return p.post(path("/operations"), `{"version":0,"kind":"undo"}`) }, 400, "community"},
		{"a community of another division", func() answer { return p.do(plan.ID, fixture.A2, 0, `"kind":"redraw"`) }, 404, "community"},
		{"a community that is a town", func() answer { return p.do(plan.ID, fixture.West, 0, `"kind":"redraw"`) }, 404, "community"},
		{"a plan that is not there", func() answer { return p.do(4711, fixture.A1, 0, `"kind":"redraw"`) }, 404, "plan"},
		{"a plan outside the scope", func() answer { return elsewhere.do(plan.ID, fixture.A1, 0, `"kind":"redraw"`) }, 403, ""},
		{"a look at a plan outside the scope", func() answer { return elsewhere.get(elsewhere.token, path("")) }, 403, ""},
		{"a desk outside the scope", func() answer { return elsewhere.get(elsewhere.token, path("/desk/"+fixture.A1)) }, 403, ""},
		{"a desk of another division", func() answer { return p.get(p.token, path("/desk/"+fixture.A2)) }, 404, "community"},
		{"a desk of no code", func() answer { return p.get(p.token, path("/desk/x")) }, 400, "code"},
		{"repairs of no grid", func() answer { return p.get(p.token, path("/desk/"+fixture.A1+"/repairs")) }, 400, "grid"},
		{"repairs of a grid that is not there", func() answer { return p.get(p.token, path("/desk/"+fixture.A1+"/repairs?grid=500152001001888")) }, 404, "grid"},
		{"no key", func() answer { return p.send(p.token, http.MethodPost, path("/operations"), `{}`) }, 400, "Idempotency-Key"},
		{"a plan without a name", func() answer { return p.post("/api/v1/plans", `{"name":" ","division":"500152001001"}`) }, 400, "name"},
		{"a plan for nowhere", func() answer { return p.post("/api/v1/plans", `{"name":"x","division":"500152001999"}`) }, 404, ""},
		{"a plan for no code", func() answer { return p.post("/api/v1/plans", `{"name":"x","division":"5001"}`) }, 400, "division"},
		{"a plan outside the scope", func() answer { return p.post("/api/v1/plans", `{"name":"x","division":"500152002000"}`) }, 403, ""},
		{"a status that is none", func() answer { return p.get(p.token, "/api/v1/plans?status=draft,odd") }, 400, "status"},
		{"an unknown step", func() answer { return p.step(plan.ID, 0, `"step":"burn"`) }, 400, "step"},
		{"a return without a remark", func() answer { return p.step(plan.ID, 0, `"step":"return"`) }, 400, "remark"},
		{"a day with a submission", func() answer { return p.step(plan.ID, 0, `"step":"submit","effective_on":"2030-01-01"`) }, 400, "effective_on"},
		{"a submission of nothing", func() answer { return p.step(plan.ID, 0, `"step":"submit"`) }, 409, "plan"},
		{"an approval of a draft", func() answer { return p.step(plan.ID, 0, `"step":"approve"`) }, 409, "step"},
		{"a publication of a draft", func() answer { return p.step(plan.ID, 0, `"step":"publish"`) }, 409, "step"},
		{"a withdrawal of a draft", func() answer { return p.step(plan.ID, 0, `"step":"withdraw"`) }, 409, "step"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := c.answer()
			if a.status != c.status {
				t.Fatalf("got %s, want %d", a, c.status)
			}
			problem := a.problem(t)
			if c.field != "" && (len(problem.Errors) != 1 || problem.Errors[0].Field != c.field) {
				t.Errorf("got %s, want field %s", a, c.field)
			}
			if p.digest() != before {
				t.Error("something changed")
			}
		})
	}
}
