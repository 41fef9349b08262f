package data

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// DraftPlan is a plan as its list shows it.
type DraftPlan struct {
	ID                                         int64
	Name, Status                               string
	Division, DivisionName, DivisionLevel      string
	Author, Approver                           string
	Version, Operations                        int
	CreatedAt                                  time.Time
	SubmittedAt, ApprovedAt, PublishedAt       *time.Time
	EffectiveOn                                *time.Time
	EnactedAt                                  *time.Time
	Remark, Source                             string
	Least, Most, Target, MicroLeast, MicroMost int
}

// DraftCommunity is a community of a plan's division: as in force, and as in the
// rows of the plan.
type DraftCommunity struct {
	Code, Name, Town                       string
	Complex                                bool
	HeldGrids, HeldOutside, HeldHouseholds int
	Rows                                   bool // the plan has grids of it
	RowsGrids, RowsOutside, RowsHouseholds int
	Started                                bool // it has a log
	Drawn                                  bool // its log began from grids of the plan itself
	Stale                                  bool // another plan took force in it since
}

// DraftOperation is an entry of the log of a plan.
type DraftOperation struct {
	Seq       int
	Community string
	Kind      string
	Target    int // of undo and redo
	Op        json.RawMessage
	Effect    json.RawMessage
	Grids     []string
	Ground    []byte
	Zh, En    string
	Actor     string
	At        time.Time
	Totals    json.RawMessage
}

// DraftStart is what the desk of a community begins from.
type DraftStart struct {
	Drawn   bool
	BasedOn int64
	Start   json.RawMessage
}

// Drafts reads plans and their logs within a write or a Moment.
type Drafts struct{ q pgx.Tx }

// Drafts reads within the write.
func (t *Tx) Drafts() Drafts { return Drafts{t.tx} }

// Drafts reads in the moment.
func (m Moment) Drafts() Drafts { return Drafts{m.tx} }

// Plans lists plans, newest first: of statuses (none: of all), under both prefixes.
func (d Drafts) Plans(ctx context.Context, statuses []string, scope, division string) ([]DraftPlan, error) {
	if len(statuses) == 0 {
		statuses = nil
	}
	return rowsOf[DraftPlan](ctx, d.q, "draft_plans", nil, statuses, CodePrefix(scope), CodePrefix(division))
}

// Plan finds a plan, or is NotFound.
func (d Drafts) Plan(ctx context.Context, id int64) (DraftPlan, error) {
	rows, err := rowsOf[DraftPlan](ctx, d.q, "draft_plans", id, nil, "", "")
	if err == nil && len(rows) == 0 {
		err = Fault(NotFound, "plan", "there is no such plan")
	}
	if err != nil {
		return DraftPlan{}, err
	}
	return rows[0], nil
}

// Communities lists those of a plan's division by code.
func (d Drafts) Communities(ctx context.Context, p DraftPlan) ([]DraftCommunity, error) {
	return rowsOf[DraftCommunity](ctx, d.q, "draft_communities", p.ID, p.Division)
}

// Operations lists the log after an entry, of one community or, without, of all.
func (d Drafts) Operations(ctx context.Context, plan int64, after int, community string) ([]DraftOperation, error) {
	return rowsOf[DraftOperation](ctx, d.q, "draft_operations", plan, after, orNull(community))
}

// Log lists the log in words, without what was done.
func (d Drafts) Log(ctx context.Context, plan int64, community string) ([]DraftOperation, error) {
	rows, err := d.q.Query(ctx, query("draft_log"), plan, orNull(community))
	if err != nil {
		return nil, fmt.Errorf("read the log of plan %d: %w", plan, err)
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (o DraftOperation, err error) {
		err = row.Scan(&o.Seq, &o.Community, &o.Kind, &o.Target, &o.Grids, &o.Zh, &o.En, &o.Actor, &o.At, &o.Totals)
		return o, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the log of plan %d: %w", plan, err)
	}
	return out, nil
}

// Start is what a community's log began from; false where there is no log.
func (d Drafts) Start(ctx context.Context, plan int64, community string) (DraftStart, bool, error) {
	var s DraftStart
	err := d.q.QueryRow(ctx, query("draft_start"), plan, community).Scan(&s.Drawn, &s.BasedOn, &s.Start)
	if errors.Is(err, pgx.ErrNoRows) {
		return s, false, nil
	}
	if err != nil {
		return s, false, fmt.Errorf("read what the desk of %s began from: %w", community, err)
	}
	return s, true, nil
}

// HasRows says whether a plan has grids of a community.
func (d Drafts) HasRows(ctx context.Context, plan int64, community string) (has bool, err error) {
	if err = d.q.QueryRow(ctx, query("draft_has_rows"), plan, community).Scan(&has); err != nil {
		return false, fmt.Errorf("look for grids of the plan: %w", err)
	}
	return has, nil
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Operation is one entry of the log.
func (d Drafts) Operation(ctx context.Context, plan int64, seq int) (DraftOperation, error) {
	rows, err := rowsOf[DraftOperation](ctx, d.q, "draft_operation", plan, seq)
	if err == nil && len(rows) == 0 {
		err = fmt.Errorf("plan %d has no entry %d", plan, seq)
	}
	if err != nil {
		return DraftOperation{}, err
	}
	return rows[0], nil
}
