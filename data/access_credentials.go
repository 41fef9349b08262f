package data

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Credential is a session or a token; only the hash of its secret is known.
type Credential struct {
	SecretHash []byte // SHA-256
	Account    string
	Role       string
	ScopeCode  string
	Kind       string // session, token
	ExpiresAt  time.Time
	Way        string // password, oidc, token, demo
	Name       string // what a token is for
	SeenAt     time.Time
	MustChange bool // the account's password, before anything else
}

// CredentialRules say when a session ends before its time.
type CredentialRules struct {
	Idle         time.Duration // without a request; zero: never
	WallIdles    bool          // those of the role wall as well
	PasswordDays int           // after which a password must be changed; zero: never
}

// AddCredential stores a session or a token together with its audit row. With
// alone, the account's other sessions end.
func AddCredential(ctx context.Context, pool *pgxpool.Pool, by Actor, c Credential, action string, alone bool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if alone {
			if err := endSessions(ctx, tx, c.Account, nil); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, query("access_add_credential"), c.SecretHash, c.Account, c.Role, c.ScopeCode, c.Kind, c.ExpiresAt, c.Way, c.Name, c.SeenAt, by.Account)
		if err != nil {
			return fmt.Errorf("store a %s: %w", c.Kind, err)
		}
		return audit(ctx, tx, AuditEntry{Actor: by.Account, Role: by.Role, Action: action, Subject: c.Account, Result: "done",
			Detail: map[string]any{"role": c.Role, "scope": c.ScopeCode, "way": c.Way, "expires": c.ExpiresAt.UTC().Format(time.RFC3339)}})
	})
}

// FindCredential returns the valid credential with this hash at now, or an
// Unrecognised error when there is none, or it was revoked, has expired or was
// not used for too long, or its account is disabled.
func FindCredential(ctx context.Context, pool *pgxpool.Pool, hash []byte, now, seen time.Time, r CredentialRules) (Credential, error) {
	var c Credential
	err := pool.QueryRow(ctx, query("access_find_credential"), hash, now, r.Idle, r.WallIdles, r.PasswordDays, seen).Scan(
		&c.SecretHash, &c.Account, &c.Role, &c.ScopeCode, &c.Kind, &c.ExpiresAt, &c.Way, &c.SeenAt, &c.MustChange)
	if errors.Is(err, pgx.ErrNoRows) {
		return Credential{}, Fault(Unrecognised, "", "the session or token is not valid, or not any more")
	}
	if err != nil {
		return Credential{}, fmt.Errorf("find a credential: %w", err)
	}
	return c, nil
}

// SeeCredential notes that a credential was used at now.
func SeeCredential(ctx context.Context, pool *pgxpool.Pool, hash []byte, now time.Time) error {
	if _, err := pool.Exec(ctx, query("access_see_credential"), hash, now); err != nil {
		return fmt.Errorf("note the use of a credential: %w", err)
	}
	return nil
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

// Token is a machine's token as it is listed; its secret is known to nobody.
type Token struct {
	ID                   int64
	Account, Name        string
	Role, ScopeCode      string
	MadeBy               string
	CreatedAt, ExpiresAt time.Time
	SeenAt               time.Time
}

// Tokens lists the tokens that are valid at now with a scope inside a division,
// newest first.
func Tokens(ctx context.Context, pool *pgxpool.Pool, division string, now time.Time) ([]Token, error) {
	rows, err := pool.Query(ctx, query("access_tokens"), CodePrefix(division), now)
	if err != nil {
		return nil, fmt.Errorf("list the tokens: %w", err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Token])
	if err != nil {
		return nil, fmt.Errorf("list the tokens: %w", err)
	}
	return out, nil
}

// RevokeToken ends a token that check allows to be ended, and returns the hash
// of its secret.
func RevokeToken(ctx context.Context, pool *pgxpool.Pool, by Actor, id int64, check func(role, scope string) error) ([]byte, error) {
	var hash []byte
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		var account, role, scope string
		err := tx.QueryRow(ctx, query("access_lock_token"), id).Scan(&hash, &account, &role, &scope)
		if errors.Is(err, pgx.ErrNoRows) {
			return Fault(NotFound, "id", "there is no such token")
		}
		if err != nil {
			return fmt.Errorf("find a token: %w", err)
		}
		if err := check(role, scope); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, query("access_revoke_credential"), hash); err != nil {
			return fmt.Errorf("revoke a token: %w", err)
		}
		return audit(ctx, tx, AuditEntry{Actor: by.Account, Role: by.Role, Action: "token.revoke", Subject: account, Result: "done", Detail: map[string]any{"id": id}})
	})
	return hash, err
}
