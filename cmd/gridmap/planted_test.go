package main_test

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gridmap/deploy/standing"
)

// operation is a row of the OpenAPI document.
type operation struct {
	method, path string
	params       []string // of the query
}

func (s *server) operations() (out []operation) {
	s.t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ In, Name string }
		}
	}
	s.Get("", "/api/openapi.json").Into(s.t, &doc)
	for path, methods := range doc.Paths {
		for method, o := range methods {
			op := operation{method: strings.ToUpper(method), path: path}
			for _, p := range o.Parameters {
				if p.In == "query" {
					op.params = append(op.params, p.Name)
				}
			}
			out = append(out, op)
		}
	}
	slices.SortFunc(out, func(a, b operation) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return out
}

// search is a reading of all that the program gives out.
type search struct {
	*server
	found traces
	read  map[string]int // by kind
	bytes int
}

func (x *search) clean(kind, what string, body []byte) {
	x.t.Helper()
	x.read[kind]++
	x.bytes += len(body)
	if m := x.found.find(body); m != nil {
		x.t.Errorf("%s: %s holds %s", kind, what, m)
	}
	if bytes.HasPrefix(body, []byte("%PDF-")) { // its pages are packed
		c := exec.Command("pdftotext", "-", "-")
		c.Stdin = bytes.NewReader(body)
		text, err := c.Output()
		if err != nil {
			x.t.Fatalf("read %s: %v", what, err)
		}
		x.clean(kind, what+" as text", text)
	}
	if bytes.HasPrefix(body, []byte("PK\x03\x04")) { // a workbook or a Shapefile: look into it
		r, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
		if err != nil {
			x.t.Fatal(err)
		}
		for _, f := range r.File {
			part, err := f.Open()
			if err != nil {
				x.t.Fatal(err)
			}
			inside, err := io.ReadAll(part)
			if err != nil {
				x.t.Fatal(err)
			}
			x.clean(kind, what+" "+f.Name, inside)
		}
	}
}

// answers searches an answer, headers and all.
func (x *search) answers(kind, what string, r standing.Reply) standing.Reply {
	x.t.Helper()
	if r.Err != nil {
		x.t.Fatalf("%s: %v", what, r.Err)
	}
	for name, values := range r.Header {
		x.clean(kind+" header", what+" "+name, []byte(strings.Join(values, " ")))
	}
	x.clean(kind, what, r.Body)
	return r
}

// fillings are what may stand for a path's placeholders; a placeholder that is
// not here is to be added.
type fillings map[string][]string

func (f fillings) paths(t *testing.T, pattern string) []string {
	t.Helper()
	out, before := []string{""}, ""
	for part := range strings.SplitSeq(strings.TrimPrefix(pattern, "/"), "/") {
		values := []string{part}
		if strings.Contains(part, "{") {
			if values = f[before+"/"+part]; len(values) == 0 {
				t.Errorf("the search does not know what %s of %s may be", part, pattern)
				return nil
			}
		}
		var next []string
		for _, p := range out {
			for _, v := range values {
				next = append(next, p+"/"+v)
			}
		}
		out, before = next, part
	}
	return out
}

func TestAThousandPlantedResidentsShowNowhereButWhereTheyMay(t *testing.T) {
	demo := shop.DemoIn(t, shop.Folder(t))
	s := start(t, demo.Dir, "serve")
	x := &search{server: s, found: newTraces(), read: map[string]int{}}
	buildings := plantResidents(t, s)
	tokens := map[string]string{"nobody": "", "wall": demo.Tokens["wall"], "planner": demo.Tokens["planner"], "operator": demo.Tokens["operator"]}
	for _, role := range []string{"emergency", "administrator", "auditor"} {
		tokens[role] = mustRun(t, demo.Dir, "token", "create", "--role", role, "--scope", standing.District, "--days", "1", "--account", "test-"+role)
	}
	f := x.fillings(tokens, buildings)
	events := x.listen(tokens["operator"])
	x.tiles(tokens)
	x.reads(tokens, f)
	x.hostile(tokens)
	x.revealed(tokens["operator"])
	x.clean("events", "the stream", events())
	x.clean("metrics", "/metrics", s.Get("", "/metrics").Body)
	for before := int64(1) << 50; before > 1; {
		var page struct{ Items []struct{ ID int64 } }
		r := x.answers("audit log", "a page", s.MustGet(tokens["auditor"], fmt.Sprintf("/api/v1/audit?limit=1000&before=%d", before)))
		r.Into(t, &page)
		if len(page.Items) == 0 {
			break
		}
		before = page.Items[len(page.Items)-1].ID
	}
	mustRun(t, demo.Dir, "account", "list")
	s.end()
	x.clean("log", "what the server printed", []byte(s.Log.String()))
	x.files(demo.Dir)
	t.Logf("searched %d bytes: %v", x.bytes, x.read)
	for _, kind := range []string{"tile", "answer", "refusal", "events", "metrics", "log", "file", "audit log"} {
		if x.read[kind] == 0 {
			t.Errorf("no %s was searched", kind)
		}
	}
}

