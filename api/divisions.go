package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"gridmap/data"
)

type divisionBody struct {
	Code   string     `json:"code"`
	Level  string     `json:"level"`
	Name   string     `json:"name"`
	Parent string     `json:"parent,omitempty"`
	Kind   string     `json:"kind,omitempty"`
	BBox   [4]float64 `json:"bbox"`
	Center [2]float64 `json:"center"`
}

func newDivisionBody(p data.Place) divisionBody {
	return divisionBody{p.Code, p.Level, p.Name, p.ParentCode, p.Kind,
		[4]float64{p.West, p.South, p.East, p.North}, [2]float64{p.Lon, p.Lat}}
}

type departmentBody struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

type caseTypeBody struct {
	Code       string `json:"code"`
	Name       string `json:"name"`
	Board      string `json:"board"`
	LimitHours int    `json:"limit_hours"`
}

func (s *server) divisionRoutes() []Route {
	return []Route{
		{Method: http.MethodGet, Pattern: "/api/v1/divisions", Summary: "Divisions by parent or level", Roles: anyRole(), Scope: ScopeNone,
			Query:  []Param{{"parent", "code of the division above"}, {"level", "district, town or community"}},
			Handle: s.listDivisions, Response: items[divisionBody]{}},
		{Method: http.MethodGet, Pattern: "/api/v1/divisions/{code}", Summary: "One division", Roles: anyRole(), Scope: ScopeNone,
			Query: []Param{}, Handle: s.getDivision, Response: divisionBody{}},
		{Method: http.MethodGet, Pattern: "/api/v1/departments", Summary: "Departments that answer a whistle", Roles: anyRole(), Scope: ScopeNone,
			Query: []Param{}, Handle: s.listDepartments, Response: items[departmentBody]{}},
		{Method: http.MethodGet, Pattern: "/api/v1/case-types", Summary: "Types that a case can have", Roles: anyRole(), Scope: ScopeNone,
			Query: []Param{}, Handle: s.listCaseTypes, Response: items[caseTypeBody]{}},
	}
}

func (s *server) listDivisions(w http.ResponseWriter, r *http.Request) error {
	parent, err := paramDivision(r, "parent", "")
	if err != nil {
		return err
	}
	level, err := paramOneOf(r, "level", "district", "town", "community")
	if err != nil {
		return err
	}
	list, err := s.Divisions.List(r.Context(), data.DivisionFilter{ParentCode: parent, Level: level})
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, listed(list, newDivisionBody))
}

func (s *server) getDivision(w http.ResponseWriter, r *http.Request) error {
	code := chi.URLParam(r, "code")
	if err := checkDivision("code", code); err != nil {
		return err
	}
	d, err := s.Divisions.Find(r.Context(), code)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, newDivisionBody(d))
}

func (s *server) listDepartments(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Divisions.Departments(r.Context())
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, listed(list, func(d data.Department) departmentBody { return departmentBody{d.ID, d.Name} }))
}

func (s *server) listCaseTypes(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Divisions.CaseTypes(r.Context())
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, listed(list, func(t data.CaseType) caseTypeBody {
		return caseTypeBody{t.Code, t.Name, t.Board, t.LimitHours}
	}))
}
