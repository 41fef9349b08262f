package api_test

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"

	"gridmap/data/testdb/fixture"
	"gridmap/geo"
	"gridmap/service/access"
)

func TestACaseIsRoutedToWhereItHappened(t *testing.T) {
	d := newDistrict(t, false)
	first := fixture.PlacesOf()[0]
	at := func(lon, lat float64, crs string) string {
		return fmt.Sprintf(`{"type":"light","location":{"lon":%v,"lat":%v,"crs":%q}}`, lon, lat, crs)
	}
	// The inverse is what is under test elsewhere; here its fixed point will do.
	shifted := func(f func(geo.LonLat) geo.LonLat) geo.LonLat {
		want := geo.LonLat{Lon: first.At[0], Lat: first.At[1]}
		p := want
		for range 30 {
			q := f(p)
			p = geo.LonLat{Lon: p.Lon + want.Lon - q.Lon, Lat: p.Lat + want.Lat - q.Lat}
		}
		return p
	}
	gcj, bd := shifted(geo.FromGCJ02), shifted(geo.FromBD09)
	for name, c := range map[string]struct {
		body     string
		building int64
		grid     string
		team     int64
	}{
		"inside a building":                        {at(first.At[0], first.At[1], "cgcs2000"), 101, fixture.GridCode(fixture.A1, 1), 31},
		"inside a building, as a phone reports it": {at(gcj.Lon, gcj.Lat, "gcj02"), 101, fixture.GridCode(fixture.A1, 1), 31},
		"inside a building, as Baidu reports it":   {at(bd.Lon, bd.Lat, "bd09"), 101, fixture.GridCode(fixture.A1, 1), 31},
		"20 m beside a building":                   {at(first.At[0]+0.0004, first.At[1], "cgcs2000"), 101, fixture.GridCode(fixture.A1, 1), 31},
		"60 m beside a building, which is too far": {at(first.At[0]+0.0008, first.At[1], ""), 0, fixture.GridCode(fixture.A1, 1), 31},
		"in the last grid of the other town":       {at(105.859, 30.101, ""), 0, fixture.GridCode(fixture.B1, 2), 36},
		"by the code of a building":                {`{"type":"light","building_code":"F12"}`, 112, fixture.GridCode(fixture.B1, 2), 36},
		"by the code of a grid":                    {`{"type":"light","grid_code":"` + fixture.GridCode(fixture.A2, 2) + `"}`, 0, fixture.GridCode(fixture.A2, 2), 34},
	} {
		t.Run(name, func(t *testing.T) {
			got := d.open(c.body, name)
			if got.BuildingID != c.building || got.GridCode != c.grid || got.TeamID != c.team {
				t.Fatalf("got building %d, grid %s, team %d; want %d, %s, %d", got.BuildingID, got.GridCode, got.TeamID, c.building, c.grid, c.team)
			}
			if got.CommunityCode != c.grid[:12] || !strings.HasPrefix(c.grid, got.TownCode[:9]) {
				t.Fatalf("got community %s and town %s for grid %s", got.CommunityCode, got.TownCode, c.grid)
			}
			if got.Step != "order" || got.Level != "grid" || got.Board != "livelihood" || got.Version != 1 || len(got.Number) != 11 {
				t.Fatalf("got %+v, want a new case", got)
			}
			if strings.Contains(name, "inside") && math.Abs(*got.Lon-first.At[0]) > 1e-6 {
				t.Fatalf("got longitude %v, want %v", *got.Lon, first.At[0])
			}
		})
	}
}

