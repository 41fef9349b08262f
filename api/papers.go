package api

import (
	"bytes"
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"

	"gridmap/service/access"
	"gridmap/service/planning/papers"
)

// paperRoutes hand out a plan's papers.
func (s *server) paperRoutes() []Route {
	return []Route{
		{Method: http.MethodGet, Pattern: "/api/v1/plans/{id}/papers/{paper}", Summary: "A paper of a plan: ledger, grids for other programs, maps",
			Roles: []access.Role{access.Planner}, Scope: ScopeContent, Stream: true,
			Query:  []Param{{"community", "only what lies in this division of the plan"}, {"language", "zh (default) or en"}},
			Handle: s.getPaper},
	}
}

func (s *server) getPaper(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	division, err := paramDivision(r, "community", "")
	if err != nil {
		return err
	}
	language, err := paramOneOf(r, "language", "zh", "en")
	if err != nil {
		return err
	}
	paper, err := papers.Find(chi.URLParam(r, "paper"))
	if err != nil {
		return err
	}
	// The whole of it first: what goes wrong is then an error, not half a file.
	var body bytes.Buffer
	err = s.Papers.Write(r.Context(), &body, papers.Request{Plan: id, Paper: paper.Name, Division: division, English: language == "en",
		By: identityFrom(r.Context()).Actor()})
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", paper.MediaType)
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="plan-%d-%s"`, id, paper.Name))
	h.Set("Cache-Control", "no-store")
	_, _ = body.WriteTo(w) // a client that went away is nobody to tell
	return nil
}
