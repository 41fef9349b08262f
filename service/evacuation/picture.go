package evacuation

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"gridmap/data"
	"gridmap/layers/escape"
	"gridmap/service/evacuation/rollcall"
)

// picture is an evacuation at a moment: all that is shown of it follows from here.
// Its parts are replaced, never changed; only the roll takes events in.
type picture struct {
	v         data.Evacuation
	settings  Settings
	now       time.Time // on its clock
	version   int64     // counts up with every change
	ground    *ground
	gauges    []Gauge
	readingAt *time.Time
	issuedAt  *time.Time
	breaches  []data.Breach
	water     *assessment // nil: there is no terrain

	plans     []data.EvacuationPlan          // approved by now, newest first
	places    map[int64]data.EvacuationPlace // of the newest, by household
	overrides map[int64]int64                // building → shelter
	best      *proposed
	confirmed []escape.Placement
	proposal  *Proposal // nil: the approved plan stands

	orders []data.Order
	roll   *rolled
}

// rolled is the roll with its sums, which many read while it takes events in.
type rolled struct {
	mu   sync.RWMutex
	roll *rollcall.Roll
	held *rollSums // of the roll as it is; nil: to be made
}

// rollSums are what the screen shows of a roll.
type rollSums struct {
	total     rollcall.Counts
	grids     map[string]rollcall.Counts
	sheltered map[int64]int
}

// locked is the roll for reading; the caller gives mu back.
func (r *rolled) locked() *rollcall.Roll {
	r.mu.RLock()
	return r.roll
}

// take lets events in.
func (r *rolled) take(events []data.RollCall) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range events {
		r.roll.Apply(eventOf(&events[i]))
	}
	r.held = nil
}

func (r *rolled) sums() *rollSums {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held == nil {
		s := &rollSums{total: r.roll.Total(), grids: map[string]rollcall.Counts{}, sheltered: r.roll.Sheltered()}
		for _, code := range r.roll.Grids() {
			s.grids[code] = r.roll.Grid(code)
		}
		r.held = s
	}
	return r.held
}

// planTotals are what is kept of a plan beside its places.
type planTotals struct {
	Persons     int     `json:"persons"`
	Households  int     `json:"households"`
	Shelters    int     `json:"shelters"`
	Missing     int64   `json:"missing"`
	CostPersonM float64 `json:"cost_person_m"`
	Certified   bool    `json:"certified"`
	RoadsShut   int     `json:"roads_shut"`
}

// totals are those of the plan that stands; zero without one.
func (pic *picture) totals() (t planTotals) {
	if len(pic.plans) > 0 {
		_ = json.Unmarshal(pic.plans[0].Totals, &t) // written by this program alone
	}
	return t
}

// placeList is the plan that stands.
func (pic *picture) placeList() []data.EvacuationPlace {
	out := make([]data.EvacuationPlace, 0, len(pic.places))
	for _, p := range pic.places {
		out = append(out, p)
	}
	return out
}

func (pic *picture) shelterName(id int64) string {
	for i := range pic.ground.shelters {
		if pic.ground.shelters[i].ID == id {
			return pic.ground.shelters[i].Name
		}
	}
	return fmt.Sprint("#", id)
}

// roadsShut counts the roads of which a piece is shut or will be.
func (pic *picture) roadsShut() int {
	ways := map[int]bool{}
	for i := range pic.water.roads {
		if pic.water.roads[i].at != nil {
			ways[pic.ground.pieces[pic.water.roads[i].piece].way] = true
		}
	}
	return len(ways)
}

// paint makes the picture of an evacuation at a moment of its clock. What is known
// of the ground may be given.
func (s *Service) paint(ctx context.Context, m data.Moment, v data.Evacuation, now time.Time, known *ground) (*picture, error) {
	settings, err := ReadSettings(v.Settings)
	if err != nil {
		return nil, err
	}
	pic := &picture{v: v, settings: settings, now: now, ground: known}
	e := m.Evacuations()
	for _, step := range []func(context.Context, data.Evacuations) error{
		func(ctx context.Context, e data.Evacuations) error { return pic.readGround(ctx, e, &s.terrains) },
		pic.readWater, pic.readPlan, pic.readRoll, pic.readOrders,
	} {
		if err := step(ctx, e); err != nil {
			return nil, err
		}
	}
	pic.proposal, err = pic.propose()
	return pic, err
}

