package api

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"gridmap/data"
	"gridmap/service/access"
	"gridmap/service/evacuation"
)

// Those of an evacuation: who watches it, who works in it, who leads it.
func evacuationReaders() []access.Role {
	return []access.Role{access.Emergency, access.Operator, access.Planner, access.Wall}
}
func evacuationWorkers() []access.Role { return []access.Role{access.Emergency, access.Operator} }
func evacuationLeaders() []access.Role { return []access.Role{access.Emergency} }

// pictureTimeout bounds what may have to wait for the ground to be read.
const pictureTimeout = time.Minute

func evacuationPath(tail string) string { return "/api/v1/evacuations/{id}" + tail }

// atParam is taken by everything that can be read as it was.
func atParam() Param {
	return Param{"at", "a moment of the evacuation's clock: as it was then; without it, now"}
}

// evacuationRoutes are those of evacuations and gauges.
func (s *server) evacuationRoutes() []Route {
	read := func(tail, summary string, handle Handler, response any, query ...Param) Route {
		return Route{Method: http.MethodGet, Pattern: evacuationPath(tail), Summary: summary, Roles: evacuationReaders(), Scope: ScopeContent,
			Query: append([]Param{atParam()}, query...), Handle: handle, Response: response, Timeout: pictureTimeout}
	}
	return append([]Route{
		{Method: http.MethodGet, Pattern: "/api/v1/gauges", Summary: "Gauges with their levels, thresholds and newest forecasts", Roles: evacuationReaders(), Scope: ScopeContent,
			Query: []Param{{"at", "as known at a moment; without it, now"}, {"evacuation", "id of the evacuation whose clock is meant; without it, the one that leads"}}, Handle: s.getGauges, Response: items[evacuation.GaugeView]{}},
		{Method: http.MethodGet, Pattern: "/api/v1/evacuations", Summary: "Evacuations, newest first", Roles: evacuationReaders(), Scope: ScopeContent,
			Query: []Param{}, Handle: s.listEvacuations, Response: items[evacuation.Head]{}},
		read("", "An evacuation: headline, identity, plan and proposal", s.getEvacuation, evacuation.State{}),
		read("/stages", "Stages of the rivers over time, for sliders", s.getStages, evacuation.Stages{}),
		read("/buildings", "Buildings that the water may concern, in columns", s.getExposed, evacuation.Columns{}),
		read("/roads", "Roads that are shut or may come to be", s.getShutRoads, items[evacuation.Road]{}),
		read("/grids", "Grids with something to do, by the last safe departure", s.getEvacuationGrids, items[evacuation.GridRow]{}),
		read("/grids/{code}", "A grid with its team, buildings and floors", s.getEvacuationGrid, evacuation.GridPage{}),
		read("/shelters", "Shelters with those who are sent and those who are there", s.getShelters, items[evacuation.ShelterLoad]{}),
		read("/orders", "The newest order of each grid, silent ones first", s.getOrders, items[evacuation.Order]{}),
		read("/log", "What happened, oldest first", s.getEvacuationLog, items[evacuation.LogLine]{}, Param{"after", "only entries after this one"}),
	}, s.evacuationWriteRoutes()...)
}

// paramClock reads a moment of an evacuation's clock, which the service checks.
func paramClock(r *http.Request) (*time.Time, error) {
	if !r.URL.Query().Has("at") {
		return nil, nil
	}
	at, err := time.Parse(time.RFC3339, r.URL.Query().Get("at"))
	if err != nil {
		return nil, data.Fault(data.Invalid, "at", "must be a time (2026-03-02T08:00:00+08:00)")
	}
	return &at, nil
}

// moment reads which evacuation is meant, and when.
func moment(r *http.Request) (id int64, at *time.Time, err error) {
	if id, err = pathID(r); err != nil {
		return 0, nil, err
	}
	at, err = paramClock(r)
	return id, at, err
}

func same[T any](v T) T { return v }

