package papers

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"gridmap/importers/redraw"
	"gridmap/importers/redraw/picture/lettering"
)

// column writes what stands beside the map: what plan it is, the community in
// figures, the legend, and its grids.
func (s *series) column(community *redraw.Community) {
	y := s.about(edge + 9)
	y = s.figures(community, y+6)
	y = s.legend(y + 6)
	s.table(community, y+6)
}

func (s *series) caption(text string, y float64) float64 {
	s.Put(text, columnX, y, 13, lettering.SemiBold, ink)
	s.Stroke(faint)
	s.SetLineWidth(0.3)
	s.Line(columnX, y+2, columnX+columnW, y+2)
	return y + 8
}

// pair is a line of a name and a value.
func (s *series) pair(name, value string, y float64) float64 {
	s.Put(name, columnX, y, 10.5, lettering.Regular, grey)
	value = s.Fitted(value, columnW-30, 10.5, lettering.SemiBold)
	s.Put(value, columnX+columnW-s.Width(value, 10.5, lettering.SemiBold), y, 10.5, lettering.SemiBold, ink)
	return y + 5.6
}

func (s *series) about(y float64) float64 {
	h := &s.paper.Head
	y = s.caption(s.Fitted(h.Name, columnW, 13, lettering.SemiBold), y)
	y = s.pair(words(s.english, "方案编号", "Plan number"), fmt.Sprint(h.ID), y)
	y = s.pair(words(s.english, "状态", "Status"), statusOf(h, s.english), y)
	return s.pair(words(s.english, "生效日期", "In force from"), dayOf(h.EffectiveOn, s.english), y)
}

func (s *series) figures(community *redraw.Community, y float64) float64 {
	grids, basic, inRule, households, persons, micros := 0, 0, 0, 0, 0, 0
	for i := range s.plan.Grids {
		g := &s.plan.Grids[i]
		if g.Community != community.Code {
			continue
		}
		grids, households, persons, micros = grids+1, households+g.Households, persons+g.Persons, micros+len(g.Microgrids)
		if g.Kind == redraw.Basic {
			basic++
			if g.Households >= s.paper.Head.Min && g.Households <= s.paper.Head.Max {
				inRule++
			}
		}
	}
	y = s.caption(words(s.english, "本社区", "The community"), y)
	y = s.pair(words(s.english, "网格（微网格）", "Grids (micro-grids)"), fmt.Sprintf("%d (%d)", grids, micros), y)
	y = s.pair(words(s.english, "户数 / 人数", "Households / persons"), thousands(households)+" / "+thousands(persons), y)
	rule := fmt.Sprintf(words(s.english, "户数在%d–%d内", "Within %d–%d"), s.paper.Head.Min, s.paper.Head.Max)
	return s.pair(rule, fmt.Sprintf("%d / %d", inRule, basic), y)
}

func (s *series) legend(y float64) float64 {
	y = s.caption(words(s.english, "图例", "Legend"), y)
	line := func(with tint, width float64, dash []float64, zh, en string) {
		s.Stroke(with)
		s.SetLineWidth(width)
		s.SetDashPattern(dash, 0)
		s.Path([][]orb.Point{{{columnX, y - 1.2}, {columnX + 12, y - 1.2}}}, false, "D")
		s.SetDashPattern(nil, 0)
		s.Put(words(s.english, zh, en), columnX+16, y, 10, lettering.Regular, ink)
		y += 5.2
	}
	line(border, 1.1, []float64{5, 1.2, 1, 1.2}, "社区（村）界", "border of the community")
	line(border, 0.5, nil, "网格界", "border of a grid")
	line(roads, 0.9, nil, "主干道", "main road")
	line(rail, 0.5, nil, "铁路", "railway")
	line(water, 1.6, nil, "水系", "water")
	for _, v := range []struct {
		g      redraw.Grid
		zh, en string
	}{
		{redraw.Grid{Kind: redraw.Basic, Households: s.paper.Head.Min}, "户数在规定范围内", "within the rule"},
		{redraw.Grid{Kind: redraw.Basic, Households: s.paper.Head.Max + 1}, "户数超出", "too many households"},
		{redraw.Grid{Kind: redraw.Basic, Households: s.paper.Head.Min - 1}, "户数不足", "too few households"},
	} {
		with, sign := s.standing(&v.g)
		s.Middle(sign, columnX+6, y, 12, lettering.SemiBold, with)
		s.Put(words(s.english, v.zh, v.en), columnX+16, y, 10, lettering.Regular, ink)
		y += 5.2
	}
	return y
}

// table lists the grids of the community in as many columns as they need; what
// finds no room is in the ledger, and it says how many.
func (s *series) table(community *redraw.Community, y float64) {
	var rows []*redraw.Grid
	for i := range s.plan.Grids {
		if g := &s.plan.Grids[i]; g.Community == community.Code {
			rows = append(rows, g)
		}
	}
	y = s.caption(words(s.english, "网格户数", "Households of the grids"), y)
	const rowH = 5.4
	room := int((pageH - edge - 8 - y) / rowH)
	columns := min(3, (len(rows)+room-1)/room)
	w := columnW / float64(max(1, columns))
	for i, g := range rows {
		if i == room*columns {
			s.Put(fmt.Sprintf(words(s.english, "另有%d个网格，见台账", "%d more grids: see the ledger"), len(rows)-i), columnX, y+float64(room)*rowH, 9, lettering.Regular, grey)
			return
		}
		x, at := columnX+float64(i/room)*w, y+float64(i%room)*rowH
		with, sign := s.standing(g)
		s.Put(strings.TrimPrefix(g.Code, g.Community), x, at, 10, lettering.Regular, ink)
		text := s.count(g.Households) + " " + sign
		if g.Kind == redraw.Dedicated {
			text = s.Fitted(sign+" "+g.Name, w-14, 10, lettering.Regular)
		}
		s.Put(text, x+w-3-s.Width(text, 10, lettering.SemiBold), at, 10, lettering.SemiBold, with)
	}
}
