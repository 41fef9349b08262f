package api

import (
	"net/http"

	"gridmap/data"
	"gridmap/service/access"
	"gridmap/service/people"
)

type personBody struct {
	ID          int64    `json:"id"`
	HouseholdID int64    `json:"household_id"`
	Stairwell   int      `json:"stairwell"`
	Floor       int      `json:"floor"`
	Room        string   `json:"room"`
	Name        string   `json:"name"`   // 张**
	Number      string   `json:"number"` // 500223********1234
	Phone       string   `json:"phone"`  // 139****5678
	Sex         string   `json:"sex"`
	BirthYear   int      `json:"birth_year"`
	Care        []string `json:"care"`
	Resident    bool     `json:"resident"`
}

type reasonBody struct {
	Reason string `json:"reason"`
}

type revealedBody struct {
	ID     int64  `json:"id"`
	Name   string `json:"name"`
	Number string `json:"number"`
	Phone  string `json:"phone"`
}

// peopleRoutes are the only ones that tell of single residents.
func (s *server) peopleRoutes() []Route {
	return []Route{
		{Method: http.MethodGet, Pattern: "/api/v1/buildings/{id}/people", Summary: "Who lives in a building, masked; each look is audited",
			Roles: caseWriters(), Scope: ScopeContent, Query: []Param{}, Handle: s.listPeople, Response: items[personBody]{}},
		{Method: http.MethodPost, Pattern: "/api/v1/people/{id}/reveal", Summary: "Who somebody is, in full; asks why, and is audited",
			Roles: []access.Role{access.Operator, access.Emergency}, Scope: ScopeContent, Unkeyed: true, Query: []Param{}, Handle: s.revealPerson,
			Request: reasonBody{}, Response: revealedBody{}},
	}
}

func (s *server) listPeople(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if s.People == nil {
		return noSuchPath(w, r)
	}
	all, err := s.People.Of(r.Context(), identityFrom(r.Context()).Actor(), id)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, listed(all, func(p people.Person) personBody {
		care := p.Care
		if care == nil {
			care = []string{}
		}
		return personBody{p.ID, p.HouseholdID, p.Stairwell, p.Floor, p.Room, p.Name, p.Number, p.Phone, p.Sex, p.BirthYear, care, p.Resident}
	}))
}

func (s *server) revealPerson(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	var in reasonBody
	if err := decode(r, &in); err != nil {
		return err
	}
	if s.People == nil {
		return data.Fault(data.NotFound, "", "there is nothing at this path")
	}
	who, err := s.People.Reveal(r.Context(), identityFrom(r.Context()).Actor(), id, in.Reason)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, revealedBody{id, who.Name, who.Number, who.Phone})
}
