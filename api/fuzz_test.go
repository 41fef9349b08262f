package api_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
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

// FuzzEveryRouteAnswersOrRefusesWhateverItIsAsked puts a hostile value into each
// place of a route in turn: a part of its path, a parameter of its query that it
// knows or not, its body. The answer is never a failure of ours, comes soon, and
// names no inner thing. There is a seed a route: each costs the fuzzer 40 ms before
// it begins, and some value has been at every route after a minute.
func FuzzEveryRouteAnswersOrRefusesWhateverItIsAsked(f *testing.F) {
	d := newDistrict(f, true)
	var routes []api.Route
	for _, r := range api.Routes(d.config) {
		if !r.Stream && r.Method != http.MethodDelete {
			routes = append(routes, r)
		}
	}
	values := hostile()
	for i := range routes {
		f.Add(uint16(i), values[i%len(values)])
	}
	tokens := d.tokensOf(routes)
	f.Fuzz(func(t *testing.T, route uint16, value string) {
		r := routes[int(route)%len(routes)]
		for slot := range places(r) {
			path, body := ask(r, slot, value)
			if strings.ContainsAny(path, " \r\n\x00") || len(path) > 60_000 {
				continue // no client can send it, or the listener refuses it
			}
			send(t, d.server, r, path, body, tokens.of(r, slot), value)
		}
	})
}

// FuzzEveryBodyIsTakenOrRefused sends a body, a key and a version to each route
// that takes one, beginning from bodies that are taken.
func FuzzEveryBodyIsTakenOrRefused(f *testing.F) {
	d := newDistrict(f, false)
	inside, _ := d.corners()
	routes := writes(d)
	for i, r := range routes {
		f.Add(uint16(i), []byte(bodyOf(f, r, inside)), "", "*")
	}
	f.Add(uint16(0), []byte("\xef\xbb\xbf{}"), strings.Repeat("k", 201), `"1"`)
	f.Add(uint16(2), []byte(`{"type":"light","type":"light"}`), "鑰", `W/"1"`)
	f.Add(uint16(3), []byte(strings.Repeat("[", 40)), "\x00", "99999999999999999999")
	tokens := d.tokensOf(routes)
	f.Fuzz(func(t *testing.T, route uint16, body []byte, key, match string) {
		r := routes[int(route)%len(routes)]
		headers := []string{"Idempotency-Key", key, "If-Match", match}
		if key == "" {
			headers[1] = "fuzz-" + rand.Text()
		}
		send(t, d.server, r, pathOf(t, r, inside), string(body), tokens.of(r, 0), string(body), headers...)
	})
}

// TestEveryFieldGivenAnythingElseIsTakenOrRefused puts into each field of a body
// that is taken, for every route, what it is not likely to be.
func TestEveryFieldGivenAnythingElseIsTakenOrRefused(t *testing.T) {
	d := newDistrict(t, false)
	inside, _ := d.corners()
	routes := writes(d)
	tokens := d.tokensOf(routes)
	sent := 0
	for _, r := range routes {
		t.Run(r.Method+" "+r.Pattern, func(t *testing.T) {
			for _, body := range spoiled(t, bodyOf(t, r, inside)) {
				sent++
				send(t, d.server, r, pathOf(t, r, inside), body, tokens.of(r, 0), body, "If-Match", "*", "Idempotency-Key", fmt.Sprint("spoiled ", sent))
			}
		})
	}
	if sent < 500 {
		t.Errorf("%d bodies sent to %d routes, want more than 500", sent, len(routes))
	}
}

// spoiled are copies of a body each of which has one value exchanged, left out, or
// put into a list.
func spoiled(t *testing.T, body string) (out []string) {
	t.Helper()
	others := []string{`null`, `-1`, `0`, `1e308`, `-0.5`, `9223372036854775808`, `""`, `"\u0000"`, `"x"`, `"'; drop table cases; --"`, `"2024-02-30T25:00:00Z"`, `"0000-01-01T00:00:00Z"`,
		`"9999-12-31T23:59:59Z"`, `[]`, `[[]]`, `[null]`, `{}`, `true`, `"` + strings.Repeat("字", 300_000) + `"`}
	var v any
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatal(err)
	}
	var walk func(at any, put func(any))
	try := func(put func(any), before any) {
		for _, o := range others {
			put(json.RawMessage(o))
			b, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, string(b))
		}
		put(before)
	}
	walk = func(at any, put func(any)) {
		try(put, at)
		switch at := at.(type) {
		case map[string]any:
			for name, inner := range at {
				walk(inner, func(x any) { at[name] = x })
			}
		case []any:
			for i, inner := range at {
				walk(inner, func(x any) { at[i] = x })
			}
		}
	}
	walk(v, func(x any) { v = x })
	return out
}

func writes(d *district) (out []api.Route) {
	for _, r := range api.Routes(d.config) {
		if r.Request != nil {
			out = append(out, r)
		}
	}
	return out
}

