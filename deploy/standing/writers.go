package standing

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// What a ledger writes.
const (
	kindCase = "case"
	kindStep = "step"
	kindRoll = "roll"
	kindPlan = "plan"
)

// Writers write into a ledger all the time: cases and their steps, the roll call
// of an evacuation, operations on drafts of plans.
type Writers struct {
	t      *testing.T
	demo   Demo
	ledger *Ledger
	at     []Client
	cancel context.CancelFunc
	all    sync.WaitGroup
}

// Clients that write at once, by what they write.
const (
	caseClients = 4
	rollClients = 2
	planClients = 2
)

// StartWriters opens a drill and drafts and begins to write through the servers
// at; a client that gets no answer goes on at the next. A ledger that goes on
// after Stop may be given to new writers.
func StartWriters(t *testing.T, demo Demo, ledger *Ledger, at ...Client) *Writers {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	w := &Writers{t: t, demo: demo, ledger: ledger, at: at, cancel: cancel}
	t.Cleanup(w.Stop)
	bodies, drill := at[0].CaseBodies(demo.Tokens["operator"]), w.drill()
	for n := range caseClients {
		w.all.Go(func() { w.writeCases(ctx, n, bodies) })
	}
	for n := range rollClients {
		w.all.Go(func() { w.callRoll(ctx, n, drill, bodies) })
	}
	for n := range planClients {
		draft := w.draft(n)
		w.all.Go(func() { w.draw(ctx, n, draft) })
	}
	return w
}

// Stop ends it; what is under way then stays unknown.
func (w *Writers) Stop() {
	w.cancel()
	w.all.Wait()
}

// from picks servers, beginning with the nth.
func (w *Writers) from(n int) func(try int) Client {
	return func(try int) Client { return w.at[(n+try)%len(w.at)] }
}

func (w *Writers) writeCases(ctx context.Context, n int, bodies []string) {
	token := w.demo.Tokens["operator"]
	for i := n; ctx.Err() == nil; i++ {
		var like map[string]string
		if json.Unmarshal([]byte(bodies[i%len(bodies)]), &like) != nil {
			w.t.Errorf("the body of a case: %s", bodies[i%len(bodies)])
			return
		}
		key := w.ledger.Key(kindCase)
		body := fmt.Sprintf(`{"type":%q,"grid_code":%q,"description":%q}`, like["type"], like["grid_code"], key)
		r, done := w.ledger.Do(ctx, w.from(n), &Write{kind: kindCase, key: key, token: token, method: http.MethodPost, path: "/api/v1/cases", body: body})
		var opened SeenCase
		if !done || json.Unmarshal(r.Body, &opened) != nil {
			continue
		}
		step := w.ledger.Key(kindStep)
		w.ledger.Do(ctx, w.from(n), &Write{kind: kindStep, key: step, token: token, method: http.MethodPatch, path: "/api/v1/cases/%d", of: key,
			body: fmt.Sprintf(`{"action":"step","remark":%q}`, step), version: opened.Version})
	}
}

// drill is an open one: that of earlier writers, or a new one.
func (w *Writers) drill() int64 {
	w.t.Helper()
	var list struct {
		Items []struct {
			ID       int64
			ClosedAt *string `json:"closed_at"`
		}
	}
	w.at[0].MustGet(w.demo.Tokens["emergency"], "/api/v1/evacuations").Into(w.t, &list)
	for _, e := range list.Items {
		if e.ClosedAt == nil {
			return e.ID
		}
	}
	var opened struct{ ID int64 }
	w.at[0].MustPost(w.demo.Tokens["emergency"], "/api/v1/evacuations", w.ledger.prefix+" opens the drill",
		fmt.Sprintf(`{"name":"台账演练","division":%q,"drill":true}`, District)).Into(w.t, &opened)
	return opened.ID
}

// callRoll says as one device after the other who turned up.
func (w *Writers) callRoll(ctx context.Context, n int, drill int64, bodies []string) {
	var like struct {
		Grid string `json:"grid_code"`
	}
	if err := json.Unmarshal([]byte(bodies[n%len(bodies)]), &like); err != nil {
		w.t.Error(err)
		return
	}
	for sequence := 1; ctx.Err() == nil; sequence++ {
		key := w.ledger.Key(kindRoll)
		body := fmt.Sprintf(`{"device":%q,"events":[{"sequence":%d,"at":%q,"extra":{"count":1,"grid":%q},"status":"with_relatives","note":%q}]}`,
			key, sequence, time.Now().UTC().Format(time.RFC3339Nano), like.Grid, key)
		w.ledger.Do(ctx, w.from(n), &Write{kind: kindRoll, key: key, token: w.demo.Tokens["emergency"], method: http.MethodPost,
			path: fmt.Sprintf("/api/v1/evacuations/%d/rollcall", drill), body: body})
	}
}

// drafted is what a planner draws on.
type drafted struct {
	plan            int64
	community, grid string
	version         int
}

// draft makes a plan and opens a community with grids in it.
func (w *Writers) draft(n int) drafted {
	w.t.Helper()
	token, c := w.demo.Tokens["planner"], w.at[0]
	var made struct{ ID int64 }
	c.MustPost(token, "/api/v1/plans", w.ledger.Key("draft"), fmt.Sprintf(`{"name":"台账%d","division":%q}`, n, District)).Into(w.t, &made)
	var plan struct {
		Communities []struct {
			Code  string
			Grids int
		}
	}
	c.MustGet(token, fmt.Sprint("/api/v1/plans/", made.ID)).Into(w.t, &plan)
	i := slices.IndexFunc(plan.Communities, func(p struct {
		Code  string
		Grids int
	}) bool {
		return p.Grids > 0
	})
	if i < 0 {
		w.t.Fatal("no community of the draft has grids")
	}
	d := drafted{plan: made.ID, community: plan.Communities[i].Code}
	var desk struct {
		Version int
		Grids   []struct{ Code string }
	}
	c.MustGet(token, fmt.Sprintf("/api/v1/plans/%d/desk/%s", d.plan, d.community)).Into(w.t, &desk)
	d.version, d.grid = desk.Version, desk.Grids[0].Code
	return d
}

// draw renames a grid again and again.
func (w *Writers) draw(ctx context.Context, n int, d drafted) {
	for ctx.Err() == nil {
		key := w.ledger.Key(kindPlan)
		body := fmt.Sprintf(`{"community":%q,"version":%d,"kind":"rename","grid":%q,"name":%q}`, d.community, d.version, d.grid, key)
		r, done := w.ledger.Do(ctx, w.from(n), &Write{kind: kindPlan, key: key, token: w.demo.Tokens["planner"], method: http.MethodPost,
			path: fmt.Sprintf("/api/v1/plans/%d/operations", d.plan), body: body})
		var change struct{ Version int }
		if !done || json.Unmarshal(r.Body, &change) != nil {
			return // noted as refused
		}
		d.version = change.Version
	}
}
