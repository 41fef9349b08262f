package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"gridmap/data"
	"gridmap/service/access"
	"gridmap/service/planning"
)

// stepTimeout bounds a step: a submission of a whole district draws the micro-grids
// of 300 communities.
const stepTimeout = 5 * time.Minute

// planRoutes are those of plans as drafts; without Drafts there are none.
func (s *server) planRoutes() []Route {
	planners := []access.Role{access.Planner}
	return []Route{
		{Method: http.MethodGet, Pattern: "/api/v1/plans", Summary: "Plans inside the scope, newest first", Roles: planners, Scope: ScopeDivision,
			Query:  []Param{{"status", "one or more of " + strings.Join(planning.Statuses(), ", ") + ", with commas"}, {"division", "code; without it, the scope"}},
			Handle: s.listPlans, Response: items[planning.PlanSummary]{}},
		{Method: http.MethodPost, Pattern: "/api/v1/plans", Summary: "Begin a plan", Roles: planners, Scope: ScopeContent, Query: []Param{},
			Handle: s.postPlan, Request: newPlanBody{}, Response: planning.Plan{}, Status: http.StatusCreated},
		{Method: http.MethodGet, Pattern: "/api/v1/plans/{id}", Summary: "A plan with its communities", Roles: planners, Scope: ScopeContent, Query: []Param{},
			Handle: s.getPlan, Response: planning.Plan{}},
		{Method: http.MethodPost, Pattern: "/api/v1/plans/{id}/steps", Summary: "Submit, return, approve, publish, withdraw or abandon a plan", Roles: planners,
			Scope: ScopeContent, Query: []Param{}, Handle: s.postStep, Request: planStepBody{}, Response: planning.Plan{}, Timeout: stepTimeout},
		{Method: http.MethodGet, Pattern: "/api/v1/plans/{id}/operations", Summary: "The log of a plan, oldest first", Roles: planners, Scope: ScopeContent,
			Query:  []Param{{"since", "after which entry; 0"}, {"community", "code; without it, all"}},
			Handle: s.getOperations, Response: operationsBody{}},
		{Method: http.MethodPost, Pattern: "/api/v1/plans/{id}/operations", Summary: "Do an operation on a community", Roles: planners, Scope: ScopeContent,
			Query: []Param{}, Handle: s.postOperation, Request: operationBody{}, Response: planning.Change{}},
		{Method: http.MethodGet, Pattern: "/api/v1/plans/{id}/desk/{code}", Summary: "A community as it stands in a plan", Roles: planners, Scope: ScopeContent,
			Query: []Param{}, Handle: s.getDesk, Response: planning.Desk{}},
		{Method: http.MethodGet, Pattern: "/api/v1/plans/{id}/desk/{code}/repairs", Summary: "What would mend a grid, best first", Roles: planners, Scope: ScopeContent,
			Query: []Param{{"grid", "code"}}, Handle: s.getRepairs, Response: items[planning.Suggestion]{}},
		{Method: http.MethodGet, Pattern: "/api/v1/plans/{id}/diff", Summary: "What a plan changes", Roles: planners, Scope: ScopeContent,
			Query: []Param{{"community", "code; without it, all"}}, Handle: s.getDiff, Response: planning.Diff{}},
	}
}

type newPlanBody struct {
	Name     string `json:"name"`
	Division string `json:"division"`
}

type planStepBody struct {
	Step        string `json:"step"`
	Version     *int   `json:"version"`
	Remark      string `json:"remark,omitempty"`
	EffectiveOn string `json:"effective_on,omitempty"`
}

type operationsBody struct {
	Version int                 `json:"version"`
	Items   []planning.LogEntry `json:"items"`
}

func (s *server) listPlans(w http.ResponseWriter, r *http.Request) error {
	who := identityFrom(r.Context())
	division, err := paramDivision(r, "division", who.ScopeCode)
	if err != nil {
		return err
	}
	var statuses []string
	if r.URL.Query().Has("status") {
		statuses = strings.Split(r.URL.Query().Get("status"), ",")
		for _, v := range statuses {
			if !slices.Contains(planning.Statuses(), v) {
				return data.Fault(data.Invalid, "status", "must be one or more of "+strings.Join(planning.Statuses(), ", "))
			}
		}
	}
	list, err := s.Drafts.List(r.Context(), who.Actor(), statuses, division)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, listed(list, func(p planning.PlanSummary) planning.PlanSummary { return p }))
}

func (s *server) postPlan(w http.ResponseWriter, r *http.Request) error {
	var in newPlanBody
	request, err := writeRequest(r, &in)
	if err != nil {
		return err
	}
	if err := checkDivision("division", in.Division); err != nil {
		return err
	}
	if _, err := s.Divisions.Find(r.Context(), in.Division); err != nil {
		return err
	}
	a, err := s.Drafts.Create(r.Context(), identityFrom(r.Context()).Actor(), request, in.Name, in.Division, func(p planning.Plan) (int, []byte, error) {
		w.Header().Set("Location", "/api/v1/plans/"+strconv.FormatInt(p.ID, 10))
		return rendered(http.StatusCreated, p)
	})
	return answerPlan(w, a, err)
}

func (s *server) getPlan(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	p, err := s.Drafts.Find(r.Context(), identityFrom(r.Context()).Actor(), id)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, p)
}

func (s *server) postStep(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	var in planStepBody
	request, err := writeRequest(r, &in)
	if err != nil {
		return err
	}
	if in.Version == nil {
		return data.Fault(data.Invalid, "version", "must be the version of the plan that you saw")
	}
	step := planning.Step{Plan: id, Step: in.Step, Version: *in.Version, Remark: in.Remark, EffectiveOn: in.EffectiveOn}
	a, err := s.Drafts.Step(r.Context(), identityFrom(r.Context()).Actor(), request, step, func(p planning.Plan) (int, []byte, error) {
		return rendered(http.StatusOK, p)
	})
	return answerPlan(w, a, err)
}

func (s *server) getOperations(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	since, err := paramInt(r, "since", 0, 0, 1<<31-1)
	if err != nil {
		return err
	}
	community, err := paramDivision(r, "community", "")
	if err != nil {
		return err
	}
	version, list, err := s.Drafts.Log(r.Context(), identityFrom(r.Context()).Actor(), id, since, community)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, operationsBody{version, append([]planning.LogEntry{}, list...)})
}

func (s *server) getDiff(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	community, err := paramDivision(r, "community", "")
	if err != nil {
		return err
	}
	d, err := s.Drafts.Diff(r.Context(), identityFrom(r.Context()).Actor(), id, community)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, d)
}

func rendered(status int, v any) (int, []byte, error) {
	body, err := json.Marshal(v)
	return status, body, err
}

// answerPlan answers a write with what was stored for it.
func answerPlan(w http.ResponseWriter, a data.Answer, err error) error {
	if err != nil {
		w.Header().Del("Location")
		return err
	}
	if a.Replayed {
		w.Header().Set("Idempotency-Replayed", "true")
	}
	replyBytes(w, a.Status, a.Body)
	return nil
}
