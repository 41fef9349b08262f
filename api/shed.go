package api

import (
	"cmp"
	"crypto/sha256"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"gridmap/service/access"
)

// Overload bounds what the server takes on at once. Beyond it requests wait
// shortly, and are then refused with Retry-After: the tiles of crawlers first,
// those of walls later, writes last. Answers that are ready, streams and static
// files are never refused by it, nor what a supervisor asks.
type Overload struct {
	Tiles    int // made at once, which takes processor time. Zero: two for each processor
	Requests int // answered at once from the database. Zero: 16
	Waiting  int // of each class that may wait. Zero: 256
	Streams  int // open at once. Zero: 10,000
	Off      bool
}

// How long a request may wait for its turn. A write is worth waiting for, but not
// so long that its client has given up (they wait 15 s).
var (
	tilePatience    = [classes]time.Duration{ofWrites: 8 * time.Second, ofWalls: 2 * time.Second, ofPeople: time.Second, ofCrawlers: 500 * time.Millisecond}
	requestPatience = [classes]time.Duration{ofWrites: 8 * time.Second, ofWalls: 3 * time.Second, ofPeople: 3 * time.Second, ofCrawlers: time.Second}
)

// retryAfter is when to try again, in seconds, longer for whom less depends on.
var retryAfter = [classes]int{ofWrites: 1, ofWalls: 1, ofPeople: 2, ofCrawlers: 5}

// shedder decides which requests are let through.
type shedder struct {
	s        *server
	tiles    *gate // bound by processors
	requests *gate // bound by connections to the database
	screens  screens
	streams  int
	sending  atomic.Int64 // bytes of answers that their clients did not take yet
	shed     *prometheus.CounterVec
	waited   *prometheus.HistogramVec
}

func newShedder(s *server) *shedder {
	o := s.Overload
	o.Tiles, o.Requests = cmp.Or(o.Tiles, 2*runtime.GOMAXPROCS(0)), cmp.Or(o.Requests, 16)
	o.Waiting, o.Streams = cmp.Or(o.Waiting, 256), cmp.Or(o.Streams, 10_000)
	// Neither may hold every connection: writes that wait for a lock leave reads
	// their places, and reads that are slow leave writes theirs.
	most := max(1, o.Requests*3/4)
	d := &shedder{s: s, streams: o.Streams, screens: screens{open: map[string]int{}},
		tiles:    newGate(gateOptions{o.Tiles, [classes]int{o.Tiles, o.Tiles, o.Tiles, max(1, o.Tiles*3/4)}, o.Waiting, tilePatience}),
		requests: newGate(gateOptions{o.Requests, [classes]int{most, most, most, max(1, o.Requests/4)}, o.Waiting, requestPatience}),
		shed: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "gridmap_shed_total",
			Help: "Requests refused because of overload, by class and reason."}, []string{"class", "reason"}),
		waited: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "gridmap_wait_seconds", Help: "Wait of requests let through, by class.",
			Buckets: []float64{.001, .01, .05, .1, .25, .5, 1, 2, 5}}, []string{"class"}),
	}
	for _, c := range []prometheus.Collector{d.shed, d.waited, prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "gridmap_waiting",
		Help: "Requests that wait for their turn."}, d.waiting)} {
		_ = s.Registry.Register(c) // registered already: Routes() and New() of one registry share it
	}
	return d
}

func (d *shedder) waiting() (n float64) {
	for c := range classes {
		n += float64(d.tiles.waitingNow(c) + d.requests.waitingNow(c))
	}
	return n
}

// shedding puts the gates before what comes next.
func (s *server) shedding(next http.Handler) http.Handler {
	if s.Overload.Off {
		return next
	}
	d := newShedder(s)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == eventsPath:
			d.stream(w, r, next)
		case strings.HasPrefix(r.URL.Path, "/tiles/") && strings.HasSuffix(r.URL.Path, ".mvt"):
			d.through(d.tiles, w, r, next)
		case strings.HasPrefix(r.URL.Path, "/api/"):
			d.through(d.requests, w, r, next)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func (d *shedder) through(g *gate, w http.ResponseWriter, r *http.Request, next http.Handler) {
	c, client := d.classify(r)
	began := time.Now()
	if why := g.enter(r.Context(), c, client); why != "" {
		d.refuse(w, c, why)
		return
	}
	d.waited.WithLabelValues(c.String()).Observe(time.Since(began).Seconds())
	out := &freeingWriter{ResponseWriter: w, leave: sync.OnceFunc(func() { g.leave(c) }), sending: &d.sending, most: int64(d.s.Lines.orUsual().Held)}
	defer out.end()
	next.ServeHTTP(out, r)
}

// stream lets a screen's stream through, and knows the screen by it.
func (d *shedder) stream(w http.ResponseWriter, r *http.Request, next http.Handler) {
	secret, _ := secretOf(r) // without one it is refused further on
	screen := sessionAt(secret, d.s.clientOf(r))
	if !d.screens.add(screen, d.streams) {
		d.refuse(w, ofPeople, refusedFull)
		return
	}
	defer d.screens.remove(screen)
	next.ServeHTTP(w, r)
}

// refuse answers 429 to whom the places were taken by itself, else 503.
func (d *shedder) refuse(w http.ResponseWriter, c class, why refusal) {
	d.shed.WithLabelValues(c.String(), string(why)).Inc()
	switch why {
	case refusedGone:
		w.WriteHeader(statusClientGone)
		return
	case refusedShare:
		w.Header().Set("Retry-After", strconv.Itoa(retryAfter[c]))
		writeProblem(w, problem(http.StatusTooManyRequests, "too many of your requests wait already; try again later", ""))
		return
	}
	w.Header().Set("Retry-After", strconv.Itoa(retryAfter[c]))
	writeProblem(w, problem(http.StatusServiceUnavailable, "more is asked for than can be answered now; try again later", ""))
}

// classify says how much depends on a request, and whose it is. It never asks the
// database: whoever this server does not know yet is a stranger for one request.
func (d *shedder) classify(r *http.Request) (class, string) {
	client := d.s.clientOf(r)
	secret, _ := secretOf(r) // one that is not well formed is refused further on
	var who access.Identity
	if secret != "" && d.s.Access != nil {
		who = d.s.Access.Known(secret)
	}
	if !who.Anonymous() {
		client = sessionAt(secret, client)
	}
	write := r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions
	switch {
	case write && !who.Anonymous():
		return ofWrites, client
	case !who.Anonymous() && (who.Role == access.Wall || d.screens.has(client)):
		return ofWalls, client
	case write, !who.Anonymous() && strings.HasPrefix(r.URL.Path, "/api/"):
		return ofPeople, client // signing in is a stranger's write
	}
	return ofCrawlers, client
}

// sessionAt names a session at an address. Of the hash half is enough to tell
// sessions apart, and nobody signs in with it.
func sessionAt(secret, address string) string {
	sum := sha256.Sum256([]byte(secret))
	return string(sum[:16]) + address
}

const eventsPath = "/api/v1/events"

// screens are the clients with an open stream, and how many each has.
type screens struct {
	mu   sync.Mutex
	open map[string]int
	n    int
}

func (s *screens) add(client string, most int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n >= most {
		return false
	}
	s.n++
	s.open[client]++
	return true
}

func (s *screens) remove(client string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n--
	if s.open[client]--; s.open[client] == 0 {
		delete(s.open, client)
	}
}

func (s *screens) has(client string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open[client] > 0
}
