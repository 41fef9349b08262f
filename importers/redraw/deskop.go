package redraw

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// OpKind is what a planner does.
type OpKind string

// Operations. A move takes plots or buildings to a grid, several at once where
// they are exchanged; a split parts a grid along a drawn line, plot by plot; a
// merge puts all of Grid into To.
const (
	MoveOp   OpKind = "move"
	SplitOp  OpKind = "split"
	MergeOp  OpKind = "merge"
	LockOp   OpKind = "lock"
	UnlockOp OpKind = "unlock"
	RenameOp OpKind = "rename"

	// DedicatedOp marks a grid as dedicated, so that no household rule holds for
	// it, or takes the mark away. ComplexOp says whether the community has
	// micro-grids.
	DedicatedOp OpKind = "dedicated"
	ComplexOp   OpKind = "complex"
	// RedrawOp and RepairOp divide anew all grids that are neither locked nor
	// dedicated; see Desk.Redraw.
	RedrawOp OpKind = "redraw"
	RepairOp OpKind = "repair"
)

// Op is one operation. A log of them, applied to a desk of the same input, options
// and start, gives the same state.
type Op struct {
	Kind  OpKind         `json:"kind"`
	Moves []Transfer     `json:"moves,omitempty"` // of a move
	Grid  string         `json:"grid,omitempty"`  // code: of a split, merge, lock, unlock, rename
	To    string         `json:"to,omitempty"`    // code: of a merge
	Line  orb.LineString `json:"line,omitempty"`  // of a split, in metres
	Name  string         `json:"name,omitempty"`  // of a rename
	// Dedicated is what a grid is dedicated to; empty takes the mark away.
	Dedicated string `json:"dedicated,omitempty"`
	Complex   bool   `json:"complex,omitempty"`
	Seed      uint64 `json:"seed,omitempty"` // of a redraw or repair
	// Force does what would leave a grid in pieces or split a compound; both are
	// then violations. What a lock holds it does not move.
	Force bool `json:"force,omitempty"`
}

// Transfer takes plots, and the plots of buildings, to a grid; an empty code is a
// new grid.
type Transfer struct {
	Plots     []int   `json:"plots,omitempty"`
	Buildings []int64 `json:"buildings,omitempty"`
	To        string  `json:"to"`
}

// BlockerKind is why an operation is refused.
type BlockerKind string

// Blockers. Force overrides InPieces and OfCompound.
const (
	InPieces        BlockerKind = "in_pieces"        // a grid would be in more pieces than before
	OfCompound      BlockerKind = "of_compound"      // a compound would be split further
	Locked          BlockerKind = "locked"           // a grid is locked
	UnknownBuilding BlockerKind = "unknown_building" // no building has this number
	OtherCommunity  BlockerKind = "other_community"  // the building stands in no grid of this community
	UnknownPlot     BlockerKind = "unknown_plot"
	UnknownGrid     BlockerKind = "unknown_grid"
	NothingChanges  BlockerKind = "nothing_changes" // everything is where it should go
	NotParted       BlockerKind = "not_parted"      // the line leaves all plots on one side
	NoNumber        BlockerKind = "no_number"       // every number of the community was used
	BadOp           BlockerKind = "bad_op"          // the operation makes no sense
)

// Blocker is one reason, as data and in words.
type Blocker struct {
	Kind       BlockerKind `json:"kind"`
	Grid       string      `json:"grid,omitempty"`
	BuildingID int64       `json:"buildingId,omitempty"`
	Zh         string      `json:"zh"`
	En         string      `json:"en"`
}

func (b Blocker) forced() bool { return b.Kind == InPieces || b.Kind == OfCompound }

func block(kind BlockerKind, grid string, building int64, zh, en string) *Blocker {
	return &Blocker{kind, grid, building, zh, en}
}

// Apply does an operation, or says why not: then nothing has changed.
func (d *Desk) Apply(op Op) Change {
	next := d.state.clone()
	moves, blockers := d.resolve(op, next)
	if len(blockers) == 0 {
		blockers = d.carryOut(op, next, moves)
	}
	if slices.ContainsFunc(blockers, func(b Blocker) bool { return !b.forced() || !op.Force }) {
		return d.refusal(moves, blockers)
	}
	before := d.state
	d.take(op, next)
	return d.change(before, changed(before, next))
}

// take makes next the state after op.
func (d *Desk) take(op Op, next *deskState) {
	d.done, d.undone = append(d.done, difference(next, d.state)), nil
	d.log, d.logUndone = append(d.log, op), nil
	if len(d.done) > undoDepth {
		d.done, d.log = slices.Delete(d.done, 0, 1), slices.Delete(d.log, 0, 1)
	}
	d.state = next
}

