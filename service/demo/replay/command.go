package replay

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gridmap/data"
	"gridmap/layers/escape"
	"gridmap/service/evacuation"
	"gridmap/service/evacuation/rollcall"
)

const (
	approveEvery = 10 * time.Minute // on the clock: a person looks at a proposal first
	moveBefore   = 6 * time.Hour    // grids are told to move so long before their last safe departure …
	moveAfter    = 40 * time.Minute // … and so long after they were told to prepare at the latest
	decideAfter  = 15 * time.Minute // after the last word of those who contradict each other
	foundWithin  = 6 * time.Hour    // whoever was missed is found, and that came in
	lookEvery    = 5 * time.Minute
)

// command does what somebody at the screen would, where nobody sits there.
func (r *Replay) command(ctx context.Context, now time.Time) error {
	if !r.opt.HandsFree || now.Before(r.flood.Warning) {
		return nil
	}
	ctx = r.as(ctx, r.actor)
	for _, do := range []func(context.Context, time.Time) error{r.approve, r.order, r.decide, r.lift, r.close} {
		if err := do(ctx, now); err != nil {
			return err
		}
	}
	return nil
}

// approve takes the proposal as it is.
func (r *Replay) approve(ctx context.Context, now time.Time) error {
	st, err := r.state(ctx)
	if err != nil || st == nil || st.Proposal == nil || now.Sub(r.approved) < approveEvery {
		return err
	}
	if !st.Proposal.First && !slices.ContainsFunc(st.Proposal.Changes, func(c evacuation.Change) bool { return c.Kind != string(escape.PinnedConflict) }) {
		return nil // only that some have left for elsewhere: nobody is called back
	}
	in := evacuation.Approval{Basis: st.Proposal.Basis, Remark: "回放自动批准"}
	key := fmt.Sprintf("replay-%d-plan-%s-%d", r.id, in.Basis, now.UnixMilli())
	_, err = r.service.Approve(ctx, r.actor, request(r.actor, key, in), r.id, in)
	if code := data.CodeOf(err); code == data.Stale || code == data.Conflict || code == data.Unavailable {
		return nil // it moved on while it was looked at
	}
	if err == nil {
		r.approved = now
	}
	return err
}

// order tells grids to prepare, and to move in time.
func (r *Replay) order(ctx context.Context, now time.Time) error {
	rows, err := r.service.Grids(ctx, r.actor, r.id, nil)
	if err != nil {
		return waited(err)
	}
	orders := map[string][]string{}
	for i := range rows {
		g := &rows[i]
		if g.Identity.Listed == 0 {
			continue
		}
		urgent := g.LastSafeDeparture == nil || g.LastSafeDeparture.Sub(now) < moveBefore
		told, prepared := r.moved[g.Grid]
		if g.Order != nil && g.Order.Kind == "prepare" && !prepared {
			told, prepared = g.Order.IssuedAt, true
		}
		switch {
		case g.Order != nil && g.Order.Kind != "prepare":
		case urgent || prepared && now.Sub(told) > moveAfter:
			orders["move"] = append(orders["move"], g.Grid)
		case g.Order == nil:
			orders["prepare"] = append(orders["prepare"], g.Grid)
			r.moved[g.Grid] = now
		}
	}
	for _, kind := range []string{"move", "prepare"} {
		if len(orders[kind]) == 0 {
			continue
		}
		in := evacuation.NewOrders{Grids: orders[kind], Kind: kind}
		key := fmt.Sprintf("replay-%d-order-%s-%s", r.id, kind, strings.Join(orders[kind], ","))
		if len(key) > 120 {
			key = fmt.Sprintf("replay-%d-order-%s-%d", r.id, kind, now.UnixMilli())
		}
		if _, err := r.service.Order(ctx, r.actor, request(r.actor, key, in), r.id, in); err != nil {
			return fmt.Errorf("order %s: %w", kind, err)
		}
	}
	return nil
}

// decide lets the last word stand, once nobody adds to it.
func (r *Replay) decide(ctx context.Context, now time.Time) error {
	if now.Sub(r.looked) < lookEvery {
		return nil
	}
	r.looked = now
	list, err := r.service.Contradictions(ctx, r.actor, r.id)
	if err != nil {
		return waited(err)
	}
	for _, c := range list {
		last := c.Claims[len(c.Claims)-1]
		if now.Sub(last.At) < decideAfter {
			continue
		}
		// Whoever is missed is looked for: what is found counts from when it was, which
		// may be before a decision, and may come in hours later.
		if last.Status == string(rollcall.Unaccounted) {
			if last = c.Claims[0]; now.Sub(c.Claims[len(c.Claims)-1].At) < foundWithin || last.Status == string(rollcall.Unaccounted) {
				continue
			}
		}
		in := evacuation.Decision{Status: last.Status, Note: "回放自动裁定：以最后一次为准"}
		key := fmt.Sprintf("replay-%d-decide-%s-%s-%d", r.id, c.ID, last.Device, last.Sequence)
		_, err := r.service.Decide(ctx, r.actor, request(r.actor, key, in), r.id, c.ID, in)
		if data.CodeOf(err) == data.Conflict {
			r.looked = time.Time{} // two at the same moment: the next step decides
			continue
		}
		if err != nil {
			return fmt.Errorf("decide a contradiction: %w", err) // which is not named: it is about people
		}
	}
	return nil
}

// lift lets people return once everybody is accounted for and the water is below the
// warning level at every gauge that it passed.
func (r *Replay) lift(ctx context.Context, now time.Time) error {
	st, err := r.state(ctx)
	if err != nil || st == nil || st.LiftedAt != nil || r.accounted.IsZero() || now.Before(r.flood.Peak) {
		return err
	}
	gauges, err := r.service.Gauges(ctx, r.actor, r.id, nil)
	if err != nil {
		return err
	}
	for _, g := range gauges {
		if g.StageM == nil || g.Stale || g.WarningM != nil && *g.StageM >= *g.WarningM {
			return nil
		}
	}
	if _, err := r.service.Lift(ctx, r.actor, request(r.actor, fmt.Sprintf("replay-%d-lift", r.id), nil), r.id); err != nil {
		return fmt.Errorf("lift: %w", err)
	}
	rows, err := r.service.Grids(ctx, r.actor, r.id, nil)
	if err != nil {
		return waited(err)
	}
	in := evacuation.NewOrders{Kind: "lifted"}
	for i := range rows {
		if rows[i].Identity.Listed > 0 {
			in.Grids = append(in.Grids, rows[i].Grid)
		}
	}
	_, err = r.service.Order(ctx, r.actor, request(r.actor, fmt.Sprintf("replay-%d-order-lifted", r.id), in), r.id, in)
	return err
}

// close ends the evacuation when the last are home.
func (r *Replay) close(ctx context.Context, _ time.Time) error {
	st, err := r.state(ctx)
	if err != nil || st == nil || st.LiftedAt == nil || st.ClosedAt != nil || st.Identity.Returned < st.Identity.Listed || st.Identity.Unaccounted > 0 {
		return err
	}
	if _, err := r.service.Close(ctx, r.actor, request(r.actor, fmt.Sprintf("replay-%d-close", r.id), nil), r.id); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	r.over = true
	r.opt.Log.InfoContext(ctx, "the replay is over: everybody has returned", "clock", r.Clock(), "returned", st.Identity.Returned)
	return nil
}
