package papers

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"gridmap/service/press/sheets"
)

// around is what stands above and below the rows of a sheet: what it is, whether it
// is a drill, and what it rests on.
func (e *edition) around(title string, notes ...string) sheets.Page {
	basis := e.basis()
	foot := basis
	if utf8.RuneCountInString(foot) > mostFoot {
		foot = e.brief()
	}
	return sheets.Page{Title: e.or(e.Event.Name) + " · " + title, Alarm: e.alarm(), Notes: slices.Concat([]string{basis}, e.standing(), notes), Foot: foot}
}

// mostFoot is how many characters the foot of a printed sheet holds.
const mostFoot = 230

// brief is the basis with long names cut, for the foot of a printed page.
func (e *edition) brief() string {
	all := e.facts()
	parts := make([]string, len(all))
	for i, f := range all {
		parts[i] = f.name + " " + shortened(f.value, 18)
	}
	return strings.Join(parts, e.say("　", " · "))
}

func shortened(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}

// people counts the persons of a household; those of whom nobody said are unknown.
func (e *edition) people(h *Household) any {
	if h.Persons <= 0 {
		return e.unknown()
	}
	return h.Persons
}

func (e *edition) sums(t *tally) string {
	return e.sayf("合计 %d 户 %d 人，其中需要帮助 %d 人", "%d households, %d people, %d of them need help", t.households, t.persons, t.helped)
}

// living are the columns that say where a household lives and who it is.
func living(e *edition) []sheets.Column[lived] {
	return []sheets.Column[lived]{
		sheets.Of("镇街", "Town", 12, func(l *lived) any { return e.or(l.grid.Town) }),
		sheets.Of("社区（村）", "Community", 14, func(l *lived) any { return e.or(l.grid.Community) }),
		sheets.Of("网格编码", "Grid", 18, func(l *lived) any { return l.grid.Code }),
		sheets.Of("网格", "Name", 12, func(l *lived) any { return e.or(l.grid.Name) }),
		sheets.Of("楼栋", "Building", 16, func(l *lived) any { return e.or(l.building.Name) }),
		sheets.Of("地址", "Address", 20, func(l *lived) any { return e.or(l.building.Address) }),
		sheets.Of("楼层", "Floor", 9, func(l *lived) any { return e.floor(l.floor) }),
		sheets.Of("门牌", "Door", 13, func(l *lived) any { return e.door(l.Household) }),
		sheets.Of("户主", "Head", 16, func(l *lived) any { return e.label(l.Household) }),
		sheets.Of("人数", "People", 7, func(l *lived) any { return e.people(l.Household) }),
		sheets.Of("需帮助", "Need help", 8, func(l *lived) any { return l.Helped }),
		sheets.Of("照护情况", "Needs", 18, func(l *lived) any { return e.needs(l.Household) }),
	}
}

// writeTransfer writes the list of those who move: a row a household, in the order
// in which they leave.
func writeTransfer(_ context.Context, e *edition, out io.Writer) error {
	b, err := sheets.New(e.english)
	if err != nil {
		return err
	}
	defer b.Close()
	rows := e.households()
	var sum tally
	for _, g := range e.grids {
		sum.grid(g)
	}
	notes := []string{e.sums(&sum)}
	if text := e.unlisted(&sum); text != "" {
		notes = append(notes, text)
	}
	columns := append([]sheets.Column[lived]{sheets.Of("序号", "No.", 6, numbering())}, living(e)...)
	columns = append(columns,
		sheets.Of("水情", "Water", 14, func(l *lived) any { return e.class(l.building.Class) }),
		sheets.Of("最晚出发", "Leave by", 13, func(l *lived) any { return e.leave(l.building.LastDeparture, l.building.Class) }),
		sheets.Of("完成时限", "Deadline", 13, func(l *lived) any { return e.due(l.building.Deadline, l.building.Class) }),
		sheets.Of("安置点", "Shelter", 18, func(l *lived) any { return e.place(l.shelter(e)) }),
		sheets.Of("转移方式", "Means", 11, func(l *lived) any { return e.means(l.goes()) }),
		sheets.Of("点名状态", "Status", 11, func(l *lived) any { return e.status(l.Status) }),
		sheets.Of("备注", "Remarks", 24, func(l *lived) any { return e.remark(l.Household) }))
	title := e.say("转移人员清单", "Transfer list")
	if err := sheets.Add(b, title, e.around(title, notes...), columns, rows); err != nil {
		return err
	}
	return b.Write(out)
}

func numbering() func(*lived) any {
	n := 0
	return func(*lived) any {
		n++
		return n
	}
}

// expected is what a shelter has to expect.
type expected struct {
	*Shelter    // nil: those who have none
	rows        []lived
	sum         tally
	came, never int // persons who came as the roll says, and who are known to be elsewhere
	title       string
}

