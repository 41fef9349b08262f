package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"gridmap/data/testdb/fixture"
)

// edited begins a plan in which one building changed its grid.
func (p *planner) edited(community string, building int) planSeen {
	p.t.Helper()
	plan := p.begin(community)
	if a := p.do(plan.ID, community, 0, fmt.Sprintf(`"kind":"move","moves":[{"buildings":[%d],"to":%q}]`, building, fixture.GridCode(community, 2))); a.status != http.StatusOK {
		p.t.Fatal(a)
	}
	return plan
}

// must does a step that has to go through.
func (p *planner) must(id int64, version int, fields string) (out planSeen) {
	p.t.Helper()
	a := p.step(id, version, fields)
	if a.into(p.t, &out); a.status != http.StatusOK {
		p.t.Fatalf("%s: %s", fields, a)
	}
	return out
}

func (p *planner) in(building int) (code string) {
	p.t.Helper()
	err := p.pool.QueryRow(p.t.Context(), `select g.code from plan_buildings b join grids g on g.id = b.grid_id where b.building_id = $1 and upper_inf(g.valid)`, building).Scan(&code)
	if err != nil {
		p.t.Fatal(err)
	}
	return code
}

func TestAPlanGoesItsWayFromDraftToForce(t *testing.T) {
	d := newDistrict(t, false)
	author, approver := d.planner("author", fixture.District), d.planner("approver", fixture.West)
	plan := author.edited(fixture.A1, 102)
	id := plan.ID
	if got := author.must(id, 1, `"step":"submit"`); got.Status != "submitted" || strings.Join(got.May, " ") != "return abandon" || !got.Communities[0].Touched {
		t.Fatalf("got %+v", got)
	}
	if a := author.do(id, fixture.A1, 1, `"kind":"undo"`); a.status != http.StatusConflict || !strings.Contains(string(a.body), "submitted") {
		t.Fatalf("a submitted plan was edited: %s", a)
	}
	if a := author.step(id, 1, `"step":"approve"`); a.status != http.StatusForbidden || a.problem(t).Errors[0].Field != "approver" {
		t.Fatalf("the author approved: %s", a)
	}
	if got := approver.must(id, 1, `"step":"return","remark":"请再看"`); got.Status != "returned" || got.Remark != "请再看" {
		t.Fatalf("got %+v", got)
	}
	if a := author.do(id, fixture.A1, 1, fmt.Sprintf(`"kind":"rename","grid":%q,"name":"新网格"`, fixture.GridCode(fixture.A1, 2))); a.status != http.StatusOK {
		t.Fatal(a)
	}
	if a := author.step(id, 1, `"step":"submit"`); a.status != http.StatusConflict || !strings.Contains(string(a.body), "命名") {
		t.Fatalf("a version that is not the newest was submitted: %s", a)
	}
	author.must(id, 2, `"step":"submit"`)
	if got := approver.must(id, 2, `"step":"approve"`); got.Approver == nil || *got.Approver != "approver" || strings.Join(got.May, " ") != "return publish abandon" {
		t.Fatalf("got %+v", got)
	}
	for _, day := range []string{"2020-01-01", time.Now().AddDate(0, 0, -2).Format(time.DateOnly), "9999-01-01", "tomorrow"} {
		if a := author.step(id, 2, fmt.Sprintf(`"step":"publish","effective_on":%q`, day)); a.status != http.StatusBadRequest || a.problem(t).Errors[0].Field != "effective_on" {
			t.Fatalf("published for %s: %s", day, a)
		}
	}
	day := time.Now().AddDate(0, 0, 9).Format(time.DateOnly)
	if got := approver.must(id, 2, fmt.Sprintf(`"step":"publish","effective_on":%q`, day)); got.Status != "published" || *got.EffectiveOn != day || got.EnactedAt != nil || author.in(102) != fixture.GridCode(fixture.A1, 1) {
		t.Fatalf("got %+v", got)
	}
	if got := approver.must(id, 2, `"step":"withdraw"`); got.Status != "approved" || got.EffectiveOn != nil {
		t.Fatalf("got %+v", got)
	}
	if got := approver.must(id, 2, `"step":"publish"`); got.Status != "published" || got.EnactedAt == nil || len(got.May) != 0 || author.in(102) != fixture.GridCode(fixture.A1, 2) {
		t.Fatalf("got %+v, building in %s", got, author.in(102))
	}
	for _, step := range []string{"submit", "return", "approve", "publish", "withdraw", "abandon"} {
		if a := author.step(id, 2, fmt.Sprintf(`"step":%q,"remark":"x"`, step)); a.status != http.StatusConflict {
			t.Errorf("%s of a plan in force: %s", step, a)
		}
	}
	var trail string
	err := d.pool.QueryRow(t.Context(), `select string_agg(actor || ' ' || action, ', ' order by id) from audit where action like 'plan.%' and subject = $1`, fmt.Sprint(id)).Scan(&trail)
	want := "author plan.create, author plan.submit, approver plan.return, author plan.submit, approver plan.approve, approver plan.publish, approver plan.withdraw, approver plan.publish"
	if err != nil || trail != want {
		t.Errorf("audited %q, %v\nwant %q", trail, err, want)
	}
}

