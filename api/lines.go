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

// Lines bounds how bodies come in and answers go out.
type Lines struct {
	Grace time.Duration // that a body may take however short it is. Zero: 10 s
	Rate  int           // bytes a second that it must come with beyond. Zero: 4096
	Taken time.Duration // in which a client must take 64 KiB of its answer. Zero: 10 s
	Held  int           // bytes of bodies, and of answers, on their way. Zero: 256 MiB each
}

func (l Lines) orUsual() Lines {
	return Lines{cmp.Or(l.Grace, 10*time.Second), cmp.Or(l.Rate, 4096), cmp.Or(l.Taken, 10*time.Second), cmp.Or(l.Held, 256<<20)}
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
	o    Lines
	held atomic.Int64
	next http.Handler
}

var (
	errTooSlow  = errors.New("the body came too slowly")
	errTooMany  = errors.New("too many bodies are on their way")
	errCutShort = data.Fault(data.Invalid, "body", "is empty or ends too early")
)

func (s *server) received(next http.Handler) http.Handler {
	return &receiver{s: s, o: s.Lines.orUsual(), next: next}
}

func (v *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out := &pacedWriter{w, http.NewResponseController(w), v.o.Taken}
	defer out.clock.SetWriteDeadline(time.Time{}) // the connection's next request has its own
	w = out
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

// pacedWriter lets go of a client that takes nothing of its answer.
type pacedWriter struct {
	http.ResponseWriter
	clock *http.ResponseController
	taken time.Duration
}

// atOnce is how much of an answer is written under one deadline.
const atOnce = 64 << 10

func (w *pacedWriter) Write(b []byte) (n int, err error) {
	for {
		_ = w.clock.SetWriteDeadline(time.Now().Add(w.taken))
		m, err := w.ResponseWriter.Write(b[n:min(len(b), n+atOnce)])
		if n += m; err != nil || n == len(b) {
			return n, err
		}
	}
}

func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// freeingWriter gives a place at a gate back as soon as the answer is there: every
// handler has the whole of its answer before it writes, and a client that takes it
// slowly holds up nobody else. When the answers that wait for such clients are too
// large all together, the place is held until this one is out.
type freeingWriter struct {
	http.ResponseWriter
	leave   func()
	sending *atomic.Int64
	most    int64
	mine    int64
}

func (w *freeingWriter) Write(b []byte) (int, error) {
	w.mine += int64(len(b))
	if w.sending.Add(int64(len(b))) <= w.most {
		w.leave()
	}
	return w.ResponseWriter.Write(b)
}

func (w *freeingWriter) end() {
	w.sending.Add(-w.mine)
	w.leave()
}

func (w *freeingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
