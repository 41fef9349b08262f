package papers

import (
	"strings"

	"github.com/paulmach/orb"
)

// buildingHead adds what is to be known of a building, and returns what is repeated
// where it goes on.
func (s *callSheet) buildingHead(b *Building) (again *block) {
	name := s.or(b.Name)
	if b.Name == "" && b.Address != "" {
		name = b.Address
	}
	var sum tally
	sum.building(b)
	var route []string
	if text := s.told(b.Route); text != "" {
		route = s.Wrapped(s.say("路线：", "Route: ")+text, textW-4, 13, regular, 3)
	}
	s.flow.add(block{high: 25.5 + 5.6*float64(len(route)), keep: true, draw: func(y float64) {
		s.bar(name, b, y, 10.5)
		s.water1(b, y+16)
		s.going(b, &sum, y+22.8)
		for i, line := range route {
			s.Put(line, textX+2, y+28.6+5.6*float64(i), 13, regular, ink)
		}
	}})
	return &block{high: 9, draw: func(y float64) { s.bar(name+s.say("（续）", " (continued)"), b, y, 9) }}
}

// bar is the dark line with a building's name and by when it is left.
func (s *callSheet) bar(name string, b *Building, y, high float64) {
	s.Fill(ink)
	s.Rect(textX, y, textW, high-1, "F")
	due := s.say("最晚出发 ", "Leave by ") + s.leave(b.LastDeparture, b.Class)
	if !b.LastDeparture.IsZero() && s.Now.After(b.LastDeparture) {
		due += s.say("（已过）", " (PAST)")
	}
	size := 16.0
	if high < 10 {
		size = 13
	}
	w := s.Width(due, size, bold)
	base := y + (high-1)/2 + size*0.127
	s.Put(due, textX+textW-w-2.5, base, size, bold, white)
	s.Put(s.Fitted(name, textW-w-10, size, bold), textX+2.5, base, size, bold, white)
}

// water1 is what the water does to the building.
func (s *callSheet) water1(b *Building, y float64) {
	x := textX + 2 + s.classChip(b.Class, textX+2, y, 12) + 3
	parts := []string{}
	if b.Name != "" && b.Address != "" {
		parts = append(parts, b.Address)
	}
	parts = append(parts, s.say("水深 ", "depth ")+s.depth(b), s.say("淹 ", "wet floors ")+s.wetFloors(b),
		s.say("进水 ", "water ")+s.due(b.Arrival, dryOnly(b.Class)), s.say("完成时限 ", "deadline ")+s.due(b.Deadline, b.Class))
	text := strings.Join(parts, s.say("　", " · "))
	text, size := s.Shrunk(text, textX+textW-x, 12, 9.5, regular)
	s.Put(text, x, y, size, regular, ink)
}

// dryOnly: no water is expected in what is only cut off.
func dryOnly(c Class) Class {
	if c == CutOff {
		return Unaffected
	}
	return c
}

// depth of the water at a building; of one that is not reached there is none.
func (e *edition) depth(b *Building) string {
	if m := sure(b.DepthM); m != nil && *m > 0 {
		return e.metres(m, 1)
	}
	switch known(b.Class) {
	case CutOff, Unaffected:
		return e.say("预报内不进水", "none forecast")
	}
	return e.unknown()
}

func (e *edition) wetFloors(b *Building) string {
	if b.WetFloors == nil || *b.WetFloors < 0 || known(b.Class) == Unknown {
		return e.unknown()
	}
	return e.sayf("%d层", "%d", *b.WetFloors)
}

// going is where the people of the building go, and how.
func (s *callSheet) going(b *Building, sum *tally, y float64) {
	to := s.shelters[b.Shelter]
	text := s.say("去：", "To: ") + s.place(to)
	if to != nil && to.Accessible {
		text += s.say("（轮椅可入）", " (wheelchairs)")
	}
	text += s.say("　", " · ") + s.means(b.Means)
	if m := sure(b.RouteM); m != nil && *m > 0 {
		text += s.sayf("　%.0f 米", " · %.0f m", *m)
	}
	counts := s.sayf("%d 户 %d 人，需帮助 %d 人", "%d homes, %d people, %d to help", sum.households, sum.persons, sum.helped)
	if sum.households == 0 {
		counts = s.say("住户未登记", "no list")
	}
	w := s.Width(counts, 13, bold)
	s.Put(counts, textX+textW-w-2, y, 13, bold, ink)
	text, size := s.Shrunk(text, textW-w-8, 14, 11, bold)
	s.Put(text, textX+2, y, size, bold, ink)
}

