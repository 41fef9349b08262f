package main_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
)

func TestDemoBecomesAServedWall(t *testing.T) {
	demo := shop.DemoIn(t, shop.Folder(t))
	s := start(t, demo.Dir, "demo", "--scale", "0.02", "--every", "0")
	for path, want := range map[string]string{
		"/healthz": `"status":"ok"`, "/readyz": `"status":"ready"`, "/metrics": "gridmap_http_requests_total",
		"/": "<!doctype html>", "/wall": "<!doctype html>", "/styles/wall.json": `"sources"`,
	} {
		if r := s.MustGet("", path); !bytes.Contains(bytes.ToLower(r.Body), []byte(want)) {
			t.Errorf("%s: got %v, want %q in it", path, r, want)
		}
	}
	if !strings.Contains(s.Log.String(), s.Address+"/wall") {
		t.Errorf("the demo does not print where its wall is:\n%s", s.Log.Tail())
	}
}

func TestCaseOpenedOverHTTPIsInTheNextTile(t *testing.T) {
	const writes = 60
	demo := shop.DemoIn(t, shop.Folder(t))
	s := start(t, demo.Dir, "serve")
	var like seenCase
	for _, like = range s.openCases(demo.Tokens["operator"]) {
		break
	}
	body := `{"type":"` + like.Type + `","grid_code":"` + like.GridCode + `"}`
	late := 0
	for n := range writes {
		c := s.mustPost(demo.Tokens["operator"], "next-tile-"+string(rune('A'+n)), body)
		got := s.features(demo.Tokens["operator"], tilePath("cases", 16, c.Lon, c.Lat))
		if !got["cases"][uint64(c.ID)] {
			late++
		}
	}
	t.Logf("%d of %d writes were not in the next answer", late, writes)
	if late > writes/20 {
		t.Errorf("%d of %d writes were not in the next answer", late, writes)
	}
	if r := s.Get("", tilePath("cases", 16, like.Lon, like.Lat)); r.Status != http.StatusUnauthorized {
		t.Errorf("nobody asks for cases and gets %v, want 401", r)
	}
}
