package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"gridmap/api"
	"gridmap/data"
	"gridmap/data/testdb/fixture"
	"gridmap/service/access"
)

// corner is one town of the fixture with what a request may be about there.
type corner struct {
	town, community, grid string
	building, person      int64
	caseID, plan          int64
	evacuation, order     int64
	gauge                 int64
	account               string
	lonLat, buildingCode  string
	token                 func() int64 // a fresh one, to be ended
}

// corners are West, the scope that the walk goes with, and East, outside it.
func (d *district) corners() (inside, outside corner) {
	d.t.Helper()
	ctx := context.Background()
	sealer, err := data.NewSealer(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		d.t.Fatal(err)
	}
	make := func(c corner) corner {
		c.caseID = d.open(fmt.Sprintf(`{"type":"light","building_code":%q}`, c.buildingCode), "walk "+c.town).ID
		var household int64
		err := d.pool.QueryRow(ctx, `with s as (insert into stairwells (building_id, number) values ($1, 7) returning id),
			r as (insert into rooms (stairwell_id, floor, number) select id, 1, '101' from s returning id)
			insert into households (room_id, persons, source, source_id) select id, 1, 'walk', $1::text from r returning id`, c.building).Scan(&household)
		if err != nil {
			d.t.Fatal(err)
		}
		if _, err := d.pool.Exec(ctx, `insert into people (id, household_id, sealed, number_hash, sex, birth_year, source) values ($1, $2, $3, $4, 'F', 1990, 'walk')`,
			c.person, household, sealer.Seal("people", c.person, "走路人", "500152199001010000", "13800000000"), sealer.Hash("500152199001010000")); err != nil {
			d.t.Fatal(err)
		}
		if err := d.pool.QueryRow(ctx, `insert into plans (name, author, division_code) values ('walk', 'somebody', $1) returning id`, c.town).Scan(&c.plan); err != nil {
			d.t.Fatal(err)
		}
		if err := d.access.AddAccount(ctx, access.Identity{Account: "test"}, c.account, "long enough for all", access.Operator, c.town); err != nil {
			d.t.Fatal(err)
		}
		d.evacuate(&c)
		c.token = func() (id int64) {
			if _, err := d.access.CreateToken(ctx, "machine", access.Operator, c.town, 1); err != nil {
				d.t.Fatal(err)
			}
			if err := d.pool.QueryRow(ctx, `select max(id) from credentials where kind = 'token'`).Scan(&id); err != nil {
				d.t.Fatal(err)
			}
			return id
		}
		return c
	}
	return make(corner{town: fixture.West, community: fixture.A1, grid: fixture.GridCode(fixture.A1, 1), building: 101, person: 5001,
			account: "west.clerk", lonLat: "lon=105.801&lat=30.101", buildingCode: "F01"}),
		make(corner{town: fixture.East, community: fixture.B1, grid: fixture.GridCode(fixture.B1, 1), building: 112, person: 5002,
			account: "east.clerk", lonLat: "lon=105.841&lat=30.101", buildingCode: "F12"})
}

// evacuate opens an evacuation in the corner, with an order and a gauge beside it.
func (d *district) evacuate(c *corner) {
	d.t.Helper()
	ctx := context.Background()
	// In one transaction: the first picture of the evacuation has the order.
	err := d.pool.QueryRow(ctx, `with e as (insert into evacuations (name, division_code, drill, clock_from, opened_at, opened_by)
			values ('walk', $1, $2, now(), now(), 'somebody') returning id)
		insert into evacuation_orders (evacuation_id, grid_code, kind, issued_at, issued_by)
		select id, $3, 'prepare', now(), 'somebody' from e returning evacuation_id, id`, c.town, c.town == fixture.East, c.grid).Scan(&c.evacuation, &c.order)
	if err != nil {
		d.t.Fatal(err)
	}
	if err := d.pool.QueryRow(ctx, `insert into gauges (code, name, river, geom, source) values ('walk ' || $1, 'walk', 'walk', ST_SetSRID(ST_MakePoint(105.81, 30.1), 4490), 'walk')
		returning id`, c.town).Scan(&c.gauge); err != nil {
		d.t.Fatal(err)
	}
}

