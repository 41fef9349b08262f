package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"gridmap/data"
	"gridmap/geo"
	"gridmap/service/access"
	"gridmap/service/cases"
)

func (s *server) caseRoutes() []Route {
	return []Route{
		{Method: http.MethodGet, Pattern: "/api/v1/cases", Summary: "Cases, newest first or soonest limit first", Roles: caseReaders(), Scope: ScopeDivision,
			Query: []Param{{"division", "code; without it, the scope"}, {"state", "open, due_soon, overdue or closed"}, {"level", "grid, community, town or district"},
				{"board", "party, economy, livelihood or safety"}, {"step", "order to rate"}, {"order", "opened or due"}, {"limit", "1 to 1000; 50"}, {"next", "from the page before"}},
			Handle: s.listCases, Response: casePageBody{}},
		{Method: http.MethodPost, Pattern: "/api/v1/cases", Summary: "Open a case", Roles: caseWriters(), Scope: ScopeContent, Query: []Param{},
			Handle: s.postCase, Request: openCaseBody{}, Response: caseBody{}, Status: http.StatusCreated},
		{Method: http.MethodGet, Pattern: "/api/v1/cases/{id}", Summary: "A case with its step log", Roles: caseReaders(), Scope: ScopeContent, Query: []Param{},
			Handle: s.getCase, Response: caseWithHistoryBody{}},
		{Method: http.MethodPatch, Pattern: "/api/v1/cases/{id}", Summary: "Step, escalate, whistle, arrive, close or rate", Roles: caseWriters(), Scope: ScopeContent,
			Query: []Param{}, Handle: s.patchCase, Request: changeCaseBody{}, Response: caseBody{}},
		{Method: http.MethodGet, Pattern: "/api/v1/locate", Summary: "A point's building, grid, community, town and team", Roles: caseReaders(), Scope: ScopeContent,
			Query:  []Param{{"lon", "degrees"}, {"lat", "degrees"}, {"crs", "cgcs2000 (without it), gcj02 or bd09"}, {"at", "a day or a time: what held then; without it, now"}},
			Handle: s.getLocate, Response: routingBody{}},
	}
}

// maxPage bounds a page of a list.
const maxPage = 1000

func (s *server) listCases(w http.ResponseWriter, r *http.Request) error {
	id := identityFrom(r.Context())
	f, err := caseFilterOf(r, id)
	if err != nil {
		return err
	}
	if _, err := s.Divisions.Find(r.Context(), f.Division); err != nil {
		return err
	}
	page, more, err := s.Cases.List(r.Context(), f)
	if err != nil {
		return err
	}
	now := s.Now()
	out := casePageBody{Items: make([]caseBody, len(page))}
	for i := range page {
		out.Items[i] = newCaseBody(&page[i], id, now)
	}
	if more {
		next := cursorAfter(&page[len(page)-1], f.ByDue)
		out.Next = &next
	}
	return reply(w, http.StatusOK, out)
}

func caseFilterOf(r *http.Request, id access.Identity) (f data.CaseFilter, err error) {
	f.HideSensitive = id.Role == access.Wall
	if f.Division, err = paramDivision(r, "division", id.ScopeCode); err != nil {
		return f, err
	}
	for _, p := range []struct {
		name    string
		into    *string
		allowed []string
	}{
		{"state", &f.State, []string{data.StateOpen, data.StateDueSoon, data.StateOverdue, data.StateClosed}},
		{"level", &f.Level, cases.Levels()},
		{"board", &f.Board, cases.Boards()},
		{"step", &f.Step, cases.Steps()},
	} {
		if *p.into, err = paramOneOf(r, p.name, p.allowed...); err != nil {
			return f, err
		}
	}
	order, err := paramOneOf(r, "order", "opened", "due")
	if err != nil {
		return f, err
	}
	f.ByDue = order == "due"
	if f.Limit, err = paramInt(r, "limit", 50, 1, maxPage); err != nil {
		return f, err
	}
	if r.URL.Query().Has("next") {
		f.AfterAt, f.AfterID, err = readCursor(r.URL.Query().Get("next"), f.ByDue)
	}
	return f, err
}

func (s *server) getCase(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	who := identityFrom(r.Context())
	c, h, err := s.Cases.Find(r.Context(), who.Actor(), id, who.Role == access.Wall)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etagOf(c.Version))
	return reply(w, http.StatusOK, newCaseWithHistory(&c, &h, who, s.Now()))
}

