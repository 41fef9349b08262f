package redraw

import (
	"fmt"
	"testing"
)

func TestTowersAreDividedByStairwellThenByFloor(t *testing.T) {
	tower := func(stairwells, floors, each int) []Building {
		b := Building{ID: 1, Persons: 1000}
		for range stairwells {
			var s []int
			for range floors {
				s = append(s, each)
				b.Households += each
			}
			b.Stairwells = append(b.Stairwells, s)
		}
		return []Building{b}
	}
	cases := []struct {
		name      string
		buildings []Building
		want      string
	}{
		{"stairwells that fit stay whole", tower(3, 16, 4), "[1单元:64 2单元:64 3单元:64]"},
		{"two small stairwells go together", tower(4, 8, 4), "[1-2单元:64 3-4单元:64]"},
		{"a tall stairwell is cut between floors", tower(1, 32, 4), "[1单元1-16层:64 1单元17-32层:64]"},
		{"each of two tall stairwells is cut", tower(2, 32, 4), "[1单元1-16层:64 1单元17-32层:64 2单元1-16层:64 2单元17-32层:64]"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			persons := 0
			for _, list := range shares(tc.buildings, layers(units(tc.buildings, []int{0}), newBounds(50, 80, 65))) {
				for _, s := range list {
					got = append(got, fmt.Sprintf("%s:%d", s.part, s.households))
					persons += s.persons
				}
			}
			if fmt.Sprint(got) != tc.want || persons != 1000 {
				t.Errorf("got %v with %d persons, want %s with 1000", got, persons, tc.want)
			}
		})
	}
}
