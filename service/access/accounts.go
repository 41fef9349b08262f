package access

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gridmap/data"
)

// NewAccount is an account to be made. Without a password it needs a person at
// the identity provider.
type NewAccount struct {
	Account, Password string
	Role              Role
	Scope             string
	Subject           string // at the identity provider of Options
}

// AddAccount makes an account that can sign in, once its first password is
// changed.
func (s *Service) AddAccount(ctx context.Context, by Identity, account, password string, role Role, scope string) error {
	return s.Add(ctx, by, NewAccount{Account: account, Password: password, Role: role, Scope: scope})
}

// Add makes an account, within what by may grant.
func (s *Service) Add(ctx context.Context, by Identity, n NewAccount) error {
	if n.Password != "" || n.Subject == "" {
		if err := checkPassword(n.Account, n.Password); err != nil {
			return err
		}
	}
	if err := s.checkSubject(n.Subject); err != nil {
		return err
	}
	if err := mayGrant(by, n.Role, n.Scope); err != nil {
		return err
	}
	return s.store(ctx, by, n, n.Password != "", false)
}

func (s *Service) store(ctx context.Context, by Identity, n NewAccount, mustChange, replace bool) error {
	if !accountForm.MatchString(n.Account) {
		return data.Fault(data.Invalid, "account", "needs 1 to 64 of a–z, 0–9, dot, hyphen and underscore")
	}
	if err := s.checkGrant(ctx, n.Role, n.Scope); err != nil {
		return err
	}
	a := data.Account{Account: n.Account, Role: string(n.Role), ScopeCode: n.Scope, MustChange: mustChange}
	if n.Subject != "" {
		a.Issuer, a.Subject = s.opt.OIDC.Issuer, n.Subject
	}
	if n.Password != "" {
		var err error
		if a.PasswordHash, err = s.hasher.hash(ctx, n.Password); err != nil {
			return err
		}
	}
	return data.AddAccount(ctx, s.pool, by.Actor(), a, replace)
}

func (s *Service) checkSubject(subject string) error {
	switch {
	case subject != "" && s.opt.OIDC == nil:
		return data.Fault(data.Invalid, "subject", "needs an identity provider, and none is configured")
	case len(subject) > 255:
		return data.Fault(data.Invalid, "subject", "must have no more than 255 bytes")
	}
	return nil
}

// atTheMachine says whether somebody acts with the machine's shell, who may do
// anything: they could change the database as well.
func (i Identity) atTheMachine() bool { return i.ScopeCode == "" }

// mayGrant keeps an administrator inside their scope, and away from the
// auditors, who watch them: those are made with the machine's shell alone.
func mayGrant(by Identity, role Role, scope string) error {
	switch {
	case by.atTheMachine():
		return nil
	case role == Auditor:
		return data.Fault(data.Forbidden, "role", "an administrator does not touch auditors; use gridmap account on the server")
	case len(scope) == 12 && !by.Covers(scope):
		return data.Fault(data.Forbidden, "scope", "this is outside your scope "+by.ScopeCode)
	}
	return nil
}

// Accounts lists the accounts inside the scope of by; at the machine, all.
func (s *Service) Accounts(ctx context.Context, by Identity) ([]data.Account, error) {
	return data.Accounts(ctx, s.pool, by.ScopeCode)
}

// AccountChange is what to change of an account; nil leaves as it is.
type AccountChange struct {
	Disabled *bool
	Role     *Role
	Scope    *string
	Password *string // its owner must change it
	Unlock   bool
	Subject  *string // at the identity provider; empty takes it away
}

// Change changes an account, within what by may grant. Disabling ends its
// sessions: here at once, on other servers within ten seconds.
func (s *Service) Change(ctx context.Context, by Identity, account string, c AccountChange) (data.Account, error) {
	change, err := s.changeOf(ctx, account, c)
	if err != nil {
		return data.Account{}, err
	}
	out, err := data.ChangeAccount(ctx, s.pool, by.Actor(), account, change, func(before data.Account) error {
		if !by.atTheMachine() && before.Account == by.Account {
			return data.Fault(data.Conflict, "account", "nobody changes their own account; a password is changed under session/password")
		}
		if err := mayGrant(by, Role(before.Role), before.ScopeCode); err != nil {
			return err
		}
		role, scope := Role(before.Role), before.ScopeCode
		if c.Role != nil {
			role = *c.Role
		}
		if c.Scope != nil {
			scope = *c.Scope
		}
		if err := mayGrant(by, role, scope); err != nil {
			return err
		}
		return s.checkGrant(ctx, role, scope)
	})
	if err != nil {
		return data.Account{}, err
	}
	s.cache.dropAccount(account)
	return out, nil
}

