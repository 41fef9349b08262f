package papers

import (
	"context"
	"io"
)

// Measures of a call sheet, A4 upright, in millimetres.
const (
	a4W, a4H = 210.0, 297.0
	textW    = a4W - 2*edge
	textX    = edge
	topY     = edge + 9 // below the running head
	boxW     = 13.9     // a column of boxes to tick
	listW    = textW - boxW*6
	boxesX   = textX + listW
	tickH    = 7.5 // the headings over the boxes, at the top of every page
)

// ticks are the boxes of a household, in order.
func ticks() []Status {
	return []Status{Sheltered, WithRelatives, HoldingUpstairs, AlreadyAway, Refused, Unaccounted}
}

// writeCallSheets writes the call sheets of the edition's grids, the one that must
// leave first at the front.
func writeCallSheets(ctx context.Context, e *edition, out io.Writer) error {
	p := newPaper(e, a4W, a4H, e.say("网格转移呼叫单", "Call sheet"))
	for _, g := range e.grids {
		if err := ctx.Err(); err != nil {
			return err
		}
		s := &callSheet{paper: p, grid: g}
		s.write()
	}
	if len(e.grids) == 0 {
		p.begin()
		p.Put(e.say("没有需要转移的网格。", "No grid is evacuated."), textX, 40, 20, bold, ink)
		p.finish("1 / 1")
	}
	return p.finishTo(out)
}

// callSheet is that of one grid in the making.
type callSheet struct {
	*paper
	grid *Grid
	sum  tally
	flow flow
}

func (s *callSheet) write() {
	s.sum.grid(s.grid)
	s.flow.room, s.flow.later = a4H-topY-edge-footH, tickH
	s.head()
	s.flow.add(block{high: tickH, keep: true, draw: s.tickHeads})
	for _, b := range buildingsOf(s.grid) {
		s.building(b)
	}
	list := s.flow.pages()
	for i, blocks := range list {
		s.begin()
		s.running()
		y := topY
		if i > 0 {
			s.tickHeads(y)
			y += tickH
		}
		for _, b := range blocks {
			b.draw(y)
			y += b.high
		}
		s.finish(s.sayf("%s　第 %d 页，共 %d 页", "%s · page %d of %d", s.grid.Code, i+1, len(list)))
	}
}

// running is the line at the top of each page: which grid, and by when.
func (s *callSheet) running() {
	y := edge + 4.5
	due := s.say("最晚出发 ", "Leave by ") + s.leave(s.grid.LastDeparture, s.grid.Class)
	w := s.Width(due, 13, bold)
	s.Put(due, textX+textW-w, y, 13, bold, ink)
	s.Put(s.Fitted(s.gridName(), textW-w-6, 13, bold), textX, y, 13, bold, ink)
	s.Stroke(ink)
	s.SetLineWidth(0.5)
	s.Line(textX, y+2.2, textX+textW, y+2.2)
}

func (s *callSheet) gridName() string { return nameOf(s.edition, s.grid) }

// nameOf a grid with where it lies.
func nameOf(e *edition, g *Grid) string {
	name := g.Name
	if name == "" {
		name = g.Code
	}
	for _, above := range []string{g.Community, g.Town} {
		if above != "" {
			name = above + " · " + name
		}
	}
	return name
}

// building adds a building: its head, its floors from the lowest, its households.
func (s *callSheet) building(b *Building) {
	again := s.buildingHead(b)
	floors := floorsOf(b)
	n := 0
	for _, f := range floors {
		n += len(f.Households)
	}
	if n == 0 {
		s.flow.add(block{high: 8, draw: func(y float64) {
			text := s.say("没有登记住户：请逐户敲门核实。", "No household is registered: knock at every door.")
			if c := b.Counted; c.Persons > 0 {
				text = s.sayf("住户没有登记，楼栋约 %d 户 %d 人：请逐户敲门核实。", "No household is on file; about %d households, %d people: knock at every door.", c.Households, c.Persons)
			}
			s.Put(text, textX+2, y+5.5, 13, bold, ink)
		}})
	}
	for _, f := range floors {
		if len(f.Households) == 0 {
			continue
		}
		head := s.floorHead(b, f, "")
		head.keep, head.again = true, again
		s.flow.add(head)
		cont := s.floorHead(b, f, s.say("（续）", " (continued)"))
		both := block{high: again.high + cont.high, draw: func(y float64) {
			again.draw(y)
			cont.draw(y + again.high)
		}}
		for _, h := range householdsOf(f) {
			row := s.household(b, h)
			row.again = &both
			s.flow.add(row)
		}
	}
	s.flow.add(block{high: 3, draw: func(float64) {}})
}
