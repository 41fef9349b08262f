package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"gridmap/api"
	"gridmap/data/testdb/fixture"
	"gridmap/service/access"
)

// outage closes the district's database to everybody until it is called again.
func (d *district) outage(t *testing.T) (end func()) {
	t.Helper()
	ctx := context.Background()
	cfg := d.pool.Config().ConnConfig.Copy()
	name := cfg.Database
	cfg.Database = "postgres"
	admin, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	run := func(sql string) {
		if _, err := admin.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	run(`alter database ` + name + ` allow_connections false`)
	run(fmt.Sprintf(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '%s'`, name))
	return func() {
		run(`alter database ` + name + ` allow_connections true`)
		admin.Close(ctx)
	}
}

func TestWithoutTheDatabaseWhoWasKnownStaysKnown(t *testing.T) {
	d := newDistrict(t, true)
	operator, wall := d.as(access.Operator, fixture.District), d.as(access.Wall, fixture.District)
	stranger := d.as(access.Planner, fixture.District) // never seen by this server
	for _, token := range []string{operator, wall} {
		if a := d.get(token, "/api/v1/session"); a.status != 200 {
			t.Fatalf("got %s", a)
		}
	}
	const body, key = `{"type":"light","building_code":"F01"}`, "through the gap"
	post := func() answer {
		return d.send(operator, http.MethodPost, "/api/v1/cases", body, "Idempotency-Key", key)
	}
	end := d.outage(t)
	t.Run("who they are is answered from memory", func(t *testing.T) {
		if a := d.get(wall, "/api/v1/session"); a.status != 200 || !strings.Contains(string(a.body), `"role":"wall"`) {
			t.Fatalf("got %s", a)
		}
	})
	t.Run("tiles go on", func(t *testing.T) {
		if a := d.get(wall, "/tiles/grids/12/3251/1687.mvt"); a.status != 200 && a.status != 204 {
			t.Fatalf("got %s", a)
		}
	})
	t.Run("the wall's page comes, without a session", func(t *testing.T) {
		if a := d.get("", "/wall"); a.status != 200 || a.header.Get("Set-Cookie") != "" {
			t.Fatalf("got %s", a)
		}
	})
	for name, a := range map[string]answer{
		"a write says to try again":                    post(),
		"figures say to try again":                     d.get(wall, "/api/v1/figures"),
		"nobody signs in":                              d.send("", http.MethodPost, "/api/v1/session", `{"account":"wall","password":"demo-wall"}`),
		"who was never seen is not known, nor refused": d.get(stranger, "/api/v1/session"),
	} {
		t.Run(name, func(t *testing.T) {
			if p := a.problem(t); a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" || strings.Contains(p.Detail, "SQL") {
				t.Fatalf("got %s, want 503 with Retry-After", a)
			}
		})
	}
	end()
	t.Run("afterwards the same write goes in", func(t *testing.T) {
		if a := post(); a.status != http.StatusCreated {
			t.Fatalf("got %s, want 201", a)
		}
	})
}

func TestAPanicIsA500WithoutDetails(t *testing.T) {
	handler := api.New(api.Config{More: []api.Route{{Method: http.MethodGet, Pattern: "/boom", Open: true, Scope: api.ScopeNone,
		Handle: func(http.ResponseWriter, *http.Request) error { panic("secret detail") }}}})
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/boom", nil))
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
}
