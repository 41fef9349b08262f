package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"gridmap/data"
	"gridmap/service/access"
)

type auditBody struct {
	ID      int64           `json:"id"`
	At      string          `json:"at"`
	Actor   string          `json:"actor"`
	Role    string          `json:"role"`
	Action  string          `json:"action"`
	Subject string          `json:"subject"`
	Result  string          `json:"result"`
	Detail  json.RawMessage `json:"detail"`
}

func (s *server) auditRoutes() []Route {
	return []Route{
		{Method: http.MethodGet, Pattern: "/api/v1/audit", Summary: "The audit log, newest first", Roles: []access.Role{access.Auditor}, Scope: ScopeNone,
			Query: []Param{{"before", "entries before this number"}, {"limit", "1 to 1000; 100"}, {"actor", "account"}, {"action", "session.open, say"},
				{"from", "day or time"}, {"to", "day or time, included if a day"}}, Handle: s.listAudit, Response: items[auditBody]{}},
	}
}

func (s *server) listAudit(w http.ResponseWriter, r *http.Request) error {
	before, err := paramInt(r, "before", 0, 1, 1<<53)
	if err != nil {
		return err
	}
	limit, err := paramInt(r, "limit", 100, 1, maxPage)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	f := data.AuditFilter{Before: int64(before), Limit: limit, Actor: q.Get("actor"), Action: q.Get("action")}
	for name, value := range map[string]string{"actor": f.Actor, "action": f.Action} {
		if len(value) > 200 || !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
			return data.Fault(data.Invalid, name, "must have no more than 200 bytes of text")
		}
	}
	if q.Has("from") {
		if f.From, err = auditMoment("from", q.Get("from"), false); err != nil {
			return err
		}
	}
	if q.Has("to") {
		if f.To, err = auditMoment("to", q.Get("to"), true); err != nil {
			return err
		}
	}
	rows, err := s.Access.AuditLog(r.Context(), f)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, listed(rows, func(a data.AuditRow) auditBody { return auditBody(a) }))
}

// auditMoment reads a time, or a day: its beginning, or its end.
func auditMoment(name, v string, end bool) (time.Time, error) {
	if day, err := time.ParseInLocation(time.DateOnly, v, data.LocalZone()); err == nil {
		if end {
			day = day.AddDate(0, 0, 1)
		}
		return day, nil
	}
	at, err := time.Parse(time.RFC3339, v)
	if err != nil {
		return at, data.Fault(data.Invalid, name, "must be a day (2026-03-02) or a time (2026-03-02T08:00:00+08:00)")
	}
	return at, nil
}
