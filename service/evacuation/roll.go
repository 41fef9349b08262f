package evacuation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"gridmap/data"
	"gridmap/service/evacuation/rollcall"
)

// RollPost is what a device says of the roll. Device and sequence make each event
// one event, however often it is sent.
type RollPost struct {
	Device string      `json:"device"`
	Events []RollEvent `json:"events"`
}

// RollEvent is about a household, a person of one, or people who are not on the list.
type RollEvent struct {
	Sequence    int64     `json:"sequence"`
	At          time.Time `json:"at"`
	HouseholdID int64     `json:"household_id,omitempty"`
	PersonID    int64     `json:"person_id,omitempty"`
	Extra       *Extra    `json:"extra,omitempty"`
	Status      string    `json:"status"`
	ShelterID   int64     `json:"shelter_id,omitempty"`
	Note        string    `json:"note,omitempty"`
	Lon         *float64  `json:"lon,omitempty"`
	Lat         *float64  `json:"lat,omitempty"`
}

// Extra are people who turned up without being on the list.
type Extra struct {
	Count int    `json:"count"`
	Grid  string `json:"grid,omitempty"` // whose team counts them
}

// RollAnswer says what became of the events. One that is refused does not keep the
// others from being stored.
type RollAnswer struct {
	Accepted   int           `json:"accepted"`
	Duplicates int           `json:"duplicates"`
	Refused    []RollRefused `json:"refused"`
	Identity   Identity      `json:"identity"`
}

// RollRefused is an event that cannot be stored, and why.
type RollRefused struct {
	Sequence int64  `json:"sequence"`
	Field    string `json:"field"`
	Reason   string `json:"reason"`
}

const (
	rollMost   = 500
	deviceMost = 64
)

// RollCall stores events of the roll, late ones and those of an evacuation that was
// closed meanwhile included: what was seen in the field is never lost.
func (s *Service) RollCall(ctx context.Context, by data.Actor, id int64, post RollPost) (*RollAnswer, error) {
	if n := len(post.Device); n == 0 || n > deviceMost || strings.ContainsFunc(post.Device, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, data.Fault(data.Invalid, "device", fmt.Sprintf("must be 1 to %d printable characters", deviceMost))
	}
	if len(post.Events) == 0 || len(post.Events) > rollMost {
		return nil, data.Fault(data.Invalid, "events", fmt.Sprintf("must be 1 to %d", rollMost))
	}
	out := &RollAnswer{Refused: []RollRefused{}}
	err := data.Write(ctx, s.web, func(t *data.Tx) error {
		*out = RollAnswer{Refused: []RollRefused{}}
		return s.storeRoll(ctx, t, by, id, post, out)
	})
	if err != nil {
		return nil, err
	}
	if out.Accepted > 0 {
		_, _ = s.seen(ctx, data.Answer{}, nil)
	}
	if pic := s.peek(id); pic != nil {
		out.Identity = identityOf(pic.roll.sums().total)
	}
	return out, nil
}

func (s *Service) storeRoll(ctx context.Context, t *data.Tx, by data.Actor, id int64, post RollPost, out *RollAnswer) error {
	e := t.Evacuations()
	v, err := e.Find(ctx, id)
	if err == nil {
		err = visible(by, &v)
	}
	if err != nil {
		return err
	}
	now := s.clockOf(&v)
	known, err := s.onList(ctx, t, id, post.Events)
	if err != nil {
		return err
	}
	shelters, err := e.Shelters(ctx)
	if err != nil {
		return err
	}
	check := rollCheck{by: by, v: &v, known: known, shelters: map[int64]bool{}}
	for _, sh := range shelters {
		check.shelters[sh.ID] = true
	}
	var said []data.RollCall
	for i := range post.Events {
		ev := &post.Events[i]
		r, fault := check.read(ev)
		if fault != nil {
			out.Refused = append(out.Refused, RollRefused{ev.Sequence, fault.Field, fault.Reason})
			continue
		}
		r.ReceivedAt, r.By, r.Device = now, by.Account, post.Device
		said = append(said, r)
	}
	if out.Accepted, err = t.AddRollCalls(ctx, id, said...); err != nil {
		return err
	}
	if out.Duplicates = len(said) - out.Accepted; out.Accepted == 0 {
		return nil
	}
	return s.note(ctx, t, &v, by, happening{Kind: "called", Facts: map[string]any{"number": out.Accepted}})
}

