package access_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"gridmap/data"
	"gridmap/data/testdb/fixture"
	"gridmap/service/access"
)

// identityProvider is an OpenID provider as Core 1.0 has it, over HTTP, with
// signed tokens. What it says can be bent by a test.
type identityProvider struct {
	t        *testing.T
	server   *httptest.Server
	key      *rsa.PrivateKey
	signWith *rsa.PrivateKey
	bend     func(claims map[string]any)
	codes    map[string]url.Values // by code: what the browser was sent with
	down     bool
}

func newIdentityProvider(t *testing.T) *identityProvider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &identityProvider{t: t, key: key, signWith: key, codes: map[string]url.Values{}}
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(v); err != nil {
			t.Error(err)
		}
	}
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"issuer": p.server.URL, "authorization_endpoint": p.server.URL + "/auth", "token_endpoint": p.server.URL + "/token",
			"jwks_uri": p.server.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1",
			"n": b64(key.N.Bytes()), "e": b64(big.NewInt(int64(key.E)).Bytes())}}})
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		sent, ok := p.codes[r.FormValue("code")]
		delete(p.codes, r.FormValue("code"))
		challenge := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		user, secret, _ := r.BasicAuth()
		if !ok || sent.Get("code_challenge_method") != "S256" || b64(challenge[:]) != sent.Get("code_challenge") || user != "gridmap" || secret != "s3cret" {
			w.WriteHeader(http.StatusBadRequest)
			answer(w, map[string]any{"error": "invalid_grant"})
			return
		}
		claims := map[string]any{"iss": p.server.URL, "aud": "gridmap", "sub": "u-1", "employee": "E1001", "nonce": sent.Get("nonce"),
			"iat": time.Now().Unix(), "exp": time.Now().Add(5 * time.Minute).Unix()}
		if p.bend != nil {
			p.bend(claims)
		}
		answer(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": p.sign(claims)})
	})
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.down {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(p.server.Close)
	return p
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (p *identityProvider) sign(claims map[string]any) string {
	body, err := json.Marshal(claims)
	if err != nil {
		p.t.Fatal(err)
	}
	text := b64([]byte(`{"alg":"RS256","kid":"1","typ":"JWT"}`)) + "." + b64(body)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, p.signWith, crypto.SHA256, sum[:])
	if err != nil {
		p.t.Fatal(err)
	}
	return text + "." + b64(signature)
}

// visit is a browser at the provider: it signs in there and gets a code.
func (p *identityProvider) visit(address string) (code, state string) {
	p.t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		p.t.Fatal(err)
	}
	q := u.Query()
	if q.Get("response_type") != "code" || q.Get("client_id") != "gridmap" || q.Get("redirect_uri") != "https://map.test/back" {
		p.t.Fatalf("the browser was sent to %s", address)
	}
	code = rand.Text()
	p.codes[code] = q
	return code, q.Get("state")
}

func (p *identityProvider) options() *access.OIDCOptions {
	return &access.OIDCOptions{Issuer: p.server.URL, ClientID: "gridmap", Secret: "s3cret", Name: "test", Claim: "employee", RedirectURL: "https://map.test/back"}
}

