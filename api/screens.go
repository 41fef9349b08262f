package api

import (
	"bytes"
	"errors"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"gridmap/data"
)

// screens are the pages at the top; each is a file of Config.Web.
func (s *server) screenRoutes() []Route {
	page := func(pattern, file, summary string) Route {
		return Route{Method: http.MethodGet, Pattern: pattern, Summary: summary, Open: true, Scope: ScopeNone, Handle: s.page(file)}
	}
	wall := page("/wall", "wall.html", "The wall; the demo signs it in by itself")
	wall.Handle = s.getWall
	return []Route{
		page("/", "index.html", "The start page"),
		wall,
		page("/planner", "planner.html", "The planner's screen: drafts, the desk of a community, publication"),
		page("/history", "history.html", "Two dates of the map side by side, and the life of a grid"),
		page("/emergency", "emergency.html", "The emergency screen: water, buildings by deadline, the plan, orders, the roll"),
		page("/rollcall", "rollcall.html", "The roll-call of a grid on a phone, which works without a network"),
		page("/keeper.js", "keeper.js", "Keeps these two pages in the browser for when no server answers"),
		page("/accounts", "accounts.html", "The administrators' screen: accounts of people, tokens of machines"),
		page("/audit", "audit.html", "The auditors' screen: the log, filtered and paged"),
		{Method: http.MethodGet, Pattern: "/assets/*", Summary: "Scripts, styles, fonts and pictures of the screens", Open: true, Scope: ScopeNone, Handle: s.getAsset},
		{Method: http.MethodGet, Pattern: "/favicon.ico", Summary: "The icon", Open: true, Scope: ScopeNone, Handle: s.page("favicon.ico")},
	}
}

// getWall serves the wall's page. In the demo a browser that nobody signed in
// becomes the account wall; while the database is away, the page comes without
// a session and asks again by itself.
func (s *server) getWall(w http.ResponseWriter, r *http.Request) error {
	if s.Demo && identityFrom(r.Context()).Anonymous() {
		session, err := s.Access.OpenWall(r.Context())
		switch {
		case err == nil:
			s.setCookie(w, r, session)
		case data.CodeOf(err) != data.Unavailable:
			return err
		}
	}
	return s.page("wall.html")(w, r)
}

// page serves one file, checked for freshness on each visit.
func (s *server) page(file string) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Cache-Control", "no-cache")
		return s.serveFile(w, r, file)
	}
}

// getAsset serves a built file. Names below assets carry a hash of their
// content, so they never change.
func (s *server) getAsset(w http.ResponseWriter, r *http.Request) error {
	name := path.Clean(chi.URLParam(r, "*"))
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	return s.serveFile(w, r, "assets/"+name)
}

func (s *server) serveFile(w http.ResponseWriter, r *http.Request, name string) error {
	missing := data.Fault(data.NotFound, "", "there is nothing at this path")
	if s.Web == nil || !fs.ValidPath(name) {
		return missing
	}
	body, err := fs.ReadFile(s.Web, name)
	if errors.Is(err, fs.ErrNotExist) || err != nil && strings.HasSuffix(err.Error(), "is a directory") {
		w.Header().Del("Cache-Control")
		return missing
	}
	if err != nil {
		return err
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
	return nil
}
