package api

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/prometheus/client_golang/prometheus"

	"gridmap/layers"
	"gridmap/service/access"
	"gridmap/service/cases"
	"gridmap/service/divisions"
	"gridmap/service/evacuation"
	evacuationpapers "gridmap/service/evacuation/papers"
	"gridmap/service/figures"
	"gridmap/service/people"
	"gridmap/service/planning"
	"gridmap/service/planning/papers"
)

// Config is what the server stands on.
type Config struct {
	Log         *slog.Logger
	Registry    *prometheus.Registry
	Access      *access.Service
	Cases       *cases.Service
	Figures     *figures.Service
	Divisions   *divisions.Service
	People      *people.Service // nil: the routes answer 404
	Planning    *planning.Service
	Drafts      *planning.Drafts
	Papers      *papers.Service
	Evacuations *evacuation.Service
	// EvacuationPapers writes what evacuations hand out.
	EvacuationPapers *evacuationpapers.Service
	Map              *layers.Live // the live copy; nil serves no map

	// Web holds the built screens: index.html, wall.html, assets/… whose names
	// carry a hash. Nil serves none.
	Web fs.FS

	// Ready says whether requests can be answered; nil is always.
	Ready func(ctx context.Context) error

	Demo      bool // offers the demo accounts; /wall opens by itself
	Synthetic bool // the people and cases are invented, and screens say so

	Now func() time.Time // nil: time.Now

	// Proxies may say for whom they ask (X-Forwarded-For) and that they were asked
	// over TLS (X-Forwarded-Proto); nobody else is believed.
	Proxies []netip.Prefix

	Overload Overload
	Lines    Lines

	// Stopping, when closed, ends streams, which would hold up a server that
	// finishes its requests; nil never does.
	Stopping <-chan struct{}

	// More are routes of resources that live elsewhere.
	More []Route
}

// server carries the configuration into the handlers.
type server struct {
	Config
	metrics *metrics
}

// New builds the handler from the table of routes.
func New(c Config) http.Handler {
	s := newServer(c)
	routes := s.routes()
	r := chi.NewRouter()
	r.Use(s.quickTiles, s.requestID, s.logged, s.recovered, s.received, s.shedding, s.secured, middleware.GetHead)
	r.NotFound(s.wrap(Route{Pattern: "none", Open: true, Handle: noSuchPath}))
	r.MethodNotAllowed(s.wrap(Route{Pattern: "none", Open: true, Handle: noSuchMethod}))
	for _, route := range routes {
		r.MethodFunc(route.Method, route.Pattern, s.wrap(route))
	}
	return r
}

func newServer(c Config) *server {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Registry == nil {
		c.Registry = prometheus.NewRegistry()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &server{Config: c, metrics: newMetrics(c.Registry)}
}

// Routes returns the table of routes, as New builds its router from it.
func Routes(c Config) []Route { return newServer(c).routes() }
