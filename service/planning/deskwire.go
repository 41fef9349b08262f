package planning

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"gridmap/data"
	"gridmap/geo"
	"gridmap/importers/redraw"
)

// rounded is a geometry to 1e-8 degrees, about a millimetre: what goes to
// screens. Equal positions stay equal, so that borders are still shared.
func rounded(g orb.MultiPolygon) orb.MultiPolygon {
	out := make(orb.MultiPolygon, len(g))
	for i, polygon := range g {
		out[i] = make(orb.Polygon, len(polygon))
		for k, ring := range polygon {
			out[i][k] = make(orb.Ring, len(ring))
			for n, p := range ring {
				out[i][k][n] = orb.Point{round8(p[0]), round8(p[1])}
			}
		}
	}
	return out
}

func round8(v float64) float64 { return math.Round(v*1e8) / 1e8 }

// screen projects a geometry for screens.
func (j plane) screen(g orb.MultiPolygon) orb.MultiPolygon { return rounded(j.degrees(g)) }

func (j plane) screenPoint(p orb.Point) orb.Point {
	d := j.ToLonLat(geo.Metres{E: p[0], N: p[1]})
	return orb.Point{round8(d.Lon), round8(d.Lat)}
}

// plots describes all plots.
func (s *session) plots() []Plot {
	if s.outlines == nil {
		for _, g := range s.desk.PlotOutlines() {
			s.outlines = append(s.outlines, s.plane.screen(g))
		}
	}
	list := s.desk.Plots()
	out := make([]Plot, len(list))
	for i := range list {
		p := &list[i]
		out[i] = Plot{ID: p.ID, Buildings: make([]PlotBuilding, len(p.Buildings)), Households: p.Households, Persons: p.Persons,
			AreaM2: math.Round(p.AreaM2*10) / 10, Grid: p.Grid, At: s.plane.screenPoint(p.At), Outline: s.outlines[i]}
		for k, b := range p.Buildings {
			out[i].Buildings[k] = PlotBuilding(b)
		}
		if c := s.desk.Compound(p.ID); c != 0 {
			out[i].Compound = &c
		}
	}
	return out
}

// grids describes grids as the engine gives them, with their outlines.
func (s *session) grids(list []redraw.GridState) []GridState {
	out := make([]GridState, len(list))
	for i := range list {
		g := &list[i]
		out[i] = GridState{Code: g.Code, Name: s.nameOf(g), Households: g.Households, Persons: g.Persons, Plots: g.Plots,
			InRange: g.InRange, State: s.stateOf(g), Locked: g.Locked, Connected: g.Connected, Layered: g.Layered,
			AreaM2: math.Round(planar.Area(g.Outline)*10) / 10, Outline: s.plane.screen(g.Outline)}
		out[i].Label = s.plane.screenPoint(s.desk.Label(g.Code, g.Outline))
		if g.Dedicated {
			out[i].Dedicated = &g.To
		}
		for _, p := range g.Pieces {
			out[i].Pieces = append(out[i].Pieces, Piece(p))
		}
	}
	return out
}

// nameOf a grid that nobody named is its number, as it will be published.
func (s *session) nameOf(g *redraw.GridState) string {
	switch {
	case g.Name != "":
		return g.Name
	case g.To != "":
		return g.To
	}
	return defaultName(s.community, g.Code)
}

// stateOf a grid is a traffic light; near is outside by no more than 5 % of the bound.
func (s *session) stateOf(g *redraw.GridState) string {
	switch {
	case g.Dedicated:
		return "dedicated"
	case g.InRange:
		return "in"
	case g.Households < s.rule.Min && 20*(s.rule.Min-g.Households) <= s.rule.Min,
		g.Households > s.rule.Max && 20*(g.Households-s.rule.Max) <= s.rule.Max:
		return "near"
	}
	return "out"
}

func violationsOf(list []redraw.DeskViolation) []Violation {
	out := make([]Violation, len(list))
	for i, v := range list {
		out[i] = Violation{string(v.Kind), v.Grid, v.By, v.Zh, v.En}
	}
	return out
}

func (s *session) suggestionsOf(list []redraw.Suggestion) []Suggestion {
	out := make([]Suggestion, len(list))
	for i := range list {
		v := &list[i]
		out[i] = Suggestion{Op: s.wireOf(v.Op), For: v.For, Shifts: make([]Shift, len(v.Shifts)), Violation: v.Violation, Compounds: v.Compounds,
			HouseholdsMoved: v.Moved, BorderM: math.Round(v.Border*10) / 10, Zh: v.Zh, En: v.En, Plots: s.movedBy(v.Op)}
		for k, x := range v.Shifts {
			out[i].Shifts[k] = Shift(x)
		}
	}
	return out
}

// movedBy lists the plots that an operation of the engine moves.
func (s *session) movedBy(op redraw.Op) []int {
	out := []int{}
	for _, t := range op.Moves {
		out = append(out, t.Plots...)
	}
	if op.Kind == redraw.MergeOp {
		for _, p := range s.desk.Plots() {
			if p.Grid == op.Grid {
				out = append(out, p.ID)
			}
		}
	}
	slices.Sort(out)
	return out
}

func (s *session) certificates() []Certificate {
	out := []Certificate{}
	for _, c := range s.desk.Certificates() {
		v := Certificate{c.Grid, string(c.Reason.Kind), c.Reason.Zh, c.Reason.En}
		if c.Reason.Kind == redraw.ByHand {
			v.Zh, v.En = "可以做到，见建议。"+v.Zh, "It can be met, see the suggestions. "+v.En
		}
		out = append(out, v)
	}
	return out
}

func totalsOf(c *redraw.Change) DeskTotals {
	return DeskTotals{c.Violation, c.Households, c.Moved, c.CanUndo, c.CanRedo}
}

// view is the desk as it stands.
func (s *session) view(p *data.DraftPlan, at data.DraftPlace, held []data.DraftGrid, log []LogEntry) Desk {
	if s.edge == nil {
		s.edge = s.plane.screen(s.desk.CommunityOutline())
	}
	v := s.desk.View()
	b := s.edge.Bound()
	out := Desk{PlanID: s.plan, Version: max(p.Version, s.seq), Editable: editable(p.Status),
		Community: DeskCommunity{Code: at.Code, Name: at.Name, TownCode: at.TownCode, Town: at.Town, Complex: s.desk.Complex(),
			Bounds: [4]float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}, Outline: s.edge},
		Plots: s.plots(), Grids: s.grids(v.Grids), Present: make([]PresentGrid, len(held)), Violations: violationsOf(v.Violations),
		Repairs: s.suggestionsOf(v.Repairs), Certificates: s.certificates(), Totals: totalsOf(&v), Log: log, GroundChanged: s.changed}
	for i, g := range held {
		out.Present[i] = PresentGrid{g.Code, g.Name, g.Households, rounded(g.Geom)}
	}
	for i := range out.Log {
		e := &out.Log[i]
		e.NotPlayed, e.MissingBuildings = s.skipped[e.Seq], s.lost[e.Seq]
	}
	return out
}
