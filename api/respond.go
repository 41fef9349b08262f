package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"gridmap/data"
)

func parseQuery(r *http.Request) (url.Values, error) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, data.Fault(data.Invalid, "query", "is not well formed")
	}
	return q, nil
}

// reply answers v as JSON. Answers depend on who asks, so no shared cache may
// keep them.
func reply(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	replyBytes(w, status, body)
	return nil
}

func replyBytes(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // the client may be gone; there is nobody left to tell
}

type items[T any] struct {
	Items []T `json:"items"`
}

// listed maps rows to an answer whose list is never null.
func listed[A, B any](rows []A, f func(A) B) items[B] {
	out := items[B]{Items: make([]B, len(rows))}
	for i, row := range rows {
		out.Items[i] = f(row)
	}
	return out
}

// answered sends what a write answered, the first time or again.
func answered(w http.ResponseWriter, a data.Answer) error {
	if a.Replayed {
		w.Header().Set("Idempotency-Replayed", "true")
	}
	replyBytes(w, a.Status, a.Body)
	return nil
}

// versionHeader tells of which version of the map an answer is.
const versionHeader = "Gridmap-Version"

// versioned marks an answer that was read from the database with its version of
// the map. Whoever sees it must not be shown tiles of the version before
// afterwards, so the live copy is brought up to it first.
func (s *server) versioned(w http.ResponseWriter, r *http.Request, version int64, past bool) {
	w.Header().Set(versionHeader, strconv.FormatInt(version, 10))
	if !past && s.Map != nil && s.Map.Version() < version {
		s.Map.Settle(r.Context())
	}
}

// pathID reads the number in a path.
func pathID(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, data.Fault(data.Invalid, "id", "must be a positive whole number")
	}
	return id, nil
}
