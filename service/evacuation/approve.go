package evacuation

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gridmap/data"
)

// Approval says which proposal is meant.
type Approval struct {
	Basis  string `json:"basis"`
	Remark string `json:"remark,omitempty"`
}

const (
	remarkMost = 200 // characters
	reasonMost = 200
)

// Approve makes a proposal the plan: the one that was looked at, though a newer
// reading may have made another since, which then is the difference to confirm. A
// proposal that was made beside another plan, or long ago, is Stale.
func (s *Service) Approve(ctx context.Context, by data.Actor, r data.Request, id int64, a Approval) (data.Answer, error) {
	if err := checkText("remark", a.Remark, 0, remarkMost); err != nil {
		return data.Answer{}, err
	}
	return s.write(ctx, by, r, id, func(t *data.Tx, v *data.Evacuation, now time.Time) (any, happening, error) {
		if err := covering(by, v); err != nil {
			return nil, happening{}, err
		}
		pic := s.peek(id)
		switch {
		case pic == nil:
			return nil, happening{}, data.Fault(data.Unavailable, "", "the water is being computed: ask again in a moment")
		case pic.proposal == nil:
			return nil, happening{}, data.Fault(data.Conflict, "basis", "there is nothing to approve: the plan that stands is the best there is")
		}
		if pic = s.offer(id, a.Basis, v.PlanVersion); pic == nil {
			return nil, happening{}, data.Fault(data.Stale, "basis", "the proposal has changed since: look at it again")
		}
		plan, places, totals, err := pic.toStore(now, by, a)
		if err != nil {
			return nil, happening{}, err
		}
		version, err := t.AddEvacuationPlan(ctx, id, plan, places)
		if err != nil {
			return nil, happening{}, err
		}
		v.PlanVersion = version
		return headOf(v), happening{Kind: "approved", Facts: map[string]any{"version": version, "persons": totals.Persons, "missing": totals.Missing}}, nil
	})
}

// toStore is the proposal as a plan is kept.
func (pic *picture) toStore(now time.Time, by data.Actor, a Approval) (data.EvacuationPlan, []data.EvacuationPlace, planTotals, error) {
	p := pic.proposal
	totals := planTotals{Persons: p.Persons, Households: p.Households, CostPersonM: p.CostPersonM, Certified: p.Certified, RoadsShut: pic.roadsShut()}
	if p.Shortage != nil {
		totals.Missing = p.Shortage.Missing
	}
	places := map[int64]data.EvacuationPlace{}
	for _, list := range [][]data.EvacuationPlace{pic.placeList(), pic.best.places} {
		for _, place := range list {
			places[place.HouseholdID] = place
		}
	}
	var out []data.EvacuationPlace
	used := map[int64]bool{}
	for _, c := range pic.confirmed {
		place := places[c.Household]
		place.ShelterID, place.Means = c.Shelter, c.Means
		used[c.Shelter] = c.Shelter != 0
		out = append(out, place)
	}
	for _, is := range used {
		if is {
			totals.Shelters++
		}
	}
	stored, err := json.Marshal(totals)
	if err != nil {
		return data.EvacuationPlan{}, nil, totals, fmt.Errorf("keep the plan's totals: %w", err)
	}
	return data.EvacuationPlan{Basis: p.Basis, ReadingAt: pic.readingAt, TerrainSHA256: pic.ground.file.SHA256, Model: pic.water.flow.modelName(),
		ErrorM: pic.ground.file.ErrorM, ApprovedAt: now, ApprovedBy: by.Account, Remark: a.Remark, Totals: stored}, out, totals, nil
}

func checkText(field, text string, least, most int) error {
	n := utf8.RuneCountInString(text)
	if !utf8.ValidString(text) || n < least || n > most || strings.ContainsFunc(text, isControl) {
		return data.Fault(data.Invalid, field, fmt.Sprintf("must be %d to %d characters", least, most))
	}
	return nil
}

// Overriding sends a building to a shelter of somebody's choice; without one, as the
// plan finds best again.
type Overriding struct {
	BuildingID int64  `json:"building_id"`
	ShelterID  *int64 `json:"shelter_id"`
	Reason     string `json:"reason"`
}

