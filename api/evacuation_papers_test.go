package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gridmap/data/testdb/fixture"
	"gridmap/service/access"
	"gridmap/service/evacuation/papers"
)

func TestPapersOfAnEvacuationAreHandedOutByRoleAndScope(t *testing.T) {
	d := newDistrict(t, true)
	inside, outside := d.corners()
	path := func(c corner, paper string) string {
		return fmt.Sprintf("/api/v1/evacuations/%d/papers/%s", c.evacuation, paper)
	}
	for _, role := range []access.Role{access.Emergency, access.Operator, access.Planner, access.Wall} {
		token := d.as(role, fixture.West)
		for _, p := range papers.Papers() {
			for _, language := range []string{"", "&language=en"} {
				got := d.get(token, path(inside, p.Name)+"?grid="+inside.grid+language)
				want := http.StatusOK
				if p.Personal && role == access.Wall {
					want = http.StatusForbidden
				}
				if got.status != want {
					t.Errorf("%s asks for %s: got %d %.200s, want %d", role, p.Name, got.status, got.body, want)
					continue
				}
				if want == http.StatusOK {
					opens(t, p, got)
				}
			}
		}
		if got := d.get(token, path(outside, "report.pdf")); got.status != http.StatusForbidden && got.status != http.StatusNotFound {
			t.Errorf("%s of West asks for a report of East: got %d", role, got.status)
		}
	}
}

// opens fails unless a paper is of its kind.
func opens(t *testing.T, p papers.Paper, got answer) {
	t.Helper()
	if is := got.header.Get("Content-Type"); is != p.MediaType {
		t.Errorf("%s is of the type %s, want %s", p.Name, is, p.MediaType)
	}
	if is := got.header.Get("Content-Disposition"); !strings.HasPrefix(is, `attachment; filename="evacuation-`) || !strings.HasSuffix(is, p.Name+`"`) {
		t.Errorf("%s is called %s", p.Name, is)
	}
	body := got.body
	var err error
	switch {
	case strings.HasSuffix(p.Name, ".pdf"):
		if !bytes.HasPrefix(body, []byte("%PDF-")) {
			err = fmt.Errorf("it begins %.20q", body)
		}
	case strings.HasSuffix(p.Name, ".xlsx"):
		_, err = excelize.OpenReader(bytes.NewReader(body))
	case strings.HasSuffix(p.Name, ".png"):
		_, err = png.Decode(bytes.NewReader(body))
	default:
		if !json.Valid(body) {
			err = fmt.Errorf("it is no JSON")
		}
	}
	if err != nil {
		t.Errorf("%s: %v", p.Name, err)
	}
}

func TestBadRequestsForPapersOfAnEvacuationAreNamed(t *testing.T) {
	d := newDistrict(t, true)
	inside, outside := d.corners()
	token := d.as(access.Emergency, fixture.West)
	for name, c := range map[string]struct {
		paper, query string
		status       int
		field        string
	}{
		"a paper that there is not":          {"callsheet.doc", "", http.StatusNotFound, "paper"},
		"a call sheet of no grid":            {"callsheet.pdf", "", http.StatusUnprocessableEntity, "grid"},
		"a grid that is no code":             {"callsheet.pdf", "?grid=1", http.StatusUnprocessableEntity, "grid"},
		"a grid of another town":             {"callsheet.pdf", "?grid=" + outside.grid, http.StatusForbidden, ""},
		"a grid that nobody leaves":          {"callsheet.pdf", "?grid=" + fixture.GridCode(fixture.A1, 9), http.StatusNotFound, "grid"},
		"a language that there is not":       {"report.pdf", "?language=fr", http.StatusUnprocessableEntity, "language"},
		"a moment that is none":              {"report.pdf", "?at=yesterday", http.StatusUnprocessableEntity, "at"},
		"a moment before it was opened":      {"report.pdf", "?at=2001-01-01T00:00:00Z", http.StatusUnprocessableEntity, "at"},
		"a parameter that a paper knows not": {"report.pdf", "?colour=red", http.StatusUnprocessableEntity, "colour"},
	} {
		t.Run(name, func(t *testing.T) {
			got := d.get(token, fmt.Sprintf("/api/v1/evacuations/%d/papers/%s%s", inside.evacuation, c.paper, c.query))
			if got.status != c.status && !(c.status == http.StatusUnprocessableEntity && got.status == http.StatusBadRequest) || c.field != "" && !strings.Contains(string(got.body), fmt.Sprintf("%q", c.field)) {
				t.Errorf("got %d %s, want %d of %q", got.status, got.body, c.status, c.field)
			}
		})
	}
}
