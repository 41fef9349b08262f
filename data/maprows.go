package data

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
)

// MapRow is one row of a map layer. It is valid only while it is being visited.
type MapRow struct {
	ID   int64
	Geom orb.Geometry // EPSG:4490
	raw  [][]byte
	oids []uint32
}

// mapIDs stands in the SQL of each layer where a list of ids narrows it down.
const mapIDs = "/* ids */"

// MapRows visits the rows of a layer (the statement sql/map_<layer>.sql, whose
// columns are id, geom, and one for each field): those with the given ids, or
// all of them when ids is nil.
func (m Moment) MapRows(ctx context.Context, layer string, ids []int64, visit func(*MapRow) error) error {
	sql, args := query("map_"+layer), []any(nil)
	if ids != nil {
		if !strings.Contains(sql, mapIDs) {
			return fmt.Errorf("layer %s cannot be read by id", layer)
		}
		sql, args = strings.Replace(sql, mapIDs, "and t.id = any ($1)", 1), []any{ids}
	}
	return m.mapRows(ctx, layer, sql, args, visit)
}

// MapRowsAt visits the rows of a layer as they were at a past moment.
func (m Moment) MapRowsAt(ctx context.Context, layer string, at time.Time, visit func(*MapRow) error) error {
	sql := strings.ReplaceAll(query("map_"+layer), "upper_inf(t.valid)", "t.valid @> $1::timestamptz")
	sql = strings.ReplaceAll(sql, "from enactments)", "from enactments where at <= $1)")
	return m.mapRows(ctx, layer, sql, []any{at}, visit)
}

func (m Moment) mapRows(ctx context.Context, layer, sql string, args []any, visit func(*MapRow) error) error {
	rows, err := m.tx.Query(ctx, sql, args...)
	if err != nil {
		return fmt.Errorf("read layer %s: %w", layer, err)
	}
	defer rows.Close()
	var row MapRow
	for _, f := range rows.FieldDescriptions() {
		row.oids = append(row.oids, f.DataTypeOID)
	}
	for rows.Next() {
		row.raw = rows.RawValues()
		row.ID = row.Int(-2)
		if row.Geom, _, err = ewkb.Unmarshal(row.raw[1]); err != nil {
			return fmt.Errorf("read layer %s, row %d: %w", layer, row.ID, err)
		}
		if err := visit(&row); err != nil {
			return fmt.Errorf("read layer %s, row %d: %w", layer, row.ID, err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read layer %s: %w", layer, err)
	}
	return nil
}

// Fields is how many columns follow id and geom.
func (r *MapRow) Fields() int { return len(r.raw) - 2 }

// Null says whether field i (counted behind id and geom) is null.
func (r *MapRow) Null(i int) bool { return r.raw[i+2] == nil }

// Value is field i as a string, int64, float64 or bool; nil for null.
func (r *MapRow) Value(i int) any {
	b := r.raw[i+2]
	if b == nil {
		return nil
	}
	switch r.oids[i+2] {
	case pgtype.BoolOID:
		return b[0] != 0
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID:
		return r.Int(i)
	case pgtype.Float4OID:
		return shortest(math.Float32frombits(binary.BigEndian.Uint32(b)))
	case pgtype.Float8OID:
		return math.Float64frombits(binary.BigEndian.Uint64(b))
	}
	return string(b)
}

// shortest is the number that was meant: 6.6 in single precision is 6.6, not
// 6.599999904632568.
func shortest(v float32) float64 {
	f, err := strconv.ParseFloat(strconv.FormatFloat(float64(v), 'g', -1, 32), 64)
	if err != nil {
		return float64(v)
	}
	return f
}

// Int is field i, an integer column, as an int64; 0 for null.
func (r *MapRow) Int(i int) int64 { // Int(-2) is the id
	b := r.raw[i+2]
	switch len(b) {
	case 2:
		return int64(int16(binary.BigEndian.Uint16(b)))
	case 4:
		return int64(int32(binary.BigEndian.Uint32(b)))
	case 8:
		return int64(binary.BigEndian.Uint64(b))
	}
	return 0
}

// Text is field i, a text column; empty for null.
func (r *MapRow) Text(i int) string { return string(r.raw[i+2]) }

// MapSQL is the statement behind a layer, for comparisons with ST_AsMVT.
func MapSQL(layer string) string { return strings.Replace(query("map_"+layer), mapIDs, "", 1) }

// CaseRow is a case as the live copy holds it; times are Unix seconds, 0 for
// none.
type CaseRow struct {
	ID                                int64
	Number, Type                      string
	Level, Step, Board                string
	Sensitive, Whistle                bool
	OpenedAt, StepAt, DueAt, ClosedAt int64
	GridID                            int64
	GridCode, Community, Town         string
	Title, TypeName                   string
	Version                           int
	Geom                              orb.Point
}

// OpenCases reads the cases with the given ids, or all open ones when ids is
// nil.
func (m Moment) OpenCases(ctx context.Context, ids []int64) ([]CaseRow, error) {
	sql, args := query("live_cases"), []any(nil)
	if ids != nil {
		sql, args = strings.Replace(sql, "c.closed_at is null", "c.id = any ($1)", 1), []any{ids}
	}
	rows, err := m.tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("read cases: %w", err)
	}
	cases, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (CaseRow, error) {
		var c CaseRow
		err := row.Scan(&c.ID, &c.Number, &c.Type, &c.Level, &c.Step, &c.Board, &c.Sensitive, &c.Whistle,
			&c.OpenedAt, &c.StepAt, &c.DueAt, &c.ClosedAt, &c.GridID, &c.GridCode, &c.Community, &c.Town,
			&c.Title, &c.TypeName, &c.Version, &c.Geom)
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("read cases: %w", err)
	}
	return cases, nil
}

// CaseLife is one case's life in brief, for heat at a past moment.
type CaseLife struct {
	ID                        int64
	Level, Board, Type        string
	Sensitive                 bool
	OpenedAt, DueAt, ClosedAt int64
	Community, Town           string
	Lon, Lat                  float64
}

// CaseLives visits every case there ever was, in the order of ids.
func (m Moment) CaseLives(ctx context.Context, visit func(*CaseLife)) error {
	rows, err := m.tx.Query(ctx, query("live_case_history"))
	if err != nil {
		return fmt.Errorf("read the history of cases: %w", err)
	}
	defer rows.Close()
	var c CaseLife
	for rows.Next() {
		err := rows.Scan(&c.ID, &c.Level, &c.Board, &c.Type, &c.Sensitive, &c.OpenedAt, &c.DueAt, &c.ClosedAt,
			&c.Community, &c.Town, &c.Lon, &c.Lat)
		if err != nil {
			return fmt.Errorf("read the history of cases: %w", err)
		}
		visit(&c)
	}
	return rows.Err()
}

// StepRow is a row of the step log, for heat at a past moment.
type StepRow struct {
	CaseID, At  int64
	Step, Level string
}

// CaseSteps visits the step log in the order of cases and steps.
func (m Moment) CaseSteps(ctx context.Context, visit func(*StepRow)) error {
	rows, err := m.tx.Query(ctx, query("live_case_steps"))
	if err != nil {
		return fmt.Errorf("read the step log: %w", err)
	}
	defer rows.Close()
	var s StepRow
	for rows.Next() {
		if err := rows.Scan(&s.CaseID, &s.At, &s.Step, &s.Level); err != nil {
			return fmt.Errorf("read the step log: %w", err)
		}
		visit(&s)
	}
	return rows.Err()
}
