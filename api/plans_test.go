package api_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gridmap/data"
	"gridmap/data/testdb/fixture"
	"gridmap/service/access"
	"gridmap/service/planning"
)

// planSeen is a plan as clients read it.
type planSeen struct {
	ID          int64    `json:"id"`
	Status      string   `json:"status"`
	Version     int      `json:"version"`
	Operations  int      `json:"operations"`
	Approver    *string  `json:"approver"`
	EffectiveOn *string  `json:"effective_on"`
	EnactedAt   *string  `json:"enacted_at"`
	Remark      string   `json:"remark"`
	May         []string `json:"may"`
	Communities []struct {
		Code    string `json:"code"`
		Touched bool   `json:"touched"`
		Stale   bool   `json:"stale"`
		Grids   int    `json:"grids"`
		Outside int    `json:"outside"`
		Complex bool   `json:"complex"`
	} `json:"communities"`
}

type deskSeen struct {
	Version   int  `json:"version"`
	Editable  bool `json:"editable"`
	Community struct {
		Complex bool       `json:"complex"`
		Bounds  [4]float64 `json:"bounds"`
	} `json:"community"`
	Plots []struct {
		ID        int `json:"id"`
		Buildings []struct {
			ID int64 `json:"id"`
		} `json:"buildings"`
		Grid    string           `json:"grid"`
		At      [2]float64       `json:"at"`
		Outline [][][][2]float64 `json:"outline"`
	} `json:"plots"`
	Grids []struct {
		Code       string     `json:"code"`
		Name       string     `json:"name"`
		Households int        `json:"households"`
		State      string     `json:"state"`
		Dedicated  *string    `json:"dedicated"`
		Locked     bool       `json:"locked"`
		AreaM2     float64    `json:"area_m2"`
		Label      [2]float64 `json:"label"`
		Outline    any        `json:"outline"`
	} `json:"grids"`
	Present []struct {
		Code    string `json:"code"`
		Outline any    `json:"outline"`
	} `json:"present"`
	Certificates []struct{ Grid, Kind, Zh, En string } `json:"certificates"`
	Totals       struct {
		Households int  `json:"households"`
		CanUndo    bool `json:"can_undo"`
		CanRedo    bool `json:"can_redo"`
	} `json:"totals"`
	Log []struct {
		Seq    int    `json:"seq"`
		Kind   string `json:"kind"`
		Undone bool   `json:"undone"`
		Zh     string `json:"zh"`
	} `json:"log"`
	GroundChanged bool `json:"ground_changed"`
}

// planner works on plans over HTTP.
type planner struct {
	*district
	token string
	keys  int
}

func (d *district) planner(name, scope string) *planner {
	d.t.Helper()
	s, err := d.access.CreateToken(context.Background(), name, access.Planner, scope, 1)
	if err != nil {
		d.t.Fatal(err)
	}
	return &planner{d, s.Secret, 0}
}

func (p *planner) post(path, body string) answer {
	p.t.Helper()
	p.keys++
	return p.send(p.token, http.MethodPost, path, body, "Idempotency-Key", fmt.Sprintf("%s-%d", p.token[:8], p.keys))
}

func (p *planner) begin(division string) planSeen {
	p.t.Helper()
	a := p.post("/api/v1/plans", fmt.Sprintf(`{"name":"调整","division":%q}`, division))
	var out planSeen
	if a.into(p.t, &out); a.status != http.StatusCreated {
		p.t.Fatal(a)
	}
	if _, err := p.pool.Exec(p.t.Context(), `update plans set parameters = parameters || '{"min": 15, "max": 25, "target": 20, "micro_min": 5, "micro_max": 12}' where id = $1`, out.ID); err != nil {
		p.t.Fatal(err)
	}
	return out
}

func (p *planner) plan(id int64) (out planSeen) {
	p.t.Helper()
	a := p.get(p.token, fmt.Sprintf("/api/v1/plans/%d", id))
	if a.into(p.t, &out); a.status != http.StatusOK {
		p.t.Fatal(a)
	}
	return out
}

func (p *planner) desk(id int64, community string) (out deskSeen) {
	p.t.Helper()
	a := p.get(p.token, fmt.Sprintf("/api/v1/plans/%d/desk/%s", id, community))
	if a.into(p.t, &out); a.status != http.StatusOK {
		p.t.Fatal(a)
	}
	return out
}

// do does an operation at a version; fields is JSON without braces.
func (p *planner) do(id int64, community string, version int, fields string) answer {
	p.t.Helper()
	return p.post(fmt.Sprintf("/api/v1/plans/%d/operations", id), fmt.Sprintf(`{"community":%q,"version":%d,%s}`, community, version, fields))
}

func (p *planner) step(id int64, version int, fields string) answer {
	p.t.Helper()
	return p.post(fmt.Sprintf("/api/v1/plans/%d/steps", id), fmt.Sprintf(`{"version":%d,%s}`, version, fields))
}

