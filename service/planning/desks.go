package planning

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"gridmap/data"
	"gridmap/importers/redraw"
)

// Desk is a community as it stands in a plan. The first look may take seconds.
func (s *Drafts) Desk(ctx context.Context, by data.Actor, plan int64, community string) (out Desk, err error) {
	err = s.onDesk(ctx, by, plan, community, func(r data.Drafts, p *data.DraftPlan, at data.DraftPlace, d *session) error {
		if err := d.desk.Prove(ctx); err != nil {
			return err
		}
		held, err := r.Grids(ctx, 0, community)
		if err != nil {
			return err
		}
		log, err := r.Log(ctx, plan, community)
		if err != nil {
			return err
		}
		out = d.view(p, at, held, entriesOf(log))
		return nil
	})
	return out, err
}

// Repairs suggests what would mend one grid.
func (s *Drafts) Repairs(ctx context.Context, by data.Actor, plan int64, community, grid string) (out []Suggestion, err error) {
	err = s.onDesk(ctx, by, plan, community, func(_ data.Drafts, _ *data.DraftPlan, _ data.DraftPlace, d *session) error {
		if !slices.Contains(d.desk.Codes(), grid) {
			return data.Fault(data.NotFound, "grid", "there is no grid with this code on the desk")
		}
		out = d.suggestionsOf(d.desk.Repairs(grid, 8))
		return nil
	})
	return out, err
}

// onDesk looks at a desk that is up to date.
func (s *Drafts) onDesk(ctx context.Context, by data.Actor, plan int64, community string, look func(data.Drafts, *data.DraftPlan, data.DraftPlace, *session) error) error {
	return data.At(ctx, s.pool, func(m data.Moment) error {
		r := m.Drafts()
		p, err := seen(ctx, r, by, plan)
		if err != nil {
			return err
		}
		at, err := within(ctx, r, &p, community)
		if err != nil {
			return err
		}
		d := s.desks.get(deskKey{plan, community})
		d.mu.Lock()
		defer d.mu.Unlock()
		if err := d.ready(ctx, r, &p); err != nil {
			return err
		}
		return look(r, &p, at, d)
	})
}

// within finds a community of a plan's division.
func within(ctx context.Context, r data.Drafts, p *data.DraftPlan, community string) (data.DraftPlace, error) {
	at, err := r.Community(ctx, community)
	if err == nil && !at.Covers(p.Division) {
		err = data.Fault(data.NotFound, "community", "is not in the division of this plan")
	}
	return at, err
}

// Doing is an operation on a community of a plan, of the version that the planner
// saw.
type Doing struct {
	Plan      int64
	Community string
	Version   int
	Operation Operation
}

// Do does an operation: it is in the log and committed, or nothing changed. render
// writes the answer.
func (s *Drafts) Do(ctx context.Context, by data.Actor, request data.Request, do Doing, render func(Change) (int, []byte, error)) (data.Answer, error) {
	if err := do.Operation.Check(); err != nil {
		return data.Answer{}, err
	}
	var d *session
	var dirty, done bool
	defer func() {
		if d == nil {
			return
		}
		if dirty && !done { // the desk may be ahead of the log
			d.desk = nil
		}
		d.mu.Unlock()
	}()
	a, err := data.Once(ctx, s.pool, request, func(tx *data.Tx) (int, []byte, error) {
		p, err := s.toEdit(ctx, tx, by, do.Plan)
		if err != nil {
			return 0, nil, err
		}
		if _, err := within(ctx, tx.Drafts(), &p, do.Community); err != nil {
			return 0, nil, err
		}
		since, err := sinceVersion(ctx, tx.Drafts(), &p, do.Version)
		if err != nil {
			return 0, nil, err
		}
		d = s.desks.get(deskKey{do.Plan, do.Community})
		d.mu.Lock()
		if err := d.ready(ctx, tx.Drafts(), &p); err != nil {
			return 0, nil, err
		}
		dirty = true
		out, err := d.do(ctx, tx, by, &p, &do.Operation, since)
		if err != nil {
			return 0, nil, err
		}
		return render(out)
	})
	done = err == nil || refused(err)
	return a, err
}

// refused says whether an operation was turned down before it changed the desk.
func refused(err error) bool {
	code := data.CodeOf(err)
	return code == data.OutOfPlace || code == data.Conflict || code == data.Invalid
}

