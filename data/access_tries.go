package data

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// TryRule bounds how often something may be tried without success.
type TryRule struct {
	Limit  int           // tries within Within
	Within time.Duration // of the first
	Lock   time.Duration // of the last one allowed
}

// TryKey names what tries are counted for, by a hash too short to tell from it
// what was typed.
type TryKey []byte

func tryKey(kind, name string) TryKey {
	sum := sha256.Sum256([]byte(kind + ":" + name))
	return sum[:8]
}

func accountKey(account string) TryKey { return tryKey("account", account) }

// AccountTries counts tries for an account, whether there is one or not.
func AccountTries(account string) TryKey { return accountKey(account) }

// AddressTries counts tries from a client's address.
func AddressTries(address string) TryKey { return tryKey("address", address) }

// Try counts a try before it is made, so that many at once are not more than
// one after the other. It returns until when no more are allowed (zero: this one
// is), and whether this try is the last before that.
func Try(ctx context.Context, pool *pgxpool.Pool, key TryKey, now time.Time, r TryRule) (until time.Time, last bool, err error) {
	var count int
	var locked *time.Time
	err = pool.QueryRow(ctx, query("access_try"), []byte(key), now, r.Limit, r.Within, r.Lock).Scan(&count, &locked)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("count a try: %w", err)
	}
	if count > r.Limit && locked != nil {
		return *locked, false, nil
	}
	return time.Time{}, count == r.Limit, nil
}

// Succeeded forgets the tries for an account, and takes back the one from an
// address: somebody with one good account must not wipe out their guesses at
// others.
func Succeeded(ctx context.Context, pool *pgxpool.Pool, account, address TryKey) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, query("access_forget_tries"), []byte(account)); err != nil {
			return fmt.Errorf("forget tries: %w", err)
		}
		if _, err := tx.Exec(ctx, query("access_untry"), []byte(address)); err != nil {
			return fmt.Errorf("take a try back: %w", err)
		}
		return nil
	})
}

// ForgetTries drops tries and states of sign-ins that count no more.
func ForgetTries(ctx context.Context, pool *pgxpool.Pool, now time.Time, r TryRule) error {
	if _, err := pool.Exec(ctx, query("access_old_tries"), now, r.Within); err != nil {
		return fmt.Errorf("forget old tries: %w", err)
	}
	if _, err := pool.Exec(ctx, query("access_old_states"), now); err != nil {
		return fmt.Errorf("forget old states: %w", err)
	}
	return nil
}

// OIDCState is a sign-in under way at the identity provider.
type OIDCState struct {
	StateHash       []byte // SHA-256
	Nonce, Verifier string
	ExpiresAt       time.Time
}

// AddOIDCState keeps a state until somebody comes back with it.
func AddOIDCState(ctx context.Context, pool *pgxpool.Pool, s OIDCState) error {
	if _, err := pool.Exec(ctx, query("access_add_state"), s.StateHash, s.Nonce, s.Verifier, s.ExpiresAt); err != nil {
		return fmt.Errorf("keep a state: %w", err)
	}
	return nil
}

// TakeOIDCState returns a state that is still good at now, once.
func TakeOIDCState(ctx context.Context, pool *pgxpool.Pool, hash []byte, now time.Time) (OIDCState, error) {
	s := OIDCState{StateHash: hash}
	err := pool.QueryRow(ctx, query("access_take_state"), hash, now).Scan(&s.Nonce, &s.Verifier, &s.ExpiresAt)
	if errors.Is(err, pgx.ErrNoRows) {
		return s, Fault(Unrecognised, "state", "is unknown, used or too old; begin again")
	}
	if err != nil {
		return s, fmt.Errorf("take a state: %w", err)
	}
	return s, nil
}
