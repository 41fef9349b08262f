package data

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Code is what callers branch on.
type Code string

// The codes of Error.
const (
	Invalid      Code = "invalid"      // a value that can never be right
	NotFound     Code = "not_found"    // nothing by that name
	OutOfPlace   Code = "out_of_place" // right in form, but not in this district, or not now
	Conflict     Code = "conflict"     // the thing is not in a state that allows it
	Stale        Code = "stale"        // somebody changed it in between
	Reused       Code = "reused"       // an idempotency key that came with another request
	Forbidden    Code = "forbidden"    // outside the role or the scope
	Unrecognised Code = "unrecognised" // no valid session, token or password
	Throttled    Code = "throttled"    // too often; Members has retry_after, in seconds
	Unreachable  Code = "unreachable"  // a service that this one needs gave no answer
	Unavailable  Code = "unavailable"  // the database cannot be reached
)

// Error is an error that callers branch on. Field names the value at fault, as
// the caller spells it; Reason is for people and never holds personal data.
type Error struct {
	Code   Code
	Field  string
	Reason string
	Err    error
	// Members are further facts for the caller, by name: what was changed in
	// between, what forbids it.
	Members map[string]any
}

func (e *Error) Error() string {
	parts := make([]string, 0, 3)
	for _, p := range []string{e.Field, e.Reason} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, ": ")
}

// isUnique says whether err is the violation of a unique index by that name.
func isUnique(err error, index string) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.Code == "23505" && refused.ConstraintName == index
}

func (e *Error) Unwrap() error { return e.Err }

// Fault makes an Error without a cause.
func Fault(code Code, field, reason string) *Error {
	return &Error{Code: code, Field: field, Reason: reason}
}

// CodeOf returns the code of err: that of the first Error in its chain,
// Unavailable where the database could not be reached in time, else nothing.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	if unreachable(err) {
		return Unavailable
	}
	return ""
}

// WhyUnavailable says to clients why an Unavailable error is one.
func WhyUnavailable(err error) string {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		switch refused.Code {
		case diskFull:
			return "the database's disk is full; nothing was stored; try again later"
		case lockNotFree:
			return "somebody holds what this needs; try again"
		}
	}
	return "the database cannot be reached now; try again"
}

// SQLSTATEs that clients are told of by themselves.
const (
	diskFull     = "53100"
	lockNotFree  = "55P03" // lock_timeout of OpenWeb
	idledTooLong = "25P03" // idle_in_transaction_session_timeout of OpenWeb
)

// unreachable says whether err means that the database is not there, or not
// there in time, rather than that it refused the statement.
func unreachable(err error) bool {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return true // whatever the server said, it let nobody in
	}
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		// Class 08: connection; 57P01–57P03: shutting down or starting; 53300:
		// too many connections; 25006: a standby.
		switch refused.Code {
		case "57P01", "57P02", "57P03", "53300", "25006", diskFull, lockNotFree, idledTooLong:
			return true
		}
		return strings.HasPrefix(refused.Code, "08")
	}
	var network net.Error
	return errors.As(err, &network) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.DeadlineExceeded)
}
