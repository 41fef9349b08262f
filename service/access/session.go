package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"time"

	"gridmap/data"
)

// How often a password may be tried. An address stands for a whole office, so
// it is bound more loosely.
const (
	accountTries = 5
	addressTries = 50
	triesWithin  = 15 * time.Minute
	lockedFor    = 15 * time.Minute
)

func triesOf(limit int) data.TryRule {
	return data.TryRule{Limit: limit, Within: triesWithin, Lock: lockedFor}
}

// SignIn checks a password and opens a session. Whether the account exists, is
// disabled or has no password cannot be told from the answer, nor from how long
// it takes. from is the client's address.
func (s *Service) SignIn(ctx context.Context, account, password, from string) (Session, error) {
	if err := s.mayTry(ctx, account, from); err != nil {
		return Session{}, err
	}
	var hash string
	a, err := data.FindAccount(ctx, s.pool, account)
	switch {
	case err == nil && !a.Disabled:
		hash = a.PasswordHash
	case err != nil && data.CodeOf(err) != data.NotFound:
		return Session{}, err
	}
	ok, err := s.hasher.matches(ctx, password, hash)
	if err != nil {
		return Session{}, err
	}
	if !ok {
		// Someone may have typed a password for a name: keep only names that exist.
		err := data.WriteAudit(ctx, s.pool, data.AuditEntry{Actor: a.Account, Role: a.Role, Action: "session.open", Subject: a.Account, Result: "refused"})
		return Session{}, errors.Join(data.Fault(data.Unrecognised, "", "account or password is wrong"), err)
	}
	if err := data.Succeeded(ctx, s.pool, data.AccountTries(account), data.AddressTries(from)); err != nil {
		return Session{}, err
	}
	return s.open(ctx, a, "password")
}

// mayTry counts a try for the account and from the address, and refuses it when
// there were too many.
func (s *Service) mayTry(ctx context.Context, account, from string) error {
	now := s.opt.Now()
	byAddress, _, err := data.Try(ctx, s.pool, data.AddressTries(from), now, triesOf(addressTries))
	if err != nil {
		return err
	}
	until, last, err := data.Try(ctx, s.pool, data.AccountTries(account), now, triesOf(accountTries))
	if err != nil {
		return err
	}
	if last {
		// One row when it begins: an entry for each later try would let anybody fill the log.
		if err := s.noteLock(ctx, account); err != nil {
			return err
		}
	}
	if byAddress.After(until) {
		until = byAddress
	}
	if until.IsZero() {
		return nil
	}
	wait := int(math.Ceil(until.Sub(now).Seconds()))
	fault := data.Fault(data.Throttled, "", "too many wrong passwords; try again later")
	fault.Members = map[string]any{"retry_after": wait}
	return fault
}

// noteLock says in the audit log that the try under way is the last; of names
// that nobody has, only that there was one.
func (s *Service) noteLock(ctx context.Context, account string) error {
	a, err := data.FindAccount(ctx, s.pool, account)
	if err != nil && data.CodeOf(err) != data.NotFound {
		return err
	}
	return data.WriteAudit(ctx, s.pool, data.AuditEntry{Actor: a.Account, Role: a.Role, Action: "account.lock", Subject: a.Account, Result: "done"})
}

// open opens a session of an account that proved itself in some way.
func (s *Service) open(ctx context.Context, a data.Account, way string) (Session, error) {
	id := Identity{Account: a.Account, Role: Role(a.Role), ScopeCode: a.ScopeCode, Demo: s.opt.Demo}
	if days := s.rules().PasswordDays; way == "password" {
		id.MustChange = a.MustChange || days > 0 && a.PasswordAt.Before(s.opt.Now().AddDate(0, 0, -days))
	}
	free := id.Role == Wall && !s.opt.WallIdles
	of := s.opt.Longest
	if free {
		of = wallSessionOf
	}
	return s.issue(ctx, id, id, issuing{kind: "session", way: way, action: "session.open", of: of, alone: s.opt.OneSession && !free})
}

// issuing is what to make a credential of.
type issuing struct {
	kind, way, action, name string
	of                      time.Duration
	alone                   bool
}

func (s *Service) issue(ctx context.Context, by, id Identity, how issuing) (Session, error) {
	secret, err := newSecret()
	if err != nil {
		return Session{}, err
	}
	now := s.opt.Now()
	out := Session{Secret: secret, Identity: id, ExpiresAt: now.Add(how.of)}
	c := data.Credential{SecretHash: digest(secret), Account: id.Account, Role: string(id.Role), ScopeCode: id.ScopeCode,
		Kind: how.kind, ExpiresAt: out.ExpiresAt, Way: how.way, Name: how.name, SeenAt: now}
	if err := data.AddCredential(ctx, s.pool, by.Actor(), c, how.action, how.alone); err != nil {
		return Session{}, err
	}
	if how.alone {
		s.cache.dropAccount(id.Account)
	}
	return out, nil
}