// intake sorts households by the shelter they go to; those without one come last.
// Shelters that nobody goes to are left out.
func (e *edition) intake() (out []*expected) {
	at := map[int64]*expected{}
	for i := range e.Shelters {
		s := &e.Shelters[i]
		x := &expected{Shelter: s, title: fmt.Sprintf("%d %s", i+1, e.place(s))}
		at[s.ID], out = x, append(out, x)
	}
	none := &expected{title: e.say("未安排安置点", "No shelter")}
	for _, l := range e.households() {
		x := none
		if s := l.shelter(e); s != nil {
			x = at[s.ID]
		}
		x.rows = append(x.rows, l)
		x.sum.household(l.Household)
		switch l.Status {
		case Sheltered:
			x.came += l.Persons
		case WithRelatives, HoldingUpstairs, AlreadyAway, Refused, Returned:
			x.never += l.Persons
		}
	}
	if len(none.rows) > 0 {
		out = append(out, none)
	}
	return slices.DeleteFunc(out, func(x *expected) bool { return x.Shelter != nil && !e.inUse(x.Shelter) })
}

// writeIntake writes what each shelter has to expect: all of them on one sheet,
// then a sheet for each.
func writeIntake(ctx context.Context, e *edition, out io.Writer) error {
	b, err := sheets.New(e.english)
	if err != nil {
		return err
	}
	defer b.Close()
	all := e.intake()
	title := e.say("安置点接收汇总", "Shelters")
	if err := sheets.Add(b, e.say("汇总", "All"), e.around(title), intakeColumns(e), all); err != nil {
		return err
	}
	columns := append([]sheets.Column[lived]{sheets.Of("序号", "No.", 6, func(*lived) any { return "" })}, living(e)...)
	columns = append(columns,
		sheets.Of("转移方式", "Means", 11, func(l *lived) any { return e.means(l.goes()) }),
		sheets.Of("最晚出发", "Leave by", 13, func(l *lived) any { return e.leave(l.building.LastDeparture, l.building.Class) }),
		sheets.Of("点名状态", "Status", 11, func(l *lived) any { return e.status(l.Status) }),
		sheets.Of("实到人数", "Arrived", 9, func(*lived) any { return "" }),
		sheets.Of("到达时间", "At", 12, func(*lived) any { return "" }),
		sheets.Of("签字", "Signature", 14, func(*lived) any { return "" }))
	for _, x := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		columns[0] = sheets.Of("序号", "No.", 6, numbering())
		page := e.around(e.say("安置点接收名单：", "Intake list: ")+e.place(x.Shelter), e.state(x), e.sums(&x.sum))
		if err := sheets.Add(b, x.title, page, columns, x.rows); err != nil {
			return err
		}
	}
	return b.Write(out)
}

// state of a shelter in a line.
func (e *edition) state(x *expected) string {
	s := x.Shelter
	if s == nil {
		return e.say("这些住户尚无安置点。", "These households have no shelter yet.")
	}
	text := e.say("容量 ", "Capacity ") + e.count(s.Capacity) + e.sayf("　点名已到 %d 人", " · %d arrived", s.Arrived)
	if s.Accessible {
		text += e.say("　轮椅可入", " · wheelchairs")
	}
	if s.Wet {
		text += e.say("　安置点会被淹，不可使用", " · THE SHELTER GETS WET: do not use it")
	}
	if !s.ClosesAt.IsZero() {
		text += e.sayf("　%s 起道路中断", " · roads shut from %s", e.when(s.ClosesAt))
	}
	return text
}

func intakeColumns(e *edition) []sheets.Column[*expected] {
	type row = *expected
	of := func(known func(s *Shelter) any) func(*row) any {
		return func(x *row) any {
			if (*x).Shelter == nil {
				return "—"
			}
			return known((*x).Shelter)
		}
	}
	yes := func(is bool) any {
		if is {
			return e.say("是", "yes")
		}
		return e.say("否", "no")
	}
	return []sheets.Column[row]{
		sheets.Of("安置点", "Shelter", 24, func(x *row) any { return e.place((*x).Shelter) }),
		sheets.Of("容量（人）", "Capacity", 10, of(func(s *Shelter) any { return e.count(s.Capacity) })),
		sheets.Of("轮椅可入", "Wheelchairs", 10, of(func(s *Shelter) any { return yes(s.Accessible) })),
		sheets.Of("会被淹", "Gets wet", 9, of(func(s *Shelter) any { return yes(s.Wet) })),
		sheets.Of("道路中断", "Roads shut from", 14, of(func(s *Shelter) any {
			if s.ClosesAt.IsZero() {
				return e.say("预报内不断", "not in the forecast")
			}
			return e.when(s.ClosesAt)
		})),
		sheets.Of("安排户数", "Households", 10, func(x *row) any { return (*x).sum.households }),
		sheets.Of("安排人数", "People", 10, func(x *row) any { return (*x).sum.persons }),
		sheets.Of("其中需帮助", "Need help", 10, func(x *row) any { return (*x).sum.helped }),
		sheets.Of("已到（名单内）", "Came, of the list", 12, func(x *row) any { return (*x).came }),
		sheets.Of("已到（点名，含名单外）", "Came, all", 14, of(func(s *Shelter) any { return s.Arrived })),
		sheets.Of("已知不来", "Known elsewhere", 10, func(x *row) any { return (*x).never }),
		sheets.Of("尚待到达", "Still to come", 10, func(x *row) any { return (*x).sum.persons - (*x).came - (*x).never }),
	}
}