// fillings looks for things that there are.
func (x *search) fillings(tokens map[string]string, buildings []int64) fillings {
	x.t.Helper()
	var cases, plans struct {
		Items []struct {
			ID            int64
			GridCode      string `json:"grid_code"`
			CommunityCode string `json:"community_code"`
			TownCode      string `json:"town_code"`
		}
	}
	x.MustGet(tokens["operator"], "/api/v1/cases?limit=5").Into(x.t, &cases)
	x.MustGet(tokens["planner"], "/api/v1/plans").Into(x.t, &plans)
	text := func(ids ...int64) (out []string) {
		for _, id := range ids {
			out = append(out, fmt.Sprint(id))
		}
		return out
	}
	c := cases.Items[0]
	plan := []string{"1"}
	if len(plans.Items) > 0 {
		plan = text(plans.Items[0].ID)
	}
	return fillings{
		"cases/{id}": text(c.ID, cases.Items[1].ID), "plans/{id}": plan, "buildings/{id}": text(buildings[:min(25, len(buildings))]...),
		"people/{id}": text(firstPlanted), "tokens/{id}": {"1"}, "accounts/{account}": {"test"},
		"divisions/{code}": {standing.District, c.TownCode, c.CommunityCode}, "grids/{code}": {c.GridCode}, "desk/{code}": {c.CommunityCode},
		"evacuations/{id}": text(x.evacuate(tokens["emergency"])),
		"papers/{paper}": {"ledger.xlsx", "grids.gpkg", "grids-gbk.zip", "grids-utf8.zip", "map.png",
			"callsheets.pdf", "transfer.xlsx", "intake.xlsx", "vehicles.xlsx", "report.pdf", "map.pdf", "plan.geojson"},
	}
}

// evacuate opens an evacuation in a flood over every gauge, and approves who goes
// where: the roll and the papers then hold people.
func (x *search) evacuate(emergency string) int64 {
	x.t.Helper()
	key := 0
	post := func(path, body string) {
		x.t.Helper()
		key++
		if r := x.Send(emergency, http.MethodPost, path, body, "Idempotency-Key", fmt.Sprint("planted ", key)); r.Status >= 300 {
			x.t.Fatalf("POST %s: got %v", path, r)
		}
	}
	var gauges struct {
		Items []struct {
			ID         int64
			StageM     *float64 `json:"stage_m"`
			GuaranteeM *float64 `json:"guarantee_m"`
		}
	}
	post("/api/v1/evacuations", fmt.Sprintf(`{"name":"searched","division":%q,"drill":true}`, standing.District))
	x.MustGet(emergency, "/api/v1/gauges").Into(x.t, &gauges)
	for _, g := range gauges.Items {
		if level := cmp.Or(g.GuaranteeM, g.StageM); level != nil {
			post(fmt.Sprintf("/api/v1/gauges/%d/readings", g.ID), fmt.Sprintf(`{"readings":[{"at":%q,"kind":"observed","stage_m":%g}]}`, time.Now().UTC().Format(time.RFC3339), *level+5))
		}
	}
	var list struct{ Items []struct{ ID int64 } }
	x.MustGet(emergency, "/api/v1/evacuations").Into(x.t, &list)
	path := fmt.Sprintf("/api/v1/evacuations/%d", list.Items[0].ID)
	x.Until(2*time.Minute, "somebody has to go", func() bool {
		var st struct{ Proposal *struct{ Basis string } }
		if r := x.Get(emergency, path); r.Status == http.StatusOK {
			r.Into(x.t, &st)
		}
		if st.Proposal == nil {
			return false
		}
		key++
		return x.Send(emergency, http.MethodPost, path+"/plans", fmt.Sprintf(`{"basis":%q}`, st.Proposal.Basis), "Idempotency-Key", fmt.Sprint("planted ", key)).Status < 300
	})
	return list.Items[0].ID
}

const everyLayer = "district,towns,communities,grids,microgrids,labels,compounds,buildings,roads,water,land,objects,organisations,conditions,shelters,gauges,heat"

func (x *search) tiles(tokens map[string]string) {
	x.t.Helper()
	for z := 9; z <= 14; z++ {
		for _, path := range x.tilesOf(tokens["wall"], everyLayer, z) {
			x.answers("tile", path, x.Get(tokens["wall"], path))
		}
	}
	for _, path := range x.tilesOf(tokens["operator"], "cases", 12) {
		x.answers("tile", path, x.Get(tokens["operator"], path))
	}
}

