package redraw

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// Change is the answer to an operation.
type Change struct {
	Applied  bool      `json:"applied"`
	Blockers []Blocker `json:"blockers,omitempty"` // why not
	// Grids that were touched, by code, as they are now; of a refused operation
	// those that it would have touched, as they still are, without outlines.
	Grids      []GridState     `json:"grids"`
	Gone       []string        `json:"gone,omitempty"` // codes of grids that are no more
	Violations []DeskViolation `json:"violations,omitempty"`
	Repairs    []Suggestion    `json:"repairs,omitempty"` // best first, for touched grids outside the range
	Violation  int             `json:"violation"`         // households outside the range in all grids
	Households int             `json:"households"`        // in all grids: never changes
	Moved      int             `json:"householdsMoved"`   // since the session began
	CanUndo    bool            `json:"canUndo"`
	CanRedo    bool            `json:"canRedo"`
}

// GridState is a grid as it stands on the desk.
type GridState struct {
	Code       string           `json:"code"`
	Name       string           `json:"name,omitempty"`
	Households int              `json:"households"`
	Persons    int              `json:"persons"`
	Plots      int              `json:"plots"`
	InRange    bool             `json:"inRange"`      // always for a dedicated grid
	Dedicated  bool             `json:"dedicated"`    // no household rule holds
	To         string           `json:"to,omitempty"` // what it is dedicated to
	Locked     bool             `json:"locked"`
	Connected  bool             `json:"connected"`
	Pieces     []Piece          `json:"pieces,omitempty"` // where there is more than one
	Layered    bool             `json:"layered"`          // it shares its footprint with a grid that owns it
	Outline    orb.MultiPolygon `json:"outline,omitempty"`
}

// Piece is a part of a grid that hangs together.
type Piece struct {
	Plots      []int `json:"plots"`
	Households int   `json:"households"`
}

// ViolationKind is what is wrong with a grid.
type ViolationKind string

// Violations on the desk.
const (
	UnderRange    ViolationKind = "under"
	OverRange     ViolationKind = "over"
	Disconnected  ViolationKind = "disconnected"
	CompoundSplit ViolationKind = "compound_split"
	MixedUse      ViolationKind = "mixed" // dedicated buildings together with others
)

// DeskViolation is one, as data and in words.
type DeskViolation struct {
	Kind ViolationKind `json:"kind"`
	Grid string        `json:"grid"`
	By   int           `json:"by"` // households outside the range, pieces, or grids of the compound
	Zh   string        `json:"zh"`
	En   string        `json:"en"`
}

// refusal says why nothing was done.
func (d *Desk) refusal(moves []nodeMove, blockers []Blocker) Change {
	grids := map[int32]bool{}
	for _, m := range moves {
		for _, v := range m.nodes {
			grids[d.state.part[v]] = true
		}
		if m.to >= 0 && int(m.to) < len(d.state.grids) && d.state.grids[m.to].nodes > 0 && len(m.nodes) > 0 {
			grids[m.to] = true
		}
	}
	c := d.counted(d.state, sortedKeys(grids))
	c.Applied, c.Blockers = false, blockers
	return c
}

// change describes the touched grids as they are now, with their outlines, and what
// would mend them.
func (d *Desk) change(before *deskState, touched []int32) Change {
	c := d.counted(before, touched)
	live := make([]int32, len(c.Grids))
	for i := range live {
		live[i], _ = d.state.find(c.Grids[i].Code)
	}
	shapes, layered := d.outlines(live)
	for i := range c.Grids {
		c.Grids[i].Outline, c.Grids[i].Layered = shapes[i], layered[i]
	}
	c.Repairs = d.repairs(live, suggestions)
	return c
}

// counted describes the touched grids without outlines, and names those that were
// there before and are gone.
func (d *Desk) counted(before *deskState, touched []int32) Change {
	s := d.state
	c := Change{Applied: true, CanUndo: len(d.done) > 0, CanRedo: len(d.undone) > 0}
	var live []int32
	for _, g := range touched {
		switch {
		case int(g) < len(s.grids) && s.grids[g].nodes > 0:
			live = append(live, g)
		case int(g) < len(before.grids) && before.grids[g].nodes > 0:
			c.Gone = append(c.Gone, before.grids[g].code)
		}
	}
	for i := range s.grids {
		c.Violation += d.off(&s.grids[i])
		c.Households += s.grids[i].households
	}
	for v, code := range d.start {
		if code != "" && code != s.grids[s.part[v]].code {
			c.Moved += d.nodes[v].households
		}
	}
	slices.Sort(c.Gone)
	slices.SortFunc(live, func(a, b int32) int { return strings.Compare(s.grids[a].code, s.grids[b].code) })
	c.Grids = d.view(live)
	for i, g := range live {
		c.Violations = append(c.Violations, d.violations(g, &c.Grids[i])...)
	}
	return c
}

