package planning_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"gridmap/data"
	"gridmap/data/testdb/fixture"
	"gridmap/service/planning"
)

func (w *drafting) diff(community string) planning.Diff {
	w.Helper()
	d, err := w.drafts.Diff(context.Background(), author(), w.plan, community)
	if err != nil {
		w.Fatal(err)
	}
	return d
}

func TestADiffSaysWhatMovesBeforeAndAfterSubmittingAndInForce(t *testing.T) {
	w := newDrafting(t, 300)
	if d := w.diff(""); len(d.Grids)+len(d.New)+len(d.Retired)+d.Kept != 0 {
		t.Fatalf("a plan that changes nothing: %+v", d)
	}
	desk, other := w.desk(fixture.A1), w.desk(fixture.A2)
	from, to := desk.Grids[0], desk.Grids[1]
	c, err := w.do(fixture.A1, 0, planning.Operation{Kind: "merge", Grid: from.Code, To: to.Code, Force: true})
	if err != nil {
		t.Fatal(err)
	}
	b := other.Community.Bounds
	mid := (b[1] + b[3]) / 2
	c, err = w.do(fixture.A2, c.Version, planning.Operation{Kind: "split", Grid: other.Grids[0].Code, Force: true,
		Line: planning.Line([2]float64{b[0], mid}, [2]float64{b[2], mid})})
	if err != nil && data.CodeOf(err) != data.OutOfPlace {
		t.Fatal(err)
	}
	version := max(1, c.Version)
	open := w.diff("")
	if open.Kept < len(desk.Grids)-1 || len(open.Retired) != 1 || open.Retired[0].Code != from.Code || fmt.Sprint(open.Retired[0].Successors) != fmt.Sprint([]string{to.Code}) {
		t.Errorf("got %+v", open)
	}
	if open.HouseholdsMoved < from.Households || open.AreaMovedM2 < from.AreaM2*0.99 || open.BuildingsMoved == 0 {
		t.Errorf("%d households, %.0f m2, %d buildings move; the grid that goes has %d, %.0f m2", open.HouseholdsMoved, open.AreaMovedM2, open.BuildingsMoved, from.Households, from.AreaM2)
	}
	if a1, a2 := w.diff(fixture.A1), w.diff(fixture.A2); len(a1.Grids)+len(a2.Grids) != len(open.Grids) || a1.HouseholdsMoved+a2.HouseholdsMoved != open.HouseholdsMoved {
		t.Errorf("its communities do not add up: %d and %d of %d", a1.HouseholdsMoved, a2.HouseholdsMoved, open.HouseholdsMoved)
	}
	approver := data.Actor{Account: "approver", Role: "planner", ScopeCode: fixture.District}
	for _, step := range []struct {
		by   data.Actor
		name string
	}{{author(), "submit"}, {approver, "approve"}, {approver, "publish"}} {
		if _, err := w.step(step.by, version, step.name, ""); err != nil {
			t.Fatal(err)
		}
		got := w.diff("")
		if math.Abs(got.AreaMovedM2-open.AreaMovedM2) > 0.01*open.AreaMovedM2 {
			t.Errorf("after %s %.0f m2 move, before %.0f", step.name, got.AreaMovedM2, open.AreaMovedM2)
		}
		got.AreaMovedM2 = open.AreaMovedM2
		if seen(got) != seen(open) {
			t.Errorf("after %s:\n%s\nbefore:\n%s", step.name, seen(got), seen(open))
		}
	}
}

// seen is a diff as JSON.
func seen(d planning.Diff) string {
	b, err := json.Marshal(d)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
