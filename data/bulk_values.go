package data

import (
	"encoding/json"
	"math"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb"
)

// How zero values of records are stored: each of these turns one into null.

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func ref(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

func rating(r int) any {
	if r == 0 {
		return nil
	}
	return int16(r)
}

func capacity(beds int) any {
	if beds < 0 {
		return nil
	}
	return beds
}

// level is a height or stage in metres; zero and NaN are unknown.
func level(m float64) any {
	if m == 0 || math.IsNaN(m) {
		return nil
	}
	return m
}

func place(known bool, p orb.Point) any {
	if !known {
		return nil
	}
	return p
}

func orElse(v, otherwise float64) float64 {
	if v == 0 {
		return otherwise
	}
	return v
}

func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func document(b []byte) json.RawMessage {
	if len(b) == 0 {
		return json.RawMessage("{}")
	}
	return b
}

// validFrom is the range of days from day on; a zero day is null: a draft.
func validFrom(day time.Time) any {
	if day.IsZero() {
		return nil
	}
	return pgtype.Range[pgtype.Date]{
		Lower: pgtype.Date{Time: day, Valid: true}, LowerType: pgtype.Inclusive,
		UpperType: pgtype.Unbounded, Valid: true,
	}
}

// heldFrom is the range of moments from the start of a day on; a zero day is
// null: a draft.
func heldFrom(day time.Time) any {
	if day.IsZero() {
		return nil
	}
	return pgtype.Range[pgtype.Timestamptz]{
		Lower: pgtype.Timestamptz{Time: startOf(day), Valid: true}, LowerType: pgtype.Inclusive,
		UpperType: pgtype.Unbounded, Valid: true,
	}
}

// LocalZone is where the district is: China has had one zone without summer time
// since 1991.
func LocalZone() *time.Location { return time.FixedZone("CST", 8*60*60) }

// startOf is the first moment of a day there.
func startOf(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, LocalZone())
}

// always is the range for rows loaded at the start of records.
func always() any { return validFrom(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)) }
