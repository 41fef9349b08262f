package access

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"gridmap/data"
)

// OIDCOptions name an identity provider (OpenID Connect Core 1.0). Its people
// enter by accounts that an administrator made for them: none is made by itself,
// and role and scope are the account's.
type OIDCOptions struct {
	Issuer       string // https://…, as the provider spells it
	ClientID     string
	Secret       string
	Name         string // as people know it
	Claim        string // that names the person; empty: sub
	RedirectURL  string // https://our.host/api/v1/session/oidc/callback
	HTTPClient   *http.Client
	AskWithin    time.Duration // for an answer of the provider; zero: 5 s
	stateExpires time.Duration
}

const oidcStateOf = 10 * time.Minute

// provider finds out about the identity provider when it is first needed: local
// accounts go on while it is away.
type provider struct {
	opt OIDCOptions

	mu       sync.Mutex
	verifier *oidc.IDTokenVerifier
	config   *oauth2.Config
}

func newProvider(o OIDCOptions) *provider {
	if o.Claim == "" {
		o.Claim = "sub"
	}
	if o.AskWithin == 0 {
		o.AskWithin = 5 * time.Second
	}
	if o.stateExpires == 0 {
		o.stateExpires = oidcStateOf
	}
	if o.HTTPClient == nil {
		o.HTTPClient = &http.Client{Timeout: o.AskWithin}
	}
	return &provider{opt: o}
}

func (p *provider) ready(ctx context.Context) (*oauth2.Config, *oidc.IDTokenVerifier, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.config != nil {
		return p.config, p.verifier, nil
	}
	found, err := oidc.NewProvider(ctx, p.opt.Issuer)
	if err != nil {
		return nil, nil, p.away(err)
	}
	p.config = &oauth2.Config{ClientID: p.opt.ClientID, ClientSecret: p.opt.Secret, Endpoint: found.Endpoint(),
		RedirectURL: p.opt.RedirectURL, Scopes: []string{oidc.ScopeOpenID}}
	p.verifier = found.Verifier(&oidc.Config{ClientID: p.opt.ClientID})
	return p.config, p.verifier, nil
}

// away says that the provider gave no answer, or none that can be used.
func (p *provider) away(err error) error {
	return &data.Error{Code: data.Unreachable, Reason: "the identity provider cannot be reached now; local accounts go on", Err: err}
}

func (p *provider) within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(oidc.ClientContext(ctx, p.opt.HTTPClient), p.opt.AskWithin)
}

// OIDCName is the identity provider's name, empty when there is none.
func (s *Service) OIDCName() string {
	if s.oidc == nil {
		return ""
	}
	return s.oidc.opt.Name
}

// BeginOIDC begins a sign-in at the identity provider: the browser goes to the
// address, and comes back with the state, which it also keeps as a cookie.
func (s *Service) BeginOIDC(ctx context.Context) (address, state string, err error) {
	if s.oidc == nil {
		return "", "", data.Fault(data.NotFound, "", "no identity provider is configured")
	}
	ctx, cancel := s.oidc.within(ctx)
	defer cancel()
	config, _, err := s.oidc.ready(ctx)
	if err != nil {
		return "", "", err
	}
	if state, err = newSecret(); err != nil {
		return "", "", err
	}
	nonce, err := newSecret()
	if err != nil {
		return "", "", err
	}
	verifier := oauth2.GenerateVerifier()
	kept := data.OIDCState{StateHash: digest(state), Nonce: nonce, Verifier: verifier, ExpiresAt: s.opt.Now().Add(s.oidc.opt.stateExpires)}
	if err := data.AddOIDCState(ctx, s.pool, kept); err != nil {
		return "", "", err
	}
	return config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), state, nil
}

// FinishOIDC opens a session for whom the identity provider sent back. kept is
// the state from the browser's cookie: a link with somebody else's code does
// not sign anybody in.
func (s *Service) FinishOIDC(ctx context.Context, code, state, kept string) (Session, error) {
	if s.oidc == nil {
		return Session{}, data.Fault(data.NotFound, "", "no identity provider is configured")
	}
	if state == "" || subtle.ConstantTimeCompare([]byte(state), []byte(kept)) != 1 {
		return Session{}, s.refuseOIDC(ctx, data.Fault(data.Unrecognised, "state", "is not the one that this browser began with"))
	}
	begun, err := data.TakeOIDCState(ctx, s.pool, digest(state), s.opt.Now())
	if data.CodeOf(err) == data.Unrecognised {
		return Session{}, s.refuseOIDC(ctx, err)
	}
	if err != nil {
		return Session{}, err
	}
	asking, cancel := s.oidc.within(ctx)
	defer cancel()
	subject, err := s.oidc.subjectOf(asking, code, begun)
	if err != nil {
		if data.CodeOf(err) == data.Unrecognised {
			return Session{}, s.refuseOIDC(ctx, err)
		}
		return Session{}, err
	}
	a, err := data.FindExternal(ctx, s.pool, s.oidc.opt.Issuer, subject)
	switch {
	case data.CodeOf(err) == data.NotFound, err == nil && a.Disabled:
		return Session{}, s.refuseOIDC(ctx, data.Fault(data.Unrecognised, "", "you have no account here; an administrator makes one"))
	case err != nil:
		return Session{}, err
	}
	return s.open(ctx, a, "oidc")
}

// subjectOf exchanges a code for the provider's word on who it is.
func (p *provider) subjectOf(ctx context.Context, code string, begun data.OIDCState) (string, error) {
	config, verifier, err := p.ready(ctx)
	if err != nil {
		return "", err
	}
	refused := func(err error) error {
		return &data.Error{Code: data.Unrecognised, Reason: "the identity provider's answer does not hold", Err: err}
	}
	token, err := config.Exchange(ctx, code, oauth2.VerifierOption(begun.Verifier))
	var denied *oauth2.RetrieveError
	if errors.As(err, &denied) && denied.Response.StatusCode < http.StatusInternalServerError {
		return "", refused(fmt.Errorf("exchange a code: status %d", denied.Response.StatusCode)) // its text may hold anything
	}
	if err != nil {
		return "", p.away(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := verifier.Verify(ctx, raw)
	if err != nil {
		return "", refused(err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(begun.Nonce)) != 1 {
		return "", refused(errors.New("the nonce is another"))
	}
	var claims map[string]any
	if err := id.Claims(&claims); err != nil {
		return "", refused(err)
	}
	subject, _ := claims[p.opt.Claim].(string)
	if subject == "" {
		return "", refused(fmt.Errorf("there is no claim %s", p.opt.Claim))
	}
	return subject, nil
}

// refuseOIDC notes a refused sign-in; nobody knows of whom.
func (s *Service) refuseOIDC(ctx context.Context, reason error) error {
	err := data.WriteAudit(ctx, s.pool, data.AuditEntry{Action: "session.open", Subject: "oidc", Result: "refused"})
	return errors.Join(reason, err)
}
