package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"gridmap/data"
)

// contentSecurityPolicy names our own origin only. MapLibre runs its workers
// from our own script, or a blob of it, and sets styles on its elements.
const contentSecurityPolicy = "default-src 'self'; script-src 'self'; worker-src 'self' blob:; img-src 'self' data: blob:; " +
	"style-src 'self' 'unsafe-inline'; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; " +
	"form-action 'self'; frame-ancestors 'none'"

// requestID gives each request a number to find it by in the log.
func (s *server) requestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var b [8]byte
		_, _ = rand.Read(b[:]) // never fails
		id := hex.EncodeToString(b[:])
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey, id)))
	})
}

func requestIDFrom(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey).(string)
	return id
}

// logged writes one line a request: no body, and no query, which may hold a
// place or a name.
func (s *server) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		s.metrics.inFlight.Inc()
		defer s.metrics.inFlight.Dec()
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		next.ServeHTTP(ww, r)
		took := time.Since(start)
		status, route := ww.Status(), chi.RouteContext(r.Context()).RoutePattern()
		if status == 0 {
			status = http.StatusOK
		}
		if route == "" {
			route = "none"
		}
		s.metrics.observe(methodOf(r), route, status, took)
		s.Log.InfoContext(r.Context(), "request", "id", requestIDFrom(r.Context()), "method", methodOf(r), "path", pathFor(r.URL.Path, route),
			"status", status, "bytes", ww.BytesWritten(), "ms", float64(took.Microseconds())/1000)
	})
}

// pathFor is a path as the log may have it. Where a placeholder of the route
// stands, codes, ids and plain names stay; whatever else a client put there, or
// into a path that there is not, may be somebody's name or number.
func pathFor(path, route string) string {
	if route == "none" || strings.Contains(route, "*") {
		return route
	}
	parts, pattern := strings.Split(path, "/"), strings.Split(route, "/")
	if len(parts) != len(pattern) {
		return route
	}
	for i, part := range parts {
		digits := strings.Trim(part, "0123456789") == ""
		switch {
		case !strings.Contains(pattern[i], "{"), digits && (len(part) <= 10 || validCode(part)), !digits && plainPart.MatchString(part):
		default:
			parts[i] = pattern[i]
		}
	}
	return strings.Join(parts, "/")
}

// plainPart are layers, tiles, papers: words, with short numbers at most.
var plainPart = regexp.MustCompile(`^[0-9]{0,10}(?:[A-Za-z_.,-]+[0-9]{0,3})*$`)

// methodOf keeps invented methods out of log and metrics.
func methodOf(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPatch, http.MethodDelete, http.MethodPut, http.MethodOptions:
		return r.Method
	}
	return "OTHER"
}

// recovered turns a panic into a 500 without details; the log has them.
func (s *server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			s.metrics.panics.Inc()
			s.Log.ErrorContext(r.Context(), "panic", "id", requestIDFrom(r.Context()), "value", fmt.Sprint(v), "stack", string(debug.Stack()))
			if ww, ok := w.(middleware.WrapResponseWriter); !ok || ww.Status() == 0 {
				writeProblem(w, problemOf(fmt.Errorf("panic")))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// secured sets the headers that bind browsers and refuses writes that come
// from a page of another origin.
func (s *server) secured(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure(w.Header())
		if err := guard.Check(r); err != nil {
			s.fail(w, r, data.Fault(data.Forbidden, "", "a page of another origin may not do this"))
			return
		}
		if strings.ContainsRune(r.URL.Path, 0) {
			s.fail(w, r, data.Fault(data.Invalid, "path", "holds a zero byte"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// secure sets the headers that bind browsers.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", contentSecurityPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "geolocation=(), camera=(), microphone=()")
}

type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	inFlight prometheus.Gauge
	panics   prometheus.Counter
}

func newMetrics(r *prometheus.Registry) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "gridmap_http_requests_total", Help: "Requests by route and status."},
			[]string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "gridmap_http_request_seconds", Help: "Time to answer by route.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}}, []string{"route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "gridmap_http_requests_in_flight", Help: "Requests being answered, streams among them."}),
		panics:   prometheus.NewCounter(prometheus.CounterOpts{Name: "gridmap_http_panics_total", Help: "Handlers that panicked."}),
	}
	for _, c := range []prometheus.Collector{m.requests, m.seconds, m.inFlight, m.panics, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})} {
		// Registered already: Routes() and New() of one registry share it.
		_ = r.Register(c)
	}
	return m
}

func (m *metrics) observe(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}

// quickMetric counts the answers of one status of the route of tiles.
type quickMetric struct {
	status   int
	requests prometheus.Counter
	seconds  prometheus.Observer
}

func (m *metrics) quick(status int) quickMetric {
	return quickMetric{status, m.requests.WithLabelValues(http.MethodGet, tileRoute, strconv.Itoa(status)), m.seconds.WithLabelValues(tileRoute)}
}
