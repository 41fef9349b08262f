package layers

import (
	"slices"
	"sort"
	"sync"
	"time"

	"gridmap/data"
	"gridmap/layers/heat"
)

// history is every case's life in flat arrays, for heat at a past moment: some
// 60 bytes a case and 12 a step.
type history struct {
	ids       []int64
	cases     []heat.Case
	opened    []int64
	due       []int64
	closed    []int64
	community []string // interned
	sensitive []bool
	steps     []pastStep // of case i: steps[stepAt[i]:stepAt[i+1]]
	stepAt    []uint32
	intern    map[string]string

	mu     sync.RWMutex
	loaded int                // cases whose ids are sorted
	later  map[int64]int      // id → index of cases that came after the load
	extra  map[int][]pastStep // steps that came after the load
}

type pastStep struct {
	at          int64
	step, level uint8
}

func newHistory() *history {
	return &history{intern: map[string]string{}, later: map[int64]int{}, extra: map[int][]pastStep{}}
}

func (h *history) len() int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.ids)
}

func (h *history) same(s string) string {
	if t, ok := h.intern[s]; ok {
		return t
	}
	h.intern[s] = s
	return s
}

func (h *history) addCase(c *data.CaseLife) {
	cell, err := heat.CellAt(c.Lon, c.Lat)
	if err != nil {
		return // the database holds positions on the globe only
	}
	h.ids = append(h.ids, c.ID)
	h.cases = append(h.cases, heat.Case{Cell: cell, Level: number(heat.Levels[:], c.Level), Board: number(heat.Boards[:], c.Board)})
	h.opened, h.due, h.closed = append(h.opened, c.OpenedAt), append(h.due, c.DueAt), append(h.closed, c.ClosedAt)
	h.community = append(h.community, h.same(c.Community))
	h.sensitive = append(h.sensitive, c.Sensitive)
}

// addStep takes steps in the order of cases, which is the order of ids.
func (h *history) addStep(s *data.StepRow) {
	for len(h.stepAt) < len(h.ids) && h.ids[len(h.stepAt)] <= s.CaseID {
		h.stepAt = append(h.stepAt, uint32(len(h.steps)))
	}
	if n := len(h.stepAt); n > 0 && h.ids[n-1] == s.CaseID {
		h.steps = append(h.steps, pastStep{s.At, number(heat.Steps[:], s.Step), number(heat.Levels[:], s.Level)})
	}
}

func (h *history) finish() {
	for len(h.stepAt) <= len(h.ids) {
		h.stepAt = append(h.stepAt, uint32(len(h.steps)))
	}
	h.loaded = len(h.ids)
}

// observe takes in a case as it is now. Observing the same state twice changes
// nothing.
func (h *history) observe(c *data.CaseRow) {
	h.mu.Lock()
	defer h.mu.Unlock()
	i, known := h.later[c.ID]
	if !known {
		i, known = slices.BinarySearch(h.ids[:h.loaded], c.ID)
	}
	if !known {
		h.addCase(&data.CaseLife{ID: c.ID, Level: c.Level, Board: c.Board, Type: c.Type, Sensitive: c.Sensitive,
			OpenedAt: c.OpenedAt, DueAt: c.DueAt, ClosedAt: c.ClosedAt, Community: c.Community,
			Lon: c.Geom[0], Lat: c.Geom[1]})
		i = len(h.ids) - 1
		h.later[c.ID] = i
	}
	h.closed[i] = c.ClosedAt
	now := pastStep{max(c.StepAt, c.OpenedAt), number(heat.Steps[:], c.Step), number(heat.Levels[:], c.Level)}
	if steps := h.extra[i]; len(steps) == 0 || steps[len(steps)-1] != now {
		h.extra[i] = append(steps, now)
	}
}

// stepsOf case i, in the order of time.
func (h *history) stepsOf(i int) []pastStep {
	var steps []pastStep
	if i < h.loaded {
		steps = h.steps[h.stepAt[i]:h.stepAt[i+1]]
	}
	if extra := h.extra[i]; len(extra) > 0 {
		steps = append(slices.Clone(steps), extra...)
	}
	return steps
}

// at lists the cases that were open at a moment, as they were then.
func (h *history) at(moment time.Time, f Filter) []heat.Case {
	h.mu.RLock()
	defer h.mu.RUnlock()
	now := moment.Unix()
	var out []heat.Case
	for i := range h.ids {
		if h.opened[i] > now || (h.closed[i] != 0 && h.closed[i] <= now) {
			continue
		}
		if f.withoutSensitive && h.sensitive[i] || !within(h.community[i], f.Scope) {
			continue
		}
		c := h.cases[i]
		c.Overdue = now > h.due[i]
		steps := h.stepsOf(i)
		if k := sort.Search(len(steps), func(k int) bool { return steps[k].at > now }); k > 0 {
			c.Step, c.Level = steps[k-1].step, steps[k-1].level
		}
		if f.matches(&c) {
			out = append(out, c)
		}
	}
	return out
}

// Filter narrows cases down. Empty lists and strings let everything pass.
type Filter struct {
	Levels, Boards, Steps []string
	Overdue               bool
	At                    time.Time // zero: now
	Scope                 string    // division code
	withoutSensitive      bool
}

// plain says that nothing is filtered but sensitive types.
func (f *Filter) plain() bool {
	return len(f.Levels)+len(f.Boards)+len(f.Steps) == 0 && !f.Overdue && f.At.IsZero()
}

func (f *Filter) matches(c *heat.Case) bool {
	return (len(f.Levels) == 0 || slices.Contains(f.Levels, heat.Levels[c.Level])) &&
		(len(f.Boards) == 0 || slices.Contains(f.Boards, heat.Boards[c.Board])) &&
		(len(f.Steps) == 0 || slices.Contains(f.Steps, heat.Steps[c.Step])) &&
		(!f.Overdue || c.Overdue)
}
