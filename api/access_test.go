package api_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"gridmap/api"
	"gridmap/data"
	"gridmap/data/testdb/fixture"
	"gridmap/service/access"
)

func TestAFirstPasswordIsChangedBeforeAnythingElse(t *testing.T) {
	d := newDistrict(t, false)
	admin := d.as(access.Administrator, fixture.West)
	a := d.send(admin, http.MethodPost, "/api/v1/accounts", fmt.Sprintf(`{"account":"xiao.wu","role":"operator","scope":%q,"password":"told on the phone"}`, fixture.A1))
	if a.status != http.StatusCreated || strings.Contains(string(a.body), "phone") {
		t.Fatalf("got %s", a)
	}
	signIn := func(password string) (s struct {
		Token      string `json:"token"`
		MustChange bool   `json:"must_change"`
	}, status int) {
		a := d.send("", http.MethodPost, "/api/v1/session", fmt.Sprintf(`{"account":"xiao.wu","password":%q}`, password))
		if a.status == 200 {
			a.into(t, &s)
		}
		return s, a.status
	}
	s, _ := signIn("told on the phone")
	if !s.MustChange {
		t.Fatal("signing in does not say that the password must be changed")
	}
	if a := d.get(s.Token, "/api/v1/cases"); a.status != 403 || a.problem(t).Errors[0].Field != "password" {
		t.Fatalf("got %s", a)
	}
	if a := d.get(s.Token, "/api/v1/session"); a.status != 200 || !strings.Contains(string(a.body), `"must_change":true`) {
		t.Fatalf("got %s", a)
	}
	if a := d.send(s.Token, http.MethodPost, "/api/v1/session/password", `{"old":"told on the phone","new":"1234567890"}`); a.status != 400 || a.problem(t).Errors[0].Field != "new" {
		t.Fatalf("a password that everybody tries: got %s", a)
	}
	if a := d.send(s.Token, http.MethodPost, "/api/v1/session/password", `{"old":"told on the phone","new":"my very own words"}`); a.status != http.StatusNoContent {
		t.Fatalf("got %s", a)
	}
	if a := d.get(s.Token, "/api/v1/cases"); a.status != 200 {
		t.Fatalf("afterwards: got %s", a)
	}
	t.Run("disabling ends the session at once, and its stream", func(t *testing.T) {
		ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
		defer stop()
		q, err := http.NewRequestWithContext(ctx, http.MethodGet, d.server.URL+"/api/v1/events", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Authorization", "Bearer "+s.Token)
		stream, err := d.server.Client().Do(q)
		if err != nil || stream.StatusCode != 200 {
			t.Fatalf("got %v, %v", stream, err)
		}
		defer stream.Body.Close()
		if a := d.send(admin, http.MethodPatch, "/api/v1/accounts/xiao.wu", `{"disabled":true}`); a.status != 200 || !strings.Contains(string(a.body), `"disabled":true`) {
			t.Fatalf("got %s", a)
		}
		if a := d.get(s.Token, "/api/v1/session"); a.status != 401 {
			t.Fatalf("got %s", a)
		}
		began, buffer := time.Now(), make([]byte, 4096)
		for err == nil {
			_, err = stream.Body.Read(buffer)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Fatalf("the stream went on for %v", took)
		}
		if _, status := signIn("my very own words"); status != 401 {
			t.Fatalf("disabled, got %d", status)
		}
	})
	t.Run("five wrong ones give 429 with the time to wait, and the administrator sees and ends it", func(t *testing.T) {
		if a := d.send(admin, http.MethodPatch, "/api/v1/accounts/xiao.wu", `{"disabled":false,"unlock":true}`); a.status != 200 {
			t.Fatalf("got %s", a)
		}
		for range 5 {
			if _, status := signIn("wrong"); status != 401 {
				t.Fatalf("got %d", status)
			}
		}
		a := d.send("", http.MethodPost, "/api/v1/session", `{"account":"xiao.wu","password":"my very own words"}`)
		if after := a.header.Get("Retry-After"); a.status != 429 || after == "" || after == "0" || strings.Trim(after, "0123456789") != "" {
			t.Fatalf("got %s after %q", a, after)
		}
		a.problem(t)
		if a := d.get(admin, "/api/v1/accounts"); strings.Contains(string(a.body), `"locked_until":null,"created_at"`) && !strings.Contains(string(a.body), `"locked_until":"2`) {
			t.Fatalf("got %s", a)
		}
		if a := d.send(admin, http.MethodPatch, "/api/v1/accounts/xiao.wu", `{"unlock":true}`); a.status != 200 {
			t.Fatalf("got %s", a)
		}
		if _, status := signIn("my very own words"); status != 200 {
			t.Fatalf("unlocked, got %d", status)
		}
	})
}

func TestThePolicyOfPagesNamesOurOwnOriginOnly(t *testing.T) {
	d := newDistrict(t, false)
	for _, path := range []string{"/", "/wall", "/planner", "/assets/a-1.js", "/api/v1/session", "/nothing"} {
		directives := map[string][]string{}
		for part := range strings.SplitSeq(d.get("", path).header.Get("Content-Security-Policy"), ";") {
			words := strings.Fields(part)
			if len(words) > 0 {
				directives[words[0]] = words[1:]
			}
		}
		if strings.Join(directives["default-src"], " ") != "'self'" || strings.Join(directives["script-src"], " ") != "'self'" {
			t.Errorf("%s: scripts may come from %v, all else from %v", path, directives["script-src"], directives["default-src"])
		}
		for name, sources := range directives {
			for _, source := range sources {
				switch source {
				case "'self'", "'none'", "data:", "blob:":
				case "'unsafe-inline'":
					if name != "style-src" {
						t.Errorf("%s: %s takes inline text", path, name)
					}
				default:
					t.Errorf("%s: %s names %s", path, name, source)
				}
			}
		}
		for _, name := range []string{"object-src", "base-uri", "frame-ancestors"} {
			if strings.Join(directives[name], " ") != "'none'" {
				t.Errorf("%s: %s is %v", path, name, directives[name])
			}
		}
	}
}

func TestAPageOfAnotherOriginCannotWrite(t *testing.T) {
	d := newDistrict(t, false)
	west, _ := d.corners()
	session := d.sessionOf(t, "clerk", access.Operator)
	if _, err := d.pool.Exec(context.Background(), `update accounts set must_change = false`); err != nil {
		t.Fatal(err)
	}
	before := d.content(t)
	for _, r := range api.Routes(d.config) {
		if r.Method == http.MethodGet {
			continue
		}
		for name, headers := range map[string][]string{
			"by what the browser says":   {"Sec-Fetch-Site", "cross-site"},
			"a sister of our host":       {"Sec-Fetch-Site", "same-site"},
			"by the origin, else silent": {"Origin", "https://evil.test"},
		} {
			headers = append(headers, "Cookie", "gridmap_session="+session, "Idempotency-Key", "x", "If-Match", "*")
			if a := d.send("", r.Method, strings.ReplaceAll(pathOfNothingNew(t, r, west), "//", "/"), bodyOf(t, r, west), headers...); a.status != http.StatusForbidden {
				t.Errorf("%s %s, %s: got %s", r.Method, r.Pattern, name, a)
			}
		}
	}
	if d.content(t) != before {
		t.Error("something was changed")
	}
}

// pathOfNothingNew is pathOf without a token being made for it.
func pathOfNothingNew(t *testing.T, r api.Route, c corner) string {
	c.token = func() int64 { return 1 }
	return pathOf(t, r, c)
}

func TestCookiesAreOutOfReach(t *testing.T) {
	d := newDistrict(t, false)
	ctx := context.Background()
	if err := d.access.AddAccount(ctx, access.Identity{Account: "test"}, "li.na", "correct horse battery", access.Planner, fixture.West); err != nil {
		t.Fatal(err)
	}
	c := d.config
	c.Registry = nil
	c.Proxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	handler := api.New(c)
	for name, x := range map[string]struct {
		tls         bool
		from, proto string
		secure      bool
	}{
		"over TLS":                            {tls: true, from: "198.51.100.1:1", secure: true},
		"in the clear":                        {from: "198.51.100.1:1"},
		"over TLS up to a proxy of ours":      {from: "192.0.2.7:1", proto: "https", secure: true},
		"in the clear up to a proxy of ours":  {from: "192.0.2.7:1", proto: "http"},
		"a stranger who says that it was TLS": {from: "198.51.100.1:1", proto: "https"},
	} {
		t.Run(name, func(t *testing.T) {
			q := httptest.NewRequestWithContext(ctx, http.MethodPost, "/api/v1/session", strings.NewReader(`{"account":"li.na","password":"correct horse battery"}`))
			q.Header.Set("Content-Type", "application/json")
			q.RemoteAddr, q.TLS = x.from, nil
			if x.tls {
				q.TLS = &tls.ConnectionState{}
			}
			if x.proto != "" {
				q.Header.Set("X-Forwarded-Proto", x.proto)
			}
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, q)
			cookies := w.Result().Cookies()
			if w.Code != 200 || len(cookies) != 1 {
				t.Fatalf("got %d %s with %v", w.Code, w.Body, cookies)
			}
			if got := cookies[0]; !got.HttpOnly || got.SameSite != http.SameSiteLaxMode || got.Secure != x.secure || got.Domain != "" {
				t.Fatalf("got %+v, want secure: %v", got, x.secure)
			}
		})
	}
}

