package main_test

import (
	"net/http"

	"github.com/paulmach/orb/encoding/mvt"
)

// layersOf decodes a tile; one that is empty has no layers.
func (s *server) layersOf(token, path string) mvt.Layers {
	s.t.Helper()
	r := s.Get(token, path)
	if r.Err == nil && r.Status == http.StatusNoContent {
		return nil
	}
	if r.Err != nil || r.Status != http.StatusOK {
		s.t.Fatalf("GET %s: %v\n%s", path, r, s.Log.Tail())
	}
	l, err := mvt.Unmarshal(r.Body)
	if err != nil {
		s.t.Fatalf("read the tile %s: %v", path, err)
	}
	return l
}

// features are the ids in a tile by layer.
func (s *server) features(token, path string) map[string]map[uint64]bool {
	s.t.Helper()
	ids := map[string]map[uint64]bool{}
	for _, l := range s.layersOf(token, path) {
		ids[l.Name] = map[uint64]bool{}
		for _, f := range l.Features {
			switch id := f.ID.(type) {
			case float64:
				ids[l.Name][uint64(id)] = true
			case uint64:
				ids[l.Name][id] = true
			default:
				s.t.Fatalf("a feature of %s in %s has the id %v (%T)", l.Name, path, f.ID, f.ID)
			}
		}
	}
	return ids
}