func TestAWriteSentAgainIsDoneOnce(t *testing.T) {
	d := newDistrict(t, false)
	const body = `{"type":"light","building_code":"F01"}`
	operator := d.as(access.Operator, fixture.District)
	post := func(token, body, key string) answer {
		return d.send(token, http.MethodPost, "/api/v1/cases", body, "Idempotency-Key", key)
	}
	first := post(operator, body, "one")

	t.Run("the same key and body answer the same bytes", func(t *testing.T) {
		again := post(operator, body, "one")
		if again.status != http.StatusCreated || string(again.body) != string(first.body) || again.header.Get("ETag") != first.header.Get("ETag") {
			t.Fatalf("got %s, want %s", again, first)
		}
		if again.header.Get("Idempotency-Replayed") != "true" {
			t.Fatal("a replayed answer does not say so")
		}
	})
	t.Run("the same key with another body is refused", func(t *testing.T) {
		a := post(operator, `{"type":"noise","building_code":"F01"}`, "one")
		if p := a.problem(t); a.status != http.StatusUnprocessableEntity || p.Errors[0].Field != "Idempotency-Key" {
			t.Fatalf("got %s, want 422 for Idempotency-Key", a)
		}
	})
	t.Run("another account may use the same key", func(t *testing.T) {
		if a := post(d.as(access.Emergency, fixture.District), body, "one"); a.status != http.StatusCreated || string(a.body) == string(first.body) {
			t.Fatalf("got %s, want a case of its own", a)
		}
	})
	t.Run("a failed write leaves its key free", func(t *testing.T) {
		if a := post(operator, `{"type":"light","building_code":"nowhere"}`, "two"); a.status != http.StatusBadRequest {
			t.Fatalf("got %s, want 400", a)
		}
		if a := post(operator, body, "two"); a.status != http.StatusCreated {
			t.Fatalf("got %s, want 201", a)
		}
	})
	t.Run("sixteen at once make one case", func(t *testing.T) {
		var before, after int
		count := func(n *int) {
			if err := d.pool.QueryRow(context.Background(), `select count(*) from cases`).Scan(n); err != nil {
				t.Fatal(err)
			}
		}
		count(&before)
		answers := make([]answer, 16)
		var wg sync.WaitGroup
		for i := range answers {
			wg.Go(func() { answers[i] = post(operator, body, "race") })
		}
		wg.Wait()
		count(&after)
		for _, a := range answers {
			if a.status != http.StatusCreated || string(a.body) != string(answers[0].body) {
				t.Fatalf("got %s beside %s", a, answers[0])
			}
		}
		if after != before+1 {
			t.Fatalf("got %d new cases, want 1", after-before)
		}
	})
	t.Run("a change sent again after it was done is not stale", func(t *testing.T) {
		c := d.open(body, "three")
		one := d.change(c.ID, 1, `{"action":"step"}`, "four")
		two := d.change(c.ID, 1, `{"action":"step"}`, "four")
		if two.status != http.StatusOK || string(one.body) != string(two.body) {
			t.Fatalf("got %s, want %s", two, one)
		}
	})
}

func TestACaseGoesThroughItsSteps(t *testing.T) {
	d := newDistrict(t, false)
	c := d.open(`{"type":"light","building_code":"F03","description":"路灯不亮"}`, "open")
	version := c.Version
	for i, s := range []struct {
		says, body string
		status     int
		field      string
		want       func(caseSeen) bool
	}{
		{"it cannot skip a step", `{"action":"step","step":"dispatch"}`, 409, "step", nil},
		{"it moves on", `{"action":"step"}`, 200, "", func(c caseSeen) bool { return c.Step == "track" }},
		{"it moves on by name", `{"action":"step","step":"screen"}`, 200, "", func(c caseSeen) bool { return c.Step == "screen" }},
		{"it goes back only with a remark", `{"action":"step","step":"order"}`, 400, "remark", nil},
		{"with a remark it goes back", `{"action":"step","step":"track","remark":"信息不全"}`, 200, "", func(c caseSeen) bool { return c.Step == "track" }},
		{"it cannot go where it is", `{"action":"step","step":"track"}`, 409, "step", nil},
		{"it is escalated to the next level", `{"action":"escalate"}`, 200, "", func(c caseSeen) bool { return c.Level == "community" && c.Step == "track" }},
		{"it is not escalated past a level", `{"action":"escalate","level":"district"}`, 409, "level", nil},
		{"a whistle calls a department", fmt.Sprintf(`{"action":"whistle","department_id":%d}`, fixture.Water), 200, "", func(c caseSeen) bool { return c.Whistle }},
		{"the same department is not called twice", fmt.Sprintf(`{"action":"whistle","department_id":%d}`, fixture.Water), 409, "department_id", nil},
		{"only a department can be called", `{"action":"whistle","department_id":903}`, 400, "department_id", nil},
		{"a second department is called", fmt.Sprintf(`{"action":"whistle","department_id":%d}`, fixture.Fire), 200, "", func(c caseSeen) bool { return c.Whistle }},
		{"the first arrives, the other is expected", fmt.Sprintf(`{"action":"arrive","department_id":%d}`, fixture.Water), 200, "", func(c caseSeen) bool { return c.Whistle }},
		{"who arrived does not arrive again", fmt.Sprintf(`{"action":"arrive","department_id":%d}`, fixture.Water), 409, "department_id", nil},
		{"the other arrives", fmt.Sprintf(`{"action":"arrive","department_id":%d}`, fixture.Fire), 200, "", func(c caseSeen) bool { return !c.Whistle }},
		{"an open case is not rated", `{"action":"rate","rating":5}`, 409, "action", nil},
		{"it is not closed unhandled without a reason", `{"action":"close"}`, 400, "remark", nil},
		{"it is closed with one", `{"action":"close","remark":"重复上报"}`, 200, "", func(c caseSeen) bool { return c.State == "closed" && c.Step == "rate" }},
		{"a closed case moves no more", `{"action":"step"}`, 409, "action", nil},
		{"it is rated", `{"action":"rate","rating":4}`, 200, "", func(c caseSeen) bool { return c.Rating != nil && *c.Rating == 4 }},
		{"and not again", `{"action":"rate","rating":5}`, 409, "rating", nil},
	} {
		a := d.change(c.ID, version, s.body, fmt.Sprint("step ", i))
		if a.status != s.status {
			t.Fatalf("%s: got %s, want %d", s.says, a, s.status)
		}
		if s.field != "" {
			if p := a.problem(t); len(p.Errors) != 1 || p.Errors[0].Field != s.field {
				t.Fatalf("%s: got %+v, want the field %s", s.says, p, s.field)
			}
			continue
		}
		var got caseSeen
		a.into(t, &got)
		if !s.want(got) || got.Version != version+1 || a.header.Get("ETag") != fmt.Sprintf("%q", fmt.Sprint(version+1)) {
			t.Fatalf("%s: got %s", s.says, a)
		}
		version++
	}

	t.Run("the step log holds each change with its actor", func(t *testing.T) {
		var got caseSeen
		d.get(d.as(access.Operator, fixture.District), fmt.Sprint("/api/v1/cases/", c.ID)).into(t, &got)
		var log []string
		for _, s := range got.Steps {
			if s.Actor != "operator-"+fixture.District {
				t.Fatalf("got actor %q", s.Actor)
			}
			log = append(log, s.Step+" "+s.Remark)
		}
		want := "order |track |screen |track 信息不全|track escalate|track whistle|track whistle|track arrive|track arrive|rate 重复上报|rate rate"
		if strings.Join(log, "|") != want {
			t.Fatalf("got %s, want %s", strings.Join(log, "|"), want)
		}
		if len(got.Whistles) != 2 || got.Whistles[0].ArrivedAt == nil || got.Description != "路灯不亮" {
			t.Fatalf("got %+v", got)
		}
	})
}

