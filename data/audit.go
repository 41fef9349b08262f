package data

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// AuditEntry says who did what to what, and how it ended. Number, time and the
// hash that chains it to the entry before are given by the database. Detail
// never holds personal data.
type AuditEntry struct {
	Actor, Role, Action string
	Subject, Result     string
	Detail              map[string]any
}

type executor interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// audit appends e within the caller's transaction. Entries are chained one
// after the other, so it comes last: the next writer waits for the commit.
func audit(ctx context.Context, tx executor, e AuditEntry) error {
	detail := []byte("{}")
	if len(e.Detail) > 0 {
		var err error
		if detail, err = json.Marshal(e.Detail); err != nil {
			return fmt.Errorf("write the audit log: %w", err)
		}
	}
	_, err := tx.Exec(ctx, query("audit_add"), e.Actor, e.Role, e.Action, e.Subject, e.Result, detail)
	if err != nil {
		return fmt.Errorf("write the audit log: %w", err)
	}
	return nil
}

// WriteAudit appends an entry that goes with no other write, a refusal above all.
func WriteAudit(ctx context.Context, pool *pgxpool.Pool, e AuditEntry) error {
	return audit(ctx, pool, e)
}

// VerifyAudit checks the chain of the audit log from its first entry to its
// last and returns how many there are. A broken chain is a Conflict that names
// the first entry whose number, content or hash does not follow.
func VerifyAudit(ctx context.Context, pool *pgxpool.Pool) (int64, error) {
	var count int64
	var broken *int64
	err := pool.QueryRow(ctx, query("audit_verify")).Scan(&count, &broken)
	if err != nil {
		return 0, fmt.Errorf("verify the audit log: %w", err)
	}
	if broken != nil {
		return count, Fault(Conflict, "audit", fmt.Sprintf("the chain is broken at entry %d", *broken))
	}
	return count, nil
}

// AuditRow is an entry as it is read back.
type AuditRow struct {
	ID              int64
	At              string // RFC 3339, UTC
	Actor, Role     string
	Action, Subject string
	Result          string
	Detail          json.RawMessage
}

// AuditFilter narrows the audit log; zero values do not.
type AuditFilter struct {
	Before        int64 // entries before this number
	Actor, Action string
	From, To      time.Time // To is not included
	Limit         int
}

// AuditLog returns up to f.Limit entries, newest first.
func AuditLog(ctx context.Context, pool *pgxpool.Pool, f AuditFilter) ([]AuditRow, error) {
	rows, err := pool.Query(ctx, query("audit_list"), f.Before, f.Limit, f.Actor, f.Action, moment(f.From), moment(f.To))
	if err != nil {
		return nil, fmt.Errorf("read the audit log: %w", err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToStructByPos[AuditRow])
	if err != nil {
		return nil, fmt.Errorf("read the audit log: %w", err)
	}
	return out, nil
}

// AuditHead is the newest entry of the audit log: who knows it can tell later
// whether anything up to it was changed or cut off.
type AuditHead struct {
	Number int64
	Hash   []byte
}

// HeadOfAudit returns the newest entry; zero when there is none.
func HeadOfAudit(ctx context.Context, pool *pgxpool.Pool) (AuditHead, error) {
	var h AuditHead
	err := pool.QueryRow(ctx, query("audit_head")).Scan(&h.Number, &h.Hash)
	if errors.Is(err, pgx.ErrNoRows) {
		return AuditHead{}, nil
	}
	if err != nil {
		return h, fmt.Errorf("read the end of the audit log: %w", err)
	}
	return h, nil
}

// CheckAuditHead is a Conflict when the entry that once was the newest is gone
// or is another.
func CheckAuditHead(ctx context.Context, pool *pgxpool.Pool, h AuditHead) error {
	if h.Number == 0 {
		return nil
	}
	var hash []byte
	err := pool.QueryRow(ctx, query("audit_entry"), h.Number).Scan(&hash)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Fault(Conflict, "audit", fmt.Sprintf("entry %d was there and is gone: the end is cut off", h.Number))
	case err != nil:
		return fmt.Errorf("read entry %d of the audit log: %w", h.Number, err)
	case !bytes.Equal(hash, h.Hash):
		return Fault(Conflict, "audit", fmt.Sprintf("entry %d is not what it was: the log was written anew", h.Number))
	}
	return nil
}
