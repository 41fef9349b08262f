package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"gridmap/data"
	"gridmap/layers"
	"gridmap/layers/heat"
	"gridmap/tiles"
	"gridmap/web"
)

// mapRoutes are the map itself: tiles, their descriptions and styles, and the
// stream of what changes.
func (s *server) mapRoutes() []Route {
	filters := []Param{
		{"level", "levels of cases, comma-separated"}, {"board", "boards of cases, comma-separated"},
		{"step", "steps of cases, comma-separated"}, {"overdue", "true: overdue cases only"},
		{"at", "a past moment (RFC 3339) or day (its end), for grids, micro-grids, labels and heat"}, {"v", "any text; a client's way round its cache"},
	}
	return []Route{
		{Method: http.MethodGet, Pattern: tileRoute, Summary: "A vector tile (MVT 2.1) of one or more layers",
			Roles: anyRole(), Scope: ScopeContent, Query: filters, Handle: s.getTile},
		{Method: http.MethodGet, Pattern: "/tiles/{layers}.json", Summary: "TileJSON 3.0 of one or more layers",
			Roles: anyRole(), Scope: ScopeNone, Query: filters, Handle: s.getTileJSON},
		{Method: http.MethodGet, Pattern: "/styles/{name}.json", Summary: "A style document for any MapLibre client",
			Open: true, Scope: ScopeNone, Query: []Param{}, Handle: s.getStyle},
		{Method: http.MethodGet, Pattern: "/api/v1/events", Summary: "What changes, as server-sent events; resumable by Last-Event-ID",
			Roles: anyRole(), Scope: ScopeContent, Stream: true, Query: []Param{{"last_event_id", "as the header Last-Event-ID"}}, Handle: s.getEvents},
		{Method: http.MethodGet, Pattern: "/api/v1/grids/states", Summary: "Grids with open cases: [id, open, due soon, overdue, district level]",
			Roles: anyRole(), Scope: ScopeDivision, Query: []Param{{"division", "a division code"}}, Handle: s.getGridStates},
	}
}

// unknownIn is the name that no layer has.
func unknownIn(err error) string {
	var unknown layers.UnknownLayer
	errors.As(err, &unknown)
	return unknown.Name
}

// layersIn reads the comma-separated layers of a path.
func layersIn(r *http.Request) ([]int, error) {
	which, err := layers.Find(strings.Split(chi.URLParam(r, "layers"), ","))
	var unknown layers.UnknownLayer
	switch {
	case errors.As(err, &unknown):
		return nil, data.Fault(data.NotFound, "layers", "there is no layer "+plainName(unknownIn(err), "by this name"))
	case err != nil:
		return nil, data.Fault(data.Invalid, "layers", err.Error())
	}
	return which, nil
}

func (s *server) getTile(w http.ResponseWriter, r *http.Request) error {
	which, err := layersIn(r)
	if err != nil {
		return err
	}
	id, err := tileID(r)
	if err != nil {
		return err
	}
	view, err := s.view(r, which)
	if err != nil {
		return err
	}
	enc := encodingFor(r.Header.Get("Accept-Encoding"))
	t, version, err := s.Map.Tile(r.Context(), id, which, view, enc)
	switch {
	case errors.Is(err, layers.ErrNoHistory):
		w.Header().Set("Retry-After", "5")
		return &data.Error{Code: data.Unavailable, Field: "at", Reason: err.Error()}
	case data.CodeOf(err) == data.Unavailable:
		return err
	case err != nil:
		return data.Fault(data.Invalid, "at", err.Error())
	}
	h := w.Header()
	h.Set(versionHeader, strconv.FormatInt(version, 10))
	if since, gone := s.Map.Since(); gone {
		h.Set("Gridmap-Since", since.UTC().Format(time.RFC3339))
	}
	writeTile(w, r, t)
	return nil
}

