package picture

import (
	"cmp"
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
	"strconv"

	"gridmap/importers/redraw"
	"gridmap/importers/redraw/picture/canvas"
	"gridmap/importers/redraw/picture/lettering"
)

// thousands writes 28,934.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func (s *sheet) heading(title string, width int) {
	r := s.plan.Report
	title = s.Fitted(title, float32(width-2*margin), 44, lettering.SemiBold)
	s.Put(title, margin, 70, 44, lettering.SemiBold, s.pal.ink, canvas.Left, 0, nil)
	line := fmt.Sprintf(s.say.summary, len(s.in.Communities), len(s.plan.Grids), thousands(r.Households))
	if r.Microgrids.Count > 0 {
		line += " · " + fmt.Sprintf(s.say.microCount, r.Microgrids.Count)
	}
	s.Put(line, margin, 108, 22, lettering.Regular, s.pal.grey, canvas.Left, 0, nil)
}

// finish draws the border of the map, north and the scale.
func (s *chart) finish() {
	f := s.frame
	x0, y0, x1, y1 := float32(f.Min.X), float32(f.Min.Y), float32(f.Max.X), float32(f.Max.Y)
	s.Stroke([][]canvas.Vec{canvas.Ring(x0, y0, x1, y0, x1, y1, x0, y1)}, true, 1.4, s.pal.faint)
	metres, px := s.scaleBar(float64(f.Dx()) * 0.2)
	bx, by := x0+26, y1-30
	text := fmt.Sprintf("%g m", metres)
	if metres >= 1000 {
		text = fmt.Sprintf("%g km", metres/1000)
	}
	s.Fill(canvas.Rounded(bx-14, by-34, bx+px+s.Width(text, 18, lettering.Regular)+26, by+18, 10), faded(s.pal.paper, 225))
	for i := range 4 {
		ink := s.pal.ink
		if i%2 == 1 {
			ink = s.pal.halo
		}
		s.Fill(canvas.Rectangle(bx+px*float32(i)/4, by-8, bx+px*float32(i+1)/4, by), ink)
	}
	s.Stroke([][]canvas.Vec{canvas.Ring(bx, by-8, bx+px, by-8, bx+px, by, bx, by)}, true, 1.2, s.pal.ink)
	s.Put(text, bx+px+10, by+2, 18, lettering.Regular, s.pal.ink, canvas.Left, 0, nil)
}

func (s *sheet) north(x, y float32) {
	s.Fill(canvas.Rounded(x-24, y-24, x+24, y+50, 10), faded(s.pal.paper, 225))
	s.Fill(canvas.Path{canvas.Ring(x, y-16, x+11, y+14, x, y+7, x-11, y+14)}, s.pal.ink)
	s.Put(s.say.north, x, y+40, 20, lettering.SemiBold, s.pal.ink, canvas.Middle, 0, nil)
}

// scaleBar is the longest of 1, 2, 5 × 10ⁿ metres within most pixels.
func (s *chart) scaleBar(most float64) (metres float64, px float32) {
	metres = math.Pow(10, math.Floor(math.Log10(most/s.scale)))
	for _, k := range []float64{5, 2} {
		if metres*k*s.scale <= most {
			metres *= k
			break
		}
	}
	return metres, float32(metres * s.scale)
}

// side is the column beside the map: legend, histogram, and what is outside.
func (s *sheet) side(x, y, w, bottom float32) {
	y = s.legend(x, y, w)
	y = s.histogram(x, y+26, w)
	s.outsiders(x, y+30, w, bottom)
}

func (s *sheet) caption(text string, x, y, w float32) float32 {
	s.Put(text, x, y+22, 24, lettering.SemiBold, s.pal.ink, canvas.Left, 0, nil)
	s.Fill(canvas.Rectangle(x, y+34, x+w, y+35.4), s.pal.faint)
	return y + 52
}

