package api_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"gridmap/api"
	"gridmap/data/testdb/fixture"
	"gridmap/service/access"
)

// pathOf fills a route's pattern for a division; bodies and headers are right
// enough to get past the door.
func pathOf(r api.Route, division string, caseID int64) string {
	grid := fixture.GridCode(map[string]string{fixture.West: fixture.A1, fixture.East: fixture.B1}[division], 1)
	code := grid
	if strings.Contains(r.Pattern, "divisions") {
		code = division
	}
	path := strings.NewReplacer("{code}", code, "{id}", fmt.Sprint(caseID), "{layers}", "grids", "{z}", "12", "{x}", "3251", "{y}", "1687",
		"{name}", "wall", "*", "a-1.js").Replace(r.Pattern)
	takes := func(name string) bool {
		return slices.ContainsFunc(r.Query, func(p api.Param) bool { return p.Name == name })
	}
	switch {
	case takes("division"):
		path += "?division=" + division
	case takes("lon"):
		path += map[string]string{fixture.West: "?lon=105.801&lat=30.101", fixture.East: "?lon=105.841&lat=30.101"}[division]
	}
	return path
}

func bodyOf(r api.Route, division string) string {
	switch {
	case r.Method == http.MethodPost && strings.HasSuffix(r.Pattern, "/cases"):
		return fmt.Sprintf(`{"type":"light","building_code":%q}`, map[string]string{fixture.West: "F01", fixture.East: "F12"}[division])
	case r.Method == http.MethodPatch:
		return `{"action":"step","step":"order","remark":"x"}`
	case r.Request != nil:
		return `{"account":"nobody","password":"nothing at all"}`
	}
	return ""
}

// ask makes one request and returns its status; a stream is left after its
// headers.
func (d *district) ask(t *testing.T, token string, r api.Route, division string, caseID int64) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, r.Method, d.server.URL+pathOf(r, division, caseID), strings.NewReader(bodyOf(r, division)))
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Idempotency-Key", fmt.Sprint(token[:min(8, len(token))], r.Method, r.Pattern, division))
	q.Header.Set("If-Match", "*")
	if token != "" {
		q.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := d.server.Client().Do(q)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

// TestEveryRouteAdmitsWhomItsRowNames walks the table that the router is built
// of: every route × anonymous, a wrong token, a disabled account, and each role
// inside and outside its scope.
func TestEveryRouteAdmitsWhomItsRowNames(t *testing.T) {
	d := newDistrict(t, false)
	inWest := d.open(`{"type":"light","building_code":"F01"}`, "west").ID
	inEast := d.open(`{"type":"light","building_code":"F12"}`, "east").ID
	disabled := d.disabledToken(t)
	expired := d.expiredToken(t)
	for _, r := range api.Routes(d.config) {
		t.Run(r.Method+" "+r.Pattern, func(t *testing.T) {
			open := len(r.Roles) == 0
			if r.Scope == "" {
				t.Fatal("the route does not say how scope binds it")
			}
			for who, token := range map[string]string{"anonymous": "", "a wrong token": "wrong", "a disabled account": disabled, "an expired token": expired} {
				got := d.ask(t, token, r, fixture.West, inWest)
				signIn := r.Method == http.MethodPost && strings.HasSuffix(r.Pattern, "/session") // refuses the password it got
				if open && got == http.StatusUnauthorized && !signIn || !open && got != http.StatusUnauthorized {
					t.Errorf("%s got %d", who, got)
				}
			}
			for _, role := range access.Roles() {
				if r.Method == http.MethodDelete && strings.HasSuffix(r.Pattern, "/session") {
					continue // would end the session that the walk goes with; see the test of sessions
				}
				token := d.as(role, fixture.West)
				may := open || slices.Contains(r.Roles, role)
				got := d.ask(t, token, r, fixture.West, inWest)
				if refused := got == http.StatusForbidden; refused == may {
					t.Errorf("%s inside its scope got %d, may: %v", role, got, may)
				}
				bound := r.Scope == api.ScopeDivision || r.Scope == api.ScopeContent && strings.HasPrefix(r.Pattern, "/api/v1/") && !r.Stream
				got = d.ask(t, token, r, fixture.East, inEast)
				if refused := got == http.StatusForbidden; refused != (!may || bound) {
					t.Errorf("%s outside its scope got %d, want refused: %v", role, got, !may || bound)
				}
			}
		})
	}
}

func (d *district) disabledToken(t *testing.T) string {
	t.Helper()
	ctx := context.Background()
	if err := d.access.AddAccount(ctx, access.Identity{Account: "test"}, "gone", "long enough for all", access.Operator, fixture.West); err != nil {
		t.Fatal(err)
	}
	s, err := d.access.SignIn(ctx, "gone", "long enough for all", "test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.pool.Exec(ctx, `update accounts set disabled = true where account = 'gone'`); err != nil {
		t.Fatal(err)
	}
	return s.Secret
}

func (d *district) expiredToken(t *testing.T) string {
	t.Helper()
	ctx := context.Background()
	s, err := d.access.CreateToken(ctx, "late", access.Operator, fixture.West, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.pool.Exec(ctx, `update credentials set expires_at = now() - interval '1 s' where account = 'late'`); err != nil {
		t.Fatal(err)
	}
	return s.Secret
}

func TestAPathThatIsNotInTheTableHasNoHandler(t *testing.T) {
	d := newDistrict(t, false)
	for name, c := range map[string]struct {
		method, path string
		status       int
	}{
		"an unknown path":            {http.MethodGet, "/api/v1/nothing", 404},
		"a path above the root":      {http.MethodGet, "/assets/..%2f..%2fetc/passwd", 404},
		"a folder of assets":         {http.MethodGet, "/assets/", 404},
		"a method that a path lacks": {http.MethodPut, "/api/v1/cases", 405},
		"a method that nobody has":   {"BREW", "/api/v1/cases", 405},
	} {
		t.Run(name, func(t *testing.T) {
			a := d.send("", c.method, c.path, "")
			if a.status != c.status {
				t.Fatalf("got %s, want %d", a, c.status)
			}
			a.problem(t)
		})
	}
}

func TestTheOpenAPIDocumentNamesEveryRoute(t *testing.T) {
	d := newDistrict(t, false)
	var doc struct {
		OpenAPI    string                               `json:"openapi"`
		Paths      map[string]map[string]map[string]any `json:"paths"`
		Components struct {
			Schemas map[string]any `json:"schemas"`
		} `json:"components"`
	}
	a := d.get("", "/api/openapi.json")
	a.into(t, &doc)
	for _, r := range api.Routes(d.config) {
		if strings.HasPrefix(r.Pattern, "/api/") && doc.Paths[r.Pattern][strings.ToLower(r.Method)] == nil {
			t.Errorf("%s %s is missing", r.Method, r.Pattern)
		}
	}
	for _, ref := range strings.Split(string(a.body), `"$ref":"#/components/schemas/`)[1:] {
		if name, _, _ := strings.Cut(ref, `"`); doc.Components.Schemas[name] == nil {
			t.Errorf("the schema %s is named and not described", name)
		}
	}
	if doc.OpenAPI != "3.1.0" {
		t.Fatalf("got version %q", doc.OpenAPI)
	}
}
