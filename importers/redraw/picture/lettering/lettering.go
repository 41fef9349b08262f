// Package lettering turns text into outlines with fonts that the program brings
// along, so that a picture looks the same on every machine: Noto Sans SC as the
// screens ship it (WOFF2 subsets and the list faces.json that tells which
// characters each holds) and, for Latin where those are not there, Go's own font.
//
// Outlines are in pixels, y down, with the baseline at zero. A character that no
// font has is drawn as an empty box.
package lettering

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Weight of a face.
type Weight int

// The two weights that are shipped.
const (
	Regular  Weight = 400
	SemiBold Weight = 600
)

// Lettering holds fonts. It reads each when a character first asks for it, and
// may be used by several goroutines.
type Lettering struct {
	files   fs.FS
	folder  string
	subsets map[Weight][]subset

	mu     sync.Mutex
	parsed map[string]*sfnt.Font
	held   map[face][]string // what holders found
	whole  map[Weight][]byte // the subsets joined, once asked for
	buffer sfnt.Buffer
}

// face is a character in a weight.
type face struct {
	r      rune
	weight Weight
}

// subset is a file and the ranges of characters that it holds.
type subset struct {
	file   string
	ranges [][2]rune
}

// New finds the fonts in files, at assets/fonts/VERSION/faces.json or anywhere
// else by that name. Without any, only Latin text can be drawn; Chinese tells.
func New(files fs.FS) (*Lettering, error) {
	l := &Lettering{files: files, parsed: map[string]*sfnt.Font{}, held: map[face][]string{}, subsets: map[Weight][]subset{}}
	for file, data := range map[string][]byte{"go-400": goregular.TTF, "go-600": gobold.TTF} {
		f, err := sfnt.Parse(data)
		if err != nil {
			return nil, fmt.Errorf("read Go's font: %w", err)
		}
		l.parsed[file] = f
	}
	if files == nil {
		return l, nil
	}
	lists, err := fs.Glob(files, "assets/fonts/*/faces.json")
	if err != nil || len(lists) == 0 {
		return l, err
	}
	slices.Sort(lists)
	list := lists[len(lists)-1]
	b, err := fs.ReadFile(files, list)
	if err != nil {
		return nil, fmt.Errorf("read the list of fonts: %w", err)
	}
	l.folder = path.Dir(list)
	return l, l.readFaces(b)
}

// readFaces reads the list that the map's screens use.
func (l *Lettering) readFaces(b []byte) error {
	var faces map[string][]struct {
		URL    string   `json:"url"`
		Ranges []string `json:"unicode-range"`
	}
	if err := json.Unmarshal(b, &faces); err != nil {
		return fmt.Errorf("read the list of fonts: %w", err)
	}
	for name, list := range faces {
		weight := Regular
		if strings.HasSuffix(name, " 600") {
			weight = SemiBold
		}
		for _, f := range list {
			s := subset{file: path.Join(l.folder, path.Base(f.URL))}
			for _, text := range f.Ranges {
				from, to, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(text), "U+"), "-")
				if !ok {
					to = from
				}
				a, err1 := strconv.ParseInt(from, 16, 32)
				b, err2 := strconv.ParseInt(to, 16, 32)
				if err := cmp.Or(err1, err2); err != nil {
					return fmt.Errorf("read the list of fonts: range %q: %w", text, err)
				}
				s.ranges = append(s.ranges, [2]rune{rune(a), rune(b)})
			}
			l.subsets[weight] = append(l.subsets[weight], s)
		}
	}
	return nil
}

// Chinese tells whether Chinese text can be drawn.
func (l *Lettering) Chinese() bool { return len(l.subsets[Regular]) > 0 }

// Point is in pixels.
type Point struct{ X, Y float32 }

// Glyph is a character's outline as closed rings, flattened, and how far the next
// one stands from it.
type Glyph struct {
	Rings   [][]Point
	Advance float32
}

// Line is the outline of a line of text that begins at the origin.
func (l *Lettering) Line(text string, weight Weight, size float32) (rings [][]Point, width float32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range text {
		g := l.glyph(r, weight, size)
		for _, ring := range g.Rings {
			for i := range ring {
				ring[i].X += width
			}
			rings = append(rings, ring)
		}
		width += g.Advance
	}
	return rings, width
}

// Width is how wide a line of text is.
func (l *Lettering) Width(text string, weight Weight, size float32) float32 {
	_, w := l.Line(text, weight, size)
	return w
}

func (l *Lettering) glyph(r rune, weight Weight, size float32) Glyph {
	ppem := fixed.Int26_6(size * 64)
	for _, name := range l.holders(r, weight) {
		f := l.font(name)
		if f == nil {
			continue
		}
		index, err := f.GlyphIndex(&l.buffer, r)
		if err != nil || index == 0 {
			continue
		}
		advance, err := f.GlyphAdvance(&l.buffer, index, ppem, font.HintingNone)
		if err != nil {
			continue
		}
		segments, err := f.LoadGlyph(&l.buffer, index, ppem, nil)
		if err != nil {
			continue
		}
		return Glyph{flatten(segments), float32(advance) / 64}
	}
	return box(size)
}

