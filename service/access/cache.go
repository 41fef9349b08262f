package access

import (
	"sync"
	"time"
)

const (
	freshFor   = 10 * time.Second // how long a check is trusted
	cacheHolds = 20_000           // sessions and tokens; beyond it, whichever is met first makes room
)

// cache remembers which credentials were valid when they were last checked.
type cache struct {
	mu      sync.Mutex
	entries map[[32]byte]entry
	drops   int // how often something was dropped
}

type entry struct {
	id        Identity
	checkedAt time.Time
	aliveAt   time.Time // its last sign of life here; zero: none yet
	expiresAt time.Time
	session   bool // not a token
}

func newCache() *cache { return &cache{entries: make(map[[32]byte]entry)} }

// look returns what is known of a credential that has not expired, whether the
// check is fresh enough to trust by itself, and whether the next one is due, so
// that it is done before this one is stale. alive: the look is a sign of life.
func (c *cache) look(key [32]byte, now time.Time, alive bool) (id Identity, fresh, due bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok {
		return Identity{}, false, false
	}
	if !now.Before(e.expiresAt) {
		delete(c.entries, key)
		return Identity{}, false, false
	}
	age := now.Sub(e.checkedAt)
	// A clock that was set back must not make a check fresh for ever.
	fresh = age < freshFor && age > -freshFor
	// One that is not fresh may have ended: only its check says that it is alive.
	if alive && fresh && now.Sub(e.aliveAt) > time.Second {
		e.aliveAt = now
		c.entries[key] = e
	}
	return e.id, fresh, age > freshFor/2
}

// dropped is the count that put wants: of before the check.
func (c *cache) dropped() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.drops
}

// put remembers a check, unless something was dropped while it was under way: it
// may have been this, just after the database was asked.
func (c *cache) put(key [32]byte, e entry, drops int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.drops != drops {
		return
	}
	if len(c.entries) >= cacheHolds {
		for k := range c.entries {
			delete(c.entries, k)
			break
		}
	}
	if e.aliveAt.IsZero() {
		e.aliveAt = c.entries[key].aliveAt
	}
	c.entries[key] = e
}

// checkedSince are the entries that were checked since a moment.
func (c *cache) checkedSince(moment time.Time) map[[32]byte]entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := map[[32]byte]entry{}
	for key, e := range c.entries {
		if e.checkedAt.After(moment) {
			out[key] = e
		}
	}
	return out
}

// seen is when this server saw a sign of life of a credential last, told by the
// clock as it is now: somebody at work must not be signed out because the machine's
// clock was set forward meanwhile. Zero: never.
func (c *cache) seen(key [32]byte, now time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok || e.aliveAt.IsZero() {
		return time.Time{}
	}
	return now.Add(-now.Sub(e.aliveAt))
}

// extend trusts a known credential for another while: the database is away.
func (c *cache) extend(key [32]byte, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.entries[key]; ok {
		e.checkedAt = now
		c.entries[key] = e
	}
}

// dropAccount forgets all that belongs to an account.
func (c *cache) dropAccount(account string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drops++
	for key, e := range c.entries {
		if e.id.Account == account {
			delete(c.entries, key)
		}
	}
}

// forget drops what the database does not know: no check that is under way would
// say otherwise.
func (c *cache) forget(key [32]byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.entries, key)
}

func (c *cache) drop(key [32]byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drops++
	delete(c.entries, key)
}
