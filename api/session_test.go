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
)

type sessionSeen struct {
	Token   string `json:"token"`
	Account string `json:"account"`
	Role    string `json:"role"`
	Scope   struct{ Code, Name, Level string }
	Demo    bool `json:"demo"`
}

func TestSomebodySignsInAndOut(t *testing.T) {
	d := newDistrict(t, false)
	ctx := context.Background()
	if err := d.access.AddAccount(ctx, access.Identity{Account: "test", Role: access.Administrator}, "li.na", "correct horse battery", access.Planner, fixture.West); err != nil {
		t.Fatal(err)
	}
	a := d.send("", http.MethodPost, "/api/v1/session", `{"account":"li.na","password":"correct horse battery"}`)
	var s sessionSeen
	a.into(t, &s)
	if a.status != 200 || s.Role != "planner" || s.Scope.Code != fixture.West || s.Scope.Name != "西街道" || s.Scope.Level != "town" || s.Demo {
		t.Fatalf("got %s", a)
	}
	cookie := a.header.Get("Set-Cookie")
	for _, want := range []string{"gridmap_session=" + s.Token, "HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("got the cookie %s, want %s in it", cookie, want)
		}
	}
	t.Run("the cookie is who they are", func(t *testing.T) {
		a := d.send("", http.MethodGet, "/api/v1/session", "", "Cookie", "gridmap_session="+s.Token)
		if a.status != 200 || !strings.Contains(string(a.body), `"account":"li.na"`) {
			t.Fatalf("got %s", a)
		}
	})
	t.Run("a page of another origin cannot write with it", func(t *testing.T) {
		a := d.send("", http.MethodDelete, "/api/v1/session", "", "Cookie", "gridmap_session="+s.Token, "Sec-Fetch-Site", "cross-site")
		if a.status != http.StatusForbidden {
			t.Fatalf("got %s, want 403", a)
		}
	})
	t.Run("signed out it is worth nothing", func(t *testing.T) {
		if a := d.send(s.Token, http.MethodDelete, "/api/v1/session", ""); a.status != http.StatusNoContent {
			t.Fatalf("got %s, want 204", a)
		}
		if a := d.get(s.Token, "/api/v1/session"); a.status != http.StatusUnauthorized {
			t.Fatalf("got %s, want 401", a)
		}
	})
	t.Run("a wrong password and an unknown account look the same", func(t *testing.T) {
		wrong := d.send("", http.MethodPost, "/api/v1/session", `{"account":"li.na","password":"x"}`)
		nobody := d.send("", http.MethodPost, "/api/v1/session", `{"account":"nobody","password":"x"}`)
		if wrong.status != 401 || string(wrong.body) != string(nobody.body) {
			t.Fatalf("got %s and %s", wrong, nobody)
		}
	})
	t.Run("the audit log has it, unbroken, and the auditor reads it", func(t *testing.T) {
		n, err := data.VerifyAudit(ctx, d.pool)
		if err != nil || n == 0 {
			t.Fatalf("got %d entries, %v", n, err)
		}
		a := d.get(d.as(access.Auditor, fixture.District), "/api/v1/audit")
		for _, want := range []string{`"action":"session.open","subject":"li.na","result":"done"`, `"action":"session.open","subject":"li.na","result":"refused"`, `"action":"session.end"`, `"action":"account.add"`} {
			if !strings.Contains(string(a.body), want) {
				t.Errorf("the log lacks %s", want)
			}
		}
		if strings.Contains(string(a.body), "horse") || strings.Contains(string(a.body), s.Token) {
			t.Error("the log holds a secret")
		}
	})
}

