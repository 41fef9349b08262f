package api

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"gridmap/data"
	"gridmap/service/access"
	"gridmap/service/evacuation"
)

// evacuationWriteRoutes are what is done in an evacuation. Steps that change the
// picture answer with the evacuation as it is after them.
func (s *server) evacuationWriteRoutes() []Route {
	write := func(tail, summary string, roles []access.Role, handle Handler, request, response any) Route {
		return Route{Method: http.MethodPost, Pattern: evacuationPath(tail), Summary: summary, Roles: roles, Scope: ScopeContent, Query: []Param{},
			Handle: handle, Request: request, Response: response, Timeout: pictureTimeout}
	}
	rollcall := write("/rollcall", "Say where people are; the same device and sequence again is the same event", evacuationWorkers(), s.postRollCall,
		evacuation.RollPost{}, evacuation.RollAnswer{})
	rollcall.Unkeyed = true
	return []Route{
		{Method: http.MethodPost, Pattern: "/api/v1/gauges/{id}/readings", Summary: "Take levels of a gauge, observed or foreseen", Roles: evacuationWorkers(), Scope: ScopeNone,
			Query: []Param{}, Handle: s.postReadings, Request: evacuation.NewReadings{}, Response: evacuation.TakenReadings{}},
		{Method: http.MethodPost, Pattern: "/api/v1/evacuations", Summary: "Open an evacuation", Roles: evacuationLeaders(), Scope: ScopeContent, Query: []Param{},
			Handle: s.postEvacuation, Request: evacuation.Opening{}, Response: evacuation.Head{}, Status: http.StatusCreated},
		write("/plans", "Approve the proposal", evacuationLeaders(), s.postEvacuationPlan, evacuation.Approval{}, evacuation.State{}),
		write("/overrides", "Send a building to another shelter", evacuationLeaders(), s.postOverride, evacuation.Overriding{}, evacuation.Proposal{}),
		write("/orders", "Order grids to prepare, to move, to hold upstairs, or lift it", evacuationLeaders(), s.postOrders, evacuation.NewOrders{}, items[evacuation.Order]{}),
		write("/orders/{order}/answer", "Answer an order: received, on the scene", evacuationWorkers(), s.postAnswer, evacuation.Answering{}, evacuation.Order{}),
		write("/breaches", "A levee broke here", evacuationLeaders(), s.postBreach, evacuation.Opened{}, evacuation.State{}),
		write("/lift", "Let people return", evacuationLeaders(), s.postLift, nothingBody{}, evacuation.State{}),
		write("/close", "End the evacuation; not while anybody is unaccounted for", evacuationLeaders(), s.postClose, nothingBody{}, evacuation.State{}),
		{Method: http.MethodGet, Pattern: evacuationPath("/rollcall"), Summary: "The roll of a grid, for its team; noted in the audit log", Roles: evacuationWorkers(),
			Scope: ScopeContent, Query: []Param{{"grid", "code, 15 digits"}}, Handle: s.getRollCall, Response: evacuation.Sheet{}, Timeout: pictureTimeout},
		rollcall,
		{Method: http.MethodGet, Pattern: evacuationPath("/contradictions"), Summary: "Of whom devices say different things", Roles: evacuationWorkers(), Scope: ScopeContent,
			Query: []Param{}, Handle: s.getContradictions, Response: items[evacuation.Contradiction]{}, Timeout: pictureTimeout},
		write("/contradictions/{contradiction}", "Say what holds", evacuationWorkers(), s.postDecision, evacuation.Decision{}, evacuation.Identity{}),
	}
}

// nothingBody is the body of a step that needs no words.
type nothingBody struct{}

// task is a write to an evacuation: who asks for it, which, and the key.
type task struct {
	id      int64
	by      data.Actor
	request data.Request
}

// taskOf reads a write and its body.
func taskOf(r *http.Request, body any) (task, error) {
	id, err := pathID(r)
	if err != nil {
		return task{}, err
	}
	request, err := writeRequest(r, body)
	return task{id, identityFrom(r.Context()).Actor(), request}, err
}

// afterwards answers a step with the evacuation as it is now.
func (s *server) afterwards(w http.ResponseWriter, r *http.Request, t task, a data.Answer, err error) error {
	if err != nil {
		return err
	}
	st, err := s.Evacuations.State(r.Context(), t.by, t.id, nil)
	if err != nil {
		return err
	}
	if a.Replayed {
		w.Header().Set("Idempotency-Replayed", "true")
	}
	return reply(w, http.StatusOK, st)
}

