package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"

	"gridmap/deploy/standing"
)

// planners draw, publish and look, and keep account of what they were told.
type planners struct {
	t                                       *testing.T
	author, approver                        string // tokens
	drawn, published                        string // communities: one that is drawn on, one that is published
	tile                                    string // that shows the published one
	mu                                      sync.Mutex
	draft                                   int64              // the plan that is drawn on
	log                                     map[int]string     // its operations by number, as acknowledged
	version                                 int                // of the draft, as acknowledged last
	unknown                                 []planWrite        // sent, and no answer came
	force                                   map[int64]bool     // plans that are said to be in force
	seen                                    map[int64][]string // version of the map → codes in the tile looked at
	last                                    int64              // version seen last
	operations, publications, resent, looks int
}

// acknowledged counts what was acknowledged so far.
func (w *planners) acknowledged() (operations, publications int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.operations, w.publications
}

// planWrite is a request that can be sent again.
type planWrite struct{ token, path, key, body string }

type planSeen struct {
	ID        int64   `json:"id"`
	Version   int     `json:"version"`
	Status    string  `json:"status"`
	EnactedAt *string `json:"enacted_at"`
}

type deskSeen struct {
	Version int `json:"version"`
	Plots   []struct {
		ID   int    `json:"id"`
		Grid string `json:"grid"`
	} `json:"plots"`
	Grids []struct {
		Code string `json:"code"`
	} `json:"grids"`
}

type changeSeen struct {
	Version int `json:"version"`
	Entry   struct {
		Seq  int    `json:"seq"`
		Kind string `json:"kind"`
	} `json:"entry"`
}

func newPlanners(t *testing.T, s *server, demo standing.Demo) *planners {
	w := &planners{t: t, log: map[int]string{}, force: map[int64]bool{}, seen: map[int64][]string{}}
	w.author = demo.Tokens["planner"]
	w.approver = mustRun(t, demo.Dir, "token", "create", "--role", "planner", "--scope", standing.District, "--days", "1", "--account", "test-approver")
	var plan struct {
		Communities []struct {
			Code  string `json:"code"`
			Grids int    `json:"grids"`
		} `json:"communities"`
	}
	var made planSeen
	r := w.post(s, w.author, "/api/v1/plans", "the draft", `{"name":"在改的方案","division":"500152000000"}`)
	r.Into(t, &made)
	s.MustGet(w.author, fmt.Sprint("/api/v1/plans/", made.ID)).Into(t, &plan)
	slices.SortFunc(plan.Communities, func(a, b struct {
		Code  string `json:"code"`
		Grids int    `json:"grids"`
	}) int {
		return b.Grids - a.Grids
	})
	w.draft, w.drawn, w.published = made.ID, plan.Communities[0].Code, plan.Communities[1].Code
	var desk struct {
		Community struct {
			Bounds [4]float64 `json:"bounds"`
		} `json:"community"`
	}
	s.MustGet(w.author, fmt.Sprintf("/api/v1/plans/%d/desk/%s", w.draft, w.published)).Into(t, &desk)
	b := desk.Community.Bounds
	at := maptile.At(orb.Point{(b[0] + b[2]) / 2, (b[1] + b[3]) / 2}, 12)
	w.tile = fmt.Sprintf("/tiles/grids,microgrids/%d/%d/%d.mvt", at.Z, at.X, at.Y)
	return w
}

// post sends a write; without an answer it is kept to be sent again.
func (w *planners) post(s *server, token, path, key, body string) standing.Reply {
	r := s.Send(token, http.MethodPost, path, body, "Idempotency-Key", key)
	if r.Err != nil || r.Status >= 500 {
		w.mu.Lock()
		w.unknown = append(w.unknown, planWrite{token, path, key, body})
		w.mu.Unlock()
	}
	return r
}

// move is an operation that puts one plot into another grid, whatever comes of it.
func move(desk *deskSeen, rng *rand.Rand) (body string, ok bool) {
	if len(desk.Grids) < 2 || len(desk.Plots) == 0 {
		return "", false
	}
	p := desk.Plots[rng.IntN(len(desk.Plots))]
	to := desk.Grids[rng.IntN(len(desk.Grids))].Code
	return fmt.Sprintf(`"version":%d,"kind":"move","moves":[{"plots":[%d],"to":%q}],"force":true`, desk.Version, p.ID, to), to != p.Grid
}

func (w *planners) desk(s *server, plan int64, community string) (d deskSeen, ok bool) {
	r := s.Get(w.author, fmt.Sprintf("/api/v1/plans/%d/desk/%s", plan, community))
	return d, r.Status == http.StatusOK && json.Unmarshal(r.Body, &d) == nil
}

