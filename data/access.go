package data

import (
	"context"
	"errors"
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
	Account         string
	PasswordHash    string // argon2id; empty: no password lets in
	Role            string
	ScopeCode       string
	Disabled        bool
	MustChange      bool // the password, before anything else
	PasswordAt      time.Time
	Issuer, Subject string // at the identity provider; empty: local only
	CreatedAt       time.Time
	LockedUntil     time.Time // zero: not locked
}

// AddAccount stores a new account; an account of that name is a Conflict. With
// replace, it takes its place.
func AddAccount(ctx context.Context, pool *pgxpool.Pool, by Actor, a Account, replace bool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, query("access_add_account"), a.Account, a.PasswordHash, a.Role, a.ScopeCode, replace, a.MustChange, a.Issuer, a.Subject)
		if isUnique(err, "accounts_external") {
			return Fault(Conflict, "subject", "another account belongs to this person at the identity provider")
		}
		if err != nil {
			return fmt.Errorf("add the account %s: %w", a.Account, err)
		}
		if tag.RowsAffected() == 0 {
			return Fault(Conflict, "account", "there is an account of this name")
		}
		if err := rememberPassword(ctx, tx, a.Account, a.PasswordHash); err != nil {
			return err
		}
		return audit(ctx, tx, AuditEntry{Actor: by.Account, Role: by.Role, Action: "account.add", Subject: a.Account, Result: "done",
			Detail: map[string]any{"role": a.Role, "scope": a.ScopeCode, "external": a.Subject != ""}})
	})
}

func rememberPassword(ctx context.Context, tx pgx.Tx, account, hash string) error {
	if hash == "" {
		return nil
	}
	if _, err := tx.Exec(ctx, query("access_remember_password"), account, hash); err != nil {
		return fmt.Errorf("remember a password of %s: %w", account, err)
	}
	return nil
}

