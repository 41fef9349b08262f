package synth

import (
	"iter"

	"github.com/paulmach/orb"
)

// NewCase is a case that somebody might open now.
type NewCase struct {
	TypeCode     string
	Title        string
	Description  string
	Level        string
	BuildingCode string
	Place        orb.Point // EPSG:4490
}

// CaseStream gives new cases without end, as they might come in: of the kinds
// that go with the building, more where more people live.
func (d *District) CaseStream(seed uint64) iter.Seq[NewCase] {
	return func(yield func(NewCase) bool) {
		types := caseTypes()
		menu, dice := newCaseMenu(types), throw(seed, diceFresh, 0)
		spots := newSpots(d, Assignment{Grids: make([]GridRef, 1), Buildings: make([]Home, len(d.Buildings))})
		for len(spots.building) > 0 {
			spot := spots.draw(&dice)
			t := &types[menu[spots.setting[spot]][dice.below(12)].draw(&dice)]
			house := &d.Buildings[spots.building[spot]]
			at, _ := beside(&dice, house)
			c := NewCase{TypeCode: t.Code, Title: t.Name, Description: t.texts[dice.below(len(t.texts))], Level: levelNames()[drawLevel(&dice)],
				BuildingCode: house.Code, Place: at}
			if !yield(c) {
				return
			}
		}
	}
}
