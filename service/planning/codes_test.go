package planning

import (
	"slices"
	"testing"

	"gridmap/data"
)

const community = "500152001001"

func TestAGridKeepsItsCodeWhenItIsTheSameGrid(t *testing.T) {
	old := func(building int64, households int, grid string) data.HeldPlace {
		return data.HeldPlace{BuildingID: building, Households: households, Grid: community + grid}
	}
	two := []data.HeldPlace{old(1, 100, "001"), old(2, 200, "001"), old(3, 100, "002"), old(4, 0, "003")}
	cases := []struct {
		name    string
		held    []data.HeldPlace
		used    []string
		grids   []int64 // of buildings 1, 2, 3, 4
		codes   []string
		lineage []string
	}{
		{"the same grids in another order keep their codes", two, nil, []int64{3, 3, 2, 1}, []string{"003", "002", "001"}, []string{"U", "U", "U"}},
		{"a split leaves the code with the larger half", two, nil, []int64{1, 2, 3, 4}, []string{"004", "001", "002", "003"}, []string{"S", "S", "U", "U"}},
		{"a merger keeps the code of the larger grid", two, nil, []int64{1, 1, 1, 2}, []string{"001", "003"}, []string{"M", "U"}},
		{"a building that moves makes both redrawn", two, nil, []int64{2, 1, 2, 3}, []string{"001", "002", "003"}, []string{"S", "X", "U"}},
		{"a number used long ago is passed over", two, []string{community + "004"}, []int64{1, 2, 3, 4}, []string{"005", "001", "002", "003"}, []string{"S", "S", "U", "U"}},
		{"over nothing the numbers stay as drawn", nil, nil, []int64{1, 2, 2, 2}, []string{"001", "002"}, []string{"N", "N"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			used := c.used
			for _, h := range c.held {
				used = append(used, h.Grid)
			}
			var p data.DrawnPlan
			households := []int{100, 200, 100, 0}
			for i, g := range c.grids {
				p.Buildings = append(p.Buildings, data.PlanBuilding{BuildingID: int64(i + 1), Households: households[i], GridID: g})
			}
			for i := range slices.Max(c.grids) {
				code := community + []string{"001", "002", "003", "004"}[i]
				p.Grids = append(p.Grids, data.Grid{CommunityCode: community, Code: code, Lineage: "N"})
			}
			if err := recode(&p, c.held, used); err != nil {
				t.Fatal(err)
			}
			for i, g := range p.Grids {
				if g.Code != community+c.codes[i] || g.Lineage != c.lineage[i] {
					t.Errorf("grid %d: %s %s %v, want %s %s", i+1, g.Code, g.Lineage, g.Predecessors, c.codes[i], c.lineage[i])
				}
			}
		})
	}
}

func TestAMicrogridKeepsItsCodeOnlyInsideItsGrid(t *testing.T) {
	g1, g2 := community+"001", community+"002"
	held := []data.HeldPlace{
		{BuildingID: 1, Households: 60, Grid: g1, Microgrid: g1 + "01"}, {BuildingID: 2, Households: 70, Grid: g1, Microgrid: g1 + "02"},
		{BuildingID: 3, Households: 400, Grid: g2}}
	p := data.DrawnPlan{
		Grids:      []data.Grid{{CommunityCode: community, Code: g1}, {CommunityCode: community, Code: g2}},
		Microgrids: []data.Microgrid{{GridID: 1}, {GridID: 2}},
		Buildings: []data.PlanBuilding{{BuildingID: 2, Households: 70, GridID: 1, MicrogridID: 1},
			{BuildingID: 1, Households: 60, GridID: 2, MicrogridID: 2}, {BuildingID: 3, Households: 400, GridID: 2}},
	}
	if err := recode(&p, held, []string{g1, g2, g1 + "01", g1 + "02"}); err != nil {
		t.Fatal(err)
	}
	if a, b := p.Microgrids[0].Code, p.Microgrids[1].Code; a != g1+"02" || b != g2+"01" {
		t.Errorf("micro-grids have %s and %s", a, b)
	}
}

func TestACommunityRunsOutOfNumbersWithAReason(t *testing.T) {
	taken := map[string]bool{}
	for range 99 {
		if _, err := nextCode(taken, community+"001", 2); err != nil {
			t.Fatal(err)
		}
	}
	if code, err := nextCode(taken, community+"001", 2); err == nil {
		t.Errorf("the hundredth micro-grid got %s", code)
	}
}
