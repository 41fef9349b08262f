package faults_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gridmap/deploy/standing"
)

const town = "500152001000"

func TestTheDatabaseIsAwayAtTheStartAndTheWallStandsOnItsStandbyMap(t *testing.T) {
	standing.Long(t)
	dir, kept := shop.Folder(t), shop.Folder(t)
	demo := shop.DemoIn(t, dir)
	cluster := standing.NewCluster(t, dir, nil)
	townWall, err := shop.Command(kept, []string{"DATABASE_URL=" + cluster.URL()}, "token", "create", "--role", "wall", "--scope", town, "--days", "1")
	if err != nil {
		t.Fatal(err)
	}
	before := shop.Serve(t, standing.ServerOptions{Dir: kept, Database: cluster.URL(), Args: []string{"--standby-every", "10s"}})
	set := "/tiles/grids,buildings,heat/" + dense(t, before, demo.Tokens["operator"], 11) + ".mvt"
	for _, token := range []string{demo.Tokens["wall"], townWall} {
		before.MustGet(token, set)
	}
	figures := before.MustGet(demo.Tokens["wall"], "/api/v1/figures?children=true&division="+standing.District)
	before.Until(time.Minute, "the map and who is known are on disk", func() bool {
		b, _ := os.ReadFile(filepath.Join(kept, "standby", "known.json"))
		return strings.Contains(string(b), `"test-wall"`) && strings.Contains(string(b), `"scope":"`+town) && strings.Contains(before.Log.String(), "the standby map is kept")
	})
	if b, _ := os.ReadFile(filepath.Join(kept, "standby", "known.json")); strings.Contains(string(b), townWall) {
		t.Error("a secret is on disk")
	}
	before.Kill()
	cluster.Stop()
	began := time.Now()
	server := shop.Serve(t, standing.ServerOptions{Dir: kept, Database: cluster.URL(), Unready: true})
	stood := time.Since(began)
	checkStandby(t, server, demo, townWall, set, figures)
	stream := server.Listen(demo.Tokens["wall"], "")
	server.Until(10*time.Second, "the stream says of when the map is", func() bool {
		return stream.Heard("hello", `"since"`)
	})
	cluster.Start()
	back := time.Now()
	server.Until(30*time.Second, "the map is of now", func() bool {
		r := server.Get(demo.Tokens["wall"], set)
		if r.Status != http.StatusOK {
			t.Fatalf("a tile while the database comes back: got %v, want 200", r)
		}
		return r.Header.Get("Gridmap-Since") == ""
	})
	took := time.Since(back)
	server.Until(5*time.Second, "streams of before end, so that screens come anew", func() bool {
		select {
		case <-stream.Ended:
			return true
		default:
			return false
		}
	})
	server.MustPost(demo.Tokens["operator"], "/api/v1/cases", "after", server.CaseBodies(demo.Tokens["operator"])[0])
	standing.Row(t, "database down at the start, with a standby map on disk", fmt.Sprintf("the wall stands after %v, and says its age; figures as before; towns see no heat of others; strangers and writes 503; map of now %v after the database was back, no tile refused",
		round(stood), round(took)), "survived")
}

// checkStandby wants everybody to see of the standby map what is theirs.
func checkStandby(t *testing.T, server *standing.Server, demo standing.Demo, townWall, set string, figures standing.Reply) {
	t.Helper()
	wall := demo.Tokens["wall"]
	heat := strings.Replace(set, "grids,buildings,heat", "heat", 1)
	for _, c := range []struct {
		name, token, path string
		want              int
	}{
		{"the wall's tile", wall, set, 200},
		{"the wall's heat", wall, heat, 200},
		{"a town's tile", townWall, strings.Replace(set, ",heat", "", 1), 200},
		{"a town's heat, which would be the district's", townWall, heat, 204},
		{"the district's figures for a town", townWall, "/api/v1/figures?children=true&division=" + standing.District, 403},
		{"a town's figures", townWall, "/api/v1/figures?children=true&division=" + town, 200},
		{"another question", wall, "/api/v1/gauges", 503},
		{"somebody who is not known", "a-secret-that-was-never-given-out", set, 503},
		{"nobody", "", set, 401},
		{"nobody's figures", "", "/api/v1/figures?children=true&division=" + standing.District, 401},
		{"the screen", "", "/wall", 200},
		{"readiness", "", "/readyz", 503},
		{"life", "", "/healthz", 200},
	} {
		r := server.Get(c.token, c.path)
		if r.Status != c.want || c.want == 503 && !forNow(r) {
			t.Errorf("%s: got %v, want %d", c.name, r, c.want)
		}
		if c.want == 200 && strings.HasPrefix(c.path, "/tiles/") && r.Header.Get("Gridmap-Since") == "" {
			t.Errorf("%s does not say of when it is", c.name)
		}
	}
	if r := server.Post(demo.Tokens["operator"], "/api/v1/cases", "too-early", "{}"); !forNow(r) {
		t.Errorf("a write got %v, want 503 that says when to try again", r)
	}
	var now, then struct{ Grids, Residents, Households int }
	again := server.MustGet(wall, "/api/v1/figures?children=true&division="+standing.District)
	if json.Unmarshal(again.Body, &now) != nil || json.Unmarshal(figures.Body, &then) != nil || now != then || then.Grids == 0 {
		t.Errorf("the figures are %+v, want as before %+v", now, then)
	}
	var session struct {
		Account, Role string
		Scope         struct{ Code, Name string }
	}
	server.MustGet(townWall, "/api/v1/session").Into(t, &session)
	if session.Scope.Code != town || session.Scope.Name == "" || session.Role != "wall" {
		t.Errorf("the town's session is %+v, want its own", session)
	}
}