func TestAClientIsKnownByItsAddressNotByWhatItSays(t *testing.T) {
	d := newDistrict(t, false)
	c := d.config
	c.Registry = nil
	c.Proxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	handler, serial := api.New(c), 0
	try := func(from, forwarded string) int {
		serial++
		q := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/api/v1/session", strings.NewReader(fmt.Sprintf(`{"account":"guess.%d","password":"x"}`, serial)))
		q.Header.Set("Content-Type", "application/json")
		q.RemoteAddr = from
		if forwarded != "" {
			q.Header.Set("X-Forwarded-For", forwarded)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, q)
		return w.Code
	}
	for i := range 50 {
		if got := try("198.51.100.9:1", fmt.Sprintf("203.0.113.%d", i)); got != 401 {
			t.Fatalf("try %d got %d", i, got)
		}
		try("[2001:db8:1:2::"+fmt.Sprint(i+1)+"]:1", "")
	}
	for name, x := range map[string]struct {
		from, forwarded string
		want            int
	}{
		"a stranger that names others":             {"198.51.100.9:1", "203.0.113.99", 429},
		"the same behind a proxy of ours":          {"192.0.2.1:1", "198.51.100.9", 429},
		"with an invented one before it":           {"192.0.2.1:1", "203.0.113.99, 198.51.100.9", 429},
		"another behind a proxy of ours":           {"192.0.2.1:1", "203.0.113.98", 401},
		"another address of the same IPv6 network": {"[2001:db8:1:2:ffff::1]:1", "", 429},
		"another IPv6 network":                     {"[2001:db8:1:3::1]:1", "", 401},
	} {
		if got := try(x.from, x.forwarded); got != x.want {
			t.Errorf("%s: got %d, want %d", name, got, x.want)
		}
	}
}

