package api

import (
	"encoding/base64"
	"encoding/binary"
	"time"

	"gridmap/data"
	"gridmap/geo"
	"gridmap/service/access"
	"gridmap/service/cases"
)

type locationBody struct {
	Lon *float64 `json:"lon"`
	Lat *float64 `json:"lat"`
	CRS string   `json:"crs"`
}

// position reads a location whose numbers are both there.
func (l *locationBody) position() (*cases.Position, error) {
	switch {
	case l.Lon == nil:
		return nil, data.Fault(data.Invalid, "location.lon", "must be a number of degrees")
	case l.Lat == nil:
		return nil, data.Fault(data.Invalid, "location.lat", "must be a number of degrees")
	}
	datum, err := geo.ParseDatum(l.CRS)
	if err != nil {
		return nil, data.Fault(data.Invalid, "location.crs", "must be cgcs2000, gcj02 or bd09")
	}
	return &cases.Position{At: geo.LonLat{Lon: *l.Lon, Lat: *l.Lat}, Datum: datum}, nil
}

type openCaseBody struct {
	Type         string        `json:"type"`
	Description  string        `json:"description,omitempty"`
	Level        string        `json:"level,omitempty"`
	Location     *locationBody `json:"location,omitempty"`
	BuildingCode string        `json:"building_code,omitempty"`
	GridCode     string        `json:"grid_code,omitempty"`
}

type changeCaseBody struct {
	Action       string `json:"action"`
	Step         string `json:"step,omitempty"`
	Level        string `json:"level,omitempty"`
	DepartmentID int64  `json:"department_id,omitempty"`
	Rating       int    `json:"rating,omitempty"`
	Remark       string `json:"remark,omitempty"`
}

// caseSummary is a case in lists, answers and events alike. Place and title are
// for those who may see single cases.
type caseSummary struct {
	ID            int64      `json:"id"`
	Number        string     `json:"number"`
	Title         string     `json:"title"`
	Type          string     `json:"type"`
	TypeName      string     `json:"type_name"`
	Level         string     `json:"level"`
	Step          string     `json:"step"`
	Board         string     `json:"board"`
	State         string     `json:"state"`
	OpenedAt      time.Time  `json:"opened_at"`
	DueAt         time.Time  `json:"due_at"`
	ClosedAt      *time.Time `json:"closed_at"`
	Lon           *float64   `json:"lon,omitempty"`
	Lat           *float64   `json:"lat,omitempty"`
	GridCode      string     `json:"grid_code"`
	GridID        int64      `json:"grid_id"`
	CommunityCode string     `json:"community_code"`
	Community     string     `json:"community"`
	TownCode      string     `json:"town_code"`
	Town          string     `json:"town"`
	Whistle       bool       `json:"whistle"`
	Version       int        `json:"version"`
}

// caseBody is a case as the database has it.
type caseBody struct {
	caseSummary
	StepAt     time.Time `json:"step_at"`
	Rating     *int      `json:"rating"`
	BuildingID int64     `json:"building_id,omitempty"`
	TeamID     int64     `json:"team_id,omitempty"`
}

// newCaseBody shows a case to somebody. Who may not see single cases gets
// neither place nor building, and the type's name as its title.
func newCaseBody(c *data.CaseView, who access.Identity, now time.Time) caseBody {
	b := caseBody{caseSummary: caseSummary{
		ID: c.ID, Number: c.Number, Title: c.TypeName, Type: c.TypeCode, TypeName: c.TypeName, Level: c.Level, Step: c.Step, Board: c.Board,
		State: cases.State(now, &c.Case), OpenedAt: c.OpenedAt, DueAt: c.DueAt,
		GridCode: c.GridCode, GridID: c.GridID, CommunityCode: c.CommunityCode, Community: c.Community,
		TownCode: c.TownCode, Town: c.Town, Whistle: c.Whistle, Version: c.Version,
	}, StepAt: c.StepAt, TeamID: c.TeamID}
	if !c.ClosedAt.IsZero() {
		b.ClosedAt = &c.ClosedAt
	}
	if c.Rating != 0 {
		b.Rating = &c.Rating
	}
	if who.SeesPoints() {
		b.Title, b.BuildingID = c.Title, c.BuildingID
		b.Lon, b.Lat = &c.Geom[0], &c.Geom[1]
	}
	return b
}

type casePageBody struct {
	Items []caseBody `json:"items"`
	Next  *string    `json:"next"`
}

type stepBody struct {
	Seq    int       `json:"seq"`
	Step   string    `json:"step"`
	Level  string    `json:"level"`
	At     time.Time `json:"at"`
	Actor  string    `json:"actor,omitempty"`
	Remark string    `json:"remark,omitempty"`
}