// onList finds the grids of the households and people that events are about, as far
// as they lie in the scope.
func (s *Service) onList(ctx context.Context, t *data.Tx, id int64, events []RollEvent) (map[[2]int64]data.OnList, error) {
	households, people := []int64{}, []int64{}
	for i := range events {
		if events[i].HouseholdID != 0 {
			households = append(households, events[i].HouseholdID)
		}
		if events[i].PersonID != 0 {
			people = append(people, events[i].PersonID)
		}
	}
	list, err := t.OnList(ctx, id, households, people)
	if err != nil {
		return nil, err
	}
	out := map[[2]int64]data.OnList{}
	for _, l := range list {
		out[[2]int64{l.HouseholdID, 0}] = l
		if l.PersonID != 0 {
			out[[2]int64{0, l.PersonID}] = l
		}
	}
	return out, nil
}

// rollCheck reads events of one post.
type rollCheck struct {
	by       data.Actor
	v        *data.Evacuation
	known    map[[2]int64]data.OnList
	shelters map[int64]bool
}

func (c *rollCheck) read(ev *RollEvent) (data.RollCall, *data.Error) {
	r := data.RollCall{Status: ev.Status, ShelterID: ev.ShelterID, Note: strings.TrimSpace(ev.Note), At: ev.At, Sequence: ev.Sequence}
	about := 0
	for _, is := range []bool{ev.HouseholdID != 0, ev.PersonID != 0, ev.Extra != nil} {
		if is {
			about++
		}
	}
	status := rollcall.Status(ev.Status)
	switch {
	case ev.Sequence < 0:
		return r, data.Fault(data.Invalid, "sequence", "must not be negative")
	case ev.At.IsZero():
		return r, data.Fault(data.Invalid, "at", "must be a moment")
	case about != 1:
		return r, data.Fault(data.Invalid, "household_id", "must be about a household, a person or extra people, and one of them only")
	case !slices.Contains(rollcall.Statuses(), status):
		return r, data.Fault(data.Invalid, "status", "must be one of sheltered, with_relatives, holding_upstairs, already_away, refused, unaccounted, returned")
	case status == rollcall.Returned && c.v.LiftedAt == nil:
		return r, data.Fault(data.OutOfPlace, "status", "nobody returns before the evacuation is lifted")
	case ev.ShelterID != 0 && !c.shelters[ev.ShelterID]:
		return r, data.Fault(data.Invalid, "shelter_id", "is not a shelter")
	case utf8.RuneCountInString(r.Note) > reasonMost || !utf8.ValidString(r.Note) || strings.ContainsFunc(r.Note, isControl):
		return r, data.Fault(data.Invalid, "note", fmt.Sprintf("must be at most %d characters", reasonMost))
	}
	if ev.Extra != nil {
		return c.readExtra(ev, r)
	}
	l, ok := c.known[[2]int64{ev.HouseholdID, ev.PersonID}]
	if !ok {
		field := "household_id"
		if ev.PersonID != 0 {
			field = "person_id"
		}
		return r, data.Fault(data.NotFound, field, "is not on the list of this evacuation, or not in your scope")
	}
	r.HouseholdID, r.PersonID, r.GridCode = ev.HouseholdID, ev.PersonID, l.GridCode
	if ev.Lon != nil && ev.Lat != nil && *ev.Lon >= -180 && *ev.Lon <= 180 && *ev.Lat >= -90 && *ev.Lat <= 90 {
		r.Place = orb.Point{*ev.Lon, *ev.Lat}
	}
	return r, nil
}

func (c *rollCheck) readExtra(ev *RollEvent, r data.RollCall) (data.RollCall, *data.Error) {
	if ev.Extra.Count < 1 || ev.Extra.Count > 1000 {
		return r, data.Fault(data.Invalid, "extra.count", "must be 1 to 1000")
	}
	if len(ev.Extra.Grid) != 15 || strings.Trim(ev.Extra.Grid, "0123456789") != "" {
		return r, data.Fault(data.Invalid, "extra.grid", "must be the code of a grid, 15 digits")
	}
	if !c.by.Covers(ev.Extra.Grid) || !strings.HasPrefix(ev.Extra.Grid, data.CodePrefix(c.v.Division)) {
		return r, data.Fault(data.Forbidden, "extra.grid", "is outside your scope or the evacuation's division")
	}
	r.Extra, r.GridCode = ev.Extra.Count, ev.Extra.Grid
	return r, nil
}

// Sheet is the roll of a grid as its team calls it.
type Sheet struct {
	Evacuation int64            `json:"evacuation"`
	Grid       string           `json:"grid"`
	Name       string           `json:"name"`
	Town       string           `json:"town"`
	Community  string           `json:"community"`
	AsOf       time.Time        `json:"as_of"`
	Drill      bool             `json:"drill"`
	Lifted     bool             `json:"lifted"`
	Identity   Identity         `json:"identity"`
	Shelters   []NamedShelter   `json:"shelters"`
	Households []SheetHousehold `json:"households"`
}