// writeTile answers a tile, or that the client has it already.
func writeTile(w http.ResponseWriter, r *http.Request, t tiles.Tile) {
	h := w.Header()
	h.Set("Vary", tileVary)
	h.Set("Cache-Control", tileCache)
	h.Set("ETag", t.ETag)
	if matches(r.Header.Get("If-None-Match"), t.ETag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if t.Empty() {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	h["Content-Type"] = tileType
	if t.Encoding != tiles.Identity {
		h.Set("Content-Encoding", string(t.Encoding))
	}
	h.Set("Content-Length", strconv.Itoa(len(t.Body)))
	_, _ = w.Write(t.Body) // a client that went away is nobody to tell
}

// What every tile's answer says: it is another for each encoding and for whoever
// may see more or less, and may be kept but must be asked about.
const (
	tileVary  = "Accept-Encoding, Cookie, Authorization"
	tileCache = "private, no-cache"
)

var tileType = []string{"application/vnd.mapbox-vector-tile"}

func matches(header, etag string) bool {
	for _, t := range strings.Split(header, ",") {
		if t = strings.TrimPrefix(strings.TrimSpace(t), "W/"); t == etag || t == "*" {
			return true
		}
	}
	return false
}

func tileID(r *http.Request) (tiles.ID, error) {
	var n [3]uint64
	for i, field := range []string{"z", "x", "y"} {
		v, err := strconv.ParseUint(chi.URLParam(r, field), 10, 31)
		if err != nil {
			return tiles.ID{}, data.Fault(data.Invalid, field, "is not a whole number")
		}
		n[i] = v
	}
	if n[0] > tiles.MaxZoom {
		return tiles.ID{}, data.Fault(data.Invalid, "z", "is beyond zoom 18")
	}
	id := tiles.ID{Z: uint8(n[0]), X: uint32(n[1]), Y: uint32(n[2])}
	if !id.Valid() {
		field := "x"
		if n[1] < 1<<n[0] {
			field = "y"
		}
		return tiles.ID{}, data.Fault(data.Invalid, field, "lies outside the tile pyramid at this zoom")
	}
	return id, nil
}

// view is what the identity may see of the layers, narrowed by the query.
func (s *server) view(r *http.Request, which []int) (layers.View, error) {
	id, catalogue := identityFrom(r.Context()), layers.Catalogue()
	v := layers.View{Merge: !id.SeesPoints()}
	has := func(name string) bool {
		return slices.ContainsFunc(which, func(i int) bool { return catalogue[i].Name == name })
	}
	if has(layers.Cases) && !id.SeesPoints() {
		return v, data.Fault(data.Forbidden, "layers", "the role "+string(id.Role)+" may not see single cases; use heat")
	}
	f, err := filterOf(r, s.Now())
	if err != nil {
		return v, err
	}
	dated := slices.ContainsFunc(which, func(i int) bool { return catalogue[i].Dated() })
	if !has(layers.Cases) && !has(layers.Heat) {
		for _, p := range []string{"level", "board", "step", "overdue", "at"} {
			if r.URL.Query().Has(p) && (p != "at" || !dated) {
				return v, data.Fault(data.Invalid, p, "does not go with these layers")
			}
		}
	}
	if has(layers.Cases) && !f.At.IsZero() {
		return v, data.Fault(data.Invalid, "at", "single cases are shown as they are now; at is for grids, labels and heat")
	}
	f.Scope = id.ScopeCode
	v.Filter = f
	return v, nil
}

func filterOf(r *http.Request, now time.Time) (layers.Filter, error) {
	var f layers.Filter
	q := r.URL.Query()
	for _, p := range []struct {
		name    string
		allowed []string
		into    *[]string
	}{{"level", heat.Levels[:], &f.Levels}, {"board", heat.Boards[:], &f.Boards}, {"step", heat.Steps[:], &f.Steps}} {
		if !q.Has(p.name) {
			continue
		}
		for _, v := range strings.Split(q.Get(p.name), ",") {
			if !slices.Contains(p.allowed, v) {
				return f, data.Fault(data.Invalid, p.name, "is not one of "+strings.Join(p.allowed, ", "))
			}
			*p.into = append(*p.into, v)
		}
	}
	switch q.Get("overdue") {
	case "", "false":
	case "true":
		f.Overdue = true
	default:
		return f, data.Fault(data.Invalid, "overdue", "is not true or false")
	}
	at, _, err := paramMoment(r, "at", now)
	if at.Before(now) {
		f.At = at
	}
	return f, err
}

// origin is the scheme and host that the client asked.
func origin(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

func (s *server) getTileJSON(w http.ResponseWriter, r *http.Request) error {
	which, err := layersIn(r)
	if err != nil {
		return err
	}
	view, err := s.view(r, which)
	if err != nil {
		return err
	}
	high := layers.MaxZoom(which, view)
	list := layers.VectorLayers(which, high)
	low := high
	for _, l := range list {
		low = min(low, l.MinZoom)
	}
	query := ""
	if r.URL.RawQuery != "" {
		query = "?" + r.URL.Query().Encode()
	}
	return s.answerPublic(w, map[string]any{
		"tilejson": "3.0.0", "name": chi.URLParam(r, "layers"), "scheme": "xyz", "version": "1.0.0",
		"tiles":   []string{origin(r) + "/tiles/" + chi.URLParam(r, "layers") + "/{z}/{x}/{y}.mvt" + query},
		"minzoom": low, "maxzoom": high, "bounds": s.Map.Bounds(), "vector_layers": list,
		"attribution": s.attribution(),
	})
}

func (s *server) attribution() string {
	if s.Synthetic {
		return "演示数据：人口、楼栋与事件均为合成"
	}
	return ""
}

func (s *server) answerPublic(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_ = json.NewEncoder(w).Encode(v) // a client that went away is nobody to tell
	return nil
}

func (s *server) getStyle(w http.ResponseWriter, r *http.Request) error {
	body, ok := web.Style(chi.URLParam(r, "name"))
	if !ok {
		return data.Fault(data.NotFound, "name", "there is no style by this name")
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write([]byte(strings.ReplaceAll(string(body), "{origin}", origin(r))))
	return nil
}

func (s *server) getGridStates(w http.ResponseWriter, r *http.Request) error {
	division := r.URL.Query().Get("division")
	if division == "" {
		division = identityFrom(r.Context()).ScopeCode
	} else if !validCode(division) {
		return data.Fault(data.Invalid, "division", "is not a code of 12 digits")
	}
	items := [][5]int64{}
	for _, g := range s.Map.GridStates(division) {
		items = append(items, gridTuple(g))
	}
	slices.SortFunc(items, func(a, b [5]int64) int { return int(a[0] - b[0]) })
	return s.answerPublic(w, map[string]any{"items": items})
}

func gridTuple(g layers.GridState) [5]int64 {
	return [5]int64{g.ID, int64(g.Open), int64(g.DueSoon), int64(g.Overdue), int64(g.DistrictLevel)}
}