// tokens are of each role.
type tokens map[access.Role]string

func (d *district) tokensOf(routes []api.Route) tokens {
	out := tokens{}
	for _, r := range routes {
		for _, role := range r.Roles {
			out[role] = d.as(role, fixture.District)
		}
	}
	return out
}

func (k tokens) of(r api.Route, n int) string {
	if len(r.Roles) == 0 {
		return ""
	}
	return k[r.Roles[n%len(r.Roles)]]
}

// soon is far above what any answer on the fixture takes, on a machine that is busy.
const soon = 10 * time.Second

// send makes a request, and fails when the answer is a failure of ours, names an
// inner thing that was not sent, or does not come soon.
func send(t *testing.T, s *httptest.Server, route api.Route, path, body, token, value string, headers ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, route.Method, s.URL+path, strings.NewReader(body))
	if err != nil {
		return // no client can send it
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", "fuzz-"+rand.Text())
	for i := 0; i < len(headers); i += 2 {
		if strings.ContainsFunc(headers[i+1], func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }) {
			return // no client can send it
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	a, err := s.Client().Do(r)
	if err != nil {
		t.Fatalf("%s %.200s %.200q: %v", route.Method, path, body, err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatalf("%s %.200s: %v", route.Method, path, err)
	}
	loading := a.StatusCode == http.StatusServiceUnavailable && strings.HasPrefix(route.Pattern, "/tiles/")
	if a.StatusCode >= 500 && !loading {
		t.Fatalf("%s %.200s %.300q: got %d %.300s", route.Method, path, body, a.StatusCode, b)
	}
	for _, inner := range []string{"SQLSTATE", "pgx", "goroutine ", "runtime error", "violates", "ERROR:", "syntax error"} {
		if a.StatusCode >= 400 && strings.Contains(string(b), inner) && !strings.Contains(value, inner) {
			t.Fatalf("%s %.200s %.300q: the answer names %q: %.300s", route.Method, path, body, inner, b)
		}
	}
}

// hostile values, one for a place each.
func hostile() []string {
	return []string{"'; drop table cases; --", "-1", "9223372036854775808", "1e309", "NaN", "\x00", "\xff\xfe", "%00", "../../etc/passwd", "<script>alert(1)</script>",
		"2024-02-30", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59.999999999+14:00", strings.Repeat("9", 400), strings.Repeat("[", 2000), "{\"a\":" + strings.Repeat("[", 500),
		"grids,grids,grids", "null", "true", "500152000000,", "١٢٣"}
}

// open are the parts of a route's path that are not fixed.
func open(r api.Route) (at []int) {
	for i, p := range strings.Split(r.Pattern, "/") {
		if strings.ContainsAny(p, "{*") {
			at = append(at, i)
		}
	}
	return at
}

// places counts where a value can be put: the path, the query, a parameter that
// the route does not know, and the body.
func places(r api.Route) int { return len(open(r)) + len(r.Query) + 2 }

// ask puts a value into a place of a request to a route, and something harmless
// into the others.
func ask(r api.Route, n int, value string) (path, body string) {
	parts, at := strings.Split(r.Pattern, "/"), open(r)
	for _, i := range at {
		parts[i] = "1"
	}
	query := url.Values{}
	switch {
	case n < len(at):
		parts[at[n]] = url.PathEscape(value)
	case n < len(at)+len(r.Query):
		query.Set(r.Query[n-len(at)].Name, value)
	case n == places(r)-1:
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

// FuzzStreamsResumeOrAreToldToBeginAnew opens the stream of events with any id:
// what comes after the greeting is a change, a heartbeat or a reset.
func FuzzStreamsResumeOrAreToldToBeginAnew(f *testing.F) {
	d := newDistrict(f, false)
	token := d.as(access.Operator, fixture.District)
	for _, id := range []string{"", "1~1", "0/0~9", "10:20:~1", "10:20:15,17~1", "99999999999999999999:1:", "'; select 1; --", "~", strings.Repeat("1", 4096), "-1:-1:-1"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if strings.ContainsFunc(id, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }) || len(id) > 50_000 {
			return // no client can send it
		}
		ctx, cancel := context.WithTimeout(context.Background(), soon)
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, d.server.URL+"/api/v1/events", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Last-Event-ID", id)
		a, err := d.server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		if a.StatusCode == http.StatusBadRequest {
			return
		}
		lines, events := bufio.NewScanner(a.Body), []string{}
		for len(events) < 2 && lines.Scan() {
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				events = append(events, name)
			}
		}
		if a.StatusCode != http.StatusOK || len(events) < 2 || events[0] != "hello" || !slices.Contains([]string{"change", "heartbeat", "reset"}, events[1]) {
			t.Fatalf("%.200q: got %d and %q, want a greeting and what holds", id, a.StatusCode, events)
		}
	})
}
