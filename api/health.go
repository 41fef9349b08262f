package api

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"gridmap/data"
)

type healthBody struct {
	Status     string    `json:"status"`
	ServerTime time.Time `json:"server_time"`
}

func (s *server) healthRoutes() []Route {
	metrics := promhttp.HandlerFor(s.Registry, promhttp.HandlerOpts{})
	return []Route{
		{Method: http.MethodGet, Pattern: "/healthz", Summary: "The process is alive", Open: true, Scope: ScopeNone, Response: healthBody{},
			Handle: func(w http.ResponseWriter, _ *http.Request) error {
				return reply(w, http.StatusOK, healthBody{"ok", s.Now()})
			}},
		{Method: http.MethodGet, Pattern: "/readyz", Summary: "Requests can be answered", Open: true, Scope: ScopeNone, Response: healthBody{},
			Handle: s.getReady},
		{Method: http.MethodGet, Pattern: "/metrics", Summary: "Figures for Prometheus", Open: true, Scope: ScopeNone,
			Handle: func(w http.ResponseWriter, r *http.Request) error {
				metrics.ServeHTTP(w, r)
				return nil
			}},
	}
}

func (s *server) getReady(w http.ResponseWriter, r *http.Request) error {
	if s.Ready != nil {
		if err := s.Ready(r.Context()); err != nil {
			s.Log.WarnContext(r.Context(), "not ready", "error", err)
			return data.Fault(data.Unavailable, "", "not ready")
		}
	}
	return reply(w, http.StatusOK, healthBody{"ready", s.Now()})
}
