package papers

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"gridmap/data"
	"gridmap/service/evacuation"
)

// Source is what documents are filled from.
type Source interface {
	Paperwork(ctx context.Context, by data.Actor, id int64, when *time.Time, ask evacuation.PaperAsk) (*evacuation.Paperwork, error)
}

// Ask is a request for a paper of an evacuation.
type Ask struct {
	Request
	Evacuation int64
	At         *time.Time // of its clock; nil: now
	Printed    time.Time  // of the wall's clock
	By         data.Actor
}

// Document fills a document with what a paper needs of an evacuation, as far as it
// lies in the scope of who asks. People are labelled for those who call the roll,
// emergency staff and operators; the wall has no lists of people at all.
func (r *Ask) Document(ctx context.Context, from Source) (*Document, error) {
	paper, err := Find(r.Paper)
	if err != nil {
		return nil, err
	}
	if paper.Personal && r.By.Role == "wall" {
		return nil, data.Fault(data.Forbidden, "paper", "the wall has no lists of people")
	}
	if paper.Name == "callsheet.pdf" && r.Grid == "" {
		return nil, data.Fault(data.Invalid, "grid", "say the grid that the call sheet is for")
	}
	ask := evacuation.PaperAsk{Names: paper.Personal && (r.By.Role == "emergency" || r.By.Role == "operator"), Land: paper.land, History: paper.history}
	if paper.ByGrid {
		ask.Grid = r.Grid
	}
	w, err := from.Paperwork(ctx, r.By, r.Evacuation, r.At, ask)
	if err != nil {
		return nil, err
	}
	d := documentOf(w, r.By)
	d.Printed, d.Zone, d.Named = r.Printed, data.LocalZone(), ask.Names
	return d, nil
}

// documentOf says the same in the words of papers.
func documentOf(w *evacuation.Paperwork, by data.Actor) *Document {
	st := w.State
	d := &Document{Now: st.Now, Roads: Roads{st.Headline.RoadsShut, st.Headline.RoadsClosing}}
	d.Event = Event{ID: st.ID, Name: st.Name, Division: st.Division, Drill: st.Drill, OpenedBy: st.OpenedBy, OpenedAt: st.OpenedAt, LiftedAt: moment(st.LiftedAt), ClosedAt: moment(st.ClosedAt),
		Settings: Settings{LeadMin: st.Settings.LeadMin, MarginMin: st.Settings.MarginMin, SilenceMin: st.Settings.SilenceMin,
			NightFrom: st.Settings.NightFrom, NightTo: st.Settings.NightTo, NightBy: st.Settings.NightBy, Arrival: st.Settings.Arrival}}
	if st.Replay != nil {
		d.Event.Replay = *st.Replay
	}
	if p := st.Plan; p != nil {
		d.Plan = &Plan{p.Version, p.ApprovedAt, p.ApprovedBy, p.Certified}
	}
	d.Basis = Basis{ReadingAt: moment(st.Basis.ReadingAt), ForecastAt: moment(st.Basis.ForecastIssuedAt), Terrain: st.Basis.Terrain, SHA256: st.Basis.TerrainSHA256, Model: st.Basis.Model}
	if st.Basis.Model != "none" {
		d.Basis.ErrorM = &st.Basis.ErrorM
	}
	for _, s := range st.Basis.Warnings {
		d.Basis.Warnings = append(d.Basis.Warnings, Words(s))
	}
	if st.Proposal != nil {
		for _, s := range st.Proposal.Doubts {
			d.Basis.Warnings = append(d.Basis.Warnings, Words(s))
		}
	}
	var sum Identity
	for i := range w.Grids {
		d.Grids = append(d.Grids, gridOf(&w.Grids[i]))
		sum.add(d.Grids[i].Identity)
	}
	d.Identity = sum // of the reader's part, and all of it from one look at the roll
	d.fillWater(w)
	if n := len(d.History); n > 0 && by.Covers(st.Division) {
		d.History[n-1].Identity = sum
	}
	d.fillPlaces(w)
	return d
}

// moment is a time that may be missing.
func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func (d *Document) fillWater(w *evacuation.Paperwork) {
	for i := range w.Gauges {
		v := &w.Gauges[i]
		g := Gauge{Name: v.Name, River: v.River, Datum: v.Datum, StageM: v.StageM, At: moment(v.At), Stale: v.Stale, WarningM: v.WarningM, GuaranteeM: v.GuaranteeM, RiseMPerH: v.RiseMPerH,
			Suspect: Words{text(v.SuspectZH), text(v.Suspect)}}
		if f := v.Forecast; f != nil {
			copy(g.PeakM[:], f.PeakM)
			g.PeakAt, g.Past = f.PeakAt, f.Past
		}
		for _, p := range v.Series {
			level := Level{p.At, p.StageM}
			switch p.Kind {
			case "observed":
				g.Observed = append(g.Observed, level)
			case "forecast_min":
				g.Least = append(g.Least, level)
			case "forecast_likely":
				g.Likely = append(g.Likely, level)
			case "forecast_max":
				g.Most = append(g.Most, level)
			}
		}
		d.Gauges = append(d.Gauges, g)
	}
	for _, c := range w.Course {
		d.History = append(d.History, Standing{At: c.At, Identity: Identity(c.Identity), StageM: c.StageM})
	}
	for _, l := range w.Log {
		d.Log = append(d.Log, Entry{l.At, Words(l.Said), l.By})
	}
}

