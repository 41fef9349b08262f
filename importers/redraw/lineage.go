package redraw

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// lineage of a new index: what it was made of, and the present codes in it.
func (o *overlap) lineage(index int) (string, []string) {
	from := slices.Clone(o.from[index])
	slices.Sort(from)
	whole, covered := 0, 0
	for _, code := range from {
		w := o.shared[code][index]
		covered += w
		if w == o.old[code] {
			whole++
		}
	}
	switch complete := covered == o.new[index]; {
	case len(from) == 0:
		return New, nil
	case len(from) == 1 && whole == 1 && complete:
		return Unchanged, from
	case len(from) == 1 && whole == 0 && complete:
		return Split, from
	case len(from) > 1 && whole == len(from) && complete:
		return Merged, from
	}
	return Mixed, from
}

// fate of a present code that nobody keeps; lineage and codes by new index.
func (o *overlap) fate(code string, lineage, codes []string) (string, []string) {
	var into []string
	pure := true
	for _, i := range sortedKeys(o.shared[code]) {
		into = append(into, codes[i])
		pure = pure && lineage[i] == Split
	}
	slices.Sort(into)
	switch {
	case len(into) == 0:
		return "", nil
	case len(into) == 1:
		return Merged, into
	case pure:
		return Split, into
	}
	return Mixed, into
}

// String says what became of a code, for a terminal.
func (r Retired) String() string {
	what := map[string]string{Split: "was parted", Merged: "went into one", Mixed: "was redrawn"}[r.Lineage]
	if what == "" {
		return fmt.Sprintf("code %s ends: no household of it is left", r.Code)
	}
	return fmt.Sprintf("code %s ends: it %s (%s): %s", r.Code, what, r.Lineage, strings.Join(r.Successors, ", "))
}

// identity is what a grid or micro-grid is called, and where it comes from.
type identity struct {
	code         string
	lineage      string
	predecessors []string
	kept         bool
	micro        []identity
}

// succession matches a drawing with the present plan. Grids and micro-grids have
// running numbers, in the order of the drawing.
type succession struct {
	present       *presentIndex
	grids, micros *overlap
	community     []int                     // of each grid
	grid          []int                     // of each micro-grid
	home          map[string]map[int]int    // by present grid: weight by community
	parent        map[string]map[string]int // by present micro-grid: weight by present grid
}

func newSuccession(p *publisher, grids [][]drawn) *succession {
	s := &succession{present: p.present, grids: newOverlap(), micros: newOverlap(),
		home: map[string]map[int]int{}, parent: map[string]map[string]int{}}
	for c := range grids {
		for i := range grids[c] {
			d := &grids[c][i]
			micro := d.microOf()
			for v, n := range d.nodes {
				for _, sh := range n.shares {
					for _, piece := range s.present.pieces(p.in.Buildings, sh) {
						s.add(c, len(s.community), piece, len(s.grid)+micro[v], micro[v] >= 0)
					}
				}
			}
			s.community = append(s.community, c)
			for range d.micro {
				s.grid = append(s.grid, len(s.community)-1)
			}
		}
	}
	s.addEmpty(p, grids)
	return s
}

// microOf is the micro-grid of each node, -1 none.
func (d *drawn) microOf() []int {
	micro := make([]int, len(d.nodes))
	for v := range micro {
		micro[v] = -1
	}
	for m := range d.micro {
		for _, v := range d.micro[m].nodes {
			micro[v] = m
		}
	}
	return micro
}

func (s *succession) add(community, grid int, p PresentPlace, micro int, nested bool) {
	w := weight(p.Households)
	s.grids.add(p.Grid, grid, w)
	if p.Grid != "" {
		if s.home[p.Grid] == nil {
			s.home[p.Grid] = map[int]int{}
		}
		s.home[p.Grid][community] += w
	}
	if nested {
		s.micros.add(p.Microgrid, micro, w)
	} else if p.Microgrid != "" {
		s.micros.old[p.Microgrid] += w
	}
	if p.Microgrid != "" {
		if s.parent[p.Microgrid] == nil {
			s.parent[p.Microgrid] = map[string]int{}
		}
		s.parent[p.Microgrid][p.Grid] += w
	}
}

