package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"gridmap/data"
	"gridmap/service/access"
)

const cookieName = "gridmap_session"

type scopeBody struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Level string `json:"level"`
}

type sessionBody struct {
	Account   string    `json:"account"`
	Role      string    `json:"role"`
	Scope     scopeBody `json:"scope"`
	Demo      bool      `json:"demo"`
	Synthetic bool      `json:"synthetic"`
	// MustChange: everything but session and session/password answers 403.
	MustChange bool      `json:"must_change"`
	ServerTime time.Time `json:"server_time"`
}

type signInBody struct {
	Account  string `json:"account"`
	Password string `json:"password"`
}

type signedInBody struct {
	Token string `json:"token"`
	sessionBody
	ExpiresAt time.Time `json:"expires_at"`
}

type demoAccountBody struct {
	Account  string `json:"account"`
	Role     string `json:"role"`
	Password string `json:"password"`
}

func (s *server) sessionRoutes() []Route {
	return []Route{
		{Method: http.MethodGet, Pattern: "/api/v1/session", Summary: "Who am I", Roles: anyRole(), Scope: ScopeNone, BeforeChange: true,
			Query: []Param{}, Handle: s.getSession, Response: sessionBody{}},
		{Method: http.MethodPost, Pattern: "/api/v1/session", Summary: "Sign in", Open: true, Scope: ScopeNone,
			Query: []Param{}, Handle: s.postSession, Request: signInBody{}, Response: signedInBody{}},
		{Method: http.MethodDelete, Pattern: "/api/v1/session", Summary: "Sign out", Roles: anyRole(), Scope: ScopeNone, BeforeChange: true,
			Query: []Param{}, Handle: s.deleteSession, Status: http.StatusNoContent},
		{Method: http.MethodPost, Pattern: "/api/v1/session/password", Summary: "Change one's password; other sessions end", Roles: anyRole(), Scope: ScopeNone,
			BeforeChange: true, Unkeyed: true, Query: []Param{}, Handle: s.postPassword, Request: passwordBody{}, Status: http.StatusNoContent},
		{Method: http.MethodGet, Pattern: "/api/v1/session/ways", Summary: "How to sign in", Open: true, Scope: ScopeNone,
			Query: []Param{}, Handle: s.getWays, Response: waysBody{}},
		{Method: http.MethodGet, Pattern: oidcStart, Summary: "Sign in at the identity provider", Open: true, Scope: ScopeNone,
			Query: []Param{}, Handle: s.beginOIDC, Status: http.StatusSeeOther},
		{Method: http.MethodGet, Pattern: oidcStart + "/callback", Summary: "Back from the identity provider", Open: true, Scope: ScopeNone,
			Handle: s.finishOIDC, Status: http.StatusSeeOther}, // takes whatever the provider adds
		{Method: http.MethodGet, Pattern: "/api/v1/demo/accounts", Summary: "The demo's accounts; none outside the demo", Open: true, Scope: ScopeNone,
			Query: []Param{}, Handle: s.getDemoAccounts, Response: items[demoAccountBody]{}},
	}
}

// recognise reads the bearer token or, without one, the session cookie.
func (s *server) recognise(r *http.Request) (access.Identity, string, error) {
	if id, ok := r.Context().Value(insiderKey).(access.Identity); ok {
		return id, "", nil
	}
	secret, err := secretOf(r)
	if err != nil {
		return access.Identity{}, "", err
	}
	if secret == "" || s.Access == nil {
		return access.Identity{}, "", nil
	}
	id, err := s.Access.Recognise(r.Context(), secret)
	return id, secret, err
}

// secretOf reads the bearer token or, without one, the session cookie.
func secretOf(r *http.Request) (string, error) {
	if h := r.Header.Get("Authorization"); h != "" {
		scheme, rest, _ := strings.Cut(h, " ")
		if !strings.EqualFold(scheme, "Bearer") || rest == "" {
			return "", data.Fault(data.Unrecognised, "Authorization", "must be Bearer and a token")
		}
		return strings.TrimSpace(rest), nil
	}
	if c, err := r.Cookie(cookieName); err == nil {
		return c.Value, nil
	}
	return "", nil
}

func (s *server) getSession(w http.ResponseWriter, r *http.Request) error {
	return reply(w, http.StatusOK, s.sessionOf(r, identityFrom(r.Context())))
}

// sessionOf describes a session. The name of the scope is left out while the
// database, which knows it, is away.
func (s *server) sessionOf(r *http.Request, id access.Identity) sessionBody {
	b := sessionBody{Account: id.Account, Role: string(id.Role), Scope: scopeBody{Code: id.ScopeCode}, Demo: id.Demo, MustChange: id.MustChange,
		Synthetic: s.Synthetic, ServerTime: s.Now()}
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	if d, err := s.Divisions.Find(ctx, id.ScopeCode); err == nil {
		b.Scope.Name, b.Scope.Level = d.Name, d.Level
	}
	return b
}

func (s *server) postSession(w http.ResponseWriter, r *http.Request) error {
	var in signInBody
	if err := decode(r, &in); err != nil {
		return err
	}
	switch {
	case in.Account == "" || len(in.Account) > 64 || strings.ContainsRune(in.Account, 0):
		return data.Fault(data.Invalid, "account", "must have 1 to 64 characters, none of them zero")
	case in.Password == "" || len(in.Password) > 1000:
		return data.Fault(data.Invalid, "password", "must have 1 to 1000 characters")
	}
	session, err := s.Access.SignIn(r.Context(), in.Account, in.Password, s.clientOf(r))
	if err != nil {
		return err
	}
	s.setCookie(w, r, session)
	w.Header().Set("Cache-Control", "no-store")
	return reply(w, http.StatusOK, signedInBody{session.Secret, s.sessionOf(r, session.Identity), session.ExpiresAt})
}

func (s *server) deleteSession(w http.ResponseWriter, r *http.Request) error {
	secret, _ := r.Context().Value(secretKey).(string)
	if err := s.Access.SignOut(r.Context(), identityFrom(r.Context()), secret); err != nil {
		return err
	}
	s.setCookie(w, r, access.Session{})
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// setCookie hands a session to a browser; an empty one takes it away.
func (s *server) setCookie(w http.ResponseWriter, r *http.Request, session access.Session) {
	c := &http.Cookie{Name: cookieName, Value: session.Secret, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: s.overTLS(r), Expires: session.ExpiresAt}
	if session.Secret == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

func (s *server) getDemoAccounts(w http.ResponseWriter, _ *http.Request) error {
	return reply(w, http.StatusOK, listed(s.Access.DemoAccounts(), func(a access.DemoAccount) demoAccountBody {
		return demoAccountBody{a.Account, string(a.Role), "demo-" + a.Account}
	}))
}
