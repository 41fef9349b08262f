package main_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"testing"

	"gridmap/deploy/standing"
	"gridmap/tiles"
)

func TestAWallStandsOnAnArchiveAloneAndShowsTheSameTiles(t *testing.T) {
	d := shop.DemoIn(t, shop.Folder(t))
	const set = "towns,communities,grids,microgrids,buildings,land,roads,heat"
	s := start(t, d.Dir, "serve")
	west, north := tiles.World(105.75, 30.25)
	want := map[string]map[string]map[uint64]bool{}
	for z := uint8(9); z <= 15; z++ {
		for i := range uint32(3) {
			path := fmt.Sprintf("/tiles/%s/%s.mvt", set, tiles.ID{Z: z, X: uint32(west)>>(30-z) + i, Y: uint32(north)>>(30-z) + i})
			want[path] = s.features(d.Tokens["wall"], path)
		}
	}
	figures := s.Get(d.Tokens["wall"], "/api/v1/figures?division="+standing.District+"&children=true")
	s.end()
	file := filepath.Join(t.TempDir(), "wall.pmtiles")
	mustRun(t, d.Dir, "export", "pmtiles", file, "--max-zoom", "15", "--encoding", "zstd")
	alone := start(t, shop.Folder(t), "serve", "--archive", file)
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
	again := alone.Get("", "/api/v1/figures?children=true&division="+standing.District)
	if json.Unmarshal(again.Body, &now) != nil || json.Unmarshal(figures.Body, &then) != nil || now != then || then.Grids == 0 {
		t.Errorf("the archive's wall shows the figures %+v, want %+v", now, then)
	}
	for _, path := range []string{"/api/v1/session", "/api/v1/divisions/" + standing.District, "/api/v1/divisions?parent=" + standing.District,
		"/api/v1/grids/states?division=" + standing.District, "/styles/wall.json", "/tiles/grids,microgrids.json",
		"/api/v1/cases?division=" + standing.District + "&state=open&order=opened&limit=30",
		"/api/v1/cases?division=" + standing.District + "&state=open&level=district&order=opened&limit=6"} {
		if r := alone.Get("", path); r.Err != nil || r.Status != http.StatusOK {
			t.Errorf("%s: the archive's server answers %v", path, r)
		}
	}
	if r := alone.Get("", "/api/v1/accounts"); r.Status != http.StatusNotFound {
		t.Errorf("the archive's server answers %d about accounts, want 404", r.Status)
	}
}
