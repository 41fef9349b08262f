package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/data"
)

// How long things stay valid.
const (
	sessionOf     = 12 * time.Hour       // a person's
	wallSessionOf = 400 * 24 * time.Hour // a screen's, which nobody attends
	maxTokenDays  = 3660
)

// Options of a Service.
type Options struct {
	Demo     bool             // offer the demo accounts and open the wall by itself
	District string           // code of the district; scope of the demo accounts
	Now      func() time.Time // nil: time.Now
}

// Service signs in and recognises.
type Service struct {
	pool   *pgxpool.Pool
	opt    Options
	hasher hasher
	cache  *cache
}

// New makes a Service on pool.
func New(pool *pgxpool.Pool, o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{pool: pool, opt: o, hasher: newHasher(4), cache: newCache()}
}

// Session is a fresh session: the secret is known to its bearer alone.
type Session struct {
	Secret    string
	Identity  Identity
	ExpiresAt time.Time
}

var accountForm = regexp.MustCompile(`^[a-z0-9._-]{1,64}$`)

// AddAccount makes an account that can sign in.
func (s *Service) AddAccount(ctx context.Context, by Identity, account, password string, role Role, scope string) error {
	if len([]rune(password)) < 10 {
		return data.Fault(data.Invalid, "password", "needs ten characters or more")
	}
	return s.addAccount(ctx, by, account, password, role, scope, false)
}

func (s *Service) addAccount(ctx context.Context, by Identity, account, password string, role Role, scope string, replace bool) error {
	if !accountForm.MatchString(account) {
		return data.Fault(data.Invalid, "account", "needs 1 to 64 of a–z, 0–9, dot, hyphen and underscore")
	}
	if err := s.checkGrant(ctx, role, scope); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return data.AddAccount(ctx, s.pool, by.Actor(), data.Account{Account: account, PasswordHash: hash, Role: string(role), ScopeCode: scope}, replace)
}

// checkGrant refuses a role that there is not and a scope that is no division.
func (s *Service) checkGrant(ctx context.Context, role Role, scope string) error {
	if !slices.Contains(Roles(), role) {
		return data.Fault(data.Invalid, "role", fmt.Sprintf("is not one of %v", Roles()))
	}
	_, err := data.FindDivision(ctx, s.pool, scope)
	if data.CodeOf(err) == data.NotFound {
		return data.Fault(data.Invalid, "scope", "is not the code of a division")
	}
	return err
}

// CreateToken makes a token for a machine; it is shown this once.
func (s *Service) CreateToken(ctx context.Context, account string, role Role, scope string, days int) (Session, error) {
	if !accountForm.MatchString(account) {
		return Session{}, data.Fault(data.Invalid, "account", "needs 1 to 64 of a–z, 0–9, dot, hyphen and underscore")
	}
	if days < 1 || days > maxTokenDays {
		return Session{}, data.Fault(data.Invalid, "days", fmt.Sprintf("must be 1 to %d", maxTokenDays))
	}
	if err := s.checkGrant(ctx, role, scope); err != nil {
		return Session{}, err
	}
	id := Identity{Account: account, Role: role, ScopeCode: scope, Demo: s.opt.Demo}
	return s.issue(ctx, id, "token", time.Duration(days)*24*time.Hour, "token.create")
}

// DemoAccount is an account of the demo; its password is demo- and its name.
type DemoAccount struct {
	Account string
	Role    Role
}

// DemoAccounts lists the accounts of the demo, and nothing outside it.
func (s *Service) DemoAccounts() []DemoAccount {
	if !s.opt.Demo {
		return nil
	}
	return []DemoAccount{{"wall", Wall}, {"planner", Planner}, {"approver", Planner}, {"emergency", Emergency},
		{"operator", Operator}, {"admin", Administrator}, {"auditor", Auditor}}
}

// EnsureDemo makes the demo accounts, whose scope is the whole district.
func (s *Service) EnsureDemo(ctx context.Context) error {
	for _, a := range s.DemoAccounts() {
		_, err := data.FindAccount(ctx, s.pool, a.Account)
		if err == nil {
			continue
		}
		if data.CodeOf(err) != data.NotFound {
			return err
		}
		err = s.addAccount(ctx, Identity{Account: "demo", Role: Administrator}, a.Account, "demo-"+a.Account, a.Role, s.opt.District, true)
		if err != nil {
			return fmt.Errorf("make the demo account %s: %w", a.Account, err)
		}
	}
	return nil
}

// SignIn checks a password and opens a session. Whether the account exists
// cannot be told from the answer.
func (s *Service) SignIn(ctx context.Context, account, password string) (Session, error) {
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
	id := Identity{Account: a.Account, Role: Role(a.Role), ScopeCode: a.ScopeCode, Demo: s.opt.Demo}
	return s.issue(ctx, id, "session", lifetime(id.Role), "session.open")
}

// OpenWall opens a session of the account wall without a password: in the demo
// only.
func (s *Service) OpenWall(ctx context.Context) (Session, error) {
	if !s.opt.Demo {
		return Session{}, data.Fault(data.Forbidden, "", "only the demo opens the wall by itself")
	}
	id := Identity{Account: "wall", Role: Wall, ScopeCode: s.opt.District, Demo: true}
	return s.issue(ctx, id, "session", wallSessionOf, "session.open")
}

func lifetime(r Role) time.Duration {
	if r == Wall {
		return wallSessionOf
	}
	return sessionOf
}

func (s *Service) issue(ctx context.Context, id Identity, kind string, of time.Duration, action string) (Session, error) {
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return Session{}, fmt.Errorf("make a secret: %w", err)
	}
	out := Session{Secret: base64.RawURLEncoding.EncodeToString(secret), Identity: id, ExpiresAt: s.opt.Now().Add(of)}
	err := data.AddCredential(ctx, s.pool, data.Credential{SecretHash: digest(out.Secret), Account: id.Account, Role: string(id.Role),
		ScopeCode: id.ScopeCode, Kind: kind, ExpiresAt: out.ExpiresAt}, action)
	if err != nil {
		return Session{}, err
	}
	return out, nil
}

func digest(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// Recognise returns whose secret it is. See the package comment for what holds
// while the database cannot be reached.
func (s *Service) Recognise(ctx context.Context, secret string) (Identity, error) {
	now := s.opt.Now()
	key := [32]byte(digest(secret))
	known, fresh := s.cache.get(key, now)
	if fresh {
		return known, nil
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	c, err := data.FindCredential(ctx, s.pool, key[:], now)
	switch code := data.CodeOf(err); {
	case err == nil:
		id := Identity{Account: c.Account, Role: Role(c.Role), ScopeCode: c.ScopeCode, Demo: s.opt.Demo}
		s.cache.put(key, id, now, c.ExpiresAt)
		return id, nil
	case code == data.Unrecognised:
		s.cache.drop(key)
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

// Refused notes in the audit log that somebody was refused. subject is what
// was asked for, without personal data.
func (s *Service) Refused(ctx context.Context, id Identity, action, subject string) error {
	return data.WriteAudit(ctx, s.pool, data.AuditEntry{Actor: id.Account, Role: string(id.Role), Action: action, Subject: subject, Result: "refused"})
}

// AuditLog returns up to limit entries of the audit log before an entry (zero:
// from the newest), newest first.
func (s *Service) AuditLog(ctx context.Context, before int64, limit int) ([]data.AuditRow, error) {
	return data.AuditLog(ctx, s.pool, before, limit)
}