// Undo takes back the last operation. It is false when there is none.
func (d *Desk) Undo() (Change, bool) {
	before := d.state
	if !d.swap(&d.done, &d.undone, &d.log, &d.logUndone) {
		return Change{}, false
	}
	return d.change(before, changed(before, d.state)), true
}

// Redo does again what was undone last. It is false when there is nothing, or
// something else was done since.
func (d *Desk) Redo() (Change, bool) {
	before := d.state
	if !d.swap(&d.undone, &d.done, &d.logUndone, &d.log) {
		return Change{}, false
	}
	return d.change(before, changed(before, d.state)), true
}

func (d *Desk) swap(from, to *[]deskDelta, logFrom, logTo *[]Op) bool {
	last := len(*from) - 1
	if last < 0 {
		return false
	}
	next := (*from)[last].applied(d.state)
	*from, *to = (*from)[:last], append(*to, difference(next, d.state))
	*logTo = append(*logTo, (*logFrom)[last])
	*logFrom = (*logFrom)[:last]
	d.state = next
	return true
}

// Log lists the operations that brought the desk here.
func (d *Desk) Log() []Op { return slices.Clone(d.log) }

// nodeMove is a transfer in nodes; to is an index in the next state.
type nodeMove struct {
	nodes []int32
	to    int32
}

// resolve turns an operation into moves of nodes, and makes the grids that it
// needs. Locks and names change at once.
func (d *Desk) resolve(op Op, next *deskState) ([]nodeMove, []Blocker) {
	switch op.Kind {
	case MoveOp:
		return d.resolveMove(op, next)
	case ComplexOp:
		if next.complex == op.Complex {
			return nil, []Blocker{*nothingChanges()}
		}
		next.complex = op.Complex
		return nil, nil
	}
	g, ok := next.find(op.Grid)
	if !ok {
		return nil, []Blocker{*block(UnknownGrid, op.Grid, 0, "没有网格"+op.Grid+"。", "There is no grid "+op.Grid+".")}
	}
	switch op.Kind {
	case LockOp, UnlockOp, RenameOp, DedicatedOp:
		return nil, d.note(op, &next.grids[g])
	case MergeOp:
		to, ok := next.find(op.To)
		if !ok || to == g {
			return nil, []Blocker{*block(UnknownGrid, op.To, 0, "没有可并入的网格"+op.To+"。", "There is no grid "+op.To+" to merge into.")}
		}
		return []nodeMove{{next.nodesOf(g), to}}, nil
	case SplitOp:
		nodes, b := d.sideOf(next, g, op.Line)
		if b != nil {
			return nil, []Blocker{*b}
		}
		to, b := d.newGrid(next)
		if b != nil {
			return nil, []Blocker{*b}
		}
		return []nodeMove{{nodes, to}}, nil
	}
	return nil, []Blocker{*block(BadOp, "", 0, "未知操作。", fmt.Sprintf("The operation %q is not known.", op.Kind))}
}

func nothingChanges() *Blocker {
	return block(NothingChanges, "", 0, "没有变化。", "Nothing would change.")
}

// note changes what is written on a grid.
func (d *Desk) note(op Op, g *deskGrid) []Blocker {
	was := *g
	switch op.Kind {
	case LockOp, UnlockOp:
		g.locked = op.Kind == LockOp
	case RenameOp:
		g.name = op.Name
	case DedicatedOp:
		if op.Dedicated == "" && g.mark == "" && g.offRule() {
			return []Blocker{*block(BadOp, g.code, 0, "网格"+d.short(g.code)+"内全部为专属楼栋，不能取消专属。",
				"All buildings of grid "+d.short(g.code)+" are dedicated; the mark is theirs.")}
		}
		g.mark = op.Dedicated
	}
	if *g == was {
		return []Blocker{*nothingChanges()}
	}
	return nil
}

func (d *Desk) resolveMove(op Op, next *deskState) (moves []nodeMove, blockers []Blocker) {
	seen := map[int32]bool{}
	for _, t := range op.Moves {
		nodes, bad := d.nodesOf(t)
		blockers = append(blockers, bad...)
		if len(nodes) == 0 && len(bad) == 0 {
			blockers = append(blockers, *block(BadOp, "", 0, "没有指明要移动的地块。", "It is not said what should move."))
		}
		for _, v := range nodes {
			if seen[v] {
				blockers = append(blockers, *block(BadOp, "", 0, fmt.Sprintf("地块%d被移动两次。", v), fmt.Sprintf("Plot %d is moved twice.", v)))
			}
			seen[v] = true
		}
		to, ok := next.find(t.To)
		switch {
		case t.To == "" && len(blockers) == 0:
			var b *Blocker
			if to, b = d.newGrid(next); b != nil {
				blockers = append(blockers, *b)
			}
		case t.To != "" && !ok:
			blockers = append(blockers, *block(UnknownGrid, t.To, 0, "没有网格"+t.To+"。", "There is no grid "+t.To+"."))
		}
		moves = append(moves, nodeMove{nodes, to})
	}
	return moves, blockers
}

