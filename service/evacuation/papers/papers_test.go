package papers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"gridmap/data"
)

// written is a paper of a document.
func written(t testing.TB, s *Service, d *Document, r Request) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.Write(context.Background(), &b, d, r); err != nil {
		t.Fatalf("%s: %v", r.Paper, err)
	}
	return b.Bytes()
}

// pagesOf a PDF as text.
func pagesOf(t testing.TB, pdf []byte) []string {
	t.Helper()
	return strings.Split(strings.TrimSuffix(string(poppler(t, pdf, "-layout")), "\f"), "\f")
}

// poppler reads a PDF with a program of another hand.
func poppler(t testing.TB, pdf []byte, how string) []byte {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext (poppler-utils) is not installed")
	}
	file := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("pdftotext", how, file, "-")
	var complaints bytes.Buffer
	c.Stderr = &complaints
	out, err := c.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%v: %s", err, complaints.String())
	}
	return out
}

// cellsOf a workbook: all texts of a sheet, row by row.
func cellsOf(t testing.TB, xlsx []byte) (*excelize.File, map[string][][]string) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(xlsx))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][][]string{}
	for _, name := range f.GetSheetList() {
		if out[name], err = f.GetRows(name); err != nil {
			t.Fatal(err)
		}
	}
	return f, out
}

// numbered gives every household a room of its own, R and its number.
func numbered(d *Document) (rooms []string, sum tally) {
	for i := range d.Grids {
		sum.grid(&d.Grids[i])
		for _, b := range buildingsOf(&d.Grids[i]) {
			for _, f := range floorsOf(b) {
				for k := range f.Households {
					f.Households[k].Room = fmt.Sprintf("R%06d", f.Households[k].ID)
					rooms = append(rooms, f.Households[k].Room)
				}
			}
		}
	}
	return rooms, sum
}

var room = regexp.MustCompile(`R\d{6}`)

// once fails unless each room is there exactly once and no other is.
func once(t *testing.T, what, text string, rooms []string) {
	t.Helper()
	found := map[string]int{}
	for _, r := range room.FindAllString(text, -1) {
		found[r]++
	}
	for _, r := range rooms {
		if found[r] != 1 {
			t.Errorf("%s: household %s is there %d times, want once", what, r, found[r])
		}
		delete(found, r)
	}
	for r := range found {
		t.Errorf("%s: %s is there, want it not to be", what, r)
	}
}

func joined(rows map[string][][]string) string {
	var b strings.Builder
	for _, sheet := range rows {
		for _, r := range sheet {
			b.WriteString(strings.Join(r, "\t") + "\n")
		}
	}
	return b.String()
}

func TestEveryHouseholdIsOnEachListOnce(t *testing.T) {
	s := New(letters(t))
	for seed := range uint64(3) {
		for _, english := range []bool{false, true} {
			d := sample(seed, 1+int(seed)*4, 30)
			rooms, _ := numbered(d)
			once(t, "call sheets", strings.Join(pagesOf(t, written(t, s, d, Request{Paper: "callsheets.pdf", English: english})), ""), rooms)
			for _, name := range []string{"transfer.xlsx", "intake.xlsx"} {
				_, rows := cellsOf(t, written(t, s, d, Request{Paper: name, English: english}))
				once(t, name, joined(rows), rooms)
			}
			var carried []string
			for _, l := range newEdition(d, &Request{}, nil, false).households() {
				if l.carried() {
					carried = append(carried, l.Room)
				}
			}
			_, rows := cellsOf(t, written(t, s, d, Request{Paper: "vehicles.xlsx", English: english}))
			once(t, "vehicles.xlsx", joined(rows), carried)
		}
	}
}

func TestASingleCallSheetHoldsItsGridAlone(t *testing.T) {
	s := New(letters(t))
	d := sample(3, 5, 40)
	numbered(d)
	for i := range d.Grids {
		var rooms []string
		for _, l := range newEdition(d, &Request{Grid: d.Grids[i].Code}, nil, false).households() {
			rooms = append(rooms, l.Room)
		}
		once(t, d.Grids[i].Code, strings.Join(pagesOf(t, written(t, s, d, Request{Paper: "callsheet.pdf", Grid: d.Grids[i].Code})), ""), rooms)
	}
}

