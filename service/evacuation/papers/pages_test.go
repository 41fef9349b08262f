package papers

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

func TestEveryPageSaysWhatItRestsOn(t *testing.T) {
	for _, english := range []bool{false, true} {
		s := New(letters(t))
		d := sample(2, 9, 40)
		e := newEdition(d, &Request{English: english}, nil, english || !letters(t).Chinese())
		for _, p := range Papers() {
			if filepath.Ext(p.Name) == ".png" {
				continue // not text
			}
			body := written(t, s, d, Request{Paper: p.Name, Grid: d.Grids[0].Code, English: english})
			var pages []string
			switch filepath.Ext(p.Name) {
			case ".pdf":
				pages = pagesOf(t, body)
			case ".xlsx":
				f, rows := cellsOf(t, body)
				for name, r := range rows {
					h, err := f.GetHeaderFooter(name)
					if err != nil {
						t.Fatal(err)
					}
					pages = append(pages, fmt.Sprint(r[:min(6, len(r))]), h.OddFooter)
				}
			default:
				continue
			}
			for i, text := range pages {
				for _, f := range e.facts() {
					if !strings.Contains(strings.ReplaceAll(text, "  ", " "), f.value) {
						t.Errorf("page %d of %s does not say %s %s: %.300s", i+1, p.Name, f.name, f.value, text)
					}
				}
			}
		}
	}
}

func TestADrillIsMarkedOnEveryPageAndARealFloodOnNone(t *testing.T) {
	s := New(chinese(t))
	for _, drill := range []bool{true, false} {
		d := sample(2, 9, 40)
		d.Event.Drill = drill
		for _, p := range Papers() {
			if filepath.Ext(p.Name) == ".png" {
				continue // not text
			}
			body := written(t, s, d, Request{Paper: p.Name, Grid: d.Grids[0].Code})
			switch filepath.Ext(p.Name) {
			case ".pdf":
				for i, text := range pagesOf(t, body) {
					n := min(strings.Count(text, "演"), strings.Count(text, "练")) // a mark that is turned is read letter by letter
					if drill && n < 2 || !drill && n > 0 {
						t.Errorf("page %d of %s says 演练 %d times, a drill: %v", i+1, p.Name, n, drill)
					}
				}
			case ".xlsx":
				f, rows := cellsOf(t, body)
				for name, r := range rows {
					h, err := f.GetHeaderFooter(name)
					if err != nil || strings.Contains(h.OddHeader, "演练") != drill || strings.Contains(fmt.Sprint(r[:3]), "演练") != drill {
						t.Errorf("sheet %s of %s: %q, %v, %v, a drill: %v", name, p.Name, h.OddHeader, r[:3], err, drill)
					}
				}
			case ".geojson":
				if strings.Contains(string(body), `"drill":false`) == drill {
					t.Errorf("a feature is not marked, a drill: %v", drill)
				}
			}
		}
	}
}

func TestPeopleAreNamedToThoseAloneWhoMaySeeThem(t *testing.T) {
	s := New(letters(t))
	for _, named := range []bool{true, false} {
		d := sample(4, 3, 30)
		d.Named = named
		for i := range d.Grids {
			for _, b := range buildingsOf(&d.Grids[i]) {
				for _, f := range floorsOf(b) {
					for k := range f.Households {
						f.Households[k].Head = "SECRET"
					}
				}
			}
		}
		for _, p := range Papers() {
			if filepath.Ext(p.Name) == ".png" {
				continue // not text
			}
			body := written(t, s, d, Request{Paper: p.Name, Grid: d.Grids[0].Code})
			text := string(body)
			switch filepath.Ext(p.Name) {
			case ".pdf":
				text = strings.Join(pagesOf(t, body), "")
			case ".xlsx":
				_, rows := cellsOf(t, body)
				text = joined(rows)
			}
			if got := strings.Contains(text, "SECRET"); got != (named && p.Personal) {
				t.Errorf("%s holds labels: %v, want %v", p.Name, got, named && p.Personal)
			}
			if p.Personal && !named && !strings.Contains(text, "已隐去") && !strings.Contains(text, "withheld") {
				t.Errorf("%s does not say that names are withheld", p.Name)
			}
		}
	}
}

func TestWhatIsUnknownIsSaidToBe(t *testing.T) {
	s := New(chinese(t))
	d := &Document{Event: Event{Name: "空"}, Grids: []Grid{{Code: "500152001001001", Buildings: []Building{{ID: 1, Floors: []Floor{{Households: []Household{{ID: 1, Persons: 3}}}}}}}}, Shelters: []Shelter{{ID: 1, Name: "甲"}}, Gauges: []Gauge{{Name: "站"}}}
	for _, p := range Papers() {
		if filepath.Ext(p.Name) == ".png" {
			continue // not text
		}
		body := written(t, s, d, Request{Paper: p.Name, Grid: d.Grids[0].Code})
		text := string(body)
		switch filepath.Ext(p.Name) {
		case ".pdf":
			text = strings.Join(pagesOf(t, body), "")
		case ".xlsx":
			_, rows := cellsOf(t, body)
			text = joined(rows)
		case ".geojson":
			for _, want := range []string{`"class":"unknown"`, `"depth_m":null`, `"deadline":null`, `"capacity":null`, `"plan_version":null`, `"geometry":null`} {
				if !strings.Contains(text, want) {
					t.Errorf("the plan lacks %s: %s", want, text)
				}
			}
			continue
		}
		if !strings.Contains(text, "不详") {
			t.Errorf("%s does not say 不详: %s", p.Name, text)
		}
		for _, wrong := range []string{"0001", "NaN", "预报内不淹", "0.0 m", "±0", "1970"} {
			if strings.Contains(text, wrong) && p.Name != "map.pdf" { // its legend names every class
				t.Errorf("%s says %s of what is unknown: %s", p.Name, wrong, text)
			}
		}
	}
}

