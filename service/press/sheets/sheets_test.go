package sheets

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

func TestTextsAreNeverFormulas(t *testing.T) {
	for name, c := range map[string][2]string{
		"a formula":                        {"=1+1", "'=1+1"},
		"a command":                        {"=cmd|'/c calc'!A0", "'=cmd|'/c calc'!A0"},
		"behind a space":                   {"  @SUM(A1)", "'  @SUM(A1)"},
		"behind a tab":                     {"\t=1", "' =1"},
		"of full width":                    {"＝1", "'＝1"},
		"a plus that is a telephone":       {"+86 138****0001", "'+86 138****0001"},
		"a number below zero is a number":  {"-101", "-101"},
		"a dash alone":                     {"-", "'-"},
		"a name":                           {"张三", "张三"},
		"control characters":               {"a\x00b\x1bc", "abc"},
		"direction marks":                  {"\u202eabc", "abc"},
		"broken UTF-8":                     {"ab\xff", "ab"},
		"nothing":                          {"", ""},
		"a sign after a line's end":        {"\n=1", "'\n=1"},
		"a sign in the middle is harmless": {"a=1", "a=1"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Text(c[0]); got != c[1] {
				t.Errorf("got %q, want %q", got, c[1])
			}
		})
	}
}

func TestSheetsTakeAnyName(t *testing.T) {
	b, err := New(false)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	texts := []string{"", "", "History", "a/b:c*[d]?'\\", strings.Repeat("中", 80), strings.Repeat("中", 81), strings.Repeat("😀", 40), "same", "Same", "\x00", "\xff"}
	type row struct{}
	for _, s := range texts {
		p := Page{Title: s, Alarm: "演练 & 1", Foot: strings.Repeat("预案第3版&", 90), Notes: []string{s}}
		if err := Add(b, s, p, []Column[row]{Of("列", "Column", 10, func(*row) any { return s })}, []row{{}}); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
	}
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	list := f.GetSheetList()
	if len(list) != len(texts) {
		t.Fatalf("got %d sheets %q, want %d", len(list), list, len(texts))
	}
	for _, name := range list {
		if n := utf8.RuneCountInString(name); n > 31 || n == 0 {
			t.Errorf("%q has %d characters", name, n)
		}
		h, err := f.GetHeaderFooter(name)
		if err != nil || !strings.Contains(h.OddHeader, "演练") || !strings.Contains(h.OddFooter, "预案第3版") {
			t.Errorf("%q prints %+v, %v", name, h, err)
		}
		if len(h.OddFooter) > 4*255 {
			t.Errorf("the foot is of %d bytes", len(h.OddFooter))
		}
	}
}