// pathOf fills a route's pattern for a corner. A placeholder that it does not
// know is to be added here.
func pathOf(t testing.TB, r api.Route, c corner) string {
	t.Helper()
	var parts []string
	before := ""
	for part := range strings.SplitSeq(r.Pattern, "/") {
		name := part
		switch {
		case part == "{id}":
			id, ok := map[string]int64{"cases": c.caseID, "plans": c.plan, "buildings": c.building, "people": c.person, "evacuations": c.evacuation, "gauges": c.gauge}[before]
			if before == "tokens" {
				id, ok = c.token(), true
			}
			if !ok {
				t.Fatalf("the walk does not know what an id of %s is", before)
			}
			name = fmt.Sprint(id)
		case part == "{code}":
			name = map[string]string{"divisions": c.town, "desk": c.community, "grids": c.grid}[before]
		case strings.Contains(part, "{"), part == "*":
			name = strings.NewReplacer("{account}", c.account, "{layers}", "grids", "{z}", "12", "{x}", "3251", "{y}", "1687", "{name}", "wall", "{paper}", map[bool]string{true: "report.pdf", false: "ledger.xlsx"}[strings.Contains(r.Pattern, "/evacuations/")],
				"{order}", fmt.Sprint(c.order), "{contradiction}", fmt.Sprintf("1-%d", c.person), "*", "a-1.js").Replace(part)
		}
		if name == "" && part != "" || strings.Contains(name, "{") {
			t.Fatalf("the walk cannot fill %s of %s", part, r.Pattern)
		}
		before = part
		parts = append(parts, name)
	}
	path := strings.Join(parts, "/")
	takes := func(name string) bool {
		return slices.ContainsFunc(r.Query, func(p api.Param) bool { return p.Name == name })
	}
	switch {
	case takes("division") && !strings.Contains(r.Pattern, "{"):
		path += "?division=" + c.town
	case takes("grid"):
		path += "?grid=" + c.grid
	case takes("lon"):
		path += "?" + c.lonLat
	}
	return path
}

// bodyOf is a body that gets past the door; a route that takes one and is not
// here is to be added.
func bodyOf(t testing.TB, r api.Route, c corner) string {
	t.Helper()
	if r.Request == nil {
		return ""
	}
	body, ok := map[string]string{
		"POST /api/v1/session":               `{"account":"nobody","password":"nothing at all"}`,
		"POST /api/v1/session/password":      `{"old":"nothing at all","new":"long enough for all"}`,
		"POST /api/v1/cases":                 fmt.Sprintf(`{"type":"light","building_code":%q}`, c.buildingCode),
		"PATCH /api/v1/cases/{id}":           `{"action":"step","step":"order","remark":"x"}`,
		"POST /api/v1/accounts":              fmt.Sprintf(`{"account":"new.%d","password":"long enough for all","role":"operator","scope":%q}`, time.Now().UnixNano(), c.town),
		"PATCH /api/v1/accounts/{account}":   `{"unlock":true}`,
		"POST /api/v1/tokens":                fmt.Sprintf(`{"account":"sensor","role":"operator","scope":%q,"days":1}`, c.town),
		"POST /api/v1/people/{id}/reveal":    `{"reason":"逐条核对路由"}`,
		"POST /api/v1/plans":                 fmt.Sprintf(`{"name":"walk","division":%q}`, c.town),
		"POST /api/v1/plans/{id}/steps":      `{"step":"submit","version":999999}`,
		"POST /api/v1/plans/{id}/operations": fmt.Sprintf(`{"community":%q,"version":999999,"kind":"lock","grid":%q}`, c.community, c.grid),
		"POST /api/v1/plans/{id}/carryover":  `{"ids":[1]}`,
		"POST /api/v1/gauges/{id}/readings":  `{"readings":[{"at":"2026-01-01T00:00:00Z","kind":"observed","stage_m":240}]}`,
		"POST /api/v1/evacuations":           fmt.Sprintf(`{"name":"walk","division":%q,"drill":true}`, c.town),

		"POST /api/v1/evacuations/{id}/plans":                          `{"basis":"x"}`,
		"POST /api/v1/evacuations/{id}/overrides":                      fmt.Sprintf(`{"building_id":%d,"shelter_id":null,"reason":"walk"}`, c.building),
		"POST /api/v1/evacuations/{id}/orders":                         fmt.Sprintf(`{"grids":[%q],"kind":"prepare"}`, c.grid),
		"POST /api/v1/evacuations/{id}/orders/{order}/answer":          `{"state":"received"}`,
		"POST /api/v1/evacuations/{id}/breaches":                       `{"lon":105.8,"lat":30.1}`,
		"POST /api/v1/evacuations/{id}/lift":                           `{}`,
		"POST /api/v1/evacuations/{id}/close":                          `{}`,
		"POST /api/v1/evacuations/{id}/rollcall":                       fmt.Sprintf(`{"device":"walk","events":[{"sequence":1,"at":"2026-01-01T00:00:00Z","person_id":%d,"status":"refused"}]}`, c.person),
		"POST /api/v1/evacuations/{id}/contradictions/{contradiction}": `{"status":"refused","note":"walk"}`,
	}[r.Method+" "+r.Pattern]
	if !ok {
		t.Fatalf("the walk has no body for %s %s", r.Method, r.Pattern)
	}
	return body
}

