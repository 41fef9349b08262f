package data_test

import (
	"testing"

	"gridmap/data"
)

func TestAScopeCoversWhatIsInsideIt(t *testing.T) {
	for name, c := range map[string]struct {
		scope, code string
		want        bool
	}{
		"a district its towns":              {"500152000000", "500152001000", true},
		"a district its communities' grids": {"500152000000", "500152001001001", true},
		"a district not its neighbour":      {"500152000000", "500153000000", false},
		"a town itself":                     {"500152001000", "500152001000", true},
		"a town its communities":            {"500152001000", "500152001201", true},
		"a town not the next":               {"500152001000", "500152002001", false},
		"a town whose number ends in zeros": {"500152100000", "500152100001", true},
		"a town not its district":           {"500152001000", "500152000000", false},
		"a community itself":                {"500152001001", "500152001001", true},
		"a community its micro-grids":       {"500152001001", "50015200100100102", true},
		"a community not its town":          {"500152001001", "500152001000", false},
		"nobody nothing":                    {"", "500152001001", false},
		"a district not the empty code":     {"500152000000", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (data.Actor{ScopeCode: c.scope}).Covers(c.code); got != c.want {
				t.Fatalf("got %v, want %v", got, c.want)
			}
		})
	}
}
