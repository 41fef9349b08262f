package papers

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// writeReport writes the situation report: what the water does, where everybody is,
// in all and by place, every two hours, and what is missing.
func writeReport(_ context.Context, e *edition, out io.Writer) error {
	title := e.say("汛情灾情报告", "Situation report")
	r := &report{sheet{paper: newPaper(e, a4W, a4H, title)}}
	r.flow.room = a4H - edge - 2 - edge - footH
	r.opening(title)
	r.classes()
	r.gauges()
	r.course()
	r.shortage()
	r.shelterTable()
	r.places()
	r.gridTable()
	r.rules()
	r.log()
	list := r.flow.pages()
	for i, blocks := range list {
		r.begin()
		y := edge + 2.0
		for _, b := range blocks {
			b.draw(y)
			y += b.high
		}
		r.finish(r.sayf("第 %d 页，共 %d 页", "page %d of %d", i+1, len(list)))
	}
	return r.finishTo(out)
}

type report struct{ sheet }

func (r *report) opening(title string) {
	r.flow.add(block{high: 25, draw: func(y float64) {
		w := 0.0
		if a := r.alarm(); a != "" {
			a, size := r.Shrunk(a, 100, 13, 9, bold)
			w = r.Width(a, size, bold) + 5
			r.chip(a, textX+textW-w+1.8, y+8, size, alert, white)
		}
		r.Put(r.Fitted(title, textW-w-4, 26, bold), textX, y+9.5, 26, bold, ink)
		asOf := r.sayf("截至 %s", "as of %s", r.when(r.Now))
		aw := r.Width(asOf, 14, bold)
		r.Put(asOf, textX+textW-aw, y+19, 14, bold, ink)
		r.Put(r.Fitted(r.or(r.where()), textW-aw-6, 14, regular), textX, y+19, 14, regular, ink)
	}})
	for _, w := range append(r.standing(), r.warnings()...) {
		r.text("▲ "+w, 11, bold, alert)
	}
	r.flow.add(block{high: 27, draw: r.figures})
	for _, doubt := range r.identityDoubts() {
		r.text("▲ "+doubt, 11, bold, alert)
	}
}

// identityDoubts are where numbers do not add up, which a reader must not find out
// for himself.
func (r *report) identityDoubts() (out []string) {
	var sum Identity
	for i := range r.Grids {
		sum.add(r.Grids[i].Identity)
	}
	if i := r.Identity; i.Listed != i.Sheltered+i.WithRelatives+i.HoldingUpstairs+i.AlreadyAway+i.Refused+i.Unaccounted {
		out = append(out, r.say("在册人数与各去向之和不符", "the people listed are not the sum of where they are"))
	}
	if sum.Listed != r.Identity.Listed || sum.Unaccounted != r.Identity.Unaccounted {
		out = append(out, r.sayf("合计与各网格之和不符：各网格在册 %d 人，未核实 %d 人", "the total is not the sum of the grids: %d listed, %d unaccounted for there", sum.Listed, sum.Unaccounted))
	}
	return out
}

// figures are the identity of the whole evacuation in large type.
func (r *report) figures(y float64) {
	id := r.Identity
	with := ink
	if id.Unaccounted != 0 {
		with = alert
	}
	all := []struct {
		n      int
		zh, en string
		with   tint
	}{{id.Listed, "在册", "listed", ink}, {id.Sheltered, "到安置点", "in shelters", ink}, {id.WithRelatives, "投亲靠友", "with relatives", ink}, {id.HoldingUpstairs, "楼上避险", "upstairs", ink},
		{id.AlreadyAway, "已外出", "away", ink}, {id.Refused, "拒绝", "refused", ink}, {id.Unaccounted, "尚未核实", "UNACCOUNTED", with}}
	w := textW / float64(len(all))
	for i, f := range all {
		x := textX + w*float64(i)
		r.Stroke(f.with)
		r.SetLineWidth(0.4)
		r.RoundedRect(x+2*float64(truth(i > 0)), y+1, w-2*float64(truth(i > 0))-2, 19, 1.2, "1234", "D")
		text := thousands(f.n)
		size := min(22, 22*(w-7)/max(1, r.Width(text, 22, bold)))
		r.Middle(text, x+w/2-1+float64(truth(i > 0)), y+11, size, bold, f.with)
		label, small := r.Shrunk(r.say(f.zh, f.en), w-6, 9.5, 6, bold)
		r.Middle(label, x+w/2-1+float64(truth(i > 0)), y+17.4, small, bold, f.with)
		if i > 0 {
			r.Middle([]string{"=", "+"}[truth(i > 1)], x, y+10.6, 11, bold, grey)
		}
	}
	beside := r.sayf("名单外到达 %d 人，说法不一 %d 人，已返回 %d 人", "%d came without being listed, %d reported in two places, %d returned", id.Extra, id.Contradictions, id.Returned)
	r.Put(beside, textX, y+24.6, 10, regular, grey)
}