// draw does operations on the draft until the server is gone.
func (w *planners) draw(ctx context.Context, s *server, round int) {
	rng := rand.New(rand.NewPCG(uint64(round), 1))
	d, ok := w.desk(s, w.draft, w.drawn)
	for n := 0; ok && ctx.Err() == nil; n++ {
		op, changes := move(&d, rng)
		if !changes {
			continue
		}
		r := w.post(s, w.author, fmt.Sprintf("/api/v1/plans/%d/operations", w.draft), fmt.Sprintf("draw-%d-%d", round, n),
			fmt.Sprintf(`{"community":%q,%s}`, w.drawn, op))
		if !w.note(r) {
			return
		}
		d.Version = w.version
	}
}

// note takes an acknowledged operation into account.
func (w *planners) note(r standing.Reply) bool {
	var c changeSeen
	if r.Err != nil || r.Status != http.StatusOK || json.Unmarshal(r.Body, &c) != nil {
		if r.Err == nil && r.Status != http.StatusUnprocessableEntity && r.Status < 500 {
			w.t.Errorf("an operation was refused: %v", r)
		}
		return r.Status == http.StatusUnprocessableEntity
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.log[c.Entry.Seq], w.version = c.Entry.Kind, c.Version
	w.operations++
	return true
}

// publish draws a plan for a community, has it approved and published, again and
// again until the server is gone.
func (w *planners) publish(ctx context.Context, s *server, round int) {
	rng := rand.New(rand.NewPCG(uint64(round), 2))
	today := time.Now().In(time.FixedZone("CST", 8*60*60)).Format(time.DateOnly)
	for n := 0; ctx.Err() == nil; n++ {
		key := func(step string) string { return fmt.Sprintf("publish-%d-%d-%s", round, n, step) }
		var p planSeen
		r := w.post(s, w.author, "/api/v1/plans", key("new"), fmt.Sprintf(`{"name":"调整%d","division":%q}`, round, w.published))
		if r.Status != http.StatusCreated || json.Unmarshal(r.Body, &p) != nil {
			return
		}
		d, ok := w.desk(s, p.ID, w.published)
		if !ok {
			return
		}
		op, changes := move(&d, rng)
		if !changes {
			continue
		}
		path := fmt.Sprintf("/api/v1/plans/%d/", p.ID)
		if r = w.post(s, w.author, path+"operations", key("move"), fmt.Sprintf(`{"community":%q,%s}`, w.published, op)); r.Status != http.StatusOK {
			return
		}
		for _, step := range []struct{ name, token, more string }{
			{"submit", w.author, ""}, {"approve", w.approver, ""}, {"publish", w.approver, `,"effective_on":"` + today + `"`},
		} {
			r = w.post(s, step.token, path+"steps", key(step.name), fmt.Sprintf(`{"step":%q,"version":1%s}`, step.name, step.more))
			if r.Err != nil || r.Status >= 500 {
				return
			}
			if r.Status != http.StatusOK {
				w.t.Errorf("%s: %v", step.name, r)
				return
			}
		}
		w.noteForce(r)
	}
}

func (w *planners) noteForce(r standing.Reply) {
	var p planSeen
	if json.Unmarshal(r.Body, &p) != nil || p.EnactedAt == nil {
		w.t.Errorf("a plan that was published for today is not in force: %v", r)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.force[p.ID] = true
	w.publications++
}

// read polls tiles, features and figures, and wants that the version never goes
// back and that everything of one version is the same each time.
func (w *planners) read(ctx context.Context, s *server) {
	for ctx.Err() == nil {
		if !w.lookAtTile(s) || !w.lookAtFigures(s) {
			return
		}
	}
}

func (w *planners) lookAtTile(s *server) bool {
	r := s.Get(w.author, w.tile)
	if r.Err != nil || r.Status != http.StatusOK {
		return false
	}
	layers, err := mvt.Unmarshal(r.Body)
	if err != nil {
		w.t.Errorf("a tile: %v", err)
		return false
	}
	var codes []string
	version := int64(0)
	for _, l := range layers {
		for _, f := range l.Features {
			v, _ := f.Properties["version"].(float64)
			if version != 0 && version != int64(v) {
				w.t.Errorf("a tile has features of the versions %d and %v", version, v)
			}
			version = int64(v)
			code, _ := f.Properties["code"].(string)
			codes = append(codes, fmt.Sprint(l.Name, code, f.Properties["households"]))
		}
	}
	slices.Sort(codes)
	if got := r.Header.Get("Gridmap-Version"); got != fmt.Sprint(version) {
		w.t.Errorf("a tile of version %d says %s", version, got)
	}
	return w.saw("tile", version, codes)
}

func (w *planners) lookAtFigures(s *server) bool {
	r := s.Get(w.author, "/api/v1/figures?division="+w.published)
	var f struct {
		Version                       int64
		Grids, Microgrids, Households int
	}
	if r.Err != nil || r.Status != http.StatusOK || json.Unmarshal(r.Body, &f) != nil {
		return false
	}
	return w.saw("figures", f.Version, []string{fmt.Sprint(f.Grids, f.Microgrids, f.Households)})
}

// saw compares with what was seen of the version before.
func (w *planners) saw(what string, version int64, content []string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.looks++
	if version < w.last {
		w.t.Errorf("%s of version %d after version %d", what, version, w.last)
	}
	w.last = version
	key := version*2 + int64(len(what)%2) // tile: even; figures: odd
	if before, ok := w.seen[key]; ok && !slices.Equal(before, content) {
		w.t.Errorf("version %d shows %v and %v", version, before, content)
	}
	w.seen[key] = content
	return true
}

// settle sends again what had no answer, twice, and looks whether everything that
// was acknowledged is there.
func (w *planners) settle(s *server) {
	for _, u := range w.unknown {
		first := s.Send(u.token, http.MethodPost, u.path, u.body, "Idempotency-Key", u.key)
		again := s.Send(u.token, http.MethodPost, u.path, u.body, "Idempotency-Key", u.key)
		if first.Err != nil || first.Status >= 500 || first.Status != again.Status {
			w.t.Errorf("sent again: %v, and once more: %v", first, again)
		}
		if first.Status < 300 && string(first.Body) != string(again.Body) {
			w.t.Errorf("the same request was done twice: %v, %v", first, again)
		}
		w.resent++
		var p planSeen
		switch {
		case u.path == fmt.Sprintf("/api/v1/plans/%d/operations", w.draft):
			w.note(first)
		case json.Unmarshal(first.Body, &p) == nil && p.EnactedAt != nil:
			w.noteForce(first)
		}
	}
	w.unknown = nil
	var log struct {
		Version int `json:"version"`
		Items   []struct {
			Seq  int    `json:"seq"`
			Kind string `json:"kind"`
		} `json:"items"`
	}
	s.MustGet(w.author, fmt.Sprintf("/api/v1/plans/%d/operations", w.draft)).Into(w.t, &log)
	found := map[int]string{}
	for _, e := range log.Items {
		found[e.Seq] = e.Kind
	}
	if len(found) != len(log.Items) || len(found) != len(w.log) || log.Version != w.version {
		w.t.Errorf("the log has %d entries up to version %d, %d were acknowledged up to %d", len(log.Items), log.Version, len(w.log), w.version)
	}
	for seq, kind := range w.log {
		if found[seq] != kind {
			w.t.Errorf("operation %d (%s) was acknowledged; the log has %q", seq, kind, found[seq])
		}
	}
	var plans struct {
		Items []planSeen `json:"items"`
	}
	s.MustGet(w.author, "/api/v1/plans?status=published,superseded").Into(w.t, &plans)
	for _, p := range plans.Items {
		delete(w.force, p.ID)
	}
	for id := range w.force {
		w.t.Errorf("plan %d was acknowledged as in force and is not", id)
	}
	clear(w.force)
}

// wholeDatabase looks for anything half published.
func (w *planners) wholeDatabase(url string) {
	ctx := context.Background()
	db, err := pgx.Connect(ctx, url)
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close(ctx)
	for what, sql := range map[string]string{
		"buildings that are not in exactly one grid in force": `select count(*) from buildings b where (
			select sum(p.households) from plan_buildings p join grids g on g.id = p.grid_id where p.building_id = b.id and upper_inf(g.valid)) is distinct from b.households`,
		"communities with grids of two plans": `select count(*) from (
			select community_code from grids where upper_inf(valid) group by 1 having count(distinct plan_id) > 1) x`,
		"communities that are not covered": `select count(*) from divisions d where level = 'community' and abs(st_area(d.geom::geography) -
			(select sum(st_area(geom::geography)) from grids where community_code = d.code and upper_inf(valid) and not layered)) > 1 + 1e-6 * st_area(d.geom::geography)`,
		"plans published for today that are not in force": `select count(*) from plans where status = 'published' and enacted_at is null`,
		"versions without their grids":                    `select count(*) from enactments e where not exists (select from grids where plan_id = e.plan_id and valid is not null)`,
		"grids in force of a plan without a version":      `select count(*) from grids where valid is not null and plan_id not in (select plan_id from enactments)`,
		"open cases in grids that are no more":            `select count(*) from cases c join grids g on g.id = c.grid_id where c.closed_at is null and not upper_inf(g.valid)`,
		"versions left out":                               `select max(version) - count(*) from enactments`,
	} {
		var n int
		if err := db.QueryRow(ctx, sql).Scan(&n); err != nil || n != 0 {
			w.t.Errorf("%s: %d, %v", what, n, err)
		}
	}
}
