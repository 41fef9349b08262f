package synth

import (
	"math"

	"gridmap/data"
)

// What a row of the step log tells. Values below rowLift are steps.
const (
	rowRate   = 6
	rowLift   = 7 // to the next level
	rowBlow   = 8 // a whistle
	rowArrive = 9
	rowClose  = 10
)

type logRow struct {
	at          int64 // unix seconds
	kind        uint8
	step, level uint8 // after it
}

// history of a case up to Now: its step log and what follows from it.
type history struct {
	rows           [16]logRow
	n              int
	first          uint8 // level at which it was opened
	stepAt, closed int64 // closed is 0 while open
	blown, arrived int64 // of its whistle; 0: none, not yet
	waiting        bool
	screened       bool // closed at the screening, handled on the spot
}

func (h *history) end() logRow { return h.rows[h.n-1] }

func (h *history) add(at float64, kind uint8) {
	h.rows[h.n] = logRow{at: int64(at), kind: kind}
	h.n++
}

// historyOf makes the history of case i. An open one is cut off at Now.
func (b *casebook) historyOf(i int, s *start) (h history) {
	lot := throw(b.d.Options.Seed, diceOpen, uint64(i))
	d := s.dice
	x := s.age(b)
	limit := float64(s.due - s.opened)
	passed := b.now.Unix() - s.opened
	open := b.fate.isOpen(x, s.dueSoon(b), lot.unit())
	share := b.fate.left(x)
	long := int64(0) // from opening to closing, in seconds
	if open {
		long = max(int64(b.fate.lasting(share*lot.unit())*limit), passed+1)
	} else {
		long = min(int64(b.fate.lasting(1-(1-share)*lot.unit())*limit), passed)
	}
	h.plan(&d, s, float64(long))
	h.walk(b.now.Unix())
	return h
}

// plan fills the log with everything that will happen to a case that takes long
// seconds, in the order of time.
func (h *history) plan(d *dice, s *start, long float64) {
	opened := float64(s.opened)
	h.screened = s.level == 0 && d.chance(.27)
	var parts [7]float64 // usual share of time by step, each times a log-normal lot
	usual := [7]float64{.03, .05, .07, .10, .12, .53, 0}
	if h.screened {
		usual = [7]float64{.2, .25, .55}
	} else if d.chance(.35) {
		usual[rowRate] = .16 // somebody waits for the rating
	}
	sum := 0.0
	for k, u := range usual {
		if u > 0 {
			parts[k] = u * math.Exp(.6*d.normal())
			sum += parts[k]
		}
	}
	at, lifts := opened, 0
	if s.level > 0 && d.chance(.5) {
		lifts = s.level
	}
	h.first = uint8(s.level - lifts)
	blow := -1.0
	for k, part := range parts {
		if part == 0 {
			break
		}
		h.add(at, uint8(k))
		span := part / sum * long
		if k == 3 {
			for n := range lifts {
				h.add(at+span*float64(n+1)/float64(lifts+1), rowLift)
			}
		}
		if k == 4 && d.chance([4]float64{.01, .06, .18, .6}[s.level]) {
			blow = at + span*d.unit()
		}
		at += span
	}
	if blow >= 0 {
		h.add(blow, rowBlow)
		h.add(min(blow+d.logNormal(9*3600, 1.1), opened+long), rowArrive)
	}
	h.add(opened+long, rowClose)
	h.sort()
}

// sort by time; rows of the same second stay in their order.
func (h *history) sort() {
	for i := 1; i < h.n; i++ {
		for j := i; j > 0 && h.rows[j].at < h.rows[j-1].at; j-- {
			h.rows[j], h.rows[j-1] = h.rows[j-1], h.rows[j]
		}
	}
}

// walk goes through the log up to a moment and works out step and level after
// each row, and what is the case at the end.
func (h *history) walk(until int64) {
	step, level := uint8(0), h.first
	planned := h.n
	h.n = 0
	for _, r := range h.rows[:planned] {
		if h.n > 0 && r.at > until {
			break
		}
		switch r.kind {
		case rowLift:
			level++
		case rowBlow:
			h.blown, h.waiting = r.at, true
		case rowArrive:
			h.arrived, h.waiting = r.at, false
		case rowClose:
			step, h.stepAt, h.closed = rowRate, r.at, r.at
		default:
			step, h.stepAt = r.kind, r.at
		}
		r.step, r.level = step, level
		h.rows[h.n] = r
		h.n++
	}
}

// stepsOf tells the step log of case i to yield. A case that is closed has its
// closing as its last row, at the step rate.
func (b *casebook) stepsOf(i int, words *[11][]string, yield func(data.CaseStep) bool) bool {
	levels, steps := levelNames(), stepNames()
	s := b.begin(i)
	h := b.historyOf(i, &s)
	g := &b.grids[b.spots.grid[s.spot]]
	for n, r := range h.rows[:h.n] {
		step := data.CaseStep{CaseID: int64(i + 1), Seq: n + 1, Step: steps[r.step], Level: levels[r.level], At: b.local(r.at),
			Actor: b.actor(r, g, b.types[s.kind].department), Remark: words[r.kind][(i+n)%len(words[r.kind])]}
		if r.kind == rowClose && h.screened {
			step.Remark = "情况核实，现场处置完毕，筛单办结"
		}
		if !yield(step) {
			return false
		}
	}
	return true
}

// actor of a row: an office, never a person.
func (b *casebook) actor(r logRow, g *gridPlace, department string) string {
	switch {
	case r.kind == 0:
		return g.worker
	case r.kind == rowArrive || r.kind >= 4 && r.kind <= 5 && r.level >= 2:
		return department
	case r.level == 3:
		return "区基层智治中心"
	case r.level == 2 || r.kind == 3:
		return g.townHall
	case r.level == 1 || r.kind == 2:
		return g.committee
	}
	return g.worker
}

// stepWords are the remarks by kind of row.
func stepWords() [11][]string {
	return [11][]string{
		{"居民线上点单", "网格员巡查上报", "居民来电反映", "入户走访收集"},
		{"已联系当事人核实情况", "网格员现场核查", "已跟进"},
		{"属实，按类别分拣", "情况属实", "筛选归类"},
		{"派至责任单位办理", "按职责派单"},
		{"已接单", "已接单，安排人员处理"},
		{"正在办理", "现场处置中", "组织力量办理"},
		{"办理完毕，等待评价", "已反馈当事人，请评价"},
		{"超出本级权限，提级办理"},
		{"网格吹哨，请部门报到"},
		{"部门已报到"},
		{"办结", "已办结，居民确认", "办结归档"},
	}
}

// whistleOf tells the whistle of case i, without its id.
func (b *casebook) whistleOf(i int) (w data.Whistle, blown bool) {
	s := b.begin(i)
	h := b.historyOf(i, &s)
	t := &b.types[s.kind]
	if h.blown == 0 {
		return w, false
	}
	w = data.Whistle{CaseID: int64(i + 1), DepartmentID: b.departments[t.department], BlownAt: b.local(h.blown), Remark: "网格吹哨：" + t.Name}
	if h.arrived != 0 {
		w.ArrivedAt = b.local(h.arrived)
	}
	return w, true
}
