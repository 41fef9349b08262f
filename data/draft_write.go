package data

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// CreateDraft makes an empty plan and returns its id.
func (t *Tx) CreateDraft(ctx context.Context, p Plan) (id int64, err error) {
	err = t.tx.QueryRow(ctx, query("draft_create"), p.Name, p.Author, document(p.Parameters), p.Division).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("make the plan: %w", err)
	}
	return id, nil
}

// LockDraft holds a plan until the write ends: one writer at a time.
func (t *Tx) LockDraft(ctx context.Context, id int64) (DraftPlan, error) {
	var locked int64
	err := t.tx.QueryRow(ctx, query("draft_lock"), id).Scan(&locked)
	if errors.Is(err, pgx.ErrNoRows) {
		return DraftPlan{}, Fault(NotFound, "plan", "there is no such plan")
	}
	if err != nil {
		return DraftPlan{}, fmt.Errorf("lock plan %d: %w", id, err)
	}
	return t.Drafts().Plan(ctx, id)
}

// KeepStart stores what the log of a community begins from.
func (t *Tx) KeepStart(ctx context.Context, plan int64, community string, s DraftStart) error {
	if _, err := t.tx.Exec(ctx, query("draft_start_keep"), plan, community, s.Drawn, s.BasedOn, s.Start); err != nil {
		return fmt.Errorf("keep what the desk of %s began from: %w", community, err)
	}
	return nil
}

// AddOperation appends an entry to the log of a plan of that version, which is one
// more then, and returns its number and time.
func (t *Tx) AddOperation(ctx context.Context, plan int64, version int, o DraftOperation) (seq int, at time.Time, err error) {
	var target *int
	if o.Target != 0 {
		target = &o.Target
	}
	err = t.tx.QueryRow(ctx, query("draft_operation_add"), plan, version, o.Community, o.Kind, target, o.Op, o.Effect, o.Grids, o.Ground,
		o.Zh, o.En, o.Actor, o.Totals).Scan(&seq, &at)
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("append to the log of plan %d: %w", plan, err)
	}
	return seq, at, nil
}

// ReplaceRows writes the grids of communities of a plan anew.
func (t *Tx) ReplaceRows(ctx context.Context, plan int64, communities []string, d DrawnPlan) error {
	if _, err := t.tx.Exec(ctx, query("draft_clear"), plan, communities); err != nil {
		return fmt.Errorf("clear the grids of plan %d: %w", plan, err)
	}
	grids, err := reserveIDs(ctx, t.tx, "grids", len(d.Grids))
	if err != nil {
		return err
	}
	microgrids, err := reserveIDs(ctx, t.tx, "microgrids", len(d.Microgrids))
	if err != nil {
		return err
	}
	if err := copyPlan(ctx, t.tx, plan, grids-1, microgrids-1, d); err != nil {
		return fmt.Errorf("write the grids of plan %d: %w", plan, err)
	}
	return nil
}

// CountRows has the database count what was written: with the figures of before it
// chooses plans for the check, and for publishing, that take minutes.
func (t *Tx) CountRows(ctx context.Context) error {
	return asOwner(ctx, t.tx, func() error {
		if _, err := t.tx.Exec(ctx, `analyze grids, microgrids, plan_buildings`); err != nil {
			return fmt.Errorf("count the grids that were written: %w", err)
		}
		return nil
	})
}

// Check lists what forbids a plan to take force.
func (t *Tx) Check(ctx context.Context, plan int64) (faults []PlanFault, err error) {
	err = asOwner(ctx, t.tx, func() (err error) {
		faults, err = CheckPlan(ctx, t.tx, plan)
		return err
	})
	return faults, err
}

// Step moves a plan to a status; a nil remark or approver stays as it is.
func (t *Tx) Step(ctx context.Context, plan int64, status string, remark, approver *string) error {
	if _, err := t.tx.Exec(ctx, query("draft_step"), plan, status, remark, approver); err != nil {
		return fmt.Errorf("move plan %d to %s: %w", plan, status, err)
	}
	return nil
}
