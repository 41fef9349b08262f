package papers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"math"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"
)

// hostile are texts that people and files really contain.
func hostile() map[string]string {
	return map[string]string{
		"nothing":                     "",
		"blanks":                      " \t \u3000 ",
		"a formula":                   `=cmd|'/c calc'!A0`,
		"control characters":          "a\x00b\x07c\td\r\ne\x1b[31m",
		"broken UTF-8":                "ab\xff\xfe\xe4\xb8",
		"beyond the first plane":      "𠮷野家👩\u200d👩\u200d👧😀",
		"from right to left":          "\u202eمحمد\u202c שלום\u2066x\u2069",
		"marks of PDF and XML":        `(a) \( ) Tj ET <</Type /Page>> ]]> <b>&amp; "'`,
		"marks upon marks":            "a" + strings.Repeat("\u0301", 300),
		"one word as long as a novel": strings.Repeat("x", 5_000),
		"a long line":                 strings.Repeat("重庆市潼南区梓潼街道", 300),
	}
}

// spoiled is a document every text of which is replaced.
func spoiled(text string) *Document {
	d := sample(3, 4, 25)
	w := Words{text, text}
	d.Event.Name, d.Event.Division, d.Event.OpenedBy = text, text, text
	d.Event.Settings.NightFrom, d.Event.Settings.Arrival = text, text
	d.Plan.ApprovedBy, d.Basis.Terrain, d.Basis.SHA256, d.Basis.Model = text, text, text, text
	d.Basis.Warnings = []Words{w, w, w, w, w}
	for i := range d.Gauges {
		g := &d.Gauges[i]
		g.Name, g.River, g.Datum, g.Suspect = text, text, text, w
	}
	for i := range d.Shelters {
		d.Shelters[i].Name = text
	}
	d.Shortage.Words, d.Shortage.Grids[0].Name = w, text
	d.Log = []Entry{{d.Now, w, text}}
	for i := range d.Grids {
		g := &d.Grids[i]
		g.Name, g.Town, g.Community = text, text, text
		g.Team = []Contact{{text, text, text}, {text, text, text}, {text, text, text}}
		if i == 0 {
			g.Order = &Order{Kind: text, IssuedBy: text, Escalated: text}
		}
		for _, b := range buildingsOf(g) {
			b.Name, b.Address, b.Route, b.Means = text, text, w, Means(text)
			for _, f := range floorsOf(b) {
				for k := range f.Households {
					h := &f.Households[k]
					h.Room, h.Head, h.Note, h.Status, h.Means = text, text, text, Status(text), Means(text)
				}
			}
		}
	}
	for i := range d.Map.Roads {
		d.Map.Roads[i].Name, d.Map.Roads[i].Class = text, text
	}
	return d
}

// word is a word on a page, in points.
type word struct {
	text           string
	x0, y0, x1, y1 float64
}

var (
	pageTag = regexp.MustCompile(`<page width="([\d.]+)" height="([\d.]+)">`)
	wordTag = regexp.MustCompile(`<word xMin="(-?[\d.]+)" yMin="(-?[\d.]+)" xMax="(-?[\d.]+)" yMax="(-?[\d.]+)">(.*?)</word>`)
)

// misplaced tells which words leave their page or lie on others.
func misplaced(t *testing.T, pdf []byte) (out []string) {
	t.Helper()
	number := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for n, page := range strings.Split(string(poppler(t, pdf, "-bbox")), "</page>") {
		size := pageTag.FindStringSubmatch(page)
		if size == nil {
			continue
		}
		wide, high := number(size[1]), number(size[2])
		if strings.Count(page, "<word") < 8 {
			t.Errorf("page %d has hardly a word", n+1)
		}
		var words []word
		for _, m := range wordTag.FindAllStringSubmatch(page, -1) {
			w := word{m[5], number(m[1]), number(m[2]), number(m[3]), number(m[4])}
			if w.x0 < 20 || w.x1 > wide-20 || w.y0 < 10 || w.y1 > high-10 {
				out = append(out, fmt.Sprintf("page %d: %.40q leaves the page: %.0f–%.0f, %.0f–%.0f", n+1, w.text, w.x0, w.x1, w.y0, w.y1))
			}
			middle := (w.y0 + w.y1) / 2 // a line's box is higher than its letters
			w.y0, w.y1 = middle-(w.y1-w.y0)*0.22, middle+(w.y1-w.y0)*0.22
			words = append(words, w)
		}
		for i, a := range words {
			for _, b := range words[i+1:] {
				if math.Min(a.x1, b.x1)-math.Max(a.x0, b.x0) > 0.8 && math.Min(a.y1, b.y1)-math.Max(a.y0, b.y0) > 0.5 {
					out = append(out, fmt.Sprintf("page %d: %.40q lies on %.40q", n+1, a.text, b.text))
				}
			}
		}
	}
	return out
}

