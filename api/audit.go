package api

import (
	"encoding/json"
	"net/http"

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
			Query: []Param{{"before", "entries before this number"}, {"limit", "1 to 1000; 100"}}, Handle: s.listAudit, Response: items[auditBody]{}},
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
	rows, err := s.Access.AuditLog(r.Context(), int64(before), limit)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, listed(rows, func(a data.AuditRow) auditBody { return auditBody(a) }))
}
