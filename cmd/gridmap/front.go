package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"gridmap/api"
	"gridmap/data"
	"gridmap/web"
)

// front listens, and answers by a handler that may be exchanged.
type front struct {
	server  *http.Server
	handler atomic.Pointer[http.Handler]
	address string
	failed  chan error
	// replaced, when set, is told when the handler of the start gave way.
	replaced func()
}

// open begins to listen with a handler.
func (c *serveCommand) open(handler http.Handler, log *slog.Logger) (*front, error) {
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", c.Listen, err)
	}
	f := &front{address: scheme(c.Cert) + "://" + listener.Addr().String(), failed: make(chan error, 1)}
	f.handler.Store(&handler)
	// Requests do not end with ctx: what was begun is finished. Streams do, by Stopping.
	f.server = api.Listener(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*f.handler.Load()).ServeHTTP(w, r) }), log)
	go func() {
		if c.Cert != "" {
			f.failed <- f.server.ServeTLS(listener, c.Cert, c.Key)
			return
		}
		f.failed <- f.server.Serve(listener)
	}()
	log.Info("serving", "address", f.address)
	return f, nil
}

// longestWait is the most between two looks for a database that is away.
const longestWait = 2 * time.Second

// await opens the database. While one that somebody else runs is away, it listens
// already, shows the standby map or says so to whoever asks, and looks for it again
// and again.
func (c *serveCommand) await(ctx context.Context, d *database, kept *standby, log *slog.Logger) (*store, *front, error) {
	s, err := d.open(ctx, log)
	if err == nil || d.DatabaseURL == "" || data.CodeOf(err) != data.Unavailable {
		return s, nil, err
	}
	since := time.Now()
	log.Error("the database is away; waiting for it", "error", err)
	handler, replaced, err := kept.open(ctx, d.DatabaseURL)
	if err != nil {
		log.Error("the standby map cannot be shown", "error", err)
	}
	if handler == nil {
		handler = api.NewWaiting(api.Config{Log: log, Web: web.Files()}, since)
	}
	f, err := c.open(handler, log)
	if err != nil {
		return nil, nil, err
	}
	f.replaced = replaced
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, longestWait) {
		select {
		case <-ctx.Done():
			return nil, nil, errors.Join(ctx.Err(), f.server.Close())
		case err := <-f.failed:
			return nil, nil, fmt.Errorf("serve: %w", err)
		case <-time.After(wait):
		}
		s, err := d.open(ctx, log)
		if err == nil {
			log.Info("the database is there", "away_s", int(time.Since(since).Seconds()))
			return s, f, nil
		}
		if data.CodeOf(err) != data.Unavailable {
			return nil, nil, errors.Join(err, f.server.Close())
		}
	}
}

// exchange puts another handler in place as soon as it is ready: until then, the
// one that answers has more to show.
func (f *front) exchange(ctx context.Context, handler http.Handler, ready func() error) {
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for ready() != nil {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
	}
	f.handler.Store(&handler)
	if f.replaced != nil {
		f.replaced()
	}
}

// listen serves until ctx ends, and finishes then what was begun. f listens
// already, if it is not nil, and answers until handler is ready.
func (c *serveCommand) listen(ctx context.Context, f *front, handler http.Handler, ready func() error, log *slog.Logger, started func(address string)) error {
	if f == nil {
		var err error
		if f, err = c.open(handler, log); err != nil {
			return err
		}
	} else {
		go f.exchange(ctx, handler, ready)
	}
	started(f.address)
	select {
	case err := <-f.failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	log.Info("stopping: finishing what was begun")
	drain, done := context.WithTimeout(context.WithoutCancel(ctx), drainFor)
	defer done()
	if err := f.server.Shutdown(drain); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop serving: %w", err)
	}
	return nil
}

func scheme(cert string) string {
	if cert != "" {
		return "https"
	}
	return "http"
}
