package main_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"testing"

	"gridmap/deploy/standing"
)

// seenCase is a case as a client reads it.
type seenCase struct {
	ID            int64   `json:"id"`
	Type          string  `json:"type"`
	GridCode      string  `json:"grid_code"`
	GridID        int64   `json:"grid_id"`
	CommunityCode string  `json:"community_code"`
	Lon           float64 `json:"lon"`
	Lat           float64 `json:"lat"`
	Version       int     `json:"version"`
}

// openCases lists all open cases, page by page.
func (s *server) openCases(token string) map[int64]seenCase {
	s.t.Helper()
	all := map[int64]seenCase{}
	for path := "/api/v1/cases?state=open&limit=1000"; path != ""; {
		var page struct {
			Items []seenCase `json:"items"`
			Next  *string    `json:"next"`
		}
		s.MustGet(token, path).Into(s.t, &page)
		for _, c := range page.Items {
			if _, twice := all[c.ID]; twice {
				s.t.Fatalf("case %d is listed twice", c.ID)
			}
			all[c.ID] = c
		}
		path = ""
		if page.Next != nil {
			path = "/api/v1/cases?state=open&limit=1000&next=" + *page.Next
		}
	}
	return all
}

// caseBodies are the bodies of new cases like some that are open now, so that
// type and grid are known.
func (s *server) caseBodies(token string) []string {
	s.t.Helper()
	var page struct {
		Items []seenCase `json:"items"`
	}
	s.MustGet(token, "/api/v1/cases?state=open&limit=50").Into(s.t, &page)
	var bodies []string
	for _, c := range page.Items {
		bodies = append(bodies, fmt.Sprintf(`{"type":%q,"grid_code":%q,"description":"测试"}`, c.Type, c.GridCode))
	}
	if len(bodies) == 0 {
		s.t.Fatal("the demo has no open case")
	}
	return bodies
}

// post opens a case under an idempotency key.
func (s *server) post(token, key, body string) (standing.Reply, seenCase) {
	r := s.Send(token, http.MethodPost, "/api/v1/cases", body, "Idempotency-Key", key)
	var c seenCase
	if r.Err == nil && r.Status == http.StatusCreated {
		r.Err = json.Unmarshal(r.Body, &c)
	}
	return r, c
}

func (s *server) mustPost(token, key, body string) seenCase {
	s.t.Helper()
	r, c := s.post(token, key, body)
	if r.Err != nil || r.Status != http.StatusCreated {
		s.t.Fatalf("open a case: %v\n%s", r, s.Log.Tail())
	}
	return c
}

// tilePath is the tile of layers that covers a place.
func tilePath(layers string, z int, lon, lat float64) string {
	x, y := tileAt(z, lon, lat)
	return fmt.Sprintf("/tiles/%s/%d/%d/%d.mvt", layers, z, x, y)
}

func tileAt(z int, lon, lat float64) (x, y int) {
	n := math.Exp2(float64(z))
	return int((lon + 180) / 360 * n), int((1 - math.Asinh(math.Tan(lat*math.Pi/180))/math.Pi) / 2 * n)
}

// sameCases fails unless the open cases are those before and the given ones.
func sameCases(t *testing.T, before, after map[int64]seenCase, opened map[int64]string) {
	t.Helper()
	for id, key := range opened {
		if _, ok := after[id]; !ok {
			t.Errorf("case %d (%s) was acknowledged and is not there", id, key)
		}
	}
	for id := range after {
		_, old := before[id]
		if _, ours := opened[id]; !old && !ours {
			t.Errorf("case %d is there and nobody opened it: a duplicate", id)
		}
	}
}
