package lettering

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// screens are the built pages with their fonts; tests skip without them.
func screens(t testing.TB) fs.FS {
	t.Helper()
	dist := filepath.Join("..", "..", "web", "dist")
	if found, _ := filepath.Glob(filepath.Join(dist, "assets", "fonts", "*", "faces.json")); len(found) == 0 {
		t.Skip("the screens, with their fonts, are not built")
	}
	return os.DirFS(dist)
}

func TestEveryShippedSubsetHoldsTheCharactersThatItSays(t *testing.T) {
	l, err := New(screens(t))
	if err != nil {
		t.Fatal(err)
	}
	files, glyphs := 0, 0
	for weight, subsets := range l.subsets {
		for _, s := range subsets {
			f := l.font(s.file)
			if f == nil {
				t.Errorf("%s cannot be read", s.file)
				continue
			}
			files++
			found := 0
			for _, in := range s.ranges {
				for r := in[0]; r <= in[1]; r++ {
					index, err := f.GlyphIndex(&l.buffer, r)
					if err != nil || index == 0 {
						continue
					}
					if _, err := f.LoadGlyph(&l.buffer, index, 64*32, nil); err != nil {
						t.Fatalf("%s, %U: %v", s.file, r, err)
					}
					found++
				}
			}
			if found == 0 {
				t.Errorf("%s of weight %d holds none of its characters", s.file, weight)
			}
			glyphs += found
		}
	}
	t.Logf("%d files, %d glyphs", files, glyphs)
	if files < 100 || glyphs < 10_000 {
		t.Errorf("got %d files with %d glyphs, want the whole font", files, glyphs)
	}
}

// extent is the box of rings.
func extent(rings [][]Point) (lo, hi Point) {
	lo, hi = Point{1e9, 1e9}, Point{-1e9, -1e9}
	for _, r := range rings {
		for _, p := range r {
			lo = Point{min(lo.X, p.X), min(lo.Y, p.Y)}
			hi = Point{max(hi.X, p.X), max(hi.Y, p.Y)}
		}
	}
	return lo, hi
}

func TestLettersHaveTheSizesOfTheirScript(t *testing.T) {
	l, err := New(screens(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text                    string
		wide, high, wideT, tall float32 // least and most width and height, at 100 px
	}{
		"an ideograph fills its square":     {"国", 70, 80, 100, 105},
		"two ideographs stand side by side": {"网格", 180, 80, 200, 110},
		"a stroke is flat":                  {"一", 70, 3, 100, 20},
		"a capital letter stands upright":   {"H", 50, 70, 80, 80},
		"a digit is narrower":               {"5", 40, 70, 60, 80},
	} {
		t.Run(name, func(t *testing.T) {
			rings, _ := l.Line(c.text, Regular, 100)
			lo, hi := extent(rings)
			w, h := hi.X-lo.X, hi.Y-lo.Y
			if w < c.wide || w > c.wideT || h < c.high || h > c.tall {
				t.Errorf("got %.0f × %.0f px, want %.0f to %.0f wide and %.0f to %.0f high", w, h, c.wide, c.wideT, c.high, c.tall)
			}
		})
	}
}

func TestWithoutFontsLatinIsStillWrittenAndChineseIsBoxes(t *testing.T) {
	l, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	if l.Chinese() {
		t.Error("Chinese is promised without a font")
	}
	if rings, w := l.Line("grid 7", SemiBold, 20); len(rings) < 6 || w < 40 {
		t.Errorf("got %d rings and %.0f px", len(rings), w)
	}
	if rings, _ := l.Line("网", Regular, 20); len(rings) != 2 {
		t.Errorf("got %d rings for a character without a glyph, want a box of 2", len(rings))
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte("wOF2"))
	if found, _ := filepath.Glob(filepath.Join("..", "..", "web", "dist", "assets", "fonts", "*", "*-4-400-*.woff2")); len(found) > 0 {
		b, err := os.ReadFile(found[0])
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = unpackWOFF2(b) // no panic, bounded memory
	})
}
