package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"gridmap/service/access"
)

// Recorded are the server's answers to what a wall asks, as they were when an
// archive was made, by path and query.
type Recorded struct {
	At      time.Time                  `json:"at"`
	Answers map[string]json.RawMessage `json:"answers"`
}

// Record asks a handler of New what the walls of a district and of its towns ask
// it, and keeps the answers: with them a wall can stand where there is no
// database. A wall sees sums and no places, so nothing personal is among them. at
// is a past moment, for figures; zero: now.
func Record(ctx context.Context, handler http.Handler, district string, at time.Time) (Recorded, error) {
	moment := time.Now()
	if !at.IsZero() {
		moment = at
	}
	r := &recording{handler: handler, who: access.Identity{Account: "wall", Role: access.Wall, ScopeCode: district}, at: at,
		said: Recorded{At: moment.UTC().Truncate(time.Second), Answers: map[string]json.RawMessage{}}}
	if err := r.ask(ctx, "/api/v1/session", ""); err != nil {
		return r.said, err
	}
	if err := r.wall(ctx, district); err != nil {
		return r.said, err
	}
	var towns items[struct {
		Code string `json:"code"`
	}]
	if err := json.Unmarshal(r.said.Answers["/api/v1/divisions?parent="+district], &towns); err != nil {
		return r.said, fmt.Errorf("read the towns of %s: %w", district, err)
	}
	for _, town := range towns.Items {
		if err := r.wall(ctx, town.Code); err != nil {
			return r.said, err
		}
	}
	return r.said, nil
}

type recording struct {
	handler http.Handler
	who     access.Identity
	at      time.Time
	said    Recorded
}

// wall asks what the wall of a division asks.
func (r *recording) wall(ctx context.Context, division string) error {
	when := ""
	if !r.at.IsZero() {
		when = "&at=" + r.at.UTC().Format(time.RFC3339)
	}
	for path, more := range map[string]string{
		"/api/v1/divisions/" + division:                                                     "",
		"/api/v1/divisions?parent=" + division:                                              "",
		"/api/v1/figures?children=true&division=" + division:                                when,
		"/api/v1/grids/states?division=" + division:                                         "",
		"/api/v1/cases?limit=30&state=open&order=opened&division=" + division:               "",
		"/api/v1/cases?limit=6&state=open&order=opened&level=district&division=" + division: "",
	} {
		if err := r.ask(ctx, path, more); err != nil {
			return err
		}
	}
	return nil
}

// ask keeps the answer to path and more under path.
func (r *recording) ask(ctx context.Context, path, more string) error {
	req := httptest.NewRequestWithContext(withInsider(ctx, r.who), http.MethodGet, path+more, nil)
	w := httptest.NewRecorder()
	r.handler.ServeHTTP(w, req)
	if w.Code != http.StatusOK {
		return fmt.Errorf("%s answers %d: %s", path, w.Code, w.Body)
	}
	r.said.Answers[path] = json.RawMessage(w.Body.Bytes())
	return nil
}
