package evacuation

import (
	"context"
	"encoding/hex"
	"fmt"
	"math"
	"time"

	"gridmap/data"
	"gridmap/service/evacuation/rollcall"
)

// State is what the frame of the screen needs of an evacuation.
type State struct {
	Head
	Settings     Settings   `json:"settings"`
	Now          time.Time  `json:"now"` // on its clock
	ClockRate    float64    `json:"clock_rate"`
	StateVersion int64      `json:"state_version"`
	Basis        Basis      `json:"basis"`
	Headline     Headline   `json:"headline"`
	Identity     Identity   `json:"identity"`
	Plan         *PlanHead  `json:"plan"`
	Proposal     *Proposal  `json:"proposal"`
	Breaches     []BreachAt `json:"breaches"`
}

// Basis is what a picture was made from.
type Basis struct {
	ReadingAt        *time.Time `json:"reading_at"`
	ForecastIssuedAt *time.Time `json:"forecast_issued_at"`
	Terrain          string     `json:"terrain"`
	TerrainSHA256    string     `json:"terrain_sha256"`
	Model            string     `json:"model"` // hand, interpolated, library, none
	ErrorM           float64    `json:"error_m"`
	Warnings         []Said     `json:"warnings"`
}

// Headline are the sums over the buildings in which somebody has to do something.
type Headline struct {
	Buildings         int            `json:"buildings"`
	Households        int            `json:"households"`
	Persons           int            `json:"persons"`
	NeedingHelp       int            `json:"needing_help"`
	Care              map[string]int `json:"care"`
	WetNow            int            `json:"wet_now"`
	WillBeWet         int            `json:"will_be_wet"`
	CutOff            int            `json:"cut_off"`
	Unknown           int            `json:"unknown"`
	RoadsShut         int            `json:"roads_shut"`
	RoadsClosing      int            `json:"roads_closing"`
	FirstDeadline     *time.Time     `json:"first_deadline"`
	LastSafeDeparture *time.Time     `json:"last_safe_departure"` // the first of them
}

// Identity says where everybody on the list is.
type Identity struct {
	Listed          int `json:"listed"`
	Sheltered       int `json:"sheltered"`
	WithRelatives   int `json:"with_relatives"`
	HoldingUpstairs int `json:"holding_upstairs"`
	AlreadyAway     int `json:"already_away"`
	Refused         int `json:"refused"`
	Unaccounted     int `json:"unaccounted"`
	Returned        int `json:"returned"`
	Extra           int `json:"extra"`
	Contradictions  int `json:"contradictions"`
}

func identityOf(c rollcall.Counts) Identity {
	return Identity{c.Listed, c.Sheltered, c.WithRelatives, c.HoldingUpstairs, c.AlreadyAway, c.Refused, c.Unaccounted, c.Returned, c.Extra, c.Contradictions}
}

// PlanHead is the plan that stands.
type PlanHead struct {
	Version        int        `json:"version"`
	ApprovedAt     time.Time  `json:"approved_at"`
	ApprovedBy     string     `json:"approved_by"`
	BasisReadingAt *time.Time `json:"basis_reading_at"`
	planTotals
}

// BreachAt is an opening in a levee.
type BreachAt struct {
	ID  int64     `json:"id"`
	Lon float64   `json:"lon"`
	Lat float64   `json:"lat"`
	At  time.Time `json:"at"`
	By  string    `json:"by"`
}

// State is an evacuation as it is, or as it was at a moment of its clock.
func (s *Service) State(ctx context.Context, by data.Actor, id int64, when *time.Time) (*State, error) {
	pic, err := s.at(ctx, by, id, when)
	if err != nil {
		return nil, err
	}
	now := pic.now
	if when == nil {
		now = s.clockOf(&pic.v)
	}
	return pic.state(now), nil
}

func (pic *picture) state(now time.Time) *State {
	st := &State{Head: headOf(&pic.v), Settings: pic.settings, Now: now, ClockRate: pic.v.ClockRate, StateVersion: pic.version, Basis: pic.basis(now),
		Headline: pic.headline(), Identity: identityOf(pic.roll.sums().total), Proposal: pic.proposal, Breaches: []BreachAt{}}
	if pic.v.ClosedAt != nil {
		st.ClockRate = 0
	}
	if len(pic.plans) > 0 {
		p := pic.plans[0]
		st.Plan = &PlanHead{Version: p.Version, ApprovedAt: p.ApprovedAt, ApprovedBy: p.ApprovedBy, BasisReadingAt: p.ReadingAt, planTotals: pic.totals()}
		st.Head.PlanVersion = &st.Plan.Version
	} else {
		st.Head.PlanVersion = nil
	}
	for _, b := range pic.breaches {
		st.Breaches = append(st.Breaches, BreachAt{b.ID, b.Geom[0], b.Geom[1], b.At, b.By})
	}
	return st
}

