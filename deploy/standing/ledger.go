package standing

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Write is one write of a ledger. What it stores carries its key, so that the
// database says whether it was done, and how often.
type Write struct {
	kind, key           string
	token, method, path string // path: %d is the case that was opened under the key of
	of                  string
	body                string
	version             int // for If-Match; 0: none
}

// Ledger keeps account of what was sent and what was answered.
type Ledger struct {
	t       *testing.T
	prefix  string // of all its keys
	mu      sync.Mutex
	n       int
	order   []*Write          // all that were sent, oldest first
	acked   map[string]*Write // by key: answered with 2xx
	open    map[string]*Write // sent, and no answer says whether it was done
	cases   map[string]int64  // by key: the case that it opened
	unknown map[string]bool   // keys whose first answer said nothing
	settled int               // of those: settled by sending them again
	refused []string          // answers 4xx
	when    []time.Time       // of each acknowledgement
}

// NewLedger has keys that begin with prefix.
func NewLedger(t *testing.T, prefix string) *Ledger {
	return &Ledger{t: t, prefix: prefix, acked: map[string]*Write{}, open: map[string]*Write{}, cases: map[string]int64{}, unknown: map[string]bool{}}
}

// Key is one that was not used yet.
func (l *Ledger) Key(kind string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n++
	return fmt.Sprintf("%s-%s-%d", l.prefix, kind, l.n)
}

// Acknowledged is how many writes were.
func (l *Ledger) Acknowledged() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.acked)
}

// Keys are those of what was acknowledged.
func (l *Ledger) Keys() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Keys(l.acked))
}

// Refused are the answers that said no.
func (l *Ledger) Refused() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.refused)
}

// Frozen is a copy of the ledger as it is now.
func (l *Ledger) Frozen() *Ledger {
	l.mu.Lock()
	defer l.mu.Unlock()
	return &Ledger{t: l.t, prefix: l.prefix, n: l.n, order: slices.Clone(l.order), acked: maps.Clone(l.acked), open: maps.Clone(l.open),
		cases: maps.Clone(l.cases), unknown: maps.Clone(l.unknown), settled: l.settled, refused: slices.Clone(l.refused)}
}