// classes sums up by how the water meets buildings.
func (r *report) classes() {
	by := map[Class]*tally{}
	var all tally
	for _, g := range r.grids {
		for i := range g.Buildings {
			b := &g.Buildings[i]
			if by[known(b.Class)] == nil {
				by[known(b.Class)] = &tally{}
			}
			by[known(b.Class)].building(b)
			all.building(b)
		}
	}
	r.caption(r.say("受影响情况", "Who is affected"))
	var rows [][]cell
	row := func(name string, t *tally) []cell {
		c := t.care
		return plain(name, thousands(t.buildings), thousands(t.households), thousands(t.persons), thousands(t.helped),
			thousands(c.Disabled), thousands(c.Sick), thousands(c.Frail), thousands(c.Elderly), thousands(c.Pregnant), thousands(c.Child))
	}
	for _, c := range []Class{WetNow, WillBeWet, CutOff, Unknown, Unaffected} {
		if t := by[c]; t != nil {
			name := r.class(c)
			if c == CutOff {
				name += r.say("：不算安全", ": not safe")
			}
			rows = append(rows, row(name, t))
		}
	}
	rows = append(rows, strong(row(r.say("合计", "All"), &all)))
	r.table([]head{{r.say("水情", "Water"), 46, false}, {r.say("楼栋", "Buildings"), 16, true}, {r.say("户", "Households"), 18, true}, {r.say("人", "People"), 16, true},
		{r.say("需帮助", "Need help"), 14, true}, {r.say("残疾", "Disabled"), 12, true}, {r.say("病患", "Sick"), 12, true},
		{r.say("失能", "Frail"), 12, true}, {r.say("老人", "Elderly"), 13, true}, {r.say("孕产妇", "Pregnant"), 13, true}, {r.say("儿童", "Children"), 13, true}}, rows)
	if text := r.unlisted(&all); text != "" {
		r.text("▲ "+text, 10.5, bold, alert)
	}
	r.text(r.sayf("道路：已中断 %d 条，将中断 %d 条", "Roads: %d shut, %d about to be", r.Roads.Shut, r.Roads.Closing), 10.5, regular, ink)
}

// shortage names where there is no place for people.
func (r *report) shortage() {
	s := r.Shortage
	if s == nil {
		return
	}
	r.caption(r.sayf("安置缺口：%d 人", "No place for %d people", s.Missing))
	beds := r.say("可达床位 ", "Beds within reach: ") + r.count(s.BedsReachable)
	r.text(strings.TrimSpace(r.told(s.Words)+r.say("　", " · ")+beds), 11, bold, alert)
	var rows [][]cell
	for _, m := range s.Grids {
		rows = append(rows, plain(m.Code, r.or(m.Name), thousands(m.Persons)))
	}
	if len(rows) > 0 {
		r.table([]head{{r.say("网格编码", "Grid"), 50, false}, {r.say("网格", "Name"), 100, false}, {r.say("缺（人）", "Missing"), 30, true}}, rows)
	}
}

