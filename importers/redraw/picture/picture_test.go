package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"gridmap/importers/redraw"
	"gridmap/importers/redraw/picture/canvas"
	"gridmap/importers/redraw/picture/lettering"
)

// chessboard is a plan of n × n square grids of one community, 300 m wide each.
// The first is over the rule, the second under, the third dedicated.
func chessboard(n int) (redraw.Input, *redraw.Plan) {
	const side = 300.0
	square := func(x0, y0, x1, y1 float64) orb.MultiPolygon {
		return orb.MultiPolygon{{{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}, {x0, y0}}}}
	}
	whole := side * float64(n)
	in := redraw.Input{Communities: []redraw.Community{{Code: "990000001001", Name: "棋盘社区", Outline: square(0, 0, whole, whole)}},
		Barriers: []redraw.Barrier{{Kind: redraw.River, Line: orb.LineString{{-500, whole / 2}, {whole + 500, whole / 2}}}}}
	plan := &redraw.Plan{}
	plan.Report.Grids.Min, plan.Report.Grids.Max, plan.Report.Grids.Target = 300, 500, 400
	for i := range n * n {
		x, y := side*float64(i%n), side*float64(i/n)
		g := redraw.Grid{Community: "990000001001", Code: fmt.Sprintf("990000001001%03d", i+1), Kind: redraw.Basic,
			Households: 300 + i*37%200, Outline: square(x, y, x+side, y+side)}
		switch {
		case n == 1: // stays inside
		case i == 0:
			g.Households, g.Reason = 612, &redraw.Reason{Kind: redraw.Arithmetic, Zh: "此区域共612户：分2个网格则至少一个不足300户。", En: "The area has 612 households."}
		case i == 1:
			g.Households = 120
		case i == 2:
			g.Kind, g.Name = redraw.Dedicated, "学校"
		}
		plan.Grids = append(plan.Grids, g)
		in.Buildings = append(in.Buildings, redraw.Building{ID: int64(i + 1), Outline: orb.Point{x + 60, y + 60}, Households: g.Households})
	}
	return in, plan
}

func letters(t testing.TB) *lettering.Lettering {
	t.Helper()
	l, err := lettering.New(os.DirFS(filepath.Join("..", "..", "..", "web", "dist")))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestAPictureIsDrawnForPlansOfAnySize(t *testing.T) {
	for name, c := range map[string]struct {
		n, width, skipped int
	}{
		"a single grid":                                {1, 0, 0},
		"a community":                                  {4, 0, 0},
		"a district of a thousand grids":               {32, 0, 0},
		"a district of a thousand on a narrow sheet":   {32, 900, 1024},
		"a sheet narrower than can be is made so wide": {2, 10, 0},
	} {
		t.Run(name, func(t *testing.T) {
			in, plan := chessboard(c.n)
			o := Options{WidthPx: c.width, Letters: letters(t)}
			var first, second bytes.Buffer
			for _, b := range []*bytes.Buffer{&first, &second} {
				if err := Paint(b, in, plan, o); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(first.Bytes(), second.Bytes()) {
				t.Error("the same plan gave other bytes")
			}
			img, err := png.Decode(&first)
			if err != nil {
				t.Fatal(err)
			}
			want := c.width
			if want == 0 {
				want = defaultWidthPx
			}
			if got := img.Bounds().Dx(); got != max(want, leastWidthPx) {
				t.Errorf("got %d px wide, want %d", got, max(want, leastWidthPx))
			}
		})
	}
}

func TestLabelsDoNotMeetAndLieInTheirGrids(t *testing.T) {
	in, plan := chessboard(32)
	s := &sheet{in: in, plan: plan, pal: palette(), say: wordsOf(true), Pen: canvas.Pen{Canvas: canvas.New(1500, 1500, color.White), Letters: letters(t)}}
	m := s.chart(extentOf(in), image.Rect(0, 0, 1500, 1500))
	m.label()
	if len(m.unnamed) > 0 {
		t.Errorf("%d of 1,024 grids of 45 px have no number", len(m.unnamed))
	}
	for i, a := range m.labels {
		for _, b := range m.labels[:i] {
			if a.meets(b) {
				t.Fatalf("label %v meets %v", a, b)
			}
		}
	}
}

func TestNeighboursHaveDifferentColours(t *testing.T) {
	_, plan := chessboard(12)
	colour := colouring(plan.Grids, len(fills()))
	used := map[int]int{}
	for i := range plan.Grids {
		used[colour[i]]++
		if i%12 > 0 && colour[i] == colour[i-1] || i >= 12 && colour[i] == colour[i-12] {
			t.Fatalf("grid %d has the colour of its neighbour", i)
		}
	}
	if len(used) != len(fills()) {
		t.Errorf("%d colours are used, want all %d", len(used), len(fills()))
	}
}

func TestWhatIsOutsideTheRuleIsMarkedInItsColour(t *testing.T) {
	in, plan := chessboard(3)
	img, err := Draw(in, plan, Options{Letters: letters(t)})
	if err != nil {
		t.Fatal(err)
	}
	land := extentOf(in)
	mapW := defaultWidthPx - 2*margin - panel - gutter
	v := newView(land, image.Rect(margin, header, margin+mapW, header+mapW))
	pal := palette()
	for name, c := range map[string]struct {
		grid int
		ink  color.NRGBA
		want bool
	}{
		"over the rule is bordered red":   {0, pal.over, true},
		"under the rule is bordered blue": {1, pal.under, true},
		"dedicated is grey":               {2, pal.dedicated, true},
		"inside the rule has no red":      {8, pal.over, false},
	} {
		t.Run(name, func(t *testing.T) {
			found := 0
			b := v.area(plan.Grids[c.grid].Outline)
			for y := int(b[0][2].Y); y < int(b[0][0].Y); y++ {
				for x := int(b[0][0].X); x < int(b[0][1].X); x++ {
					if p := img.RGBAAt(x, y); p.R == c.ink.R && p.G == c.ink.G && p.B == c.ink.B {
						found++
					}
				}
			}
			if (found > 100) != c.want {
				t.Errorf("%d pixels of %v in grid %d, want some: %v", found, c.ink, c.grid, c.want)
			}
		})
	}
}

func TestTheAnchorOfAnAreaIsFarFromItsBorder(t *testing.T) {
	for name, c := range map[string]struct {
		area canvas.Path
		want float32
	}{
		"a square":                      {canvas.Rectangle(0, 0, 100, 100), 50},
		"a long strip":                  {canvas.Rectangle(0, 0, 400, 20), 10},
		"an L, whose middle is outside": {canvas.Path{canvas.Ring(0, 0, 100, 0, 100, 30, 30, 30, 30, 100, 0, 100)}, 17},
		"nothing":                       {nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			at, room := anchor(c.area)
			if room < c.want-1.5 || c.want > 0 && inside(c.area, at) < c.want-1.5 {
				t.Errorf("got %v with %.1f px to the border, want %.1f", at, room, c.want)
			}
		})
	}
}
