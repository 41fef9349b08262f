package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gridmap/layers"
	"gridmap/service/access"
	"gridmap/tiles"
)

// quickTiles answers, before the router, requests for tiles that are kept ready:
// a wall asks for little else. It knows only the plain case, a person or machine
// that is recognised and may see these layers unfiltered; all else goes the long
// way, which decides and says why not. What it answers is what the long way
// answers, header by header.
type quickTiles struct {
	*server
	next   http.Handler
	sets   sync.Map // layers of a path → []int, for names that are right
	held   atomic.Int32
	fixed  http.Header
	prefix string // of request numbers; a counter follows
	count  atomic.Uint64
	found  quickMetric // 200
	same   quickMetric // 304
	empty  quickMetric // 204
}

const (
	tileRoute = "/tiles/{layers}/{z}/{x}/{y}.mvt"
	setsHeld  = 1000 // sets of layers whose names are remembered
)

func (s *server) quickTiles(next http.Handler) http.Handler {
	if s.Map == nil || s.Access == nil {
		return next
	}
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	q := &quickTiles{server: s, next: next, prefix: hex.EncodeToString(b[:]), fixed: http.Header{}}
	secure(q.fixed)
	q.fixed.Set("Vary", tileVary)
	q.fixed.Set("Cache-Control", tileCache)
	q.found, q.same, q.empty = s.metrics.quick(http.StatusOK), s.metrics.quick(http.StatusNotModified), s.metrics.quick(http.StatusNoContent)
	return q
}

// ServeHTTP answers from what is kept, or hands on.
func (q *quickTiles) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	which, id, ok := q.wanted(r)
	if !ok {
		q.next.ServeHTTP(w, r)
		return
	}
	who, _, err := q.recognise(r)
	if err != nil || who.Anonymous() || who.MustChange || !q.plain(who, which) {
		q.next.ServeHTTP(w, r)
		return
	}
	enc := encodingFor(r.Header.Get("Accept-Encoding"))
	view := layers.View{Merge: !who.SeesPoints(), Filter: layers.Filter{Scope: who.ScopeCode}}
	t, version, kept := q.Map.Kept(id, which, view, enc)
	if !kept {
		q.next.ServeHTTP(w, r)
		return
	}
	q.answer(w, r, t, version, start)
}

// wanted reads a request for a tile without filters.
func (q *quickTiles) wanted(r *http.Request) ([]int, tiles.ID, bool) {
	path, ok := strings.CutPrefix(r.URL.Path, "/tiles/")
	if !ok || r.Method != http.MethodGet || r.URL.RawQuery != "" || r.ContentLength != 0 {
		return nil, tiles.ID{}, false
	}
	name, place, ok := strings.Cut(path, "/")
	if !ok {
		return nil, tiles.ID{}, false
	}
	id, ok := parseTile(place)
	if !ok {
		return nil, id, false
	}
	if known, ok := q.sets.Load(name); ok {
		which, _ := known.([]int)
		return which, id, true
	}
	which, err := layers.Find(strings.Split(name, ","))
	if err != nil {
		return nil, id, false
	}
	if q.held.Add(1) <= setsHeld {
		q.sets.Store(strings.Clone(name), which)
	}
	return which, id, true
}

// parseTile reads z/x/y.mvt, in digits as a client writes them.
func parseTile(s string) (id tiles.ID, ok bool) {
	s, ok = strings.CutSuffix(s, ".mvt")
	var n [3]uint32
	for i := range n {
		part := s
		if i < 2 {
			var more bool
			if part, s, more = strings.Cut(s, "/"); !more {
				return id, false
			}
		}
		if len(part) == 0 || len(part) > 8 {
			return id, false
		}
		for _, c := range []byte(part) {
			if c < '0' || c > '9' {
				return id, false
			}
			n[i] = n[i]*10 + uint32(c-'0')
		}
	}
	if n[0] > tiles.MaxZoom {
		return id, false
	}
	id = tiles.ID{Z: uint8(n[0]), X: n[1], Y: n[2]}
	return id, ok && id.Valid()
}

// plain says whether somebody may see these layers.
func (q *quickTiles) plain(who access.Identity, which []int) bool {
	if who.SeesPoints() {
		return true
	}
	for _, i := range which {
		if layers.Catalogue()[i].Name == layers.Cases {
			return false
		}
	}
	return true
}

func (q *quickTiles) answer(w http.ResponseWriter, r *http.Request, t tiles.Tile, version int64, start time.Time) {
	h := w.Header()
	for k, v := range q.fixed {
		h[k] = v // never changed by anybody
	}
	var digits [16]byte
	number := q.prefix + string(strconv.AppendUint(digits[:0], q.count.Add(1), 16))
	h["X-Request-Id"] = []string{number}
	h["Etag"] = []string{t.ETag}
	h[versionHeader] = []string{strconv.FormatInt(version, 10)}
	metric := &q.found
	switch match := r.Header["If-None-Match"]; {
	case len(match) > 0 && matches(match[0], t.ETag):
		w.WriteHeader(http.StatusNotModified)
		metric = &q.same
	case t.Empty():
		w.WriteHeader(http.StatusNoContent)
		metric = &q.empty
	default:
		h["Content-Type"] = tileType
		if t.Encoding != tiles.Identity {
			h["Content-Encoding"] = []string{string(t.Encoding)}
		}
		h["Content-Length"] = []string{strconv.Itoa(len(t.Body))}
		_, _ = w.Write(t.Body) // a client that went away is nobody to tell
	}
	took := time.Since(start)
	metric.requests.Inc()
	metric.seconds.Observe(took.Seconds())
	if ctx := context.Background(); q.Log.Enabled(ctx, slog.LevelInfo) {
		q.Log.InfoContext(ctx, "request", "id", number, "method", r.Method, "path", r.URL.Path,
			"status", metric.status, "bytes", len(t.Body), "ms", float64(took.Microseconds())/1000)
	}
}
