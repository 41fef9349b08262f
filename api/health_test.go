package api_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gridmap/api"
)

func TestOperatorsSeeHowItIs(t *testing.T) {
	var log bytes.Buffer
	ready := error(nil)
	h := api.New(api.Config{Log: slog.New(slog.NewTextHandler(&log, nil)), Ready: func(context.Context) error { return ready }})
	ask := func(method, path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
		return w
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if w := ask(http.MethodGet, path); w.Code != 200 {
			t.Errorf("%s: got %d", path, w.Code)
		}
	}
	if w := ask(http.MethodHead, "/healthz"); w.Code != 200 {
		t.Errorf("HEAD: got %d, want 200", w.Code)
	}
	ready = fmt.Errorf("the map is not loaded")
	if w := ask(http.MethodGet, "/readyz"); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("got %d, want 503 with Retry-After", w.Code)
	}
	ask(http.MethodGet, "/nothing?name=张三")
	metrics := ask(http.MethodGet, "/metrics").Body.String()
	for _, want := range []string{`gridmap_http_requests_total{method="GET",route="/readyz",status="503"} 1`,
		`gridmap_http_requests_total{method="GET",route="none",status="404"} 1`, "gridmap_http_request_seconds_bucket"} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	if lines := strings.Count(log.String(), "msg=request "); lines != 6 {
		t.Errorf("got %d lines for 6 requests:\n%s", lines, &log)
	}
	if strings.Contains(log.String(), "张三") || strings.Contains(log.String(), "%E5") {
		t.Error("the log holds a query")
	}
}
