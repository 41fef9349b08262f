package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/api"
	"gridmap/data"
	"gridmap/layers"
	"gridmap/service/access"
	"gridmap/service/cases"
	"gridmap/service/divisions"
	"gridmap/service/figures"
	"gridmap/tiles"
)

// benchServerCommand is one of the servers that bench-tiles measures, as a
// process of its own, so that its processor time is its own. It says its address
// and token in one line, then answers commands, a line each, until its input
// ends: "forget" drops all kept tiles, "cpu" tells its processor time in ns.
type benchServerCommand struct {
	Kind   string `arg:"" enum:"ours,plain,memory" help:"ours; plain: ST_AsMVT by pgx; memory: what --origin answers, from a map."`
	Origin string `help:"Server whose answers the kind memory serves."`
	Token  string `help:"Token for it."`
}

// Run serves until standard input ends.
func (c *benchServerCommand) Run(ctx context.Context, d *database, _ *slog.Logger) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	var handler http.Handler
	var token string
	forget := func() {}
	switch c.Kind {
	case "memory":
		handler = &memoryHandler{origin: c.Origin, token: c.Token, kept: map[string]keptAnswer{}}
	default:
		s, err := d.open(ctx, log)
		if err != nil {
			return err
		}
		defer s.close()
		defer cancel() // before: the pool waits for who listens
		if c.Kind == "plain" {
			handler = plainHandler(s.pool)
			break
		}
		live, h, secret, err := benchedServer(ctx, s, log)
		if err != nil {
			return err
		}
		handler, token, forget = h, secret, live.Forget
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with the process
	defer server.Close()
	fmt.Printf("http://%s %s\n", listener.Addr(), token)
	return answerCommands(forget)
}

func answerCommands(forget func()) error {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		switch in.Text() {
		case "forget":
			forget()
			fmt.Println("ok")
		case "cpu":
			fmt.Println(threadCPU().Nanoseconds())
		default:
			fmt.Println("unknown")
		}
	}
	return in.Err()
}

// benchedServer is the whole of our server on a loaded live copy, and the token of
// an operator, who may see every layer.
func benchedServer(ctx context.Context, s *store, log *slog.Logger) (*layers.Live, http.Handler, string, error) {
	return servedCopy(ctx, s, log, access.Operator)
}

func servedCopy(ctx context.Context, s *store, log *slog.Logger, role access.Role) (*layers.Live, http.Handler, string, error) {
	live, err := loadedCopy(ctx, s, log)
	if err != nil {
		return nil, nil, "", err
	}
	scope, _, err := data.DistrictOf(ctx, s.pool)
	if err != nil {
		return nil, nil, "", err
	}
	people := access.New(s.pool, access.Options{District: scope})
	session, err := people.CreateToken(ctx, "bench", role, scope, 1)
	if err != nil {
		return nil, nil, "", err
	}
	caseService := cases.New(s.pool, cases.Options{Settled: func(ctx context.Context) { live.Settle(ctx) }})
	handler := api.New(api.Config{Log: slog.New(slog.DiscardHandler), Access: people, Cases: caseService,
		Figures: figures.New(s.pool, nil), Divisions: divisions.New(s.pool), Map: live})
	return live, handler, session.Secret, nil
}

// loadedCopy is a live copy that has been loaded with the history of cases, so
// that nothing works beside what is measured, and follows the feed until ctx ends.
func loadedCopy(ctx context.Context, s *store, log *slog.Logger) (*layers.Live, error) {
	live := layers.New(s.pool, layers.Options{Log: log})
	go func() { _ = live.Run(ctx) }() // ends with ctx
	which, err := layers.Find([]string{layers.Heat})
	if err != nil {
		return nil, err
	}
	past := layers.View{Filter: layers.Filter{At: time.Now().Add(-time.Hour)}}
	ready := func() bool {
		_, _, err := live.Tile(ctx, tiles.ID{}, which, past, tiles.Identity)
		return live.Ready() == nil && err == nil
	}
	for !ready() {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	return live, nil
}

// plainHandler answers with ST_AsMVT by a pool, and does nothing else.
func plainHandler(pool *pgxpool.Pool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var id tiles.ID
		parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/tiles/"), "/")
		if _, err := fmt.Sscanf(strings.Join(parts[1:], " "), "%d %d %d.mvt", &id.Z, &id.X, &id.Y); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		tile, err := asMVT(r.Context(), pool, strings.Split(parts[0], ","), id)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_, _ = w.Write(tile) // a client that went away is nobody to tell
	})
}

// memoryHandler serves what another server once answered, from a plain map: as
// quick as net/http can be.
type memoryHandler struct {
	origin, token string
	mu            sync.RWMutex
	kept          map[string]keptAnswer
}

type keptAnswer struct {
	header http.Header
	status int
	body   []byte
}

func (m *memoryHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.RLock()
	a, ok := m.kept[r.URL.Path]
	m.mu.RUnlock()
	if !ok {
		var err error
		if a, err = m.learn(r); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
	}
	h := w.Header()
	for _, k := range []string{"Content-Type", "Content-Encoding", "Content-Length", "Etag", "Cache-Control", "Vary"} {
		if v := a.header[k]; v != nil {
			h[k] = v
		}
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a client that went away is nobody to tell
}

func (m *memoryHandler) learn(r *http.Request) (keptAnswer, error) {
	req, err := http.NewRequestWithContext(r.Context(), http.MethodGet, m.origin+r.URL.Path, nil)
	if err != nil {
		return keptAnswer{}, err
	}
	req.Header.Set("Accept-Encoding", "gzip") // set by hand: the answer is kept as it comes
	req.Header.Set("Authorization", "Bearer "+m.token)
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return keptAnswer{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return keptAnswer{}, err
	}
	a := keptAnswer{header: resp.Header, status: resp.StatusCode, body: body}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept[r.URL.Path] = a
	return a, nil
}
