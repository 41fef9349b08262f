package redraw

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Effect is what an operation did, so that a log can be played again without
// doing the operations: it needs no search, and it holds on other ground. Plots
// are named by number, good for one Ground, and by what stands on them.
type Effect struct {
	Moves   []EffectMove `json:"moves,omitempty"`
	Grids   []EffectGrid `json:"grids,omitempty"` // that are new or have something else written on them, in order
	Issued  []string     `json:"issued,omitempty"`
	Complex *bool        `json:"complex,omitempty"`
}

// EffectMove is plots that came to a grid.
type EffectMove struct {
	To     string   `json:"to"`
	Plots  []int    `json:"plots"`
	Places []PartOf `json:"places,omitempty"` // on them
	// At are points of those on which nothing stands, in metres.
	At []orb.Point `json:"at,omitempty"`
}

// EffectGrid is what is written on a grid after an operation.
type EffectGrid struct {
	Code      string `json:"code"`
	Name      string `json:"name,omitempty"`
	Dedicated string `json:"dedicated,omitempty"`
	Locked    bool   `json:"locked,omitempty"`
	New       bool   `json:"new,omitempty"`
}

// Ground is a digest of the plots: what stands on them, where they are and how
// large. With the same ground a plot's number means the same plot.
func (d *Desk) Ground() [sha256.Size]byte {
	h := sha256.New()
	var b []byte
	put := func(v uint64) { b = binary.BigEndian.AppendUint64(b, v) }
	for v := range d.nodes {
		n := &d.nodes[v]
		at := &d.land.atoms[n.atom]
		b = b[:0]
		for _, f := range []float64{at.x, at.y, at.areaM2} {
			put(uint64(int64(math.Round(f * 1000))))
		}
		put(uint64(len(n.shares)))
		for _, s := range n.shares {
			put(uint64(d.in.Buildings[s.building].ID))
			put(uint64(len(s.part)))
			b = append(b, s.part...)
		}
		h.Write(b) // never fails
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// effectOf is what turned one state into another.
func (d *Desk) effectOf(from, to *deskState) Effect {
	e := Effect{Issued: slices.Clone(to.issued[min(len(from.issued), len(to.issued)):])}
	if from.complex != to.complex {
		e.Complex = &to.complex
	}
	for i := range to.grids {
		g, fresh := &to.grids[i], i >= len(from.grids)
		if fresh || g.name != from.grids[i].name || g.mark != from.grids[i].mark || g.locked != from.grids[i].locked {
			e.Grids = append(e.Grids, EffectGrid{g.code, g.name, g.mark, g.locked, fresh})
		}
	}
	byGrid := map[int32][]int32{}
	for v := range to.part {
		if from.part[v] != to.part[v] {
			byGrid[to.part[v]] = append(byGrid[to.part[v]], int32(v))
		}
	}
	for _, g := range sortedKeys(byGrid) {
		m := EffectMove{To: to.grids[g].code}
		for _, v := range byGrid[g] {
			m.Plots = append(m.Plots, int(v))
			for _, s := range d.nodes[v].shares {
				m.Places = append(m.Places, PartOf{d.in.Buildings[s.building].ID, s.part})
			}
			if len(d.nodes[v].shares) == 0 {
				m.At = append(m.At, d.inside(d.nodes[v].atom))
			}
		}
		e.Moves = append(e.Moves, m)
	}
	return e
}

// Play does an effect again as an operation of that kind. On the same ground
// plots go by number, else by what stands on them and where they are; lost are
// buildings that are not here any more. It is false, and nothing is done, when
// nothing of it is left to do.
func (d *Desk) Play(op Op, e Effect, sameGround bool) (lost []int64, ok bool) {
	next := d.state.clone()
	next.issued = append(next.issued, e.Issued...)
	if e.Complex != nil {
		next.complex = *e.Complex
	}
	index := map[string]int32{}
	for i := range next.grids { // of two with one code the later one lives
		index[next.grids[i].code] = int32(i)
	}
	for _, g := range e.Grids {
		at, known := index[g.Code]
		if g.New || !known {
			at = int32(len(next.grids))
			next.grids = append(next.grids, deskGrid{code: g.Code})
			index[g.Code] = at
		}
		next.grids[at].name, next.grids[at].mark, next.grids[at].locked = g.Name, g.Dedicated, g.Locked
	}
	found := len(e.Moves) == 0
	for _, m := range e.Moves {
		to, known := index[m.To]
		if !known {
			to = int32(len(next.grids))
			next.grids = append(next.grids, deskGrid{code: m.To})
			index[m.To] = to
		}
		nodes, gone := d.playedNodes(m, sameGround)
		lost = append(lost, gone...)
		found = found || len(nodes) > 0
		for _, v := range nodes {
			if next.part[v] != to {
				d.put(next, v, to)
			}
		}
	}
	if !found {
		return lost, false
	}
	d.take(op, next)
	return lost, true
}

func (d *Desk) playedNodes(m EffectMove, sameGround bool) (nodes []int32, lost []int64) {
	if sameGround {
		for _, p := range m.Plots {
			if p >= 0 && p < len(d.nodes) {
				nodes = append(nodes, int32(p))
			}
		}
		return nodes, nil
	}
	for _, p := range m.Places {
		list := d.byID[p.ID]
		if len(list) == 0 {
			lost = append(lost, p.ID)
		}
		for _, v := range list {
			if p.Part == "" || len(list) == 1 || slices.ContainsFunc(d.nodes[v].shares, func(s share) bool {
				return s.part == p.Part && d.in.Buildings[s.building].ID == p.ID
			}) {
				nodes = append(nodes, v)
			}
		}
	}
	for _, at := range m.At {
		for _, v := range d.PlotsAt(at) {
			nodes = append(nodes, int32(v))
		}
	}
	slices.Sort(nodes)
	return slices.Compact(nodes), lost
}

// PlayUndo and PlayRedo are Undo and Redo without a view of what changed.
func (d *Desk) PlayUndo() bool { return d.swap(&d.done, &d.undone, &d.log, &d.logUndone) }

// PlayRedo is Redo without a view of what changed.
func (d *Desk) PlayRedo() bool { return d.swap(&d.undone, &d.done, &d.logUndone, &d.log) }

// Effect is what the last operation that is not undone did; false when there is
// none.
func (d *Desk) Effect() (Effect, bool) {
	if len(d.done) == 0 {
		return Effect{}, false
	}
	return d.effectOf(d.done[len(d.done)-1].applied(d.state), d.state), true
}
