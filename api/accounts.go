package api

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"gridmap/data"
	"gridmap/service/access"
)

type accountBody struct {
	Account     string     `json:"account"`
	Role        string     `json:"role"`
	Scope       string     `json:"scope"`
	Disabled    bool       `json:"disabled"`
	MustChange  bool       `json:"must_change"`
	Password    bool       `json:"password"` // has one
	PasswordAt  time.Time  `json:"password_at"`
	LockedUntil *time.Time `json:"locked_until"`
	Subject     string     `json:"subject,omitempty"` // at the identity provider
	CreatedAt   time.Time  `json:"created_at"`
}

type newAccountBody struct {
	Account  string `json:"account"`
	Role     string `json:"role"`
	Scope    string `json:"scope"`
	Password string `json:"password,omitempty"` // its owner must change it
	Subject  string `json:"subject,omitempty"`  // at the identity provider
}

type changeAccountBody struct {
	Disabled *bool   `json:"disabled,omitempty"`
	Role     *string `json:"role,omitempty"`
	Scope    *string `json:"scope,omitempty"`
	Password *string `json:"password,omitempty"`
	Unlock   bool    `json:"unlock,omitempty"`
	Subject  *string `json:"subject,omitempty"`
}

type tokenBody struct {
	ID        int64     `json:"id"`
	Account   string    `json:"account"`
	Name      string    `json:"name"`
	Role      string    `json:"role"`
	Scope     string    `json:"scope"`
	MadeBy    string    `json:"made_by"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
	SeenAt    time.Time `json:"seen_at"`
}

type newTokenBody struct {
	Account string `json:"account"`
	Name    string `json:"name,omitempty"`
	Role    string `json:"role"`
	Scope   string `json:"scope"`
	Days    int    `json:"days"`
}

type tokenSecretBody struct {
	Token     string    `json:"token"` // shown this once
	ExpiresAt time.Time `json:"expires_at"`
}

// accountRoutes are the administrator's. They take no Idempotency-Key: a
// password must not be kept as a quick hash, nor a token as an answer. Sent
// again they do no harm: the account is there, the change is made.
func (s *server) accountRoutes() []Route {
	admins := []access.Role{access.Administrator}
	return []Route{
		{Method: http.MethodGet, Pattern: "/api/v1/accounts", Summary: "Accounts inside the scope", Roles: admins, Scope: ScopeNone,
			Query: []Param{}, Handle: s.listAccounts, Response: items[accountBody]{}},
		{Method: http.MethodPost, Pattern: "/api/v1/accounts", Summary: "Make an account", Roles: admins, Scope: ScopeContent, Unkeyed: true,
			Query: []Param{}, Handle: s.postAccount, Request: newAccountBody{}, Response: newAccountBody{}, Status: http.StatusCreated},
		{Method: http.MethodPatch, Pattern: "/api/v1/accounts/{account}", Summary: "Disable, enable, unlock, or set role, scope, password or identity",
			Roles: admins, Scope: ScopeContent, Unkeyed: true, Query: []Param{}, Handle: s.patchAccount, Request: changeAccountBody{}, Response: accountBody{}},
		{Method: http.MethodGet, Pattern: "/api/v1/tokens", Summary: "Tokens of machines inside the scope", Roles: admins, Scope: ScopeNone,
			Query: []Param{}, Handle: s.listTokens, Response: items[tokenBody]{}},
		{Method: http.MethodPost, Pattern: "/api/v1/tokens", Summary: "Make a token for a machine; it is shown this once", Roles: admins, Scope: ScopeContent, Unkeyed: true,
			Query: []Param{}, Handle: s.postToken, Request: newTokenBody{}, Response: tokenSecretBody{}, Status: http.StatusCreated},
		{Method: http.MethodDelete, Pattern: "/api/v1/tokens/{id}", Summary: "End a token", Roles: admins, Scope: ScopeContent,
			Query: []Param{}, Handle: s.deleteToken, Status: http.StatusNoContent},
	}
}

func (s *server) listAccounts(w http.ResponseWriter, r *http.Request) error {
	all, err := s.Access.Accounts(r.Context(), identityFrom(r.Context()))
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, listed(all, newAccountSeen))
}

func newAccountSeen(a data.Account) accountBody {
	b := accountBody{Account: a.Account, Role: a.Role, Scope: a.ScopeCode, Disabled: a.Disabled, MustChange: a.MustChange,
		Password: a.PasswordHash != "", PasswordAt: a.PasswordAt, Subject: a.Subject, CreatedAt: a.CreatedAt}
	if !a.LockedUntil.IsZero() {
		b.LockedUntil = &a.LockedUntil
	}
	return b
}

func (s *server) postAccount(w http.ResponseWriter, r *http.Request) error {
	var in newAccountBody
	if err := decode(r, &in); err != nil {
		return err
	}
	if err := checkDivision("scope", in.Scope); err != nil {
		return err
	}
	err := s.Access.Add(r.Context(), identityFrom(r.Context()), access.NewAccount{Account: in.Account, Password: in.Password,
		Role: access.Role(in.Role), Scope: in.Scope, Subject: in.Subject})
	if err != nil {
		return err
	}
	in.Password = ""
	w.Header().Set("Location", "/api/v1/accounts/"+in.Account)
	return reply(w, http.StatusCreated, in)
}

func (s *server) patchAccount(w http.ResponseWriter, r *http.Request) error {
	var in changeAccountBody
	if err := decode(r, &in); err != nil {
		return err
	}
	c := access.AccountChange{Disabled: in.Disabled, Scope: in.Scope, Password: in.Password, Unlock: in.Unlock, Subject: in.Subject}
	if in.Role != nil {
		role, err := access.ParseRole(*in.Role)
		if err != nil {
			return err
		}
		c.Role = &role
	}
	if in.Scope != nil {
		if err := checkDivision("scope", *in.Scope); err != nil {
			return err
		}
	}
	a, err := s.Access.Change(r.Context(), identityFrom(r.Context()), chi.URLParam(r, "account"), c)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, newAccountSeen(a))
}

func (s *server) listTokens(w http.ResponseWriter, r *http.Request) error {
	all, err := s.Access.Tokens(r.Context(), identityFrom(r.Context()))
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, listed(all, func(t data.Token) tokenBody {
		return tokenBody{t.ID, t.Account, t.Name, t.Role, t.ScopeCode, t.MadeBy, t.CreatedAt, t.ExpiresAt, t.SeenAt}
	}))
}

func (s *server) postToken(w http.ResponseWriter, r *http.Request) error {
	var in newTokenBody
	if err := decode(r, &in); err != nil {
		return err
	}
	if err := checkDivision("scope", in.Scope); err != nil {
		return err
	}
	t, err := s.Access.AddToken(r.Context(), identityFrom(r.Context()), in.Account, in.Name, access.Role(in.Role), in.Scope, in.Days)
	if err != nil {
		return err
	}
	return reply(w, http.StatusCreated, tokenSecretBody{t.Secret, t.ExpiresAt})
}

func (s *server) deleteToken(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := s.Access.RevokeToken(r.Context(), identityFrom(r.Context()), id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
