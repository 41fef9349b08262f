package api

import (
	"encoding/json"
	"net/http"
	"time"

	"gridmap/data"
	"gridmap/service/access"
)

type carryOverBody struct {
	ID          int64      `json:"id"`
	Kind        string     `json:"kind"`
	Name        string     `json:"name"`
	FromGrid    string     `json:"from_grid"`
	ToGrid      string     `json:"to_grid"`
	Rule        string     `json:"rule"`
	ZH          string     `json:"zh"`
	EN          string     `json:"en"`
	ConfirmedBy *string    `json:"confirmed_by"`
	ConfirmedAt *time.Time `json:"confirmed_at"`
}

type confirmBody struct {
	IDs []int64 `json:"ids"`
}

type confirmedBody struct {
	Confirmed int64 `json:"confirmed"`
}

// carryOverRoutes list what became of teams, groups and party organisations when
// a plan took force, and take a person's confirmation.
func (s *server) carryOverRoutes() []Route {
	roles := []access.Role{access.Planner}
	return []Route{
		{Method: http.MethodGet, Pattern: "/api/v1/plans/{id}/carryover", Summary: "Teams, groups and party organisations that a plan carried over",
			Roles: roles, Scope: ScopeContent, Query: []Param{}, Handle: s.listCarryOvers, Response: items[carryOverBody]{}},
		{Method: http.MethodPost, Pattern: "/api/v1/plans/{id}/carryover", Summary: "Confirm what was carried over",
			Roles: roles, Scope: ScopeContent, Query: []Param{}, Handle: s.confirmCarryOvers, Request: confirmBody{}, Response: confirmedBody{}},
	}
}

func (s *server) listCarryOvers(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	list, err := s.Planning.CarryOvers(r.Context(), identityFrom(r.Context()).Actor(), id)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, listed(list, newCarryOverBody))
}

func newCarryOverBody(c data.CarryOver) carryOverBody {
	b := carryOverBody{ID: c.ID, Kind: c.Kind, Name: c.Name, FromGrid: c.FromGrid, ToGrid: c.ToGrid, Rule: c.Rule, ConfirmedAt: c.ConfirmedAt}
	if c.ConfirmedBy != "" {
		b.ConfirmedBy = &c.ConfirmedBy
	}
	words := map[string][2]string{
		"team follows":  {"团队随住户转入", "the team goes over with its households"},
		"team joins":    {"成员并入该网格团队", "its members join the team of that grid"},
		"team acts":     {"由原网格团队暂代，待任命", "served by the former grid's team until one is appointed"},
		"team missing":  {"尚无团队", "has no team yet"},
		"group follows": {"微信群随住户转入", "the group goes over with its households"},
		"group missing": {"尚无微信群", "has no group yet"},
		"party follows": {"党组织随住户转入", "the party organisation goes over with its households"},
		"party missing": {"尚无党组织", "has no party organisation yet"},
	}[c.Kind+" "+c.Rule]
	b.ZH, b.EN = words[0], words[1]
	return b
}

func (s *server) confirmCarryOvers(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	var in confirmBody
	req, err := writeRequest(r, &in)
	if err != nil {
		return err
	}
	answer, err := s.Planning.ConfirmCarryOvers(r.Context(), identityFrom(r.Context()).Actor(), req, id, in.IDs, func(n int64) (int, []byte, error) {
		body, err := json.Marshal(confirmedBody{n})
		return http.StatusOK, body, err
	})
	if err != nil {
		return err
	}
	return answered(w, answer)
}
