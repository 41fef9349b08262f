package data

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/paulmach/orb"
)

//go:embed sql/intake*.sql
var intakeSQL embed.FS

// Beginner starts transactions: a pool or a connection.
type Beginner interface {
	Begin(context.Context) (pgx.Tx, error)
}

// Intake takes the rows of one file in, in one transaction: rows are staged by
// COPY, checked as a set, and then inserted, updated where they differ, or left
// alone. Nothing is visible to others before Commit; a connection that breaks
// leaves nothing behind.
type Intake struct {
	tx     pgx.Tx
	source string
}

// IntakeReject is a staged row that the database's checks refuse.
type IntakeReject struct {
	Line                 int64
	Field, Reason, Value string
	Geom                 orb.Geometry
}

// IntakeWarning is something that was taken in and should be known.
type IntakeWarning struct {
	Text  string
	Count int64
}

// IntakeResult counts what became of the staged rows.
type IntakeResult struct {
	Staged, Inserted, Updated, Unchanged, Rejected int64
	Warnings                                       []IntakeWarning
}

// BeginIntake opens the transaction for a file. source names where its rows
// come from; with a row's own identifier it is the key under which the row is
// known.
func BeginIntake(ctx context.Context, db Beginner, source string) (*Intake, error) {
	tx, err := db.Begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("begin to take in %s: %w", source, err)
	}
	return &Intake{tx: tx, source: source}, nil
}

// intakeKeys are the columns of the staging table before a kind's own. Values
// given to Load are: line, source_id, source_crs, geometry, then the kind's.
var intakeKeys = []string{"line", "source_id", "source_crs", "geom"}

// intakeChecks are the shared checks of each kind, before its own.
func intakeChecks(kind string) []string {
	switch kind {
	case "divisions":
		return []string{"twice"}
	case "households":
		return []string{"twice", "at_building"}
	case "gauges":
		return []string{"outside"}
	case "buildings":
		return []string{"twice", "in_community"}
	case "compounds":
		return []string{"twice", "in_community", "outside"}
	case "objects", "shelters", "cases":
		return []string{"twice", "at_building", "outside"}
	case "organisations":
		return []string{"twice", "at_building", "in_community", "outside"}
	}
	return []string{"twice", "outside"}
}

// Load takes in rows of one kind. Values stand in the order line, source_id,
// source_crs, geometry, then columns. Refused rows go to reject, in order of
// lines.
func (in *Intake) Load(ctx context.Context, kind string, columns []string, rows pgx.CopyFromSource, reject func(IntakeReject) error) (IntakeResult, error) {
	var result IntakeResult
	own, err := readSections("sql/intake_" + kind + ".sql")
	if err != nil {
		return result, err
	}
	shared, err := readSections("sql/intake.sql")
	if err != nil {
		return result, err
	}
	run := func(sql string) error { return in.exec(ctx, kind, sql) }
	if err := run(shared["begin"] + own["stage"] + "alter table stage alter source set default " + quote(in.source)); err != nil {
		return result, err
	}
	result.Staged, err = in.tx.CopyFrom(ctx, pgx.Identifier{"stage"}, append(append([]string{}, intakeKeys...), columns...), rows)
	if err != nil {
		return result, fmt.Errorf("stage %s: %w", kind, cause(err, rows))
	}
	// Two imports at once would not see each other's rows in their checks.
	if err := run("select pg_advisory_xact_lock(hashtext('gridmap intake'))"); err != nil {
		return result, err
	}
	steps := []string{}
	for _, name := range intakeChecks(kind) {
		steps = append(steps, shared[name])
	}
	for _, sql := range append(steps, own["check"], shared["sift"], own["prepare"]) {
		if err := run(sql); err != nil {
			return result, err
		}
	}
	if err := in.apply(ctx, kind, own, &result); err != nil {
		return result, err
	}
	if result.Rejected, err = in.rejects(ctx, shared["rejects"], reject); err != nil {
		return result, err
	}
	result.Unchanged = result.Staged - result.Rejected - result.Inserted - result.Updated
	return result, run(shared["end"])
}

// cause prefers the error of the rows' source over what COPY made of it.
func cause(err error, rows pgx.CopyFromSource) error {
	if own := rows.Err(); own != nil {
		return own
	}
	return err
}

