package api_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gridmap/api"
	"gridmap/data/testdb/fixture"
)

// hostile are values that decoders of numbers, dates, boxes, cursors and names
// are known to fall over.
func hostile() []string {
	return []string{"", "\x00", "\xff\xfe", "-1", "9223372036854775808", "NaN", "1e999", "0001-01-01T00:00:00Z", "294277-01-01",
		"1,2,3,4,5", "Infinity,-Infinity,0,0", "'; select pg_sleep(9) --", "../../etc/passwd", strings.Repeat("9", 3000), "%", "b////////////////////////"}
}

// FuzzEveryRouteAnswersAnyQuery holds over the whole route table that no query,
// path or Last-Event-ID makes the server fail: what is wrong with a request is
// its sender's, so never 500, and an answer comes in time.
func FuzzEveryRouteAnswersAnyQuery(f *testing.F) {
	d := newDistrict(f, false)
	inside, _ := d.corners()
	var routes []api.Route
	for _, r := range api.Routes(d.config) {
		if r.Method == http.MethodGet {
			routes = append(routes, r)
		}
	}
	for i, r := range routes {
		if len(r.Roles) > 0 {
			d.as(r.Roles[0], fixture.West) // now: the target has no right to the fixture's f
		}
		for _, p := range r.Query {
			for _, v := range hostile() {
				f.Add(uint16(i), p.Name, v, "", "")
			}
		}
		if strings.Contains(r.Pattern, "{") {
			for _, v := range hostile() {
				f.Add(uint16(i), "", "", v, "")
			}
		}
		if r.Stream {
			for _, v := range hostile() {
				f.Add(uint16(i), "", "", "", v)
			}
		}
	}
	f.Fuzz(func(t *testing.T, which uint16, name, value, segment, lastEventID string) {
		r := routes[int(which)%len(routes)]
		path := pathOf(t, r, inside)
		if segment != "" {
			path = hostilePath(r.Pattern, segment)
		}
		if name != "" {
			u, err := url.Parse(path)
			if err != nil {
				return // no client could send it
			}
			q := u.Query()
			q.Set(name, value)
			u.RawQuery = q.Encode()
			path = u.String()
		}
		d.survives(t, r, path, lastEventID)
	})
}

// hostilePath fills every placeholder of a pattern with the same text.
func hostilePath(pattern, segment string) string {
	parts := strings.Split(pattern, "/")
	for i, part := range parts {
		if strings.Contains(part, "{") || part == "*" {
			parts[i] = url.PathEscape(segment)
		}
	}
	return strings.Join(parts, "/")
}

// survives asks and fails when the server did.
func (d *district) survives(t *testing.T, r api.Route, path, lastEventID string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, d.server.URL+path, http.NoBody)
	if err != nil || strings.ContainsAny(lastEventID, "\r\n\x00") {
		return // no client could send it
	}
	if len(r.Roles) > 0 {
		q.Header.Set("Authorization", "Bearer "+d.tokens[string(r.Roles[0])+"-"+fixture.West])
	}
	if lastEventID != "" {
		q.Header.Set("Last-Event-ID", lastEventID)
	}
	client := *d.server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Do(q)
	if err != nil {
		if strings.Contains(err.Error(), "invalid header field") {
			return // no client could send it
		}
		t.Fatalf("GET %s (%s): %v", path, r.Pattern, err)
	}
	defer res.Body.Close()
	if res.StatusCode >= 500 && res.StatusCode != http.StatusServiceUnavailable {
		t.Fatalf("GET %s (%s), Last-Event-ID %q: got %d, want no failure of the server", path, r.Pattern, lastEventID, res.StatusCode)
	}
}
