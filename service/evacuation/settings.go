package evacuation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"gridmap/data"
	"gridmap/layers/escape"
	"gridmap/service/evacuation/callout"
)

// Settings are the rules of an evacuation.
type Settings struct {
	LeadMin      int     `json:"lead_min"`   // finish so long before the water arrives
	NightFrom    string  `json:"night_from"` // arrivals from here …
	NightTo      string  `json:"night_to"`   // … to here, Asia/Shanghai,
	NightBy      string  `json:"night_by"`   // are prepared for by this hour before
	MarginMin    int     `json:"margin_min"` // be past a road so long before it shuts
	Arrival      string  `json:"arrival"`    // likely or max: the forecast that deadlines follow
	SilenceMin   int     `json:"silence_min"`
	SideStageM   float64 `json:"side_stage_m"` // of streams without a gauge
	WalkMPerMin  float64 `json:"walk_m_per_min"`
	DriveMPerMin float64 `json:"drive_m_per_min"`
	SwitchM      float64 `json:"switch_m"` // a group is sent elsewhere than approved only if that saves so much for each
	Strategy     string  `json:"cut_off"`  // move: people in buildings that will be cut off go too; hold: they stay, and are listed
}

// DefaultSettings are those of the district's own plan.
func DefaultSettings() Settings {
	return Settings{LeadMin: 180, NightFrom: "19:00", NightTo: "07:00", NightBy: "18:00", MarginMin: 15, Arrival: "likely",
		SilenceMin: 5, WalkMPerMin: 60, DriveMPerMin: 400, SwitchM: 500, Strategy: "move"}
}

// ReadSettings reads settings over the defaults; what it does not know is
// refused.
func ReadSettings(raw []byte) (Settings, error) {
	s := DefaultSettings()
	if len(bytes.TrimSpace(raw)) == 0 {
		return s, nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return s, data.Fault(data.Invalid, "settings", err.Error())
	}
	return s, s.check()
}

func (s Settings) check() error {
	for _, x := range []struct {
		field      string
		v          float64
		least, top float64
	}{
		{"lead_min", float64(s.LeadMin), 0, 24 * 60}, {"margin_min", float64(s.MarginMin), 0, 24 * 60}, {"silence_min", float64(s.SilenceMin), 1, 120},
		{"side_stage_m", s.SideStageM, 0, 30}, {"walk_m_per_min", s.WalkMPerMin, 10, 200}, {"drive_m_per_min", s.DriveMPerMin, 50, 1500},
		{"switch_m", s.SwitchM, 0, 50_000},
	} {
		if !(x.v >= x.least && x.v <= x.top) {
			return data.Fault(data.Invalid, "settings."+x.field, fmt.Sprintf("must lie between %g and %g", x.least, x.top))
		}
	}
	for field, v := range map[string]string{"night_from": s.NightFrom, "night_to": s.NightTo, "night_by": s.NightBy} {
		if _, err := time.Parse("15:04", v); err != nil {
			return data.Fault(data.Invalid, "settings."+field, "must be an hour such as 18:00")
		}
	}
	if s.Arrival != "likely" && s.Arrival != "max" {
		return data.Fault(data.Invalid, "settings.arrival", "must be likely or max")
	}
	if s.Strategy != "move" && s.Strategy != "hold" {
		return data.Fault(data.Invalid, "settings.cut_off", "must be move or hold")
	}
	return nil
}

func (s Settings) lead() time.Duration   { return time.Duration(s.LeadMin) * time.Minute }
func (s Settings) margin() time.Duration { return time.Duration(s.MarginMin) * time.Minute }
func (s Settings) metresPerS() float64   { return s.WalkMPerMin / 60 }

// calls are the rules of call-and-answer.
func (s Settings) calls() callout.Rules {
	silence := time.Duration(s.SilenceMin) * time.Minute
	return callout.Rules{Deputy: silence, Town: silence}
}

// rule is by when people must be gone.
func (s Settings) rule() (escape.DeadlineRule, error) {
	r := escape.DeadlineRule{Lead: s.lead(), Zone: data.LocalZone()}
	for _, x := range []struct {
		text string
		to   *time.Duration
	}{{s.NightFrom, &r.NightFrom}, {s.NightTo, &r.NightTo}, {s.NightBy, &r.NightBy}} {
		t, err := time.Parse("15:04", x.text)
		if err != nil {
			return r, fmt.Errorf("an hour of the night: %w", err)
		}
		*x.to = time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
	}
	return r, r.Check()
}
