package redraw

import (
	"testing"

	"github.com/paulmach/orb"
)

func TestAHouseOnTheSchoolGroundsIsNoGridOfItsOwn(t *testing.T) {
	in := Input{Communities: []Community{{Code: "500152001001", Outline: orb.MultiPolygon{rect(0, 0, 1000, 1000)}}}}
	id := int64(0)
	add := func(x, y, w, h float64, households int, dedicated string) {
		id++
		in.Buildings = append(in.Buildings, Building{ID: id, Outline: rect(x, y, w, h), Households: households, Dedicated: dedicated})
	}
	for i := range 40 { // ordinary houses in the south
		add(20+24*float64(i), 20, 12, 12, 10, "")
	}
	for i := range 12 { // the school goes round the caretaker's house
		x, y := 400+60*float64(i%4), 600+60*float64(i/4)
		if i == 5 {
			add(x, y, 4, 4, 1, "")
			continue
		}
		add(x, y, 50, 50, 0, "学校")
	}
	p := draw(t, in, Options{})
	checkPlan(t, in, p)
	kinds := map[GridKind]int{}
	for i := range p.Grids {
		kinds[p.Grids[i].Kind]++
		if g := &p.Grids[i]; g.Kind == Dedicated && g.Households != 1 {
			t.Errorf("the school has %d households, want the caretaker's", g.Households)
		}
	}
	if kinds[Dedicated] != 1 || kinds[Basic] != 1 || p.Report.Grids.Violation != 0 {
		t.Errorf("got %v with %d households outside the range, want one basic and one dedicated grid inside it", kinds, p.Report.Grids.Violation)
	}
}
