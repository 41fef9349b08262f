package planning

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gridmap/data"
)

// Step is what somebody does to a plan as a whole.
type Step struct {
	Plan        int64
	Step        string // submit, return, approve, publish, withdraw, abandon
	Version     int    // of the plan, as it was seen
	Remark      string // of return (must be given) and approve
	EffectiveOn string // of publish: the first day, 2026-12-01; empty: today
}

const maxRemark = 2000

// Step does a step, with its audit row, or changes nothing. render writes the
// answer.
func (s *Drafts) Step(ctx context.Context, by data.Actor, request data.Request, step Step, render func(Plan) (int, []byte, error)) (data.Answer, error) {
	if err := step.check(); err != nil {
		return data.Answer{}, err
	}
	a, err := data.Once(ctx, s.pool, request, func(tx *data.Tx) (int, []byte, error) {
		p, err := s.stepping(ctx, tx, by, &step)
		if err != nil {
			return 0, nil, err
		}
		note, err := s.take(ctx, tx, by, &p, &step)
		if err != nil {
			return 0, nil, err
		}
		if p, err = tx.Drafts().Plan(ctx, p.ID); err != nil {
			return 0, nil, err
		}
		out, err := s.plan(ctx, tx.Drafts(), by, p)
		if err != nil {
			return 0, nil, err
		}
		status, body, err := render(out)
		if err != nil || note == nil {
			return status, body, err
		}
		return status, body, tx.Audit(ctx, *note)
	})
	if err == nil && !a.Replayed && s.opt.Settled != nil {
		s.opt.Settled(ctx)
	}
	return a, err
}

func (p *Step) check() error {
	steps := []string{"submit", "return", "approve", "publish", "withdraw", "abandon"}
	switch {
	case !slices.Contains(steps, p.Step):
		return data.Fault(data.Invalid, "step", "must be one of "+strings.Join(steps, ", "))
	case p.Step == "return" && strings.TrimSpace(p.Remark) == "":
		return data.Fault(data.Invalid, "remark", "must say why the plan is returned")
	case len([]rune(p.Remark)) > maxRemark:
		return data.Fault(data.Invalid, "remark", fmt.Sprintf("has more than %d characters", maxRemark))
	case strings.ContainsRune(p.Remark, 0):
		return data.Fault(data.Invalid, "remark", "holds a zero character")
	case p.EffectiveOn != "" && p.Step != "publish":
		return data.Fault(data.Invalid, "effective_on", "does not go with the step "+p.Step)
	}
	return nil
}

// stepping holds the plan, and refuses what its status, its version or the actor's
// scope does not allow.
func (s *Drafts) stepping(ctx context.Context, tx *data.Tx, by data.Actor, step *Step) (data.DraftPlan, error) {
	p, err := tx.LockDraft(ctx, step.Plan)
	if err != nil {
		return p, err
	}
	if !by.Covers(p.Division) {
		return p, outside(by)
	}
	since, err := sinceVersion(ctx, tx.Drafts(), &p, step.Version)
	if err != nil {
		return p, err
	}
	switch {
	case !slices.Contains(stepsFrom(&p), step.Step):
		return p, data.Fault(data.Conflict, "step", "cannot be done: the plan is "+p.Status)
	case len(since) > 0:
		return p, staleFault(p.Version, entriesOf(since))
	case step.Step == "approve" && p.Author == by.Account:
		return p, data.Fault(data.Forbidden, "approver", "the author of a plan may not approve it")
	}
	return p, nil
}

// take does the step; it returns the audit entry where none is written yet.
func (s *Drafts) take(ctx context.Context, tx *data.Tx, by data.Actor, p *data.DraftPlan, step *Step) (*data.AuditEntry, error) {
	note := &data.AuditEntry{Actor: by.Account, Role: by.Role, Action: "plan." + step.Step, Subject: fmt.Sprint(p.ID), Result: "done",
		Detail: map[string]any{"division": p.Division, "version": p.Version}}
	remark := &step.Remark
	switch step.Step {
	case "submit":
		communities, err := s.submit(ctx, tx, p)
		if err != nil {
			return nil, err
		}
		note.Detail["communities"] = communities
		return note, tx.Step(ctx, p.ID, "submitted", nil, nil)
	case "return":
		return note, tx.Step(ctx, p.ID, "returned", remark, nil)
	case "approve":
		return note, tx.Step(ctx, p.ID, "approved", remark, &by.Account)
	case "abandon":
		return note, tx.Step(ctx, p.ID, "abandoned", nil, nil)
	case "withdraw":
		return nil, tx.WithdrawPlan(ctx, by, p.ID)
	}
	return nil, s.publish(ctx, tx, by, p, step)
}

