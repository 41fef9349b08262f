package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"gridmap/data"
	"gridmap/service/planning"
)

// operationBody is an operation with what it is about.
type operationBody struct {
	Community string `json:"community"`
	Version   *int   `json:"version"`
	planning.Operation
}

func (s *server) getDesk(w http.ResponseWriter, r *http.Request) error {
	id, community, err := deskOf(r)
	if err != nil {
		return err
	}
	d, err := s.Drafts.Desk(r.Context(), identityFrom(r.Context()).Actor(), id, community)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, d)
}

func (s *server) getRepairs(w http.ResponseWriter, r *http.Request) error {
	id, community, err := deskOf(r)
	if err != nil {
		return err
	}
	grid := r.URL.Query().Get("grid")
	if len(grid) != 15 || !validCode(grid) {
		return data.Fault(data.Invalid, "grid", "must be a grid code of 15 digits")
	}
	list, err := s.Drafts.Repairs(r.Context(), identityFrom(r.Context()).Actor(), id, community, grid)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, listed(list, func(v planning.Suggestion) planning.Suggestion { return v }))
}

func (s *server) postOperation(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	var in operationBody
	request, err := writeRequest(r, &in)
	if err != nil {
		return err
	}
	if err := checkDivision("community", in.Community); err != nil {
		return err
	}
	if in.Version == nil {
		return data.Fault(data.Invalid, "version", "must be the version of the plan that you saw")
	}
	do := planning.Doing{Plan: id, Community: in.Community, Version: *in.Version, Operation: in.Operation}
	a, err := s.Drafts.Do(r.Context(), identityFrom(r.Context()).Actor(), request, do, func(c planning.Change) (int, []byte, error) {
		return rendered(http.StatusOK, c)
	})
	return answerPlan(w, a, err)
}

// deskOf reads the plan and the community of a path.
func deskOf(r *http.Request) (id int64, community string, err error) {
	if id, err = pathID(r); err != nil {
		return 0, "", err
	}
	community = chi.URLParam(r, "code")
	return id, community, checkDivision("code", community)
}
