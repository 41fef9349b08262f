package data

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
)

// Evacuation is what stands between a warning and the last person accounted for.
// Its moments are of its own clock: in a replay that runs from ClockFrom since
// ClockAt, ClockRate times as fast as time does.
type Evacuation struct {
	ID                 int64
	Name, Division     string
	Drill              bool
	Replay             string // empty: none
	Settings           json.RawMessage
	TerrainID          int64 // zero: there was no terrain
	ClockFrom, ClockAt time.Time
	ClockRate          float64
	OpenedAt           time.Time
	OpenedBy           string
	LiftedAt, ClosedAt *time.Time
	PlanVersion        int        // zero: none is approved yet
	LastAt             *time.Time // of its log while it is open; nil: closed
}

// EvacuationPlan is a plan as it was approved.
type EvacuationPlan struct {
	ID            int64
	Version       int
	Basis         string // what it was computed from, as a hash
	ReadingAt     *time.Time
	TerrainSHA256 []byte
	Model         string // hand, interpolated, library, none
	ErrorM        float64
	ApprovedAt    time.Time
	ApprovedBy    string
	Remark        string
	Totals        json.RawMessage
}

// EvacuationPlace is where a household goes; no shelter: there is no bed for it.
type EvacuationPlace struct {
	HouseholdID, BuildingID int64
	GridCode                string
	Persons, Helped         int
	ShelterID               int64
	Means                   string  // walk, vehicle, boat
	DistanceM               float64 // NaN: unknown
	Deadline, LeaveBy       *time.Time
}

// Listed is a household on the list of an evacuation.
type Listed struct {
	HouseholdID, BuildingID int64
	GridCode                string
	Persons                 int
	PlanVersion             int // which put it there
}

// ListedPerson is somebody of a household on the list.
type ListedPerson struct{ HouseholdID, PersonID int64 }

// Override sends a building elsewhere than the cheapest place; no shelter: as the
// plan finds best again.
type Override struct {
	BuildingID, ShelterID int64
	Reason                string
	At                    time.Time
	By                    string
}

// Order of a grid: prepare, move, hold_upstairs, lifted.
type Order struct {
	ID             int64
	GridCode, Kind string
	IssuedAt       time.Time
	IssuedBy       string
	ReceivedAt     *time.Time
	ReceivedBy     string
	OnSceneAt      *time.Time
	OnSceneBy      string
}

// RollCall is an event of the roll: of a household, a person, or a number of
// people who were not on the list.
type RollCall struct {
	ID                    int64
	GridCode              string
	HouseholdID, PersonID int64
	Extra                 int
	Status                string
	ShelterID             int64
	Decision              bool
	Note                  string
	At, ReceivedAt        time.Time
	By, Device            string
	Sequence              int64
	Place                 orb.Geometry `db:"-"` // nil: unknown
}

// LogEntry is something that happened in an evacuation; its facts are counts and
// codes.
type LogEntry struct {
	Seq            int64
	At             time.Time
	Kind, GridCode string
	Facts          json.RawMessage
	By             string
}

// Breach is an opening in a levee.
type Breach struct {
	ID   int64
	Geom orb.Point
	At   time.Time
	By   string
}

// SheetRow is a person of a household on the list; who it is, is sealed. A
// household without a list of people is one row without a person.
type SheetRow struct {
	HouseholdID, BuildingID int64
	Building, Address       string // the building's name, else its address, else its code; the address beside a name
	Stairwell, Floor        int
	Room                    string
	Persons                 int // of the household
	PersonID                int64
	Sealed                  []byte
	BirthYear               int
	Care                    []string
}

// Evacuations reads what belongs to evacuations within a Moment or a write.
type Evacuations struct{ q pgx.Tx }

// Evacuations reads in the moment.
func (m Moment) Evacuations() Evacuations { return Evacuations{m.tx} }

// Evacuations reads within the write.
func (t *Tx) Evacuations() Evacuations { return Evacuations{t.tx} }

// All lists evacuations, newest first.
func (e Evacuations) All(ctx context.Context) ([]Evacuation, error) {
	return rowsOf[Evacuation](ctx, e.q, "evac_heads", nil)
}

// Find finds an evacuation, or is NotFound.
func (e Evacuations) Find(ctx context.Context, id int64) (Evacuation, error) {
	list, err := rowsOf[Evacuation](ctx, e.q, "evac_heads", id)
	if err == nil && len(list) == 0 {
		err = Fault(NotFound, "id", "there is no such evacuation")
	}
	if err != nil {
		return Evacuation{}, err
	}
	return list[0], nil
}

// Plans lists the approved plans of an evacuation, newest first.
func (e Evacuations) Plans(ctx context.Context, id int64) ([]EvacuationPlan, error) {
	return rowsOf[EvacuationPlan](ctx, e.q, "evac_plans", id)
}

// Places lists where the households of a plan go, by building.
func (e Evacuations) Places(ctx context.Context, plan int64) ([]EvacuationPlace, error) {
	return rowsOf[EvacuationPlace](ctx, e.q, "evac_places", plan)
}

// Listed lists the households on the list.
func (e Evacuations) Listed(ctx context.Context, id int64) ([]Listed, error) {
	return rowsOf[Listed](ctx, e.q, "evac_listed", id)
}

// ListedPeople lists who of these households is known by name.
func (e Evacuations) ListedPeople(ctx context.Context, id int64) ([]ListedPerson, error) {
	return rowsOf[ListedPerson](ctx, e.q, "evac_listed_people", id)
}

// Overrides lists the last word on each building for which there is one.
func (e Evacuations) Overrides(ctx context.Context, id int64) ([]Override, error) {
	return rowsOf[Override](ctx, e.q, "evac_overrides", id)
}

// Orders lists the orders that were issued by a moment.
func (e Evacuations) Orders(ctx context.Context, id int64, at time.Time) ([]Order, error) {
	return rowsOf[Order](ctx, e.q, "evac_orders", id, at)
}

// Breaches lists the openings in levees.
func (e Evacuations) Breaches(ctx context.Context, id int64) ([]Breach, error) {
	return rowsOf[Breach](ctx, e.q, "evac_breaches", id)
}

// RollCalls lists events of the roll: those with the given ids, or all for nil.
// Their place is left out.
func (e Evacuations) RollCalls(ctx context.Context, id int64, ids []int64) ([]RollCall, error) {
	return rowsOf[RollCall](ctx, e.q, "evac_rolls", id, ids)
}

// Log lists what happened after an entry and by a moment.
func (e Evacuations) Log(ctx context.Context, id, after int64, at time.Time, limit int) ([]LogEntry, error) {
	return rowsOf[LogEntry](ctx, e.q, "evac_log", id, after, at, limit)
}

// Sheet lists who is on the list of a grid, with an entry in the audit log in the
// same transaction: no entry, no people.
func Sheet(ctx context.Context, pool *pgxpool.Pool, by Actor, id int64, grid string) ([]SheetRow, error) {
	var out []SheetRow
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) (err error) {
		if out, err = rowsOf[SheetRow](ctx, tx, "evac_sheet", id, grid); err != nil {
			return err
		}
		return audit(ctx, tx, AuditEntry{Actor: by.Account, Role: by.Role, Action: "people.rollcall", Subject: grid, Result: "done",
			Detail: map[string]any{"evacuation": id, "people": len(out)}})
	})
	return out, err
}
