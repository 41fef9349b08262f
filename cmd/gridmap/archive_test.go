package main_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"testing"

	"gridmap/tiles"
)

func TestAWallStandsOnAnArchiveAloneAndShowsTheSameTiles(t *testing.T) {
	d := copyOfDemo(t)
	const set = "towns,communities,grids,microgrids,buildings,land,roads,heat"
	s := start(t, d.dir, "serve")
	west, north := tiles.World(105.75, 30.25)
	want := map[string]map[string]map[uint64]bool{}
	for z := uint8(9); z <= 15; z++ {
		for i := range uint32(3) {
			path := fmt.Sprintf("/tiles/%s/%s.mvt", set, tiles.ID{Z: z, X: uint32(west)>>(30-z) + i, Y: uint32(north)>>(30-z) + i})
			want[path] = s.features(d.wall, path)
		}
	}
	figures := s.get(d.wall, "/api/v1/figures?division="+district+"&children=true")
	s.end()
	file := filepath.Join(t.TempDir(), "wall.pmtiles")
	mustRun(t, d.dir, "export", "pmtiles", file, "--max-zoom", "15", "--encoding", "zstd")
	alone := start(t, emptyVar(t), "serve", "--archive", file)
	shown := 0
	for path, layers := range want {
		got := alone.features("", path)
		delete(got, "dropped")
		delete(layers, "dropped")
		if !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(layers))) {
			t.Errorf("%s has the layers %v from the archive, want %v", path, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(layers)))
		}
		for name, ids := range layers {
			shown += len(ids)
			if name != "buildings" && !maps.Equal(got[name], ids) { // buildings may be thinned by what shares the tile
				t.Errorf("%s: the archive shows %d of %s, want the same %d", path, len(got[name]), name, len(ids))
			}
		}
	}
	if shown < 100 {
		t.Errorf("only %d features were compared, want more", shown)
	}
	var now, then struct{ Grids, Residents int }
	again := alone.get("", "/api/v1/figures?children=true&division="+district)
	if json.Unmarshal(again.body, &now) != nil || json.Unmarshal(figures.body, &then) != nil || now != then || then.Grids == 0 {
		t.Errorf("the archive's wall shows the figures %+v, want %+v", now, then)
	}
	for _, path := range []string{"/api/v1/session", "/api/v1/divisions/" + district, "/api/v1/divisions?parent=" + district,
		"/api/v1/grids/states?division=" + district, "/styles/wall.json", "/tiles/grids,microgrids.json",
		"/api/v1/cases?division=" + district + "&state=open&order=opened&limit=30",
		"/api/v1/cases?division=" + district + "&state=open&level=district&order=opened&limit=6"} {
		if r := alone.get("", path); r.err != nil || r.status != http.StatusOK {
			t.Errorf("%s: the archive's server answers %v", path, r)
		}
	}
	if r := alone.get("", "/api/v1/accounts"); r.status != http.StatusNotFound {
		t.Errorf("the archive's server answers %d about accounts, want 404", r.status)
	}
}