func (s *Service) changeOf(ctx context.Context, account string, c AccountChange) (data.AccountChange, error) {
	out := data.AccountChange{Disabled: c.Disabled, Scope: c.Scope, Unlock: c.Unlock}
	if c.Disabled == nil && c.Role == nil && c.Scope == nil && c.Password == nil && c.Subject == nil && !c.Unlock {
		return out, data.Fault(data.Invalid, "body", "says nothing to change")
	}
	if c.Role != nil {
		role := string(*c.Role)
		out.Role = &role
	}
	if c.Subject != nil {
		if err := s.checkSubject(*c.Subject); err != nil {
			return out, err
		}
		issuer := ""
		if *c.Subject != "" {
			issuer = s.opt.OIDC.Issuer
		}
		out.Issuer, out.Subject = &issuer, c.Subject
	}
	if c.Password == nil {
		return out, nil
	}
	if err := checkPassword(account, *c.Password); err != nil {
		return out, err
	}
	if err := s.checkReuse(ctx, account, *c.Password); err != nil {
		return out, err
	}
	hash, err := s.hasher.hash(ctx, *c.Password)
	out.PasswordHash = &hash
	return out, err
}

// CreateToken makes a token for a machine with the machine's shell; it is shown
// this once.
func (s *Service) CreateToken(ctx context.Context, account string, role Role, scope string, days int) (Session, error) {
	return s.AddToken(ctx, Identity{Account: account, Role: role}, account, "", role, scope, days)
}

// AddToken makes a token for a machine, within what by may grant; it is shown
// this once.
func (s *Service) AddToken(ctx context.Context, by Identity, account, name string, role Role, scope string, days int) (Session, error) {
	if !accountForm.MatchString(account) {
		return Session{}, data.Fault(data.Invalid, "account", "needs 1 to 64 of a–z, 0–9, dot, hyphen and underscore")
	}
	if len(name) > 200 {
		return Session{}, data.Fault(data.Invalid, "name", "must have no more than 200 bytes")
	}
	if days < 1 || days > maxTokenDays {
		return Session{}, data.Fault(data.Invalid, "days", fmt.Sprintf("must be 1 to %d", maxTokenDays))
	}
	if err := mayGrant(by, role, scope); err != nil {
		return Session{}, err
	}
	if err := s.checkGrant(ctx, role, scope); err != nil {
		return Session{}, err
	}
	if err := s.tokenNotOfAPerson(ctx, by, account); err != nil {
		return Session{}, err
	}
	id := Identity{Account: account, Role: role, ScopeCode: scope, Demo: s.opt.Demo}
	return s.issue(ctx, by, id, issuing{kind: "token", way: "token", action: "token.create", name: name, of: time.Duration(days) * 24 * time.Hour})
}

// tokenNotOfAPerson keeps an administrator from acting under somebody's name.
func (s *Service) tokenNotOfAPerson(ctx context.Context, by Identity, account string) error {
	if by.atTheMachine() {
		return nil
	}
	_, err := data.FindAccount(ctx, s.pool, account)
	switch {
	case err == nil:
		return data.Fault(data.Conflict, "account", "a person has this name: a token needs one of its own")
	case data.CodeOf(err) != data.NotFound:
		return err
	}
	return nil
}

// Tokens lists the valid tokens inside the scope of by.
func (s *Service) Tokens(ctx context.Context, by Identity) ([]data.Token, error) {
	return data.Tokens(ctx, s.pool, by.ScopeCode, s.opt.Now())
}

// RevokeToken ends a token: here at once, on other servers within ten seconds.
func (s *Service) RevokeToken(ctx context.Context, by Identity, id int64) error {
	hash, err := data.RevokeToken(ctx, s.pool, by.Actor(), id, func(role, scope string) error { return mayGrant(by, Role(role), scope) })
	if err != nil {
		return err
	}
	s.cache.drop([32]byte(hash))
	return nil
}

// ParseRole reads a role by name.
func ParseRole(name string) (Role, error) {
	if role := Role(name); slices.Contains(Roles(), role) {
		return role, nil
	}
	return "", data.Fault(data.Invalid, "role", fmt.Sprintf("is not one of %v", Roles()))
}
