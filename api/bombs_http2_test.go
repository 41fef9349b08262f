package api_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"gridmap/api"
	"gridmap/data/testdb/fixture"
	"gridmap/service/access"
)

// TestSlowBodiesOverHTTP2AreLetGo has a stream that goes on a byte at a time beside
// others of the same connection, which are answered before and after it.
func TestSlowBodiesOverHTTP2AreLetGo(t *testing.T) {
	d := newDistrict(t, false)
	d.config.Lines.Grace = time.Second
	server := httptest.NewUnstartedServer(nil)
	server.Config = api.Listener(api.New(d.config), slog.New(slog.DiscardHandler))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	token := d.as(access.Operator, fixture.District)
	ask := func(method, path string, body io.Reader) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", "slow")
		res, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res
	}
	if res := ask(http.MethodGet, "/api/v1/figures", nil); res.StatusCode != http.StatusOK || res.ProtoMajor != 2 {
		t.Fatalf("before it: got %s over %s, want 200 over HTTP/2", res.Status, res.Proto)
	}
	from, to := io.Pipe()
	defer from.Close() // ends who writes
	go func() {
		for {
			if _, err := to.Write([]byte(" ")); err != nil {
				return
			}
			time.Sleep(50 * time.Millisecond) // how slow it is
		}
	}()
	began := time.Now()
	if res := ask(http.MethodPost, "/api/v1/cases", from); res.StatusCode != http.StatusRequestTimeout {
		t.Errorf("got %s, want 408", res.Status)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("took %v, want about %v", took, d.config.Lines.Grace)
	}
	if res := ask(http.MethodGet, "/api/v1/figures", nil); res.StatusCode != http.StatusOK {
		t.Errorf("after it: got %s, want 200", res.Status)
	}
}
