package data

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
)

// OpenEvacuation stores a new evacuation and returns its id. A second one of its
// kind, real or drill, while the first is open is a Conflict.
func (t *Tx) OpenEvacuation(ctx context.Context, v Evacuation) (int64, error) {
	var id int64
	err := t.tx.QueryRow(ctx, query("evac_insert"), v.Name, v.Division, v.Drill, v.Replay, v.Settings, v.TerrainID, v.ClockFrom, v.ClockAt, v.ClockRate, v.OpenedBy).Scan(&id)
	if isUnique(err, "evacuations_one_open") {
		kind := "evacuation"
		if v.Drill {
			kind = "drill"
		}
		return 0, Fault(Conflict, "drill", "another "+kind+" is under way: close that first")
	}
	if err != nil {
		return 0, fmt.Errorf("open an evacuation: %w", err)
	}
	return id, nil
}

// LockEvacuation returns an evacuation that nobody else writes to until the write
// ends. One that is closed is a Conflict.
func (t *Tx) LockEvacuation(ctx context.Context, id int64) (Evacuation, error) {
	if _, err := t.tx.Exec(ctx, query("evac_lock"), id); err != nil {
		return Evacuation{}, fmt.Errorf("lock evacuation %d: %w", id, err)
	}
	v, err := t.Evacuations().Find(ctx, id)
	if err == nil && v.ClosedAt != nil {
		err = Fault(Conflict, "id", "the evacuation is closed")
	}
	return v, err
}

// LiftEvacuation lets people return.
func (t *Tx) LiftEvacuation(ctx context.Context, id int64, at time.Time, by string) error {
	return t.end(ctx, "evac_lift", id, at, by)
}

// CloseEvacuation ends an evacuation.
func (t *Tx) CloseEvacuation(ctx context.Context, id int64, at time.Time, by string) error {
	return t.end(ctx, "evac_close", id, at, by)
}

func (t *Tx) end(ctx context.Context, name string, id int64, at time.Time, by string) error {
	tag, err := t.tx.Exec(ctx, query(name), id, at, by)
	if err != nil {
		return fmt.Errorf("%s %d: %w", name, id, err)
	}
	if tag.RowsAffected() == 0 {
		return Fault(Conflict, "id", "it is lifted or closed already")
	}
	return nil
}

// AddEvacuationPlan stores an approved plan with the places of its households,
// puts them on the list and returns its version.
func (t *Tx) AddEvacuationPlan(ctx context.Context, evacuation int64, p EvacuationPlan, places []EvacuationPlace) (version int, err error) {
	// Rows are copied in, which row-level security does not do.
	err = asOwner(ctx, t.tx, func() error {
		version, err = t.addEvacuationPlan(ctx, evacuation, p, places)
		return err
	})
	return version, err
}

func (t *Tx) addEvacuationPlan(ctx context.Context, evacuation int64, p EvacuationPlan, places []EvacuationPlace) (int, error) {
	var id int64
	var version int
	err := t.tx.QueryRow(ctx, query("evac_add_plan"), evacuation, p.Basis, p.ReadingAt, p.TerrainSHA256, p.Model, p.ErrorM, p.ApprovedAt, p.ApprovedBy, p.Remark, p.Totals).Scan(&id, &version)
	if err != nil {
		return 0, fmt.Errorf("store the plan: %w", err)
	}
	columns := []string{"plan_id", "household_id", "building_id", "grid_code", "persons", "helped", "shelter_id", "means", "distance_m", "deadline", "leave_by"}
	_, err = t.tx.CopyFrom(ctx, pgx.Identifier{"evacuation_places"}, columns, pgx.CopyFromSlice(len(places), func(i int) ([]any, error) {
		v := &places[i]
		var shelter *int64
		if v.ShelterID != 0 {
			shelter = &v.ShelterID
		}
		return []any{id, v.HouseholdID, v.BuildingID, v.GridCode, v.Persons, v.Helped, shelter, v.Means, known(v.DistanceM), v.Deadline, v.LeaveBy}, nil
	}))
	if err != nil {
		return 0, fmt.Errorf("store the places of the plan: %w", err)
	}
	if _, err := t.tx.Exec(ctx, query("evac_add_listed"), evacuation, id, version); err != nil {
		return 0, fmt.Errorf("put the households on the list: %w", err)
	}
	return version, nil
}

