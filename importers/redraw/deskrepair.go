package redraw

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Suggestion is an operation that brings a grid nearer to the range, or into it.
type Suggestion struct {
	Op        Op      `json:"op"`
	For       string  `json:"for"`             // grid that it mends
	Shifts    []Shift `json:"shifts"`          // households of the grids that it touches, that of For first
	Violation int     `json:"violation"`       // change in households outside the range; below zero
	Compounds int     `json:"compounds"`       // change in grids that compounds lie in beyond one each
	Moved     int     `json:"householdsMoved"` // change in households away from where the session began
	Border    float64 `json:"border"`          // change in weighted metres of border between grids
	Zh        string  `json:"zh"`
	En        string  `json:"en"`
}

// Shift is what happens to one grid; a code is empty for a new grid, After is
// zero for one that goes.
type Shift struct {
	Grid   string `json:"grid"`
	Before int    `json:"before"`
	After  int    `json:"after"`
}

const (
	suggestions = 8   // that are given at most
	attempts    = 200 // that are checked for connectivity at most
)

// Repairs ranks what would mend one grid: moves of a plot, a compound or two plots
// that touch, exchanges, mergers and splits. First come those that leave the
// fewest households outside the range; then those that split fewer compounds, move
// fewer households, and leave the shorter border. None leaves a grid in more
// pieces than before.
func (d *Desk) Repairs(code string, limit int) []Suggestion {
	if g, ok := d.state.find(code); ok {
		return d.repairs([]int32{g}, limit)
	}
	return nil
}

// candidate is a suggestion before it has words. Its transfers are of nodes.
type candidate struct {
	kind                  OpKind
	grid                  int32
	moves                 []nodeMove // to -1: a new grid
	off, compounds, moved int
	border                float64
	force                 bool // a compound would be split further
}

func (a *candidate) compare(b *candidate) int {
	if c := cmp.Or(cmp.Compare(a.off, b.off), cmp.Compare(a.compounds, b.compounds), cmp.Compare(a.moved, b.moved),
		cmp.Compare(a.border, b.border), cmp.Compare(a.grid, b.grid), cmp.Compare(len(a.moves), len(b.moves))); c != 0 {
		return c
	}
	for i := range a.moves {
		if c := cmp.Or(cmp.Compare(a.moves[i].to, b.moves[i].to), slices.Compare(a.moves[i].nodes, b.moves[i].nodes)); c != 0 {
			return c
		}
	}
	return 0
}

// repairs for those of the grids that are outside the range.
func (d *Desk) repairs(grids []int32, limit int) []Suggestion {
	var all []candidate
	var f *mender
	for _, g := range grids {
		at := &d.state.grids[g]
		if d.off(at) == 0 || at.locked {
			continue
		}
		if f == nil {
			f = newMender(d, true)
		}
		all = f.find(g, all)
	}
	all = slices.DeleteFunc(all, func(c candidate) bool { return c.off >= 0 })
	slices.SortFunc(all, func(a, b candidate) int { return a.compare(&b) })
	var out []Suggestion
	for i := range all {
		if len(out) == limit || i == attempts {
			break
		}
		if i > 0 && sameMoves(&all[i], &all[i-1]) {
			continue
		}
		if f.holds(&all[i]) {
			out = append(out, d.suggest(&all[i]))
		}
	}
	return out
}

// sameMoves: two grids outside the range that mend each other find it twice.
func sameMoves(a, b *candidate) bool {
	return slices.EqualFunc(a.moves, b.moves, func(m, n nodeMove) bool { return m.to == n.to && slices.Equal(m.nodes, n.nodes) })
}

// suggest puts a candidate into an operation and words.
func (d *Desk) suggest(c *candidate) Suggestion {
	grids := d.state.grids
	out := Suggestion{For: grids[c.grid].code, Violation: c.off, Compounds: c.compounds, Moved: c.moved, Border: c.border}
	after := map[int32]int{c.grid: grids[c.grid].households}
	order := []int32{c.grid}
	note := func(g int32, h int) {
		if _, seen := after[g]; !seen {
			order = append(order, g)
			if g >= 0 {
				after[g] = grids[g].households
			}
		}
		after[g] += h
	}
	for _, m := range c.moves {
		for _, v := range m.nodes {
			note(d.state.part[v], -d.nodes[v].households)
			note(m.to, d.nodes[v].households)
		}
	}
	for _, g := range order {
		s := Shift{After: after[g]}
		if g >= 0 {
			s.Grid, s.Before = grids[g].code, grids[g].households
		}
		out.Shifts = append(out.Shifts, s)
	}
	out.Op = d.opOf(c)
	d.word(&out, c)
	return out
}

