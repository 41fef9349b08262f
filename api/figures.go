package api

import (
	"net/http"
	"time"

	"gridmap/data"
	"gridmap/service/cases"
	"gridmap/service/figures"
)

type countsBody map[string]int

type casesBody struct {
	Open              int                `json:"open"`
	DueSoon           int                `json:"due_soon"`
	Overdue           int                `json:"overdue"`
	Closed            int                `json:"closed"`
	OpenedToday       int                `json:"opened_today"`
	ClosedToday       int                `json:"closed_today"`
	ByLevel           countsBody         `json:"by_level"`
	ByBoard           countsBody         `json:"by_board"`
	ByStep            countsBody         `json:"by_step"`
	MedianHoursByStep map[string]float64 `json:"median_hours_by_step"`
}

type inRuleBody struct {
	Grids      int `json:"grids"`
	Microgrids int `json:"microgrids"`
}

type trendBody struct {
	Open   []int `json:"open"`
	Opened []int `json:"opened"`
	Closed []int `json:"closed"`
}

type figuresBody struct {
	Division       scopeBody     `json:"division"`
	At             time.Time     `json:"at"`
	Version        int64         `json:"version"`
	Grids          int           `json:"grids"`
	Microgrids     int           `json:"microgrids"`
	Towns          int           `json:"towns"`
	Communities    int           `json:"communities"`
	Buildings      int           `json:"buildings"`
	Households     int           `json:"households"`
	Residents      int           `json:"residents"`
	TeamMembers    int           `json:"team_members"`
	Groups         int           `json:"groups"`
	GroupResidents int           `json:"group_residents"`
	PartyBranches  int           `json:"party_branches"`
	PartyGroups    int           `json:"party_groups"`
	Organisations  int           `json:"organisations"`
	Cases          casesBody     `json:"cases"`
	InRule         inRuleBody    `json:"in_rule"`
	Trend          trendBody     `json:"trend"`
	Synthetic      bool          `json:"synthetic"`
	Children       []figuresBody `json:"children,omitempty"`
}

func (s *server) figureRoutes() []Route {
	return []Route{
		{Method: http.MethodGet, Pattern: "/api/v1/figures", Summary: "Figures of a division, now or at a past moment", Roles: anyRole(), Scope: ScopeDivision,
			Query: []Param{{"division", "code; without it, the scope"}, {"at", "a day or a time; without it, now"},
				{"children", "true adds the figures of each division one level down"}},
			Handle: s.getFigures, Response: figuresBody{}},
	}
}

func (s *server) getFigures(w http.ResponseWriter, r *http.Request) error {
	code, err := paramDivision(r, "division", identityFrom(r.Context()).ScopeCode)
	if err != nil {
		return err
	}
	now := s.Now()
	at, _, err := paramMoment(r, "at", now)
	if err != nil {
		return err
	}
	children, err := paramBool(r, "children")
	if err != nil {
		return err
	}
	f, err := s.Figures.Of(r.Context(), code, at, at.Before(now), children)
	if err != nil {
		return err
	}
	s.versioned(w, r, f.Version, at.Before(now))
	return reply(w, http.StatusOK, s.newFiguresBody(&f))
}

func (s *server) newFiguresBody(f *figures.Figures) figuresBody {
	b := figuresBody{
		Division: scopeBody{f.Division.Code, f.Division.Name, f.Division.Level}, At: f.At, Version: f.Version,
		Grids: f.Grids, Microgrids: f.Microgrids, Towns: f.Towns, Communities: f.Communities, Buildings: f.Buildings,
		Households: f.Households, Residents: f.Residents, TeamMembers: f.TeamMembers, Groups: f.Groups, GroupResidents: f.GroupResidents,
		PartyBranches: f.PartyBranches, PartyGroups: f.PartyGroups, Organisations: f.Organisations,
		Cases: newCasesBody(&f.Cases, f.MedianHours), InRule: inRuleBody{f.GridsInRule, f.MicrogridsInRule}, Synthetic: s.Synthetic,
	}
	open := figures.OpenTrend(&f.Cases)
	b.Trend = trendBody{open[:], f.Cases.Opened[:], f.Cases.ClosedOn[:]}
	for i := range f.Children {
		b.Children = append(b.Children, s.newFiguresBody(&f.Children[i]))
	}
	return b
}

func newCasesBody(c *data.CaseFigures, hours map[string]float64) casesBody {
	named := func(names []string, counts []int) countsBody {
		out := make(countsBody, len(names))
		for i, n := range names {
			out[n] = counts[i]
		}
		return out
	}
	last := data.TrendDays - 1
	return casesBody{c.Open, c.DueSoon, c.Overdue, c.Closed, c.Opened[last], c.ClosedOn[last],
		named(cases.Levels(), c.ByLevel[:]), named(cases.Boards(), c.ByBoard[:]), named(cases.Steps(), c.ByStep[:]), hours}
}
