package files

import (
	"slices"
	"testing"

	"gridmap/importers/redraw"
)

func TestCountsAreReadAsPeopleWriteThem(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want int
		code string
	}{
		"a number":                    {"12", 12, ""},
		"a number with decimals":      {"12.0", 12, ""},
		"half a household goes up":    {"12.5", 13, ""},
		"less than half goes down":    {"12.49", 12, ""},
		"spaces in it":                {" 1 200 ", 1200, ""},
		"with its unit":               {"35户", 35, ""},
		"zero":                        {"0", 0, ""},
		"nothing":                     {"", 0, "missing_count"},
		"a null":                      {"NULL", 0, "missing_count"},
		"not a number that says so":   {"NaN", 0, "missing_count"},
		"negative":                    {"-3", 0, "negative_count"},
		"a word":                      {"many", 0, "bad_count"},
		"beyond all reason":           {"1e9", 0, "count_too_large"},
		"infinity":                    {"+Inf", 0, "count_too_large"},
		"a number with a thousands'":  {"1,200", 0, "bad_count"},
		"the number of a spreadsheet": {"1.2e2", 120, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got, _, code := count(c.text); got != c.want || code != c.code {
				t.Errorf("got %d %q, want %d %q", got, code, c.want, c.code)
			}
		})
	}
}

func TestHouseholdsAreSpreadOverStairwellsAndFloors(t *testing.T) {
	for name, c := range map[string]struct {
		households         int
		stairwells, floors string
		want               [][]int
		ok                 bool
	}{
		"evenly":                         {12, "2", "3", [][]int{{2, 2, 2}, {2, 2, 2}}, true},
		"what is left over goes below":   {7, "2", "3", [][]int{{2, 1, 1}, {1, 1, 1}}, true},
		"floors alone are one stairwell": {4, "", "4", [][]int{{1, 1, 1, 1}}, true},
		"stairwells alone are one floor": {5, "2", "", [][]int{{3}, {2}}, true},
		"one of each cannot be divided":  {5, "1", "1", nil, true},
		"nothing said":                   {5, "", "", nil, true},
		"as a table":                     {5, "[[2,1],[2]]", "", [][]int{{2, 1}, {2}}, true},
		"a table with a negative":        {5, "[[2,-1]]", "", nil, false},
		"a broken table":                 {5, "[[2,", "", nil, false},
		"a word":                         {5, "two", "3", nil, false},
		"too many floors":                {5, "1", "3000", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := stairwellTable(c.households, c.stairwells, c.floors)
			if ok != c.ok || !slices.EqualFunc(got, c.want, slices.Equal) {
				t.Errorf("got %v %v, want %v %v", got, ok, c.want, c.ok)
			}
			if sum := 0; ok && got != nil {
				for _, w := range got {
					for _, n := range w {
						sum += n
					}
				}
				if sum != c.households {
					t.Errorf("the table adds up to %d, want %d", sum, c.households)
				}
			}
		})
	}
}

func TestKindsOfBarriersAreKnownInTwoLanguages(t *testing.T) {
	kinds := barrierKinds()
	for word, want := range map[string]redraw.Kind{"river": redraw.River, "河流": redraw.River, "rail": redraw.Rail, "铁路": redraw.Rail,
		"arterial": redraw.Arterial, "主干道": redraw.Arterial, "street": redraw.Street, "支路": redraw.Street, "residential": redraw.Street} {
		if got := kinds[word]; got != want {
			t.Errorf("%s: got %q, want %q", word, got, want)
		}
	}
}

func TestThePresentPlansLevelsAreTold(t *testing.T) {
	rows := []presentRow{{code: "A001"}, {code: "A00101"}, {code: "50015200100100102"}, {code: "B", level: "microgrid"}, {code: "A00199", level: "grid"}}
	want := []bool{false, true, true, true, false}
	for i, g := range settle(rows) {
		if g.Microgrid != want[i] {
			t.Errorf("%s: micro-grid %v, want %v", g.Code, g.Microgrid, want[i])
		}
	}
}

func TestIdsAreOrderedByNumberBeforeText(t *testing.T) {
	ids := []string{"b", "10", "9", "a10", "-1", "09"}
	slices.SortFunc(ids, compareIDs)
	if want := []string{"-1", "09", "9", "10", "a10", "b"}; !slices.Equal(ids, want) {
		t.Errorf("got %v, want %v", ids, want)
	}
}