// Do sends a write, and sends it again under the same key until an answer says
// whether it was done or ctx ends. pick says whom to ask at each try.
func (l *Ledger) Do(ctx context.Context, pick func(try int) Client, w *Write) (Reply, bool) {
	l.mu.Lock()
	l.order, l.open[w.key] = append(l.order, w), w
	l.mu.Unlock()
	for try := 0; ctx.Err() == nil; try++ {
		r := l.send(pick(try), w)
		if l.note(w, r) {
			return r, r.Status < 300
		}
		select { // as the field clients do
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
	return Reply{Err: ctx.Err()}, false
}

func (l *Ledger) send(c Client, w *Write) Reply {
	path := w.path
	if w.of != "" {
		l.mu.Lock()
		path = fmt.Sprintf(path, l.cases[w.of])
		l.mu.Unlock()
	}
	headers := []string{"Idempotency-Key", w.key}
	if w.version != 0 {
		headers = append(headers, "If-Match", fmt.Sprintf(`"%d"`, w.version))
	}
	return c.Send(w.token, w.method, path, w.body, headers...)
}

// note takes an answer into account, and says whether it settles the write. With
// 5xx the write may have been done: the answer to a commit may have been lost
// between database and server. 429 is refused for now.
func (l *Ledger) note(w *Write, r Reply) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.Err != nil || r.Status >= 500 || r.Status == http.StatusTooManyRequests {
		l.unknown[w.key] = true
		return false
	}
	delete(l.open, w.key)
	if r.Status >= 300 || !l.done(w, r) {
		l.refused = append(l.refused, w.key+": "+r.String())
		return true
	}
	if l.unknown[w.key] {
		l.settled++
	}
	l.acked[w.key] = w
	l.when = append(l.when, time.Now())
	return true
}

// Silence is the longest time between two acknowledgements since a moment, or
// between it and the first: how long nothing was written.
func (l *Ledger) Silence(since time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	longest := time.Duration(0)
	for _, at := range l.when {
		if at.After(since) {
			longest, since = max(longest, at.Sub(since)), at
		}
	}
	return longest
}

// done reads an answer of 2xx.
func (l *Ledger) done(w *Write, r Reply) bool {
	switch w.kind {
	case kindCase:
		var c SeenCase
		if json.Unmarshal(r.Body, &c) != nil || c.ID == 0 {
			return false
		}
		l.cases[w.key] = c.ID
	case kindRoll:
		var a struct{ Accepted, Duplicates int }
		return json.Unmarshal(r.Body, &a) == nil && a.Accepted+a.Duplicates == 1
	}
	return true
}

// Settle sends again, in their order, all writes of which no answer says whether
// they were done, and then once more, and wants the same answer both times.
func (l *Ledger) Settle(c Client) {
	l.t.Helper()
	var left []*Write
	for _, w := range l.order {
		if l.open[w.key] != nil {
			l.unknown[w.key] = true
			left = append(left, w)
		}
	}
	for _, w := range left {
		first, again := l.send(c, w), l.send(c, w)
		if !l.note(w, first) || first.Status >= 300 {
			l.t.Errorf("%s, sent again: %v", w.key, first)
			continue
		}
		if again.Err != nil || again.Status != first.Status || w.kind != kindRoll && string(again.Body) != string(first.Body) {
			l.t.Errorf("%s, sent twice: %v, and then %v", w.key, first, again)
		}
	}
}

// Outcome is what a comparison found.
type Outcome struct {
	Written, Acknowledged, Unknown, Settled int
	Lost, Twice, Unasked                    []string // keys
}

func (o Outcome) String() string {
	return fmt.Sprintf("written %d, acknowledged %d, unknown %d, settled %d, lost %d, duplicates %d",
		o.Written, o.Acknowledged, o.Unknown, o.Settled, len(o.Lost), len(o.Twice))
}

// storedKeys finds the key of every write in what it stored.
const storedKeys = `select key, count(*) from (
	select description as key from cases union all
	select remark from case_steps union all
	select note from roll_calls union all
	select op->>'name' from plan_operations) stored
where key like $1 || '-%' group by key`

// Compare lays what was acknowledged beside what the database holds.
func (l *Ledger) Compare(ctx context.Context, url string) (Outcome, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return Outcome{}, err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, storedKeys, l.prefix)
	if err != nil {
		return Outcome{}, err
	}
	stored, key, times := map[string]int{}, "", 0
	if _, err = pgx.ForEachRow(rows, []any{&key, &times}, func() error { stored[key] = times; return nil }); err != nil {
		return Outcome{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	o := Outcome{Written: len(l.order), Acknowledged: len(l.acked), Unknown: len(l.unknown), Settled: l.settled}
	for key := range l.acked {
		if stored[key] == 0 {
			o.Lost = append(o.Lost, key)
		}
	}
	for key, times := range stored {
		switch {
		case times > 1:
			o.Twice = append(o.Twice, key)
		case l.acked[key] == nil && l.open[key] == nil:
			o.Unasked = append(o.Unasked, key)
		}
	}
	return o, nil
}

// Whole fails the test unless everything acknowledged is there once and nothing
// else is.
func (o Outcome) Whole(t *testing.T) {
	t.Helper()
	for what, keys := range map[string][]string{"acknowledged and not there": o.Lost, "there more than once": o.Twice, "there, though refused or never sent": o.Unasked} {
		if len(keys) > 0 {
			t.Errorf("%d writes are %s, want none: %s", len(keys), what, strings.Join(keys[:min(5, len(keys))], ", "))
		}
	}
}

// ByKind counts what was acknowledged.
func (l *Ledger) ByKind() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := map[string]int{}
	for _, w := range l.acked {
		n[w.kind]++
	}
	return n
}

// CaseIDs are the cases that were opened by acknowledged writes.
func (l *Ledger) CaseIDs() []int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Values(l.cases))
}
