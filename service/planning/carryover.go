package planning

import (
	"context"
	"fmt"

	"gridmap/data"
)

// CarryOvers lists the teams, groups and party organisations that a plan carried
// over, unconfirmed first. A plan outside the actor's scope is Forbidden.
func (s *Service) CarryOvers(ctx context.Context, by data.Actor, plan int64) ([]data.CarryOver, error) {
	if err := s.covers(ctx, by, plan); err != nil {
		return nil, err
	}
	return data.CarryOvers(ctx, s.pool, plan)
}

// ConfirmCarryOvers notes that a person agrees with what was carried over; render
// writes the answer from how many were confirmed.
func (s *Service) ConfirmCarryOvers(ctx context.Context, by data.Actor, r data.Request, plan int64, ids []int64,
	render func(confirmed int64) (int, []byte, error)) (data.Answer, error) {
	if err := s.covers(ctx, by, plan); err != nil {
		return data.Answer{}, err
	}
	if len(ids) == 0 || len(ids) > 10_000 {
		return data.Answer{}, data.Fault(data.Invalid, "ids", "must have 1 to 10000 numbers")
	}
	return data.Once(ctx, s.pool, r, func(tx *data.Tx) (int, []byte, error) {
		n, err := tx.ConfirmCarryOvers(ctx, by, plan, ids)
		if err != nil {
			return 0, nil, err
		}
		status, body, err := render(n)
		if err != nil {
			return 0, nil, err
		}
		return status, body, tx.Audit(ctx, data.AuditEntry{Actor: by.Account, Role: by.Role, Action: "plan.carryover.confirm",
			Subject: fmt.Sprint(plan), Result: "done", Detail: map[string]any{"confirmed": n}})
	})
}

// covers refuses a plan whose division is outside the actor's scope.
func (s *Service) covers(ctx context.Context, by data.Actor, plan int64) error {
	division, err := data.PlanDivision(ctx, s.pool, plan)
	if err != nil {
		return err
	}
	if !by.Covers(division) {
		return data.Fault(data.Forbidden, "", "the plan is for a division outside your scope "+by.ScopeCode)
	}
	return nil
}
