package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"gridmap/data"
)

const (
	// requestTimeout bounds every request but streams.
	requestTimeout = 10 * time.Second
	// writeTimeout bounds writes while each answer of the database is slow (see
	// Live.Slow). A write makes some ten ways to it, twice as many on a new connection:
	// cut off after ten seconds, none is ever done over a line that takes two, nor when
	// it is sent again. Nobody waits so long for a lock, or for a database that is gone.
	writeTimeout = 90 * time.Second
	lookAgain    = 500 * time.Millisecond
)

// patiently is the context of a write that can be sent again under its key. It does
// not end with the client, who asks again and gets the answer. What runs out of time
// has the cause DeadlineExceeded; see late.
func (s *server) patiently(r *http.Request) (*http.Request, func()) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(r.Context()))
	began, ended := time.Now(), make(chan struct{})
	go func() {
		next := time.NewTimer(requestTimeout)
		defer next.Stop()
		for {
			select {
			case <-ended:
				return
			case <-next.C:
			}
			if s.Map == nil || !s.Map.Slow() || time.Since(began) >= writeTimeout {
				cancel(context.DeadlineExceeded)
				return
			}
			next.Reset(lookAgain)
		}
	}()
	return r.WithContext(ctx), func() { close(ended); cancel(nil) }
}

// late says of an error what it is where the time of the request ran out.
func late(r *http.Request, err error) error {
	if errors.Is(context.Cause(r.Context()), context.DeadlineExceeded) && data.CodeOf(err) == "" {
		return &data.Error{Code: data.Unavailable, Err: errors.Join(context.DeadlineExceeded, err)}
	}
	return err
}