// reads asks each GET of the document as everybody.
func (x *search) reads(tokens map[string]string, f fillings) {
	x.t.Helper()
	for _, o := range x.operations() {
		if o.method != http.MethodGet || strings.HasSuffix(o.path, "/events") {
			continue
		}
		for _, path := range f.paths(x.t, o.path) {
			switch {
			case strings.HasSuffix(o.path, "/locate"):
				path += "?lon=105.84&lat=30.19"
			case slices.Contains(o.params, "children"):
				path += "?children=true"
			case slices.Contains(o.params, "grid"):
				path += "?grid=" + f["grids/{code}"][0]
			case slices.Contains(o.params, "limit"):
				path += "?limit=1000"
			}
			for _, who := range slices.Sorted(maps.Keys(tokens)) {
				x.answers("answer", who+" GET "+path, x.Get(tokens[who], path))
			}
		}
	}
}

// hostile sends the residents' names and numbers in every place where a request
// has one, to every operation of the document, and to paths that there are not.
func (x *search) hostile(tokens map[string]string) {
	x.t.Helper()
	name, number, phone := resident(7)
	private := []string{url.PathEscape(name), number, phone}
	placeholder := regexp.MustCompile(`\{[a-z]+\}`)
	for _, o := range append(x.operations(), operation{method: "GET", path: "/{nothing}"}, operation{method: "GET", path: "/tiles/{layers}/1/1/1.mvt"},
		operation{method: "GET", path: "/styles/{name}.json"}, operation{method: "GET", path: "/assets/{name}"}, operation{method: "BREW", path: "/api/v1/{x}"}) {
		if strings.HasSuffix(o.path, "/events") || o.path == "/api/v1/session" && o.method == http.MethodDelete {
			continue
		}
		for i, p := range private {
			path := placeholder.ReplaceAllString(o.path, p)
			body := ""
			if o.method != http.MethodGet {
				body = []string{fmt.Sprintf(`{%q:%q,"account":%q,"password":%q,"type":%q}`, name, phone, phone, name, number), `{"` + phone + `":1}`, number + name}[i]
			}
			queries := []string{"", "?" + p + "=" + p}
			for _, q := range o.params {
				queries = append(queries, "?"+q+"="+p)
			}
			for _, q := range queries {
				for _, who := range []string{"nobody", "operator", "planner", "administrator"} {
					x.answers("refusal", who+" "+o.method+" "+o.path, x.Send(tokens[who], o.method, path+q, body, "Idempotency-Key", number, "If-Match", phone))
				}
			}
		}
	}
	x.answers("refusal", "a token", x.Get(phone, "/api/v1/session"))
	for range 7 { // beyond the lockout
		x.answers("refusal", "signing in", x.Send("", http.MethodPost, "/api/v1/session", fmt.Sprintf(`{"account":%q,"password":%q}`, phone, number)))
		x.answers("refusal", "signing in", x.Send("", http.MethodPost, "/api/v1/session", fmt.Sprintf(`{"account":%q,"password":%q}`, name, phone)))
	}
	x.answers("refusal", "a cookie and a page before", x.Send("", http.MethodGet, "/api/v1/session", "", "Cookie", "gridmap_session="+phone,
		"Referer", "http://localhost/?"+phone, "User-Agent", number, "X-Forwarded-For", phone, "Accept-Language", phone))
	x.answers("refusal", "a reason", x.Send(tokens["operator"], http.MethodPost, fmt.Sprintf("/api/v1/people/%d/reveal", firstPlanted+7), fmt.Sprintf(`{"reason":"找%s核实"}`, name)))
}

// revealed asks the one path that may show them: it does, to whom it may.
func (x *search) revealed(operator string) {
	x.t.Helper()
	for i := 0; i < planted; i += 40 {
		name, number, phone := resident(i)
		r := x.Send(operator, http.MethodPost, fmt.Sprintf("/api/v1/people/%d/reveal", firstPlanted+i), `{"reason":"入户走访核实"}`)
		for _, want := range []string{name, number, phone} {
			if r.Status != http.StatusOK || !strings.Contains(string(r.Body), want) {
				x.t.Fatalf("resident %d: got %v", i, r)
			}
		}
	}
}

// listen reads the event stream until the returned function is called.
func (x *search) listen(token string) func() []byte {
	x.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, x.Address+"/api/v1/events", http.NoBody)
	if err != nil {
		x.t.Fatal(err)
	}
	q.Header.Set("Authorization", "Bearer "+token)
	res, err := (&http.Client{}).Do(q)
	if err != nil {
		x.t.Fatal(err)
	}
	body, done := bytes.Buffer{}, make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(&body, res.Body) // ends with the test
	}()
	return func() []byte {
		stop()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			x.t.Fatal("the stream does not end")
		}
		res.Body.Close()
		return body.Bytes()
	}
}

// files searches all that lies in the folder but the database itself.
func (x *search) files(dir string) {
	x.t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && path == filepath.Join(dir, "postgres", "data") {
			return fs.SkipDir
		}
		if !e.Type().IsRegular() {
			return nil
		}
		body, err := os.ReadFile(path)
		if err == nil {
			x.clean("file", strings.TrimPrefix(path, dir), body)
		}
		return err
	})
	if err != nil {
		x.t.Fatal(err)
	}
}
