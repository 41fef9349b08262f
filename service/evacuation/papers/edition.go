package papers

import (
	"cmp"
	"slices"
	"time"

	"gridmap/importers/redraw/picture/lettering"
)

// edition is a document as one paper is made of it: in a language, with its grids
// in order.
type edition struct {
	*Document
	english  bool
	grids    []*Grid // by last safe departure
	shelters map[int64]*Shelter
	to       map[int64]bool // shelters that households go to
	whole    bool           // all grids
	letters  *lettering.Lettering
}

func newEdition(d *Document, r *Request, letters *lettering.Lettering, latinOnly bool) *edition {
	e := &edition{Document: d, english: r.English || latinOnly, shelters: map[int64]*Shelter{}, to: map[int64]bool{}, whole: r.Grid == "", letters: letters}
	for i := range d.Grids {
		if g := &d.Grids[i]; r.Grid == "" || g.Code == r.Grid {
			e.grids = append(e.grids, g)
		}
	}
	slices.SortStableFunc(e.grids, func(a, b *Grid) int {
		return cmp.Or(soonest(a.Class, a.LastDeparture, b.Class, b.LastDeparture), cmp.Compare(a.Code, b.Code))
	})
	for i := range d.Shelters {
		e.shelters[d.Shelters[i].ID] = &d.Shelters[i]
	}
	for _, g := range e.grids {
		for i := range g.Buildings {
			for _, f := range g.Buildings[i].Floors {
				for k := range f.Households {
					e.to[cmp.Or(f.Households[k].Shelter, g.Buildings[i].Shelter)] = true
				}
			}
		}
	}
	return e
}

// soonest orders by last safe departure. One that is unknown may be now, and comes
// first; where the water does not come at all it is last.
func soonest(a Class, at time.Time, b Class, bt time.Time) int {
	rank := func(c Class, t time.Time) int {
		if c == Unaffected && t.IsZero() {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(rank(a, at), rank(b, bt)), at.Compare(bt))
}

// buildingsOf a grid in the order in which they are to be left.
func buildingsOf(g *Grid) []*Building {
	out := make([]*Building, len(g.Buildings))
	for i := range g.Buildings {
		out[i] = &g.Buildings[i]
	}
	slices.SortStableFunc(out, func(a, b *Building) int {
		return cmp.Or(soonest(a.Class, a.LastDeparture, b.Class, b.LastDeparture), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// floorsOf a building from the lowest, which the water reaches first; those of
// unknown number at the end.
func floorsOf(b *Building) []*Floor {
	out := make([]*Floor, len(b.Floors))
	for i := range b.Floors {
		out[i] = &b.Floors[i]
	}
	slices.SortStableFunc(out, func(a, b *Floor) int {
		return cmp.Or(cmp.Compare(truth(a.Number == 0), truth(b.Number == 0)), cmp.Compare(a.Number, b.Number))
	})
	return out
}

// householdsOf a floor, those who need help first.
func householdsOf(f *Floor) []*Household {
	out := make([]*Household, len(f.Households))
	for i := range f.Households {
		out[i] = &f.Households[i]
	}
	slices.SortStableFunc(out, func(a, b *Household) int {
		return cmp.Or(cmp.Compare(truth(b.Helped > 0), truth(a.Helped > 0)), cmp.Compare(a.Stairwell, b.Stairwell),
			cmp.Compare(len(a.Room), len(b.Room)), cmp.Compare(a.Room, b.Room), cmp.Compare(a.ID, b.ID))
	})
	return out
}

func truth(is bool) int {
	if is {
		return 1
	}
	return 0
}

// tally counts up what is listed.
type tally struct {
	buildings, households, persons, helped int
	care                                   Care
	classes                                map[Class]int // buildings
	unlisted                               Counted       // people of whom no household is on file
	unlistedBuildings                      int
}

func (t *tally) household(h *Household) {
	t.households++
	t.persons += h.Persons
	t.helped += h.Helped
	t.care.Elderly += h.Care.Elderly
	t.care.Child += h.Care.Child
	t.care.Disabled += h.Care.Disabled
	t.care.Sick += h.Care.Sick
	t.care.Frail += h.Care.Frail
	t.care.Pregnant += h.Care.Pregnant
}

func (t *tally) building(b *Building) {
	t.buildings++
	if t.classes == nil {
		t.classes = map[Class]int{}
	}
	t.classes[known(b.Class)]++
	if b.Counted.Persons > 0 {
		t.unlistedBuildings++
		t.unlisted.Households += b.Counted.Households
		t.unlisted.Persons += b.Counted.Persons
	}
	for i := range b.Floors {
		for k := range b.Floors[i].Households {
			t.household(&b.Floors[i].Households[k])
		}
	}
}

func (t *tally) grid(g *Grid) {
	for i := range g.Buildings {
		t.building(&g.Buildings[i])
	}
}

// known is a class that papers know; anything else is unknown.
func known(c Class) Class {
	switch c {
	case WetNow, WillBeWet, CutOff, Unaffected:
		return c
	}
	return Unknown
}

// lived is a household where it lives.
type lived struct {
	grid     *Grid
	building *Building
	floor    *Floor
	*Household
}

// households lists all of the edition, in the order of the call sheets.
func (e *edition) households() (out []lived) {
	for _, g := range e.grids {
		for _, b := range buildingsOf(g) {
			for _, f := range floorsOf(b) {
				for _, h := range householdsOf(f) {
					out = append(out, lived{g, b, f, h})
				}
			}
		}
	}
	return out
}

// shelter is where a household goes; nil: nobody said.
func (l *lived) shelter(e *edition) *Shelter {
	return e.shelters[cmp.Or(l.Shelter, l.building.Shelter)]
}

// goes is how a household goes.
func (l *lived) goes() Means { return cmp.Or(l.Means, l.building.Means) }

// add sums up two identities.
func (i *Identity) add(o Identity) {
	i.Listed += o.Listed
	i.Sheltered += o.Sheltered
	i.WithRelatives += o.WithRelatives
	i.HoldingUpstairs += o.HoldingUpstairs
	i.AlreadyAway += o.AlreadyAway
	i.Refused += o.Refused
	i.Unaccounted += o.Unaccounted
	i.Returned += o.Returned
	i.Extra += o.Extra
	i.Contradictions += o.Contradictions
}
