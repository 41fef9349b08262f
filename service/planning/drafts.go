package planning

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/data"
)

// DraftOptions of Drafts.
type DraftOptions struct {
	Now func() time.Time // nil: time.Now
	// Desks bounds how many communities are held in memory, opened; zero: 24.
	Desks int
	// Settled is called after a write was committed, and returns when whoever asks
	// next will see the write. Nil waits for nothing.
	Settled func(ctx context.Context)
}

// Drafts is plans that people work on: their log of operations, their desks, and
// their way from draft to force. What is in memory is a cache of the log.
type Drafts struct {
	pool  *pgxpool.Pool
	opt   DraftOptions
	desks *deskCache
}

// NewDrafts makes Drafts on pool.
func NewDrafts(pool *pgxpool.Pool, o DraftOptions) *Drafts {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Desks <= 0 {
		o.Desks = 24
	}
	return &Drafts{pool, o, newDeskCache(o.Desks)}
}

// DivisionName is a division as plans show it.
type DivisionName struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Level string `json:"level"`
}

// PlanSummary is a plan in a list.
type PlanSummary struct {
	ID          int64        `json:"id"`
	Name        string       `json:"name"`
	Status      string       `json:"status"`
	Division    DivisionName `json:"division"`
	Author      string       `json:"author"`
	Approver    *string      `json:"approver"`
	Version     int          `json:"version"`
	Operations  int          `json:"operations"`
	CreatedAt   time.Time    `json:"created_at"`
	SubmittedAt *time.Time   `json:"submitted_at"`
	ApprovedAt  *time.Time   `json:"approved_at"`
	PublishedAt *time.Time   `json:"published_at"`
	EffectiveOn *string      `json:"effective_on"`
	EnactedAt   *time.Time   `json:"enacted_at"`
	Remark      string       `json:"remark"`
	Source      string       `json:"source"`
}

// Plan is a plan with its communities, and what may be done next.
type Plan struct {
	PlanSummary
	Communities []PlanCommunity `json:"communities"`
	May         []string        `json:"may"`
	Rule        PlanRule        `json:"rule"`
}

// PlanRule is the range of households that a plan is drawn to.
type PlanRule struct {
	Min      int `json:"min"`
	Max      int `json:"max"`
	Target   int `json:"target"`
	MicroMin int `json:"micro_min"`
	MicroMax int `json:"micro_max"`
}

// PlanCommunity is a community of a plan.
type PlanCommunity struct {
	Code       string `json:"code"`
	Name       string `json:"name"`
	Town       string `json:"town"`
	Touched    bool   `json:"touched"`
	Complex    bool   `json:"complex"`
	Grids      int    `json:"grids"`
	Outside    int    `json:"outside"`
	Households int    `json:"households"`
	Stale      bool   `json:"stale"`
}

// Statuses of plans.
func Statuses() []string {
	return []string{"draft", "submitted", "returned", "approved", "published", "superseded", "abandoned"}
}

func editable(status string) bool { return status == "draft" || status == "returned" }

// List lists plans inside the actor's scope, newest first.
func (s *Drafts) List(ctx context.Context, by data.Actor, statuses []string, division string) (out []PlanSummary, err error) {
	err = data.At(ctx, s.pool, func(m data.Moment) error {
		rows, err := m.Drafts().Plans(ctx, statuses, by.ScopeCode, division)
		for i := range rows {
			out = append(out, summaryOf(&rows[i]))
		}
		return err
	})
	return out, err
}

// Find returns a plan.
func (s *Drafts) Find(ctx context.Context, by data.Actor, id int64) (out Plan, err error) {
	err = data.At(ctx, s.pool, func(m data.Moment) error {
		p, err := seen(ctx, m.Drafts(), by, id)
		if err == nil {
			out, err = s.plan(ctx, m.Drafts(), by, p)
		}
		return err
	})
	return out, err
}

