package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"gridmap/api"
	"gridmap/data/testdb/fixture"
	"gridmap/service/access"
)

// walk is one route on its way past everybody.
type walk struct {
	*district
	t     *testing.T
	route api.Route
	asked int
}

// refused asks as somebody who must not get in, and sees that nothing changes.
func (w *walk) refused(who, token string, c corner, want int, field string) {
	w.t.Helper()
	before := ""
	if w.route.Method != http.MethodGet {
		if strings.Contains(w.route.Pattern, "tokens/") {
			id := c.token() // made before the count
			c.token = func() int64 { return id }
		}
		before = w.content(w.t)
	}
	w.asked++
	if got, at := w.ask(w.t, token, w.route, c); got != want || at != field {
		w.t.Errorf("%s got %d %q, want %d %q", who, got, at, want, field)
	}
	if before != "" && w.content(w.t) != before {
		w.t.Errorf("%s was refused and changed something", who)
	}
}

// admitted asks as somebody whom the door must let in; what the handler says to
// them is for other tests.
func (w *walk) admitted(who, token string, c corner) {
	w.t.Helper()
	// Signing in refuses the password it got, and there is no identity provider here.
	signIn := w.route.Open && strings.HasPrefix(w.route.Pattern, "/api/v1/session")
	w.asked++
	if got, at := w.ask(w.t, token, w.route, c); got == http.StatusForbidden || got == http.StatusUnauthorized && !signIn || got >= 500 {
		w.t.Errorf("%s got %d %q, want to be let in", who, got, at)
	}
}

// asRole asks as a role with its scope in West, about West and about East.
func (w *walk) asRole(role access.Role, west, east corner) {
	w.t.Helper()
	r := w.route
	token := w.as(role, fixture.West)
	if !r.Open && !slices.Contains(r.Roles, role) {
		w.refused(string(role), token, west, http.StatusForbidden, "")
		w.refused(string(role)+" outside its scope", token, east, http.StatusForbidden, "")
		return
	}
	w.admitted(string(role), token, west)
	if !bound(r) || r.Open {
		w.admitted(string(role)+" outside its scope", token, east)
		return
	}
	field := ""
	if strings.HasPrefix(r.Pattern, "/api/v1/accounts") && r.Method == http.MethodPost || strings.HasPrefix(r.Pattern, "/api/v1/accounts/") || strings.HasPrefix(r.Pattern, "/api/v1/tokens") {
		field = "scope" // of the account or token
	}
	w.refused(string(role)+" outside its scope", token, east, http.StatusForbidden, field)
}

// TestEveryRouteAdmitsWhomItsRowNames walks the table that the router is built
// of: every route × strangers, each role inside and outside its scope, and
// somebody who must change their password. Whoever is refused changes nothing.
func TestEveryRouteAdmitsWhomItsRowNames(t *testing.T) {
	d := newDistrict(t, false)
	west, east := d.corners()
	strangers, asked := d.strangers(t), 0
	for _, r := range api.Routes(d.config) {
		t.Run(r.Method+" "+r.Pattern, func(t *testing.T) {
			if fault := rowFault(r); fault != "" {
				t.Fatal(fault)
			}
			w := &walk{district: d, t: t, route: r}
			for who, token := range strangers {
				if r.Open {
					w.admitted(who, token, west)
				} else {
					w.refused(who, token, west, http.StatusUnauthorized, "")
				}
			}
			if !r.Open && !r.BeforeChange {
				w.refused("who must change the password", d.fresh(t, r.Roles[0]), west, http.StatusForbidden, "password")
			}
			for _, role := range access.Roles() {
				if r.Method == http.MethodDelete && strings.HasSuffix(r.Pattern, "/session") {
					continue // would end the session that the walk goes with; see the test of sessions
				}
				w.asRole(role, west, east)
			}
			asked += w.asked
		})
	}
	t.Logf("%d routes, %d requests", len(api.Routes(d.config)), asked)
}

// rowFault is what is wrong with a row of the table.
func rowFault(r api.Route) string {
	switch {
	case r.Scope == "":
		return "the route does not say how scope binds it"
	case len(r.Roles) == 0 && !r.Open:
		return "the route names neither roles nor that it is open to everybody"
	case len(r.Roles) > 0 && r.Open:
		return "the route is open to everybody and names roles"
	case r.Handle == nil:
		return "the route has no handler"
	}
	return ""
}

// unlisted are the routes of a router that the table does not have, and rows
// without a route.
func unlisted(t *testing.T, router chi.Routes, table []api.Route) (out []string) {
	t.Helper()
	listed, served := make(map[string]bool), make(map[string]bool)
	for _, r := range table {
		listed[r.Method+" "+r.Pattern] = true
	}
	err := chi.Walk(router, func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		served[method+" "+pattern] = true
		if !listed[method+" "+pattern] {
			out = append(out, method+" "+pattern)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range listed {
		if !served[name] {
			out = append(out, name+" is not served")
		}
	}
	return out
}

func TestTheRouterServesTheTableAndNothingElse(t *testing.T) {
	d := newDistrict(t, false)
	router, ok := api.New(d.config).(chi.Router)
	if !ok {
		t.Fatal("the handler is no router that can be walked")
	}
	if got := unlisted(t, router, api.Routes(d.config)); len(got) > 0 {
		t.Errorf("not in the table: %v", got)
	}
	router.Get("/backdoor", func(http.ResponseWriter, *http.Request) {})
	if got := unlisted(t, router, api.Routes(d.config)); !slices.Equal(got, []string{"GET /backdoor"}) {
		t.Errorf("a route beside the table: got %v", got)
	}
	for name, r := range map[string]api.Route{
		"without roles":       {Scope: api.ScopeNone, Handle: func(http.ResponseWriter, *http.Request) error { return nil }},
		"without a scope":     {Open: true, Handle: func(http.ResponseWriter, *http.Request) error { return nil }},
		"open and with roles": {Open: true, Roles: access.Roles(), Scope: api.ScopeNone, Handle: func(http.ResponseWriter, *http.Request) error { return nil }},
	} {
		if rowFault(r) == "" {
			t.Errorf("a row %s passes", name)
		}
	}
}

func TestARowThatNamesNobodyAdmitsNobody(t *testing.T) {
	d := newDistrict(t, false)
	c := d.config
	c.More = []api.Route{{Method: http.MethodGet, Pattern: "/api/v1/forgotten", Scope: api.ScopeNone, Handle: func(w http.ResponseWriter, _ *http.Request) error {
		_, err := w.Write([]byte("secret"))
		return err
	}}}
	c.Registry = nil
	server := httptest.NewServer(api.New(c))
	defer server.Close()
	for who, token := range map[string]string{"anonymous": "", "an administrator": d.as(access.Administrator, fixture.District)} {
		q, err := http.NewRequestWithContext(context.Background(), http.MethodGet, server.URL+"/api/v1/forgotten", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if token != "" {
			q.Header.Set("Authorization", "Bearer "+token)
		}
		res, err := server.Client().Do(q)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusUnauthorized && res.StatusCode != http.StatusForbidden {
			t.Errorf("%s got %d", who, res.StatusCode)
		}
	}
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