func TestTheDemoOpensTheWallByItself(t *testing.T) {
	d := newDistrict(t, true)
	a := d.get("", "/wall")
	cookie, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
	if a.status != 200 || cookie == "" || !strings.Contains(string(a.body), "wall") {
		t.Fatalf("got %s with %q", a, cookie)
	}
	who := d.send("", http.MethodGet, "/api/v1/session", "", "Cookie", cookie)
	var s sessionSeen
	who.into(t, &s)
	if s.Role != "wall" || !s.Demo || s.Scope.Code != fixture.District {
		t.Fatalf("got %s", who)
	}
	if again := d.send("", http.MethodGet, "/wall", "", "Cookie", cookie); again.header.Get("Set-Cookie") != "" {
		t.Fatal("who has a session got another")
	}
	for _, account := range d.access.DemoAccounts() {
		a := d.send("", http.MethodPost, "/api/v1/session", `{"account":"`+account.Account+`","password":"demo-`+account.Account+`"}`)
		var s sessionSeen
		a.into(t, &s)
		if a.status != 200 || s.Role != string(account.Role) {
			t.Fatalf("%s got %s", account.Account, a)
		}
	}
}

func TestOutsideTheDemoNobodyIsLetInByItself(t *testing.T) {
	d := newDistrict(t, false)
	if a := d.get("", "/wall"); a.status != 200 || a.header.Get("Set-Cookie") != "" {
		t.Fatalf("got %s with a cookie", a)
	}
	if a := d.get("", "/api/v1/demo/accounts"); strings.TrimSpace(string(a.body)) != `{"items":[]}` {
		t.Fatalf("got %s", a)
	}
	if a := d.send("", http.MethodPost, "/api/v1/session", `{"account":"admin","password":"demo-admin"}`); a.status != 401 {
		t.Fatalf("got %s", a)
	}
	if err := d.access.AddAccount(context.Background(), access.Identity{}, "short", "demo", access.Planner, fixture.District); data.CodeOf(err) != data.Invalid {
		t.Fatalf("got %v for a short password", err)
	}
}

func TestEveryAnswerBindsTheBrowser(t *testing.T) {
	d := newDistrict(t, false)
	for _, path := range []string{"/", "/healthz", "/api/v1/session", "/nothing"} {
		h := d.get("", path).header
		for name, want := range map[string]string{"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "X-Request-Id": ""} {
			if got := h.Get(name); got == "" || !strings.Contains(got, want) {
				t.Errorf("%s: got %s %q, want %q", path, name, got, want)
			}
		}
		if csp := h.Get("Content-Security-Policy"); strings.Contains(csp, "http") || strings.Contains(csp, "unsafe-eval") {
			t.Errorf("%s: the policy names more than our own origin: %s", path, csp)
		}
	}
	if got := d.get("", "/assets/a-1.js").header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("got %q for an asset", got)
	}
}

func TestRefusalsAndWhistlesAreAudited(t *testing.T) {
	d := newDistrict(t, false)
	d.get(d.as(access.Planner, fixture.West), "/api/v1/figures?division="+fixture.East)
	d.get(d.as(access.Wall, fixture.District), "/api/v1/audit")
	c := d.open(`{"type":"light","building_code":"F01"}`, "open")
	for i, action := range []string{"whistle", "arrive"} {
		body := fmt.Sprintf(`{"action":%q,"department_id":%d}`, action, fixture.Fire)
		if a := d.change(c.ID, 1+i, body, action); a.status != 200 {
			t.Fatalf("got %s", a)
		}
	}
	log := string(d.get(d.as(access.Auditor, fixture.District), "/api/v1/audit?limit=1000").body)
	for name, want := range map[string]string{
		"a look outside the scope": `"actor":"planner-500152001000","role":"planner","action":"GET /api/v1/figures","subject":"500152002000","result":"refused"`,
		"a path for another role":  `"action":"GET /api/v1/audit","subject":"","result":"refused"`,
		"a whistle":                `"action":"case.whistle","subject":"` + c.Number + `","result":"done","detail":{"department":902}`,
		"an arrival":               `"action":"case.arrive"`,
	} {
		if !strings.Contains(log, want) && !strings.Contains(log, strings.ReplaceAll(want, ":902}", ": 902}")) {
			t.Errorf("%s is not in the log", name)
		}
	}
	if _, err := data.VerifyAudit(context.Background(), d.pool); err != nil {
		t.Error(err)
	}
}