func (s *server) postCase(w http.ResponseWriter, r *http.Request) error {
	var in openCaseBody
	request, err := writeRequest(r, &in)
	if err != nil {
		return err
	}
	o := cases.Opening{Type: in.Type, Description: in.Description, Level: in.Level, BuildingCode: in.BuildingCode, GridCode: in.GridCode}
	if in.Location != nil {
		if o.Position, err = in.Location.position(); err != nil {
			return err
		}
	}
	who := identityFrom(r.Context())
	a, err := s.Cases.Open(r.Context(), who.Actor(), request, o, s.renderCase(http.StatusCreated, who))
	if err != nil {
		return err
	}
	return answerWrite(w, a)
}

func (s *server) patchCase(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	version, err := ifMatch(r)
	if err != nil {
		return err
	}
	var in changeCaseBody
	request, err := writeRequest(r, &in)
	if err != nil {
		return err
	}
	who := identityFrom(r.Context())
	change := cases.Change{Action: in.Action, Step: in.Step, Level: in.Level, DepartmentID: in.DepartmentID, Rating: in.Rating, Remark: in.Remark}
	a, err := s.Cases.Apply(r.Context(), who.Actor(), request, id, version, change, s.renderCase(http.StatusOK, who))
	if err != nil {
		return err
	}
	return answerWrite(w, a)
}

// renderCase writes a stored case as the answer to a write.
func (s *server) renderCase(status int, who access.Identity) cases.Render {
	return func(c data.CaseView) (int, []byte, error) {
		body, err := json.Marshal(newCaseBody(&c, who, s.Now()))
		return status, body, err
	}
}

// answerWrite answers a write with what was stored for it; the version, and so
// the ETag, is in the body.
func answerWrite(w http.ResponseWriter, a data.Answer) error {
	var seen struct {
		ID      int64 `json:"id"`
		Version int   `json:"version"`
	}
	if err := json.Unmarshal(a.Body, &seen); err != nil {
		return fmt.Errorf("read a stored answer: %w", err)
	}
	h := w.Header()
	h.Set("ETag", etagOf(seen.Version))
	if a.Status == http.StatusCreated {
		h.Set("Location", "/api/v1/cases/"+strconv.FormatInt(seen.ID, 10))
	}
	return answered(w, a)
}

func etagOf(version int) string { return `"` + strconv.Itoa(version) + `"` }

// ifMatch reads the version that a client saw; a star is any, as zero.
func ifMatch(r *http.Request) (int, error) {
	h := strings.TrimSpace(r.Header.Get("If-Match"))
	if h == "" {
		return 0, errPrecondition
	}
	if h == "*" {
		return 0, nil
	}
	v, err := strconv.Atoi(strings.Trim(h, `"`))
	if err != nil || v <= 0 {
		return 0, data.Fault(data.Invalid, "If-Match", `must be a version such as "3"`)
	}
	return v, nil
}

// writeRequest reads the body of a write into v, and what makes it the same
// write when it is sent again: account, key, method, path and body.
func writeRequest(r *http.Request, v any) (data.Request, error) {
	key := r.Header.Get("Idempotency-Key")
	if key == "" || len(key) > 200 || strings.ContainsFunc(key, func(c rune) bool { return c < ' ' || c > '~' }) {
		return data.Request{}, data.Fault(data.Invalid, "Idempotency-Key", "must have 1 to 200 printable ASCII characters")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return data.Request{}, decodeFault(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if err := decode(r, v); err != nil {
		return data.Request{}, err
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%s %s\n", r.Method, r.URL.Path)
	sum.Write(bytes.TrimSpace(body))
	return data.Request{Account: identityFrom(r.Context()).Account, Key: key, Hash: sum.Sum(nil)}, nil
}

func (s *server) getLocate(w http.ResponseWriter, r *http.Request) error {
	lon, err := paramFloat(r, "lon")
	if err != nil {
		return err
	}
	lat, err := paramFloat(r, "lat")
	if err != nil {
		return err
	}
	datum, err := geo.ParseDatum(r.URL.Query().Get("crs"))
	if err != nil {
		return data.Fault(data.Invalid, "crs", "must be cgcs2000, gcj02 or bd09")
	}
	id, now := identityFrom(r.Context()), s.Now()
	when, _, err := paramMoment(r, "at", now)
	if err != nil {
		return err
	}
	past := when.Before(now)
	at, version, err := s.Cases.Locate(r.Context(), id.Actor(), cases.Position{At: geo.LonLat{Lon: lon, Lat: lat}, Datum: datum}, when, past)
	if err != nil {
		return err
	}
	s.versioned(w, r, version, past)
	return reply(w, http.StatusOK, newRoutingBody(&at))
}
