package api_test

import (
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"gridmap/api"
	"gridmap/data/testdb/fixture"
	"gridmap/service/access"
)

// FuzzEveryRouteAnswersOrRefusesWhateverItIsAsked puts a hostile value into a place
// of a route: a part of its path, a parameter of its query that it knows or not, or
// its body. The answer is never a failure of ours, and names no inner thing.
func FuzzEveryRouteAnswersOrRefusesWhateverItIsAsked(f *testing.F) {
	d := newDistrict(f, true)
	var routes []api.Route
	for _, r := range api.Routes(d.config) {
		if !r.Stream && r.Method != http.MethodDelete {
			routes = append(routes, r)
		}
	}
	for i := range routes {
		values := hostile()
		for n := range 8 { // every place of each route, and over all routes every value in many places
			f.Add(uint16(i), uint8(n), values[(5*i+n)%len(values)])
		}
	}
	tokens := map[access.Role]string{}
	for _, r := range routes {
		for _, role := range r.Roles {
			tokens[role] = d.as(role, fixture.District)
		}
	}
	f.Fuzz(func(t *testing.T, route uint16, slot uint8, value string) {
		r := routes[int(route)%len(routes)]
		path, body := ask(r, int(slot), value)
		if strings.ContainsAny(path, " \r\n\x00") || len(path) > 100_000 {
			return // no client can send it
		}
		token := ""
		if len(r.Roles) > 0 {
			token = tokens[r.Roles[int(slot)%len(r.Roles)]]
		}
		status, answer := send(t, d.server, r.Method, path, body, token)
		if status >= 500 && status != http.StatusServiceUnavailable {
			t.Fatalf("%s %.200s %.200q: got %d %.300s", r.Method, path, body, status, answer)
		}
		for _, inner := range []string{"SQLSTATE", "pgx", "goroutine ", "runtime error"} {
			if status >= 400 && strings.Contains(answer, inner) && !strings.Contains(value, inner) {
				t.Fatalf("%s %.200s: the answer names %q: %.300s", r.Method, path, inner, answer)
			}
		}
	})
}

// send makes a request within twenty seconds.
func send(t *testing.T, s *httptest.Server, method, path, body, token string) (status int, answer string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, s.URL+path, strings.NewReader(body))
	if err != nil {
		return 0, "" // no client can send it
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", "fuzz-"+rand.Text())
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	a, err := s.Client().Do(r)
	if err != nil {
		t.Fatalf("%s %.200s: %v", method, path, err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatalf("%s %.200s: %v", method, path, err)
	}
	return a.StatusCode, string(b)
}

// hostile values, one for a place each.
func hostile() []string {
	return []string{"'; drop table cases; --", "-1", "9223372036854775808", "1e309", "NaN", "\x00", "\xff\xfe", "%00", "../../etc/passwd", "<script>alert(1)</script>",
		"2024-02-30", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59.999999999+14:00", strings.Repeat("9", 400), strings.Repeat("[", 2000), "{\"a\":" + strings.Repeat("[", 500),
		"grids,grids,grids", "null", "true", "500152000000,", "١٢٣"}
}

// ask puts a value into a place of a request to a route, and something harmless
// into the others.
func ask(r api.Route, slot int, value string) (path, body string) {
	parts := strings.Split(r.Pattern, "/")
	var open []int
	for i, p := range parts {
		if strings.ContainsAny(p, "{*") {
			open = append(open, i)
			parts[i] = "1"
		}
	}
	places := len(open) + len(r.Query) + 2 // and a parameter that it does not know, and its body
	query := url.Values{}
	switch n := slot % places; {
	case n < len(open):
		parts[open[n]] = url.PathEscape(value)
	case n < len(open)+len(r.Query):
		query.Set(r.Query[n-len(open)].Name, value)
	case n == places-1:
		body = value
	default:
		query.Set(value, value)
	}
	if r.Request == nil || slices.Contains([]string{http.MethodGet, http.MethodHead}, r.Method) {
		body = ""
	} else if body == "" {
		body = `{"name":"x","type":"light","events":[],"kind":"lock"}`
	}
	path = strings.Join(parts, "/")
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path, body
}
