package layers

import (
	"sync"
	"time"

	"gridmap/data"
	"gridmap/layers/heat"
	"gridmap/tiles"
)

// Case is an open case as the live copy knows it.
type Case struct {
	data.CaseRow
	State                   string
	CommunityName, TownName string
	heat                    heat.Case
}

// book holds the open cases and counts them by grid.
type book struct {
	mu    sync.RWMutex
	open  map[int64]*Case
	names map[string]string
	grids map[int64]GridState
}

// GridState counts the open cases of a grid.
type GridState struct {
	ID                                    int64
	Open, DueSoon, Overdue, DistrictLevel int
}

func newBook() *book {
	return &book{open: map[int64]*Case{}, names: map[string]string{}, grids: map[int64]GridState{}}
}

func (b *book) len() int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return len(b.open)
}

func (b *book) replace(rows []data.CaseRow, names map[string]string, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open, b.names, b.grids = make(map[int64]*Case, len(rows)), names, map[int64]GridState{}
	for i := range rows {
		if rows[i].ClosedAt == 0 {
			b.put(b.makeCase(&rows[i], now))
		}
	}
}

func (b *book) makeCase(r *data.CaseRow, now time.Time) *Case {
	c := &Case{CaseRow: *r, CommunityName: b.names[r.Community], TownName: b.names[r.Town]}
	c.heat.Level, c.heat.Board, c.heat.Step = number(heat.Levels[:], r.Level), number(heat.Boards[:], r.Board), number(heat.Steps[:], r.Step)
	if cell, err := heat.CellAt(r.Geom[0], r.Geom[1]); err == nil {
		c.heat.Cell = cell
	}
	c.setState(now)
	return c
}

func number(list []string, s string) uint8 {
	for i, v := range list {
		if v == s {
			return uint8(i)
		}
	}
	return 0
}

// setState works the state out and says whether it changed.
func (c *Case) setState(now time.Time) bool {
	d := data.Case{OpenedAt: time.Unix(c.OpenedAt, 0), DueAt: time.Unix(c.DueAt, 0), Step: c.Step}
	if c.ClosedAt != 0 {
		d.ClosedAt = time.Unix(c.ClosedAt, 0)
		if now.Before(d.ClosedAt) { // the clock was set back since
			now = d.ClosedAt
		}
	}
	was := c.State
	c.State = data.CaseState(now, &d)
	c.heat.Overdue = c.State == data.StateOverdue
	return was != c.State
}

// put adds an open case; the caller holds the lock.
func (b *book) put(c *Case) {
	b.open[c.ID] = c
	b.count(c, 1)
}

// take removes a case and returns it, or nil; the caller holds the lock.
func (b *book) take(id int64) *Case {
	c := b.open[id]
	if c != nil {
		delete(b.open, id)
		b.count(c, -1)
	}
	return c
}

func (b *book) count(c *Case, sign int) {
	g := b.grids[c.GridID]
	g.ID = c.GridID
	g.Open += sign
	switch c.State {
	case data.StateDueSoon:
		g.DueSoon += sign
	case data.StateOverdue:
		g.Overdue += sign
	}
	if c.Level == "district" {
		g.DistrictLevel += sign
	}
	if g.Open == 0 {
		delete(b.grids, c.GridID)
		return
	}
	b.grids[c.GridID] = g
}

// feature of a case for the layer cases.
func (c *Case) feature() tiles.Feature {
	return tiles.Feature{ID: uint64(c.ID), Geometry: c.Geom, Importance: float32(c.heat.Level + 1),
		Values: []tiles.Value{tiles.String(c.Level), tiles.String(c.Step), tiles.String(c.Board), tiles.String(c.Type),
			tiles.String(c.State), tiles.Int(c.OpenedAt)}}
}

// box of a case in the world.
func (c *Case) box() tiles.Box {
	x, y := tiles.World(c.Geom[0], c.Geom[1])
	return tiles.Box{MinX: x, MinY: y, MaxX: x, MaxY: y}
}

// GridStates lists the grids under a division code that have open cases.
func (l *Live) GridStates(division string) []GridState {
	l.book.mu.RLock()
	defer l.book.mu.RUnlock()
	inside := map[int64]bool{}
	for _, c := range l.book.open {
		if within(c.Community, division) {
			inside[c.GridID] = true
		}
	}
	out := make([]GridState, 0, len(inside))
	for id := range inside {
		out = append(out, l.book.grids[id])
	}
	return out
}

// within says whether a division code lies in another: a district's code ends
// in six zeros, a town's in three.
func within(code, division string) bool {
	n := len(division)
	for n > 6 && division[n-3:n] == "000" {
		n -= 3
	}
	return len(code) >= n && code[:n] == division[:n]
}
