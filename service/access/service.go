package access

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/singleflight"

	"gridmap/data"
)

// How long things stay valid, unless Options say otherwise.
const (
	sessionOf     = 12 * time.Hour
	idleOf        = 30 * time.Minute
	wallSessionOf = 400 * 24 * time.Hour // a screen's, which nobody attends
	maxTokenDays  = 3660
)

// Options of a Service.
type Options struct {
	Demo     bool             // offer the demo accounts and open the wall by itself
	District string           // code of the district; scope of the demo accounts
	Now      func() time.Time // nil: time.Now

	Longest      time.Duration // of a session; zero: 12 hours
	Idle         time.Duration // a session without a request ends; zero: 30 minutes, negative: never
	WallIdles    bool          // sessions of the role wall are bound by both as well
	OneSession   bool          // signing in ends the account's other sessions; not the wall's
	PasswordDays int           // after which a password must be changed; zero: never
	OIDC         *OIDCOptions  // nil: local accounts only
}

// Service signs in and recognises.
type Service struct {
	pool   *pgxpool.Pool
	opt    Options
	hasher hasher
	cache  *cache
	oidc   *provider
	checks singleflight.Group // of secrets under way, by their hash
}

// New makes a Service on pool, which must be the owner's: what it reads is
// closed to the role of the web.
func New(pool *pgxpool.Pool, o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Longest == 0 {
		o.Longest = sessionOf
	}
	if o.Idle == 0 {
		o.Idle = idleOf
	}
	s := &Service{pool: pool, opt: o, hasher: newHasher(4), cache: newCache()}
	if o.OIDC != nil {
		s.oidc = newProvider(*o.OIDC)
	}
	return s
}

func (s *Service) rules() data.CredentialRules {
	r := data.CredentialRules{Idle: max(0, s.opt.Idle), WallIdles: s.opt.WallIdles, PasswordDays: s.opt.PasswordDays}
	if s.opt.Demo {
		r.PasswordDays = 0 // everybody knows the demo's passwords, and keeps them
	}
	return r
}

// Session is a fresh session: the secret is known to its bearer alone.
type Session struct {
	Secret    string
	Identity  Identity
	ExpiresAt time.Time
}

var accountForm = regexp.MustCompile(`^[a-z0-9._-]{1,64}$`)

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
		err = s.store(ctx, Identity{Account: "demo", Role: Administrator}, NewAccount{Account: a.Account, Password: "demo-" + a.Account,
			Role: a.Role, Scope: s.opt.District}, false, true)
		if err != nil {
			return fmt.Errorf("make the demo account %s: %w", a.Account, err)
		}
	}
	return nil
}

// OpenWall opens a session of the account wall without a password: in the demo
// only.
func (s *Service) OpenWall(ctx context.Context) (Session, error) {
	if !s.opt.Demo {
		return Session{}, data.Fault(data.Forbidden, "", "only the demo opens the wall by itself")
	}
	id := Identity{Account: "wall", Role: Wall, ScopeCode: s.opt.District, Demo: true}
	return s.issue(ctx, id, id, issuing{kind: "session", way: "demo", action: "session.open", of: wallSessionOf})
}

// Refused notes in the audit log that somebody was refused. subject is what
// was asked for, without personal data.
func (s *Service) Refused(ctx context.Context, id Identity, action, subject string) error {
	return data.WriteAudit(ctx, s.pool, data.AuditEntry{Actor: id.Account, Role: string(id.Role), Action: action, Subject: subject, Result: "refused"})
}

// Hidden says whether a row is there but outside the scope of id: row-level
// security shows it as missing.
func (s *Service) Hidden(ctx context.Context, id Identity, kind string, row int64) (bool, error) {
	code, err := data.ScopeOf(ctx, s.pool, kind, row)
	return code != "" && !id.Covers(code), err
}

// AuditLog returns entries of the audit log, newest first.
func (s *Service) AuditLog(ctx context.Context, f data.AuditFilter) ([]data.AuditRow, error) {
	return data.AuditLog(ctx, s.pool, f)
}