// shelterTable lists the shelters with how full they are.
func (r *report) shelterTable() {
	r.caption(r.say("安置点", "Shelters"))
	var rows [][]cell
	assigned, arrived, idle, beds, dark := 0, 0, 0, 0, 0
	for i := range r.Shelters {
		s := &r.Shelters[i]
		if !r.inUse(s) {
			idle++
			if s.Capacity == nil || *s.Capacity < 0 {
				dark++
			} else if !s.Wet {
				beds += *s.Capacity
			}
			continue
		}
		assigned, arrived = assigned+s.Assigned, arrived+s.Arrived
		full, with := r.unknown(), tint(0)
		if s.Capacity != nil && *s.Capacity > 0 {
			full = fmt.Sprintf("%d %%", 100*s.Assigned / *s.Capacity)
			if s.Assigned > *s.Capacity {
				with = alert
			}
		}
		state := []string{}
		if s.Wet {
			state = append(state, r.say("会被淹", "GETS WET"))
		}
		if s.Accessible {
			state = append(state, r.say("轮椅可入", "wheelchairs"))
		}
		if !s.ClosesAt.IsZero() {
			state = append(state, r.sayf("%s 起路断", "roads shut %s", r.when(s.ClosesAt)))
		}
		row := plain(r.place(s), r.count(s.Capacity), thousands(s.Assigned), full, thousands(s.Arrived), strings.Join(state, r.say("，", ", ")))
		row[3].with, row[3].bold = with, with != 0
		if s.Wet {
			row[5].with, row[5].bold = alert, true
		}
		rows = append(rows, row)
	}
	rows = append(rows, strong(plain(r.say("合计", "All"), "", thousands(assigned), "", thousands(arrived), "")))
	r.table([]head{{r.say("名称", "Name"), 60, false}, {r.say("容量", "Capacity"), 18, true}, {r.say("安排", "Assigned"), 18, true}, {r.say("占用", "Full"), 16, true},
		{r.say("已到", "Arrived"), 18, true}, {r.say("状况", "State"), 58, false}}, rows)
	if idle > 0 {
		r.text(r.sayf("另有 %d 个安置点未启用：不会被淹的共 %d 个床位，另 %d 个容量不详。", "%d more shelters are not in use: those that stay dry have %d beds, of %d the capacity is unknown.", idle, beds, dark), 10.5, regular, ink)
	}
}

// rules are those by which deadlines were reckoned.
func (r *report) rules() {
	s := r.Event.Settings
	r.caption(r.say("推算规则", "Rules"))
	r.text(r.sayf("进水前 %d 分钟完成；夜间（%s 至 %s）进水的，%s 前完成；道路中断前 %d 分钟通过；按%s预报推算；%d 分钟无应答即上报。",
		"Done %d min before the water; for water at night (%s to %s) by %s; past a road %d min before it shuts; by the %s forecast; silence of %d min is escalated.",
		s.LeadMin, r.or(s.NightFrom), r.or(s.NightTo), r.or(s.NightBy), s.MarginMin, r.arrival(s.Arrival), s.SilenceMin), 10.5, regular, ink)
	if p := r.Plan; p != nil {
		proof := r.say("未证明最优", "not proven to be the least")
		if p.Certified {
			proof = r.say("已证明总路程最短", "proven to be the least walking in all")
		}
		r.text(r.sayf("预案第%d版：%s 由%s批准，%s。", "Plan %d: approved %s by %s, %s.", p.Version, r.when(p.ApprovedAt), r.or(p.ApprovedBy), proof), 10.5, regular, ink)
	}
}

func (r *report) arrival(which string) string {
	switch which {
	case "likely":
		return r.say("可能", "likely")
	case "max":
		return r.say("最高", "highest")
	}
	return r.unknown()
}

// mostEntries of the log are printed, the newest.
const mostEntries = 80

func (r *report) log() {
	if len(r.Log) == 0 {
		return
	}
	r.caption(r.say("大事记", "Log"))
	list := r.Log[max(0, len(r.Log)-mostEntries):]
	if n := len(r.Log) - len(list); n > 0 {
		r.text(r.sayf("更早的 %d 条见系统。", "%d earlier entries are in the system.", n), 10, regular, grey)
	}
	var rows [][]cell
	for _, l := range list {
		rows = append(rows, plain(r.when(l.At), r.told(l.Words), r.or(l.By)))
	}
	r.table([]head{{r.say("时间", "Time"), 26, false}, {r.say("事项", "What"), 130, false}, {r.say("经手", "By"), 32, false}}, rows)
}
