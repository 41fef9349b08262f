package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"gridmap/data"
	"gridmap/layers"
	"gridmap/service/access"
	"gridmap/tiles"
	"gridmap/tiles/archive"
)

// archived serves a map and its wall from an archive alone, without a database and
// without any change.
type archived struct {
	*server
	file     *archive.Reader
	said     map[string]json.RawMessage
	at       time.Time
	district string // code; empty: not said
	standby  bool
	layers   []layers.VectorLayer
	store    *tiles.Store
}

// NewArchived builds a handler that shows what the archive was made for, to
// everybody who can reach it: without accounts. Of the configuration it needs the
// log, the screens and Stopping.
func NewArchived(c Config, file *archive.Reader) (http.Handler, error) {
	a, err := newArchived(c, file)
	if err != nil {
		return nil, err
	}
	return a.router(func(route Route) Route {
		route.Open, route.Roles = true, nil
		return route
	}, noSuchPath, noSuchMethod), nil
}

// NewStandby builds the handler of a server that waits for its database and has
// an archive of the wall's map meanwhile. It shows it to those whom Access knows,
// each in their scope, says of when it is, and answers all else with 503 and when
// to try again. Of the configuration it needs the log, the screens, Access, Ready
// and Stopping.
func NewStandby(c Config, file *archive.Reader) (http.Handler, error) {
	a, err := newArchived(c, file)
	if err != nil {
		return nil, err
	}
	a.standby = true
	return a.router(func(route Route) Route {
		route.Roles = anyRole()
		return route
	}, a.away, a.away), nil
}

func newArchived(c Config, file *archive.Reader) (*archived, error) {
	var meta struct {
		Layers  []layers.VectorLayer `json:"vector_layers"`
		Gridmap Recorded             `json:"gridmap"`
	}
	if err := json.Unmarshal(file.Info().Metadata, &meta); err != nil {
		return nil, fmt.Errorf("read the archive's metadata: %w", err)
	}
	if len(meta.Gridmap.Answers) == 0 {
		return nil, fmt.Errorf("the archive holds tiles but not what a wall asks: it was not made by gridmap export pmtiles")
	}
	a := &archived{server: newServer(c), file: file, at: meta.Gridmap.At, layers: meta.Layers, said: map[string]json.RawMessage{}, store: tiles.NewStore(0)}
	for path, answer := range meta.Gridmap.Answers {
		u, err := url.Parse(path)
		if err != nil {
			return nil, fmt.Errorf("read the archive's answers: %w", err)
		}
		a.said[questionOf(u)] = answer
	}
	var session sessionBody
	if answer, ok := a.said["/api/v1/session?"]; ok {
		if err := json.Unmarshal(answer, &session); err != nil {
			return nil, fmt.Errorf("read the archive's session: %w", err)
		}
		a.district = session.Scope.Code
	}
	return a, nil
}

// router serves the screens and what the archive holds; admit says to whom.
func (a *archived) router(admit func(Route) Route, noPath, noMethod func(http.ResponseWriter, *http.Request) error) http.Handler {
	r := chi.NewRouter()
	r.Use(a.requestID, a.logged, a.recovered, a.received, a.secured, middleware.GetHead)
	for _, route := range slices.Concat(a.screenRoutes(), a.healthRoutes()) {
		route.Open, route.Query = true, nil
		r.MethodFunc(route.Method, route.Pattern, a.wrap(route))
	}
	for _, route := range a.archivedRoutes() {
		r.MethodFunc(route.Method, route.Pattern, a.wrap(admit(route)))
	}
	r.NotFound(a.wrap(Route{Pattern: "none", Open: true, Handle: noPath}))
	r.MethodNotAllowed(a.wrap(Route{Pattern: "none", Open: true, Handle: noMethod}))
	return r
}

// away says that there is only the standby map, and of when it is.
func (a *archived) away(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Gridmap-Since", a.at.Format(time.RFC3339))
	return data.Fault(data.Unavailable, "", "the database is away; there is only the map of before")
}

func (a *archived) archivedRoutes() []Route {
	return []Route{
		{Method: http.MethodGet, Pattern: tileRoute, Scope: ScopeNone, Handle: a.getTile},
		{Method: http.MethodGet, Pattern: "/tiles/{layers}.json", Scope: ScopeNone, Handle: a.getTileJSON},
		{Method: http.MethodGet, Pattern: "/styles/{name}.json", Scope: ScopeNone, Handle: a.getStyle},
		{Method: http.MethodGet, Pattern: "/api/v1/events", Scope: ScopeNone, Stream: true, Handle: a.getEvents},
		{Method: http.MethodGet, Pattern: "/api/v1/*", Scope: ScopeNone, Handle: a.getRecorded},
	}
}

// questionOf is what an answer is kept under: the path and the parameters that
// say what is asked, not how much of it.
func questionOf(u *url.URL) string {
	q := u.Query()
	for _, p := range []string{"limit", "order"} {
		q.Del(p)
	}
	return u.Path + "?" + q.Encode()
}

