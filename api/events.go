package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gridmap/data"
	"gridmap/layers"
	"gridmap/service/access"
)

const (
	heartbeatEvery = 5 * time.Second
	askAgainEvery  = 500 * time.Millisecond
	writeWithin    = 10 * time.Second // a client that takes nothing for so long is let go
)

// getEvents streams what changes. The id of each message is a position of the
// change feed, so that any server can go on from it.
func (s *server) getEvents(w http.ResponseWriter, r *http.Request) error {
	lastID := r.Header.Get("Last-Event-ID")
	if lastID == "" {
		lastID = r.URL.Query().Get("last_event_id")
	}
	if len(lastID) > 4096 || strings.ContainsAny(lastID, "\r\n") {
		return data.Fault(data.Invalid, "Last-Event-ID", "is not an id of this stream")
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	e := &eventWriter{s: s, w: w, out: http.NewResponseController(w), identity: identityFrom(r.Context())}
	sub, missed, position, err := s.Map.Subscribe(r.Context(), lastID)
	e.send("hello", "", e.hello())
	if data.CodeOf(err) == data.Unavailable {
		if sub, missed, position, err = e.await(r, lastID); sub == nil {
			return nil
		}
	}
	defer sub.Close()
	if err != nil {
		e.send("reset", position, map[string]any{"server_time": s.Now(), "reason": "the stream does not reach back to your last event"})
	} else if lastID == "" {
		e.send("heartbeat", position, e.hello())
	}
	for _, ev := range missed {
		e.change(ev)
	}
	return e.follow(r, sub)
}

// await goes on where a reader of another server was as soon as the database,
// which knows what came since, is back. Until then the reader is told since when it
// is away. Nothing is subscribed when the reader leaves first.
func (e *eventWriter) await(r *http.Request, lastID string) (sub *layers.Subscription, missed []*layers.Event, position string, err error) {
	again, beat := time.NewTicker(askAgainEvery), time.NewTicker(heartbeatEvery)
	defer again.Stop()
	defer beat.Stop()
	for !e.failed {
		select {
		case <-r.Context().Done():
			return nil, nil, "", nil
		case <-e.s.Stopping:
			return nil, nil, "", nil
		case <-beat.C:
			e.send("heartbeat", "", e.hello())
		case <-again.C:
			sub, missed, position, err = e.s.Map.Subscribe(r.Context(), lastID)
			if data.CodeOf(err) != data.Unavailable {
				return sub, missed, position, err
			}
		}
	}
	return nil, nil, "", nil
}

// eventWriter writes one client's stream; the first failure ends it.
type eventWriter struct {
	s        *server
	w        http.ResponseWriter
	out      *http.ResponseController
	identity access.Identity
	failed   bool
}

func (e *eventWriter) hello() map[string]any {
	m := map[string]any{"server_time": e.s.Now(), "since": nil}
	if since, gone := e.s.Map.Since(); gone {
		m["since"] = since
	}
	return m
}

func (e *eventWriter) follow(r *http.Request, sub *layers.Subscription) error {
	beat := time.NewTicker(heartbeatEvery)
	defer beat.Stop()
	for !e.failed {
		select {
		case <-r.Context().Done():
			return nil
		case <-e.s.Stopping:
			return nil
		case <-beat.C:
			e.send("heartbeat", "", e.hello())
		case ev, ok := <-sub.C:
			switch {
			case !ok:
				e.send("reset", "", map[string]any{"server_time": e.s.Now(), "reason": "you fell behind, or the map was loaded anew"})
				return nil
			case ev == nil:
				e.send("heartbeat", "", e.hello())
			default:
				e.change(ev)
			}
		}
	}
	return nil
}

func (e *eventWriter) send(event, id string, v any) {
	if e.failed {
		return
	}
	body, err := json.Marshal(v)
	if err != nil {
		e.s.Log.Error("write an event", "event", event, "error", err)
		e.failed = true
		return
	}
	e.write(event, id, body)
}

func (e *eventWriter) write(event, id string, body []byte) {
	_ = e.out.SetWriteDeadline(time.Now().Add(writeWithin))
	if id != "" {
		id = "id: " + id + "\n"
	}
	_, err := fmt.Fprintf(e.w, "event: %s\n%sdata: %s\n\n", event, id, body)
	if err == nil {
		err = e.out.Flush()
	}
	e.failed = e.failed || err != nil
}

func (e *eventWriter) change(ev *layers.Event) {
	if ev.Reset != "" {
		e.send("reset", ev.ID, map[string]any{"server_time": ev.At, "reason": ev.Reset})
		return
	}
	e.send("change", ev.ID, e.message(ev))
}

type changeMessage struct {
	ServerTime time.Time           `json:"server_time"`
	Version    int64               `json:"version"` // of the map
	Changes    []any               `json:"changes"`
	Grids      [][5]int64          `json:"grids"`
	Tiles      map[string][]string `json:"tiles"`
}

type caseChange struct {
	Kind     string        `json:"kind"`
	Op       string        `json:"op"`
	Case     *caseSummary  `json:"case"`
	Previous *previousCase `json:"previous"`
}

type previousCase struct {
	State  string `json:"state"`
	Step   string `json:"step"`
	Level  string `json:"level"`
	GridID int64  `json:"grid_id"`
}

// message is an event as this client may see it.
func (e *eventWriter) message(ev *layers.Event) changeMessage {
	m := changeMessage{ServerTime: ev.At, Version: ev.Version, Changes: []any{}, Grids: [][5]int64{}, Tiles: map[string][]string{}}
	for _, c := range ev.Cases {
		if !e.identity.Covers(c.After.Community) || (c.After.Sensitive && !e.identity.SeesPoints()) {
			continue
		}
		m.Changes = append(m.Changes, e.caseChange(c))
	}
	for _, layer := range ev.Reloaded {
		m.Changes = append(m.Changes, map[string]string{"kind": "layer", "op": "reload", "layer": layer})
	}
	if e.identity.Role == access.Planner {
		for _, id := range ev.Plans {
			m.Changes = append(m.Changes, map[string]any{"kind": "plan", "id": id})
		}
	}
	for _, v := range ev.Evacuations {
		m.Changes = append(m.Changes, map[string]any{"kind": "evacuation", "id": v.ID, "state_version": v.Version, "what": v.What})
	}
	for _, g := range ev.Grids {
		m.Grids = append(m.Grids, gridTuple(g))
	}
	for name, ids := range ev.Tiles {
		if name != layers.Cases || e.identity.SeesPoints() {
			m.Tiles[name] = ids
		}
	}
	return m
}

func (e *eventWriter) caseChange(c layers.CaseChange) caseChange {
	a := c.After
	out := caseChange{Kind: "case", Op: "insert", Case: &caseSummary{ID: a.ID, Number: a.Number, Title: a.Title, Type: a.Type,
		TypeName: a.TypeName, Level: a.Level, Step: a.Step, Board: a.Board, State: a.State,
		OpenedAt: time.Unix(a.OpenedAt, 0).UTC(), DueAt: time.Unix(a.DueAt, 0).UTC(), GridCode: a.GridCode, GridID: a.GridID,
		CommunityCode: a.Community, Community: a.CommunityName, TownCode: a.Town, Town: a.TownName, Whistle: a.Whistle, Version: a.Version}}
	if a.ClosedAt != 0 {
		t := time.Unix(a.ClosedAt, 0).UTC()
		out.Case.ClosedAt = &t
	}
	if !e.identity.SeesPoints() {
		out.Case.Title = a.TypeName // a title names the building
	} else {
		out.Case.Lon, out.Case.Lat = &a.Geom[0], &a.Geom[1]
	}
	if c.Before != nil {
		out.Op = "update"
		out.Previous = &previousCase{c.Before.State, c.Before.Step, c.Before.Level, c.Before.GridID}
	}
	return out
}
