package redraw

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"gridmap/geo/coverage"
	"gridmap/geo/regions"
)

// Desk is a planner's session on the grids of one community: operations one after
// another, each answered with what changed, what is wrong now and what would mend
// it; undo and redo. It is as pure as Draw: the same input, start and operations
// give the same bytes. It is not safe for use by several goroutines at once.
//
// What moves is a plot: the cell of a building or of several in one place, one
// part of a divided building, or empty land. Nothing is cut on the desk, so gaps
// and overlaps cannot come about. Micro-grids are not on it: Plan draws them inside
// the grids when the planner is done.
type Desk struct {
	in        Input
	o         Options
	rule      bounds
	land      *land
	community string
	nodes     []node
	graph     *regions.Graph
	members   [][]int32 // nodes of each compound
	byID      map[int64][]int32
	byAtom    map[int32][]int32
	start     []string // code of the grid in which each node began, empty none
	free      *numbers
	holds     *Present // the plan that holds now, for lineage
	state     *deskState
	done      []deskDelta // that take back each operation, the last at the end
	undone    []deskDelta
	log       []Op
	logUndone []Op
	scratch   scratch
	halfEdges [][]int32 // by face, once asked for
	proof     *proof    // once asked for
}

// Plot is what moves as a whole.
type Plot struct {
	ID         int       `json:"id"` // from zero; the same input gives the same numbers
	Buildings  []PartOf  `json:"buildings"`
	Households int       `json:"households"`
	Persons    int       `json:"persons"`
	Compound   bool      `json:"compound"` // of one compound
	At         orb.Point `json:"at"`       // metres, about in its middle
	AreaM2     float64   `json:"areaM2"`   // of the whole cell, which layers share
	Grid       string    `json:"grid"`
}

// PartOf is a building, or a part of a divided one.
type PartOf struct {
	ID   int64  `json:"id"`
	Part string `json:"part,omitempty"`
}

// NewDesk opens a session on one community. It begins with the grids of start;
// a building that start does not place joins the grid round it. Plan.Present
// makes a start of a plan. Input.Present is the plan that holds, which Plan
// compares with, and whose codes are not given again.
func NewDesk(ctx context.Context, in Input, o Options, start *Present) (*Desk, error) {
	if len(in.Communities) != 1 {
		return nil, fmt.Errorf("a desk is for one community, not for %d", len(in.Communities))
	}
	return NewDeskAmong(ctx, in, in.Communities[0].Code, o, start)
}

// NewDeskAmong opens a session on one of several communities. The others, with
// their buildings, are there for the border alone: with all the neighbours that
// were there when a plan was drawn, grids share their edges with those across the
// border as in that plan, to the last digit.
func NewDeskAmong(ctx context.Context, in Input, code string, o Options, start *Present) (*Desk, error) {
	o = o.withDefaults()
	holds := in.Present
	in.Present = start
	if err := validate(in, o); err != nil {
		return nil, err
	}
	if err := validatePresent(in, o); err != nil {
		return nil, err
	}
	in.Communities = o.Micro.applied(in.Communities)
	slices.SortFunc(in.Communities, func(a, b Community) int { return strings.Compare(a.Code, b.Code) })
	in.Buildings = slices.Clone(in.Buildings)
	slices.SortFunc(in.Buildings, func(a, b Building) int { return cmp.Compare(a.ID, b.ID) })
	at := slices.IndexFunc(in.Communities, func(c Community) bool { return c.Code == code })
	if at < 0 {
		return nil, fmt.Errorf("community %s is not among those given", code)
	}
	land, err := survey(ctx, in, o.Workers)
	if err != nil {
		return nil, err
	}
	land.only(int32(at))
	in.Communities = in.Communities[at : at+1]
	if len(land.atoms) == 0 {
		return nil, fmt.Errorf("community %s has no land to draw on", in.Communities[0].Code)
	}
	d := &Desk{in: in, o: o, rule: o.gridRule(), land: land, community: in.Communities[0].Code, free: newNumbers(start),
		byID: map[int64][]int32{}, byAtom: map[int32][]int32{}}
	if holds != nil {
		for code := range newNumbers(holds).taken {
			d.free.taken[code] = true
		}
	}
	d.holds = holds
	d.layOut(newPresentIndex(in))
	return d, nil
}

// only leaves nothing of the land but one community, as the first.
func (l *land) only(community int32) {
	number := make([]int32, len(l.atoms))
	var kept []atom
	for a := range l.atoms {
		number[a] = -1
		if l.atoms[a].community == community {
			number[a] = int32(len(kept))
			kept = append(kept, l.atoms[a])
			kept[number[a]].community = 0
		}
	}
	for f, a := range l.atom {
		if l.community[f] == community && a >= 0 {
			l.community[f], l.atom[f] = 0, number[a]
		} else {
			l.community[f], l.atom[f] = -1, -1
		}
	}
	closed := make(map[[2]int32]bool)
	for pair, is := range l.closed {
		if a, b := number[pair[0]], number[pair[1]]; a >= 0 && b >= 0 {
			closed[[2]int32{a, b}] = is
		}
	}
	l.atoms, l.closed = kept, closed
}

// layOut makes the nodes, their graph and the first state.
func (d *Desk) layOut(at *presentIndex) {
	for a := range d.land.atoms {
		if d.land.atoms[a].community == 0 {
			d.plotsOf(int32(a), at)
		}
	}
	for v, n := range d.nodes {
		d.byAtom[n.atom] = append(d.byAtom[n.atom], int32(v))
		for _, s := range n.shares {
			id := d.in.Buildings[s.building].ID
			d.byID[id] = append(d.byID[id], int32(v))
		}
	}
	d.graph = (&drawer{in: d.in}).graph(d.nodes, d.land.links(1)[0])
	for v, c := range d.graph.Group {
		for int(c) >= len(d.members) {
			d.members = append(d.members, nil)
		}
		if c >= 0 {
			d.members[c] = append(d.members[c], int32(v))
		}
	}
	d.scratch = newScratch(len(d.nodes))
	d.firstState()
}

