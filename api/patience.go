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
	// writeTimeout bounds writes while the database answers, if slowly. A write makes
	// some ten ways to it: cut off after ten seconds, none is ever done over a line that
	// takes two, and none would be when it is sent again. A lock is not waited for so
	// long, and a database that does not answer is noticed (see Live.Answers).
	writeTimeout = 40 * time.Second
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
			if !s.databaseAnswers() || time.Since(began) >= writeTimeout {
				cancel(context.DeadlineExceeded)
				return
			}
			next.Reset(lookAgain)
		}
	}()
	return r.WithContext(ctx), func() { close(ended); cancel(nil) }
}

// databaseAnswers says so only where somebody looks.
func (s *server) databaseAnswers() bool { return s.Map != nil && s.Map.Answers() }

// late says of an error what it is where the time of the request ran out.
func late(r *http.Request, err error) error {
	if errors.Is(context.Cause(r.Context()), context.DeadlineExceeded) && data.CodeOf(err) == "" {
		return &data.Error{Code: data.Unavailable, Err: errors.Join(context.DeadlineExceeded, err)}
	}
	return err
}