// toEdit holds a plan that the actor may work on.
func (s *Drafts) toEdit(ctx context.Context, tx *data.Tx, by data.Actor, plan int64) (data.DraftPlan, error) {
	p, err := tx.LockDraft(ctx, plan)
	switch {
	case err != nil:
		return p, err
	case !by.Covers(p.Division):
		return p, outside(by)
	case !editable(p.Status):
		return p, data.Fault(data.Conflict, "plan", "cannot be changed: it is "+p.Status)
	}
	return p, nil
}

// sinceVersion lists what was done since the version that the planner saw.
func sinceVersion(ctx context.Context, r data.Drafts, p *data.DraftPlan, version int) ([]data.DraftOperation, error) {
	if version < 0 || version > p.Version {
		return nil, data.Fault(data.Invalid, "version", fmt.Sprintf("must be a version that the plan had, 0 to %d", p.Version))
	}
	if version == p.Version {
		return nil, nil
	}
	return r.Operations(ctx, p.ID, version, "")
}

// do does an operation on the desk and appends it to the log. An error that is
// refused left the desk as it was.
func (d *session) do(ctx context.Context, tx *data.Tx, by data.Actor, p *data.DraftPlan, o *Operation, since []data.DraftOperation) (Change, error) {
	op, err := d.engineOf(o)
	if err != nil {
		return Change{}, err
	}
	if at := d.conflicts(o, op, since); len(at) > 0 {
		return Change{}, staleFault(p.Version, at)
	}
	before := d.desk.Where()
	entry := data.DraftOperation{Community: d.community, Kind: o.Kind, Actor: by.Account, Ground: d.ground[:]}
	reload := changesAll(o.Kind)
	var change redraw.Change
	if o.Kind == "undo" || o.Kind == "redo" {
		change, reload, err = d.back(ctx, tx, o, &entry)
	} else {
		change, err = d.forth(ctx, o, op, &entry)
	}
	if err != nil {
		return Change{}, err
	}
	return d.logged(ctx, tx, p, o, &entry, &change, before, reload)
}

// logged appends the entry and describes what changed.
func (d *session) logged(ctx context.Context, tx *data.Tx, p *data.DraftPlan, o *Operation, entry *data.DraftOperation, change *redraw.Change, before []string, reload bool) (Change, error) {
	now := d.desk.Where()
	out := Change{Gone: append([]string{}, change.Gone...), Plots: changedPlaces(before, now), Reload: reload,
		Violations: violationsOf(change.Violations), Repairs: d.suggestionsOf(change.Repairs), Totals: totalsOf(change), Grids: []GridState{}}
	entry.Grids = append([]string{}, change.Gone...)
	for _, g := range change.Grids {
		entry.Grids = append(entry.Grids, g.Code)
	}
	slices.Sort(entry.Grids)
	if reload {
		out.Plots, out.Gone, out.Violations, out.Repairs = []PlotMove{}, []string{}, []Violation{}, []Suggestion{}
	} else {
		out.Grids = d.grids(change.Grids)
	}
	if !d.stored {
		if err := tx.KeepStart(ctx, d.plan, d.community, d.start); err != nil {
			return out, err
		}
	}
	var err error
	if entry.Op, err = json.Marshal(o); err != nil {
		return out, fmt.Errorf("write an operation: %w", err)
	}
	n := d.desk.Counts()
	if entry.Totals, err = json.Marshal(totals{n.Grids, n.Outside, n.Households, d.desk.Complex()}); err != nil {
		return out, fmt.Errorf("write the totals: %w", err)
	}
	if entry.Seq, entry.At, err = tx.AddOperation(ctx, d.plan, p.Version, *entry); err != nil {
		return out, err
	}
	d.stored, d.seq = true, entry.Seq
	switch o.Kind {
	case "undo":
		d.done, d.undone = d.done[:len(d.done)-1], append(d.undone, entry.Target)
	case "redo":
		d.done, d.undone = append(d.done, entry.Target), d.undone[:len(d.undone)-1]
	default:
		d.done, d.undone = append(d.done, entry.Seq), nil
	}
	out.Version = entry.Seq
	out.Entry = entriesOf([]data.DraftOperation{*entry})[0]
	return out, nil
}

