package evacuation

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"gridmap/data"
)

// GridRow is a grid with what its team has to do.
type GridRow struct {
	Grid              string     `json:"grid"`
	Name              string     `json:"name"`
	Town              string     `json:"town"`
	Community         string     `json:"community"`
	Class             Class      `json:"class"` // of its most urgent building
	Buildings         int        `json:"buildings"`
	Households        int        `json:"households"`
	Persons           int        `json:"persons"`
	NeedingHelp       int        `json:"needing_help"`
	CutOff            int        `json:"cut_off"`
	FirstDeadline     *time.Time `json:"first_deadline"`
	LastSafeDeparture *time.Time `json:"last_safe_departure"`
	Order             *Order     `json:"order"`
	Identity          Identity   `json:"identity"`
	Shelters          []int64    `json:"shelters"`
}

// GridPage is a grid with its team, its buildings and their floors.
type GridPage struct {
	GridRow
	Team      []TeamMember   `json:"team"`
	Buildings []BuildingPage `json:"buildings"`
	Orders    []Order        `json:"orders"`
}

// TeamMember is somebody who is called, masked.
type TeamMember struct {
	Role        string `json:"role"`
	NameMasked  string `json:"name_masked"`
	PhoneMasked string `json:"phone_masked"`
}

// BuildingPage is a building with its floors. Depth and floors are those at the peak
// of the forecast that deadlines follow.
type BuildingPage struct {
	ID            int64          `json:"id"`
	Name          string         `json:"name"`
	Address       string         `json:"address"`
	Class         Class          `json:"class"`
	DepthM        *float64       `json:"depth_m"`
	WetFloors     *int           `json:"wet_floors"`
	Floors        int            `json:"floors"`
	Arrival       *time.Time     `json:"arrival"`
	Deadline      *time.Time     `json:"deadline"`
	LastDeparture *time.Time     `json:"last_departure"`
	Households    int            `json:"households"`
	Persons       int            `json:"persons"`
	Care          map[string]int `json:"care"`
	ShelterIDs    []int64        `json:"shelter_ids"`
	Means         *string        `json:"means"` // walk, vehicle, boat, mixed
	ByFloor       []FloorPage    `json:"by_floor"`
}

// FloorPage is a floor with its people and when the water comes into it.
type FloorPage struct {
	Floor      int        `json:"floor"`
	Households int        `json:"households"`
	Persons    int        `json:"persons"`
	Helped     int        `json:"helped"`
	WetAt      *time.Time `json:"wet_at"`
}

// Grids are the grids of the reader's scope that have something to do, by the last
// safe departure.
func (s *Service) Grids(ctx context.Context, by data.Actor, id int64, when *time.Time) ([]GridRow, error) {
	pic, err := s.at(ctx, by, id, when)
	if err != nil {
		return nil, err
	}
	now := pic.now
	if when == nil {
		now = s.clockOf(&pic.v)
	}
	rows := pic.gridRows(now)
	return slices.DeleteFunc(rows, func(r GridRow) bool { return !by.Covers(r.Grid) }), nil
}

// gridRows sums buildings, orders and the roll up by grid.
func (pic *picture) gridRows(now time.Time) []GridRow {
	rows := map[string]*GridRow{}
	row := func(code string) *GridRow {
		r := rows[code]
		if r == nil {
			n := pic.ground.grids[code]
			r = &GridRow{Grid: code, Name: n.Name, Town: n.Town, Community: n.Community, Class: Unaffected, Shelters: []int64{}}
			rows[code] = r
		}
		return r
	}
	if pic.water != nil {
		for i := range pic.water.fates {
			if v := &pic.water.fates[i]; v.class.affected() && v.GridCode != "" {
				row(v.GridCode).add(v, pic)
			}
		}
	}
	for code, c := range pic.roll.sums().grids {
		row(code).Identity = identityOf(c)
	}
	for _, o := range pic.orders {
		v := orderView(o, now, pic.settings)
		row(o.GridCode).Order = &v
	}
	for _, p := range pic.places {
		if p.ShelterID != 0 {
			if r := row(p.GridCode); !slices.Contains(r.Shelters, p.ShelterID) {
				r.Shelters = append(r.Shelters, p.ShelterID)
			}
		}
	}
	out := make([]GridRow, 0, len(rows))
	for _, r := range rows {
		slices.Sort(r.Shelters)
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b GridRow) int {
		return cmp.Or(compareMoments(a.LastSafeDeparture, b.LastSafeDeparture), compareMoments(a.FirstDeadline, b.FirstDeadline),
			cmp.Compare(a.Class.rank(), b.Class.rank()), cmp.Compare(a.Grid, b.Grid))
	})
	return out
}

func (r *GridRow) add(v *fate, pic *picture) {
	persons, helped, _ := pic.peopleOf(v)
	if v.class.rank() < r.Class.rank() {
		r.Class = v.class
	}
	r.Buildings++
	r.Households += pic.householdsOf(v)
	r.Persons += persons
	r.NeedingHelp += helped
	if v.class == CutOff {
		r.CutOff++
	}
	r.FirstDeadline, r.LastSafeDeparture = first(r.FirstDeadline, v.deadline), first(r.LastSafeDeparture, v.leaveBy)
}

// compareMoments puts those that are known first.
func compareMoments(a, b *time.Time) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return a.Compare(*b)
}

