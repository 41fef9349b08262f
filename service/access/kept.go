package access

import (
	"cmp"
	"encoding/hex"
	"slices"
	"time"
)

// Kept is a credential that was good when it was last checked. Of its secret it
// has only the hash.
type Kept struct {
	Hash      string    `json:"hash"` // SHA-256, in hexadecimal digits
	Account   string    `json:"account"`
	Role      Role      `json:"role"`
	Scope     string    `json:"scope"`
	Demo      bool      `json:"demo,omitempty"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Kept lists the credentials that were found good within the time before now, to
// be trusted by a server that starts while the database is away; see Trust. A
// session that ends when it is not used ends so here as well.
func (s *Service) Kept(within time.Duration) []Kept {
	now, rules := s.opt.Now(), s.rules()
	var out []Kept
	for key, e := range s.cache.checkedSince(now.Add(-within)) {
		if e.id.MustChange {
			continue
		}
		k := Kept{Hash: hex.EncodeToString(key[:]), Account: e.id.Account, Role: e.id.Role, Scope: e.id.ScopeCode, Demo: e.id.Demo, ExpiresAt: e.expiresAt}
		if idles := rules.Idle > 0 && (e.id.Role != Wall || rules.WallIdles); idles && e.session {
			k.ExpiresAt = earlier(k.ExpiresAt, e.checkedAt.Add(rules.Idle))
		}
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b Kept) int { return cmp.Compare(a.Hash, b.Hash) })
	return out
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// Trust takes credentials that Kept listed as good until the database says
// otherwise, as it does those that were checked just before it went away.
func (s *Service) Trust(kept []Kept) {
	drops := s.cache.dropped()
	for _, k := range kept {
		hash, err := hex.DecodeString(k.Hash)
		if err != nil || len(hash) != 32 || k.Account == "" {
			continue // nobody's
		}
		id := Identity{Account: k.Account, Role: k.Role, ScopeCode: k.Scope, Demo: k.Demo}
		// Checked never: the first use asks the database.
		s.cache.put([32]byte(hash), entry{id: id, expiresAt: k.ExpiresAt, session: true}, drops)
	}
}