// getRecorded repeats an answer. Clocks go on: the time of the server is now.
func (a *archived) getRecorded(w http.ResponseWriter, r *http.Request) error {
	id := identityFrom(r.Context())
	if a.standby {
		if code := divisionAsked(r.URL); code != "" && !id.Covers(code) {
			return data.Fault(data.Forbidden, "", "this is outside your scope "+id.ScopeCode)
		}
	}
	answer, ok := a.said[questionOf(r.URL)]
	switch {
	case !ok && a.standby:
		return a.away(w, r)
	case !ok:
		return data.Fault(data.NotFound, "", "the archive does not hold this")
	case a.standby && r.URL.Path == "/api/v1/session":
		return reply(w, http.StatusOK, a.sessionOf(id))
	}
	w.Header().Set("Gridmap-Since", a.at.Format(time.RFC3339))
	var body map[string]json.RawMessage
	if json.Unmarshal(answer, &body) == nil && body["server_time"] != nil {
		now, err := json.Marshal(a.Now())
		if err != nil {
			return err
		}
		body["server_time"] = now
		return reply(w, http.StatusOK, body)
	}
	replyBytes(w, http.StatusOK, answer)
	return nil
}

// divisionAsked is the division that a question is about; empty: none.
func divisionAsked(u *url.URL) string {
	if code, ok := strings.CutPrefix(u.Path, "/api/v1/divisions/"); ok {
		return code
	}
	return cmp.Or(u.Query().Get("division"), u.Query().Get("parent"))
}

// sessionOf describes the session of somebody who is known, as far as it can be
// told without a database.
func (a *archived) sessionOf(id access.Identity) sessionBody {
	var b, scope = sessionBody{}, scopeBody{}
	// Both were written by us, and nothing depends on what is missing in them.
	_ = json.Unmarshal(a.said["/api/v1/session?"], &b)
	_ = json.Unmarshal(a.said["/api/v1/divisions/"+id.ScopeCode+"?"], &scope)
	b.Account, b.Role, b.Demo, b.MustChange, b.ServerTime = id.Account, string(id.Role), id.Demo, id.MustChange, a.Now()
	b.Scope = scopeBody{id.ScopeCode, scope.Name, scope.Level}
	return b
}

func (a *archived) getTile(w http.ResponseWriter, r *http.Request) error {
	id, err := tileID(r)
	if err != nil {
		return err
	}
	wanted := strings.Split(chi.URLParam(r, "layers"), ",")
	if err := a.known(wanted); err != nil {
		return err
	}
	body, err := a.file.Tile(id)
	if err != nil {
		return err
	}
	raw, err := plainTile(body, a.file.Info().Encoding)
	if err != nil {
		return err
	}
	// The heat of the archive is the whole district's.
	whole := !a.standby || identityFrom(r.Context()).Covers(a.district)
	raw, err = tiles.Only(nil, raw, func(name string) bool {
		return name == "dropped" || slices.Contains(wanted, name) && (whole || name != layers.Heat)
	})
	if err != nil {
		return err
	}
	t := a.store.Finish(raw, encodingFor(r.Header.Get("Accept-Encoding")))
	w.Header().Set("Gridmap-Since", a.at.Format(time.RFC3339))
	writeTile(w, r, t)
	return nil
}

func (a *archived) known(names []string) error {
	for _, n := range names {
		if _, err := layers.Find([]string{n}); err != nil {
			return data.Fault(data.NotFound, "layers", "there is no layer "+plainName(n, "by this name"))
		}
	}
	return nil
}

// plainTile undoes the compression of an archive. A tile is bounded: a file may
// lie.
func plainTile(body []byte, enc tiles.Encoding) ([]byte, error) {
	if len(body) == 0 {
		return nil, nil
	}
	var from io.Reader
	switch enc {
	case tiles.Gzip:
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, fmt.Errorf("unpack a tile: %w", err)
		}
		from = z
	case tiles.Zstd:
		z, err := zstd.NewReader(bytes.NewReader(body), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, fmt.Errorf("unpack a tile: %w", err)
		}
		defer z.Close()
		from = z
	case tiles.Brotli:
		from = brotli.NewReader(bytes.NewReader(body))
	default:
		return body, nil
	}
	raw, err := io.ReadAll(io.LimitReader(from, 64<<20))
	if err != nil {
		return nil, fmt.Errorf("unpack a tile: %w", err)
	}
	return raw, nil
}

func (a *archived) getTileJSON(w http.ResponseWriter, r *http.Request) error {
	wanted := strings.Split(chi.URLParam(r, "layers"), ",")
	if err := a.known(wanted); err != nil {
		return err
	}
	info := a.file.Info()
	list := []layers.VectorLayer{}
	for _, l := range a.layers {
		if slices.Contains(wanted, l.ID) {
			list = append(list, l)
		}
	}
	return a.answerPublic(w, map[string]any{
		"tilejson": "3.0.0", "name": chi.URLParam(r, "layers"), "scheme": "xyz", "version": "1.0.0",
		"tiles":   []string{origin(r) + "/tiles/" + chi.URLParam(r, "layers") + "/{z}/{x}/{y}.mvt"},
		"minzoom": info.MinZoom, "maxzoom": info.MaxZoom, "bounds": info.Bounds, "vector_layers": list,
	})
}

// getEvents keeps a wall's stream open: nothing changes, and every beat says how
// old the map is.
func (a *archived) getEvents(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	e := &eventWriter{s: a.server, w: w, out: http.NewResponseController(w)}
	beat := time.NewTicker(heartbeatEvery)
	defer beat.Stop()
	for kind := "hello"; !e.failed; kind = "heartbeat" {
		e.send(kind, "", map[string]any{"server_time": a.Now(), "since": a.at})
		select {
		case <-r.Context().Done():
			return nil
		case <-a.Stopping:
			return nil
		case <-beat.C:
		}
	}
	return nil
}
