package api

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gridmap/data"
)

func FuzzCursorsAreReadOrRefused(f *testing.F) {
	v := &data.CaseView{Case: data.Case{ID: 7, OpenedAt: time.UnixMicro(1_700_000_000_000_001), DueAt: time.UnixMicro(-5)}}
	f.Add(cursorAfter(v, false), false)
	f.Add(cursorAfter(v, true), true)
	f.Add("", true)
	f.Add("b////////////////////////", false)
	f.Fuzz(func(t *testing.T, s string, byDue bool) {
		at, id, err := readCursor(s, byDue)
		if err != nil {
			if data.CodeOf(err) != data.Invalid {
				t.Fatalf("got %v, want an Invalid", err)
			}
			return
		}
		back := &data.CaseView{Case: data.Case{ID: id, OpenedAt: at, DueAt: at}}
		at2, id2, err := readCursor(cursorAfter(back, byDue), byDue)
		if err != nil || id2 != id || !at2.Equal(at) {
			t.Fatalf("got %v %d %v, want %v %d", at2, id2, err, at, id)
		}
	})
}

func FuzzBodiesAreReadOrRefusedByName(f *testing.F) {
	for _, s := range []string{`{"type":"light","location":{"lon":105,"lat":30,"crs":"gcj02"}}`, `{"type":[]}`, `{"x":1}`, `nul`, `{}{}`, "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(s))
		r.Header.Set("Content-Type", "application/json")
		var in openCaseBody
		if err := decode(r, &in); err != nil {
			if p := problemOf(err); p.Status != 400 || len(p.Errors) != 1 || p.Errors[0].Field == "" {
				t.Fatalf("%q: got %+v from %v, want 400 with a field", s, p, err)
			}
			return
		}
		if in.Location != nil {
			_, _ = in.Location.position() // must not panic
		}
	})
}