// ask makes one request and returns its status and the field at fault; a stream
// is left after its headers.
func (d *district) ask(t *testing.T, token string, r api.Route, c corner) (int, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, r.Method, d.server.URL+pathOf(t, r, c), strings.NewReader(bodyOf(t, r, c)))
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Idempotency-Key", fmt.Sprint(token[:min(8, len(token))], r.Method, r.Pattern, c.town))
	q.Header.Set("If-Match", "*")
	if token != "" {
		q.Header.Set("Authorization", "Bearer "+token)
	}
	client := *d.server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var p struct{ Errors []api.FieldError }
	if res.Header.Get("Content-Type") == "application/problem+json" {
		if err := json.NewDecoder(res.Body).Decode(&p); err != nil {
			t.Fatal(err)
		}
	}
	if len(p.Errors) > 0 {
		return res.StatusCode, p.Errors[0].Field
	}
	return res.StatusCode, ""
}

// bound says whether a request of this route can lie outside a scope, rather
// than be answered with what is inside.
func bound(r api.Route) bool {
	switch {
	case r.Stream && !strings.Contains(r.Pattern, "{"), !strings.HasPrefix(r.Pattern, "/api/v1/"):
		return false // tiles hold what is inside
	case r.Scope == api.ScopeDivision:
		return true
	}
	aims := strings.Contains(r.Pattern, "{") || r.Method != http.MethodGet || slices.ContainsFunc(r.Query, func(p api.Param) bool { return p.Name == "lon" })
	return r.Scope == api.ScopeContent && aims
}

// content is a hash of every table but those that a refusal may write to.
func (d *district) content(t *testing.T) string {
	t.Helper()
	var sum string
	err := d.pool.QueryRow(context.Background(), `select string_agg(md5(query_to_xml(format('select * from %I t order by t::text', relname), true, false, '')::text), '' order by relname)
		from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname not in ('audit', 'credentials', 'sign_in_tries', 'spatial_ref_sys')`).Scan(&sum)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// strangers are those whom no route lets in that is not open to everybody.
func (d *district) strangers(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{"anonymous": "", "a wrong token": "wrong", "a disabled account": d.disabledSession(t), "an expired token": d.expiredToken(t),
		"an expired session": d.staleSession(t, "expires_at = now() - interval '1 s'"), "a session that was idle": d.staleSession(t, "seen_at = now() - interval '31 min'"),
		"a session that was ended": d.staleSession(t, "revoked = true")}
}

// fresh is the session of somebody whose first password is not changed yet.
func (d *district) fresh(t *testing.T, role access.Role) string {
	t.Helper()
	name := "fresh-" + string(role)
	if d.tokens[name] == "" {
		d.tokens[name] = d.sessionOf(t, name, role)
	}
	return d.tokens[name]
}

// sessionOf makes an account in West and signs it in.
func (d *district) sessionOf(t *testing.T, account string, role access.Role) string {
	t.Helper()
	ctx := context.Background()
	if err := d.access.AddAccount(ctx, access.Identity{Account: "test"}, account, "long enough for all", role, fixture.West); err != nil {
		t.Fatal(err)
	}
	s, err := d.access.SignIn(ctx, account, "long enough for all", "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	return s.Secret
}

func (d *district) disabledSession(t *testing.T) string {
	t.Helper()
	secret, yes := d.sessionOf(t, "gone", access.Operator), true
	if _, err := d.access.Recognise(context.Background(), secret); err != nil { // it is remembered
		t.Fatal(err)
	}
	if _, err := d.access.Change(context.Background(), access.Identity{Account: "test"}, "gone", access.AccountChange{Disabled: &yes}); err != nil {
		t.Fatal(err)
	}
	return secret
}

func (d *district) staleSession(t *testing.T, set string) string {
	t.Helper()
	column, _, _ := strings.Cut(set, " ")
	name := "stale." + column
	secret := d.sessionOf(t, name, access.Operator)
	if _, err := d.pool.Exec(context.Background(), `update accounts set must_change = false where account = $1`, name); err != nil {
		t.Fatal(err)
	}
	if _, err := d.pool.Exec(context.Background(), `update credentials set `+set+` where account = $1`, name); err != nil {
		t.Fatal(err)
	}
	return secret
}

func (d *district) expiredToken(t *testing.T) string {
	t.Helper()
	ctx := context.Background()
	s, err := d.access.CreateToken(ctx, "late", access.Operator, fixture.West, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.pool.Exec(ctx, `update credentials set expires_at = now() - interval '1 s' where account = 'late'`); err != nil {
		t.Fatal(err)
	}
	return s.Secret
}
