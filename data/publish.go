package data

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// PlanFault is a rule that a plan breaks, and where.
type PlanFault struct {
	Rule  string `json:"rule"`
	Where string `json:"where"`
}

// Publication says what publishing a plan, or its taking force, came to.
type Publication struct {
	PlanID  int64
	Version int64 // of the map, once the plan is in force; zero: it is scheduled
	Cases   int64 // open cases that followed into a new grid
	Carried int64 // teams, groups and party organisations to be confirmed
	Ground  int64 // buildings that came or changed their households since the plan was drawn
}

// heldPlan is a plan as it is locked.
type heldPlan struct {
	Name, Status, Author, Approver, Division string
	EffectiveOn                              *time.Time
	Enacted                                  bool
	First                                    bool // no grid was ever in force
}

// PublishPlan publishes a plan from a day on, in one transaction: it takes along
// what changed on the ground since the plan was drawn; checks that every building
// is in exactly one grid, that grids tile each community, that micro-grids nest,
// that no code was ever another grid's and that the lineage is whole; and, from
// today on, has it take force (see enact). A day to come schedules it. What is
// wrong is a Conflict whose Faults say where; then nothing has changed. A day that
// is past is Invalid, but for the first plan that there is.
func PublishPlan(ctx context.Context, pool *pgxpool.Pool, by Actor, plan int64, from, now time.Time) (out Publication, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		out, err = (&Tx{tx}).PublishPlan(ctx, by, plan, from, now)
		return err
	})
	return out, err
}

// PublishPlan is PublishPlan within a write.
func (t *Tx) PublishPlan(ctx context.Context, by Actor, plan int64, from, now time.Time) (Publication, error) {
	out := Publication{PlanID: plan}
	if err := asOwner(ctx, t.tx, func() error { return t.publish(ctx, by, from, now, &out) }); err != nil {
		return Publication{}, fmt.Errorf("publish plan %d: %w", plan, err)
	}
	return out, nil
}

func (t *Tx) publish(ctx context.Context, by Actor, from, now time.Time, out *Publication) error {
	p, err := lockPlan(ctx, t.tx, out.PlanID)
	if err != nil {
		return err
	}
	if err := p.publishable(by, from, now); err != nil {
		return err
	}
	if _, err := t.tx.Exec(ctx, query("plan_publish"), out.PlanID, by.Account, startOf(from)); err != nil {
		return fmt.Errorf("mark it published: %w", scheduledTwice(err))
	}
	if out.Ground, err = refreshPlan(ctx, t.tx, out.PlanID); err != nil {
		return err
	}
	if err := checkPlan(ctx, t.tx, out.PlanID); err != nil {
		return err
	}
	if !startOf(from).After(now) {
		if err := enact(ctx, t.tx, out.PlanID, p, from, out); err != nil {
			return err
		}
	}
	return audit(ctx, t.tx, AuditEntry{Actor: by.Account, Role: by.Role, Action: "plan.publish", Subject: fmt.Sprint(out.PlanID), Result: "done",
		Detail: map[string]any{"effective_on": from.Format(time.DateOnly), "version": out.Version, "division": p.Division, "ground": out.Ground}})
}

// WithdrawPlan takes a plan that is scheduled back to approved.
func (t *Tx) WithdrawPlan(ctx context.Context, by Actor, plan int64) error {
	p, err := lockPlan(ctx, t.tx, plan)
	if err != nil {
		return err
	}
	if p.Status != "published" || p.Enacted {
		return Fault(Conflict, "plan", "is not waiting for its day: it is "+p.Status)
	}
	if _, err := t.tx.Exec(ctx, query("plan_withdraw"), plan); err != nil {
		return fmt.Errorf("withdraw plan %d: %w", plan, err)
	}
	return audit(ctx, t.tx, AuditEntry{Actor: by.Account, Role: by.Role, Action: "plan.withdraw", Subject: fmt.Sprint(plan), Result: "done"})
}