func TestPeopleOfAnIdentityProviderSignIn(t *testing.T) {
	ctx := context.Background()
	o := newOffice(t)
	p := newIdentityProvider(t)
	s := o.server(access.Options{OIDC: p.options()})
	err := s.Add(ctx, shell(), access.NewAccount{Account: "external", Role: access.Planner, Scope: fixture.West, Subject: "E1001"})
	if err != nil {
		t.Fatal(err)
	}
	begin := func() (code, state string) {
		t.Helper()
		address, kept, err := s.BeginOIDC(ctx)
		if err != nil {
			t.Fatal(err)
		}
		code, state = p.visit(address)
		if state != kept {
			t.Fatal("the state in the address is not the cookie's")
		}
		return code, state
	}
	code, state := begin()
	session, err := s.FinishOIDC(ctx, code, state, state)
	if err != nil || session.Identity.Account != "external" || session.Identity.Role != access.Planner || session.Identity.ScopeCode != fixture.West || session.Identity.MustChange {
		t.Fatalf("got %+v, %v", session, err)
	}
	if got := fails(s, session); got != "" {
		t.Fatalf("the session got %q", got)
	}
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		bend func(map[string]any)
		key  *rsa.PrivateKey
		when time.Duration
		kept string
		code string
		down bool
		want data.Code
	}{
		"a token that somebody else signed":       {key: stranger, want: data.Unrecognised},
		"a token for another sign-in":             {bend: func(c map[string]any) { c["nonce"] = "another" }, want: data.Unrecognised},
		"a token without a nonce":                 {bend: func(c map[string]any) { delete(c, "nonce") }, want: data.Unrecognised},
		"a token that has expired":                {bend: func(c map[string]any) { c["exp"] = time.Now().Add(-time.Hour).Unix() }, want: data.Unrecognised},
		"a token for another client":              {bend: func(c map[string]any) { c["aud"] = "somebody" }, want: data.Unrecognised},
		"a token of another issuer":               {bend: func(c map[string]any) { c["iss"] = "https://elsewhere.test" }, want: data.Unrecognised},
		"somebody without an account":             {bend: func(c map[string]any) { c["employee"] = "E9" }, want: data.Unrecognised},
		"nobody in particular":                    {bend: func(c map[string]any) { delete(c, "employee") }, want: data.Unrecognised},
		"a state that another browser began with": {kept: "another", want: data.Unrecognised},
		"no cookie":                      {kept: "-", want: data.Unrecognised},
		"a state that is too old":        {when: 11 * time.Minute, want: data.Unrecognised},
		"a code that nobody gave out":    {code: "invented", want: data.Unrecognised},
		"a provider that is down by now": {down: true, want: data.Unreachable},
	} {
		t.Run(name, func(t *testing.T) {
			code, state := begin()
			p.bend, p.down = c.bend, c.down
			if c.key != nil {
				p.signWith = c.key
			}
			began := o.now
			o.now = o.now.Add(c.when)
			defer func() { p.bend, p.signWith, p.down, o.now = nil, p.key, false, began }()
			kept := state
			if c.kept != "" {
				kept = c.kept
			}
			if c.code != "" {
				code = c.code
			}
			if _, err := s.FinishOIDC(ctx, code, state, kept); data.CodeOf(err) != c.want {
				t.Fatalf("got %v, want %q", err, c.want)
			}
		})
	}
	t.Run("a state is good once", func(t *testing.T) {
		code, state := begin()
		if _, err := s.FinishOIDC(ctx, code, state, state); err != nil {
			t.Fatal(err)
		}
		again, _ := begin()
		if _, err := s.FinishOIDC(ctx, again, state, state); data.CodeOf(err) != data.Unrecognised {
			t.Fatalf("replayed, got %v", err)
		}
	})
	t.Run("an account without a password takes none", func(t *testing.T) {
		for _, password := range []string{"", "x", good} {
			if _, err := s.SignIn(ctx, "external", password, "192.0.2.9"); data.CodeOf(err) != data.Unrecognised {
				t.Fatalf("%q got %v", password, err)
			}
		}
	})
	t.Run("disabled here they are out, whatever the provider says", func(t *testing.T) {
		yes := true
		if _, err := s.Change(ctx, shell(), "external", access.AccountChange{Disabled: &yes}); err != nil {
			t.Fatal(err)
		}
		if got := fails(s, session); got != data.Unrecognised {
			t.Errorf("the session got %q", got)
		}
		code, state := begin()
		if _, err := s.FinishOIDC(ctx, code, state, state); data.CodeOf(err) != data.Unrecognised {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("while the provider is down local accounts go on, and it is found when it is back", func(t *testing.T) {
		p.down = true
		fresh := o.server(access.Options{OIDC: p.options()})
		if _, _, err := fresh.BeginOIDC(ctx); data.CodeOf(err) != data.Unreachable {
			t.Fatalf("got %v", err)
		}
		o.open(fresh)
		p.down = false
		if _, _, err := fresh.BeginOIDC(ctx); err != nil {
			t.Fatalf("back again: %v", err)
		}
	})
	var refused int
	if err := o.db.Pool.QueryRow(ctx, `select count(*) from audit where action = 'session.open' and subject = 'oidc' and result = 'refused'`).Scan(&refused); err != nil || refused < 12 {
		t.Errorf("the audit log has %d refusals, %v", refused, err)
	}
}
