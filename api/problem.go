package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"gridmap/data"
)

// Problem is an error as clients see it (RFC 9457).
type Problem struct {
	Type   string       `json:"type"`
	Title  string       `json:"title"`
	Status int          `json:"status"`
	Detail string       `json:"detail,omitempty"`
	Errors []FieldError `json:"errors,omitempty"`

	members map[string]any // extension members, as the error has them
}

// MarshalJSON writes the extension members beside the others (RFC 9457, 3.2).
func (p Problem) MarshalJSON() ([]byte, error) {
	type plain Problem
	body, err := json.Marshal(plain(p))
	if err != nil || len(p.members) == 0 {
		return body, err
	}
	more, err := json.Marshal(p.members)
	if err != nil {
		return nil, err
	}
	return append(append(body[:len(body)-1], ','), more[1:]...), nil
}

// FieldError names the value at fault.
type FieldError struct {
	Field  string `json:"field"`
	Reason string `json:"reason"`
}

// problemOf is the one place where errors become statuses. What it does not
// know is 500 without details: those are in the log.
func problemOf(err error) Problem {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return problem(http.StatusRequestEntityTooLarge, "the body is larger than 1 MiB", "body")
	}
	var e *data.Error
	field, reason := "", ""
	if errors.As(err, &e) {
		field, reason = e.Field, e.Reason
	}
	switch data.CodeOf(err) {
	case data.Invalid:
		return problem(http.StatusBadRequest, reason, field)
	case data.Unrecognised:
		return problem(http.StatusUnauthorized, reason, field)
	case data.Forbidden:
		return problem(http.StatusForbidden, reason, field)
	case data.NotFound:
		return problem(http.StatusNotFound, reason, field)
	case data.OutOfPlace, data.Reused:
		return problem(http.StatusUnprocessableEntity, reason, field)
	case data.Conflict:
		return problem(http.StatusConflict, reason, field)
	case data.Stale:
		return problem(http.StatusPreconditionFailed, reason, field)
	case data.Throttled:
		return problem(http.StatusTooManyRequests, reason, field)
	case data.Unreachable:
		return problem(http.StatusServiceUnavailable, reason, field)
	case data.Unavailable:
		return problem(http.StatusServiceUnavailable, data.WhyUnavailable(err), "")
	}
	switch {
	case errors.Is(err, errNoMethod):
		return problem(http.StatusMethodNotAllowed, "this path does not take this method", "")
	case errors.Is(err, errPrecondition):
		return problem(http.StatusPreconditionRequired, "send the version that you saw, as If-Match", "If-Match")
	case errors.Is(err, errTooSlow):
		return problem(http.StatusRequestTimeout, "came too slowly; send it again", "body")
	case errors.Is(err, errTooMany):
		return problem(http.StatusServiceUnavailable, "too many bodies are on their way; try again later", "body")
	case errors.Is(err, errEncoding):
		return problem(http.StatusUnsupportedMediaType, "must not be given: bodies are read as they are", "Content-Encoding")
	case errors.Is(err, errMediaType):
		return problem(http.StatusUnsupportedMediaType, "the body must be application/json", "Content-Type")
	}
	return problem(http.StatusInternalServerError, "something went wrong here; the log says what", "")
}

var (
	errNoMethod     = errors.New("method not allowed")
	errPrecondition = errors.New("precondition required")
	errMediaType    = errors.New("unsupported media type")
	errEncoding     = errors.New("unsupported content encoding")
)

func problem(status int, detail, field string) Problem {
	p := Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail}
	if field != "" {
		p.Detail = field + ": " + detail
		p.Errors = []FieldError{{field, detail}}
	}
	return p
}

// statusClientGone is for the log alone, as nginx has it: nobody is left to read.
const statusClientGone = 499

// fail answers a request with err.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil && data.CodeOf(err) != data.Unavailable {
		w.WriteHeader(statusClientGone)
		return
	}
	p := problemOf(err)
	var e *data.Error
	if errors.As(err, &e) && p.Status < http.StatusInternalServerError {
		p.members = e.Members
	}
	switch {
	case p.Status == http.StatusInternalServerError:
		s.Log.ErrorContext(r.Context(), "request failed", "id", requestIDFrom(r.Context()), "error", err)
	case p.Status == http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "5")
	case p.Status == http.StatusTooManyRequests:
		w.Header().Set("Retry-After", fmt.Sprint(p.members["retry_after"]))
	case p.Status == http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer realm="gridmap"`)
	}
	writeProblem(w, p)
}

func writeProblem(w http.ResponseWriter, p Problem) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Del("ETag")
	h.Del("Content-Encoding")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client may be gone; there is nobody left to tell
}

func noSuchPath(http.ResponseWriter, *http.Request) error {
	return data.Fault(data.NotFound, "", "there is nothing at this path")
}

func noSuchMethod(http.ResponseWriter, *http.Request) error { return errNoMethod }