func TestAStepSentAgainIsDoneOnce(t *testing.T) {
	d := newDistrict(t, false)
	p := d.planner("author", fixture.District)
	plan := p.edited(fixture.A1, 102)
	path, body := fmt.Sprintf("/api/v1/plans/%d/operations", plan.ID), `{"community":"500152001001","version":1,"kind":"undo"}`
	first := p.send(p.token, http.MethodPost, path, body, "Idempotency-Key", "same")
	again := p.send(p.token, http.MethodPost, path, body, "Idempotency-Key", "same")
	if first.status != http.StatusOK || string(first.body) != string(again.body) || again.header.Get("Idempotency-Replayed") != "true" {
		t.Fatalf("got %s, then %s", first, again)
	}
	if got := p.plan(plan.ID); got.Version != 2 {
		t.Errorf("version %d, want 2", got.Version)
	}
	if a := p.send(p.token, http.MethodPost, path, `{"community":"500152001001","version":2,"kind":"redo"}`, "Idempotency-Key", "same"); a.status != http.StatusUnprocessableEntity {
		t.Errorf("the key was used again: %s", a)
	}
}

func TestAPlanInWhoseCommunityAnotherTookForceIsRefusedByName(t *testing.T) {
	d := newDistrict(t, false)
	author, approver := d.planner("author", fixture.District), d.planner("approver", fixture.District)
	late, ready := author.edited(fixture.A1, 102), author.edited(fixture.A1, 101)
	author.must(ready.ID, 1, `"step":"submit"`)
	approver.must(ready.ID, 1, `"step":"approve"`)
	first := author.edited(fixture.A1, 102)
	author.must(first.ID, 1, `"step":"submit"`)
	approver.must(first.ID, 1, `"step":"approve"`)
	approver.must(first.ID, 1, `"step":"publish"`)
	for name, a := range map[string]answer{"submit": author.step(late.ID, 1, `"step":"submit"`), "publish": approver.step(ready.ID, 1, `"step":"publish"`)} {
		if a.status != http.StatusConflict || !strings.Contains(string(a.body), "一社区") {
			t.Errorf("%s of a stale plan: %s", name, a)
		}
	}
	if got := author.plan(late.ID); !got.Communities[0].Stale || got.Status != "draft" {
		t.Errorf("got %+v", got)
	}
	if desk := author.desk(late.ID, fixture.A1); desk.Grids[0].Households != 10 || len(desk.Present) != 2 {
		t.Errorf("the stale draft is not as it was: %+v", desk.Grids)
	}
	if got := author.must(late.ID, 1, `"step":"abandon"`); got.Status != "abandoned" || len(got.May) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestAPlanThatDoesNotCheckOutIsReturnedWithItsFaults(t *testing.T) {
	d := newDistrict(t, false)
	p := d.planner("author", fixture.District)
	plan := p.edited(fixture.A1, 102)
	_, err := d.pool.Exec(t.Context(), `insert into buildings (code, community_code, kind, floors, height_m, households, persons, geom, source, source_id)
		values ('FAR', $1, 'residential', 1, 3, 1, 1, st_setsrid(st_point(107, 31), 4490), 'test', 'far')`, fixture.A1)
	if err != nil {
		t.Fatal(err)
	}
	a := p.step(plan.ID, 1, `"step":"submit"`)
	var seen struct {
		Faults []struct{ Rule, Where string }
	}
	a.into(t, &seen)
	if a.status != http.StatusConflict || len(seen.Faults) != 1 || seen.Faults[0].Rule != "a building is in no grid" || seen.Faults[0].Where != "building FAR" {
		t.Fatalf("got %s", a)
	}
	if got := p.plan(plan.ID); got.Status != "draft" {
		t.Errorf("it is %s", got.Status)
	}
}

func TestAPlannerWithAStaleCopyIsToldWhatOthersDid(t *testing.T) {
	d := newDistrict(t, false)
	first, second := d.planner("author", fixture.District), d.planner("second", fixture.West)
	plan := first.begin(fixture.A1)
	seen := second.desk(plan.ID, fixture.A1)
	g1, g2 := fixture.GridCode(fixture.A1, 1), fixture.GridCode(fixture.A1, 2)
	if a := first.do(plan.ID, fixture.A1, 0, fmt.Sprintf(`"kind":"lock","grid":%q`, g1)); a.status != http.StatusOK {
		t.Fatal(a)
	}
	a := second.do(plan.ID, fixture.A1, seen.Version, fmt.Sprintf(`"kind":"move","moves":[{"buildings":[102],"to":%q}]`, g2))
	var told struct {
		Operations []struct {
			Seq             int
			Actor, Kind, Zh string
		}
	}
	if a.into(t, &told); a.status != http.StatusConflict || len(told.Operations) != 1 || told.Operations[0].Actor != "author" || told.Operations[0].Zh != "锁定001" {
		t.Fatalf("got %s", a)
	}
	if a := second.do(plan.ID, fixture.A1, seen.Version, fmt.Sprintf(`"kind":"rename","grid":%q,"name":"另一个"`, g2)); a.status != http.StatusOK || !strings.Contains(string(a.body), `"version":2`) {
		t.Fatalf("what nobody touched was refused: %s", a)
	}
	var log struct {
		Version int
		Items   []struct{ Seq int }
	}
	first.get(first.token, fmt.Sprintf("/api/v1/plans/%d/operations?since=1&community=%s", plan.ID, fixture.A1)).into(t, &log)
	if log.Version != 2 || len(log.Items) != 1 || log.Items[0].Seq != 2 {
		t.Errorf("got %+v", log)
	}
}

func TestAMoveThatWouldCutAGridOffersWhatMayBeDone(t *testing.T) {
	d := newDistrict(t, false)
	p := d.planner("author", fixture.District)
	plan := p.begin(fixture.A1)
	g1, g2 := fixture.GridCode(fixture.A1, 1), fixture.GridCode(fixture.A1, 2)
	if a := p.do(plan.ID, fixture.A1, 0, fmt.Sprintf(`"kind":"merge","grid":%q,"to":%q`, g2, g1)); a.status != http.StatusOK {
		t.Fatal(a)
	}
	// Of four plots in a row a new grid takes the third: the first two or the last are cut off.
	a := p.do(plan.ID, fixture.A1, 1, `"kind":"move","moves":[{"buildings":[102],"to":""},{"buildings":[103],"to":""}]`)
	var refused struct {
		Blockers []struct{ Kind, Zh, En string }
		Offers   []struct {
			Zh, En string
			Op     struct {
				Kind  string
				Force bool
			}
		}
	}
	if a.into(t, &refused); a.status != http.StatusUnprocessableEntity || refused.Blockers[0].Kind != "in_pieces" || len(refused.Offers) == 0 {
		t.Fatalf("got %s", a)
	}
	last := refused.Offers[len(refused.Offers)-1]
	if last.Op.Kind != "move" || !last.Op.Force || last.Zh == "" {
		t.Errorf("got %+v, want to do it all the same", last)
	}
}