func (s *server) postReadings(w http.ResponseWriter, r *http.Request) error {
	var in evacuation.NewReadings
	t, err := taskOf(r, &in)
	if err != nil {
		return err
	}
	a, err := s.Evacuations.Readings(r.Context(), t.by, t.request, t.id, in)
	if err != nil {
		return err
	}
	return answered(w, a)
}

func (s *server) postEvacuation(w http.ResponseWriter, r *http.Request) error {
	var in evacuation.Opening
	request, err := writeRequest(r, &in)
	if err != nil {
		return err
	}
	if err := checkDivision("division", in.Division); err != nil {
		return err
	}
	a, err := s.Evacuations.Open(r.Context(), identityFrom(r.Context()).Actor(), request, in)
	if err != nil {
		return err
	}
	return answered(w, a)
}

func (s *server) postEvacuationPlan(w http.ResponseWriter, r *http.Request) error {
	var in evacuation.Approval
	t, err := taskOf(r, &in)
	if err != nil {
		return err
	}
	a, err := s.Evacuations.Approve(r.Context(), t.by, t.request, t.id, in)
	return s.afterwards(w, r, t, a, err)
}

func (s *server) postOverride(w http.ResponseWriter, r *http.Request) error {
	var in evacuation.Overriding
	t, err := taskOf(r, &in)
	if err != nil {
		return err
	}
	p, err := s.Evacuations.Override(r.Context(), t.by, t.request, t.id, in)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, p)
}

func (s *server) postOrders(w http.ResponseWriter, r *http.Request) error {
	var in evacuation.NewOrders
	t, err := taskOf(r, &in)
	if err != nil {
		return err
	}
	a, err := s.Evacuations.Order(r.Context(), t.by, t.request, t.id, in)
	if err != nil {
		return err
	}
	return answered(w, a)
}

func (s *server) postAnswer(w http.ResponseWriter, r *http.Request) error {
	var in evacuation.Answering
	t, err := taskOf(r, &in)
	if err != nil {
		return err
	}
	order, err := strconv.ParseInt(chi.URLParam(r, "order"), 10, 64)
	if err != nil || order <= 0 {
		return data.Fault(data.Invalid, "order", "must be the number of an order")
	}
	a, err := s.Evacuations.Answer(r.Context(), t.by, t.request, t.id, order, in)
	if err != nil {
		return err
	}
	return answered(w, a)
}

func (s *server) postBreach(w http.ResponseWriter, r *http.Request) error {
	var in evacuation.Opened
	t, err := taskOf(r, &in)
	if err != nil {
		return err
	}
	a, err := s.Evacuations.Breach(r.Context(), t.by, t.request, t.id, in)
	return s.afterwards(w, r, t, a, err)
}

func (s *server) postLift(w http.ResponseWriter, r *http.Request) error {
	t, err := taskOf(r, &nothingBody{})
	if err != nil {
		return err
	}
	a, err := s.Evacuations.Lift(r.Context(), t.by, t.request, t.id)
	return s.afterwards(w, r, t, a, err)
}

func (s *server) postClose(w http.ResponseWriter, r *http.Request) error {
	t, err := taskOf(r, &nothingBody{})
	if err != nil {
		return err
	}
	a, err := s.Evacuations.Close(r.Context(), t.by, t.request, t.id)
	return s.afterwards(w, r, t, a, err)
}

func (s *server) getRollCall(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	grid := r.URL.Query().Get("grid")
	if err := checkGrid("grid", grid); err != nil {
		return err
	}
	sheet, err := s.Evacuations.Sheet(r.Context(), identityFrom(r.Context()).Actor(), id, grid)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, sheet)
}

func (s *server) postRollCall(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	var in evacuation.RollPost
	if err := decode(r, &in); err != nil {
		return err
	}
	out, err := s.Evacuations.RollCall(r.Context(), identityFrom(r.Context()).Actor(), id, in)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, out)
}

func (s *server) getContradictions(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	list, err := s.Evacuations.Contradictions(r.Context(), identityFrom(r.Context()).Actor(), id)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, listed(list, same[evacuation.Contradiction]))
}

func (s *server) postDecision(w http.ResponseWriter, r *http.Request) error {
	var in evacuation.Decision
	t, err := taskOf(r, &in)
	if err != nil {
		return err
	}
	identity, err := s.Evacuations.Decide(r.Context(), t.by, t.request, t.id, chi.URLParam(r, "contradiction"), in)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, identity)
}