// Log lists the entries after since, of one community or of all.
func (s *Drafts) Log(ctx context.Context, by data.Actor, id int64, since int, community string) (version int, out []LogEntry, err error) {
	err = data.At(ctx, s.pool, func(m data.Moment) error {
		p, err := seen(ctx, m.Drafts(), by, id)
		if err != nil {
			return err
		}
		version = p.Version
		rows, err := m.Drafts().Log(ctx, id, community)
		for _, e := range entriesOf(rows) {
			if e.Seq > since {
				out = append(out, e)
			}
		}
		return err
	})
	return version, out, err
}

// seen finds a plan that the actor may see.
func seen(ctx context.Context, r data.Drafts, by data.Actor, id int64) (data.DraftPlan, error) {
	p, err := r.Plan(ctx, id)
	if err == nil && !by.Covers(p.Division) {
		err = outside(by)
	}
	return p, err
}

func outside(by data.Actor) error {
	return data.Fault(data.Forbidden, "", "this is outside your scope "+by.ScopeCode)
}

// Create makes an empty plan for a division. render writes the answer.
func (s *Drafts) Create(ctx context.Context, by data.Actor, request data.Request, name, division string, render func(Plan) (int, []byte, error)) (data.Answer, error) {
	if err := checkName("name", name, 100); err != nil {
		return data.Answer{}, err
	}
	if !by.Covers(division) {
		return data.Answer{}, outside(by)
	}
	parameters, err := json.Marshal(map[string]any{"min": 300, "max": 500, "target": 400, "micro_min": 50, "micro_max": 80, "division": division})
	if err != nil {
		return data.Answer{}, fmt.Errorf("write the parameters: %w", err)
	}
	return data.Once(ctx, s.pool, request, func(tx *data.Tx) (int, []byte, error) {
		id, err := tx.CreateDraft(ctx, data.Plan{Name: strings.TrimSpace(name), Author: by.Account, Parameters: parameters, Division: division})
		if err != nil {
			return 0, nil, err
		}
		p, err := tx.Drafts().Plan(ctx, id)
		if err != nil {
			return 0, nil, err
		}
		out, err := s.plan(ctx, tx.Drafts(), by, p)
		if err != nil {
			return 0, nil, err
		}
		status, body, err := render(out)
		if err != nil {
			return 0, nil, err
		}
		return status, body, tx.Audit(ctx, data.AuditEntry{Actor: by.Account, Role: by.Role, Action: "plan.create", Subject: fmt.Sprint(id), Result: "done",
			Detail: map[string]any{"division": division}})
	})
}

// checkName refuses a name that is empty, too long or not of one line.
func checkName(field, name string, most int) error {
	n := len([]rune(strings.TrimSpace(name)))
	switch {
	case n == 0:
		return data.Fault(data.Invalid, field, fmt.Sprintf("must have 1 to %d characters", most))
	case n > most:
		return data.Fault(data.Invalid, field, fmt.Sprintf("has %d characters, more than %d", n, most))
	case strings.ContainsFunc(name, unicode.IsControl) || strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Cf, r) }):
		return data.Fault(data.Invalid, field, "holds a control character")
	}
	return nil
}

func summaryOf(p *data.DraftPlan) PlanSummary {
	out := PlanSummary{ID: p.ID, Name: p.Name, Status: p.Status, Division: DivisionName{p.Division, p.DivisionName, p.DivisionLevel},
		Author: p.Author, Version: p.Version, Operations: p.Operations, CreatedAt: p.CreatedAt, SubmittedAt: p.SubmittedAt,
		ApprovedAt: p.ApprovedAt, PublishedAt: p.PublishedAt, EnactedAt: p.EnactedAt, Remark: p.Remark, Source: p.Source}
	if p.Approver != "" {
		out.Approver = &p.Approver
	}
	if p.EffectiveOn != nil {
		day := p.EffectiveOn.Format(time.DateOnly)
		out.EffectiveOn = &day
	}
	return out
}