// publish has the plan take force, today or on a day to come.
func (s *Drafts) publish(ctx context.Context, tx *data.Tx, by data.Actor, p *data.DraftPlan, step *Step) error {
	now := s.opt.Now().In(data.LocalZone())
	day := now
	if step.EffectiveOn != "" {
		var err error
		if day, err = time.ParseInLocation(time.DateOnly, step.EffectiveOn, now.Location()); err != nil {
			return data.Fault(data.Invalid, "effective_on", "must be a day, such as 2026-12-01")
		}
		if day.AddDate(0, 0, 1).Before(now) || day.Year() > now.Year()+5 {
			return data.Fault(data.Invalid, "effective_on", "must be today or a day to come, within five years")
		}
	}
	if _, err := s.communities(ctx, tx, p); err != nil {
		return err
	}
	_, err := tx.PublishPlan(ctx, by, p.ID, day, now)
	return err
}

// communities lists those that the plan changes, and refuses one in which another
// plan took force since.
func (s *Drafts) communities(ctx context.Context, tx *data.Tx, p *data.DraftPlan) ([]data.DraftCommunity, error) {
	rows, err := tx.Drafts().Communities(ctx, *p)
	if err != nil {
		return nil, err
	}
	log, err := tx.Drafts().Log(ctx, p.ID, "")
	if err != nil {
		return nil, err
	}
	worked, err := worksOf(log)
	if err != nil {
		return nil, err
	}
	var out []data.DraftCommunity
	var stale []string
	for i := range rows {
		if !touched(&rows[i], worked[rows[i].Code], editable(p.Status)) {
			continue
		}
		out = append(out, rows[i])
		if rows[i].Stale {
			stale = append(stale, rows[i].Name)
		}
	}
	if len(stale) > 0 {
		f := data.Fault(data.Conflict, "plan", "another plan took force since in "+strings.Join(stale, ", "))
		f.Members = map[string]any{"stale": stale}
		return nil, f
	}
	return out, nil
}

// submit writes the grids of all communities that the plan changes, and has the
// plan checked. It returns how many they are.
func (s *Drafts) submit(ctx context.Context, tx *data.Tx, p *data.DraftPlan) (int, error) {
	list, err := s.communities(ctx, tx, p)
	if err != nil {
		return 0, err
	}
	if len(list) == 0 {
		return 0, data.Fault(data.Conflict, "plan", "changes nothing yet")
	}
	if err := s.forgetUndone(ctx, tx, p, list); err != nil {
		return 0, err
	}
	for i := range list {
		if list[i].Started {
			if err := s.write(ctx, tx, p, list[i].Code); err != nil {
				return 0, err
			}
		}
	}
	if err := tx.CountRows(ctx); err != nil {
		return 0, err
	}
	faults, err := tx.Check(ctx, p.ID)
	if err != nil {
		return 0, err
	}
	if len(faults) > 0 {
		return 0, data.FaultyPlan(faults)
	}
	return len(list), nil
}

// forgetUndone removes the rows of an earlier submission of communities in which
// everything was undone since.
func (s *Drafts) forgetUndone(ctx context.Context, tx *data.Tx, p *data.DraftPlan, list []data.DraftCommunity) error {
	rows, err := tx.Drafts().Communities(ctx, *p)
	if err != nil {
		return err
	}
	var gone []string
	for i := range rows {
		code := rows[i].Code
		if rows[i].Rows && !slices.ContainsFunc(list, func(c data.DraftCommunity) bool { return c.Code == code }) {
			gone = append(gone, code)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return tx.ReplaceRows(ctx, p.ID, gone, data.DrawnPlan{})
}

// write draws the micro-grids of a community and stores its grids.
func (s *Drafts) write(ctx context.Context, tx *data.Tx, p *data.DraftPlan, community string) error {
	d := s.desks.get(deskKey{p.ID, community})
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.ready(ctx, tx.Drafts(), p); err != nil {
		return err
	}
	if err := d.desk.Prove(ctx); err != nil {
		return err
	}
	plan, err := d.desk.Plan(ctx)
	if err != nil {
		return fmt.Errorf("write the grids of %s: %w", community, err)
	}
	records, err := d.plane.recordsOf(plan, Drawing{Division: community}, d.options())
	if err != nil {
		return err
	}
	return tx.ReplaceRows(ctx, p.ID, []string{community}, records)
}