// Override sends a building elsewhere. The proposal that follows has to be approved
// like any other; it says what the change costs.
func (s *Service) Override(ctx context.Context, by data.Actor, r data.Request, id int64, o Overriding) (*Proposal, error) {
	o.Reason = strings.TrimSpace(o.Reason)
	if err := checkText("reason", o.Reason, 2, reasonMost); err != nil {
		return nil, err
	}
	var before float64
	_, err := s.write(ctx, by, r, id, func(t *data.Tx, v *data.Evacuation, now time.Time) (any, happening, error) {
		pic := s.peek(id)
		switch {
		case pic == nil:
			return nil, happening{}, data.Fault(data.Unavailable, "", "the water is being computed: ask again in a moment")
		case pic.water == nil:
			return nil, happening{}, data.Fault(data.Conflict, "", "no terrain is loaded: nobody is sent anywhere")
		}
		k, ok := pic.water.of[o.BuildingID]
		if !ok || !pic.water.fates[k].class.affected() {
			return nil, happening{}, data.Fault(data.Invalid, "building_id", "is not a building from which people have to go")
		}
		if grid := pic.water.fates[k].GridCode; !by.Covers(grid) {
			return nil, happening{}, data.Fault(data.Forbidden, "", "this is outside your scope "+by.ScopeCode)
		}
		override := data.Override{BuildingID: o.BuildingID, Reason: o.Reason, At: now, By: by.Account}
		if o.ShelterID != nil {
			override.ShelterID = *o.ShelterID
			if err := pic.checkShelter(*o.ShelterID); err != nil {
				return nil, happening{}, err
			}
		}
		if pic.best != nil {
			before = pic.best.costM
		}
		if err := t.AddOverride(ctx, id, override); err != nil {
			return nil, happening{}, err
		}
		return struct{}{}, happening{Kind: "overridden", Grid: pic.water.fates[k].GridCode, Facts: map[string]any{"building": o.BuildingID, "shelter": override.ShelterID}}, nil
	})
	if err != nil {
		return nil, err
	}
	pic := s.peek(id)
	if pic == nil || pic.proposal == nil {
		return nil, nil
	}
	shown := *pic.proposal
	extra := math.Round(pic.best.costM - before)
	shown.ExtraCostPersonM = &extra
	return &shown, nil
}

// checkShelter says why a shelter cannot be counted on.
func (pic *picture) checkShelter(id int64) error {
	i := slices.IndexFunc(pic.ground.shelters, func(s refuge) bool { return s.ID == id })
	switch {
	case i < 0:
		return data.Fault(data.Invalid, "shelter_id", "is not a shelter")
	case pic.water.shelter[i].wet:
		return data.Fault(data.OutOfPlace, "shelter_id", "this shelter may be under water")
	case pic.ground.shelters[i].Capacity < 0:
		return data.Fault(data.OutOfPlace, "shelter_id", "the capacity of this shelter is not known: enter it first")
	case !pic.water.usable(pic.ground, i):
		return data.Fault(data.OutOfPlace, "shelter_id", "this shelter cannot be counted on: it has no beds, or lies outside the terrain")
	}
	return nil
}

// NewReading is a level that somebody read or foresees, in metres of the gauge's
// datum.
type NewReading struct {
	At       time.Time  `json:"at"`
	Kind     string     `json:"kind"` // observed, forecast_min, forecast_likely, forecast_max
	StageM   float64    `json:"stage_m"`
	IssuedAt *time.Time `json:"issued_at,omitempty"` // of a forecast; without it, now
}

// NewReadings are some at once.
type NewReadings struct {
	Readings []NewReading `json:"readings"`
	Source   string       `json:"source,omitempty"`
}

// TakenReadings says what became of them.
type TakenReadings struct {
	Accepted int `json:"accepted"`
	Known    int `json:"known"` // they were there already
}

const readingsMost = 5000

// Readings stores levels of a gauge, all or none. The clock is that of the evacuation
// that leads: a replay can be fed, and one whose machine's clock was set back.
func (s *Service) Readings(ctx context.Context, by data.Actor, r data.Request, gauge int64, in NewReadings) (data.Answer, error) {
	now := s.opt.Now()
	if lead := s.leader(); lead != nil {
		now = s.clockOf(&lead.v)
	}
	if len(in.Readings) == 0 || len(in.Readings) > readingsMost {
		return data.Answer{}, data.Fault(data.Invalid, "readings", fmt.Sprintf("must be 1 to %d", readingsMost))
	}
	if err := checkText("source", in.Source, 0, 60); err != nil {
		return data.Answer{}, err
	}
	list := make([]data.Reading, len(in.Readings))
	for i, v := range in.Readings {
		list[i] = data.Reading{GaugeID: gauge, At: v.At, Kind: v.Kind, StageM: v.StageM, Source: in.Source, IssuedAt: now}
		if list[i].Source == "" {
			list[i].Source = by.Account
		}
		if v.IssuedAt != nil {
			list[i].IssuedAt = *v.IssuedAt
		}
		if err := checkReading(fmt.Sprintf("readings[%d].", i), list[i], now); err != nil {
			return data.Answer{}, err
		}
	}
	a, err := data.Once(ctx, s.web, r, func(t *data.Tx) (int, []byte, error) {
		known, err := t.Evacuations().Gauges(ctx)
		if err != nil {
			return 0, nil, err
		}
		if !slices.ContainsFunc(known, func(g data.Gauge) bool { return g.ID == gauge }) {
			return 0, nil, data.Fault(data.NotFound, "id", "there is no such gauge")
		}
		var taken TakenReadings
		for _, v := range list {
			fresh, err := t.AddReading(ctx, v)
			if err != nil {
				return 0, nil, err
			}
			if fresh {
				taken.Accepted++
			} else {
				taken.Known++
			}
		}
		if err := t.Audit(ctx, data.AuditEntry{Actor: by.Account, Role: by.Role, Action: "gauge.readings", Subject: fmt.Sprint(gauge), Result: "done", Detail: map[string]any{"accepted": taken.Accepted}}); err != nil {
			return 0, nil, err
		}
		return answer(200, taken)
	})
	return s.seen(ctx, a, err)
}
