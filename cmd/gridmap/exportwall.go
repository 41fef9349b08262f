package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"time"

	"gridmap/api"
	"gridmap/layers"
	"gridmap/service/access"
)

// wallServer is our server on a loaded live copy, and a wall's token for it.
func wallServer(ctx context.Context, s *store, log *slog.Logger) (*layers.Live, http.Handler, string, error) {
	return servedCopy(ctx, s, log, access.Wall)
}

// recordWall asks the server what a wall asks it, and keeps the answers: with
// them a wall can stand where there is no database. A wall sees sums and no
// places, so nothing personal is among them.
func recordWall(handler http.Handler, token, district string, at time.Time) (api.Recorded, error) {
	when := ""
	moment := time.Now()
	if !at.IsZero() {
		when, moment = "&at="+at.UTC().Format(time.RFC3339), at
	}
	said := api.Recorded{At: moment.UTC().Truncate(time.Second), Answers: map[string]json.RawMessage{}}
	for path, more := range map[string]string{
		"/api/v1/session":                                                                   "",
		"/api/v1/divisions/" + district:                                                     "",
		"/api/v1/divisions?parent=" + district:                                              "",
		"/api/v1/figures?children=true&division=" + district:                                when,
		"/api/v1/grids/states?division=" + district:                                         "",
		"/api/v1/cases?limit=30&state=open&order=opened&division=" + district:               "",
		"/api/v1/cases?limit=6&state=open&order=opened&level=district&division=" + district: "",
	} {
		req := httptest.NewRequest(http.MethodGet, path+more, nil)
		req.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, req)
		if w.Code != http.StatusOK {
			return said, fmt.Errorf("%s answers %d: %s", path, w.Code, w.Body)
		}
		said.Answers[path] = json.RawMessage(w.Body.Bytes())
	}
	return said, nil
}

// archiveMetadata is the JSON object of an archive: what PMTiles ask for, and
// what the wall asked.
func archiveMetadata(which []int, high uint8, version int64, said api.Recorded) map[string]any {
	return map[string]any{"name": "gridmap", "description": "网格数字化全息地图", "type": "overlay", "generator": "gridmap",
		"vector_layers": layers.VectorLayers(which, high), "gridmap_version": version, "gridmap": said}
}
