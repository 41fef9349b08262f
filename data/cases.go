package data

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// CaseView is a case with the names of what it refers to.
type CaseView struct {
	Case
	TypeName        string
	Sensitive       bool
	GridCode        string
	Community, Town string
}

// WhistleView is a whistle with the name of the department it calls.
type WhistleView struct {
	Whistle
	Department string
}

// CaseHistory is what happened to a case, oldest first.
type CaseHistory struct {
	Steps    []CaseStep
	Whistles []WhistleView
	Moves    []CaseMove // from grid to grid, when plans took force
}

// CaseMove is a case going from a grid that was replaced into a new one.
type CaseMove struct {
	At       time.Time
	Version  int64 // of the map
	FromCode string
	From     string
	ToCode   string
	To       string
}

// FindCase returns the case with this id, or a NotFound.
func FindCase(ctx context.Context, pool *pgxpool.Pool, id int64) (CaseView, error) {
	return oneCase(ctx, pool, query("case_columns")+query("case_find"), id)
}

// LockCase is FindCase within a write; nobody else changes the case until it
// ends.
func (t *Tx) LockCase(ctx context.Context, id int64) (CaseView, error) {
	return oneCase(ctx, t.tx, query("case_columns")+query("case_find")+" for update of c", id)
}

type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func oneCase(ctx context.Context, q querier, sql string, id int64) (CaseView, error) {
	rows, err := q.Query(ctx, sql, id)
	if err != nil {
		return CaseView{}, fmt.Errorf("find case %d: %w", id, err)
	}
	return collectCase(rows, id)
}

func collectCase(rows pgx.Rows, id int64) (CaseView, error) {
	c, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[CaseView])
	if errors.Is(err, pgx.ErrNoRows) {
		return CaseView{}, Fault(NotFound, "id", "there is no such case")
	}
	if err != nil {
		return CaseView{}, fmt.Errorf("find case %d: %w", id, err)
	}
	return c, nil
}

// History returns what happened to a case.
func History(ctx context.Context, pool *pgxpool.Pool, id int64) (CaseHistory, error) {
	var h CaseHistory
	rows, err := pool.Query(ctx, query("case_steps"), id)
	if err != nil {
		return h, fmt.Errorf("read the steps of case %d: %w", id, err)
	}
	if h.Steps, err = pgx.CollectRows(rows, pgx.RowToStructByPos[CaseStep]); err != nil {
		return h, fmt.Errorf("read the steps of case %d: %w", id, err)
	}
	if rows, err = pool.Query(ctx, query("case_whistles"), id); err != nil {
		return h, fmt.Errorf("read the whistles of case %d: %w", id, err)
	}
	if h.Whistles, err = pgx.CollectRows(rows, pgx.RowToStructByPos[WhistleView]); err != nil {
		return h, fmt.Errorf("read the whistles of case %d: %w", id, err)
	}
	if rows, err = pool.Query(ctx, query("case_moves"), id); err != nil {
		return h, fmt.Errorf("read the moves of case %d: %w", id, err)
	}
	if h.Moves, err = pgx.CollectRows(rows, pgx.RowToStructByPos[CaseMove]); err != nil {
		return h, fmt.Errorf("read the moves of case %d: %w", id, err)
	}
	return h, nil
}

// CaseFilter narrows and orders a list of cases; empty fields do not narrow.
type CaseFilter struct {
	Division           string // code
	State              string // open (not closed, whatever else), due_soon, overdue, closed
	Level, Board, Step string
	HideSensitive      bool
	ByDue              bool // soonest limit first; else newest first
	Now                time.Time
	Limit              int

	// After is the last case of the page before; zero is the first page.
	AfterAt time.Time
	AfterID int64
}

// ListCases returns a page of cases.
func ListCases(ctx context.Context, pool *pgxpool.Pool, f CaseFilter) ([]CaseView, error) {
	name := "case_list_opened"
	if f.ByDue {
		name = "case_list_due"
	}
	// Planned for these very values: a plan for any values cannot use the index
	// of open cases.
	rows, err := pool.Query(ctx, query("case_columns")+query("case_filter")+query(name), pgx.QueryExecModeCacheDescribe,
		CodePrefix(f.Division), f.State, f.Level, f.Board, f.Step, f.HideSensitive, f.Now, f.AfterID, f.AfterAt, f.Limit)
	if err != nil {
		return nil, fmt.Errorf("list cases: %w", err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToStructByPos[CaseView])
	if err != nil {
		return nil, fmt.Errorf("list cases: %w", err)
	}
	return out, nil
}

// CaseType returns the type with this code, or an Invalid that names the field
// type.
func (t *Tx) CaseType(ctx context.Context, code string) (CaseType, error) {
	rows, err := t.tx.Query(ctx, query("case_type"), code)
	if err != nil {
		return CaseType{}, fmt.Errorf("find a case type: %w", err)
	}
	v, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[CaseType])
	if errors.Is(err, pgx.ErrNoRows) {
		return CaseType{}, Fault(Invalid, "type", "is not the code of a case type")
	}
	if err != nil {
		return CaseType{}, fmt.Errorf("find a case type: %w", err)
	}
	return v, nil
}

