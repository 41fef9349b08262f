package papers

import (
	"fmt"
	"strings"
	"time"
)

// head adds what stands at the beginning of a call sheet: where, by when, how many,
// what was ordered, who goes, and where to.
func (s *callSheet) head() {
	s.flow.add(block{high: 22, draw: s.titles})
	s.flow.add(block{high: 36, draw: s.clocks})
	s.flow.add(block{high: 24, draw: s.counts})
	lines := s.remarks()
	for _, line := range lines {
		s.flow.add(block{high: 8.4, draw: func(y float64) {
			s.chip(line.mark, textX, y+5.6, 12, line.with, white)
			x := textX + s.Width(line.mark, 12, bold) + 6
			text, size := s.Shrunk(line.text, textX+textW-x, 13, 10, bold)
			s.Put(text, x, y+5.6, size, bold, ink)
		}})
	}
	s.team()
	s.places()
	s.flow.add(block{high: 5, draw: func(float64) {}})
}

func (s *callSheet) titles(y float64) {
	w := 0.0
	if a := s.alarm(); a != "" {
		a, size := s.Shrunk(a, 100, 14, 9, bold)
		w = s.Width(a, size, bold) + 5
		s.chip(a, textX+textW-w+1.8, y+7, size, alert, white)
	}
	above := strings.Trim(s.grid.Town+" · "+s.grid.Community, " ·")
	s.Put(s.Fitted(s.or(above), textW-w-4, 16, regular), textX, y+7, 16, regular, ink)
	name := s.grid.Name
	if name == "" {
		name = s.grid.Code
	}
	code := s.Fitted(s.grid.Code, 60, 12, regular)
	cw := s.Width(code, 12, regular)
	s.Put(s.Fitted(name, textW-cw-6, 28, bold), textX, y+18.5, 28, bold, ink)
	s.Put(code, textX+textW-cw, y+18.5, 12, regular, grey)
}

// clocks are the two times by which everybody has to have left, and to be there.
func (s *callSheet) clocks(y float64) {
	const gap = 4.0
	w := (textW - gap) / 2
	past := !s.grid.LastDeparture.IsZero() && s.Now.After(s.grid.LastDeparture)
	label := s.say("最晚安全出发", "Last safe departure")
	with := ink
	if past {
		label, with = s.say("最晚安全出发（已过）", "Last safe departure: PAST"), alert
	}
	s.clock1(textX, y, w, label, s.grid.LastDeparture, s.leave(time.Time{}, s.grid.Class), with, white)
	by := s.say("完成转移时限", "Everybody there by")
	if t := s.grid.FirstDeadline; !t.IsZero() && s.Now.After(t) {
		by = s.say("完成转移时限（已过）", "Everybody there by: PAST")
	}
	s.clock1(textX+w+gap, y, w, by, s.grid.FirstDeadline, s.due(time.Time{}, s.grid.Class), white, ink)
}

// clock1 is a time in a box, or what is said without one.
func (s *callSheet) clock1(x, y, w float64, label string, t time.Time, without string, ground, letters tint) {
	const high = 32.0
	s.Fill(ground)
	s.Stroke(ink)
	s.SetLineWidth(1)
	s.RoundedRect(x, y, w, high, 2, "1234", "FD")
	s.Put(s.Fitted(label, w-8, 14, bold), x+4, y+7.5, 14, bold, letters)
	if t.IsZero() {
		text, size := s.Shrunk(without, w-8, 46, 16, bold)
		s.Put(text, x+4, y+26, size, bold, letters)
		return
	}
	used := s.Put(s.clock(t), x+4, y+27, 56, bold, letters)
	s.Put(s.Fitted(s.day(t), w-used-10, 20, bold), x+4+used+4, y+27, 20, bold, letters)
}

// counts are four numbers in large type, and who of them needs what.
func (s *callSheet) counts(y float64) {
	x, w := textX, textW/4
	for _, c := range []struct {
		n      int
		zh, en string
	}{{s.sum.buildings, "栋", "buildings"}, {s.sum.households, "户", "households"}, {s.sum.persons, "人", "people"}, {s.sum.helped, "人需要帮助", "need help"}} {
		unit := s.say(c.zh, c.en)
		uw := s.Width(unit, 13, bold)
		n, size := s.Shrunk(thousands(c.n), w-uw-3.5, 34, 14, bold)
		used := s.Put(n, x, y+11, size, bold, ink)
		s.Put(unit, x+used+1.5, y+11, 13, bold, ink)
		x += w
	}
	text := s.care(s.sum.care)
	if text == "" {
		text = s.say("没有登记需要照护的人", "nobody with special needs is registered")
	}
	s.Put(s.Fitted(text, textW, 13, regular), textX, y+18.6, 13, regular, ink)
}

// remark is a line with a mark before it.
type remark struct {
	mark string
	with tint
	text string
}