func newSecret() (string, error) {
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return "", fmt.Errorf("make a secret: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(secret), nil
}

func digest(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// Recognise returns whose secret it is, and counts as a sign of life. See the
// package comment for what holds while the database cannot be reached.
func (s *Service) Recognise(ctx context.Context, secret string) (Identity, error) {
	return s.recognise(ctx, secret, true)
}

// Known is whose secret it is, if this server has checked it before and it may
// still hold; nobody else's and nobody at all are the zero value. It asks nobody,
// and so decides nothing but how much depends on a request.
func (s *Service) Known(secret string) Identity {
	id, _, _ := s.cache.look([32]byte(digest(secret)), s.opt.Now(), false)
	return id
}

// Still says whether a secret is good, without a sign of life: a stream that
// nobody looks at must not keep a session going.
func (s *Service) Still(ctx context.Context, secret string) error {
	_, err := s.recognise(ctx, secret, false)
	return err
}

func (s *Service) recognise(ctx context.Context, secret string, alive bool) (Identity, error) {
	key := [32]byte(digest(secret))
	known, fresh, due := s.cache.look(key, s.opt.Now(), alive)
	switch {
	case fresh && (!due || !alive):
		return known, nil
	case fresh:
		// Nobody waits for the next check of a session in use, however slow the
		// database is. DoChan begins it only where none is under way.
		s.checks.DoChan(string(key[:]), func() (any, error) { return s.check(context.WithoutCancel(ctx), key, known, alive, 5*time.Second) })
		return known, nil
	}
	// A thousand screens that come back with one secret ask once.
	flight := string(key[:])
	if !alive {
		flight += " still" // must not stand in for a sign of life
	}
	within := 2 * time.Second
	if known.Anonymous() {
		within = 8 * time.Second // there is nothing to fall back on
	}
	checked := s.checks.DoChan(flight, func() (any, error) {
		return s.check(context.WithoutCancel(ctx), key, known, alive, within)
	})
	select {
	case r := <-checked:
		id, _ := r.Val.(Identity)
		return id, r.Err
	case <-ctx.Done():
		return Identity{}, ctx.Err()
	}
}

// check asks the database whose secret it is. What is known of it stays while
// the database is away.
func (s *Service) check(ctx context.Context, key [32]byte, known Identity, alive bool, within time.Duration) (Identity, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	now, rules, drops := s.opt.Now(), s.rules(), s.cache.dropped()
	c, err := data.FindCredential(ctx, s.pool, key[:], now, s.cache.seen(key, now), rules)
	switch code := data.CodeOf(err); {
	case err == nil:
		// Only now and then: a write for each request would be one too many.
		if alive && now.Sub(c.SeenAt) > max(time.Second, rules.Idle/60) {
			if err := data.SeeCredential(ctx, s.pool, key[:], now); err != nil && data.CodeOf(err) != data.Unavailable {
				return Identity{}, err
			}
		}
		id := Identity{Account: c.Account, Role: Role(c.Role), ScopeCode: c.ScopeCode, Demo: s.opt.Demo, MustChange: c.MustChange}
		e := entry{id: id, checkedAt: now, expiresAt: c.ExpiresAt, session: c.Kind == "session"}
		if alive {
			e.aliveAt = now
		}
		s.cache.put(key, e, drops)
		return id, nil
	case code == data.Unrecognised:
		s.cache.forget(key)
		return Identity{}, err
	case code == data.Unavailable && !known.Anonymous():
		s.cache.extend(key, now)
		return known, nil
	}
	return Identity{}, err
}

// SignOut ends the session.
func (s *Service) SignOut(ctx context.Context, id Identity, secret string) error {
	s.cache.drop([32]byte(digest(secret)))
	return data.RevokeCredential(ctx, s.pool, id.Actor(), digest(secret))
}

// ChangePassword sets the password that its owner chose, after the old one was
// given, and ends their other sessions.
func (s *Service) ChangePassword(ctx context.Context, id Identity, secret, from, before, after string) error {
	a, err := data.FindAccount(ctx, s.pool, id.Account)
	if data.CodeOf(err) == data.NotFound || err == nil && a.PasswordHash == "" {
		return data.Fault(data.Conflict, "old", "this account has no password here")
	}
	if err != nil {
		return err
	}
	if err := s.mayTry(ctx, id.Account, from); err != nil {
		return err
	}
	ok, err := s.hasher.matches(ctx, before, a.PasswordHash)
	if err != nil {
		return err
	}
	if !ok {
		err := data.WriteAudit(ctx, s.pool, data.AuditEntry{Actor: id.Account, Role: string(id.Role), Action: "account.password", Subject: id.Account, Result: "refused"})
		return errors.Join(data.Fault(data.Invalid, "old", "is not the present password"), err)
	}
	if err := data.Succeeded(ctx, s.pool, data.AccountTries(id.Account), data.AddressTries(from)); err != nil {
		return err
	}
	if err := s.checkNew(ctx, id.Account, after); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, after)
	if err != nil {
		return err
	}
	if err := data.ChangePassword(ctx, s.pool, id.Actor(), hash, digest(secret)); err != nil {
		return err
	}
	s.cache.dropAccount(id.Account)
	return nil
}

// checkNew refuses a new password by the rules; the field is called new there.
func (s *Service) checkNew(ctx context.Context, account, password string) error {
	err := checkPassword(account, password)
	if err == nil {
		err = s.checkReuse(ctx, account, password)
	}
	var fault *data.Error
	if errors.As(err, &fault) && fault.Field == "password" {
		return data.Fault(fault.Code, "new", fault.Reason)
	}
	return err
}

// ForgetTries drops what no longer counts; see data.ForgetTries.
func (s *Service) ForgetTries(ctx context.Context) error {
	return data.ForgetTries(ctx, s.pool, s.opt.Now(), triesOf(0))
}