// legend explains what is on the map, and nothing that is not.
func (s *sheet) legend(x, y, w float32) float32 {
	y = s.caption(s.say.legend, x, y, w)
	rule := s.plan.Report.Grids
	count := map[verdict]int{}
	layered := 0
	for i := range s.plan.Grids {
		count[s.verdict(&s.plan.Grids[i])]++
		if s.plan.Grids[i].Layered {
			layered++
		}
	}
	const sw, sh = 46, 26
	row := func(text string, n int, draw func(p canvas.Path, x0, y0 float32)) {
		draw(canvas.Rounded(x, y, x+sw, y+sh, 5), x, y)
		s.Put(text, x+sw+16, y+20, 20, lettering.Regular, s.pal.ink, canvas.Left, 0, nil)
		if n >= 0 {
			s.Put(thousands(n), x+w, y+20, 20, lettering.SemiBold, s.pal.ink, canvas.Right, 0, nil)
		}
		y += sh + 13
	}
	border := func(p canvas.Path, ink color.NRGBA, width float32) { s.Stroke(p, true, width, ink) }
	row(fmt.Sprintf(s.say.inRange, rule.Min, rule.Max), count[insideRule], func(p canvas.Path, x0, y0 float32) {
		for i, c := range fills()[:4] {
			part := s.Within(image.Rect(int(x0)+i*sw/4, int(y0), int(x0)+(i+1)*sw/4+i/3, int(y0)+sh+1))
			part.Fill(p, c)
		}
		border(p, s.pal.outline, 1.3)
	})
	row(fmt.Sprintf("▲ "+s.say.over, rule.Max), count[overRule], func(p canvas.Path, _, _ float32) {
		s.Fill(p, fills()[1])
		s.Hatch(p, faded(s.pal.over, 120), 13, 3, -1)
		border(p, s.pal.over, 2.4)
	})
	row(fmt.Sprintf("▼ "+s.say.under, rule.Min), count[underRule], func(p canvas.Path, _, _ float32) {
		s.Fill(p, fills()[0])
		s.Hatch(p, faded(s.pal.under, 90), 13, 2, 1)
		border(p, s.pal.under, 2)
	})
	if count[noRule] > 0 {
		row(s.say.dedicated, count[noRule], func(p canvas.Path, _, _ float32) { s.Fill(p, s.pal.dedicated); border(p, s.pal.outline, 1.3) })
	}
	if layered > 0 {
		row(s.say.layered, layered, func(p canvas.Path, _, _ float32) { s.Stroke(canvas.Dashes(closed(p), 5, 3), false, 1.6, s.pal.ink) })
	}
	if n := s.plan.Report.Microgrids.Count; n > 0 {
		row(s.say.micro, n, func(_ canvas.Path, x0, y0 float32) {
			s.Stroke([][]canvas.Vec{canvas.Ring(x0, y0+sh/2, x0+sw, y0+sh/2)}, false, 1, faded(s.pal.outline, 140))
		})
	}
	if n := len(s.in.Communities); n > 1 {
		row(s.say.community, n, func(_ canvas.Path, x0, y0 float32) {
			s.Stroke([][]canvas.Vec{canvas.Ring(x0, y0+sh/2, x0+sw, y0+sh/2)}, false, 2.8, s.pal.outline)
		})
	}
	return s.legendLines(x, y, w)
}

// legendLines explains barriers and buildings, two to a row.
func (s *sheet) legendLines(x, y, w float32) float32 {
	has := map[redraw.Kind]bool{}
	for _, b := range s.in.Barriers {
		switch b.Kind {
		case redraw.River, redraw.Rail, redraw.Arterial:
			has[b.Kind] = true
		default:
			has[redraw.Street] = true
		}
	}
	at := 0
	row := func(text string, draw func(line [][]canvas.Vec)) {
		x0, y0 := x+float32(at%2)*w/2, y+float32(at/2)*36
		draw([][]canvas.Vec{canvas.Ring(x0, y0+13, x0+46, y0+13)})
		s.Put(text, x0+62, y0+20, 20, lettering.Regular, s.pal.ink, canvas.Left, 0, nil)
		at++
	}
	if has[redraw.River] {
		row(s.say.river, func(l [][]canvas.Vec) { s.Stroke(l, false, 3, s.pal.water) })
	}
	if has[redraw.Rail] {
		row(s.say.rail, func(l [][]canvas.Vec) { s.Stroke(canvas.Dashes(l, 7, 4), false, 2, s.pal.rail) })
	}
	if has[redraw.Arterial] {
		row(s.say.arterial, func(l [][]canvas.Vec) { s.Stroke(l, false, 2.6, s.pal.road) })
	}
	if has[redraw.Street] {
		row(s.say.street, func(l [][]canvas.Vec) { s.Stroke(l, false, 1.4, s.pal.street) })
	}
	if s.blocks {
		row(s.say.block, func(l [][]canvas.Vec) { s.Stroke(l, false, 0.9, faded(s.pal.building, 130)) })
	} else {
		row(s.say.building, func(l [][]canvas.Vec) {
			v := l[0][0]
			s.Fill(canvas.Rectangle(v.X+10, v.Y-8, v.X+24, v.Y+6), faded(s.pal.building, 150))
			s.Fill(canvas.Rectangle(v.X+29, v.Y-3, v.X+38, v.Y+6), faded(s.pal.building, 150))
		})
	}
	return y + float32((at+1)/2)*36
}