// AddCase stores a new case, gives it an id, a number (the year and seven
// digits) and version 1, and writes the first row of its step log.
func (t *Tx) AddCase(ctx context.Context, c Case, actor string) (CaseView, error) {
	id, err := t.insertCase(ctx, c)
	if errors.Is(err, pgx.ErrNoRows) {
		// The number is taken: cases were loaded with numbers of their own.
		if _, err = t.tx.Exec(ctx, query("case_number_advance")); err != nil {
			return CaseView{}, fmt.Errorf("advance the case numbers: %w", err)
		}
		id, err = t.insertCase(ctx, c)
	}
	if err != nil {
		return CaseView{}, fmt.Errorf("open a case: %w", err)
	}
	both := &pgx.Batch{}
	queueStep(both, CaseStep{CaseID: id, Step: c.Step, Level: c.Level, At: c.OpenedAt, Actor: actor})
	both.Queue(query("case_columns")+query("case_find")+" for update of c", id)
	answers := t.tx.SendBatch(ctx, both)
	defer answers.Close() // what went wrong shows below
	if _, err := answers.Exec(); err != nil {
		return CaseView{}, fmt.Errorf("log a step of case %d: %w", id, err)
	}
	rows, err := answers.Query()
	if err != nil {
		return CaseView{}, fmt.Errorf("find case %d: %w", id, err)
	}
	return collectCase(rows, id)
}

func (t *Tx) insertCase(ctx context.Context, c Case) (id int64, err error) {
	err = t.tx.QueryRow(ctx, query("case_add"), c.TypeCode, c.Title, c.Description, c.Level, c.Step, c.Board, ref(c.BuildingID),
		c.GridID, ref(c.MicrogridID), c.CommunityCode, c.TownCode, ref(c.TeamID), c.OpenedAt, c.DueAt, c.Geom, c.Source, c.SourceCRS).Scan(&id)
	return id, err
}

// SaveCase stores the fields of a case that change on its way, counts its version
// up, and appends a row to its step log, whose Seq is given here.
func (t *Tx) SaveCase(ctx context.Context, c *Case, s CaseStep) error {
	both := &pgx.Batch{}
	both.Queue(query("case_save"), c.ID, c.Level, c.Step, c.StepAt, moment(c.ClosedAt), rating(c.Rating), c.Whistle)
	queueStep(both, s)
	answers := t.tx.SendBatch(ctx, both)
	defer answers.Close() // what went wrong shows below
	if err := answers.QueryRow().Scan(&c.Version); err != nil {
		return fmt.Errorf("change case %d: %w", c.ID, err)
	}
	if _, err := answers.Exec(); err != nil {
		return fmt.Errorf("log a step of case %d: %w", s.CaseID, err)
	}
	return nil
}

func queueStep(b *pgx.Batch, s CaseStep) {
	b.Queue(query("case_add_step"), s.CaseID, s.Step, s.Level, s.At, s.Actor, s.Remark)
}

// BlowWhistle calls a department. A department that was called and has not
// arrived is a Conflict, and who is no department an Invalid.
func (t *Tx) BlowWhistle(ctx context.Context, w Whistle) error {
	var known, waiting bool
	err := t.tx.QueryRow(ctx, query("case_whistle_check"), w.CaseID, w.DepartmentID).Scan(&known, &waiting)
	switch {
	case err != nil:
		return fmt.Errorf("look for a department: %w", err)
	case !known:
		return Fault(Invalid, "department_id", "is not a department")
	case waiting:
		return Fault(Conflict, "department_id", "was called already and has not arrived yet")
	}
	if _, err := t.tx.Exec(ctx, query("case_whistle_add"), w.CaseID, w.DepartmentID, w.BlownAt, w.Remark); err != nil {
		return fmt.Errorf("blow a whistle: %w", err)
	}
	return nil
}

// Arrive notes that a called department came, and returns how many others are
// still expected. A department that nobody called is a Conflict.
func (t *Tx) Arrive(ctx context.Context, w Whistle) (expected int, err error) {
	var arrived int
	err = t.tx.QueryRow(ctx, query("case_whistle_arrive"), w.CaseID, w.DepartmentID, w.ArrivedAt).Scan(&arrived, &expected)
	if err != nil {
		return 0, fmt.Errorf("note an arrival: %w", err)
	}
	if arrived == 0 {
		return 0, Fault(Conflict, "department_id", "is not expected here")
	}
	return expected, nil
}