// AddOrders issues an order to grids and returns its ids in their order.
func (t *Tx) AddOrders(ctx context.Context, evacuation int64, grids []string, kind string, at time.Time, by string) ([]int64, error) {
	rows, err := t.tx.Query(ctx, query("evac_add_order"), evacuation, grids, kind, at, by)
	if err != nil {
		return nil, fmt.Errorf("issue orders: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("issue orders: %w", err)
	}
	return ids, nil
}

// AnswerOrder notes that an order was received, or that somebody is on the scene.
// The first answer of each kind stands.
func (t *Tx) AnswerOrder(ctx context.Context, evacuation, id int64, state string, at time.Time, by string) (Order, error) {
	if _, err := t.FindOrder(ctx, evacuation, id); err != nil {
		return Order{}, err
	}
	if _, err := t.tx.Exec(ctx, query("evac_answer_order"), id, state, at, by); err != nil {
		return Order{}, fmt.Errorf("answer order %d: %w", id, err)
	}
	return t.FindOrder(ctx, evacuation, id)
}

// FindOrder finds an order, or is NotFound; nobody else changes it until the
// write ends.
func (t *Tx) FindOrder(ctx context.Context, evacuation, id int64) (Order, error) {
	list, err := rowsOf[Order](ctx, t.tx, "evac_find_order", evacuation, id)
	if err == nil && len(list) == 0 {
		err = Fault(NotFound, "order", "there is no such order, or not in your scope")
	}
	if err != nil {
		return Order{}, err
	}
	return list[0], nil
}

// AddRollCalls stores events of the roll and says how many were new: the same
// device and sequence again is the same event.
func (t *Tx) AddRollCalls(ctx context.Context, evacuation int64, list ...RollCall) (fresh int, err error) {
	all := &pgx.Batch{}
	for i := range list {
		r := &list[i]
		all.Queue(query("evac_add_roll"), evacuation, r.GridCode, r.HouseholdID, r.PersonID, r.Extra, r.Status, r.ShelterID, r.Decision, r.Note, r.At, r.ReceivedAt,
			r.By, r.Device, r.Sequence, r.Place)
	}
	answers := t.tx.SendBatch(ctx, all)
	defer func() { err = errors.Join(err, answers.Close()) }()
	for range list {
		var id int64
		switch err := answers.QueryRow().Scan(&id); {
		case err == nil:
			fresh++
		case !errors.Is(err, pgx.ErrNoRows):
			return 0, fmt.Errorf("store an event of the roll: %w", err)
		}
	}
	return fresh, nil
}

// OnList is a household or a person on the list, and in which grid.
type OnList struct {
	HouseholdID, PersonID int64
	GridCode              string
}

// OnList finds households and people on the list of an evacuation.
func (t *Tx) OnList(ctx context.Context, evacuation int64, households, people []int64) ([]OnList, error) {
	return rowsOf[OnList](ctx, t.tx, "evac_of_household", evacuation, households, people)
}

// AddLog notes what happened; with the same non-empty once it is noted once.
func (t *Tx) AddLog(ctx context.Context, evacuation int64, e LogEntry, once string) error {
	if e.Facts == nil {
		e.Facts = []byte(`{}`)
	}
	if _, err := t.tx.Exec(ctx, query("evac_add_log"), evacuation, e.At, e.Kind, e.GridCode, e.Facts, e.By, once); err != nil {
		return fmt.Errorf("note what happened: %w", err)
	}
	return nil
}

// AddBreach opens a levee at a place in EPSG:4490.
func (t *Tx) AddBreach(ctx context.Context, evacuation int64, place orb.Point, at time.Time, by string) error {
	if _, err := t.tx.Exec(ctx, query("evac_add_breach"), evacuation, orb.Geometry(place), at, by); err != nil {
		return fmt.Errorf("open a levee: %w", err)
	}
	return nil
}

// AddOverride sends a building elsewhere.
func (t *Tx) AddOverride(ctx context.Context, evacuation int64, o Override) error {
	if _, err := t.tx.Exec(ctx, query("evac_add_override"), evacuation, o.BuildingID, o.ShelterID, o.Reason, o.At, o.By); err != nil {
		return fmt.Errorf("send building %d elsewhere: %w", o.BuildingID, err)
	}
	return nil
}

// known is null for NaN.
func known(v float64) any {
	if math.IsNaN(v) {
		return nil
	}
	return v
}
