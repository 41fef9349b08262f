package redraw

import "slices"

// holds tells whether no grid would be in more pieces than before.
func (f *mender) holds(c *candidate) bool {
	if c.kind == MoveOp && c.moves[0].to >= 0 {
		for i, m := range c.moves {
			var back []int32 // of an exchange
			if len(c.moves) == 2 {
				back = c.moves[1-i].nodes
			}
			if !f.leaves(m.nodes, back) || back == nil && !f.stays(m.to, nil, m.nodes) {
				return false
			}
		}
		return true
	}
	return f.counts(c)
}

// leaves tells whether the grid of the nodes stays in one piece without them. A
// unit that leaves with nothing in exchange is asked for again and again.
func (f *mender) leaves(nodes, back []int32) bool {
	u := f.unit[nodes[0]]
	if back != nil || len(nodes) != len(f.units[u].nodes) {
		return f.stays(f.units[u].grid, nodes, back)
	}
	ok, known := f.removable[u]
	if !known {
		ok = f.stays(f.units[u].grid, nodes, nil)
		f.removable[u] = ok
	}
	return ok
}

// counts tells the same by counting pieces from scratch.
func (f *mender) counts(c *candidate) bool {
	d := f.d
	part := slices.Clone(d.state.part)
	grids := map[int32]bool{}
	for _, m := range c.moves {
		for _, v := range m.nodes {
			grids[part[v]], grids[m.to] = true, true
			part[v] = m.to
		}
	}
	for _, g := range sortedKeys(grids) {
		if d.pieces(part, g) > max(1, f.before(g)) {
			return false
		}
	}
	return true
}

// before counts the pieces of a grid as it is.
func (f *mender) before(g int32) int {
	if g < 0 {
		return 0
	}
	n, known := f.pieces[g]
	if !known {
		n = f.d.pieces(f.d.state.part, g)
		f.pieces[g] = n
	}
	return n
}

// stays tells whether a grid in one piece stays so when nodes leave it and others
// come, both sorted: whether what they touch can still be reached, one from
// another. It looks round the nodes first and goes farther only as it must. A grid
// in several pieces is counted.
func (f *mender) stays(g int32, leave, come []int32) bool {
	d, part := f.d, f.d.state.part
	if f.before(g) != 1 {
		then := slices.Clone(part)
		for _, v := range leave {
			then[v] = -1
		}
		for _, v := range come {
			then[v] = g
		}
		return d.pieces(then, g) <= max(1, f.before(g))
	}
	held := func(v int32) bool {
		if part[v] == g {
			_, gone := slices.BinarySearch(leave, v)
			return !gone
		}
		_, comes := slices.BinarySearch(come, v)
		return comes
	}
	goals, attached := f.goals(g, leave, come, held)
	if !attached && d.state.grids[g].nodes > len(leave) {
		return false
	}
	// Without a goal nothing is left: the grid goes, or was these nodes alone.
	return goals == 0 || d.reach(goals, held)
}

// goals marks what must hang together afterwards, with the last round but one: the
// neighbours that stay of what leaves, what comes, and one neighbour of that.
// attached is false when what comes touches nothing of the grid.
func (f *mender) goals(g int32, leave, come []int32, held func(int32) bool) (goals int, attached bool) {
	d, s := f.d, &f.d.scratch
	s.round += 2
	s.queue = s.queue[:0]
	mark := func(v int32) {
		if s.mark[v] != s.round-1 {
			s.mark[v] = s.round - 1
			s.queue = append(s.queue[:0], v)
			goals++
		}
	}
	for _, v := range leave {
		for _, a := range d.graph.Around(v) {
			if held(a.To) {
				mark(a.To)
			}
		}
	}
	attached = len(come) == 0
	for _, v := range come {
		mark(v)
		for _, a := range d.graph.Around(v) {
			if !attached && d.state.part[a.To] == g && held(a.To) {
				mark(a.To)
				attached = true
			}
		}
	}
	return goals, attached
}

// reach goes out from the goal in the queue until it has met all others.
func (d *Desk) reach(goals int, held func(int32) bool) bool {
	s := &d.scratch
	goal, seen := s.round-1, s.round
	s.mark[s.queue[0]] = seen
	for i := 0; i < len(s.queue) && goals > 1; i++ {
		for _, a := range d.graph.Around(s.queue[i]) {
			if s.mark[a.To] == seen || !held(a.To) {
				continue
			}
			if s.mark[a.To] == goal {
				goals--
			}
			s.mark[a.To] = seen
			s.queue = append(s.queue, a.To)
		}
	}
	return goals == 1
}
