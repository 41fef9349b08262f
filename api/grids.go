package api

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"gridmap/data"
)

type memberBody struct {
	Role     string `json:"role"`
	RoleName string `json:"role_name"`
	Ring     string `json:"ring"`
	Name     string `json:"name"`
	Phone    string `json:"phone"`
}

type careBody struct {
	Elderly  int `json:"elderly"`
	Child    int `json:"child"`
	Disabled int `json:"disabled"`
	Sick     int `json:"sick"`
	Frail    int `json:"frail"`
	Pregnant int `json:"pregnant"`
}

type gridCasesBody struct {
	Open    int `json:"open"`
	DueSoon int `json:"due_soon"`
	Overdue int `json:"overdue"`
	Closed  int `json:"closed"`
}

type groupBody struct {
	Name    string `json:"name"`
	Members int    `json:"members"`
}

type partyBody struct {
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Members int    `json:"members"`
}

type microgridBody struct {
	ID         int64  `json:"id"`
	Code       string `json:"code"`
	Households int    `json:"households"`
	Persons    int    `json:"persons"`
	InRule     bool   `json:"in_rule"`
}

type gridBody struct {
	ID            int64           `json:"id"`
	Code          string          `json:"code"`
	Name          string          `json:"name"`
	Kind          string          `json:"kind"`
	TownCode      string          `json:"town_code"`
	Town          string          `json:"town"`
	CommunityCode string          `json:"community_code"`
	Community     string          `json:"community"`
	Households    int             `json:"households"`
	Persons       int             `json:"persons"`
	AreaM2        float64         `json:"area_m2"`
	InRule        bool            `json:"in_rule"`
	Reason        string          `json:"reason,omitempty"`
	ReasonEN      string          `json:"reason_en,omitempty"`
	ValidFrom     string          `json:"valid_from"`
	Version       int64           `json:"version"`
	Team          []memberBody    `json:"team"`
	CareGroups    careBody        `json:"care_groups"`
	Cases         gridCasesBody   `json:"cases"`
	Groups        []groupBody     `json:"groups"`
	Party         *partyBody      `json:"party"`
	Microgrids    []microgridBody `json:"microgrids"`
}

func (s *server) gridRoutes() []Route {
	return []Route{
		{Method: http.MethodGet, Pattern: "/api/v1/grids/{code}", Summary: "A grid, who serves it and how it stands", Roles: anyRole(), Scope: ScopeDivision,
			Query: []Param{}, Handle: s.getGrid, Response: gridBody{}},
	}
}

func (s *server) getGrid(w http.ResponseWriter, r *http.Request) error {
	code := chi.URLParam(r, "code")
	if len(code) != 15 || !validCode(code) {
		return data.Fault(data.Invalid, "code", "must be a grid code of 15 digits")
	}
	g, err := s.Figures.Card(r.Context(), code)
	if err != nil {
		return err
	}
	s.versioned(w, r, g.Version, false)
	return reply(w, http.StatusOK, newGridBody(&g))
}

func newGridBody(g *data.GridCard) gridBody {
	b := gridBody{
		ID: g.ID, Code: g.Code, Name: g.Name, Kind: g.Kind, TownCode: g.TownCode, Town: g.Town, CommunityCode: g.CommunityCode,
		Community: g.Community, Households: g.Households, Persons: g.Persons, AreaM2: g.AreaM2, InRule: g.InRule,
		Reason: g.ReasonZH, ReasonEN: g.ReasonEN, ValidFrom: g.ValidFrom.In(data.LocalZone()).Format(time.DateOnly), Version: g.Version,
		CareGroups: careBody(g.Care), Cases: gridCasesBody(g.Cases), Party: (*partyBody)(g.Party),
	}
	b.Team = listed(g.Team, func(m data.TeamCard) memberBody { return memberBody(m) }).Items
	b.Groups = listed(g.Groups, func(x data.GroupCard) groupBody { return groupBody(x) }).Items
	b.Microgrids = listed(g.Microgrids, func(m data.MicrogridCard) microgridBody { return microgridBody(m) }).Items
	return b
}
