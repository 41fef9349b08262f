package main_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

func TestBadInputFromOutsideIsRefusedByName(t *testing.T) {
	demo := shop.DemoIn(t, shop.Folder(t))
	s := start(t, demo.Dir, "serve")
	before := s.openCases(demo.Tokens["operator"])
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
		"an unknown layer":                    {demo.Tokens["wall"], "GET", "/tiles/secrets/10/1/1.mvt", "", 404, "layers"},
		"a known layer beside an unknown one": {demo.Tokens["wall"], "GET", "/tiles/grids,secrets/10/1/1.mvt", "", 404, "layers"},
		"a zoom beyond the pyramid":           {demo.Tokens["wall"], "GET", "/tiles/grids/19/1/1.mvt", "", 400, "z"},
		"a column beyond the pyramid":         {demo.Tokens["wall"], "GET", "/tiles/grids/10/1024/1.mvt", "", 400, "x"},
		"a row beyond the pyramid":            {demo.Tokens["wall"], "GET", "/tiles/grids/10/1/1024.mvt", "", 400, "y"},
		"a row that is negative":              {demo.Tokens["wall"], "GET", "/tiles/grids/10/1/-1.mvt", "", 400, "y"},
		"a zoom that is no number":            {demo.Tokens["wall"], "GET", "/tiles/grids/ten/1/1.mvt", "", 400, "z"},
		"a filter by a level that is none":    {demo.Tokens["wall"], "GET", "/tiles/heat/10/1/1.mvt?level=galaxy", "", 400, "level"},
		"a filter on a layer without cases":   {demo.Tokens["wall"], "GET", "/tiles/grids/10/1/1.mvt?level=grid", "", 400, "level"},
		"a filter that there is not":          {demo.Tokens["wall"], "GET", "/tiles/heat/10/1/1.mvt?sql=1", "", 400, "sql"},
		"a malformed moment":                  {demo.Tokens["wall"], "GET", "/tiles/heat/10/1/1.mvt?at=noon", "", 400, "at"},
		"a moment to come":                    {demo.Tokens["wall"], "GET", "/tiles/heat/10/1/1.mvt?at=2999-01-01", "", 400, "at"},
		"single cases for the wall":           {demo.Tokens["wall"], "GET", "/tiles/cases/10/1/1.mvt", "", 403, "layers"},
		"tiles for nobody":                    {"", "GET", "/tiles/grids/10/1/1.mvt", "", 401, ""},
		"tiles for a made-up token":           {"made-up", "GET", "/tiles/grids/10/1/1.mvt", "", 401, ""},
		"figures on a malformed date":         {demo.Tokens["wall"], "GET", "/api/v1/figures?at=2026-02-30", "", 400, "at"},
		"figures of a malformed code":         {demo.Tokens["wall"], "GET", "/api/v1/figures?division=%27%20or%201=1", "", 400, "division"},
		"the card of a malformed grid":        {demo.Tokens["wall"], "GET", "/api/v1/grids/1", "", 400, "code"},
		"a list with too many":                {demo.Tokens["operator"], "GET", "/api/v1/cases?limit=100000", "", 400, "limit"},
		"a new case by the wall":              {demo.Tokens["wall"], "POST", "/api/v1/cases", `{` + grid + `}`, 403, ""},
		"a new case by a planner":             {demo.Tokens["planner"], "POST", "/api/v1/cases", `{` + grid + `}`, 403, ""},
		"a new case with an unknown field":    {demo.Tokens["operator"], "POST", "/api/v1/cases", `{` + grid + `,"colour":"red"}`, 400, "colour"},
		"a new case outside the district":     {demo.Tokens["operator"], "POST", "/api/v1/cases", `{"type":"` + like.Type + `","location":{"lon":116.4,"lat":39.9}}`, 422, "location"},
		"a new case in an unknown grid":       {demo.Tokens["operator"], "POST", "/api/v1/cases", `{"type":"` + like.Type + `","grid_code":"500152999999999"}`, 400, "grid_code"},
		"a body above a mebibyte":             {demo.Tokens["operator"], "POST", "/api/v1/cases", `{"description":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "body"},
		"a body that is not JSON":             {demo.Tokens["operator"], "POST", "/api/v1/cases", `<?xml version="1.0"?>`, 400, "body"},
		"a path that there is not":            {demo.Tokens["operator"], "GET", "/api/v1/secrets", "", 404, ""},
		"a method that a path does not take":  {demo.Tokens["operator"], "DELETE", "/api/v1/cases", "", 405, ""},
		"a wrong password":                    {"", "POST", "/api/v1/session", `{"account":"operator","password":"demo-operator"}`, 401, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := s.Send(x.token, x.method, x.path, x.body, "Idempotency-Key", "refused", "If-Match", "*")
			if r.Err != nil || r.Status != x.status || r.Header.Get("Content-Type") != "application/problem+json" {
				t.Fatalf("got %v as %s, want %d as a problem", r, r.Header.Get("Content-Type"), x.status)
			}
			var p struct {
				Errors []struct{ Field, Reason string }
			}
			if err := json.Unmarshal(r.Body, &p); err != nil {
				t.Fatal(err)
			}
			if x.field != "" && (len(p.Errors) != 1 || p.Errors[0].Field != x.field || p.Errors[0].Reason == "") {
				t.Errorf("got %v, want it to name %q", r, x.field)
			}
		})
	}
	if after := s.openCases(demo.Tokens["operator"]); len(after) != len(before) {
		t.Errorf("%d cases are open after the refusals, want %d", len(after), len(before))
	}
	if r := s.Get("", "/healthz"); r.Status != http.StatusOK {
		t.Errorf("the server is not well afterwards: %v", r)
	}
	if strings.Contains(s.Log.String(), "msg=panic") {
		t.Errorf("something panicked:\n%s", s.Log.Tail())
	}
}