// Grid is a grid's own page.
func (s *Service) Grid(ctx context.Context, by data.Actor, id int64, code string, when *time.Time) (*GridPage, error) {
	if !by.Covers(code) {
		return nil, data.Fault(data.Forbidden, "", "this is outside your scope "+by.ScopeCode)
	}
	pic, err := s.at(ctx, by, id, when)
	if err != nil {
		return nil, err
	}
	if _, ok := pic.ground.grids[code]; !ok {
		return nil, data.Fault(data.NotFound, "code", "there is no such grid in the evacuation's division")
	}
	now := pic.now
	if when == nil {
		now = s.clockOf(&pic.v)
	}
	page := &GridPage{GridRow: GridRow{Grid: code, Shelters: []int64{}, Class: Unaffected}, Team: []TeamMember{}, Buildings: []BuildingPage{}, Orders: []Order{}}
	n := pic.ground.grids[code]
	page.Name, page.Town, page.Community = n.Name, n.Town, n.Community
	for _, r := range pic.gridRows(now) {
		if r.Grid == code {
			page.GridRow = r
		}
	}
	for _, o := range pic.orders {
		if o.GridCode == code {
			page.Orders = append(page.Orders, orderView(o, now, pic.settings))
		}
	}
	return page, s.fillPage(ctx, pic, page)
}

// fillPage adds what only one grid at a time is asked for.
func (s *Service) fillPage(ctx context.Context, pic *picture, page *GridPage) error {
	var ids []int64
	if pic.water != nil {
		for i := range pic.water.fates {
			if v := &pic.water.fates[i]; v.GridCode == page.Grid && v.class != Unaffected {
				ids = append(ids, v.ID)
			}
		}
	}
	names := map[int64]data.NamedBuilding{}
	err := data.At(ctx, s.web, func(m data.Moment) error {
		list, err := m.Evacuations().Names(ctx, ids)
		if err != nil {
			return err
		}
		for _, n := range list {
			names[n.ID] = n
		}
		team, err := m.Evacuations().Team(ctx, []string{page.Grid}, pic.now)
		for _, t := range team {
			page.Team = append(page.Team, TeamMember{t.RoleName, t.Name, t.Phone})
		}
		return err
	})
	if err != nil {
		return err
	}
	to := pic.sentTo()
	for _, id := range ids {
		v := &pic.water.fates[pic.water.of[id]]
		page.Buildings = append(page.Buildings, pic.buildingPage(v, names[id], to[id]))
	}
	slices.SortStableFunc(page.Buildings, func(a, b BuildingPage) int {
		return cmp.Or(compareMoments(a.LastDeparture, b.LastDeparture), compareMoments(a.Deadline, b.Deadline), cmp.Compare(a.ID, b.ID))
	})
	return nil
}

// destination is where the households of a building go, and how.
type destination struct {
	shelters []int64
	means    string
}

// sentTo is where the households of each building go by the plan that stands, or,
// before there is one, by the proposal.
func (pic *picture) sentTo() map[int64]destination {
	places := pic.placeList()
	if len(pic.plans) == 0 && pic.best != nil {
		places = pic.best.places
	}
	out := map[int64]destination{}
	for _, p := range places {
		d := out[p.BuildingID]
		if p.ShelterID != 0 && !slices.Contains(d.shelters, p.ShelterID) {
			d.shelters = append(d.shelters, p.ShelterID)
		}
		if d.means == "" {
			d.means = p.Means
		} else if d.means != p.Means {
			d.means = "mixed"
		}
		out[p.BuildingID] = d
	}
	return out
}

func (pic *picture) buildingPage(v *fate, name data.NamedBuilding, to destination) BuildingPage {
	persons, _, care := pic.peopleOf(v)
	b := BuildingPage{ID: v.ID, Name: name.Name, Address: name.Address, Class: v.class, DepthM: number(v.depthM), Floors: v.Floors, Arrival: v.arrival,
		Deadline: v.deadline, LastDeparture: v.leaveBy, Households: pic.householdsOf(v), Persons: persons, Care: care, ShelterIDs: []int64{}, ByFloor: []FloorPage{}}
	if !math.IsNaN(v.depthM) {
		b.WetFloors = &v.wetFloors
	}
	if len(to.shelters) > 0 {
		b.ShelterIDs = slices.Sorted(slices.Values(to.shelters))
	}
	if to.means != "" {
		b.Means = &to.means
	}
	floors := map[int]int{}
	for _, d := range pic.ground.dwellings.of(v.ID) {
		k, ok := floors[d.Floor]
		if !ok {
			k = len(b.ByFloor)
			floors[d.Floor] = k
			b.ByFloor = append(b.ByFloor, FloorPage{Floor: d.Floor, WetAt: pic.wetAt(v, d.Floor)})
		}
		f := &b.ByFloor[k]
		f.Households++
		f.Persons += d.Persons
		f.Helped += d.Helped
	}
	slices.SortFunc(b.ByFloor, func(a, b FloorPage) int { return cmp.Compare(a.Floor, b.Floor) })
	return b
}

// wetAt is when the water comes into a floor, in the forecast that deadlines follow;
// nil: it does not.
func (pic *picture) wetAt(v *fate, floor int) *time.Time {
	if !v.Known || v.Never || v.class == CutOff {
		return nil
	}
	stage := v.floorStageM(max(1, floor))
	already := stage <= float64(pic.water.flow.now[v.Reach])
	if at, ok := pic.water.flow.arrivalAt(v.Reach, stage, already); ok {
		return &at
	}
	return nil
}