func TestTheAuditorFindsWhatWasDone(t *testing.T) {
	d := newDistrict(t, false)
	operator, auditor := d.as(access.Operator, fixture.West), d.as(access.Auditor, fixture.West)
	d.get(operator, "/api/v1/figures?division="+fixture.East)
	for i := range 5 {
		d.send(operator, http.MethodPost, fmt.Sprintf("/api/v1/people/%d/reveal", 1+i%4), fmt.Sprintf(`{"reason":"第 %d 次入户走访"}`, i+1))
	}
	type entry struct {
		ID                     int64
		Actor, Action, Subject string
		Result                 string
	}
	read := func(query string) (out []entry) {
		t.Helper()
		var page struct{ Items []entry }
		a := d.get(auditor, "/api/v1/audit"+query)
		if a.status != 200 {
			t.Fatalf("%s: got %s", query, a)
		}
		a.into(t, &page)
		return page.Items
	}
	name, today := "operator-"+fixture.West, time.Now().In(data.LocalZone()).Format(time.DateOnly)
	for query, want := range map[string]int{
		"?action=people.reveal":                                  5,
		"?action=people.reveal&limit=2":                          2,
		"?action=people.reveal&from=" + today:                    5,
		"?action=people.reveal&to=" + today:                      5,
		"?action=people.reveal&to=2020-01-01":                    0,
		"?action=people.reveal&from=2999-01-01T00:00:00%2B08:00": 0,
		"?action=people.reveal&actor=" + name:                    5,
		"?action=people.reveal&actor=nobody":                     0,
		"?actor=" + name + "&action=GET%20/api/v1/figures":       1,
	} {
		if got := read(query); len(got) != want {
			t.Errorf("%s: got %d entries, want %d", query, len(got), want)
		}
	}
	first := read("?action=people.reveal&limit=3")
	rest := read(fmt.Sprintf("?action=people.reveal&before=%d", first[2].ID))
	if len(rest) != 2 || rest[0].ID >= first[2].ID {
		t.Errorf("the next page: got %v after %v", rest, first)
	}
	for query, field := range map[string]string{"?from=yesterday": "from", "?to=2026-13-01": "to", "?actor=%00": "actor", "?result=done": "result"} {
		if a := d.get(auditor, "/api/v1/audit"+query); a.status != 400 || a.problem(t).Errors[0].Field != field {
			t.Errorf("%s: got %s", query, a)
		}
	}
}