type whistleBody struct {
	DepartmentID int64      `json:"department_id"`
	Department   string     `json:"department"`
	BlownAt      time.Time  `json:"blown_at"`
	ArrivedAt    *time.Time `json:"arrived_at"`
	Remark       string     `json:"remark,omitempty"`
}

type caseWithHistoryBody struct {
	caseBody
	Description string        `json:"description,omitempty"`
	Steps       []stepBody    `json:"steps"`
	Whistles    []whistleBody `json:"whistles"`
	Moves       []moveBody    `json:"moves"`
}

// moveBody is a case going into a new grid as a plan took force.
type moveBody struct {
	At       time.Time `json:"at"`
	Version  int64     `json:"version"`
	FromCode string    `json:"from_code"`
	From     string    `json:"from"`
	ToCode   string    `json:"to_code"`
	To       string    `json:"to"`
}

// newCaseWithHistory adds what happened; words and names are for those who may
// see single cases.
func newCaseWithHistory(c *data.CaseView, h *data.CaseHistory, who access.Identity, now time.Time) caseWithHistoryBody {
	b := caseWithHistoryBody{caseBody: newCaseBody(c, who, now)}
	words := who.SeesPoints()
	if words {
		b.Description = c.Description
	}
	b.Steps = listed(h.Steps, func(s data.CaseStep) stepBody {
		out := stepBody{Seq: s.Seq, Step: s.Step, Level: s.Level, At: s.At}
		if words {
			out.Actor, out.Remark = s.Actor, s.Remark
		}
		return out
	}).Items
	b.Whistles = listed(h.Whistles, func(v data.WhistleView) whistleBody {
		out := whistleBody{DepartmentID: v.DepartmentID, Department: v.Department, BlownAt: v.BlownAt}
		if !v.ArrivedAt.IsZero() {
			out.ArrivedAt = &v.ArrivedAt
		}
		if words {
			out.Remark = v.Remark
		}
		return out
	}).Items
	b.Moves = listed(h.Moves, func(m data.CaseMove) moveBody { return moveBody(m) }).Items
	return b
}

type codeNameBody struct {
	ID   int64  `json:"id,omitempty"`
	Code string `json:"code,omitempty"`
	Name string `json:"name,omitempty"`
}

// routingBody has null for what a place does not have.
type routingBody struct {
	Lon       float64       `json:"lon"`
	Lat       float64       `json:"lat"`
	CRS       string        `json:"crs"`
	Building  *codeNameBody `json:"building"`
	Microgrid *codeNameBody `json:"microgrid"`
	Grid      *codeNameBody `json:"grid"`
	Community *codeNameBody `json:"community"`
	Town      *codeNameBody `json:"town"`
	Team      *codeNameBody `json:"team"`
}

func newRoutingBody(r *data.Routing) routingBody {
	some := func(id int64, code, name string) *codeNameBody {
		if id == 0 && code == "" {
			return nil
		}
		return &codeNameBody{id, code, name}
	}
	return routingBody{
		Lon: r.At[0], Lat: r.At[1], CRS: string(geo.CGCS2000),
		Building: some(r.BuildingID, r.BuildingCode, r.Building), Microgrid: some(r.MicrogridID, r.MicrogridCode, ""),
		Grid: some(r.GridID, r.GridCode, r.Grid), Community: some(0, r.CommunityCode, r.Community),
		Town: some(0, r.TownCode, r.Town), Team: some(r.TeamID, "", r.Team),
	}
}

// A cursor names the last case of a page: the order, its time in microseconds
// (what the database keeps) and its id. It is opaque to clients, not secret.
const cursorBytes = 17

func cursorAfter(c *data.CaseView, byDue bool) string {
	at, order := c.OpenedAt, byte('o')
	if byDue {
		at, order = c.DueAt, 'd'
	}
	b := append(make([]byte, 0, cursorBytes), order)
	b = binary.BigEndian.AppendUint64(b, uint64(at.UnixMicro()))
	b = binary.BigEndian.AppendUint64(b, uint64(c.ID))
	return base64.RawURLEncoding.EncodeToString(b)
}

func readCursor(s string, byDue bool) (time.Time, int64, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	want := byte('o')
	if byDue {
		want = 'd'
	}
	if err != nil || len(b) != cursorBytes || b[0] != want {
		return time.Time{}, 0, data.Fault(data.Invalid, "next", "is not a cursor of this list and order")
	}
	us, id := int64(binary.BigEndian.Uint64(b[1:])), int64(binary.BigEndian.Uint64(b[9:]))
	// The database's years: anything else was not made here.
	if id <= 0 || us < -62135596800e6 || us > 253402300799e6 {
		return time.Time{}, 0, data.Fault(data.Invalid, "next", "is not a cursor of this list and order")
	}
	return time.UnixMicro(us), id, nil
}
