package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

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
