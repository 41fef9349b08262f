package api

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"gridmap/data"
)

const (
	oidcStart  = "/api/v1/session/oidc"
	oidcCookie = "gridmap_oidc"
)

type passwordBody struct {
	Old string `json:"old"`
	New string `json:"new"`
}

type oidcBody struct {
	Name  string `json:"name"`
	Start string `json:"start"`
}

type waysBody struct {
	Local bool      `json:"local"`
	OIDC  *oidcBody `json:"oidc"`
}

func (s *server) postPassword(w http.ResponseWriter, r *http.Request) error {
	var in passwordBody
	if err := decode(r, &in); err != nil {
		return err
	}
	if in.Old == "" || len(in.Old) > 1000 {
		return data.Fault(data.Invalid, "old", "must have 1 to 1000 characters")
	}
	secret, _ := r.Context().Value(secretKey).(string)
	err := s.Access.ChangePassword(r.Context(), identityFrom(r.Context()), secret, s.clientOf(r), in.Old, in.New)
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *server) getWays(w http.ResponseWriter, _ *http.Request) error {
	out := waysBody{Local: true}
	if name := s.Access.OIDCName(); name != "" {
		out.OIDC = &oidcBody{name, oidcStart}
	}
	return reply(w, http.StatusOK, out)
}

// beginOIDC sends the browser to the identity provider; the state stays with it
// as a cookie, so that nobody is signed in by a link that another was sent.
func (s *server) beginOIDC(w http.ResponseWriter, r *http.Request) error {
	address, state, err := s.Access.BeginOIDC(r.Context())
	if err != nil {
		return err
	}
	// Lax: the provider's page leads back here by a link of its own.
	http.SetCookie(w, &http.Cookie{Name: oidcCookie, Value: state, Path: oidcStart, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: s.overTLS(r), MaxAge: 600})
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

func (s *server) finishOIDC(w http.ResponseWriter, r *http.Request) error {
	q, err := parseQuery(r)
	if err != nil {
		return err
	}
	kept := ""
	if c, err := r.Cookie(oidcCookie); err == nil {
		kept = c.Value
	}
	http.SetCookie(w, &http.Cookie{Name: oidcCookie, Path: oidcStart, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.overTLS(r), MaxAge: -1})
	if q.Get("error") != "" {
		return data.Fault(data.Unrecognised, "", "the identity provider did not let you in") // its words may hold anything
	}
	session, err := s.Access.FinishOIDC(r.Context(), q.Get("code"), q.Get("state"), kept)
	if err != nil {
		return err
	}
	s.setCookie(w, r, session)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// clientOf is the address from which somebody asks: of IPv6 the first half, for
// the rest of it is the client's to choose.
func (s *server) clientOf(r *http.Request) string {
	at := addressOf(r.RemoteAddr)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.trusts(at); i-- {
		before := addressOf(strings.TrimSpace(hops[i]))
		if !before.IsValid() {
			break
		}
		at = before
	}
	if at.Is6() {
		if p, err := at.Prefix(64); err == nil {
			return p.String()
		}
	}
	return at.String()
}

// overTLS says whether the browser asked over TLS, of us or of a proxy.
func (s *server) overTLS(r *http.Request) bool {
	return r.TLS != nil || s.trusts(addressOf(r.RemoteAddr)) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

func (s *server) trusts(at netip.Addr) bool {
	for _, p := range s.Proxies {
		if p.Contains(at) {
			return true
		}
	}
	return false
}

func addressOf(text string) netip.Addr {
	if host, _, err := net.SplitHostPort(text); err == nil {
		text = host
	}
	at, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}
	}
	return at.Unmap().WithZone("")
}