// NamedShelter is a shelter by its name.
type NamedShelter struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// SheetHousehold is a household on the sheet.
type SheetHousehold struct {
	ID             int64         `json:"id"`
	Building       string        `json:"building"` // its name, else its address, else its code
	Address        string        `json:"address"`  // beside a name
	BuildingID     int64         `json:"building_id"`
	Stairwell      int           `json:"stairwell"`
	Floor          int           `json:"floor"`
	Room           string        `json:"room"`
	Persons        []SheetPerson `json:"persons"`
	Status         string        `json:"status"` // mixed: not all the same
	ShelterID      *int64        `json:"shelter_id"`
	Means          *string       `json:"means"`
	Deadline       *time.Time    `json:"deadline"`
	Contradictions int           `json:"contradictions"`
}

// SheetPerson is somebody on the sheet, named by what is left of a masked name.
type SheetPerson struct {
	ID     int64      `json:"id"` // zero: known by number alone
	Label  string     `json:"label"`
	Care   []string   `json:"care"`
	Status string     `json:"status"`
	At     *time.Time `json:"at"`
}

// Sheet is the roll of a grid. Whoever reads it is noted in the audit log.
func (s *Service) Sheet(ctx context.Context, by data.Actor, id int64, grid string) (*Sheet, error) {
	if !by.Covers(grid) {
		return nil, data.Fault(data.Forbidden, "", "this is outside your scope "+by.ScopeCode)
	}
	pic, err := s.at(ctx, by, id, nil)
	if err != nil {
		return nil, err
	}
	if _, ok := pic.ground.grids[grid]; !ok {
		return nil, data.Fault(data.NotFound, "grid", "there is no such grid in the evacuation's division")
	}
	rows, err := data.Sheet(ctx, s.web, by, id, grid)
	if err != nil {
		return nil, err
	}
	now := s.clockOf(&pic.v)
	named := pic.ground.grids[grid]
	out := &Sheet{Evacuation: id, Grid: grid, Name: named.Name, Town: named.Town, Community: named.Community, AsOf: now, Drill: pic.v.Drill, Lifted: pic.v.LiftedAt != nil,
		Identity: identityOf(pic.roll.sums().grids[grid]), Shelters: []NamedShelter{}, Households: []SheetHousehold{}}
	for i := range pic.ground.shelters {
		out.Shelters = append(out.Shelters, NamedShelter{pic.ground.shelters[i].ID, pic.ground.shelters[i].Name})
	}
	roll := pic.roll.locked()
	defer pic.roll.mu.RUnlock()
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && rows[to].HouseholdID == rows[from].HouseholdID {
			to++
		}
		h, err := s.sheetHousehold(pic, roll, rows[from:to], now)
		if err != nil {
			return nil, err
		}
		out.Households = append(out.Households, h)
		from = to
	}
	return out, nil
}

func (s *Service) sheetHousehold(pic *picture, roll *rollcall.Roll, rows []data.SheetRow, now time.Time) (SheetHousehold, error) {
	r := rows[0]
	h := SheetHousehold{ID: r.HouseholdID, Building: r.Building, Address: r.Address, BuildingID: r.BuildingID, Stairwell: r.Stairwell, Floor: r.Floor, Room: r.Room, Persons: []SheetPerson{}}
	if place, ok := pic.places[h.ID]; ok {
		h.ShelterID, h.Means, h.Deadline = some(place.ShelterID), &place.Means, place.Deadline
	}
	byID := map[int64]data.SheetRow{}
	for _, row := range rows {
		byID[row.PersonID] = row
	}
	for n, st := range roll.Household(h.ID) {
		p := SheetPerson{ID: st.Person, Label: fmt.Sprintf("第 %d 人", n+1), Care: []string{}, Status: string(st.Status)}
		if st.Returned {
			p.Status = string(rollcall.Returned)
		}
		if !st.At.IsZero() {
			p.At = &st.At
		}
		if row, ok := byID[st.Person]; ok && st.Person != 0 {
			label, err := s.label(row, now)
			if err != nil {
				return h, err
			}
			p.Label, p.Care = label, row.Care
		}
		if len(st.Claims) > 0 {
			h.Contradictions++
		}
		if h.Status == "" {
			h.Status = p.Status
		} else if h.Status != p.Status {
			h.Status = "mixed"
		}
		h.Persons = append(h.Persons, p)
	}
	return h, nil
}

// label is what the team knows somebody by: the family name and the age.
func (s *Service) label(row data.SheetRow, now time.Time) (string, error) {
	age := ""
	if row.BirthYear > 0 {
		age = fmt.Sprintf(" · %d岁", max(0, now.In(data.LocalZone()).Year()-row.BirthYear))
	}
	if s.opt.Sealer == nil {
		return "居民" + age, nil
	}
	fields, err := s.opt.Sealer.Open("people", row.PersonID, row.Sealed)
	if err != nil {
		return "", err
	}
	return data.MaskName(fields[0]) + age, nil
}