// forth does an operation that is not undo or redo.
func (d *session) forth(ctx context.Context, o *Operation, op redraw.Op, entry *data.DraftOperation) (change redraw.Change, err error) {
	switch o.Kind {
	case "redraw", "repair":
		mode, seed := redraw.Fresh, uint64(0)
		if o.Kind == "repair" {
			mode = redraw.Repair
		}
		if o.Seed != nil {
			seed = *o.Seed
		}
		if change, err = d.desk.Redraw(ctx, mode, seed); err != nil {
			return change, fmt.Errorf("%s %s: %w", o.Kind, d.community, err)
		}
	default:
		change = d.desk.Apply(op)
	}
	if !change.Applied {
		return change, d.blocked(op, change.Blockers)
	}
	effect, _ := d.desk.Effect()
	entry.Zh, entry.En = d.words(o, &effect)
	if entry.Effect, err = json.Marshal(effect); err != nil {
		return change, fmt.Errorf("write what an operation did: %w", err)
	}
	return change, nil
}

// back undoes or redoes.
func (d *session) back(ctx context.Context, tx *data.Tx, o *Operation, entry *data.DraftOperation) (change redraw.Change, reload bool, err error) {
	from, do, none := d.done, d.desk.Undo, "there is nothing to undo"
	zh := "没有可撤销的操作。"
	if o.Kind == "redo" {
		from, do, none, zh = d.undone, d.desk.Redo, "there is nothing to redo", "没有可重做的操作。"
	}
	nothing := refusedFault([]Blocker{{Kind: string(redraw.NothingChanges), Zh: zh, En: none + "."}}, nil)
	if len(from) == 0 {
		return change, false, nothing
	}
	entry.Target, entry.Effect = from[len(from)-1], json.RawMessage("{}")
	target, err := tx.Drafts().Operation(ctx, d.plan, entry.Target)
	if err != nil {
		return change, false, err
	}
	entry.Zh, entry.En = wordsBack(o.Kind, &target)
	var ok bool
	if change, ok = do(); !ok {
		return change, false, nothing
	}
	return change, changesAll(target.Kind) || target.Kind == "import", nil
}

// conflicts lists what was done since in the same community and touched a grid that
// the operation touches. Undo and redo are about the last entry that the planner
// saw, and what changes everything touches every grid.
func (d *session) conflicts(o *Operation, op redraw.Op, since []data.DraftOperation) []LogEntry {
	since = slices.DeleteFunc(slices.Clone(since), func(e data.DraftOperation) bool { return e.Community != d.community })
	if len(since) == 0 {
		return nil
	}
	all := changesAll(o.Kind) || o.Kind == "undo" || o.Kind == "redo"
	touches := []string{}
	if !all {
		touches = d.desk.Touches(op)
	}
	for _, e := range since {
		if all || changesAll(e.Kind) || slices.ContainsFunc(e.Grids, func(g string) bool { return slices.Contains(touches, g) }) {
			return entriesOf(since)
		}
	}
	return nil
}

func staleFault(version int, since []LogEntry) error {
	f := data.Fault(data.Conflict, "version", "others changed these grids since; look at what they did")
	f.Members = map[string]any{"operations": since, "version": version}
	return f
}

// blocked says why an operation may not be done, and what may be done instead.
func (d *session) blocked(op redraw.Op, blockers []redraw.Blocker) error {
	list := make([]Blocker, len(blockers))
	for i, b := range blockers {
		list[i] = Blocker{string(b.Kind), b.Grid, b.BuildingID, b.Zh, b.En}
	}
	var offers []Offer
	for _, o := range d.desk.Offers(op) {
		offers = append(offers, Offer{o.Zh, o.En, d.wireOf(o.Op)})
	}
	return refusedFault(list, offers)
}

// maxObjections are told one by one.
const maxObjections = 100

func refusedFault(blockers []Blocker, offers []Offer) error {
	if offers == nil {
		offers = []Offer{}
	}
	if more := len(blockers) - maxObjections; more > 0 {
		blockers = append(blockers[:maxObjections:maxObjections], Blocker{Kind: "more",
			Zh: fmt.Sprintf("另有%d条。", more), En: fmt.Sprintf("There are %d more.", more)})
	}
	f := data.Fault(data.OutOfPlace, "", blockers[0].Zh+" "+blockers[0].En)
	f.Members = map[string]any{"blockers": blockers, "offers": offers}
	return f
}

func changedPlaces(before, now []string) []PlotMove {
	out := []PlotMove{}
	for i := range now {
		if before[i] != now[i] {
			out = append(out, PlotMove{i, now[i]})
		}
	}
	return out
}
