package heat

import (
	"cmp"
	"slices"
)

// Tree is a map at one resolution that is kept up to date: a case that comes or
// goes costs a walk from its cell to the coarsest, whatever else is open. It
// holds, for every cell down to the map's resolution that has a case, what merging
// below it left over, and shows what Collect would show.
type Tree struct {
	Map
	k     int
	nodes map[Cell]*treeNode
}

// treeNode is a cell of some resolution after the cells in it were merged.
type treeNode struct {
	rest   Count // too few to be shown in here: passed on to the parent
	own    Count // shown as this very cell; no cases: it is not shown
	joined Cell  // the shown cell inside that was taken in; 0: none
	least  []cellCount
}

type cellCount struct {
	cases int
	cell  Cell
}

// leastHeld is how many of the smallest shown cells a node remembers. Each
// resolution above takes in one at most, so as many as there are resolutions
// suffice.
const leastHeld = FinestResolution

// Change is a case that comes (sign 1) or goes (-1).
type Change struct {
	Case Case
	Sign int
}

// NewTree counts cases at a resolution; with k above 1 cells of fewer than k cases
// are merged into their parents.
func NewTree(cases []Case, resolution, k int) *Tree {
	t := &Tree{Map: Map{Resolution: resolution, Cells: make(map[Cell]Count, 256)}, k: k, nodes: map[Cell]*treeNode{}}
	raw := map[Cell]Count{}
	for i := range cases {
		cell := cases[i].Cell.Parent(resolution)
		n := raw[cell]
		n.Add(&cases[i], 1)
		raw[cell] = n
	}
	if k <= 1 {
		t.Cells = raw
		return t
	}
	level := map[Cell]struct{}{}
	for cell, n := range raw {
		t.leaf(cell, n)
		level[cell] = struct{}{}
	}
	for r := resolution - 1; r >= CoarsestResolution; r-- {
		above := map[Cell]struct{}{}
		for cell := range level {
			above[cell.Parent(r)] = struct{}{}
		}
		for cell := range above {
			t.gather(cell)
		}
		level = above
	}
	for cell := range t.nodes {
		t.show(cell)
	}
	return t
}

// Apply takes changes in and returns the cells whose counts are others now.
func (t *Tree) Apply(changes []Change) []Cell {
	touched := map[Cell]Count{} // as they were
	note := func(c Cell) {
		if _, ok := touched[c]; c != 0 && !ok {
			touched[c] = t.Cells[c]
		}
	}
	for i := range changes {
		cell := changes[i].Case.Cell.Parent(t.Resolution)
		note(cell)
		if t.k <= 1 {
			n := t.Cells[cell]
			n.Add(&changes[i].Case, changes[i].Sign)
			t.set(cell, n)
			continue
		}
		t.walk(cell, &changes[i], note)
	}
	var out []Cell
	for c, was := range touched {
		if t.k > 1 {
			t.show(c)
		}
		if t.Cells[c] != was {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return out
}

func (t *Tree) set(c Cell, n Count) {
	if n.Cases == 0 {
		delete(t.Cells, c)
		return
	}
	t.Cells[c] = n
}

// walk changes one cell and makes every cell above it anew.
func (t *Tree) walk(cell Cell, c *Change, note func(Cell)) {
	var n Count
	if was := t.nodes[cell]; was != nil {
		n = was.own
		n.Merge(&was.rest) // one of them is empty
	}
	n.Add(&c.Case, c.Sign)
	t.leaf(cell, n)
	for r := t.Resolution - 1; r >= CoarsestResolution; r-- {
		p := cell.Parent(r)
		note(p)
		if was := t.nodes[p]; was != nil {
			note(was.joined)
		}
		t.gather(p)
		if now := t.nodes[p]; now != nil {
			note(now.joined)
		}
	}
}

// leaf is a cell of the map's own resolution.
func (t *Tree) leaf(cell Cell, n Count) {
	switch {
	case n.Cases == 0:
		delete(t.nodes, cell)
	case n.Cases < t.k:
		t.nodes[cell] = &treeNode{rest: n}
	default:
		t.nodes[cell] = &treeNode{own: n, least: []cellCount{{n.Cases, cell}}}
	}
}

// gather makes a cell from the cells of the next resolution in it, as mergeInto
// does.
func (t *Tree) gather(cell Cell) {
	n := &treeNode{}
	found := false
	for digit := range Cell(7) {
		child := t.nodes[cell.child(digit)]
		if child == nil {
			continue
		}
		found = true
		n.rest.Merge(&child.rest)
		n.least = append(n.least, child.least...)
	}
	if !found {
		delete(t.nodes, cell)
		return
	}
	slices.SortFunc(n.least, func(a, b cellCount) int { return cmp.Or(cmp.Compare(a.cases, b.cases), cmp.Compare(a.cell, b.cell)) })
	if n.rest.Cases > 0 && n.rest.Cases < t.k && len(n.least) > 0 {
		n.joined = n.least[0].cell
		n.rest.Merge(&t.nodes[n.joined].own)
		n.least = slices.Delete(n.least, 0, 1)
	}
	if n.rest.Cases >= t.k {
		n.own, n.rest = n.rest, Count{}
		at, _ := slices.BinarySearchFunc(n.least, cellCount{n.own.Cases, cell}, func(a, b cellCount) int {
			return cmp.Or(cmp.Compare(a.cases, b.cases), cmp.Compare(a.cell, b.cell))
		})
		n.least = slices.Insert(n.least, at, cellCount{n.own.Cases, cell})
	}
	if len(n.least) > leastHeld {
		n.least = n.least[:leastHeld]
	}
	t.nodes[cell] = n
}

// show brings one cell of the map to what its node and those above say.
func (t *Tree) show(c Cell) {
	n := t.nodes[c]
	if n == nil || n.own.Cases == 0 {
		delete(t.Cells, c)
		return
	}
	for r := c.Resolution() - 1; r >= CoarsestResolution; r-- {
		if above := t.nodes[c.Parent(r)]; above != nil && above.joined == c {
			delete(t.Cells, c)
			return
		}
	}
	t.Cells[c] = n.own
}
