package evacuation

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"gridmap/data"
	"gridmap/service/evacuation/rollcall"
)

// Paperwork is what the papers of an evacuation are made of: everything at one
// moment of its clock, as far as it lies in the reader's scope.
type Paperwork struct {
	State    *State
	Gauges   []GaugeView
	Grids    []PaperGrid // by last safe departure
	Shelters []ShelterLoad
	Shortage *Shortage
	Log      []LogLine
	Course   []Stood
	Land     PaperLand
}

// PaperGrid is a grid's own page with the households of its buildings.
type PaperGrid struct {
	GridPage
	Homes  map[int64][]Home       // by building
	Shapes map[int64]orb.Geometry // of buildings, EPSG:4490
}

// Home is a household where it lives, with where it goes and what was heard of it.
type Home struct {
	data.Dwelling
	Label   string // of somebody of it, masked; empty: not asked for, or nobody is known
	Shelter int64
	Means   string
	RouteM  float64 // NaN: unknown
	Status  string  // mixed: not all the same; empty: not on the list
}

// Stood is how the roll and a gauge stood at a moment.
type Stood struct {
	At       time.Time
	Identity Identity
	StageM   *float64 // of the first gauge
}

// PaperLand is what a map shows around buildings, in EPSG:4490.
type PaperLand struct {
	Grids       map[string]orb.MultiPolygon
	Rivers      []data.Course
	Roads       []PaperRoad
	WetNow, Wet orb.MultiPolygon // Wet: at the peak of the highest forecast
}

// PaperRoad is a stretch of a road.
type PaperRoad struct {
	Name, Class string
	Shut        bool
	Line        orb.MultiLineString
}

// PaperAsk says which parts are needed; those that cost much are left out else.
type PaperAsk struct {
	Grid    string // only this grid; empty: all of the scope
	Names   bool   // labels of people: whoever reads them is noted in the audit log
	Land    bool
	History bool
}

// Paperwork collects what papers need.
func (s *Service) Paperwork(ctx context.Context, by data.Actor, id int64, when *time.Time, ask PaperAsk) (*Paperwork, error) {
	if ask.Grid != "" && !by.Covers(ask.Grid) {
		return nil, data.Fault(data.Forbidden, "", "this is outside your scope "+by.ScopeCode)
	}
	pic, err := s.at(ctx, by, id, when)
	if err != nil {
		return nil, err
	}
	now := pic.now
	if when == nil {
		now = s.clockOf(&pic.v)
	}
	w := &Paperwork{State: pic.state(now)}
	for i := range pic.gauges {
		w.Gauges = append(w.Gauges, viewGauge(&pic.gauges[i], now))
	}
	assigned := map[int64]int64{}
	for _, p := range pic.goers() {
		assigned[p.ShelterID] += int64(p.Persons)
	}
	w.Shelters = pic.loads(assigned)
	if w.State.Proposal != nil {
		w.Shortage = w.State.Proposal.Shortage
	} else if pic.best != nil {
		w.Shortage = pic.shortage(pic.best)
	}
	rows := slices.DeleteFunc(pic.gridRows(now), func(r GridRow) bool { return !by.Covers(r.Grid) || ask.Grid != "" && r.Grid != ask.Grid })
	if err := s.paperGrids(ctx, by, pic, w, rows, ask.Names); err != nil {
		return nil, err
	}
	if ask.History {
		if w.Log, err = s.Log(ctx, by, id, 0, when); err != nil {
			return nil, err
		}
		if w.Course, err = s.course(ctx, pic, now); err != nil {
			return nil, err
		}
	}
	if ask.Land {
		w.Land, err = s.paperLand(ctx, pic, w)
	}
	return w, err
}

// goers are the places of the plan that stands, or, before there is one, of the
// proposal.
func (pic *picture) goers() map[int64]data.EvacuationPlace {
	if len(pic.plans) > 0 || pic.best == nil {
		return pic.places
	}
	out := make(map[int64]data.EvacuationPlace, len(pic.best.places))
	for _, p := range pic.best.places {
		out[p.HouseholdID] = p
	}
	return out
}