// View describes all grids by code, with what is wrong and what would mend it.
func (d *Desk) View() Change { return d.change(d.state, d.state.byCode()) }

// view lists grids, without outlines.
func (d *Desk) view(grids []int32) []GridState {
	out := make([]GridState, len(grids))
	for i, at := range grids {
		g := &d.state.grids[at]
		out[i] = GridState{Code: g.code, Name: g.name, Households: g.households, Persons: g.persons, Plots: g.nodes, Locked: g.locked,
			InRange: d.off(g) == 0, Dedicated: g.offRule(), To: d.dedicatedTo(at)}
		var pieces []Piece
		d.eachPiece(d.state.part, at, func(nodes []int32) {
			var p Piece
			for _, v := range nodes {
				p.Plots = append(p.Plots, int(v))
				p.Households += d.nodes[v].households
			}
			slices.Sort(p.Plots)
			pieces = append(pieces, p)
		})
		if out[i].Connected = len(pieces) < 2; !out[i].Connected {
			out[i].Pieces = pieces
		}
	}
	return out
}

// violations of one grid.
func (d *Desk) violations(at int32, g *GridState) (out []DeskViolation) {
	name := d.short(g.Code)
	add := func(kind ViolationKind, by int, zh, en string) {
		out = append(out, DeskViolation{kind, g.Code, by, zh, en})
	}
	if off := d.off(&d.state.grids[at]); off > 0 {
		if g.Households > d.rule.Max {
			add(OverRange, off, fmt.Sprintf("网格%s有%d户，超过%d户。", name, g.Households, d.rule.Max),
				fmt.Sprintf("Grid %s has %d households, over %d.", name, g.Households, d.rule.Max))
		} else {
			add(UnderRange, off, fmt.Sprintf("网格%s有%d户，不足%d户。", name, g.Households, d.rule.Min),
				fmt.Sprintf("Grid %s has %d households, under %d.", name, g.Households, d.rule.Min))
		}
	}
	if n := len(g.Pieces); n > 1 {
		add(Disconnected, n, fmt.Sprintf("网格%s分成%d块。", name, n), fmt.Sprintf("Grid %s is in %d pieces.", name, n))
	}
	if at := &d.state.grids[at]; at.mark == "" && at.dedicated > 0 && at.dedicated < at.built {
		add(MixedUse, at.dedicated, fmt.Sprintf("网格%s把专属楼栋与其他楼栋混在一起。", name), fmt.Sprintf("Grid %s mixes dedicated buildings with others.", name))
	}
	for c := range d.members {
		n := d.spans(d.state.part, int32(c))
		if n < 2 || !slices.ContainsFunc(d.members[c], func(v int32) bool { return d.state.part[v] == at }) {
			continue
		}
		id := d.compoundOf(int32(c))
		add(CompoundSplit, n, fmt.Sprintf("小区%d分属%d个网格。", id, n), fmt.Sprintf("Compound %d lies in %d grids.", id, n))
	}
	return out
}

// short is a code without its community.
func (d *Desk) short(code string) string {
	if rest := strings.TrimPrefix(code, d.community); rest != "" {
		return rest
	}
	return code
}

// Assignments lists where every building, or part of one, is now, as Plan does;
// Grid counts the grids of View.
func (d *Desk) Assignments() []Assignment {
	number := map[int32]int{}
	for i, g := range d.state.byCode() {
		number[g] = i
	}
	type place struct{ building, grid int }
	in := map[place][]share{}
	var order []place
	for v, n := range d.nodes {
		for _, s := range n.shares {
			at := place{s.building, number[d.state.part[v]]}
			if in[at] == nil {
				order = append(order, at)
			}
			in[at] = append(in[at], s)
		}
	}
	out := make([]Assignment, 0, len(order))
	for _, at := range order {
		s := d.whole(in[at])
		out = append(out, Assignment{BuildingID: d.in.Buildings[s.building].ID, Part: s.part, Households: s.households,
			Persons: s.persons, Grid: at.grid, Microgrid: -1})
	}
	slices.SortFunc(out, compareAssignments)
	return out
}

func compareAssignments(a, b Assignment) int {
	if c := cmp.Compare(a.BuildingID, b.BuildingID); c != 0 {
		return c
	}
	return strings.Compare(a.Part, b.Part)
}

// whole joins parts of one building in one grid; all of them are the building.
func (d *Desk) whole(list []share) share {
	s := share{building: list[0].building}
	parts := make([]string, len(list))
	for i, l := range list {
		s.households += l.households
		s.persons += l.persons
		parts[i] = l.part
	}
	if s.part = strings.Join(parts, "+"); len(list) == len(d.byID[d.in.Buildings[s.building].ID]) {
		s.part = ""
	}
	return s
}
