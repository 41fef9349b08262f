package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5/pgxpool"

	"gridmap/api"
	"gridmap/data"
	"gridmap/data/testdb"
	"gridmap/data/testdb/fixture"
	"gridmap/importers/redraw/picture/lettering"
	"gridmap/layers"
	"gridmap/service/access"
	"gridmap/service/cases"
	"gridmap/service/divisions"
	"gridmap/service/evacuation"
	evacuationpapers "gridmap/service/evacuation/papers"
	"gridmap/service/figures"
	"gridmap/service/people"
	"gridmap/service/planning"
	"gridmap/service/planning/papers"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// district is a served fixture.
type district struct {
	t      testing.TB
	pool   *pgxpool.Pool
	access *access.Service
	config api.Config
	server *httptest.Server
	tokens map[string]string // by role and scope
}

func newDistrict(t testing.TB, demo bool) *district {
	t.Helper()
	db := testdb.New(t)
	fixture.Load(t, db.Pool)
	ctx, stop := context.WithCancel(context.Background())
	web, err := data.OpenWeb(ctx, db.URL, data.PoolOptions{})
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := data.NewSealer(bytes.Repeat([]byte{7}, 32)) // the fixture's
	if err != nil {
		t.Fatal(err)
	}
	letters, err := lettering.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	live := layers.New(db.Pool, layers.Options{})
	evacuations := evacuation.New(db.Pool, web, evacuation.Options{Dir: t.TempDir(), Sealer: sealer, Lay: live.Lay})
	var background sync.WaitGroup
	background.Go(func() { _ = live.Run(ctx) })
	background.Go(func() { evacuations.Follow(ctx) })
	d := &district{t: t, pool: db.Pool, tokens: make(map[string]string),
		access: access.New(db.Pool, access.Options{Demo: demo, District: fixture.District})}
	if demo {
		if err := d.access.EnsureDemo(ctx); err != nil {
			t.Fatal(err)
		}
	}
	d.config = api.Config{Access: d.access, Cases: cases.New(web, cases.Options{Settled: live.Settle}), Figures: figures.New(web, nil),
		Divisions: divisions.New(web), People: people.New(web, sealer), Planning: planning.New(db.Pool), Papers: papers.New(web, nil),
		Drafts: planning.NewDrafts(web, planning.DraftOptions{Settled: live.Settle}), Evacuations: evacuations, EvacuationPapers: evacuationpapers.New(letters), Map: live, Demo: demo, Synthetic: true,
		Web: fstest.MapFS{"index.html": {Data: []byte("<!doctype html>start")}, "wall.html": {Data: []byte("<!doctype html>wall")},
			"assets/a-1.js": {Data: []byte("1")}}}
	d.serve()
	t.Cleanup(func() {
		d.server.CloseClientConnections()
		d.server.Close()
		stop()
		background.Wait()
		web.Close()
	})
	return d
}

// serve begins to serve the district as its configuration is now, as the program
// does.
func (d *district) serve() {
	d.server = httptest.NewUnstartedServer(nil)
	d.server.Config = api.Listener(api.New(d.config), slog.New(slog.DiscardHandler))
	d.server.Start()
}

// as is a token of a role in a scope.
func (d *district) as(role access.Role, scope string) string {
	d.t.Helper()
	name := string(role) + "-" + scope
	if d.tokens[name] == "" {
		s, err := d.access.CreateToken(context.Background(), name, role, scope, 1)
		if err != nil {
			d.t.Fatal(err)
		}
		d.tokens[name] = s.Secret
	}
	return d.tokens[name]
}

// answer is what the server answered.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) String() string { return fmt.Sprintf("%d %s", a.status, a.body) }

// problem is the body of an error.
func (a answer) problem(t testing.TB) api.Problem {
	t.Helper()
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("got content type %q of %s, want application/problem+json", got, a)
	}
	var p api.Problem
	a.into(t, &p)
	if p.Status != a.status {
		t.Fatalf("the body says %d, the status is %d", p.Status, a.status)
	}
	return p
}

func (a answer) into(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatalf("%v: %s", err, a)
	}
}

// send makes a request; body is JSON text, headers are pairs.
func (d *district) send(token, method, path, body string, headers ...string) answer {
	d.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, d.server.URL+path, bytes.NewBufferString(body))
	if err != nil {
		d.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := d.server.Client().Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, b}
}

func (d *district) get(token, path string) answer {
	d.t.Helper()
	return d.send(token, http.MethodGet, path, "")
}

// caseSeen is a case as clients read it.
type caseSeen struct {
	ID            int64    `json:"id"`
	Number        string   `json:"number"`
	Title         string   `json:"title"`
	Type          string   `json:"type"`
	Level         string   `json:"level"`
	Step          string   `json:"step"`
	Board         string   `json:"board"`
	State         string   `json:"state"`
	Lon           *float64 `json:"lon"`
	Lat           *float64 `json:"lat"`
	BuildingID    int64    `json:"building_id"`
	GridCode      string   `json:"grid_code"`
	CommunityCode string   `json:"community_code"`
	TownCode      string   `json:"town_code"`
	TeamID        int64    `json:"team_id"`
	Whistle       bool     `json:"whistle"`
	Rating        *int     `json:"rating"`
	Version       int      `json:"version"`
	Description   string   `json:"description"`
	Steps         []struct {
		Step   string `json:"step"`
		Level  string `json:"level"`
		Actor  string `json:"actor"`
		Remark string `json:"remark"`
	} `json:"steps"`
	Whistles []struct {
		Department string  `json:"department"`
		ArrivedAt  *string `json:"arrived_at"`
	} `json:"whistles"`
}

// open opens a case that must go in.
func (d *district) open(body, key string) caseSeen {
	d.t.Helper()
	a := d.send(d.as(access.Operator, fixture.District), http.MethodPost, "/api/v1/cases", body, "Idempotency-Key", key)
	if a.status != http.StatusCreated {
		d.t.Fatalf("got %s, want 201", a)
	}
	var c caseSeen
	a.into(d.t, &c)
	return c
}

// change sends a PATCH for the version given.
func (d *district) change(id int64, version int, body, key string) answer {
	d.t.Helper()
	return d.send(d.as(access.Operator, fixture.District), http.MethodPatch, fmt.Sprintf("/api/v1/cases/%d", id), body,
		"Idempotency-Key", key, "If-Match", fmt.Sprintf("%q", fmt.Sprint(version)))
}