// tickHeads are the headings over the boxes.
func (s *callSheet) tickHeads(y float64) {
	s.Fill(pale)
	s.Rect(textX, y, textW, tickH-1, "F")
	s.Put(s.say("门牌　户主　人数", "Door · head · people"), textX+2, y+4.6, 10, regular, ink)
	for i, status := range ticks() {
		label, size := s.Shrunk(s.tick(status), boxW-1, 9, 6, bold)
		s.Middle(label, boxesX+boxW*(float64(i)+0.5), y+4.6, size, bold, ink)
	}
}

// tick is a status as the heading of its boxes.
func (s *callSheet) tick(status Status) string {
	short := map[Status]string{Sheltered: "shelter", WithRelatives: "relatives", Unaccounted: "no word"}
	if text := short[status]; s.english && text != "" {
		return text
	}
	return s.status(status)
}

// floorHead is the line over the households of a floor.
func (s *callSheet) floorHead(b *Building, f *Floor, mark string) block {
	var sum tally
	for i := range f.Households {
		sum.household(&f.Households[i])
	}
	return block{high: 8, draw: func(y float64) {
		w := s.Put(s.floor(f)+mark, textX+2, y+5.8, 15, bold, ink)
		text := s.water(b, f) + s.sayf("　%d 户 %d 人", " · %d households, %d people", sum.households, sum.persons)
		if sum.helped > 0 {
			text += s.sayf("　需帮助 %d 人", " · %d need help", sum.helped)
		}
		s.Put(s.Fitted(text, textW-w-8, 12, bold), textX+w+6, y+5.8, 12, bold, ink)
		s.Stroke(ink)
		s.SetLineWidth(0.4)
		s.Line(textX, y+7.7, textX+textW, y+7.7)
	}}
}

// household is a line with its boxes to tick; what was heard already is ticked.
func (s *callSheet) household(b *Building, h *Household) block {
	second := s.secondLine(b, h)
	high := 10.5
	if second != "" {
		high = 14.5
	}
	return block{high: high, draw: func(y float64) {
		if h.Helped > 0 {
			s.Fill(helped)
			s.Rect(textX, y+0.2, listW, high-0.4, "F")
			s.Fill(ink)
			s.Rect(textX, y+0.2, 1.6, high-0.4, "F")
		}
		s.who(h, y+6.9)
		if second != "" {
			s.Put(s.Fitted(second, listW-5, 11, regular), textX+3, y+12.3, 11, regular, ink)
		}
		s.boxes(h, y, high)
		s.Stroke(faint)
		s.SetLineWidth(0.2)
		s.Line(textX, y+high, textX+textW, y+high)
	}}
}

// who is the door, the head, how many, and how many need help.
func (s *callSheet) who(h *Household, y float64) {
	right := textX + listW - 2
	if h.Helped > 0 {
		text := s.sayf("帮 %d", "help %d", h.Helped)
		w := s.Width(text, 14, bold) + 3.2
		s.chip(text, right-w, y, 14, ink, white)
		right -= w + 2
	}
	persons := s.sayf("%d 人", "%d p.", h.Persons)
	if h.Persons <= 0 {
		persons = s.say("人数不详", "? p.")
	}
	w := s.Width(persons, 15, bold)
	s.Put(persons, right-w, y, 15, bold, ink)
	right -= w + 3
	room := right - textX - 3
	door, size := s.Shrunk(s.door(h), room*0.6, 16, 10, bold)
	x := textX + 3 + s.Put(door, textX+3, y, size, bold, ink) + 3
	label, size := s.Shrunk(s.label(h), max(1, right-x), 14, 10, regular)
	s.Put(label, x, y, size, regular, ink)
}

// secondLine is what of a household differs from its building, and what it needs.
func (s *callSheet) secondLine(b *Building, h *Household) string {
	var out []string
	if c := s.needs(h); c != "" {
		out = append(out, c)
	}
	if h.Means != "" && h.Means != b.Means {
		out = append(out, s.means(h.Means))
	}
	if h.Shelter != 0 && h.Shelter != b.Shelter {
		out = append(out, s.say("去：", "to ")+s.place(s.shelters[h.Shelter]))
	}
	if h.Status == Returned || h.Status == Mixed {
		out = append(out, s.status(h.Status))
	}
	if note := s.remark(h); note != "" {
		out = append(out, note)
	}
	return strings.Join(out, s.say("　", " · "))
}

func (s *callSheet) boxes(h *Household, y, high float64) {
	const size = 7.6
	for i, status := range ticks() {
		x, top := boxesX+boxW*(float64(i)+0.5)-size/2, y+(high-size)/2
		s.Fill(white)
		s.Stroke(ink)
		s.SetLineWidth(0.5)
		s.Rect(x, top, size, size, "FD")
		if h.Status == status && status != Unaccounted {
			s.SetLineWidth(1.1)
			s.Path([][]orb.Point{{{x + 1.5, top + 4}, {x + 3.2, top + 6}, {x + 6.3, top + 1.6}}}, false, "D")
		}
	}
}
