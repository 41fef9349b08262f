package lettering

import (
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

func TestTheWholeFontDrawsEveryCharacterAsItsSubsetDoes(t *testing.T) {
	l, err := New(screens(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, weight := range []Weight{Regular, SemiBold} {
		b, err := l.Whole(weight)
		if err != nil {
			t.Fatal(err)
		}
		f, err := sfnt.Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		var buffer sfnt.Buffer
		const ppem = fixed.Int26_6(1000 << 6)
		n := 0
		for r := rune(' '); r < 0xffff; r++ {
			var want *sfnt.Font
			if name := l.holder(r, weight); name != "" && name != "go-400" && name != "go-600" {
				want = l.font(name)
			}
			i, err := f.GlyphIndex(&buffer, r)
			if err != nil || (i != 0) != (want != nil) {
				t.Fatalf("%U: glyph %d of the whole, %v; a subset holds it: %v", r, i, err, want != nil)
			}
			if want == nil {
				continue
			}
			n++
			k, _ := want.GlyphIndex(&buffer, r)
			a, err1 := f.GlyphAdvance(&buffer, i, ppem, font.HintingNone)
			b, err2 := want.GlyphAdvance(&buffer, k, ppem, font.HintingNone)
			if a != b || err1 != nil || err2 != nil {
				t.Fatalf("%U: advance %v, %v, want %v, %v", r, a, err1, b, err2)
			}
			if n%7 != 0 { // outlines of every seventh
				continue
			}
			got, err1 := f.LoadGlyph(&buffer, i, ppem, nil)
			var other sfnt.Buffer
			outline, err2 := want.LoadGlyph(&other, k, ppem, nil)
			if err1 != nil || err2 != nil || len(got) != len(outline) {
				t.Fatalf("%U: %d segments, %v, want %d, %v", r, len(got), err1, len(outline), err2)
			}
			for j := range got {
				if got[j] != outline[j] {
					t.Fatalf("%U: segment %d is %v, want %v", r, j, got[j], outline[j])
				}
			}
		}
		t.Logf("weight %d: %d characters, %d bytes", weight, n, len(b))
	}
}

func TestWithoutSubsetsThereIsNoWholeFont(t *testing.T) {
	l, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := l.Whole(Regular); err == nil {
		t.Errorf("got %d bytes, want an error", len(b))
	}
}

func BenchmarkWhole(b *testing.B) {
	for b.Loop() {
		l, err := New(screens(b))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := l.Whole(Regular); err != nil {
			b.Fatal(err)
		}
	}
}
