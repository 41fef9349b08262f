package api_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gridmap/data/testdb/fixture"
	"gridmap/service/access"
)

func TestListsComeInPagesWithNothingLostOrDoubled(t *testing.T) {
	d := newDistrict(t, false)
	for i := range 23 {
		d.open(fmt.Sprintf(`{"type":%q,"building_code":"F%02d"}`, []string{fixture.Light, fixture.Noise}[i%2], 1+i%12), fmt.Sprint("open ", i))
	}
	// Equal times must not hide a row between two pages.
	if _, err := d.pool.Exec(context.Background(), `update cases set opened_at = date_trunc('minute', opened_at), step_at = opened_at, due_at = date_trunc('hour', due_at)`); err != nil {
		t.Fatal(err)
	}
	operator := d.as(access.Operator, fixture.District)
	for _, query := range []string{"order=opened", "order=due", "order=due&board=safety", "state=open&level=grid", "step=order&division=" + fixture.West} {
		t.Run(query, func(t *testing.T) {
			all := d.page(t, operator, query+"&limit=1000")
			var paged []int64
			next := ""
			for range 30 {
				var p struct {
					Items []caseSeen
					Next  *string
				}
				d.get(operator, "/api/v1/cases?limit=4&"+query+next).into(t, &p)
				for _, c := range p.Items {
					paged = append(paged, c.ID)
				}
				if p.Next == nil {
					break
				}
				next = "&next=" + *p.Next
			}
			if !slices.Equal(paged, all) || len(all) == 0 {
				t.Fatalf("got %v, want %v", paged, all)
			}
		})
	}
}

func (d *district) page(t *testing.T, token, query string) []int64 {
	t.Helper()
	var p struct{ Items []caseSeen }
	d.get(token, "/api/v1/cases?"+query).into(t, &p)
	out := []int64{}
	for _, c := range p.Items {
		out = append(out, c.ID)
	}
	return out
}

func TestTheWallSeesNoPlacesNoWordsAndNothingSensitive(t *testing.T) {
	d := newDistrict(t, false)
	light := d.open(`{"type":"light","building_code":"F01","description":"张三家门口"}`, "light")
	secret := d.open(`{"type":"secret","building_code":"F02","description":"信访人李四"}`, "secret")
	wall := d.as(access.Wall, fixture.District)
	for _, path := range []string{"/api/v1/cases", fmt.Sprint("/api/v1/cases/", light.ID)} {
		a := d.get(wall, path)
		for _, never := range []string{`"lon"`, `"lat"`, `"building_id"`, "张三", "李四", "信访", "号楼", "operator-"} {
			if strings.Contains(string(a.body), never) {
				t.Errorf("%s holds %s: %s", path, never, a)
			}
		}
		if !strings.Contains(string(a.body), "路灯损坏") {
			t.Errorf("%s lacks the case: %s", path, a)
		}
	}
	if a := d.get(wall, fmt.Sprint("/api/v1/cases/", secret.ID)); a.status != 404 {
		t.Errorf("got %s, want 404", a)
	}
	if a := d.get(d.as(access.Operator, fixture.District), fmt.Sprint("/api/v1/cases/", secret.ID)); a.status != 200 || !strings.Contains(string(a.body), "李四") {
		t.Errorf("the operator got %s", a)
	}
}

func TestAPlaceIsLocated(t *testing.T) {
	d := newDistrict(t, false)
	var got struct {
		Building, Microgrid, Grid, Community, Town, Team *struct {
			ID         int64
			Code, Name string
		}
	}
	at := fixture.PlacesOf()[1].At
	d.get(d.as(access.Emergency, fixture.West), fmt.Sprintf("/api/v1/locate?lon=%v&lat=%v", at[0], at[1])).into(t, &got)
	if got.Building == nil || got.Building.Code != "F02" || got.Microgrid == nil || got.Microgrid.Code != fixture.GridCode(fixture.A1, 1)+"02" ||
		got.Grid.Code != fixture.GridCode(fixture.A1, 1) || got.Community.Code != fixture.A1 || got.Town.Name != "西街道" || got.Team.Name != "第1网格团队" {
		t.Fatalf("got %+v", got)
	}
}

func TestAGridHasACardThatNamesNobody(t *testing.T) {
	d := newDistrict(t, false)
	d.open(`{"type":"light","building_code":"F01"}`, "one")
	a := d.get(d.as(access.Wall, fixture.District), "/api/v1/grids/"+fixture.GridCode(fixture.A1, 1))
	for _, want := range []string{`"name":"李**"`, `"phone":"139****5678"`, `"role_name":"网格长"`, `"open":1`, `"elderly":1`, `"sick":0`,
		`"party":{"kind":"party_branch"`, `"members":100`, `"valid_from":"2020-01-01"`, `"in_rule":true`} {
		if !strings.Contains(string(a.body), want) {
			t.Errorf("the card lacks %s: %s", want, a)
		}
	}
	if strings.Contains(string(a.body), "大山") || strings.Contains(string(a.body), "13912345678") {
		t.Errorf("the card names somebody: %s", a)
	}
}

