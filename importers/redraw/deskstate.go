package redraw

import (
	"cmp"
	"slices"
)

// deskState is all that operations change. It is never changed once an operation
// is done, so that undo is to take the one before.
type deskState struct {
	part   []int32 // grid of each node
	grids  []deskGrid
	issued []string // codes given in this session
	// complex: the community has micro-grids.
	complex bool
}

// deskGrid is a grid on the desk. One without nodes is gone.
type deskGrid struct {
	code, name          string
	locked              bool
	mark                string // what a planner dedicated it to; empty: nothing
	nodes               int
	households, persons int
	built, dedicated    int // nodes with buildings, and with nothing but dedicated ones
}

func (s *deskState) clone() *deskState {
	return &deskState{part: slices.Clone(s.part), grids: slices.Clone(s.grids), issued: slices.Clip(s.issued), complex: s.complex}
}

// offRule tells whether the household rule does not hold: a dedicated grid.
func (g *deskGrid) offRule() bool { return g.mark != "" || g.built > 0 && g.built == g.dedicated }

// off is how many households a grid lies outside the range.
func (d *Desk) off(g *deskGrid) int {
	if g.nodes == 0 || g.offRule() {
		return 0
	}
	return d.rule.Off(g.households)
}

// put moves a node, with the counts.
func (d *Desk) put(s *deskState, v, to int32) {
	d.count(&s.grids[s.part[v]], v, -1)
	s.part[v] = to
	d.count(&s.grids[to], v, 1)
}

func (d *Desk) count(g *deskGrid, v int32, sign int) {
	n := &d.nodes[v]
	g.nodes += sign
	g.households += sign * n.households
	g.persons += sign * n.persons
	if len(n.shares) == 0 {
		return
	}
	g.built += sign
	if !slices.ContainsFunc(n.shares, func(sh share) bool { return d.in.Buildings[sh.building].Dedicated == "" }) {
		g.dedicated += sign
	}
}

// firstState takes the grids of the start. What it does not place joins the
// neighbour with the strongest link, ring by ring; where nothing is placed at all
// there is one grid.
func (d *Desk) firstState() {
	s := &deskState{part: make([]int32, len(d.nodes)), complex: d.in.Communities[0].Complex}
	index := map[string]int32{}
	codes := slices.Clone(d.start)
	slices.Sort(codes)
	for _, code := range slices.Compact(codes) {
		if code != "" {
			index[code] = int32(len(s.grids))
			s.grids = append(s.grids, deskGrid{code: code})
		}
	}
	var ring []int32
	for v, code := range d.start {
		s.part[v] = -1
		if code != "" {
			s.part[v] = index[code]
			ring = append(ring, int32(v))
		}
	}
	for {
		if d.spread(s.part, ring); !slices.Contains(s.part, -1) {
			break
		}
		v := slices.Index(s.part, -1) // nothing there has a grid
		code, _ := d.newCode(s)
		s.part[v] = int32(len(s.grids))
		s.grids = append(s.grids, deskGrid{code: code})
		ring = []int32{int32(v)}
	}
	for v, p := range s.part {
		d.count(&s.grids[p], int32(v), 1)
	}
	d.nameAsBefore(s)
	d.state = s
}

// nameAsBefore gives grids the names and marks of the start.
func (d *Desk) nameAsBefore(s *deskState) {
	if d.in.Present == nil {
		return
	}
	of := map[string]*PresentGrid{}
	for i := range d.in.Present.Grids {
		of[d.in.Present.Grids[i].Code] = &d.in.Present.Grids[i]
	}
	for i := range s.grids {
		g := &s.grids[i]
		if p := of[g.code]; p != nil {
			if g.name = p.Name; !g.offRule() {
				g.mark = p.Dedicated
			}
		}
	}
}

// spread gives nodes without a grid to a neighbour's, ring by ring.
func (d *Desk) spread(part, ring []int32) {
	for len(ring) > 0 {
		best := map[int32]offer{}
		var next []int32
		for _, v := range ring {
			for _, a := range d.graph.Around(v) {
				if part[a.To] >= 0 {
					continue
				}
				b, seen := best[a.To]
				if !seen {
					next = append(next, a.To)
				}
				if !seen || a.Cost > b.cost {
					best[a.To] = offer{part[v], a.Cost}
				}
			}
		}
		for _, v := range next {
			part[v] = best[v].part
		}
		ring = next
	}
}

type offer struct {
	part int32
	cost float64
}

// newCode is the lowest number of the community that was never used, in this
// session neither.
func (d *Desk) newCode(s *deskState) (string, error) {
	free := &numbers{taken: make(map[string]bool, len(s.issued)), next: map[string]int{}}
	for _, code := range s.issued {
		free.taken[code] = true
	}
	for {
		code, err := free.take(d.community, 3)
		if err != nil {
			return "", err
		}
		if !d.free.taken[code] {
			s.issued = append(s.issued, code)
			return code, nil
		}
	}
}

// scratch saves allocations: a mark is set when it equals the round.
type scratch struct {
	mark  []int32
	round int32
	queue []int32
}

func newScratch(n int) scratch { return scratch{mark: make([]int32, n)} }

// pieces counts the connected pieces of a grid.
func (d *Desk) pieces(part []int32, grid int32) int {
	n := 0
	d.eachPiece(part, grid, func([]int32) { n++ })
	return n
}

// eachPiece visits the connected pieces of a grid, in the order of their first
// node. The slice is used again.
func (d *Desk) eachPiece(part []int32, grid int32, visit func(nodes []int32)) {
	s := &d.scratch
	s.round++
	for v := range part {
		if part[v] != grid || s.mark[v] == s.round {
			continue
		}
		s.queue = append(s.queue[:0], int32(v))
		s.mark[v] = s.round
		for i := 0; i < len(s.queue); i++ {
			for _, a := range d.graph.Around(s.queue[i]) {
				if part[a.To] == grid && s.mark[a.To] != s.round {
					s.mark[a.To] = s.round
					s.queue = append(s.queue, a.To)
				}
			}
		}
		visit(s.queue)
	}
}

// spans counts the grids in which a compound lies.
func (d *Desk) spans(part []int32, compound int32) int {
	var in []int32
	for _, v := range d.members[compound] {
		if !slices.Contains(in, part[v]) {
			in = append(in, part[v])
		}
	}
	return len(in)
}

// find is the index of a grid that is not gone.
func (s *deskState) find(code string) (int32, bool) {
	i := slices.IndexFunc(s.grids, func(g deskGrid) bool { return g.code == code && g.nodes > 0 })
	return int32(i), i >= 0
}

// byCode lists the grids that are not gone by code.
func (s *deskState) byCode() []int32 {
	var out []int32
	for i := range s.grids {
		if s.grids[i].nodes > 0 {
			out = append(out, int32(i))
		}
	}
	slices.SortFunc(out, func(a, b int32) int { return cmp.Compare(s.grids[a].code, s.grids[b].code) })
	return out
}