// histogram shows how many grids have how many households, with the rule as a band.
func (s *sheet) histogram(x, y, w float32) float32 {
	y = s.caption(s.say.histogram, x, y, w)
	const high, bins = 150, 32
	rule := s.plan.Report.Grids
	most := rule.Max + rule.Max/4
	for i := range s.plan.Grids {
		if s.verdict(&s.plan.Grids[i]) != noRule {
			most = max(most, s.plan.Grids[i].Households)
		}
	}
	most = min(most, 3*rule.Max) // one giant must not flatten all others
	at := func(h int) float32 { return x + w*float32(min(h, most))/float32(most) }
	var bars [bins]int
	tallest := 1
	for i := range s.plan.Grids {
		if g := &s.plan.Grids[i]; s.verdict(g) != noRule {
			b := min(bins-1, min(g.Households, most)*bins/most)
			bars[b]++
			tallest = max(tallest, bars[b])
		}
	}
	base := y + high
	s.Fill(canvas.Rectangle(at(rule.Min), y, at(rule.Max), base), rgb(0xe4efe7))
	for b, n := range bars {
		if n == 0 {
			continue
		}
		mid := (2*b + 1) * most / (2 * bins)
		ink := rgb(0x6f9f84)
		if mid > rule.Max {
			ink = s.pal.over
		} else if mid < rule.Min {
			ink = s.pal.under
		}
		x0 := x + w*float32(b)/bins
		s.Fill(canvas.Rectangle(x0+1, base-float32(n)*(high-22)/float32(tallest), x0+w/bins-1, base), ink)
	}
	s.Fill(canvas.Rectangle(x, base, x+w, base+1.5), s.pal.ink)
	for _, h := range []int{rule.Min, rule.Max} {
		s.Fill(canvas.Rectangle(at(h)-0.7, y, at(h)+0.7, base+6), s.pal.ink)
		s.Put(strconv.Itoa(h), at(h), base+25, 17, lettering.Regular, s.pal.ink, canvas.Middle, 0, nil)
	}
	s.Put("0", x, base+25, 17, lettering.Regular, s.pal.grey, canvas.Left, 0, nil)
	if aw := s.Width(s.say.axis, 17, lettering.Regular); x+w-aw > at(rule.Max)+30 {
		s.Put(s.say.axis, x+w, base+25, 17, lettering.Regular, s.pal.grey, canvas.Right, 0, nil)
	}
	return base + 36
}

// outsiders lists the grids outside the rule with their reasons, the farthest
// outside first, as many as there is room for.
func (s *sheet) outsiders(x, y, w, bottom float32) {
	rule := s.plan.Report.Grids
	var list []*redraw.Grid
	for i := range s.plan.Grids {
		if v := s.verdict(&s.plan.Grids[i]); v == overRule || v == underRule {
			list = append(list, &s.plan.Grids[i])
		}
	}
	off := func(g *redraw.Grid) int { return max(g.Households-rule.Max, rule.Min-g.Households) }
	slices.SortStableFunc(list, func(a, b *redraw.Grid) int { return cmp.Compare(off(b), off(a)) })
	y = s.caption(fmt.Sprintf(s.say.outside, len(list)), x, y, w)
	if len(list) == 0 {
		s.Put(s.say.none, x, y+16, 19, lettering.Regular, s.pal.grey, canvas.Left, 0, nil)
		return
	}
	const size = 16.5
	for i, g := range list {
		var why []string
		if g.Reason != nil {
			why = s.Wrapped(s.say.reason(g.Reason), w-14, size, lettering.Regular)
		}
		if len(why) > 3 {
			why = append(why[:2], s.Fitted(why[2]+"……", w-40, size, lettering.Regular))
		}
		need := float32(30 + 23*len(why))
		if y+need+26 > bottom && i < len(list) {
			s.Put(fmt.Sprintf(s.say.more, len(list)-i), x, y+16, 18, lettering.Regular, s.pal.grey, canvas.Left, 0, nil)
			return
		}
		ink, mark := s.pal.over, "▲"
		if g.Households < rule.Min {
			ink, mark = s.pal.under, "▼"
		}
		s.Fill(canvas.Rectangle(x, y, x+4, y+need-12), ink)
		count := mark + fmt.Sprintf(s.say.households, g.Households)
		cw := s.Put(count, x+w, y+16, 18, lettering.SemiBold, ink, canvas.Right, 0, nil)
		s.Put(s.Fitted(g.Code, w-cw-30, 18, lettering.SemiBold), x+14, y+16, 18, lettering.SemiBold, s.pal.ink, canvas.Left, 0, nil)
		for k, line := range why {
			s.Put(line, x+14, y+39+float32(k)*23, size, lettering.Regular, s.pal.grey, canvas.Left, 0, nil)
		}
		y += need
	}
}

// foot says how to read the map and, at its end, where the plan comes from: the
// seed, unless something else is given.
func (s *sheet) foot(x, y, end float32, source string) {
	text := s.say.foot
	if s.plan.Report.Microgrids.Count > 0 {
		text += " · " + s.say.footMicro
	}
	if s.skipped > 0 {
		text += " · " + fmt.Sprintf(s.say.skipped, s.skipped)
	}
	s.Put(text, x, y, 17, lettering.Regular, s.pal.grey, canvas.Left, 0, nil)
	s.Put(cmp.Or(source, fmt.Sprintf(s.say.seed, s.plan.Report.Seed)), end, y, 17, lettering.Regular, s.pal.grey, canvas.Right, 0, nil)
}