// paperGrids fills the pages of grids, all at once.
func (s *Service) paperGrids(ctx context.Context, by data.Actor, pic *picture, w *Paperwork, rows []GridRow, names bool) error {
	fates, err := s.concerned(ctx, pic)
	if err != nil {
		return err
	}
	var codes []string
	var ids []int64
	for _, r := range rows {
		codes = append(codes, r.Grid)
		for _, v := range fates[r.Grid] {
			ids = append(ids, v.ID)
		}
	}
	called := map[int64]data.NamedBuilding{}
	team := map[string][]TeamMember{}
	err = data.At(ctx, s.web, func(m data.Moment) error {
		list, err := m.Evacuations().Names(ctx, ids)
		if err != nil {
			return err
		}
		for _, n := range list {
			called[n.ID] = n
		}
		members, err := m.Evacuations().Team(ctx, codes, pic.now)
		for _, t := range members {
			team[t.GridCode] = append(team[t.GridCode], TeamMember{t.RoleName, t.Name, t.Phone})
		}
		return err
	})
	if err != nil {
		return err
	}
	to, goers := pic.sentTo(), pic.goers()
	for _, r := range rows {
		labels := map[int64]string{}
		if names && r.Identity.Listed > 0 {
			if labels, err = s.labels(ctx, by, pic, r.Grid); err != nil {
				return err
			}
		}
		g := PaperGrid{GridPage: GridPage{GridRow: r, Team: team[r.Grid]}, Homes: map[int64][]Home{}, Shapes: map[int64]orb.Geometry{}}
		for _, v := range fates[r.Grid] {
			g.Buildings = append(g.Buildings, pic.buildingPage(v, called[v.ID], to[v.ID]))
			g.Homes[v.ID] = pic.homes(v, goers, labels)
			g.Shapes[v.ID] = v.Geom
		}
		w.Grids = append(w.Grids, g)
	}
	return nil
}

// concerned are the buildings that papers tell of, by grid: those that people leave,
// those of which nothing is known, and those with somebody on the list although the
// water does not come any more.
func (s *Service) concerned(ctx context.Context, pic *picture) (map[string][]*fate, error) {
	out, known := map[string][]*fate{}, map[int64]bool{}
	take := func(v *fate) {
		if v.GridCode != "" && !known[v.ID] {
			known[v.ID] = true
			out[v.GridCode] = append(out[v.GridCode], v)
		}
	}
	if pic.water != nil {
		for i := range pic.water.fates {
			if v := &pic.water.fates[i]; v.class != Unaffected {
				take(v)
			}
		}
	}
	version := 0
	if len(pic.plans) > 0 {
		version = pic.plans[0].Version
	}
	// The ground is everybody's: what is read into it is bound by no scope.
	err := data.At(ctx, s.all, func(m data.Moment) error {
		listed, err := m.Evacuations().Listed(ctx, pic.v.ID)
		if err != nil {
			return err
		}
		var ids []int64
		for _, l := range listed {
			k, ok := pic.ground.index[l.BuildingID]
			if !ok || l.PlanVersion > version || known[l.BuildingID] {
				continue
			}
			ids = append(ids, l.BuildingID)
			if pic.water != nil {
				if i, ok := pic.water.of[l.BuildingID]; ok {
					take(&pic.water.fates[i])
					continue
				}
			}
			take(&fate{standing: &pic.ground.buildings[k], class: Unaffected})
		}
		return pic.ground.dwellings.load(ctx, m.Evacuations(), ids)
	})
	for _, list := range out {
		slices.SortFunc(list, func(a, b *fate) int {
			return cmp.Or(compareMoments(a.leaveBy, b.leaveBy), compareMoments(a.deadline, b.deadline), cmp.Compare(a.ID, b.ID))
		})
	}
	return out, err
}

// homes are the households of a building.
func (pic *picture) homes(v *fate, goers map[int64]data.EvacuationPlace, labels map[int64]string) []Home {
	list := pic.ground.dwellings.of(v.ID)
	out := make([]Home, 0, len(list))
	roll := pic.roll.locked()
	defer pic.roll.mu.RUnlock()
	for _, d := range list {
		h := Home{Dwelling: d, Label: labels[d.HouseholdID], Status: statusOf(roll.Household(d.HouseholdID))}
		if p, ok := goers[d.HouseholdID]; ok {
			h.Shelter, h.Means, h.RouteM = p.ShelterID, p.Means, p.DistanceM
		}
		out = append(out, h)
	}
	return out
}

// statusOf a household from those of its people.
func statusOf(people []rollcall.State) (status string) {
	for _, p := range people {
		one := string(p.Status)
		if p.Returned {
			one = string(rollcall.Returned)
		}
		if status == "" {
			status = one
		} else if status != one {
			return "mixed"
		}
	}
	return status
}

// labels are what the households of a grid are known by: its first person of age
// with a name, else the first.
func (s *Service) labels(ctx context.Context, by data.Actor, pic *picture, grid string) (map[int64]string, error) {
	rows, err := data.Sheet(ctx, s.web, by, pic.v.ID, grid)
	if err != nil {
		return nil, err
	}
	year := pic.now.In(data.LocalZone()).Year()
	head := map[int64]data.SheetRow{}
	for _, r := range rows {
		grown := func(r data.SheetRow) bool { return r.BirthYear > 0 && year-r.BirthYear >= 18 }
		if old, ok := head[r.HouseholdID]; r.PersonID != 0 && (!ok || grown(r) && !grown(old)) {
			head[r.HouseholdID] = r
		}
	}
	out := make(map[int64]string, len(head))
	for id, r := range head {
		if out[id], err = s.label(r, pic.now); err != nil {
			return nil, err
		}
	}
	return out, nil
}