// EnactDue has the scheduled plan take force when its day has come, as
// PublishPlan does; it says whether there was one. Several servers may call it at
// once: one does it. A plan that does not check out any more stays scheduled and
// is a Conflict.
func EnactDue(ctx context.Context, pool *pgxpool.Pool, now time.Time) (Publication, bool, error) {
	var out Publication
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		var plan int64
		err := tx.QueryRow(ctx, query("plan_due"), now).Scan(&plan)
		if err == pgx.ErrNoRows {
			return nil
		}
		if err != nil {
			return err
		}
		p, err := lockPlan(ctx, tx, plan)
		if err != nil || p.Status != "published" || p.Enacted {
			return err
		}
		out.PlanID = plan
		if out.Ground, err = refreshPlan(ctx, tx, plan); err != nil {
			return err
		}
		if err := checkPlan(ctx, tx, plan); err != nil {
			return err
		}
		if err := enact(ctx, tx, plan, p, *p.EffectiveOn, &out); err != nil {
			return err
		}
		return audit(ctx, tx, AuditEntry{Actor: "gridmap", Role: "administrator", Action: "plan.enact", Subject: fmt.Sprint(plan), Result: "done",
			Detail: map[string]any{"version": out.Version, "division": p.Division, "ground": out.Ground}})
	})
	if err != nil {
		return Publication{}, false, fmt.Errorf("have the scheduled plan take force: %w", err)
	}
	return out, out.PlanID != 0, nil
}

func lockPlan(ctx context.Context, tx pgx.Tx, plan int64) (heldPlan, error) {
	rows, err := tx.Query(ctx, query("plan_lock"), plan)
	if err != nil {
		return heldPlan{}, fmt.Errorf("lock the plan: %w", err)
	}
	p, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[heldPlan])
	if err == pgx.ErrNoRows {
		return p, Fault(NotFound, "plan", "there is no such plan")
	}
	if err != nil {
		return p, fmt.Errorf("lock the plan: %w", err)
	}
	return p, nil
}

// publishable refuses what may not be published, by whom and when.
func (p *heldPlan) publishable(by Actor, from, now time.Time) error {
	switch {
	case p.Status == "published" || p.Status == "superseded" || p.Status == "abandoned":
		return Fault(Conflict, "plan", "is "+p.Status+" already")
	case p.Approver == "" && p.Author == by.Account:
		return Fault(Forbidden, "approver", "the author of a plan may not approve it")
	case !p.First && startOf(from).AddDate(0, 0, 1).Before(now):
		return Fault(Invalid, "effective_on", "must not be a day that is past")
	}
	return nil
}

func scheduledTwice(err error) error {
	if isUnique(err, "plans_one_scheduled") {
		return Fault(Conflict, "effective_on", "another plan is published and waits for its day; withdraw it first")
	}
	return err
}

// refreshPlan takes along what changed on the ground since the plan was drawn:
// new buildings, and counts of households. Until the transaction ends buildings
// do not change. It returns how many rows it mended.
func refreshPlan(ctx context.Context, tx pgx.Tx, plan int64) (int64, error) {
	if _, err := tx.Exec(ctx, `lock table buildings in share mode`); err != nil {
		return 0, fmt.Errorf("hold the buildings still: %w", err)
	}
	var mended int64
	for _, step := range []string{"plan_refresh_new", "plan_refresh_changed", "plan_refresh_grids", "plan_refresh_microgrids"} {
		tag, err := tx.Exec(ctx, query(step), plan)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", step, err)
		}
		if step == "plan_refresh_new" || step == "plan_refresh_changed" {
			mended += tag.RowsAffected()
		}
	}
	return mended, nil
}