// nodesOf lists the nodes that a transfer names, each once.
func (d *Desk) nodesOf(t Transfer) (nodes []int32, blockers []Blocker) {
	for _, p := range t.Plots {
		if p < 0 || p >= len(d.nodes) {
			blockers = append(blockers, *block(UnknownPlot, "", 0, fmt.Sprintf("没有地块%d。", p), fmt.Sprintf("There is no plot %d.", p)))
			continue
		}
		nodes = append(nodes, int32(p))
	}
	for _, id := range t.Buildings {
		list, ok := d.byID[id]
		if ok {
			nodes = append(nodes, list...)
			continue
		}
		_, known := slices.BinarySearchFunc(d.in.Buildings, id, func(b Building, id int64) int { return cmp.Compare(b.ID, id) })
		if known {
			blockers = append(blockers, *block(OtherCommunity, "", id, fmt.Sprintf("楼栋%d不在本社区内。", id), fmt.Sprintf("Building %d does not stand in this community.", id)))
		} else {
			blockers = append(blockers, *block(UnknownBuilding, "", id, fmt.Sprintf("没有楼栋%d。", id), fmt.Sprintf("There is no building %d.", id)))
		}
	}
	slices.Sort(nodes)
	return slices.Compact(nodes), blockers
}

func (s *deskState) nodesOf(g int32) (out []int32) {
	for v, p := range s.part {
		if p == g {
			out = append(out, int32(v))
		}
	}
	return out
}

func (d *Desk) newGrid(next *deskState) (int32, *Blocker) {
	code, err := d.newCode(next)
	if err != nil {
		return 0, block(NoNumber, "", 0, "本社区的网格号已用完。", "Every number of this community has been used.")
	}
	next.grids = append(next.grids, deskGrid{code: code})
	return int32(len(next.grids) - 1), nil
}

// carryOut moves the nodes in the next state and looks at what comes of it.
func (d *Desk) carryOut(op Op, next *deskState, moves []nodeMove) []Blocker {
	var blockers []Blocker
	grids, compounds := map[int32]bool{}, map[int32]bool{}
	moved := 0
	if op.Kind == MoveOp && len(moves) == 0 {
		return []Blocker{*block(BadOp, "", 0, "没有指明要移动的地块。", "It is not said what should move.")}
	}
	for _, m := range moves {
		for _, v := range m.nodes {
			if next.part[v] == m.to {
				continue
			}
			grids[next.part[v]], grids[m.to] = true, true
			if c := d.graph.Group[v]; c >= 0 {
				compounds[c] = true
			}
			d.put(next, v, m.to)
			moved++
		}
	}
	if moved == 0 && (op.Kind == MoveOp || op.Kind == MergeOp) {
		return []Blocker{*nothingChanges()}
	}
	for _, g := range sortedKeys(grids) {
		at := &next.grids[g]
		if at.locked {
			blockers = append(blockers, *block(Locked, at.code, 0, "网格"+at.code+"已锁定。", "Grid "+at.code+" is locked."))
		}
		before := 0
		if int(g) < len(d.state.grids) {
			before = d.pieces(d.state.part, g)
		}
		if n := d.pieces(next.part, g); n > max(1, before) {
			blockers = append(blockers, *block(InPieces, at.code, 0,
				fmt.Sprintf("网格%s将分成%d块。", d.short(at.code), n), fmt.Sprintf("Grid %s would be in %d pieces.", d.short(at.code), n)))
		}
	}
	for _, c := range sortedKeys(compounds) {
		if n := d.spans(next.part, c); n > d.spans(d.state.part, c) {
			id := d.compoundOf(c)
			blockers = append(blockers, *block(OfCompound, "", d.nameOf(d.members[c][0]),
				fmt.Sprintf("小区%d将分属%d个网格。", id, n), fmt.Sprintf("Compound %d would lie in %d grids.", id, n)))
		}
	}
	return blockers
}

func (d *Desk) compoundOf(c int32) int64 {
	for _, s := range d.nodes[d.members[c][0]].shares {
		return d.in.Buildings[s.building].Compound
	}
	return 0
}

// changed lists the grids in which two states differ, by index.
func changed(a, b *deskState) []int32 {
	differs := map[int32]bool{}
	for v := range a.part {
		if a.part[v] != b.part[v] {
			differs[a.part[v]], differs[b.part[v]] = true, true
		}
	}
	for i := range max(len(a.grids), len(b.grids)) {
		if i >= len(a.grids) || i >= len(b.grids) || a.grids[i] != b.grids[i] {
			differs[int32(i)] = true
		}
	}
	return sortedKeys(differs)
}
