package main_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

func TestBadInputFromOutsideIsRefusedByName(t *testing.T) {
	demo := copyOfDemo(t)
	s := start(t, demo.dir, "serve")
	before := s.openCases(demo.operator)
	var like seenCase
	for _, like = range before {
		break
	}
	grid := `"type":"` + like.Type + `","grid_code":"` + like.GridCode + `"`
	type refusal struct {
		token, method, path, body string
		status                    int
		field                     string
	}
	for name, x := range map[string]refusal{
		"an unknown layer":                    {demo.wall, "GET", "/tiles/secrets/10/1/1.mvt", "", 404, "layers"},
		"a known layer beside an unknown one": {demo.wall, "GET", "/tiles/grids,secrets/10/1/1.mvt", "", 404, "layers"},
		"a zoom beyond the pyramid":           {demo.wall, "GET", "/tiles/grids/19/1/1.mvt", "", 400, "z"},
		"a column beyond the pyramid":         {demo.wall, "GET", "/tiles/grids/10/1024/1.mvt", "", 400, "x"},
		"a row beyond the pyramid":            {demo.wall, "GET", "/tiles/grids/10/1/1024.mvt", "", 400, "y"},
		"a row that is negative":              {demo.wall, "GET", "/tiles/grids/10/1/-1.mvt", "", 400, "y"},
		"a zoom that is no number":            {demo.wall, "GET", "/tiles/grids/ten/1/1.mvt", "", 400, "z"},
		"a filter by a level that is none":    {demo.wall, "GET", "/tiles/heat/10/1/1.mvt?level=galaxy", "", 400, "level"},
		"a filter on a layer without cases":   {demo.wall, "GET", "/tiles/grids/10/1/1.mvt?level=grid", "", 400, "level"},
		"a filter that there is not":          {demo.wall, "GET", "/tiles/heat/10/1/1.mvt?sql=1", "", 400, "sql"},
		"a malformed moment":                  {demo.wall, "GET", "/tiles/heat/10/1/1.mvt?at=noon", "", 400, "at"},
		"a moment to come":                    {demo.wall, "GET", "/tiles/heat/10/1/1.mvt?at=2999-01-01", "", 400, "at"},
		"single cases for the wall":           {demo.wall, "GET", "/tiles/cases/10/1/1.mvt", "", 403, "layers"},
		"tiles for nobody":                    {"", "GET", "/tiles/grids/10/1/1.mvt", "", 401, ""},
		"tiles for a made-up token":           {"made-up", "GET", "/tiles/grids/10/1/1.mvt", "", 401, ""},
		"figures on a malformed date":         {demo.wall, "GET", "/api/v1/figures?at=2026-02-30", "", 400, "at"},
		"figures of a malformed code":         {demo.wall, "GET", "/api/v1/figures?division=%27%20or%201=1", "", 400, "division"},
		"the card of a malformed grid":        {demo.wall, "GET", "/api/v1/grids/1", "", 400, "code"},
		"a list with too many":                {demo.operator, "GET", "/api/v1/cases?limit=100000", "", 400, "limit"},
		"a new case by the wall":              {demo.wall, "POST", "/api/v1/cases", `{` + grid + `}`, 403, ""},
		"a new case by a planner":             {demo.planner, "POST", "/api/v1/cases", `{` + grid + `}`, 403, ""},
		"a new case with an unknown field":    {demo.operator, "POST", "/api/v1/cases", `{` + grid + `,"colour":"red"}`, 400, "colour"},
		"a new case outside the district":     {demo.operator, "POST", "/api/v1/cases", `{"type":"` + like.Type + `","location":{"lon":116.4,"lat":39.9}}`, 422, "location"},
		"a new case in an unknown grid":       {demo.operator, "POST", "/api/v1/cases", `{"type":"` + like.Type + `","grid_code":"500152999999999"}`, 400, "grid_code"},
		"a body above a mebibyte":             {demo.operator, "POST", "/api/v1/cases", `{"description":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "body"},
		"a body that is not JSON":             {demo.operator, "POST", "/api/v1/cases", `<?xml version="1.0"?>`, 400, "body"},
		"a path that there is not":            {demo.operator, "GET", "/api/v1/secrets", "", 404, ""},
		"a method that a path does not take":  {demo.operator, "DELETE", "/api/v1/cases", "", 405, ""},
		"a wrong password":                    {"", "POST", "/api/v1/session", `{"account":"operator","password":"demo-operator"}`, 401, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := s.send(x.token, x.method, x.path, x.body, "Idempotency-Key", "refused", "If-Match", "*")
			if r.err != nil || r.status != x.status || r.header.Get("Content-Type") != "application/problem+json" {
				t.Fatalf("got %v as %s, want %d as a problem", r, r.header.Get("Content-Type"), x.status)
			}
			var p struct {
				Errors []struct{ Field, Reason string }
			}
			if err := json.Unmarshal(r.body, &p); err != nil {
				t.Fatal(err)
			}
			if x.field != "" && (len(p.Errors) != 1 || p.Errors[0].Field != x.field || p.Errors[0].Reason == "") {
				t.Errorf("got %v, want it to name %q", r, x.field)
			}
		})
	}
	if after := s.openCases(demo.operator); len(after) != len(before) {
		t.Errorf("%d cases are open after the refusals, want %d", len(after), len(before))
	}
	if r := s.get("", "/healthz"); r.status != http.StatusOK {
		t.Errorf("the server is not well afterwards: %v", r)
	}
	if strings.Contains(s.log.String(), "msg=panic") {
		t.Errorf("something panicked:\n%s", s.log.tail())
	}
}
