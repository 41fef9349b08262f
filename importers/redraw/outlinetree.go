package redraw

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// outlineTree finds the outline at a point: boxes packed by sorting into slabs
// and tiles (Leutenegger, Lopez and Edgington 1997), one level above another.
type outlineTree struct {
	grids  []PresentGrid
	order  []int32       // grids in packed order
	levels [][]orb.Bound // the first over order, eight boxes in each of the next
}

const treeFan = 8

// newOutlineTree packs grids. Of outlines that overlap the smaller code wins.
func newOutlineTree(grids []PresentGrid) *outlineTree {
	t := &outlineTree{grids: slices.Clone(grids)}
	slices.SortFunc(t.grids, func(a, b PresentGrid) int { return cmp.Compare(a.Code, b.Code) })
	var boxes []orb.Bound
	for i, g := range t.grids {
		if len(g.Outline) > 0 {
			t.order = append(t.order, int32(i))
		}
		boxes = append(boxes, g.Outline.Bound())
	}
	middle := func(i int32, axis int) float64 { return boxes[i].Min[axis] + boxes[i].Max[axis] }
	byAxis := func(list []int32, axis int) {
		slices.SortStableFunc(list, func(a, b int32) int { return cmp.Compare(middle(a, axis), middle(b, axis)) })
	}
	byAxis(t.order, 0)
	slab := treeFan * int(math.Ceil(math.Sqrt(float64(len(t.order))/treeFan)))
	for from := 0; from < len(t.order); from += slab {
		byAxis(t.order[from:min(from+slab, len(t.order))], 1)
	}
	level := make([]orb.Bound, len(t.order))
	for i, g := range t.order {
		level[i] = boxes[g]
	}
	for len(level) > 0 {
		t.levels = append(t.levels, level)
		if len(level) <= treeFan {
			break
		}
		var up []orb.Bound
		for i, b := range level {
			if i%treeFan == 0 {
				up = append(up, b)
			}
			up[i/treeFan] = up[i/treeFan].Union(b)
		}
		level = up
	}
	return t
}

// at is the smallest code of an outline that holds p, empty for none.
func (t *outlineTree) at(p orb.Point) string {
	if len(t.levels) == 0 {
		return ""
	}
	best := int32(-1)
	var descend func(level, from, to int)
	descend = func(level, from, to int) {
		for i := from; i < min(to, len(t.levels[level])); i++ {
			if !t.levels[level][i].Contains(p) {
				continue
			}
			if level > 0 {
				descend(level-1, i*treeFan, (i+1)*treeFan)
				continue
			}
			g := t.order[i]
			if (best < 0 || g < best) && planar.MultiPolygonContains(t.grids[g].Outline, p) {
				best = g
			}
		}
	}
	top := len(t.levels) - 1
	descend(top, 0, len(t.levels[top]))
	if best < 0 {
		return ""
	}
	return t.grids[best].Code
}

func boundsOf(communities []Community) []orb.Bound {
	out := make([]orb.Bound, len(communities))
	for i := range communities {
		out[i] = communities[i].Outline.Bound()
	}
	return out
}
