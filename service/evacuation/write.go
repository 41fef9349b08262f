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

	"github.com/paulmach/orb"

	"gridmap/data"
)

// Opening is what an evacuation is opened with.
type Opening struct {
	Name     string          `json:"name"`
	Division string          `json:"division"`
	Drill    bool            `json:"drill"`
	Settings json.RawMessage `json:"settings,omitempty"`

	// Of a replay; not on the wire.
	Replay    string    `json:"-"`
	ClockFrom time.Time `json:"-"`
	ClockRate float64   `json:"-"`
}

const nameMost = 60 // characters

// Open opens an evacuation.
func (s *Service) Open(ctx context.Context, by data.Actor, r data.Request, o Opening) (data.Answer, error) {
	o.Name = strings.TrimSpace(o.Name)
	if n := utf8.RuneCountInString(o.Name); n == 0 || n > nameMost || strings.ContainsFunc(o.Name, isControl) {
		return data.Answer{}, data.Fault(data.Invalid, "name", fmt.Sprintf("must be 1 to %d characters", nameMost))
	}
	if !by.Covers(o.Division) {
		return data.Answer{}, data.Fault(data.Forbidden, "", "this is outside your scope "+by.ScopeCode)
	}
	settings, err := ReadSettings(o.Settings)
	if err != nil {
		return data.Answer{}, err
	}
	stored, err := json.Marshal(settings)
	if err != nil {
		return data.Answer{}, fmt.Errorf("keep settings: %w", err)
	}
	now := s.opt.Now()
	v := data.Evacuation{Name: o.Name, Division: o.Division, Drill: o.Drill, Replay: o.Replay, Settings: stored, ClockFrom: now, ClockAt: now, ClockRate: 1, OpenedAt: now, OpenedBy: by.Account}
	if o.Replay != "" {
		v.ClockFrom, v.ClockRate, v.OpenedAt = o.ClockFrom, o.ClockRate, o.ClockFrom
	}
	a, err := data.Once(ctx, s.web, r, func(t *data.Tx) (int, []byte, error) {
		terrain, _, err := t.Evacuations().Terrain(ctx, 0)
		if err != nil {
			return 0, nil, err
		}
		v.TerrainID = terrain.ID
		if v.ID, err = t.OpenEvacuation(ctx, v); err != nil {
			return 0, nil, err
		}
		if err := s.note(ctx, t, &v, by, happening{Kind: "opened"}); err != nil {
			return 0, nil, err
		}
		return answer(201, headOf(&v))
	})
	return a, err // the ground takes seconds to read: Follow does it
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// happening is what the log of an evacuation keeps of a write.
type happening struct {
	Kind, Grid string
	Facts      map[string]any
	Once       string
}

// note puts a write into the evacuation's log and the audit log.
func (s *Service) note(ctx context.Context, t *data.Tx, v *data.Evacuation, by data.Actor, h happening) error {
	facts, err := json.Marshal(h.Facts)
	if err != nil {
		return fmt.Errorf("note what happened: %w", err)
	}
	if h.Facts == nil {
		facts = []byte(`{}`)
	}
	if err := t.AddLog(ctx, v.ID, data.LogEntry{At: s.clockOf(v), Kind: h.Kind, GridCode: h.Grid, Facts: facts, By: by.Account}, h.Once); err != nil {
		return err
	}
	return t.Audit(ctx, data.AuditEntry{Actor: by.Account, Role: by.Role, Action: "evacuation." + h.Kind, Subject: fmt.Sprint(v.ID), Result: "done", Detail: h.Facts})
}

func answer(status int, v any) (int, []byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return 0, nil, fmt.Errorf("write an answer: %w", err)
	}
	return status, b, nil
}

