package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"gridmap/data/testdb/fixture"
	"gridmap/service/access"
)

// changes reads the changes that a stream tells of, from now on, until t ends.
func (d *district) changes(token string) <-chan map[string]json.RawMessage {
	d.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, d.server.URL+"/api/v1/events", http.NoBody)
	if err != nil {
		d.t.Fatal(err)
	}
	q.Header.Set("Authorization", "Bearer "+token)
	r, err := d.server.Client().Do(q)
	if err != nil || r.StatusCode != http.StatusOK {
		d.t.Fatalf("got %v, %v", r, err)
	}
	out := make(chan map[string]json.RawMessage, 100)
	ended := make(chan struct{})
	lines := bufio.NewScanner(r.Body)
	lines.Scan() // it has begun
	go func() {
		defer close(ended)
		defer close(out)
		event := ""
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch {
			case name == "event":
				event = value
			case name == "data" && event == "change":
				var m map[string]json.RawMessage
				_ = json.Unmarshal([]byte(value), &m)
				out <- m
			}
		}
	}()
	d.t.Cleanup(func() { stop(); r.Body.Close(); <-ended })
	return out
}

func TestWhatAStreamTellsIsWholeWhateverChanged(t *testing.T) {
	d := newDistrict(t, false)
	for deadline := time.Now().Add(20 * time.Second); d.config.Map.Ready() != nil; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) { // who listens before the map is loaded is told to come again
			t.Fatal(d.config.Map.Ready())
		}
	}
	p := d.planner("planner", fixture.District)
	streams := map[string]<-chan map[string]json.RawMessage{"a wall": d.changes(d.as(access.Wall, fixture.District)), "a planner": d.changes(p.token)}
	var c caseSeen
	for _, change := range []struct {
		what string
		do   func()
	}{
		{"a case is opened", func() { c = d.open(`{"type":"light","building_code":"F01"}`, "open") }},
		{"a case moves on", func() { d.change(c.ID, c.Version, `{"action":"step"}`, "step") }},
		{"a plan is made, which no tile shows", func() { p.begin(fixture.District) }},
	} {
		change.do()
		for who, told := range streams {
			m, ok := <-told
			if !ok {
				t.Fatalf("when %s the stream of %s ends", change.what, who)
			}
			for name, first := range map[string]string{"changes": "[", "grids": "[", "tiles": "{", "server_time": `"`} {
				if !strings.HasPrefix(string(m[name]), first) {
					t.Errorf("when %s %s hears %s: %s", change.what, who, name, m[name])
				}
			}
			if strings.Contains(string(m["tiles"]), "null") {
				t.Errorf("when %s %s hears of tiles %s", change.what, who, m["tiles"])
			}
		}
	}
}
