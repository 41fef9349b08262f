package api

import (
	"net/http"
	"slices"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"gridmap/data"
)

// NewWaiting builds the handler of a server that waits for its database since the
// moment given: it gives out the screens, says that it lives, and answers all else
// with 503, when to try again, and since when (Gridmap-Since).
func NewWaiting(c Config, since time.Time) http.Handler {
	s := newServer(c)
	away := func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Gridmap-Since", time.Now().Add(-time.Since(since)).UTC().Format(time.RFC3339))
		return data.Fault(data.Unavailable, "", "the database is away")
	}
	r := chi.NewRouter()
	r.Use(s.requestID, s.logged, s.recovered, s.received, s.secured, middleware.GetHead)
	for _, route := range slices.Concat(s.screenRoutes(), s.healthRoutes()) {
		if route.Pattern == "/readyz" {
			continue
		}
		r.MethodFunc(route.Method, route.Pattern, s.wrap(route))
	}
	all := s.wrap(Route{Pattern: "none", Open: true, Handle: away})
	r.NotFound(all)
	r.MethodNotAllowed(all)
	return r
}