// write does a write to an evacuation that is open.
func (s *Service) write(ctx context.Context, by data.Actor, r data.Request, id int64, do func(*data.Tx, *data.Evacuation, time.Time) (any, happening, error)) (data.Answer, error) {
	a, err := data.Once(ctx, s.web, r, func(t *data.Tx) (int, []byte, error) {
		v, err := t.LockEvacuation(ctx, id)
		if v.ID != 0 {
			if err := visible(by, &v); err != nil {
				return 0, nil, err
			}
		}
		if err != nil {
			return 0, nil, err
		}
		out, h, err := do(t, &v, s.clockOf(&v))
		if err != nil {
			return 0, nil, err
		}
		if err := s.note(ctx, t, &v, by, h); err != nil {
			return 0, nil, err
		}
		return answer(200, out)
	})
	return s.seen(ctx, a, err)
}

func covering(by data.Actor, v *data.Evacuation) error {
	if !by.Covers(v.Division) {
		return data.Fault(data.Forbidden, "", "the evacuation reaches beyond your scope "+by.ScopeCode)
	}
	return nil
}

// Lift lets people return.
func (s *Service) Lift(ctx context.Context, by data.Actor, r data.Request, id int64) (data.Answer, error) {
	return s.write(ctx, by, r, id, func(t *data.Tx, v *data.Evacuation, now time.Time) (any, happening, error) {
		if err := covering(by, v); err != nil {
			return nil, happening{}, err
		}
		if err := t.LiftEvacuation(ctx, id, now, by.Account); err != nil {
			return nil, happening{}, err
		}
		v.LiftedAt = &now
		return headOf(v), happening{Kind: "lifted"}, nil
	})
}

// Close ends an evacuation; while anybody is unaccounted for, it is a Conflict.
func (s *Service) Close(ctx context.Context, by data.Actor, r data.Request, id int64) (data.Answer, error) {
	return s.write(ctx, by, r, id, func(t *data.Tx, v *data.Evacuation, now time.Time) (any, happening, error) {
		if err := covering(by, v); err != nil {
			return nil, happening{}, err
		}
		roll, err := rollOf(ctx, t.Evacuations(), v, now, math.MaxInt)
		if err != nil {
			return nil, happening{}, err
		}
		if n := roll.Total().Unaccounted; n > 0 {
			return nil, happening{}, data.Fault(data.Conflict, "unaccounted", fmt.Sprintf("%d people are not accounted for", n))
		}
		if err := t.CloseEvacuation(ctx, id, now, by.Account); err != nil {
			return nil, happening{}, err
		}
		v.ClosedAt = &now
		return headOf(v), happening{Kind: "closed"}, nil
	})
}

// NewOrders is an order to some grids.
type NewOrders struct {
	Grids []string `json:"grids"`
	Kind  string   `json:"kind"` // prepare, move, hold_upstairs, lifted
}

// Order issues an order to grids.
func (s *Service) Order(ctx context.Context, by data.Actor, r data.Request, id int64, o NewOrders) (data.Answer, error) {
	if !slices.Contains([]string{"prepare", "move", "hold_upstairs", "lifted"}, o.Kind) {
		return data.Answer{}, data.Fault(data.Invalid, "kind", "must be prepare, move, hold_upstairs or lifted")
	}
	grids := slices.Clone(o.Grids)
	slices.Sort(grids)
	if grids = slices.Compact(grids); len(grids) == 0 || len(grids) > 5000 {
		return data.Answer{}, data.Fault(data.Invalid, "grids", "must name 1 to 5000 grids")
	}
	return s.write(ctx, by, r, id, func(t *data.Tx, v *data.Evacuation, now time.Time) (any, happening, error) {
		known, err := t.Evacuations().GridNames(ctx, v.Division)
		if err != nil {
			return nil, happening{}, err
		}
		for _, g := range grids {
			if !slices.ContainsFunc(known, func(n data.GridName) bool { return n.Code == g }) {
				return nil, happening{}, data.Fault(data.Invalid, "grids", fmt.Sprintf("%.20q is not the code of a grid in force in the evacuation's division", g))
			}
			if !by.Covers(g) {
				return nil, happening{}, data.Fault(data.Forbidden, "grids", "grid "+g+" is outside your scope "+by.ScopeCode)
			}
		}
		ids, err := t.AddOrders(ctx, id, grids, o.Kind, now, by.Account)
		if err != nil {
			return nil, happening{}, err
		}
		var out []Order
		settings, err := ReadSettings(v.Settings)
		if err != nil {
			return nil, happening{}, err
		}
		for i, g := range grids {
			out = append(out, orderView(data.Order{ID: ids[i], GridCode: g, Kind: o.Kind, IssuedAt: now, IssuedBy: by.Account}, now, settings))
		}
		h := happening{Kind: "ordered", Facts: map[string]any{"order": o.Kind, "grids": len(grids)}}
		if len(grids) == 1 {
			h.Grid = grids[0]
		}
		return listOf(out), h, nil
	})
}

