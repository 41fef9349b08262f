package redraw

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// validatePresent refuses a present plan, or a way of using it, that has no
// meaning.
func validatePresent(in Input, o Options) error {
	if o.Mode != Fresh && o.Mode != Repair {
		return fmt.Errorf("mode %q is not known: want fresh or repair", o.Mode)
	}
	if o.Micro != MicroComplex && o.Micro != MicroAll && o.Micro != MicroNone {
		return fmt.Errorf("micro-grids %q are not known: want complex, all or none", o.Micro)
	}
	if o.Steps < 0 {
		return fmt.Errorf("a budget of %d steps makes no sense", o.Steps)
	}
	if in.Present == nil {
		return nil
	}
	seen := make(map[string]bool, len(in.Present.Grids))
	for i, g := range in.Present.Grids {
		if g.Code == "" {
			return fmt.Errorf("grid %d of the present plan has no code", i)
		}
		if seen[g.Code] {
			return fmt.Errorf("present code %s comes twice", g.Code)
		}
		seen[g.Code] = true
		if !finiteAll(g.Outline) {
			return fmt.Errorf("outline of present grid %s has coordinates that are no positions", g.Code)
		}
	}
	type place struct {
		building int64
		part     string
	}
	placed := make(map[place]bool, len(in.Present.Places))
	for _, p := range in.Present.Places {
		if p.Grid == "" {
			return fmt.Errorf("the present plan names no grid for building %d", p.BuildingID)
		}
		if placed[place{p.BuildingID, p.Part}] {
			return fmt.Errorf("the present plan places building %d %s twice", p.BuildingID, p.Part)
		}
		placed[place{p.BuildingID, p.Part}] = true
	}
	return nil
}

func finiteAll(g orb.MultiPolygon) bool {
	for _, poly := range g {
		for _, ring := range poly {
			for _, p := range ring {
				if !finite(p) {
					return false
				}
			}
		}
	}
	return true
}

// presentIndex answers where the present plan puts a building. A nil index
// answers that there is no plan. It is read only once made, and so may be shared
// between workers.
type presentIndex struct {
	places [][]PresentPlace // by index in Input.Buildings, sorted by part
	table  [][][]int        // stairwells of each building
	grids  *outlineTree
	micros *outlineTree
}

// newPresentIndex places the buildings of in: those listed in Present.Places
// there, all others by their inner point. Building numbers are those of in.
func newPresentIndex(in Input) *presentIndex {
	if in.Present == nil {
		return nil
	}
	var grids, micros []PresentGrid
	for _, g := range in.Present.Grids {
		if g.Microgrid {
			micros = append(micros, g)
		} else {
			grids = append(grids, g)
		}
	}
	x := &presentIndex{
		places: make([][]PresentPlace, len(in.Buildings)), table: make([][][]int, len(in.Buildings)),
		grids: newOutlineTree(grids), micros: newOutlineTree(micros),
	}
	index := make(map[int64]int, len(in.Buildings))
	for i := range in.Buildings {
		index[in.Buildings[i].ID] = i
		x.table[i] = in.Buildings[i].Stairwells
	}
	for _, p := range in.Present.Places {
		if i, ok := index[p.BuildingID]; ok {
			x.places[i] = append(x.places[i], p)
		}
	}
	for i := range x.places {
		if len(x.places[i]) == 0 {
			x.placeByPosition(&in.Buildings[i], i)
		}
		slices.SortFunc(x.places[i], func(a, b PresentPlace) int { return cmp.Compare(a.Part, b.Part) })
	}
	return x
}

// placeByPosition tries the inner point, then the corners: a building on the
// border of the outlines is in the first grid that holds any of it.
func (x *presentIndex) placeByPosition(b *Building, i int) {
	for _, p := range candidates(b.Outline) {
		if !finite(p) {
			continue
		}
		if grid := x.grids.at(p); grid != "" {
			x.places[i] = []PresentPlace{{BuildingID: b.ID, Households: b.Households, Grid: grid, Microgrid: x.micros.at(p)}}
			return
		}
	}
}

// of is where the present plan puts a building (by index in Input.Buildings) or
// a part of it; empty where it does not. A part that the present plan does not
// know lies where most of it, or else most of its building, does.
func (x *presentIndex) of(building int, part string) (grid, micro string) {
	if x == nil {
		return "", ""
	}
	best, most := -1, 0
	places := x.places[building]
	cells, known := partCells(part, x.table[building])
	for i, p := range places {
		if p.Part == part {
			return p.Grid, p.Microgrid
		}
		w := p.Households
		if old, ok := partCells(p.Part, x.table[building]); ok && known {
			w = shared(cells, old)
		}
		if best < 0 || w > most {
			best, most = i, w
		}
	}
	if best < 0 {
		return "", ""
	}
	return places[best].Grid, places[best].Microgrid
}

// at is the code of the present grid at a position, empty where there is none.
func (x *presentIndex) at(p orb.Point) (grid string) {
	if x == nil {
		return ""
	}
	return x.grids.at(p)
}