func TestCutOffNeverLooksSafe(t *testing.T) {
	s := New(chinese(t))
	d := sample(1, 1, 1)
	d.Grids[0].Buildings = []Building{{ID: 9, Name: "孤岛楼", Class: CutOff, WetFloors: ptr(0), Floors: []Floor{{Number: 3, Households: []Household{{ID: 1, Room: "301", Persons: 2}}}}}}
	text := strings.Join(pagesOf(t, written(t, s, d, Request{Paper: "callsheet.pdf", Grid: d.Grids[0].Code})), "")
	for _, want := range []string{"孤岛（路全断）", "不进水，但路全断", "同样必须转移，不算安全", "最晚出发 道路已断"} {
		if !strings.Contains(text, want) {
			t.Errorf("the call sheet does not say %q: %s", want, text)
		}
	}
	if text := strings.Join(pagesOf(t, written(t, s, d, Request{Paper: "report.pdf"})), ""); !strings.Contains(text, "不算安全") {
		t.Errorf("the report does not say that it is not safe: %s", text)
	}
}

func TestPeopleWithoutAHouseholdOnFileAreNotForgotten(t *testing.T) {
	s := New(chinese(t))
	d := sample(1, 2, 10)
	b := &d.Grids[0].Buildings[0]
	b.Floors, b.Counted = nil, Counted{Households: 4, Persons: 11}
	for _, name := range []string{"callsheet.pdf", "report.pdf"} {
		text := strings.Join(pagesOf(t, written(t, s, d, Request{Paper: name, Grid: d.Grids[0].Code})), "")
		if !strings.Contains(text, "另有 1 栋约 4 户 11 人没有住户登记") {
			t.Errorf("%s does not tell of them: %s", name, text)
		}
	}
	_, rows := cellsOf(t, written(t, s, d, Request{Paper: "transfer.xlsx"}))
	if !strings.Contains(joined(rows), "另有 1 栋约 4 户 11 人没有住户登记") {
		t.Error("the transfer list does not tell of them")
	}
}

func TestAMapOfOneGridIsDrawnLarger(t *testing.T) {
	s := New(chinese(t))
	d := sample(1, 12, 20)
	scale := func(grid string) int {
		text := strings.Join(pagesOf(t, written(t, s, d, Request{Paper: "map.pdf", Grid: grid})), "")
		_, after, found := strings.Cut(text, "1 : ")
		if !found {
			t.Fatalf("the map has no scale: %s", text)
		}
		line, _, _ := strings.Cut(after, "\n")
		if fields := strings.Fields(line); len(fields) > 1 && len(fields[1]) == 3 {
			line = fields[0] + fields[1]
		} else {
			line = fields[0]
		}
		return number1(t, line)
	}
	d.Grids[3].Buildings = d.Grids[3].Buildings[:1]
	d.Grids[3].Buildings[0].Shelter = 0
	for _, f := range floorsOf(&d.Grids[3].Buildings[0]) {
		for k := range f.Households {
			f.Households[k].Shelter = 0
		}
	}
	if whole, one := scale(""), scale(d.Grids[3].Code); one >= whole {
		t.Errorf("one grid is at 1 : %d, all are at 1 : %d", one, whole)
	}
}

func TestWhatNobodyApprovedAndWhatIsOverIsToldOnEveryPaper(t *testing.T) {
	s := New(chinese(t))
	for name, c := range map[string]struct {
		change func(*Document)
		want   string
	}{
		"a proposal":           {func(d *Document) { d.Plan = nil }, "预案尚未批准"},
		"lifted":               {func(d *Document) { d.Event.LiftedAt = d.Now }, "解除：可以返回"},
		"closed after lifting": {func(d *Document) { d.Event.LiftedAt, d.Event.ClosedAt = d.Now, d.Now }, "结束"},
	} {
		t.Run(name, func(t *testing.T) {
			d := sample(1, 2, 10)
			before := sample(1, 2, 10)
			c.change(d)
			for _, p := range []string{"callsheet.pdf", "report.pdf", "map.pdf"} {
				r := Request{Paper: p, Grid: d.Grids[0].Code}
				if text := strings.Join(pagesOf(t, written(t, s, d, r)), ""); !strings.Contains(text, c.want) {
					t.Errorf("%s does not say %s: %s", p, c.want, text)
				}
				if text := strings.Join(pagesOf(t, written(t, s, before, r)), ""); strings.Contains(text, c.want) {
					t.Errorf("%s says %s of one under way", p, c.want)
				}
			}
			_, rows := cellsOf(t, written(t, s, d, Request{Paper: "intake.xlsx"}))
			for sheet, list := range rows {
				if !strings.Contains(fmt.Sprint(list[:min(5, len(list))]), c.want) {
					t.Errorf("the sheet %s does not say %s", sheet, c.want)
				}
			}
		})
	}
}