// readGround reads the ground anew unless it is known.
func (pic *picture) readGround(ctx context.Context, e data.Evacuations, t *terrains) error {
	all, err := e.Breaches(ctx, pic.v.ID)
	if err != nil {
		return err
	}
	pic.breaches = nil
	for _, b := range all {
		if !b.At.After(pic.now) {
			pic.breaches = append(pic.breaches, b)
		}
	}
	if pic.ground != nil {
		return nil
	}
	pic.ground, err = loadGround(ctx, e, t, &pic.v, pic.breaches)
	return err
}

// readWater reads the gauges and follows the water.
func (pic *picture) readWater(ctx context.Context, e data.Evacuations) error {
	gauges, err := readGauges(ctx, e, pic.now)
	if err != nil {
		return err
	}
	pic.gauges, pic.readingAt, pic.issuedAt = gauges, nil, nil
	for i := range gauges {
		g := &gauges[i]
		if !g.At.IsZero() && (pic.readingAt == nil || g.At.After(*pic.readingAt)) {
			pic.readingAt = &g.At
		}
		if g.Forecast != nil && (pic.issuedAt == nil || g.Forecast.IssuedAt.After(*pic.issuedAt)) {
			pic.issuedAt = &g.Forecast.IssuedAt
		}
	}
	if pic.ground.terrain == nil {
		pic.water = nil
		return nil
	}
	f, err := pic.ground.flowOf(gauges, pic.now, pic.settings)
	if err != nil {
		return err
	}
	if pic.water, err = pic.ground.assess(f, pic.now, pic.settings); err != nil {
		return err
	}
	var ids []int64
	for i := range pic.water.fates {
		if pic.water.fates[i].class != Unknown {
			ids = append(ids, pic.water.fates[i].ID)
		}
	}
	return pic.ground.dwellings.load(ctx, e, ids)
}

// readGauges looks at the gauges as they were known at a moment.
func readGauges(ctx context.Context, e data.Evacuations, now time.Time) ([]Gauge, error) {
	gauges, err := e.Gauges(ctx)
	if err != nil {
		return nil, err
	}
	thresholds, err := e.Thresholds(ctx)
	if err != nil {
		return nil, err
	}
	readings, err := e.Readings(ctx, now, seriesBack)
	if err != nil {
		return nil, err
	}
	return lookAt(now, gauges, thresholds, readings), nil
}

// readPlan reads what was approved, and who is sent elsewhere by hand.
func (pic *picture) readPlan(ctx context.Context, e data.Evacuations) error {
	all, err := e.Plans(ctx, pic.v.ID)
	if err != nil {
		return err
	}
	pic.plans, pic.places = nil, map[int64]data.EvacuationPlace{}
	for _, p := range all {
		if !p.ApprovedAt.After(pic.now) {
			pic.plans = append(pic.plans, p)
		}
	}
	if len(pic.plans) > 0 {
		places, err := e.Places(ctx, pic.plans[0].ID)
		if err != nil {
			return err
		}
		for _, p := range places {
			pic.places[p.HouseholdID] = p
		}
	}
	overrides, err := e.Overrides(ctx, pic.v.ID)
	if err != nil {
		return err
	}
	pic.overrides = map[int64]int64{}
	for _, o := range overrides {
		if o.ShelterID != 0 && !o.At.After(pic.now) {
			pic.overrides[o.BuildingID] = o.ShelterID
		}
	}
	return nil
}

func (pic *picture) readOrders(ctx context.Context, e data.Evacuations) (err error) {
	pic.orders, err = e.Orders(ctx, pic.v.ID, pic.now)
	return err
}

func (pic *picture) readRoll(ctx context.Context, e data.Evacuations) error {
	version := 0
	if len(pic.plans) > 0 {
		version = pic.plans[0].Version
	}
	roll, err := rollOf(ctx, e, &pic.v, pic.now, version)
	if err != nil {
		return err
	}
	pic.roll = &rolled{roll: roll}
	return nil
}