func (pic *picture) basis(now time.Time) Basis {
	b := Basis{ReadingAt: pic.readingAt, ForecastIssuedAt: pic.issuedAt, Model: "none", Warnings: pic.warnings(now)}
	if pic.water != nil {
		b.Terrain, b.TerrainSHA256, b.ErrorM = pic.ground.file.Name, hex.EncodeToString(pic.ground.file.SHA256), pic.ground.file.ErrorM
		b.Model = pic.water.flow.modelName()
	}
	return b
}

// warnings are what the picture must not be read without.
func (pic *picture) warnings(now time.Time) []Said {
	out := []Said{}
	say := func(zh, en string, args ...any) {
		out = append(out, Said{fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)})
	}
	if pic.water == nil {
		say("未载入地形：无法计算淹没范围", "no terrain is loaded: where the water goes cannot be computed")
	}
	for i := range pic.gauges {
		g := &pic.gauges[i]
		switch {
		case g.At.IsZero():
			say("%s 没有水位数据", "%s has no readings", g.Name)
		case g.Stale || now.Sub(g.At) > staleAfter:
			say("%[1]s 已 %[2]d 分钟没有新水位", "%[1]s has been silent for %[2]d minutes", g.Name, int(now.Sub(g.At).Minutes()))
		}
		if g.Suspect != nil {
			say("%s 的最新水位可疑：%s；未采用", "the newest level of %s is doubtful (%[2]s) and not used", g.Name, g.Suspect.zh())
		}
		if g.Forecast != nil && g.Forecast.Past {
			say("%s 的预报已全部过期", "the forecast of %s has passed", g.Name)
		}
		if _, ok := pic.ground.gauges[g.ID]; !ok && pic.water != nil {
			say("%s 不在地形中的任何河道上，未采用", "%s stands on no river of the terrain and is not used", g.Name)
		}
	}
	if pic.water == nil {
		return out
	}
	if pic.water.flow.modelName() == "hand" {
		say("没有水位可用：所有河道按设定水深计算", "no gauge can be used: all rivers stand at the set stage")
	}
	if pic.ground.unknown > 0 {
		say("%d 栋建筑在地形数据之外，情况不详", "%d buildings lie outside the terrain: unknown", pic.ground.unknown)
	}
	return out
}

// peopleOf sums the households of a building up; where they are not on file, it is
// what the building counts.
func (pic *picture) peopleOf(v *fate) (persons, helped int, care map[string]int) {
	care = map[string]int{}
	if len(pic.ground.dwellings.of(v.ID)) == 0 {
		return v.Persons, 0, care
	}
	for _, d := range pic.ground.dwellings.of(v.ID) {
		persons += d.Persons
		helped += d.Helped
		for kind, n := range map[string]int{"elderly": d.Elderly, "child": d.Child, "disabled": d.Disabled, "sick": d.Sick, "frail": d.Frail, "pregnant": d.Pregnant} {
			if n > 0 {
				care[kind] += n
			}
		}
	}
	return persons, helped, care
}

// householdsOf counts the households of a building in the same way.
func (pic *picture) householdsOf(v *fate) int {
	if n := len(pic.ground.dwellings.of(v.ID)); n > 0 {
		return n
	}
	return v.Households
}

func (pic *picture) headline() Headline {
	h := Headline{Care: map[string]int{}, Unknown: pic.ground.unknown}
	if pic.water == nil {
		return h
	}
	for i := range pic.water.fates {
		v := &pic.water.fates[i]
		switch v.class {
		case WetNow:
			h.WetNow++
		case WillBeWet:
			h.WillBeWet++
		case CutOff:
			h.CutOff++
		}
		if !v.class.affected() {
			continue
		}
		persons, helped, care := pic.peopleOf(v)
		h.Buildings++
		h.Households += pic.householdsOf(v)
		h.Persons += persons
		h.NeedingHelp += helped
		for kind, n := range care {
			h.Care[kind] += n
		}
		h.FirstDeadline, h.LastSafeDeparture = first(h.FirstDeadline, v.deadline), first(h.LastSafeDeparture, v.leaveBy)
	}
	h.RoadsShut, h.RoadsClosing = pic.countRoads()
	return h
}

// countRoads counts the roads of which a piece is shut, and those that will be.
func (pic *picture) countRoads() (shut, closing int) {
	state := map[int]bool{}
	for i := range pic.water.roads {
		c := &pic.water.roads[i]
		if c.at != nil {
			way := pic.ground.pieces[c.piece].way
			state[way] = state[way] || c.shut
		}
	}
	for _, is := range state {
		if is {
			shut++
		} else {
			closing++
		}
	}
	return shut, closing
}

// first is the earlier of two moments, either of which may be missing.
func first(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.Before(*a) {
		return b
	}
	return a
}

// number is null for NaN and the infinities.
func number(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	rounded := math.Round(v*1000) / 1000
	return &rounded
}