// holders are the fonts that may hold a character: the shipped ones, then Go's.
func (l *Lettering) holders(r rune, weight Weight) []string {
	if names, ok := l.held[face{r, weight}]; ok {
		return names
	}
	var names []string
	for _, s := range l.subsets[weight] {
		for _, in := range s.ranges {
			if r >= in[0] && r <= in[1] {
				names = append(names, s.file)
				break
			}
		}
	}
	names = append(names, fmt.Sprintf("go-%d", weight))
	l.held[face{r, weight}] = names
	return names
}

// font is a parsed font; nil for a file that cannot be read, which is tried once.
func (l *Lettering) font(name string) *sfnt.Font {
	if f, ok := l.parsed[name]; ok {
		return f
	}
	l.parsed[name] = nil
	b, err := fs.ReadFile(l.files, name)
	if err != nil {
		return nil
	}
	if b, err = unpackWOFF2(b); err != nil {
		return nil
	}
	f, err := sfnt.Parse(b)
	if err != nil {
		return nil
	}
	l.parsed[name] = f
	return f
}

// Run is a piece of a text in one font.
type Run struct {
	Font string // its name, for TrueType
	Text string
}

// Runs divides a text into pieces that one font holds each. A character that none
// has stays in the piece before it.
func (l *Lettering) Runs(text string, weight Weight) []Run {
	l.mu.Lock()
	defer l.mu.Unlock()
	var runs []Run
	for _, r := range text {
		name := l.holder(r, weight)
		if n := len(runs); n > 0 && (name == "" || runs[n-1].Font == name) {
			runs[n-1].Text += string(r)
			continue
		}
		runs = append(runs, Run{cmp.Or(name, fmt.Sprintf("go-%d", weight)), string(r)})
	}
	return runs
}

// holder is the font that draws a character; empty: none does.
func (l *Lettering) holder(r rune, weight Weight) string {
	for _, name := range l.holders(r, weight) {
		if f := l.font(name); f != nil {
			if i, err := f.GlyphIndex(&l.buffer, r); err == nil && i != 0 {
				return name
			}
		}
	}
	return ""
}

// TrueType is the file of a font by its name in a Run, or by WholeName, unpacked.
// It is shared: nobody may write to it.
func (l *Lettering) TrueType(name string) ([]byte, error) {
	switch name {
	case "go-400":
		return goregular.TTF, nil
	case "go-600":
		return gobold.TTF, nil
	case WholeName(Regular):
		return l.Whole(Regular)
	case WholeName(SemiBold):
		return l.Whole(SemiBold)
	}
	b, err := fs.ReadFile(l.files, name)
	if err != nil {
		return nil, fmt.Errorf("read the font %s: %w", path.Base(name), err)
	}
	return unpackWOFF2(b)
}

// box stands for a character that no font has.
func box(size float32) Glyph {
	w, h := 0.5*size, 0.7*size
	ring := func(in float32) []Point {
		return []Point{{0.1*size + in, -in}, {w - in, -in}, {w - in, -h + in}, {0.1*size + in, -h + in}}
	}
	inner := ring(0.06 * size)
	slices.Reverse(inner)
	return Glyph{[][]Point{ring(0), inner}, 0.6 * size}
}

// steps is into how many chords a curve is divided: enough for letters of 60 px.
const steps = 6

func flatten(segments sfnt.Segments) [][]Point {
	var rings [][]Point
	var ring []Point
	at := func(p fixed.Point26_6) Point { return Point{float32(p.X) / 64, float32(p.Y) / 64} }
	for _, s := range segments {
		var last Point
		if len(ring) > 0 {
			last = ring[len(ring)-1]
		}
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if len(ring) > 2 {
				rings = append(rings, ring)
			}
			ring = []Point{at(s.Args[0])}
		case sfnt.SegmentOpLineTo:
			ring = append(ring, at(s.Args[0]))
		case sfnt.SegmentOpQuadTo:
			c, e := at(s.Args[0]), at(s.Args[1])
			for i := 1; i <= steps; i++ {
				t := float32(i) / steps
				u := 1 - t
				ring = append(ring, Point{u*u*last.X + 2*u*t*c.X + t*t*e.X, u*u*last.Y + 2*u*t*c.Y + t*t*e.Y})
			}
		case sfnt.SegmentOpCubeTo:
			c, d, e := at(s.Args[0]), at(s.Args[1]), at(s.Args[2])
			for i := 1; i <= steps; i++ {
				t := float32(i) / steps
				u := 1 - t
				ring = append(ring, Point{u*u*u*last.X + 3*u*u*t*c.X + 3*u*t*t*d.X + t*t*t*e.X,
					u*u*u*last.Y + 3*u*u*t*c.Y + 3*u*t*t*d.Y + t*t*t*e.Y})
			}
		}
	}
	if len(ring) > 2 {
		rings = append(rings, ring)
	}
	return rings
}
