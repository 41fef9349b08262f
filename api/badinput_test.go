package api_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gridmap/data/testdb/fixture"
	"gridmap/service/access"
)

// TestBadInputIsRefusedByName sends, for every field of every request, what it
// cannot be, and wants the status and the field's name back, and nothing
// written.
func TestBadInputIsRefusedByName(t *testing.T) {
	d := newDistrict(t, false)
	c := d.open(`{"type":"light","building_code":"F01"}`, "a case")
	operator := d.as(access.Operator, fixture.District)
	casePath := fmt.Sprint("/api/v1/cases/", c.ID)
	long := strings.Repeat("字", 4001)
	for name, x := range map[string]struct {
		method, path, body string
		status             int
		field              string
	}{
		"a case without a type":                   {"POST", "/api/v1/cases", `{"building_code":"F01"}`, 400, "type"},
		"a case of an unknown type":               {"POST", "/api/v1/cases", `{"type":"x","building_code":"F01"}`, 400, "type"},
		"a type that is a number":                 {"POST", "/api/v1/cases", `{"type":1,"building_code":"F01"}`, 400, "type"},
		"a type with a zero character":            {"POST", "/api/v1/cases", `{"type":"a\u0000","building_code":"F01"}`, 400, "type"},
		"a level that there is not":               {"POST", "/api/v1/cases", `{"type":"light","level":"city","building_code":"F01"}`, 400, "level"},
		"a description that is too long":          {"POST", "/api/v1/cases", `{"type":"light","description":"` + long + `","building_code":"F01"}`, 400, "description"},
		"a description with a zero character":     {"POST", "/api/v1/cases", `{"type":"light","description":"\u0000","building_code":"F01"}`, 400, "description"},
		"a case without a place":                  {"POST", "/api/v1/cases", `{"type":"light"}`, 400, "location"},
		"a case with two places":                  {"POST", "/api/v1/cases", `{"type":"light","building_code":"F01","grid_code":"500152001001001"}`, 400, "location"},
		"an unknown building":                     {"POST", "/api/v1/cases", `{"type":"light","building_code":"F99"}`, 400, "building_code"},
		"a building code with a zero character":   {"POST", "/api/v1/cases", `{"type":"light","building_code":"\u0000"}`, 400, "building_code"},
		"a malformed grid code":                   {"POST", "/api/v1/cases", `{"type":"light","grid_code":"5001"}`, 400, "grid_code"},
		"an unknown grid code":                    {"POST", "/api/v1/cases", `{"type":"light","grid_code":"500152001001999"}`, 400, "grid_code"},
		"a location without a longitude":          {"POST", "/api/v1/cases", `{"type":"light","location":{"lat":30}}`, 400, "location.lon"},
		"a location without a latitude":           {"POST", "/api/v1/cases", `{"type":"light","location":{"lon":105}}`, 400, "location.lat"},
		"a longitude that is text":                {"POST", "/api/v1/cases", `{"type":"light","location":{"lon":"east","lat":30}}`, 400, "location.lon"},
		"a longitude off the globe":               {"POST", "/api/v1/cases", `{"type":"light","location":{"lon":181,"lat":30}}`, 400, "location.lon"},
		"a latitude off the globe":                {"POST", "/api/v1/cases", `{"type":"light","location":{"lon":105,"lat":91}}`, 400, "location.lat"},
		"a number beyond all numbers":             {"POST", "/api/v1/cases", `{"type":"light","location":{"lon":1e999,"lat":30}}`, 400, "location.lon"},
		"a system that we do not read":            {"POST", "/api/v1/cases", `{"type":"light","location":{"lon":105,"lat":30,"crs":"utm"}}`, 400, "location.crs"},
		"a place outside the district":            {"POST", "/api/v1/cases", `{"type":"light","location":{"lon":104,"lat":30}}`, 422, "location"},
		"an unknown field":                        {"POST", "/api/v1/cases", `{"type":"light","building_code":"F01","colour":"red"}`, 400, "colour"},
		"an unknown field inside":                 {"POST", "/api/v1/cases", `{"type":"light","location":{"lon":105,"lat":30,"alt":3}}`, 400, "alt"},
		"an empty body":                           {"POST", "/api/v1/cases", ` `, 400, "body"},
		"a body that ends too early":              {"POST", "/api/v1/cases", `{"type":`, 400, "body"},
		"a body that is not JSON":                 {"POST", "/api/v1/cases", `<xml/>`, 400, "body"},
		"two bodies":                              {"POST", "/api/v1/cases", `{"type":"light","building_code":"F01"}{}`, 400, "body"},
		"a list for a body":                       {"POST", "/api/v1/cases", `[]`, 400, "body"},
		"a body above 1 MiB":                      {"POST", "/api/v1/cases", `{"description":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "body"},
		"a change without an action":              {"PATCH", casePath, `{}`, 400, "action"},
		"an action that there is not":             {"PATCH", casePath, `{"action":"delete"}`, 400, "action"},
		"a step that there is not":                {"PATCH", casePath, `{"action":"step","step":"dance"}`, 400, "step"},
		"a step with another action":              {"PATCH", casePath, `{"action":"close","step":"rate"}`, 400, "step"},
		"a level that there is not, in a change":  {"PATCH", casePath, `{"action":"escalate","level":"city"}`, 400, "level"},
		"a level with another action":             {"PATCH", casePath, `{"action":"step","level":"town"}`, 400, "level"},
		"a whistle for nobody":                    {"PATCH", casePath, `{"action":"whistle"}`, 400, "department_id"},
		"a department with another action":        {"PATCH", casePath, `{"action":"step","department_id":901}`, 400, "department_id"},
		"a rating of six":                         {"PATCH", casePath, `{"action":"rate","rating":6}`, 400, "rating"},
		"a rating with another action":            {"PATCH", casePath, `{"action":"step","rating":3}`, 400, "rating"},
		"a rating that is half":                   {"PATCH", casePath, `{"action":"rate","rating":3.5}`, 400, "rating"},
		"a remark that is too long":               {"PATCH", casePath, `{"action":"step","remark":"` + long + `"}`, 400, "remark"},
		"a change to an unknown case":             {"PATCH", "/api/v1/cases/999999", `{"action":"step"}`, 404, "id"},
		"a change to a case that is no number":    {"PATCH", "/api/v1/cases/x", `{"action":"step"}`, 400, "id"},
		"an unknown case":                         {"GET", "/api/v1/cases/999999", "", 404, "id"},
		"a negative case":                         {"GET", "/api/v1/cases/-1", "", 400, "id"},
		"a list in a malformed division":          {"GET", "/api/v1/cases?division=5001", "", 400, "division"},
		"a list with an unknown state":            {"GET", "/api/v1/cases?state=lost", "", 400, "state"},
		"a list with an empty state":              {"GET", "/api/v1/cases?state=", "", 400, "state"},
		"a list with an unknown level":            {"GET", "/api/v1/cases?level=city", "", 400, "level"},
		"a list with an unknown board":            {"GET", "/api/v1/cases?board=sports", "", 400, "board"},
		"a list with an unknown step":             {"GET", "/api/v1/cases?step=dance", "", 400, "step"},
		"a list in an unknown order":              {"GET", "/api/v1/cases?order=colour", "", 400, "order"},
		"a list without an end":                   {"GET", "/api/v1/cases?limit=1001", "", 400, "limit"},
		"a list of nothing":                       {"GET", "/api/v1/cases?limit=0", "", 400, "limit"},
		"a list with a made-up cursor":            {"GET", "/api/v1/cases?next=abc", "", 400, "next"},
		"a list with a filter that there is not":  {"GET", "/api/v1/cases?colour=red", "", 400, "colour"},
		"a list with a filter twice":              {"GET", "/api/v1/cases?level=grid&level=town", "", 400, "level"},
		"a query that is not well formed":         {"GET", "/api/v1/cases?level=%zz", "", 400, "query"},
		"a point without a longitude":             {"GET", "/api/v1/locate?lat=30", "", 400, "lon"},
		"a point that is not a number":            {"GET", "/api/v1/locate?lon=NaN&lat=30", "", 400, "lon"},
		"a point without end":                     {"GET", "/api/v1/locate?lon=105&lat=Inf", "", 400, "lat"},
		"a point in a system that we do not read": {"GET", "/api/v1/locate?lon=105&lat=30&crs=utm", "", 400, "crs"},
		"a point outside the district":            {"GET", "/api/v1/locate?lon=104&lat=30", "", 422, "location"},
		"figures of a malformed division":         {"GET", "/api/v1/figures?division=x", "", 400, "division"},
		"figures of an unknown division":          {"GET", "/api/v1/figures?division=500152099000", "", 404, "division"},
		"figures at no time":                      {"GET", "/api/v1/figures?at=yesterday", "", 400, "at"},
		"figures of the thirtieth of February":    {"GET", "/api/v1/figures?at=2024-02-30", "", 400, "at"},
		"figures of the future":                   {"GET", "/api/v1/figures?at=2999-01-01", "", 400, "at"},
		"figures with perhaps children":           {"GET", "/api/v1/figures?children=perhaps", "", 400, "children"},
		"a grid with a malformed code":            {"GET", "/api/v1/grids/12", "", 400, "code"},
		"an unknown grid":                         {"GET", "/api/v1/grids/500152001001999", "", 404, "code"},
		"an unknown division":                     {"GET", "/api/v1/divisions/500152099000", "", 404, "division"},
		"a malformed division":                    {"GET", "/api/v1/divisions/x", "", 400, "code"},
		"divisions of an unknown level":           {"GET", "/api/v1/divisions?level=city", "", 400, "level"},
		"divisions below a malformed one":         {"GET", "/api/v1/divisions?parent=1", "", 400, "parent"},
		"divisions below an unknown one":          {"GET", "/api/v1/divisions?parent=500152099000", "", 404, "division"},
		"a sign-in without an account":            {"POST", "/api/v1/session", `{"password":"x"}`, 400, "account"},
		"a sign-in without a password":            {"POST", "/api/v1/session", `{"account":"x"}`, 400, "password"},
		"a sign-in with more than it takes":       {"POST", "/api/v1/session", `{"account":"x","password":"y","role":"administrator"}`, 400, "role"},
	} {
		t.Run(name, func(t *testing.T) {
			before := d.written(t)
			headers := []string{"If-Match", "*", "Idempotency-Key", strings.ReplaceAll(name, " ", "-")}
			a := d.send(operator, x.method, x.path, x.body, headers...)
			p := a.problem(t)
			if a.status != x.status || len(p.Errors) != 1 || p.Errors[0].Field != x.field || p.Errors[0].Reason == "" {
				t.Fatalf("got %s, want %d for %q", a, x.status, x.field)
			}
			if after := d.written(t); after != before {
				t.Fatalf("got %s written, want %s", after, before)
			}
		})
	}
	for name, key := range map[string]string{"no key": "", "a key that is too long": strings.Repeat("k", 201), "a key with a letter outside ASCII": "鑰"} {
		t.Run(name, func(t *testing.T) {
			a := d.send(operator, http.MethodPost, "/api/v1/cases", `{"type":"light","building_code":"F01"}`, "Idempotency-Key", key)
			if p := a.problem(t); a.status != 400 || p.Errors[0].Field != "Idempotency-Key" {
				t.Fatalf("got %s, want 400 for Idempotency-Key", a)
			}
		})
	}
	t.Run("a body that is not called JSON", func(t *testing.T) {
		a := d.send(operator, http.MethodPost, "/api/v1/cases", `{}`, "Content-Type", "text/plain", "Idempotency-Key", "k")
		if p := a.problem(t); a.status != http.StatusUnsupportedMediaType || p.Errors[0].Field != "Content-Type" {
			t.Fatalf("got %s, want 415", a)
		}
	})
}

// written counts what a refused request must not change.
func (d *district) written(t *testing.T) string {
	t.Helper()
	var s string
	err := d.pool.QueryRow(context.Background(), `select concat_ws('/', (select count(*) from cases), (select sum(version) from cases),
		(select count(*) from case_steps), (select count(*) from whistles), (select count(*) from idempotency_keys))`).Scan(&s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
