package data

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// carryOver finds new grids for the teams, groups and party organisations of those
// that a plan replaced, by the rules in sql/carry_*.sql, and lists them to be
// confirmed. A grid that keeps its code keeps all of them.
func carryOver(ctx context.Context, tx pgx.Tx, plan int64, day time.Time) error {
	for _, step := range []string{"carry_overlap", "carry_heirs", "carry_groups", "carry_party", "carry_teams_follow", "carry_teams_join", "carry_teams_act", "carry_missing"} {
		args := []any{plan}
		switch step {
		case "carry_overlap":
			// A statement that makes a table takes no parameters.
			if _, err := tx.Exec(ctx, query(step), pgx.QueryExecModeSimpleProtocol, plan); err != nil {
				return fmt.Errorf("%s: %w", step, err)
			}
			continue
		case "carry_heirs":
			args = nil
		case "carry_groups", "carry_teams_follow", "carry_teams_join", "carry_teams_act":
			args = append(args, day)
		}
		if _, err := tx.Exec(ctx, query(step), args...); err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
	}
	return nil
}

// CarryOver is a team, group or party organisation of a grid that was replaced,
// and where it went: follows (goes over), joins (its members join that grid's
// team), acts (serves a new grid as well), missing (the new grid has none).
type CarryOver struct {
	ID               int64
	Kind, Name       string
	FromGrid, ToGrid string
	Rule             string
	ConfirmedBy      string     // empty: nobody yet
	ConfirmedAt      *time.Time // nil: not yet
}

// CarryOvers lists what a plan carried over, unconfirmed first.
func CarryOvers(ctx context.Context, pool *pgxpool.Pool, plan int64) ([]CarryOver, error) {
	rows, err := pool.Query(ctx, query("carry_list"), plan)
	if err != nil {
		return nil, fmt.Errorf("list what was carried over: %w", err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToStructByPos[CarryOver])
	if err != nil {
		return nil, fmt.Errorf("list what was carried over: %w", err)
	}
	return out, nil
}

// ConfirmCarryOvers notes that a person looked at them and agrees.
func (t *Tx) ConfirmCarryOvers(ctx context.Context, by Actor, plan int64, ids []int64) (int64, error) {
	tag, err := t.tx.Exec(ctx, query("carry_confirm"), plan, ids, by.Account)
	if err != nil {
		return 0, fmt.Errorf("confirm what was carried over: %w", err)
	}
	return tag.RowsAffected(), nil
}