// plotsOf makes the nodes of one atom: each part of a divided building by itself,
// and the whole buildings of one grid together.
func (d *Desk) plotsOf(a int32, at *presentIndex) {
	list := d.land.atoms[a].buildings
	if len(list) == 0 {
		d.nodes = append(d.nodes, node{atom: a})
		d.start = append(d.start, at.at(d.inside(a)))
		return
	}
	whole := map[string]int{}
	for _, b := range list {
		for _, s := range d.sharesOf(b, at) {
			grid, _ := at.of(b, s.part)
			n, ok := whole[grid]
			if !ok || s.part != "" {
				n = len(d.nodes)
				d.nodes = append(d.nodes, node{atom: a})
				d.start = append(d.start, grid)
				if s.part == "" {
					whole[grid] = n
				}
			}
			d.nodes[n].shares = append(d.nodes[n].shares, s)
			d.nodes[n].households += s.households
			d.nodes[n].persons += s.persons
		}
	}
}

// sharesOf are the parts in which the start has a building, where their names fit
// its table and leave nothing out; else the whole.
func (d *Desk) sharesOf(b int, at *presentIndex) []share {
	of, us := &d.in.Buildings[b], units(d.in.Buildings, []int{b})
	all := []share{newShare(d.in.Buildings, us)}
	if at == nil || len(at.places[b]) < 2 || us[0].stairwell < 0 || of.Households == 0 {
		return all
	}
	var out []share
	before, taken := 0, 0
	for _, p := range at.places[b] {
		in, ok := partFloors(p.Part, of.Stairwells)
		if !ok {
			return all
		}
		s := share{building: b, part: p.Part}
		for _, u := range us {
			if in[u.stairwell][u.floor] {
				s.units = append(s.units, u)
				s.households += u.weight
			}
		}
		s.persons = of.Persons*(before+s.households)/of.Households - of.Persons*before/of.Households
		before += s.households
		taken += len(s.units)
		out = append(out, s)
	}
	if taken != len(us) || before != of.Households {
		return all
	}
	return out
}

// inside is a point inside an atom's largest face.
func (d *Desk) inside(a int32) orb.Point {
	at := &d.land.atoms[a]
	p, ok := coverage.FromMetres(orb.Point{at.x, at.y})
	if f := d.land.cov.Locate(p); ok && f != coverage.None && d.land.atom[f] == a {
		return orb.Point{at.x, at.y}
	}
	best := coverage.None
	for f, of := range d.land.atom {
		if of == a && (best == coverage.None || d.land.cov.Area2(int32(f)) > d.land.cov.Area2(best)) {
			best = int32(f)
		}
	}
	if best == coverage.None {
		return orb.Point{at.x, at.y}
	}
	if d.halfEdges == nil {
		d.halfEdges = d.land.cov.HalfEdgesByFace()
	}
	x, y := d.land.cov.InteriorPoint(best, d.halfEdges[best])
	return orb.Point{x, y}
}

// Present makes a plan the start of a desk, or of another plan.
func (p *Plan) Present() *Present {
	out := &Present{}
	for i := range p.Grids {
		g := &p.Grids[i]
		if !g.Layered {
			out.Grids = append(out.Grids, PresentGrid{Code: g.Code, Outline: g.Outline})
		}
		for _, m := range g.Microgrids {
			if !m.Layered {
				out.Grids = append(out.Grids, PresentGrid{Code: m.Code, Outline: m.Outline, Microgrid: true})
			}
		}
	}
	for _, a := range p.Assignments {
		g := &p.Grids[a.Grid]
		place := PresentPlace{BuildingID: a.BuildingID, Part: a.Part, Households: a.Households, Grid: g.Code}
		if a.Microgrid >= 0 {
			place.Microgrid = g.Microgrids[a.Microgrid].Code
		}
		out.Places = append(out.Places, place)
	}
	return out
}

// Plots lists all plots with the grids in which they are now.
func (d *Desk) Plots() []Plot {
	out := make([]Plot, len(d.nodes))
	for v := range d.nodes {
		out[v] = d.plot(int32(v))
	}
	return out
}

func (d *Desk) plot(v int32) Plot {
	n := &d.nodes[v]
	at := &d.land.atoms[n.atom]
	p := Plot{ID: int(v), Households: n.households, Persons: n.persons, Compound: d.graph.Group[v] >= 0, At: orb.Point{at.x, at.y},
		AreaM2: at.areaM2, Grid: d.state.grids[d.state.part[v]].code, Buildings: []PartOf{}}
	for _, s := range n.shares {
		p.Buildings = append(p.Buildings, PartOf{d.in.Buildings[s.building].ID, s.part})
	}
	return p
}

// PlotsAt are the plots at a position in metres: several where a building is
// divided, none outside the community.
func (d *Desk) PlotsAt(p orb.Point) []int {
	at, ok := coverage.FromMetres(p)
	if !ok {
		return nil
	}
	f := d.land.cov.Locate(at)
	if f == coverage.None || d.land.atom[f] < 0 {
		return nil
	}
	var out []int
	for _, v := range d.byAtom[d.land.atom[f]] {
		out = append(out, int(v))
	}
	return out
}

// Rejected lists the buildings that could not be placed on the desk.
func (d *Desk) Rejected() []Rejected { return slices.Clone(d.land.rejected) }