// Answering is a team's answer to an order.
type Answering struct {
	State string     `json:"state"` // received, on_scene
	At    *time.Time `json:"at,omitempty"`
}

// Answer notes a team's answer to an order.
func (s *Service) Answer(ctx context.Context, by data.Actor, r data.Request, id, order int64, a Answering) (data.Answer, error) {
	if a.State != "received" && a.State != "on_scene" {
		return data.Answer{}, data.Fault(data.Invalid, "state", "must be received or on_scene")
	}
	return s.write(ctx, by, r, id, func(t *data.Tx, v *data.Evacuation, now time.Time) (any, happening, error) {
		o, err := t.FindOrder(ctx, id, order)
		if err != nil {
			return nil, happening{}, err
		}
		if !by.Covers(o.GridCode) {
			return nil, happening{}, data.Fault(data.Forbidden, "", "this is outside your scope "+by.ScopeCode)
		}
		at := now
		if a.At != nil {
			at = *a.At
		}
		if at.Before(o.IssuedAt) || at.After(now.Add(clockTolerance)) {
			at = now // a device whose clock is wrong: the moment at which it came in
		}
		if o, err = t.AnswerOrder(ctx, id, order, a.State, at, by.Account); err != nil {
			return nil, happening{}, err
		}
		settings, err := ReadSettings(v.Settings)
		if err != nil {
			return nil, happening{}, err
		}
		return orderView(o, now, settings), happening{Kind: "answered", Grid: o.GridCode, Facts: map[string]any{"state": a.State, "order": order}}, nil
	})
}

const clockTolerance = 5 * time.Minute

// Opened is an opening in a levee.
type Opened struct {
	Lon float64 `json:"lon"`
	Lat float64 `json:"lat"`
}

// Breach opens the levee nearest to a place.
func (s *Service) Breach(ctx context.Context, by data.Actor, r data.Request, id int64, at Opened) (data.Answer, error) {
	if !(math.Abs(at.Lon) <= 180) || !(math.Abs(at.Lat) <= 90) {
		return data.Answer{}, data.Fault(data.Invalid, "lon", "must be a longitude, with a latitude in lat")
	}
	return s.write(ctx, by, r, id, func(t *data.Tx, v *data.Evacuation, now time.Time) (any, happening, error) {
		if err := covering(by, v); err != nil {
			return nil, happening{}, err
		}
		levees, err := t.Evacuations().Levees(ctx)
		if err != nil {
			return nil, happening{}, err
		}
		if !nearLevee(levees, orb.Point{at.Lon, at.Lat}) {
			return nil, happening{}, data.Fault(data.Invalid, "lon", fmt.Sprintf("there is no levee within %d m of this place", breachWithinM))
		}
		if err := t.AddBreach(ctx, id, orb.Point{at.Lon, at.Lat}, now, by.Account); err != nil {
			return nil, happening{}, err
		}
		return at, happening{Kind: "breached", Facts: map[string]any{"lon": at.Lon, "lat": at.Lat}}, nil
	})
}