// PasswordHistory returns the hashes of the account's last passwords, the
// present one first.
func PasswordHistory(ctx context.Context, pool *pgxpool.Pool, account string, last int) ([]string, error) {
	rows, err := pool.Query(ctx, query("access_password_history"), account, last)
	if err != nil {
		return nil, fmt.Errorf("read the last passwords: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// FindAccount returns the account of that name, or a NotFound.
func FindAccount(ctx context.Context, pool *pgxpool.Pool, account string) (Account, error) {
	return findAccount(ctx, pool, "access_find_account", account)
}

// FindExternal returns the account of somebody at an identity provider, or a
// NotFound.
func FindExternal(ctx context.Context, pool *pgxpool.Pool, issuer, subject string) (Account, error) {
	return findAccount(ctx, pool, "access_find_external", issuer, subject)
}

func findAccount(ctx context.Context, q querier, name string, args ...any) (Account, error) {
	rows, err := q.Query(ctx, query(name), args...)
	if err != nil {
		return Account{}, fmt.Errorf("find an account: %w", err)
	}
	a, err := pgx.CollectExactlyOneRow(rows, scanAccount)
	if errors.Is(err, pgx.ErrNoRows) {
		return Account{}, Fault(NotFound, "account", "there is no such account")
	}
	if err != nil {
		return Account{}, fmt.Errorf("find an account: %w", err)
	}
	return a, nil
}

func scanAccount(row pgx.CollectableRow) (a Account, err error) {
	var locked *time.Time
	err = row.Scan(&a.Account, &a.PasswordHash, &a.Role, &a.ScopeCode, &a.Disabled, &a.MustChange, &a.PasswordAt,
		&a.Issuer, &a.Subject, &a.CreatedAt, &locked)
	if locked != nil {
		a.LockedUntil = *locked
	}
	return a, err
}

// Accounts lists the accounts whose scope lies inside a division, by name.
func Accounts(ctx context.Context, pool *pgxpool.Pool, division string) ([]Account, error) {
	rows, err := pool.Query(ctx, query("access_accounts"), CodePrefix(division))
	if err != nil {
		return nil, fmt.Errorf("list the accounts: %w", err)
	}
	out, err := pgx.CollectRows(rows, scanAccount)
	if err != nil {
		return nil, fmt.Errorf("list the accounts: %w", err)
	}
	return out, nil
}

// AccountChange is what somebody does to an account; nil leaves as it is.
type AccountChange struct {
	Disabled     *bool
	Role, Scope  *string
	PasswordHash *string // set by somebody else: must be changed
	Unlock       bool
	Issuer       *string // with Subject; empty takes it away
	Subject      *string
}

// ChangeAccount changes an account that check allows to be changed, and ends
// its sessions when it is disabled or its password is set.
func ChangeAccount(ctx context.Context, pool *pgxpool.Pool, by Actor, account string, c AccountChange, check func(Account) error) (Account, error) {
	var after Account
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		before, err := findAccount(ctx, tx, "access_lock_account", account)
		if err != nil {
			return err
		}
		if err := check(before); err != nil {
			return err
		}
		if err := c.apply(ctx, tx, before); err != nil {
			return err
		}
		if after, err = findAccount(ctx, tx, "access_find_account", account); err != nil {
			return err
		}
		return audit(ctx, tx, AuditEntry{Actor: by.Account, Role: by.Role, Action: "account.change", Subject: account, Result: "done", Detail: c.detail()})
	})
	return after, err
}

func (c AccountChange) apply(ctx context.Context, tx pgx.Tx, before Account) error {
	_, err := tx.Exec(ctx, query("access_change_account"), before.Account, c.Disabled, c.Role, c.Scope, c.PasswordHash, c.Issuer, c.Subject)
	if isUnique(err, "accounts_external") {
		return Fault(Conflict, "subject", "another account belongs to this person at the identity provider")
	}
	if err != nil {
		return fmt.Errorf("change the account %s: %w", before.Account, err)
	}
	if c.PasswordHash != nil {
		if err := rememberPassword(ctx, tx, before.Account, *c.PasswordHash); err != nil {
			return err
		}
	}
	if c.Unlock || c.PasswordHash != nil {
		if _, err := tx.Exec(ctx, query("access_forget_tries"), []byte(accountKey(before.Account))); err != nil {
			return fmt.Errorf("unlock the account %s: %w", before.Account, err)
		}
	}
	if c.PasswordHash != nil || c.Disabled != nil && *c.Disabled {
		return endSessions(ctx, tx, before.Account, nil)
	}
	return nil
}

// detail says what was changed, without secrets.
func (c AccountChange) detail() map[string]any {
	d := map[string]any{}
	if c.Disabled != nil {
		d["disabled"] = *c.Disabled
	}
	if c.Role != nil {
		d["role"] = *c.Role
	}
	if c.Scope != nil {
		d["scope"] = *c.Scope
	}
	if c.PasswordHash != nil {
		d["password"] = "set"
	}
	if c.Unlock {
		d["unlocked"] = true
	}
	if c.Subject != nil {
		d["external"] = *c.Subject != ""
	}
	return d
}

// ChangePassword stores the password that somebody chose, and ends all their
// sessions but the one with the hash keep.
func ChangePassword(ctx context.Context, pool *pgxpool.Pool, by Actor, hash string, keep []byte) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, query("access_change_password"), by.Account, hash); err != nil {
			return fmt.Errorf("change the password of %s: %w", by.Account, err)
		}
		if err := rememberPassword(ctx, tx, by.Account, hash); err != nil {
			return err
		}
		if err := endSessions(ctx, tx, by.Account, keep); err != nil {
			return err
		}
		return audit(ctx, tx, AuditEntry{Actor: by.Account, Role: by.Role, Action: "account.password", Subject: by.Account, Result: "done"})
	})
}

func endSessions(ctx context.Context, tx pgx.Tx, account string, keep []byte) error {
	if _, err := tx.Exec(ctx, query("access_end_sessions"), account, keep); err != nil {
		return fmt.Errorf("end the sessions of %s: %w", account, err)
	}
	return nil
}