func (d *Document) fillPlaces(w *evacuation.Paperwork) {
	for _, s := range w.Shelters {
		d.Shelters = append(d.Shelters, Shelter{ID: s.ID, Name: s.Name, At: orb.Point{s.Lon, s.Lat}, Capacity: s.Capacity, Accessible: s.Accessible, Wet: s.Wet,
			ClosesAt: moment(s.ClosesAt), Assigned: int(s.Assigned), Arrived: s.Arrived})
	}
	if s := w.Shortage; s != nil {
		beds := int(s.BedsReachable)
		d.Shortage = &Shortage{Missing: int(s.Missing), BedsReachable: &beds, Words: Words(s.Said)}
		for _, g := range s.Grids {
			d.Shortage.Grids = append(d.Shortage.Grids, Missing{g.Grid, g.Name, int(g.Missing)})
		}
	}
	for code, area := range w.Land.Grids {
		d.Map.Grids = append(d.Map.Grids, Outline{code, area})
	}
	slices.SortFunc(d.Map.Grids, func(a, b Outline) int { return cmp.Compare(a.Code, b.Code) })
	d.Map.Wet, d.Map.WetNow = w.Land.Wet, w.Land.WetNow
	for _, c := range w.Land.Rivers {
		d.Map.Rivers = append(d.Map.Rivers, River{c.Name, c.Geom})
	}
	for _, r := range w.Land.Roads {
		d.Map.Roads = append(d.Map.Roads, Road(r))
	}
}

func gridOf(p *evacuation.PaperGrid) Grid {
	g := Grid{Code: p.Grid, Name: p.Name, Town: p.Town, Community: p.Community, Class: Class(p.Class), FirstDeadline: moment(p.FirstDeadline),
		LastDeparture: moment(p.LastSafeDeparture), Identity: Identity(p.Identity)}
	for _, m := range p.Team {
		g.Team = append(g.Team, Contact{m.Role, m.NameMasked, m.PhoneMasked})
	}
	if o := p.Order; o != nil {
		g.Order = &Order{Kind: o.Kind, IssuedBy: o.IssuedBy, IssuedAt: o.IssuedAt, ReceivedAt: moment(o.ReceivedAt), OnSceneAt: moment(o.OnSceneAt), Escalated: o.Escalated}
	}
	for i := range p.Buildings {
		b := &p.Buildings[i]
		g.Buildings = append(g.Buildings, buildingOf(b, p.Homes[b.ID], p.Shapes[b.ID]))
	}
	return g
}

// buildingOf joins a building's page with its households. Where most of it go is the
// building's own shelter and means.
func buildingOf(p *evacuation.BuildingPage, homes []evacuation.Home, shape orb.Geometry) Building {
	b := Building{ID: p.ID, Name: p.Name, Address: p.Address, Class: Class(p.Class), DepthM: p.DepthM, WetFloors: p.WetFloors, Arrival: moment(p.Arrival),
		Deadline: moment(p.Deadline), LastDeparture: moment(p.LastDeparture)}
	switch s := shape.(type) {
	case orb.Polygon:
		b.Outline = orb.MultiPolygon{s}
	case orb.MultiPolygon:
		b.Outline = s
	}
	if shape != nil {
		b.At = shape.Bound().Center()
	}
	if len(homes) == 0 {
		b.Counted = Counted{p.Households, p.Persons}
	}
	wetAt := map[int]time.Time{}
	for _, f := range p.ByFloor {
		wetAt[f.Floor] = moment(f.WetAt)
	}
	shelters, means, far := map[int64]int{}, map[Means]int{}, math.NaN()
	floors := map[int]int{}
	for i := range homes {
		h := &homes[i]
		k, ok := floors[h.Floor]
		if !ok {
			k = len(b.Floors)
			floors[h.Floor] = k
			b.Floors = append(b.Floors, Floor{Number: h.Floor, WetAt: wetAt[h.Floor]})
		}
		b.Floors[k].Households = append(b.Floors[k].Households, householdOf(h))
		shelters[h.Shelter] += h.Persons
		means[Means(h.Means)] += h.Persons
		if h.Shelter != 0 && (math.IsNaN(far) || h.RouteM > far) {
			far = h.RouteM
		}
	}
	delete(shelters, 0)
	delete(means, "")
	b.Shelter, b.Means = most(shelters), most(means)
	if !math.IsNaN(far) {
		b.RouteM = &far
	}
	return b
}

// most is what most go by; of equals the least.
func most[K cmp.Ordered](counts map[K]int) (best K) {
	n := 0
	for k, c := range counts {
		if c > n || c == n && k < best {
			best, n = k, c
		}
	}
	return best
}

func householdOf(h *evacuation.Home) Household {
	return Household{ID: h.HouseholdID, Stairwell: h.Stairwell, Room: h.Room, Head: h.Label, Persons: h.Persons, Helped: h.Helped,
		Care:    Care{Elderly: h.Elderly, Child: h.Child, Disabled: h.Disabled, Sick: h.Sick, Frail: h.Frail, Pregnant: h.Pregnant},
		Shelter: h.Shelter, Means: Means(h.Means), Status: Status(h.Status)}
}
