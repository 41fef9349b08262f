package data

import (
	"context"
	"fmt"
)

// DraftDiffGrid is a grid of a plan beside what it was.
type DraftDiffGrid struct {
	Code, Name, Community, Lineage string
	Predecessors                   []string
	Before                         *int // households; nil: there was none of this code
	After                          int
	InRange                        bool
	ReasonZH, ReasonEN             *string
	AreaMovedM2                    float64 // that was of another code
}

// DraftRetired is a code that a plan ends.
type DraftRetired struct {
	Code       string
	Successors []string
}

// DraftDiff is what the rows of a plan change against what they replace.
type DraftDiff struct {
	Grids                           []DraftDiffGrid
	Retired                         []DraftRetired
	HouseholdsMoved, BuildingsMoved int
}

// Diff compares the rows of a plan, or of one community of it.
func (d Drafts) Diff(ctx context.Context, plan int64, community string) (out DraftDiff, err error) {
	if out.Grids, err = rowsOf[DraftDiffGrid](ctx, d.q, "draft_diff_grids", plan, orNull(community)); err != nil {
		return out, err
	}
	if out.Retired, err = rowsOf[DraftRetired](ctx, d.q, "draft_diff_retired", plan, orNull(community)); err != nil {
		return out, err
	}
	err = d.q.QueryRow(ctx, query("draft_diff_moved"), plan, orNull(community)).Scan(&out.HouseholdsMoved, &out.BuildingsMoved)
	if err != nil {
		return out, fmt.Errorf("count what moves: %w", err)
	}
	return out, nil
}
