package field

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/peterstace/simplefeatures/geom"

	"gridmap/service/planning"
)

// snapped is which plots each boundary of a place takes, in the order of its
// boundaries.
type snapped struct {
	plots   [][]planning.Plot
	shifted float64 // m² that lie on the other side than they were drawn
}

// snap gives each plot to the boundary that holds most of it, and one that none
// holds to the nearest. Plots that share their ground (layers of a tower) go
// together.
func (g ground) snap(p *place, desk *planning.Desk) (snapped, error) {
	out := snapped{plots: make([][]planning.Plot, len(p.boundaries))}
	for _, plot := range desk.Plots {
		area, err := g.area(plot.Outline)
		if err != nil {
			return out, fmt.Errorf("plot %d of %s: %w", plot.ID, p.Code, err)
		}
		best, most := -1, 0.0
		for i, b := range p.boundaries {
			both, err := shared(area, b.area)
			if err != nil {
				return out, fmt.Errorf("boundary %s: %w", b.label(), err)
			}
			if m2 := g.m2(polygons(both)); m2 > most {
				best, most = i, m2
			}
		}
		if best < 0 {
			best = nearest(area, p.boundaries)
		}
		out.shifted += max(0, plot.AreaM2-most)
		out.plots[best] = append(out.plots[best], plot)
	}
	return out, nil
}

func nearest(area geom.Geometry, list []*boundary) int {
	best, least := 0, math.Inf(1)
	for i, b := range list {
		if d, ok := geom.Distance(area, b.area); ok && d < least {
			best, least = i, d
		}
	}
	return best
}

// codes finds the grid in force that each boundary goes on from: that of its code;
// of those left, that with which it shares most households, then most plots.
// Empty is a new grid.
func codes(p *place, s *snapped, desk *planning.Desk) (out []string, found []Finding) {
	out = make([]string, len(p.boundaries))
	free := map[string]bool{}
	for _, g := range desk.Grids {
		free[g.Code] = true
	}
	for i, b := range p.boundaries {
		if b.code != "" && free[b.code] && len(s.plots[i]) > 0 {
			out[i], free[b.code] = b.code, false
		}
	}
	type pair struct {
		boundary          int
		code              string
		households, plots int
	}
	shares := map[pair]*pair{}
	var list []*pair
	for i := range p.boundaries {
		if out[i] != "" {
			continue
		}
		for _, plot := range s.plots[i] {
			if !free[plot.Grid] {
				continue
			}
			k := pair{boundary: i, code: plot.Grid}
			if shares[k] == nil {
				shares[k] = &pair{boundary: i, code: plot.Grid}
				list = append(list, shares[k])
			}
			shares[k].households += plot.Households
			shares[k].plots++
		}
	}
	slices.SortStableFunc(list, func(a, b *pair) int {
		return cmp.Or(cmp.Compare(b.households, a.households), cmp.Compare(b.plots, a.plots), cmp.Compare(a.boundary, b.boundary), cmp.Compare(a.code, b.code))
	})
	for _, k := range list {
		if out[k.boundary] == "" && free[k.code] {
			out[k.boundary], free[k.code] = k.code, false
		}
	}
	for i, b := range p.boundaries {
		switch {
		case len(s.plots[i]) == 0:
			found = append(found, Finding{Kind: Empty, Community: p.Code, Boundaries: []string{b.label()}, Geom: b.outline,
				Zh: fmt.Sprintf("边界%s没有占到任何地块的大部分，未成网格", b.label()), En: fmt.Sprintf("The boundary %s holds no plot for the most part; no grid comes of it.", b.label())})
		case b.code != "" && b.code != out[i]:
			became := cmp.Or(out[i], "新编码")
			found = append(found, Finding{Kind: NewCode, Community: p.Code, Boundaries: []string{b.label()}, Geom: b.outline,
				Zh: fmt.Sprintf("编码%s不是本社区现行网格，改用%s", b.code, became),
				En: fmt.Sprintf("The code %s is not that of a grid in force here; it becomes %s.", b.code, cmp.Or(out[i], "a new code"))})
		}
	}
	return out, found
}

// moveOf is the operation that puts every plot where its boundary says, and how
// many it moves.
func moveOf(s *snapped, codes []string) (op planning.Operation, moved int) {
	op = planning.Operation{Kind: "move", Force: true}
	for i, list := range s.plots {
		t := planning.Transfer{To: codes[i]}
		for _, plot := range list {
			if codes[i] == "" || plot.Grid != codes[i] {
				t.Plots = append(t.Plots, plot.ID)
			}
		}
		if len(t.Plots) > 0 {
			op.Moves = append(op.Moves, t)
			moved += len(t.Plots)
		}
	}
	return op, moved
}
