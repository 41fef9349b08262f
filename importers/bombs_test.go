package importers

import (
	"archive/zip"
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
)

// fileBomb is a small file, or one that is soon made, that is meant to cost much.
type fileBomb struct {
	name  string // of the file
	write func(w *bufio.Writer)
	want  string // in the error, or in why the first row is refused; empty: read
	mb    uint64 // of the heap, at most; zero: 128
	slow  bool   // takes seconds to be made or read
}

// TestFileBombs opens each as every importer does, and reads it to its end.
func TestFileBombs(t *testing.T) {
	for name, b := range fileBombs() {
		t.Run(name, func(t *testing.T) {
			if b.slow && os.Getenv("GRIDMAP_BOMBS") == "" {
				t.Skip("takes seconds to be made or read: make bombs")
			}
			path := filepath.Join(t.TempDir(), b.name)
			makeFile(t, path, b.write)
			size, _ := os.Stat(path)
			began := time.Now()
			peak := peakHeap(func() { b.check(t, path) })
			took := time.Since(began)
			t.Logf("bombs| %s: %.1f MB | %s | %v | %d MB", name, float64(size.Size())/1e6, b.want, took.Round(time.Millisecond), peak>>20)
			if took > 60*time.Second {
				t.Errorf("took %v, want a minute at most", took)
			}
			most := b.mb
			if most == 0 {
				most = 128
			}
			if peak > most<<20 {
				t.Errorf("%d MB of heap, want at most %d", peak>>20, most)
			}
		})
	}
}

func (b *fileBomb) check(t *testing.T, path string) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	reason, rows := "", 0
	r, err := OpenRows(ctx, Source{Path: path})
	if err == nil {
		defer r.Close()
		for ; err == nil; rows++ {
			var row Row
			row, err = r.Next(ctx)
			if row.Err != nil && reason == "" {
				reason = row.Err.Error()
			}
			if row.Geom != nil && row.Err == nil {
				_, _, bad := admit(row.Geom, areaShape)
				if bad != nil && reason == "" {
					reason = bad.Error()
				}
				if _, _, bad := MendArea(row.Geom); bad != nil && reason == "" {
					reason = bad.Error()
				}
			}
		}
	}
	if err != nil && (rows == 0 || !errors.Is(err, io.EOF)) {
		reason = err.Error()
	}
	if b.want == "" && reason != "" || !strings.Contains(reason, b.want) {
		t.Errorf("got %.300q after %d rows, want %q", reason, rows, b.want)
	}
}

func makeFile(t *testing.T, path string, write func(w *bufio.Writer)) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	write(w)
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		t.Fatal(err)
	}
}

// peakHeap is the most that the heap held while f ran, garbage that was not yet
// collected included.
func peakHeap(f func()) (peak uint64) {
	runtime.GC()
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	done, seen := make(chan struct{}), make(chan uint64)
	go func() {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		most := uint64(0)
		for {
			metrics.Read(sample)
			most = max(most, sample[0].Value.Uint64())
			select {
			case <-done:
				seen <- most
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	f()
	close(done)
	return <-seen
}

func repeat(w io.StringWriter, s string, n int) {
	for range n {
		_, _ = w.WriteString(s)
	}
}

// book writes a workbook whose parts are given; those that every one has are
// added.
func book(parts map[string]func(w *bufio.Writer)) func(w *bufio.Writer) {
	all := map[string]func(w *bufio.Writer){
		"[Content_Types].xml":        text(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`),
		"_rels/.rels":                text(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`),
		"xl/workbook.xml":            text(`<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>`),
		"xl/_rels/workbook.xml.rels": text(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`),
		"xl/worksheets/sheet1.xml":   sheet(text(headRow)),
	}
	for name, write := range parts {
		all[name] = write
	}
	return func(out *bufio.Writer) {
		z := zip.NewWriter(out)
		for name, write := range all {
			part, err := z.Create(name)
			if err != nil {
				panic(err)
			}
			w := bufio.NewWriter(part)
			write(w)
			_ = w.Flush()
		}
		_ = z.Close()
	}
}

const headRow = `<row><c t="inlineStr"><is><t>code</t></is></c><c t="inlineStr"><is><t>lon</t></is></c></row>`

func text(s string) func(w *bufio.Writer) { return func(w *bufio.Writer) { _, _ = w.WriteString(s) } }

func sheet(rows func(w *bufio.Writer)) func(w *bufio.Writer) {
	return func(w *bufio.Writer) {
		_, _ = w.WriteString(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><sheetData>`)
		rows(w)
		_, _ = w.WriteString(`</sheetData></worksheet>`)
	}
}

// asSheet makes a workbook of rows.
func asSheet(rows func(w *bufio.Writer)) func(w *bufio.Writer) {
	return book(map[string]func(*bufio.Writer){"xl/worksheets/sheet1.xml": sheet(rows)})
}

func asTexts(texts func(w *bufio.Writer)) func(w *bufio.Writer) {
	return book(map[string]func(*bufio.Writer){
		"xl/worksheets/sheet1.xml": sheet(text(headRow + `<row><c t="s"><v>0</v></c></row>`)),
		"xl/sharedStrings.xml": func(w *bufio.Writer) {
			_, _ = w.WriteString(`<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`)
			texts(w)
			_, _ = w.WriteString(`</sst>`)
		}})
}

// collection wraps the coordinates of one polygon.
func collection(coordinates func(w *bufio.Writer)) func(w *bufio.Writer) {
	return func(w *bufio.Writer) {
		_, _ = w.WriteString(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"1"},"geometry":{"type":"Polygon","coordinates":`)
		coordinates(w)
		_, _ = w.WriteString(`}}]}`)
	}
}

// ringOf writes a star-shaped ring of n vertices that lies well, or is tangled.
func ringOf(n int, tangled bool) func(w *bufio.Writer) {
	return func(w *bufio.Writer) {
		_, _ = w.WriteString("[[")
		x := uint32(0)
		for i := range n {
			p := orb.Point{105 + float64(i%1000)/1e4, 30 + float64(i)/1e8}
			if tangled {
				p = orb.Point{105 + float64(x)/(1<<32), 30 + float64(x*22695477)/(1<<32)}
				x = x*1664525 + 1013904223
			}
			fmt.Fprintf(w, "[%.9f,%.9f],", p[0], p[1])
		}
		_, _ = w.WriteString("[105,30]]]")
	}
}