func (s *callSheet) remarks() (out []remark) {
	for _, text := range s.standing() {
		out = append(out, remark{s.say("状态", "STATE"), alert, text})
	}
	out = append(out, remark{s.say("指令", "Order"), ink, s.order(s.grid.Order)})
	id := s.grid.Identity
	out = append(out, remark{s.say("点名", "Roll"), ink, s.sayf("在册 %d 人，尚未核实 %d 人", "%d listed, %d unaccounted for", id.Listed, id.Unaccounted)})
	if n := s.sum.classes[CutOff]; n > 0 {
		out = append(out, remark{s.say("孤岛", "CUT OFF"), shade(CutOff), s.sayf("%d 栋房屋不进水但道路全断：同样必须转移，不算安全", "%d buildings stay dry but every road is shut: not safe, people must leave", n)})
	}
	if n := s.sum.classes[Unknown]; n > 0 {
		out = append(out, remark{s.say("不详", "UNKNOWN"), ink, s.sayf("%d 栋水情不详：按会进水对待", "water is unknown at %d buildings: treat them as getting wet", n)})
	}
	if text := s.unlisted(&s.sum); text != "" {
		out = append(out, remark{s.say("未登记", "NO LIST"), alert, text})
	}
	for i, w := range s.warnings() {
		if i == 3 {
			out[len(out)-1].text += s.sayf("（另有 %d 条，见情况报告）", " (%d more in the situation report)", len(s.warnings())-i)
			break
		}
		out = append(out, remark{s.say("注意", "NOTE"), alert, w})
	}
	return out
}

// team lists who goes, two in a line.
func (s *callSheet) team() {
	s.caption(s.say("网格队伍", "The team"))
	if len(s.grid.Team) == 0 {
		s.line(s.say("没有登记人员", "nobody is registered"))
	}
	const half = textW / 2
	for i := 0; i < len(s.grid.Team); i += 2 {
		pair := s.grid.Team[i:min(i+2, len(s.grid.Team))]
		s.flow.add(block{high: 8, draw: func(y float64) {
			for k, c := range pair {
				x := textX + half*float64(k)
				phone := s.Fitted(s.or(c.Phone), 40, 15, bold)
				w := s.Width(phone, 15, bold)
				s.Put(phone, x+half-w-5, y+5.8, 15, bold, ink)
				role := s.Fitted(s.or(c.Role), 30, 12, regular)
				used := s.Put(role, x, y+5.8, 12, regular, ink) + 3
				s.Put(s.Fitted(s.or(c.Name), max(1, half-w-used-9), 15, bold), x+used, y+5.8, 15, bold, ink)
			}
		}})
	}
}

// places lists the shelters that the grid's people go to.
func (s *callSheet) places() {
	s.caption(s.say("安置点", "Shelters"))
	to := map[int64]*tally{}
	var order []int64
	for _, b := range buildingsOf(s.grid) {
		for _, f := range floorsOf(b) {
			for _, h := range householdsOf(f) {
				l := lived{s.grid, b, f, h}
				id := int64(0)
				if at := l.shelter(s.edition); at != nil {
					id = at.ID
				}
				if to[id] == nil {
					to[id] = &tally{}
					order = append(order, id)
				}
				to[id].household(h)
			}
		}
	}
	if len(order) == 0 {
		s.line(s.say("没有需要安置的人", "nobody needs a place"))
	}
	for _, id := range order {
		s.line(s.shelterLine(s.shelters[id], to[id]))
	}
}

func (s *callSheet) shelterLine(at *Shelter, sum *tally) string {
	text := s.place(at) + s.sayf("：%d 户 %d 人", ": %d households, %d people", sum.households, sum.persons)
	if at == nil {
		return text
	}
	if at.Capacity == nil {
		text += s.say("，容量不详", ", capacity unknown")
	}
	if at.Accessible {
		text += s.say("，轮椅可入", ", wheelchairs")
	}
	if at.Wet {
		text += s.say("，会被淹", ", GETS WET")
	}
	if !at.ClosesAt.IsZero() {
		text += s.sayf("，%s 起道路中断", ", roads shut from %s", s.when(at.ClosesAt))
	}
	return text
}

func (s *callSheet) caption(text string) {
	s.flow.add(block{high: 9.5, keep: true, draw: func(y float64) {
		s.Put(text, textX, y+6.4, 12, bold, grey)
		s.Stroke(faint)
		s.SetLineWidth(0.3)
		s.Line(textX, y+8, textX+textW, y+8)
	}})
}

func (s *callSheet) line(text string) {
	s.flow.add(block{high: 7.6, draw: func(y float64) {
		s.Put(s.Fitted(text, textW, 14, bold), textX, y+5.8, 14, bold, ink)
	}})
}

// thousands writes a number in groups.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s %03d", thousands(n/1000), n%1000)
}