func TestAChangeNamesTheVersionThatItSaw(t *testing.T) {
	d := newDistrict(t, false)
	c := d.open(`{"type":"light","building_code":"F01"}`, "open")
	path, operator := fmt.Sprint("/api/v1/cases/", c.ID), d.as(access.Operator, fixture.District)
	for name, x := range map[string]struct {
		headers []string
		status  int
	}{
		"without a version it is refused": {nil, http.StatusPreconditionRequired},
		"a version that is no number":     {[]string{"If-Match", `"x"`}, http.StatusBadRequest},
		"a weak version":                  {[]string{"If-Match", `W/"1"`}, http.StatusBadRequest},
		"an old version":                  {[]string{"If-Match", `"7"`}, http.StatusPreconditionFailed},
		"a star takes any":                {[]string{"If-Match", `*`}, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			a := d.send(operator, http.MethodPatch, path, `{"action":"step"}`, append(x.headers, "Idempotency-Key", name)...)
			if a.status != x.status {
				t.Fatalf("got %s, want %d", a, x.status)
			}
		})
	}
	t.Run("of two at once, one wins", func(t *testing.T) {
		c := d.open(`{"type":"light","building_code":"F01"}`, "open again")
		statuses := make([]int, 8)
		var wg sync.WaitGroup
		for i := range statuses {
			wg.Go(func() { statuses[i] = d.change(c.ID, 1, `{"action":"step"}`, fmt.Sprint("race ", i)).status })
		}
		wg.Wait()
		won := 0
		for _, s := range statuses {
			if s == http.StatusOK {
				won++
			} else if s != http.StatusPreconditionFailed {
				t.Fatalf("got %v", statuses)
			}
		}
		if won != 1 {
			t.Fatalf("got %v, want one 200", statuses)
		}
	})
}

func TestNumbersGoOnBehindThoseThatWereLoaded(t *testing.T) {
	d := newDistrict(t, false)
	first := d.open(`{"type":"light","building_code":"F01"}`, "first")
	// As an import would leave it: the next ten numbers are taken.
	_, err := d.pool.Exec(context.Background(), `insert into cases (number, type_code, title, level, step, board, grid_id, community_code, town_code,
			opened_at, step_at, due_at, geom, source)
		select left(number, 4) || lpad((substr(number, 5)::int + i)::text, 7, '0'), type_code, title, level, step, board, grid_id, community_code, town_code,
			opened_at, step_at, due_at, geom, 'import'
		from cases, generate_series(1, 10) i where id = $1`, first.ID)
	if err != nil {
		t.Fatal(err)
	}
	numbers := make([]string, 8)
	var wg sync.WaitGroup
	for i := range numbers {
		wg.Go(func() { numbers[i] = d.open(`{"type":"light","building_code":"F01"}`, fmt.Sprint("open ", i)).Number })
	}
	wg.Wait()
	for _, n := range numbers {
		if n <= first.Number[:4]+"0000011" {
			t.Fatalf("got %v, all of which should follow %s0000011", numbers, first.Number[:4])
		}
	}
}