// plan adds the communities as they stand, and what the actor may do.
func (s *Drafts) plan(ctx context.Context, r data.Drafts, by data.Actor, p data.DraftPlan) (Plan, error) {
	out := Plan{PlanSummary: summaryOf(&p), May: may(by, &p), Rule: PlanRule{p.Least, p.Most, p.Target, p.MicroLeast, p.MicroMost}}
	rows, err := r.Communities(ctx, p)
	if err != nil {
		return out, err
	}
	log, err := r.Log(ctx, p.ID, "")
	if err != nil {
		return out, err
	}
	worked, err := worksOf(log)
	if err != nil {
		return out, err
	}
	out.Communities = make([]PlanCommunity, len(rows))
	for i := range rows {
		out.Communities[i] = communityOf(&rows[i], worked[rows[i].Code], editable(p.Status))
	}
	return out, nil
}

// work is what the log of a community comes to.
type work struct {
	standing int // operations that are not undone
	totals   totals
}

// totals of a community after an operation, as they are kept with it.
type totals struct {
	Grids      int  `json:"grids"`
	Outside    int  `json:"outside"`
	Households int  `json:"households"`
	Complex    bool `json:"complex"`
}

func worksOf(log []data.DraftOperation) (map[string]*work, error) {
	out := map[string]*work{}
	for i := range log {
		o := &log[i]
		w := out[o.Community]
		if w == nil {
			w = &work{}
			out[o.Community] = w
		}
		if w.standing++; o.Kind == "undo" {
			w.standing -= 2
		}
		if err := json.Unmarshal(o.Totals, &w.totals); err != nil {
			return nil, fmt.Errorf("read the totals of entry %d: %w", o.Seq, err)
		}
	}
	return out, nil
}

// touched says whether a plan changes a community: it was drawn, or something was
// done there that stands.
func touched(c *data.DraftCommunity, w *work, open bool) bool {
	switch {
	case w != nil && w.standing > 0, c.Started && c.Drawn:
		return true
	case c.Started && open: // its rows are those of a submission that was returned
		return false
	}
	return c.Rows
}

func communityOf(c *data.DraftCommunity, w *work, open bool) PlanCommunity {
	out := PlanCommunity{Code: c.Code, Name: c.Name, Town: c.Town, Complex: c.Complex, Stale: c.Stale, Touched: touched(c, w, open),
		Grids: c.HeldGrids, Outside: c.HeldOutside, Households: c.HeldHouseholds}
	switch {
	case out.Touched && open && w != nil:
		out.Grids, out.Outside, out.Households, out.Complex = w.totals.Grids, w.totals.Outside, w.totals.Households, w.totals.Complex
	case out.Touched && c.Rows:
		out.Grids, out.Outside, out.Households = c.RowsGrids, c.RowsOutside, c.RowsHouseholds
	}
	return out
}

// may lists what the actor may do next.
func may(by data.Actor, p *data.DraftPlan) []string {
	out := []string{}
	if by.Role != "planner" || !by.Covers(p.Division) {
		return out
	}
	for _, step := range []string{"edit", "submit", "return", "approve", "publish", "withdraw", "abandon"} {
		if !slices.Contains(stepsFrom(p), step) || step == "approve" && p.Author == by.Account {
			continue
		}
		out = append(out, step)
	}
	return out
}

// stepsFrom lists the steps that a plan's status allows.
func stepsFrom(p *data.DraftPlan) []string {
	switch p.Status {
	case "draft", "returned":
		return []string{"edit", "submit", "abandon"}
	case "submitted":
		return []string{"return", "approve", "abandon"}
	case "approved":
		return []string{"return", "publish", "abandon"}
	case "published":
		if p.EnactedAt == nil {
			return []string{"withdraw"}
		}
	}
	return nil
}

// entriesOf puts the log as it is shown, with what was undone.
func entriesOf(rows []data.DraftOperation) []LogEntry {
	undone := map[int]bool{}
	for i := range rows {
		if rows[i].Target != 0 {
			undone[rows[i].Target] = rows[i].Kind == "undo"
		}
	}
	out := make([]LogEntry, len(rows))
	for i := range rows {
		o := &rows[i]
		out[i] = LogEntry{Seq: o.Seq, Community: o.Community, Actor: o.Actor, At: o.At, Kind: o.Kind, Undone: undone[o.Seq],
			Grids: o.Grids, Zh: o.Zh, En: o.En}
	}
	return out
}