// enact makes the grids of a plan those in force, in place of all others of their
// communities; moves open cases into them, and carries teams, groups and party
// organisations over. No case is routed meanwhile. The new grids hold from this
// moment; those of a plan that waited for its day, and of the very first plan,
// from the beginning of the day.
func enact(ctx context.Context, tx pgx.Tx, plan int64, p heldPlan, from time.Time, out *Publication) error {
	if _, err := tx.Exec(ctx, query("plan_take_over")); err != nil {
		return fmt.Errorf("wait for the cases on their way: %w", err)
	}
	var at time.Time
	if err := tx.QueryRow(ctx, query("plan_enact_at"), plan, startOf(from), p.Status == "published" || p.First).Scan(&at); err != nil {
		return fmt.Errorf("find the moment: %w", err)
	}
	for _, step := range []string{"plan_enact_close", "plan_enact_open"} {
		if _, err := tx.Exec(ctx, query(step), plan, at); err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
	}
	if _, err := tx.Exec(ctx, query("draft_enact_complex"), plan); err != nil {
		return fmt.Errorf("mark complex communities: %w", err)
	}
	if err := tx.QueryRow(ctx, query("plan_enact_note"), plan, at).Scan(&out.Version); err != nil {
		return fmt.Errorf("count the version up: %w", err)
	}
	day := at.In(startOf(from).Location())
	if _, err := tx.Exec(ctx, query("plan_issue_codes"), plan, startOf(day)); err != nil {
		return fmt.Errorf("issue the codes: %w", err)
	}
	if !p.First {
		if err := carryOver(ctx, tx, plan, startOf(day)); err != nil {
			return err
		}
	}
	tag, err := tx.Exec(ctx, query("plan_enact_cases"), plan, at, out.Version)
	if err != nil {
		return fmt.Errorf("move the open cases: %w", err)
	}
	out.Cases = tag.RowsAffected()
	if err := tx.QueryRow(ctx, `select count(*) from carryovers where plan_id = $1`, plan).Scan(&out.Carried); err != nil {
		return fmt.Errorf("count what was carried over: %w", err)
	}
	return nil
}

// CheckPlan lists what forbids a plan to take force; an empty list is good.
func CheckPlan(ctx context.Context, db querier, plan int64) ([]PlanFault, error) {
	rows, err := db.Query(ctx, query("plan_check"), plan)
	if err != nil {
		return nil, fmt.Errorf("check the plan: %w", err)
	}
	faults, err := pgx.CollectRows(rows, pgx.RowToStructByPos[PlanFault])
	if err != nil {
		return nil, fmt.Errorf("check the plan: %w", err)
	}
	return faults, nil
}

// checkPlan is CheckPlan as an error.
func checkPlan(ctx context.Context, tx pgx.Tx, plan int64) error {
	faults, err := CheckPlan(ctx, tx, plan)
	if err != nil || len(faults) == 0 {
		return err
	}
	return FaultyPlan(faults)
}

// FaultyPlan is the Conflict that lists faults.
func FaultyPlan(faults []PlanFault) error {
	reason := fmt.Sprintf("%s: %s", faults[0].Rule, faults[0].Where)
	if n := len(faults); n > 1 {
		reason += fmt.Sprintf(" (and %d more)", n-1)
	}
	return &Error{Code: Conflict, Field: "plan", Reason: reason, Members: map[string]any{"faults": faults}}
}

// Enactment is a version of the map.
type Enactment struct {
	Version      int64
	PlanID       int64
	Plan         string
	DivisionCode string // that the plan was for
	At           time.Time
}

// Enactments lists the versions of the map, newest first.
func Enactments(ctx context.Context, pool *pgxpool.Pool) ([]Enactment, error) {
	return enactments(ctx, pool)
}

// Enactments is Enactments as m sees them.
func (m Moment) Enactments(ctx context.Context) ([]Enactment, error) { return enactments(ctx, m.tx) }

func enactments(ctx context.Context, db querier) ([]Enactment, error) {
	rows, err := db.Query(ctx, query("plan_enactments"))
	if err != nil {
		return nil, fmt.Errorf("list the versions: %w", err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Enactment])
	if err != nil {
		return nil, fmt.Errorf("list the versions: %w", err)
	}
	return out, nil
}
