package data

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Actor is who writes: the account, its role and the division it may touch.
type Actor struct {
	Account, Role string
	ScopeCode     string // 12 digits; empty covers nothing
}

// Covers says whether the division, grid or micro-grid with this code is inside
// the actor's scope.
func (a Actor) Covers(code string) bool {
	return a.ScopeCode != "" && strings.HasPrefix(code, CodePrefix(a.ScopeCode))
}

// CodePrefix is what the codes of everything inside a division begin with: six
// digits of a district, nine of a town, twelve of a community.
func CodePrefix(division string) string {
	if len(division) != 12 || !strings.HasSuffix(division, "000") {
		return division
	}
	if strings.HasSuffix(division, "000000") {
		return division[:6]
	}
	return division[:9]
}

// Account is somebody who may sign in.
type Account struct {
	Account      string
	PasswordHash string
	Role         string
	ScopeCode    string
	Disabled     bool
}

// Credential is a session or a token; only the hash of its secret is known.
type Credential struct {
	SecretHash []byte // SHA-256
	Account    string
	Role       string
	ScopeCode  string
	Kind       string // session, token
	ExpiresAt  time.Time
}

// AddAccount stores a new account; an account of that name is a Conflict. With
// replace, it takes its place.
func AddAccount(ctx context.Context, pool *pgxpool.Pool, by Actor, a Account, replace bool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, query("access_add_account"), a.Account, a.PasswordHash, a.Role, a.ScopeCode, replace)
		if err != nil {
			return fmt.Errorf("add the account %s: %w", a.Account, err)
		}
		if tag.RowsAffected() == 0 {
			return Fault(Conflict, "account", "there is an account of this name")
		}
		return audit(ctx, tx, AuditEntry{Actor: by.Account, Role: by.Role, Action: "account.add", Subject: a.Account, Result: "done",
			Detail: map[string]any{"role": a.Role, "scope": a.ScopeCode}})
	})
}

// FindAccount returns the account of that name, or a NotFound.
func FindAccount(ctx context.Context, pool *pgxpool.Pool, account string) (Account, error) {
	rows, err := pool.Query(ctx, query("access_find_account"), account)
	if err != nil {
		return Account{}, fmt.Errorf("find an account: %w", err)
	}
	a, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Account])
	if err == pgx.ErrNoRows {
		return Account{}, Fault(NotFound, "account", "there is no such account")
	}
	if err != nil {
		return Account{}, fmt.Errorf("find an account: %w", err)
	}
	return a, nil
}

// AddCredential stores a session or a token together with its audit row.
func AddCredential(ctx context.Context, pool *pgxpool.Pool, c Credential, action string) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, query("access_add_credential"), c.SecretHash, c.Account, c.Role, c.ScopeCode, c.Kind, c.ExpiresAt)
		if err != nil {
			return fmt.Errorf("store a %s: %w", c.Kind, err)
		}
		return audit(ctx, tx, AuditEntry{Actor: c.Account, Role: c.Role, Action: action, Subject: c.Account, Result: "done",
			Detail: map[string]any{"scope": c.ScopeCode, "expires": c.ExpiresAt.UTC().Format(time.RFC3339)}})
	})
}

// FindCredential returns the valid credential with this hash at now, or an
// Unrecognised error when there is none, or it was revoked, has expired, or its
// account is disabled.
func FindCredential(ctx context.Context, pool *pgxpool.Pool, hash []byte, now time.Time) (Credential, error) {
	rows, err := pool.Query(ctx, query("access_find_credential"), hash, now)
	if err != nil {
		return Credential{}, fmt.Errorf("find a credential: %w", err)
	}
	c, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Credential])
	if err == pgx.ErrNoRows {
		return Credential{}, Fault(Unrecognised, "", "the session or token is not valid, or not any more")
	}
	if err != nil {
		return Credential{}, fmt.Errorf("find a credential: %w", err)
	}
	return c, nil
}

// RevokeCredential ends a session or a token for good.
func RevokeCredential(ctx context.Context, pool *pgxpool.Pool, by Actor, hash []byte) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, query("access_revoke_credential"), hash); err != nil {
			return fmt.Errorf("revoke a credential: %w", err)
		}
		return audit(ctx, tx, AuditEntry{Actor: by.Account, Role: by.Role, Action: "session.end", Subject: by.Account, Result: "done"})
	})
}
