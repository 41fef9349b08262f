package api

import (
	"bytes"
	"fmt"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"gridmap/service/evacuation/papers"
)

// evacuationPaperRoutes hand out an evacuation's papers.
func (s *server) evacuationPaperRoutes() []Route {
	return []Route{
		{Method: http.MethodGet, Pattern: evacuationPath("/papers/{paper}"), Summary: "A paper of an evacuation: call sheets, lists, report, map, plan",
			Roles: evacuationReaders(), Scope: ScopeContent, Stream: true,
			Query:  []Param{{"grid", "only this grid; callsheet.pdf needs it"}, {"language", "zh (default) or en"}, atParam()},
			Handle: s.getEvacuationPaper},
	}
}

func (s *server) getEvacuationPaper(w http.ResponseWriter, r *http.Request) error {
	id, at, err := moment(r)
	if err != nil {
		return err
	}
	language, err := paramOneOf(r, "language", "zh", "en")
	if err != nil {
		return err
	}
	ask := papers.Ask{Evacuation: id, At: at, Printed: time.Now(), By: identityFrom(r.Context()).Actor(),
		Request: papers.Request{Paper: chi.URLParam(r, "paper"), Grid: r.URL.Query().Get("grid"), English: language == "en"}}
	if ask.Grid != "" {
		if err := checkGrid("grid", ask.Grid); err != nil {
			return err
		}
	}
	paper, err := papers.Find(ask.Paper)
	if err != nil {
		return err
	}
	d, err := ask.Document(r.Context(), s.Evacuations)
	if err != nil {
		return err
	}
	// The whole of it first: what goes wrong is then an error, not half a file.
	var body bytes.Buffer
	if err := s.EvacuationPapers.Write(r.Context(), &body, d, ask.Request); err != nil {
		return err
	}
	name := fmt.Sprintf("evacuation-%d-%s", id, paper.Name)
	if ask.Grid != "" && paper.ByGrid {
		name = fmt.Sprintf("evacuation-%d-%s-%s", id, ask.Grid, paper.Name)
	}
	h := w.Header()
	h.Set("Content-Type", paper.MediaType)
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename=%q`, name))
	h.Set("Cache-Control", "no-store")
	_, _ = body.WriteTo(w) // a client that went away is nobody to tell
	return nil
}
