package pages

import (
	"bytes"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gridmap/importers/redraw/picture/lettering"
)

// letters are the fonts of the screens; without them there is Latin alone.
func letters(t testing.TB) *lettering.Lettering {
	t.Helper()
	l, err := lettering.New(os.DirFS(filepath.Join("..", "..", "web", "dist")))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// hostile are texts that people and files really contain.
func hostile() map[string]string {
	return map[string]string{
		"nothing":                     "",
		"a formula":                   `=cmd|'/c calc'!A0`,
		"control characters":          "a\x00b\x07c\td\r\ne\x1b[31m",
		"broken UTF-8":                "ab\xff\xfe\xe4\xb8",
		"beyond the first plane":      "𠮷野家👩\u200d👩\u200d👧😀",
		"from right to left":          "\u202eمحمد\u202c שלום\u2066x\u2069",
		"PDF's own marks":             `(a) \( ) Tj ET <</Type /Page>> \\`,
		"marks upon marks":            "a" + strings.Repeat("\u0301", 300),
		"one word as long as a novel": strings.Repeat("x", 10_000),
		"a long line":                 strings.Repeat("重庆市潼南区", 2_000),
	}
}

func TestAnyTextIsPrintedWithinItsWidth(t *testing.T) {
	l := letters(t)
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			p := New(210, 297, text, time.Unix(0, 0), l)
			p.AddPage()
			p.Put(text, 10, 10, 12, lettering.Regular, 0)
			if got := p.Fitted(text, 50, 12, lettering.Regular); p.Width(got, 12, lettering.Regular) > 50 {
				t.Errorf("fitted to 50 mm it is %.2f mm", p.Width(got, 12, lettering.Regular))
			}
			lines := p.Wrapped(text, 50, 12, lettering.Regular, 3)
			if len(lines) > 3 {
				t.Errorf("got %d lines, want 3 at most", len(lines))
			}
			for _, line := range lines {
				if w := p.Width(line, 12, lettering.Regular); w > 50 {
					t.Errorf("a line is %.2f mm, want 50 at most", w)
				}
			}
			var b bytes.Buffer
			if err := p.Output(&b); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "a.pdf")
			if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command("pdftotext", file, "-").CombinedOutput(); err != nil || bytes.Contains(out, []byte("Error")) {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
}

func TestWidthsAddUpAndTextIsWhereItSays(t *testing.T) {
	p := New(210, 297, "t", time.Unix(0, 0), letters(t))
	p.AddPage()
	for _, text := range []string{"a", "abc def", "梓潼街道 3 层 A-12", "12:30"} {
		sum := 0.0
		for _, r := range text {
			sum += p.Width(string(r), 20, lettering.SemiBold)
		}
		if got := p.Put(text, 0, 20, 20, lettering.SemiBold, 0); math.Abs(got-sum) > 1e-9 || math.Abs(got-p.Width(text, 20, lettering.SemiBold)) > 1e-9 {
			t.Errorf("%q is %.6f mm wide, its characters %.6f", text, got, sum)
		}
	}
}

func TestWrappedTextLosesNothing(t *testing.T) {
	p := New(210, 297, "t", time.Unix(0, 0), letters(t))
	p.AddPage()
	text := "沿滨江路向北，过涪江大桥，至江北中学安置点。 Walk north along Binjiang Road, cross the bridge, to the school."
	got := strings.Join(p.Wrapped(text, 40, 11, lettering.Regular, 99), "")
	if strip := func(s string) string { return strings.ReplaceAll(s, " ", "") }; strip(got) != strip(text) {
		t.Errorf("got %q, want %q", got, text)
	}
}