func (s *server) getGauges(w http.ResponseWriter, r *http.Request) error {
	at, err := paramClock(r)
	if err != nil {
		return err
	}
	id, err := paramInt(r, "evacuation", 0, 1, math.MaxInt32)
	if err != nil {
		return err
	}
	list, err := s.Evacuations.Gauges(r.Context(), identityFrom(r.Context()).Actor(), int64(id), at)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, listed(list, same[evacuation.GaugeView]))
}

func (s *server) listEvacuations(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Evacuations.List(r.Context(), identityFrom(r.Context()).Actor())
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, listed(list, same[evacuation.Head]))
}

func (s *server) getEvacuation(w http.ResponseWriter, r *http.Request) error {
	id, at, err := moment(r)
	if err != nil {
		return err
	}
	st, err := s.Evacuations.State(r.Context(), identityFrom(r.Context()).Actor(), id, at)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, st)
}

func (s *server) getStages(w http.ResponseWriter, r *http.Request) error {
	id, at, err := moment(r)
	if err != nil {
		return err
	}
	st, err := s.Evacuations.Stages(r.Context(), identityFrom(r.Context()).Actor(), id, at)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, st)
}

func (s *server) getExposed(w http.ResponseWriter, r *http.Request) error {
	id, at, err := moment(r)
	if err != nil {
		return err
	}
	columns, err := s.Evacuations.Buildings(r.Context(), identityFrom(r.Context()).Actor(), id, at)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, columns)
}

func (s *server) getShutRoads(w http.ResponseWriter, r *http.Request) error {
	id, at, err := moment(r)
	if err != nil {
		return err
	}
	list, err := s.Evacuations.Roads(r.Context(), identityFrom(r.Context()).Actor(), id, at)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, listed(list, same[evacuation.Road]))
}

func (s *server) getEvacuationGrids(w http.ResponseWriter, r *http.Request) error {
	id, at, err := moment(r)
	if err != nil {
		return err
	}
	list, err := s.Evacuations.Grids(r.Context(), identityFrom(r.Context()).Actor(), id, at)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, listed(list, same[evacuation.GridRow]))
}

func (s *server) getEvacuationGrid(w http.ResponseWriter, r *http.Request) error {
	id, at, err := moment(r)
	if err != nil {
		return err
	}
	code := chi.URLParam(r, "code")
	if err := checkGrid("code", code); err != nil {
		return err
	}
	page, err := s.Evacuations.Grid(r.Context(), identityFrom(r.Context()).Actor(), id, code, at)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, page)
}

func checkGrid(name, code string) error {
	if len(code) != 15 || strings.Trim(code, "0123456789") != "" {
		return data.Fault(data.Invalid, name, "must be the code of a grid, 15 digits")
	}
	return nil
}

func (s *server) getShelters(w http.ResponseWriter, r *http.Request) error {
	id, at, err := moment(r)
	if err != nil {
		return err
	}
	list, err := s.Evacuations.Shelters(r.Context(), identityFrom(r.Context()).Actor(), id, at)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, listed(list, same[evacuation.ShelterLoad]))
}

func (s *server) getOrders(w http.ResponseWriter, r *http.Request) error {
	id, at, err := moment(r)
	if err != nil {
		return err
	}
	list, err := s.Evacuations.Orders(r.Context(), identityFrom(r.Context()).Actor(), id, at)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, listed(list, same[evacuation.Order]))
}

func (s *server) getEvacuationLog(w http.ResponseWriter, r *http.Request) error {
	id, at, err := moment(r)
	if err != nil {
		return err
	}
	after := int64(0)
	if r.URL.Query().Has("after") {
		if after, err = strconv.ParseInt(r.URL.Query().Get("after"), 10, 64); err != nil || after < 0 {
			return data.Fault(data.Invalid, "after", "must be the number of an entry")
		}
	}
	list, err := s.Evacuations.Log(r.Context(), identityFrom(r.Context()).Actor(), id, after, at)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, listed(list, same[evacuation.LogLine]))
}