func (in *Intake) exec(ctx context.Context, kind, sql string) error {
	if sql == "" {
		return nil
	}
	if _, err := in.tx.Exec(ctx, sql); err != nil {
		return fmt.Errorf("take in %s: %w", kind, explained(err))
	}
	return nil
}

// explained adds what PostgreSQL says about a row that breaks a constraint.
func explained(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.ConstraintName != "" {
		return fmt.Errorf("%w (constraint %s of %s)", err, pg.ConstraintName, pg.TableName)
	}
	return err
}

func (in *Intake) apply(ctx context.Context, kind string, own map[string]string, result *IntakeResult) error {
	if err := in.tx.QueryRow(ctx, own["apply"]).Scan(&result.Inserted, &result.Updated); err != nil {
		return fmt.Errorf("take in %s: %w", kind, explained(err))
	}
	if err := in.exec(ctx, kind, own["finish"]); err != nil {
		return err
	}
	if own["warnings"] == "" {
		return nil
	}
	rows, err := in.tx.Query(ctx, own["warnings"])
	if err != nil {
		return fmt.Errorf("look over %s: %w", kind, err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[IntakeWarning])
	for _, w := range all {
		if w.Count > 0 {
			result.Warnings = append(result.Warnings, w)
		}
	}
	if err != nil {
		return fmt.Errorf("look over %s: %w", kind, err)
	}
	return nil
}

func (in *Intake) rejects(ctx context.Context, sql string, reject func(IntakeReject) error) (int64, error) {
	rows, err := in.tx.Query(ctx, sql)
	if err != nil {
		return 0, fmt.Errorf("read refused rows: %w", err)
	}
	defer rows.Close()
	var n int64
	for rows.Next() {
		var r IntakeReject
		if err := rows.Scan(&r.Line, &r.Field, &r.Reason, &r.Value, &r.Geom); err != nil {
			return n, fmt.Errorf("read refused rows: %w", err)
		}
		n++
		if err := reject(r); err != nil {
			return n, err
		}
	}
	return n, rows.Err()
}

// Districts answers how many districts there are, and how many of them come
// from other sources than this intake's.
func (in *Intake) Districts(ctx context.Context) (all, others int, err error) {
	err = in.tx.QueryRow(ctx, `select count(*), count(*) filter (where source <> $1) from divisions where level = 'district'`, in.source).Scan(&all, &others)
	if err != nil {
		return 0, 0, fmt.Errorf("count districts: %w", err)
	}
	return all, others, nil
}

// DivisionCodes answers the codes of this source's divisions by their
// identifiers.
func (in *Intake) DivisionCodes(ctx context.Context) (map[string]string, error) {
	rows, err := in.tx.Query(ctx, `select source_id, code from divisions where source = $1`, in.source)
	if err != nil {
		return nil, fmt.Errorf("read codes of divisions: %w", err)
	}
	codes := map[string]string{}
	var id, code string
	_, err = pgx.ForEachRow(rows, []any{&id, &code}, func() error { codes[id] = code; return nil })
	if err != nil {
		return nil, fmt.Errorf("read codes of divisions: %w", err)
	}
	return codes, nil
}

// Commit makes everything that was loaded visible, at once.
func (in *Intake) Commit(ctx context.Context) error {
	if err := in.tx.Commit(ctx); err != nil {
		return fmt.Errorf("commit the intake of %s: %w", in.source, explained(err))
	}
	return nil
}

// Rollback forgets everything; after Commit it does nothing.
func (in *Intake) Rollback(ctx context.Context) error {
	if err := in.tx.Rollback(ctx); err != nil && !errors.Is(err, pgx.ErrTxClosed) {
		return fmt.Errorf("roll back the intake of %s: %w", in.source, err)
	}
	return nil
}

// readSections cuts a file of SQL at its "-- name:" lines.
func readSections(path string) (map[string]string, error) {
	b, err := fs.ReadFile(intakeSQL, path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	sections := map[string]string{}
	for _, part := range strings.Split("\n"+string(b), "\n-- name: ")[1:] {
		name, sql, _ := strings.Cut(part, "\n")
		sections[strings.TrimSpace(name)] = sql + "\n"
	}
	return sections, nil
}

// quote writes a string constant; DDL takes no parameters.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