// addEmpty lets a grid without a building follow a present grid without one, by
// the middles of its plots.
func (s *succession) addEmpty(p *publisher, grids [][]drawn) {
	if s.present == nil {
		return
	}
	built := make(map[string]bool, len(s.grids.old))
	for code := range s.grids.old {
		built[code] = true
	}
	number := 0
	for c := range grids {
		for i := range grids[c] {
			d := &grids[c][i]
			if !d.built() {
				for _, n := range d.nodes {
					a := &p.land.atoms[n.atom]
					if code := s.present.at([2]float64{a.x, a.y}); !built[code] {
						s.add(c, number, PresentPlace{Grid: code}, 0, false)
					}
				}
			}
			number++
		}
	}
}

// number gives every grid and micro-grid its code and lineage, and lists the
// present codes that end.
func (s *succession) number(in Input, grids [][]drawn) ([][]identity, []Retired, error) {
	keptGrid := s.grids.kept(func(code string, i int) bool { return most(s.home[code]) == s.community[i] })
	free := newNumbers(in.Present)
	ids := make([][]identity, len(grids))
	flat := make([]*identity, 0, len(s.community))
	for c := range grids {
		ids[c] = make([]identity, len(grids[c]))
		for i := range ids[c] {
			if code := grids[c][i].code; code != "" { // the desk has given it
				keptGrid[len(flat)] = code
			}
			if err := s.identify(&ids[c][i], s.grids, keptGrid, len(flat), free, in.Communities[c].Code, 3); err != nil {
				return nil, nil, err
			}
			ids[c][i].kept = ids[c][i].kept && s.held(ids[c][i].code, in.Present)
			flat = append(flat, &ids[c][i])
		}
	}
	keptMicro := s.micros.kept(func(code string, i int) bool { return most(s.parent[code]) == flat[s.grid[i]].code })
	var micros []*identity
	for c := range grids {
		for i := range grids[c] {
			id := &ids[c][i]
			id.micro = make([]identity, len(grids[c][i].micro))
			for m := range id.micro {
				if err := s.identify(&id.micro[m], s.micros, keptMicro, len(micros), free, id.code, 2); err != nil {
					return nil, nil, err
				}
				micros = append(micros, &id.micro[m])
			}
		}
	}
	return ids, append(s.retired(in, s.grids, flat, false), s.retired(in, s.micros, micros, true)...), nil
}

func (s *succession) identify(id *identity, o *overlap, kept map[int]string, index int, free *numbers, prefix string, digits int) (err error) {
	if id.code, id.kept = kept[index]; !id.kept {
		if id.code, err = free.take(prefix, digits); err != nil {
			return err
		}
	}
	id.lineage, id.predecessors = o.lineage(index)
	return nil
}

// held tells whether the present plan has a grid of this code.
func (s *succession) held(code string, p *Present) bool {
	return s.grids.old[code] > 0 || p != nil && slices.ContainsFunc(p.Grids, func(g PresentGrid) bool { return g.Code == code })
}

// most is the key of the largest weight, the smallest among equals.
func most[K cmp.Ordered](weights map[K]int) (best K) {
	w := -1
	for _, k := range sortedKeys(weights) {
		if weights[k] > w {
			best, w = k, weights[k]
		}
	}
	return best
}

// retired lists the present codes on the drawn land that nobody keeps: those of
// buildings that were drawn, and those whose outline lies in a drawn community.
func (s *succession) retired(in Input, o *overlap, ids []*identity, micro bool) []Retired {
	if in.Present == nil {
		return nil
	}
	codes, lineage := make([]string, len(ids)), make([]string, len(ids))
	held := make(map[string]bool, len(ids))
	for i, id := range ids {
		codes[i], lineage[i] = id.code, id.lineage
		held[id.code] = true
	}
	ended, at := sortedKeys(o.old), map[string]int{}
	for _, code := range ended {
		if at[code] = most(s.home[code]); micro {
			at[code] = most(s.home[most(s.parent[code])])
		}
	}
	bounds := boundsOf(in.Communities)
	for _, g := range in.Present.Grids {
		if g.Microgrid != micro || o.old[g.Code] > 0 {
			continue
		}
		p := candidates(g.Outline)
		if len(p) == 0 {
			continue
		}
		if c := holder(in.Communities, bounds, p[0]); c >= 0 {
			ended, at[g.Code] = append(ended, g.Code), int(c)
		}
	}
	var out []Retired
	slices.Sort(ended)
	for _, code := range slices.Compact(ended) {
		if !held[code] {
			r := Retired{Code: code, Microgrid: micro, community: at[code]}
			r.Lineage, r.Successors = o.fate(code, lineage, codes)
			out = append(out, r)
		}
	}
	return out
}