func TestNoTextBreaksAPageOrLiesOnAnother(t *testing.T) {
	s := New(letters(t))
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			d := spoiled(text)
			for _, p := range Papers() {
				if p.Name == "callsheets.pdf" || p.Name == "map.png" && len(text) > 100 {
					continue // as callsheet.pdf and map.pdf
				}
				r := Request{Paper: p.Name, Grid: d.Grids[1].Code, English: len(text)%2 == 1}
				body := written(t, s, d, r)
				switch filepath.Ext(p.Name) {
				case ".pdf":
					for i, wrong := range misplaced(t, body) {
						if i == 5 {
							break
						}
						t.Errorf("%s, %s", p.Name, wrong)
					}
				case ".xlsx":
					f, _ := cellsOf(t, body)
					noFormulas(t, f)
				case ".geojson":
					if !json.Valid(body) {
						t.Errorf("%s is no JSON: %.300s", p.Name, body)
					}
				case ".png":
					if _, err := png.Decode(bytes.NewReader(body)); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
}

func TestWordsOfAnOrdinaryPaperDoNotLieOnEachOther(t *testing.T) {
	s := New(letters(t))
	for _, english := range []bool{false, true} {
		d := sample(8, 12, 60)
		d.Identity.Listed += 1_234_567 // as many digits as there may ever be
		for _, name := range []string{"callsheets.pdf", "report.pdf", "map.pdf"} {
			for i, wrong := range misplaced(t, written(t, s, d, Request{Paper: name, English: english})) {
				if i == 8 {
					break
				}
				t.Errorf("%s, %s", name, wrong)
			}
		}
	}
}

func TestTheEyeThatLooksForOverlapsSeesThem(t *testing.T) {
	d := sample(8, 1, 30)
	d.Event.Drill = true // its mark lies on the text
	if len(misplaced(t, written(t, New(letters(t)), d, Request{Paper: "callsheets.pdf"}))) == 0 {
		t.Error("got none, want those of the mark")
	}
}

// noFormulas fails for cells that a program takes for a formula.
func noFormulas(t *testing.T, f *excelize.File) {
	t.Helper()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for k, text := range row {
				at, _ := excelize.CoordinatesToCellName(k+1, i+1)
				if formula, err := f.GetCellFormula(sheet, at); err != nil || formula != "" {
					t.Errorf("%s!%s is the formula %q, %v", sheet, at, formula, err)
				}
				if strings.HasPrefix(text, "=") || strings.HasPrefix(text, "@") {
					t.Errorf("%s!%s begins as a formula does: %.40q", sheet, at, text)
				}
			}
		}
	}
}

func TestNumbersThatAreNoneDoNotBreakAPaper(t *testing.T) {
	s := New(letters(t))
	nan, inf := ptr(math.NaN()), ptr(math.Inf(1))
	d := sample(3, 4, 20)
	d.Basis.ErrorM = nan
	for i := range d.Gauges {
		g := &d.Gauges[i]
		g.StageM, g.RiseMPerH, g.WarningM, g.PeakM = nan, nan, inf, [3]*float64{nan, inf, nil}
		g.Observed = append(g.Observed, Level{d.Now, math.NaN()}, Level{time.Time{}, 3}, Level{d.Now, math.Inf(-1)})
	}
	d.Gauges[1].Observed, d.Gauges[1].Likely, d.Gauges[1].Least, d.Gauges[1].Most = []Level{{d.Now, 3}}, nil, nil, nil
	for i := range d.Grids {
		for _, b := range buildingsOf(&d.Grids[i]) {
			b.DepthM, b.RouteM, b.At = nan, inf, orb.Point{math.NaN(), 30}
			b.Outline = orb.MultiPolygon{{{{1, 1}}}, {}, {nil}}
			b.WetFloors = ptr(-4)
		}
	}
	d.Shelters[0].At, d.Shelters[1].Capacity = orb.Point{math.Inf(1), 0}, ptr(-1)
	d.Map.Grids = append(d.Map.Grids, Outline{Code: d.Grids[0].Code}, Outline{Code: "x", Area: orb.MultiPolygon{{}}})
	d.Map.Rivers = append(d.Map.Rivers, River{}, River{Shape: orb.LineString{}}, River{Shape: orb.Point{105, 30}})
	d.Map.Roads = append(d.Map.Roads, Road{Shut: true}, Road{Line: orb.MultiLineString{{}}})
	for _, p := range Papers() {
		body := written(t, s, d, Request{Paper: p.Name, Grid: d.Grids[0].Code})
		text := string(body)
		switch filepath.Ext(p.Name) {
		case ".pdf":
			text = strings.Join(pagesOf(t, body), "")
		case ".xlsx":
			_, rows := cellsOf(t, body)
			text = joined(rows)
		case ".geojson":
			if !json.Valid(body) {
				t.Errorf("no JSON: %.400s", body)
			}
		default:
			continue
		}
		if strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
			t.Errorf("%s writes a number that is none", p.Name)
		}
	}
}
