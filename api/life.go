package api

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"gridmap/data"
)

type gridLifeBody struct {
	Code     string            `json:"code"`
	Versions []gridVersionBody `json:"versions"`
}

type gridVersionBody struct {
	PlanID       int64      `json:"plan_id"`
	Plan         string     `json:"plan"`
	From         time.Time  `json:"from"`
	To           *time.Time `json:"to"`
	Name         string     `json:"name"`
	Kind         string     `json:"kind"`
	Households   int        `json:"households"`
	Persons      int        `json:"persons"`
	AreaM2       float64    `json:"area_m2"`
	InRule       bool       `json:"in_rule"`
	Lineage      string     `json:"lineage"`
	Predecessors []string   `json:"predecessors"`
	Successors   []string   `json:"successors"`
}

type versionBody struct {
	Version  int64     `json:"version"`
	PlanID   int64     `json:"plan_id"`
	Plan     string    `json:"plan"`
	Division string    `json:"division"`
	At       time.Time `json:"at"`
}

// lifeRoutes tell how the map came to be what it is.
func (s *server) lifeRoutes() []Route {
	return []Route{
		{Method: http.MethodGet, Pattern: "/api/v1/grids/{code}/life", Summary: "The versions of a grid, and what came before and after", Roles: anyRole(), Scope: ScopeDivision,
			Query: []Param{}, Handle: s.getGridLife, Response: gridLifeBody{}},
		{Method: http.MethodGet, Pattern: "/api/v1/versions", Summary: "The versions of the map, newest first", Roles: anyRole(), Scope: ScopeNone,
			Query: []Param{}, Handle: s.getVersions, Response: items[versionBody]{}},
	}
}

func (s *server) getGridLife(w http.ResponseWriter, r *http.Request) error {
	code := chi.URLParam(r, "code")
	if len(code) != 15 || !validCode(code) {
		return data.Fault(data.Invalid, "code", "must be a grid code of 15 digits")
	}
	life, err := s.Figures.Life(r.Context(), code)
	if err != nil {
		return err
	}
	versions := listed(life, func(v data.GridVersion) gridVersionBody { return gridVersionBody(v) }).Items
	return reply(w, http.StatusOK, gridLifeBody{code, versions})
}

func (s *server) getVersions(w http.ResponseWriter, r *http.Request) error {
	versions, err := s.Figures.Versions(r.Context())
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, listed(versions, func(v data.Enactment) versionBody {
		return versionBody{v.Version, v.PlanID, v.Plan, v.DivisionCode, v.At}
	}))
}