func (d *Desk) opOf(c *candidate) Op {
	if c.kind == MergeOp {
		from := d.state.part[c.moves[0].nodes[0]]
		return Op{Kind: MergeOp, Force: c.force, Grid: d.state.grids[from].code, To: d.state.grids[c.moves[0].to].code}
	}
	op := Op{Kind: MoveOp, Force: c.force}
	for _, m := range c.moves {
		t := Transfer{}
		for _, v := range m.nodes {
			t.Plots = append(t.Plots, int(v))
		}
		if m.to >= 0 {
			t.To = d.state.grids[m.to].code
		}
		op.Moves = append(op.Moves, t)
	}
	return op
}

// word says what is done and what becomes of each grid outside the range.
func (d *Desk) word(s *Suggestion, c *candidate) {
	name := func(g int32) string { return d.short(d.state.grids[g].code) }
	switch {
	case c.kind == MergeOp:
		from := name(d.state.part[c.moves[0].nodes[0]])
		s.Zh = fmt.Sprintf("将网格%s并入%s", from, name(c.moves[0].to))
		s.En = fmt.Sprintf("merge grid %s into %s", from, name(c.moves[0].to))
	case c.kind == SplitOp:
		s.Zh = fmt.Sprintf("将网格%s分成两个", name(c.grid))
		s.En = fmt.Sprintf("split grid %s in two", name(c.grid))
	default:
		var zh, en []string
		for _, m := range c.moves {
			z, e := d.block(m.nodes)
			zh = append(zh, fmt.Sprintf("将%s所在地块划入%s", z, name(m.to)))
			en = append(en, fmt.Sprintf("move block %s to grid %s", e, name(m.to)))
		}
		s.Zh, s.En = strings.Join(zh, "，"), strings.Join(en, ", ")
	}
	s.Zh += fmt.Sprintf("（网格%s：%d → %d户", d.short(s.For), s.Shifts[0].Before, s.Shifts[0].After)
	s.En += fmt.Sprintf(" (grid %s: %d → %d", d.short(s.For), s.Shifts[0].Before, s.Shifts[0].After)
	for _, x := range s.Shifts[1:] {
		zh, en := d.short(x.Grid), d.short(x.Grid)
		if x.Grid == "" {
			zh, en = "新网格", "new grid"
		}
		s.Zh += fmt.Sprintf("；%s：%d → %d户", zh, x.Before, x.After)
		s.En += fmt.Sprintf("; %s: %d → %d", en, x.Before, x.After)
	}
	s.Zh += "）"
	s.En += ")"
}

// block names nodes by their largest building.
func (d *Desk) block(nodes []int32) (zh, en string) {
	best, h := nodes[0], -1
	buildings := 0
	for _, v := range nodes {
		buildings += len(d.nodes[v].shares)
		if len(d.nodes[v].shares) > 0 && d.nodes[v].households > h {
			best, h = v, d.nodes[v].households
		}
	}
	id := d.nameOf(best)
	if id == 0 {
		return fmt.Sprintf("空地%d", best), fmt.Sprintf("of empty land %d", best)
	}
	if c := d.graph.Group[best]; c >= 0 && len(nodes) > 1 {
		return fmt.Sprintf("小区%d（楼栋%d等%d栋）", d.compoundOf(c), id, buildings), fmt.Sprintf("of compound %d (building %d, %d in all)", d.compoundOf(c), id, buildings)
	}
	if buildings > 1 {
		return fmt.Sprintf("楼栋%d等%d栋", id, buildings), fmt.Sprintf("%d (with %d more)", id, buildings-1)
	}
	return fmt.Sprintf("楼栋%d", id), fmt.Sprintf("%d", id)
}

// nameOf a node is its building with the most households, zero on empty land.
func (d *Desk) nameOf(v int32) int64 {
	id, h := int64(0), -1
	for _, s := range d.nodes[v].shares {
		if s.households > h {
			id, h = d.in.Buildings[s.building].ID, s.households
		}
	}
	return id
}
