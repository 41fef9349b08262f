package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"

	"gridmap/data"
	"gridmap/tiles"
)

// walked is what encoding/json's own tokens say of a body's shape.
type walked struct {
	valid, twice             bool
	depth, containers, names int // the deepest, all, and the most of one object
}

func walk(body []byte) (w walked) {
	if !json.Valid(body) {
		return w
	}
	d := json.NewDecoder(bytes.NewReader(body))
	type level struct {
		names map[string]bool
		key   bool // the next string is a name
	}
	var open []*level
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			w.valid = true
			return w
		}
		if err != nil {
			return w // Valid takes one value, nested 10,000 deep
		}
		var at *level
		if len(open) > 0 {
			at = open[len(open)-1]
		}
		if name, ok := token.(string); ok && at != nil && at.names != nil && at.key {
			folded := strings.ToLower(name)
			w.twice = w.twice || at.names[folded]
			at.names[folded], at.key = true, false
			w.names = max(w.names, len(at.names))
			continue
		}
		if at != nil {
			at.key = true
		}
		switch token {
		case json.Delim('{'):
			open = append(open, &level{names: map[string]bool{}, key: true})
		case json.Delim('['):
			open = append(open, &level{})
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
			continue
		default:
			continue
		}
		w.containers++
		w.depth = max(w.depth, len(open))
	}
}

// FuzzShapesAreAsEncodingJSONSeesThem holds the scan of brackets and quotes
// against a reader of JSON.
func FuzzShapesAreAsEncodingJSONSeesThem(f *testing.F) {
	for _, s := range []string{`{"a":{"b":[1,"]"]},"A":1}`, `{"a":1,"\u0061":2}`, `[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]`, `{"a\"":"b\\","a":[{},{"x":"y"}]}`, `"` + `\\`, "\xff", `{"a" : 1 , "b"
:{"a":1}}`, `{"İ":1,"i̇":2}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		err, w := checkShape(body), walk(body)
		if err != nil && data.CodeOf(err) != data.Invalid {
			t.Fatalf("%q: got %v, want an Invalid", body, err)
		}
		if !w.valid || !utf8.Valid(body) {
			return // refused by one or the other
		}
		want := w.twice || w.depth > maxDepth || w.containers > maxContainers || w.names > maxNames
		if (err != nil) != want {
			t.Fatalf("%q: got %v, want it refused: %v (%+v)", body, err, want, w)
		}
	})
}

// FuzzTilePathsAreReadAlikeOnBothWays holds the quick way to a tile against the
// other: what it takes, the other takes for the same tile.
func FuzzTilePathsAreReadAlikeOnBothWays(f *testing.F) {
	for _, s := range []string{"12/3251/1687.mvt", "0/0/0.mvt", "18/262143/262143.mvt", "19/0/0.mvt", "1/00000001/1.mvt", "1/2/1.mvt", "1//1.mvt", "1/1/1", "१/1/1.mvt", "256/0/0.mvt"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		id, ok := parseTile(path)
		if !ok {
			return
		}
		parts := strings.Split(strings.TrimSuffix(path, ".mvt"), "/")
		if len(parts) != 3 {
			t.Fatalf("%q: taken, want three parts", path)
		}
		c := chi.NewRouteContext()
		for i, name := range []string{"z", "x", "y"} {
			c.URLParams.Add(name, parts[i])
		}
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		slow, err := tileID(r.WithContext(context.WithValue(r.Context(), chi.RouteCtxKey, c)))
		if err != nil || slow != id {
			t.Fatalf("%q: got %v on the quick way, %v %v on the other", path, id, slow, err)
		}
	})
}

// FuzzQueriesAndHeadersAreReadOrRefused puts a text into each reader of a
// parameter or header.
func FuzzQueriesAndHeadersAreReadOrRefused(f *testing.F) {
	for _, s := range []string{"2024-02-29", "2024-02-30", "2026-03-02T08:00:00+08:00", "0000-00-00T00:00:00Z", "1e308", "NaN", "0x1p-2", "-1", `"3"`, "*", "zstd;q=0.5, br;q=1, *;q=0", "gzip;q=-1", "W/\"a\",*", strings.Repeat(",", 100)} {
		f.Add(s)
	}
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		r := httptest.NewRequest(http.MethodGet, "/?"+url.Values{"p": {s}}.Encode(), http.NoBody)
		if at, _, err := paramMoment(r, "p", now); err == nil && at.After(now) {
			t.Errorf("%q: got %v, which lies in the future", s, at)
		}
		if v, err := paramFloat(r, "p"); err == nil && v != v {
			t.Errorf("%q: got a number that is none", s)
		}
		if n, err := paramInt(r, "p", 1, 0, 1000); err == nil && (n < 0 || n > 1000) {
			t.Errorf("%q: got %d, want 0 to 1000", s, n)
		}
		_, refused := filterOf(httptest.NewRequest(http.MethodGet, "/?"+url.Values{"level": {s}, "step": {s}, "at": {s}}.Encode(), http.NoBody), now)
		if refused != nil && data.CodeOf(refused) != data.Invalid {
			t.Errorf("%q: got %v, want an Invalid", s, refused)
		}
		r.Header["If-Match"] = []string{s}
		if v, err := ifMatch(r); err == nil && v < 0 {
			t.Errorf("%q: got version %d", s, v)
		}
		switch encodingFor(s) {
		case tiles.Identity, tiles.Gzip, tiles.Brotli, tiles.Zstd:
		default:
			t.Errorf("%q: got the encoding %q", s, encodingFor(s))
		}
		if code := s; validCode(code) && checkDivision("p", code) == nil && len(code) != 12 {
			t.Errorf("%q: taken for a division", s)
		}
		if name := plainName(s, "query"); name != s && name != "query" {
			t.Errorf("%q: named %q", s, name)
		}
		_, _ = matches(s, `"a"`), pathFor(s, tileRoute) // must not panic
	})
}
