package api

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"gridmap/data"
)

// Listener is the server that requests come in by, with the bounds that hold
// before a handler is asked. What it does not bound, because streams and slow
// lines are legal, is bound here (bodies) and by eventWriter (streams).
func Listener(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
}

// Receiving bounds how bodies come in.
type Receiving struct {
	Grace time.Duration // that a body may take however short it is. Zero: 10 s
	Rate  int           // bytes a second that it must come with beyond. Zero: 4096
	Held  int           // bytes of bodies on their way, all together. Zero: 256 MiB
}

// alwaysHeld is how much of a body is taken whatever the others hold, so that
// those who send large ones slowly keep nobody from signing in or from a write of
// the usual size.
const alwaysHeld = 16 << 10

// receiver takes the whole body of a request before anything else is done for it.
// A body that comes a byte a second would otherwise hold one of the few places at
// the gates, and a dozen of them would stop every write. It also means that no
// handler leaves a part of a body unread, for which net/http would wait.
type receiver struct {
	s    *server
	o    Receiving
	held atomic.Int64
	next http.Handler
}

var (
	errTooSlow  = errors.New("the body came too slowly")
	errTooMany  = errors.New("too many bodies are on their way")
	errCutShort = data.Fault(data.Invalid, "body", "is empty or ends too early")
)

func (s *server) received(next http.Handler) http.Handler {
	o := s.Receiving
	o.Grace, o.Rate, o.Held = cmp.Or(o.Grace, 10*time.Second), cmp.Or(o.Rate, 4096), cmp.Or(o.Held, 256<<20)
	return &receiver{s: s, o: o, next: next}
}

func (v *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength == 0 || r.Body == nil {
		v.next.ServeHTTP(w, r)
		return
	}
	body, err := v.take(w, r)
	defer v.held.Add(-int64(cap(body)))
	if err != nil {
		secure(w.Header())
		w.Header().Set("Connection", "close") // what follows is not looked at
		v.s.fail(w, r, err)
		return
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	v.next.ServeHTTP(w, r)
}

// take reads a body. What it has of it is returned with an error too: it counts
// as held.
func (v *receiver) take(w http.ResponseWriter, r *http.Request) (body []byte, err error) {
	if r.ContentLength > maxBodyBytes {
		return nil, &http.MaxBytesError{Limit: maxBodyBytes}
	}
	in, clock := http.MaxBytesReader(w, r.Body, maxBodyBytes), http.NewResponseController(w)
	began := time.Now()
	for {
		if len(body) == cap(body) {
			if body, err = v.grow(body); err != nil {
				return body, err
			}
		}
		// Not supported where no network is: a test that calls the handler.
		_ = clock.SetReadDeadline(began.Add(v.o.Grace + time.Duration(len(body))*time.Second/time.Duration(v.o.Rate)))
		n, err := in.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		var tooLarge *http.MaxBytesError
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			_ = clock.SetReadDeadline(time.Time{})
			return body, nil
		case errors.As(err, &tooLarge):
			return body, err
		case errors.Is(err, os.ErrDeadlineExceeded):
			return body, errTooSlow
		default: // the client went away, or its chunks are not well formed
			return body, errCutShort
		}
	}
}

// grow makes room for more of a body, as far as there is some left.
func (v *receiver) grow(body []byte) ([]byte, error) {
	size := min(max(512, 2*cap(body)), maxBodyBytes+512) // 512: to see that it ends
	more := int64(size - cap(body))
	if v.held.Add(more) > int64(v.o.Held) && size > alwaysHeld {
		v.held.Add(-more)
		return body, errTooMany
	}
	return append(make([]byte, 0, size), body...), nil
}