func TestPeopleAreMaskedUntilSomebodySaysWhy(t *testing.T) {
	d := newDistrict(t, false)
	operator := d.as(access.Operator, fixture.West)
	a := d.get(operator, "/api/v1/buildings/101/people")
	if a.status != 200 || a.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("got %s", a)
	}
	for _, want := range []string{`"name":"试**"`, `"number":"500152********0000"`, `"phone":"138****0000"`, `"room":"301"`, `"care":["elderly"]`} {
		if !strings.Contains(string(a.body), want) {
			t.Errorf("got %s, want %s", a, want)
		}
	}
	for _, never := range []string{"试某某", "13800000000", "500152199001010000"} {
		if strings.Contains(string(a.body), never) {
			t.Errorf("the masked list holds %s", never)
		}
	}
	reveal := func(token, id, body string) answer {
		return d.send(token, http.MethodPost, "/api/v1/people/"+id+"/reveal", body)
	}
	for name, x := range map[string]struct {
		token, id, body string
		status          int
	}{
		"no reason":                        {operator, "1", `{"reason":""}`, 400},
		"blanks for a reason":              {operator, "1", `{"reason":"        "}`, 400},
		"a reason of three characters":     {operator, "1", `{"reason":"好奇吧"}`, 400},
		"a reason of 201":                  {operator, "1", `{"reason":"` + strings.Repeat("因", 201) + `"}`, 400},
		"a reason that names the person":   {operator, "1", `{"reason":"找试某某核实"}`, 400},
		"a reason with their number":       {operator, "1", `{"reason":"核实 500152199001010000"}`, 400},
		"somebody who is not there":        {operator, "999", `{"reason":"入户走访核实"}`, 404},
		"somebody outside the scope":       {d.as(access.Operator, fixture.East), "1", `{"reason":"入户走访核实"}`, 403},
		"a planner":                        {d.as(access.Planner, fixture.West), "1", `{"reason":"入户走访核实"}`, 403},
		"an administrator of the district": {d.as(access.Administrator, fixture.District), "1", `{"reason":"入户走访核实"}`, 403},
	} {
		if a := reveal(x.token, x.id, x.body); a.status != x.status || strings.Contains(string(a.body), "13800000000") {
			t.Errorf("%s: got %s, want %d", name, a, x.status)
		}
	}
	a = reveal(operator, "1", `{"reason":"入户走访核实"}`)
	if a.status != 200 || a.header.Get("Cache-Control") != "no-store" || !strings.Contains(string(a.body), `"name":"试某某","number":"500152199001010000","phone":"13800000000"`) {
		t.Fatalf("got %s", a)
	}
	var rows int
	if err := d.pool.QueryRow(context.Background(), `select count(*) from audit where action = 'people.reveal' and subject = 'person 1' and detail ->> 'reason' = '入户走访核实'`).Scan(&rows); err != nil || rows != 1 {
		t.Fatalf("the audit log has %d rows, %v", rows, err)
	}
	t.Run("where the look cannot be audited there is no data", func(t *testing.T) {
		if _, err := d.pool.Exec(context.Background(), `create function no() returns trigger language plpgsql as $$ begin raise 'full'; end $$; create trigger no before insert on audit for each row execute function no()`); err != nil {
			t.Fatal(err)
		}
		for _, a := range []answer{reveal(operator, "1", `{"reason":"入户走访核实"}`), d.get(operator, "/api/v1/buildings/101/people")} {
			if a.status != 500 || strings.Contains(string(a.body), "试") || strings.Contains(string(a.body), "138") {
				t.Errorf("got %s", a)
			}
		}
	})
}

func TestHowToSignInIsKnownToAnybody(t *testing.T) {
	d := newDistrict(t, false)
	if a := d.get("", "/api/v1/session/ways"); strings.TrimSpace(string(a.body)) != `{"local":true,"oidc":null}` {
		t.Errorf("without a provider: got %s", a)
	}
	if a := d.get("", "/api/v1/session/oidc"); a.status != 404 {
		t.Errorf("without a provider: got %s", a)
	}
	c := d.config
	c.Registry = nil
	c.Access = access.New(d.pool, access.Options{OIDC: &access.OIDCOptions{Issuer: "http://127.0.0.1:1", ClientID: "x", Name: "统一认证", RedirectURL: "https://map.test/"}})
	server := httptest.NewServer(api.New(c))
	defer server.Close()
	d.server.Config, d.server.URL = server.Config, server.URL
	if a := d.get("", "/api/v1/session/ways"); strings.TrimSpace(string(a.body)) != `{"local":true,"oidc":{"name":"统一认证","start":"/api/v1/session/oidc"}}` {
		t.Errorf("got %s", a)
	}
	if a := d.get("", "/api/v1/session/oidc"); a.status != 503 || !strings.Contains(string(a.body), "local accounts go on") {
		t.Errorf("the provider is down: got %s", a)
	}
	if a := d.get("", "/api/v1/session/oidc/callback?code=x&state=y&session_state=z"); a.status != 401 {
		t.Errorf("nobody began: got %s", a)
	}
}