func TestAPlannerMovesABuildingUndoesAndRedoesIt(t *testing.T) {
	d := newDistrict(t, false)
	p := d.planner("author", fixture.District)
	plan := p.begin(fixture.A1)
	desk := p.desk(plan.ID, fixture.A1)
	if len(desk.Grids) != 2 || len(desk.Present) != 2 || desk.Totals.Households != 40 || !desk.Editable {
		t.Fatalf("got %+v", desk)
	}
	a := p.do(plan.ID, fixture.A1, 0, fmt.Sprintf(`"kind":"move","moves":[{"buildings":[102],"to":%q}]`, fixture.GridCode(fixture.A1, 2)))
	if a.status != http.StatusOK || !strings.Contains(string(a.body), "将1个地块划入002") {
		t.Fatal(a)
	}
	after := p.desk(plan.ID, fixture.A1)
	if after.Version != 1 || after.Grids[0].Households != 10 || after.Grids[1].Households != 30 || len(after.Certificates) != 2 {
		t.Fatalf("got %+v", after)
	}
	for _, c := range after.Certificates {
		if c.Kind != "by_hand" || !strings.Contains(c.Zh, "可以做到，见建议") || !strings.Contains(c.En, "It can be met") {
			t.Errorf("got certificate %+v for what can be mended", c)
		}
	}
	for i, kind := range []string{"undo", "redo", "undo"} {
		if a := p.do(plan.ID, fixture.A1, i+1, fmt.Sprintf(`"kind":%q`, kind)); a.status != http.StatusOK {
			t.Fatal(a)
		}
	}
	back := p.desk(plan.ID, fixture.A1)
	if back.Version != 4 || back.Grids[0].Households != 20 || back.Totals.CanUndo || !back.Totals.CanRedo || !back.Log[0].Undone || back.Log[1].Undone {
		t.Fatalf("got %+v", back)
	}
	if got := p.plan(plan.ID); got.Operations != 0 || got.Version != 4 || got.Communities[0].Touched {
		t.Fatalf("got %+v", got)
	}
}

func TestAGridThatCannotBeInRangeSaysWhy(t *testing.T) {
	d := newDistrict(t, false)
	p := d.planner("author", fixture.District)
	plan := p.begin(fixture.A1)
	cases := []struct{ name, rule, kind, words string }{
		{"too few households for one grid", `{"min": 300, "max": 500, "target": 400}`, "arithmetic", "fewer than 300"},
		{"no number of grids fits", `{"min": 25, "max": 35, "target": 30}`, "arithmetic", "with 2 one is under 25"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := d.pool.Exec(t.Context(), `update plans set parameters = parameters || $2::jsonb where id = $1`, plan.ID, c.rule); err != nil {
				t.Fatal(err)
			}
			fresh := planning.NewDrafts(d.pool, planning.DraftOptions{})
			desk, err := fresh.Desk(t.Context(), data.Actor{Account: "author", Role: "planner", ScopeCode: fixture.District}, plan.ID, fixture.A1)
			if err != nil || len(desk.Certificates) != 2 {
				t.Fatalf("got %+v, %v", desk.Certificates, err)
			}
			for _, got := range desk.Certificates {
				if got.Kind != c.kind || !strings.Contains(got.En, c.words) {
					t.Errorf("got %+v, want %s with %q", got, c.kind, c.words)
				}
			}
		})
	}
}

func TestACommunityThatAPlanMarkedAsComplexStaysSo(t *testing.T) {
	d := newDistrict(t, false)
	author, approver := d.planner("author", fixture.District), d.planner("approver", fixture.District)
	plan := author.begin(fixture.A2)
	if desk := author.desk(plan.ID, fixture.A2); desk.Community.Complex {
		t.Fatal("it is complex already")
	}
	if a := author.do(plan.ID, fixture.A2, 0, `"kind":"complex","complex":true`); a.status != http.StatusOK {
		t.Fatal(a)
	}
	if got := author.plan(plan.ID); !got.Communities[0].Complex {
		t.Errorf("got %+v", got.Communities)
	}
	author.must(plan.ID, 1, `"step":"submit"`)
	approver.must(plan.ID, 1, `"step":"approve"`)
	approver.must(plan.ID, 1, `"step":"publish"`)
	var complex bool
	var microgrids int
	err := d.pool.QueryRow(t.Context(), `select complex, (select count(*) from microgrids m join grids g on g.id = m.grid_id where g.community_code = divisions.code and upper_inf(g.valid))
		from divisions where code = $1`, fixture.A2).Scan(&complex, &microgrids)
	if err != nil || !complex || microgrids == 0 {
		t.Errorf("complex %v with %d micro-grids, %v", complex, microgrids, err)
	}
	if next := author.begin(fixture.A2); !author.desk(next.ID, fixture.A2).Community.Complex {
		t.Error("the next plan does not know it")
	}
}
