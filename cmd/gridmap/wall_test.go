package main_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const chromium = "/usr/bin/chromium"

func TestDemoBecomesAServedWall(t *testing.T) {
	demo := copyOfDemo(t)
	s := start(t, demo.dir, "demo", "--scale", "0.02", "--every", "0")
	for path, want := range map[string]string{
		"/healthz": `"status":"ok"`, "/readyz": `"status":"ready"`, "/metrics": "gridmap_http_requests_total",
		"/": "<!doctype html>", "/wall": "<!doctype html>", "/styles/wall.json": `"sources"`,
	} {
		if r := s.mustGet("", path); !bytes.Contains(bytes.ToLower(r.body), []byte(want)) {
			t.Errorf("%s: got %v, want %q in it", path, r, want)
		}
	}
	if !strings.Contains(s.log.String(), s.address+"/wall") {
		t.Errorf("the demo does not print where its wall is:\n%s", s.log.tail())
	}
	t.Run("a browser sees Chinese labels, heat, and a new case within a second", func(t *testing.T) { inABrowser(t, s, 3*time.Minute, "tests/wall.e2e.ts") })
}

// inABrowser runs browser tests of the screens against the server.
func inABrowser(t *testing.T, s *server, limit time.Duration, files ...string) {
	t.Helper()
	web := filepath.Join("..", "..", "web")
	for _, need := range []string{chromium, filepath.Join(web, "node_modules", ".bin", "vitest")} {
		if _, err := os.Stat(need); err != nil {
			t.Skipf("the browser test needs %s: run 'make deps-test bin/gridmap'", need)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "npm", append([]string{"run", "--silent", "e2e", "--"}, files...)...)
	cmd.Dir, cmd.Env = web, append(os.Environ(), "BASE_URL="+s.address, "CHROMIUM="+chromium, "NO_COLOR=1")
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("the browser test: %v\n%s\n%s", err, out, s.log.tail())
	}
	t.Logf("%s", out)
}

func TestCaseOpenedOverHTTPIsInTheNextTile(t *testing.T) {
	const writes = 60
	demo := copyOfDemo(t)
	s := start(t, demo.dir, "serve")
	var like seenCase
	for _, like = range s.openCases(demo.operator) {
		break
	}
	body := `{"type":"` + like.Type + `","grid_code":"` + like.GridCode + `"}`
	late := 0
	for n := range writes {
		c := s.mustPost(demo.operator, "next-tile-"+string(rune('A'+n)), body)
		got := s.features(demo.operator, tilePath("cases", 16, c.Lon, c.Lat))
		if !got["cases"][uint64(c.ID)] {
			late++
		}
	}
	t.Logf("%d of %d writes were not in the next answer", late, writes)
	if late > writes/20 {
		t.Errorf("%d of %d writes were not in the next answer", late, writes)
	}
	if r := s.get("", tilePath("cases", 16, like.Lon, like.Lat)); r.status != http.StatusUnauthorized {
		t.Errorf("nobody asks for cases and gets %v, want 401", r)
	}
}