func number1(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.ReplaceAll(strings.TrimSpace(text), " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSumsOnPaperAreThoseOfTheDocument(t *testing.T) {
	s := New(chinese(t))
	buildings := regexp.MustCompile(`(\d+) 户 (\d+) 人，需帮助 (\d+) 人`)
	for seed := range uint64(4) {
		d := sample(seed, 8, 30)
		_, want := numbered(d)
		got := tally{}
		for _, m := range buildings.FindAllStringSubmatch(strings.Join(pagesOf(t, written(t, s, d, Request{Paper: "callsheets.pdf"})), ""), -1) {
			got.households, got.persons, got.helped = got.households+number1(t, m[1]), got.persons+number1(t, m[2]), got.helped+number1(t, m[3])
		}
		check := func(what string, households, persons, helped int) {
			t.Helper()
			if households != want.households || persons != want.persons || helped != want.helped {
				t.Errorf("%s: got %d households, %d people, %d to help, want %d, %d, %d", what, households, persons, helped, want.households, want.persons, want.helped)
			}
		}
		check("call sheets", got.households, got.persons, got.helped)
		_, rows := cellsOf(t, written(t, s, d, Request{Paper: "transfer.xlsx"}))
		list := rows["转移人员清单"]
		sum := [3]int{}
		for _, r := range list[4:] {
			sum = [3]int{sum[0] + 1, sum[1] + number1(t, r[10]), sum[2] + number1(t, r[11])}
		}
		check("transfer list", sum[0], sum[1], sum[2])
		_, rows = cellsOf(t, written(t, s, d, Request{Paper: "intake.xlsx"}))
		sum = [3]int{}
		for _, r := range rows["汇总"][3:] {
			sum = [3]int{sum[0] + number1(t, r[5]), sum[1] + number1(t, r[6]), sum[2] + number1(t, r[7])}
			if persons := number1(t, r[6]); persons != number1(t, r[8])+number1(t, r[10])+number1(t, r[11]) {
				t.Errorf("%s expects %d people, but %s came, %s are elsewhere and %s are to come", r[0], persons, r[8], r[10], r[11])
			}
		}
		check("intake", sum[0], sum[1], sum[2])
		report := strings.Join(pagesOf(t, written(t, s, d, Request{Paper: "report.pdf"})), "")
		i := d.Identity
		line := regexp.MustCompile(fmt.Sprintf(`合计 +%d +%d +%d +%d +%d +%d +%d +%d\n`, len(d.Grids), i.Listed, i.Sheltered, i.WithRelatives, i.HoldingUpstairs, i.AlreadyAway, i.Refused, i.Unaccounted))
		if text := regexp.MustCompile(`(\d) (\d{3})`).ReplaceAllString(report, "$1$2"); !line.MatchString(text) {
			t.Errorf("the report does not have the sums %v", line)
		}
		if strings.Contains(report, "不符") {
			t.Error("the report says that the numbers do not add up, but they do")
		}
	}
}

func TestTheSameDocumentGivesTheSameBytes(t *testing.T) {
	s := New(letters(t))
	for _, p := range Papers() {
		if filepath.Ext(p.Name) == ".xlsx" {
			continue // the archive's own
		}
		r := Request{Paper: p.Name, Grid: sample(5, 4, 20).Grids[0].Code}
		if a, b := written(t, s, sample(5, 4, 20), r), written(t, s, sample(5, 4, 20), r); !bytes.Equal(a, b) {
			t.Errorf("%s: %d and %d bytes that differ", p.Name, len(a), len(b))
		}
	}
}

func TestAPaperIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	s := New(letters(t))
	d := sample(1, 2, 5)
	for name, c := range map[string]struct {
		r    Request
		want data.Code
	}{
		"a paper that there is not":       {Request{Paper: "callsheet.doc"}, data.NotFound},
		"a call sheet of no grid":         {Request{Paper: "callsheet.pdf"}, data.Invalid},
		"a grid that is not evacuated":    {Request{Paper: "callsheet.pdf", Grid: "500"}, data.NotFound},
		"a list of another grid":          {Request{Paper: "transfer.xlsx", Grid: "500"}, data.NotFound},
		"a grid where none is asked for":  {Request{Paper: "report.pdf", Grid: "500"}, ""},
		"a list of one grid":              {Request{Paper: "transfer.xlsx", Grid: d.Grids[0].Code}, ""},
		"all call sheets without a grid":  {Request{Paper: "callsheets.pdf"}, ""},
		"a name that walks up the folder": {Request{Paper: "../callsheets.pdf"}, data.NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			err := s.Write(context.Background(), &b, d, c.r)
			if data.CodeOf(err) != c.want || (c.want == "") != (err == nil) || err != nil && b.Len() > 0 {
				t.Fatalf("got %v and %d bytes, want %q", err, b.Len(), c.want)
			}
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var b bytes.Buffer
	if err := s.Write(ctx, &b, d, Request{Paper: "callsheets.pdf"}); !errors.Is(err, context.Canceled) {
		t.Errorf("a reader who left: got %v, want %v", err, context.Canceled)
	}
}

func TestThePlanIsReadByOtherPrograms(t *testing.T) {
	d := sample(6, 5, 30)
	body := written(t, New(letters(t)), d, Request{Paper: "plan.geojson"})
	var plan struct {
		Type     string
		Features []struct {
			Geometry   json.RawMessage
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(body, &plan); err != nil || plan.Type != "FeatureCollection" {
		t.Fatalf("%v: %s", err, plan.Type)
	}
	buildings := 0
	for _, f := range plan.Features {
		if f.Properties["kind"] == "building" {
			buildings++
			for _, key := range []string{"class", "deadline", "shelter", "plan_version", "gauge_time", "terrain_sha256", "error_m", "model", "printed", "drill"} {
				if _, ok := f.Properties[key]; !ok {
					t.Errorf("a building lacks %s: %v", key, f.Properties)
				}
			}
		}
	}
	var want tally
	for i := range d.Grids {
		want.grid(&d.Grids[i])
	}
	if buildings != want.buildings {
		t.Errorf("got %d buildings, want %d", buildings, want.buildings)
	}
	file := filepath.Join(t.TempDir(), "plan.geojson")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("ogrinfo", "-ro", "-so", "-al", file).CombinedOutput(); err != nil || !strings.Contains(string(out), fmt.Sprintf("Feature Count: %d", len(plan.Features))) {
		t.Errorf("%v: %s", err, out)
	}
}

func TestThePictureIsAPicture(t *testing.T) {
	img, err := png.Decode(bytes.NewReader(written(t, New(letters(t)), sample(1, 3, 20), Request{Paper: "map.png"})))
	if err != nil || img.Bounds().Dx() != a3W*pixelsPerMM || img.Bounds().Dy() != a3H*pixelsPerMM {
		t.Fatalf("got %v, %v", img.Bounds(), err)
	}
}

// BenchmarkCallSheets writes those of 300 grids with 20,000 households.
func BenchmarkCallSheets(b *testing.B) {
	s := New(letters(b))
	d := sample(1, 300, 65)
	var sum tally
	for i := range d.Grids {
		sum.grid(&d.Grids[i])
	}
	b.ReportAllocs()
	for b.Loop() {
		began := time.Now()
		body := written(b, s, d, Request{Paper: "callsheets.pdf"})
		b.ReportMetric(float64(len(body))/1e6, "MB/file")
		b.ReportMetric(float64(sum.households)/time.Since(began).Seconds(), "households/s")
		b.ReportMetric(float64(bytes.Count(body, []byte("/Type /Page\n"))), "pages")
	}
}