type figuresSeen struct {
	Division                              struct{ Code, Name, Level string }
	Grids, Microgrids, Towns, Communities int
	Buildings, Households, Residents      int
	TeamMembers                           int `json:"team_members"`
	Groups                                int
	GroupResidents                        int `json:"group_residents"`
	PartyBranches                         int `json:"party_branches"`
	PartyGroups                           int `json:"party_groups"`
	Organisations                         int
	InRule                                struct{ Grids, Microgrids int } `json:"in_rule"`
	Cases                                 struct {
		Open, Overdue, Closed int
		DueSoon               int                `json:"due_soon"`
		OpenedToday           int                `json:"opened_today"`
		ClosedToday           int                `json:"closed_today"`
		ByLevel               map[string]int     `json:"by_level"`
		ByStep                map[string]int     `json:"by_step"`
		Median                map[string]float64 `json:"median_hours_by_step"`
	}
	Trend    struct{ Open, Opened, Closed []int }
	Children []figuresSeen
}

func TestFiguresAddUp(t *testing.T) {
	d := newDistrict(t, false)
	operator := d.as(access.Operator, fixture.District)
	var first figuresSeen
	d.get(operator, "/api/v1/figures?children=true").into(t, &first)
	t.Run("places, people and teams are those of the fixture", func(t *testing.T) {
		if first.Grids != 6 || first.Microgrids != 2 || first.Towns != 2 || first.Communities != 3 || first.Buildings != 12 ||
			first.Households != 120 || first.Residents != 300 || first.TeamMembers != 12 || first.Groups != 6 || first.GroupResidents != 600 ||
			first.PartyBranches != 3 || first.PartyGroups != 3 || first.Organisations != 1 || first.InRule.Grids != 1 || first.InRule.Microgrids != 1 {
			t.Fatalf("got %+v", first)
		}
		if len(first.Children) != 2 || first.Children[0].Grids != 4 || first.Children[1].Residents != 100 {
			t.Fatalf("got children %+v", first.Children)
		}
	})
	late := d.open(`{"type":"light","building_code":"F01"}`, "late")
	d.open(`{"type":"light","level":"district","building_code":"F02"}`, "open")
	done := d.open(`{"type":"light","building_code":"F12"}`, "closed")
	d.change(done.ID, 1, `{"action":"close","remark":"重复"}`, "close")
	if _, err := d.pool.Exec(context.Background(), `update cases set opened_at = now() - interval '50 hours', step_at = now() - interval '50 hours',
		due_at = now() - interval '26 hours' where id = $1`, late.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.pool.Exec(context.Background(), `update case_steps set at = now() - interval '50 hours' where case_id = $1`, late.ID); err != nil {
		t.Fatal(err)
	}
	t.Run("cases count at once", func(t *testing.T) {
		var f figuresSeen
		d.get(operator, "/api/v1/figures?children=true").into(t, &f)
		c := f.Cases
		if c.Open != 2 || c.Overdue != 1 || c.Closed != 1 || c.DueSoon != 0 || c.OpenedToday != 2 || c.ClosedToday != 1 || c.ByLevel["district"] != 1 || c.ByStep["order"] != 2 {
			t.Fatalf("got %+v", c)
		}
		if f.Children[0].Cases.Open != 2 || f.Children[1].Cases.Closed != 1 {
			t.Fatalf("got %+v", f.Children)
		}
		if n := len(f.Trend.Open); n != 30 || f.Trend.Open[n-1] != 2 || f.Trend.Open[0] != 0 || f.Trend.Closed[n-1] != 1 {
			t.Fatalf("got %+v", f.Trend)
		}
	})
	t.Run("a past moment has what was then", func(t *testing.T) {
		var f figuresSeen
		d.get(operator, "/api/v1/figures?at="+time.Now().Add(-30*time.Hour).UTC().Format("2006-01-02T15:04:05Z")).into(t, &f)
		if f.Cases.Open != 1 || f.Cases.Overdue != 0 || f.Cases.Closed != 0 || f.Grids != 6 {
			t.Fatalf("got %+v", f.Cases)
		}
		d.get(operator, "/api/v1/figures?at=2019-06-01").into(t, &f)
		if f.Cases.Open != 0 || f.Grids != 0 {
			t.Fatalf("got %+v before any plan", f)
		}
	})
	t.Run("a community has its own", func(t *testing.T) {
		var f figuresSeen
		d.get(operator, "/api/v1/figures?division="+fixture.B1).into(t, &f)
		if f.Grids != 2 || f.Towns != 1 || f.Communities != 1 || f.Cases.Closed != 1 || f.Cases.Open != 0 {
			t.Fatalf("got %+v", f)
		}
	})
}

func TestTheListKnowsTheStatesThatCasesHave(t *testing.T) {
	d := newDistrict(t, false)
	operator := d.as(access.Operator, fixture.District)
	for i := range 40 {
		c := d.open(`{"type":"light","building_code":"F01"}`, fmt.Sprint("open ", i))
		// Limits from long past to far ahead, of 24 to 63 hours.
		_, err := d.pool.Exec(context.Background(), `update cases set due_at = now() + make_interval(hours => $2), opened_at = now() + make_interval(hours => $2) - make_interval(hours => $3),
			step_at = now() where id = $1`, c.ID, i-20, 24+i)
		if err != nil {
			t.Fatal(err)
		}
	}
	want := map[string][]int64{}
	var all struct{ Items []caseSeen }
	d.get(operator, "/api/v1/cases?limit=1000").into(t, &all)
	for _, c := range all.Items {
		want[c.State] = append(want[c.State], c.ID)
	}
	for _, state := range []string{"due_soon", "overdue"} {
		if got := d.page(t, operator, "limit=1000&state="+state); !slices.Equal(got, want[state]) || len(got) < 3 {
			t.Errorf("%s: got %v, want %v", state, got, want[state])
		}
	}
	var f figuresSeen
	d.get(operator, "/api/v1/figures").into(t, &f)
	if f.Cases.DueSoon != len(want["due_soon"]) || f.Cases.Overdue != len(want["overdue"]) || f.Cases.Open != 40 {
		t.Fatalf("got %+v", f.Cases)
	}
}

func TestACaseFollowsItsBuildingIntoTheNewGridAndKeepsTheOldOneInItsHistory(t *testing.T) {
	d := newDistrict(t, false)
	opened := d.open(`{"type":"light","building_code":"F01"}`, "moved")
	version := fixture.Turn(t, d.pool, 0).Version
	var got struct {
		GridCode string `json:"grid_code"`
		Moves    []struct {
			Version  int64  `json:"version"`
			FromCode string `json:"from_code"`
			ToCode   string `json:"to_code"`
		} `json:"moves"`
	}
	d.get(d.as(access.Operator, fixture.West), fmt.Sprint("/api/v1/cases/", opened.ID)).into(t, &got)
	if got.GridCode != fixture.GridCode(fixture.A1, 100) || len(got.Moves) != 1 || got.Moves[0].FromCode != opened.GridCode ||
		got.Moves[0].ToCode != got.GridCode || got.Moves[0].Version != version {
		t.Fatalf("got %+v; it was opened in %s, and version %d took force", got, opened.GridCode, version)
	}
}

func TestLocateFiguresAndTheLifeOfAGridTellWhatHeldThen(t *testing.T) {
	d := newDistrict(t, false)
	planner := d.as(access.Planner, fixture.District)
	at := fixture.PlacesOf()[1].At
	before := time.Now().UTC().Format(time.RFC3339Nano)
	fixture.Turn(t, d.pool, 0)
	locate := fmt.Sprintf("/api/v1/locate?lon=%v&lat=%v", at[0], at[1])
	for path, want := range map[string]string{locate: fixture.GridCode(fixture.A1, 100), locate + "&at=" + before: fixture.GridCode(fixture.A1, 1)} {
		var got struct {
			Grid struct{ Code string }
		}
		d.get(planner, path).into(t, &got)
		if got.Grid.Code != want {
			t.Errorf("%s is in %q, want %s", path, got.Grid.Code, want)
		}
	}
	for path, want := range map[string]int{"/api/v1/figures?division=" + fixture.A1: 1, "/api/v1/figures?division=" + fixture.A1 + "&at=" + before: 2} {
		var got struct{ Grids int }
		if d.get(planner, path).into(t, &got); got.Grids != want {
			t.Errorf("%s counts %d grids, want %d", path, got.Grids, want)
		}
	}
	var life struct {
		Versions []struct {
			To         *time.Time
			Successors []string
		}
	}
	d.get(planner, "/api/v1/grids/"+fixture.GridCode(fixture.A1, 1)+"/life").into(t, &life)
	if len(life.Versions) != 1 || life.Versions[0].To == nil || len(life.Versions[0].Successors) != 1 {
		t.Errorf("the life of a grid that is no more: %+v", life)
	}
}
