package main

import (
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"gridmap/service/access"
)

// signInFlags say how people sign in.
type signInFlags struct {
	Idle         time.Duration `default:"30m" help:"A session without a request ends after this; 0: never."`
	Session      time.Duration `default:"12h" help:"A session ends after this in any case."`
	WallIdles    bool          `help:"Both bind the sessions of walls as well, which nobody attends."`
	OneSession   bool          `help:"Signing in ends the account's other sessions."`
	PasswordDays int           `default:"0" help:"A password must be changed after so many days; 0: never."`
	Proxy        []string      `help:"Networks (CIDR) of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed."`

	PublicURL      string `env:"GRIDMAP_PUBLIC_URL" help:"Address under which browsers know this server; needed for an identity provider." placeholder:"URL"`
	OIDCIssuer     string `name:"oidc-issuer" env:"GRIDMAP_OIDC_ISSUER" help:"Identity provider (OpenID Connect), beside local accounts." placeholder:"URL"`
	OIDCClient     string `name:"oidc-client" env:"GRIDMAP_OIDC_CLIENT" help:"Client id there."`
	OIDCSecretFile string `name:"oidc-secret-file" env:"GRIDMAP_OIDC_SECRET_FILE" type:"path" help:"File with the client's secret."`
	OIDCName       string `name:"oidc-name" env:"GRIDMAP_OIDC_NAME" default:"统一身份认证" help:"What people call it."`
	OIDCClaim      string `name:"oidc-claim" env:"GRIDMAP_OIDC_CLAIM" default:"sub" help:"Claim that names a person; an account's subject."`
}

// options turns the flags into how accounts work.
func (f *signInFlags) options() (access.Options, error) {
	o := access.Options{Idle: f.Idle, Longest: f.Session, WallIdles: f.WallIdles, OneSession: f.OneSession, PasswordDays: f.PasswordDays}
	if f.Idle == 0 {
		o.Idle = -1
	}
	if f.PasswordDays < 0 || f.Session < 0 {
		return o, fmt.Errorf("--password-days and --session must not be negative")
	}
	if f.OIDCIssuer == "" {
		return o, nil
	}
	public, err := url.Parse(f.PublicURL)
	if err != nil || public.Host == "" || f.OIDCClient == "" {
		return o, fmt.Errorf("--oidc-issuer needs --oidc-client and --public-url")
	}
	o.OIDC = &access.OIDCOptions{Issuer: f.OIDCIssuer, ClientID: f.OIDCClient, Name: f.OIDCName, Claim: f.OIDCClaim,
		RedirectURL: strings.TrimRight(f.PublicURL, "/") + "/api/v1/session/oidc/callback"}
	if f.OIDCSecretFile != "" {
		secret, err := os.ReadFile(f.OIDCSecretFile)
		if err != nil {
			return o, fmt.Errorf("read the secret of the identity provider's client: %w", err)
		}
		o.OIDC.Secret = strings.TrimSpace(string(secret))
	}
	return o, nil
}

// proxies reads the networks of --proxy.
func (f *signInFlags) proxies() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range f.Proxy {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("--proxy %q is no network such as 10.0.0.0/8", text)
		}
		out = append(out, p)
	}
	return out, nil
}
