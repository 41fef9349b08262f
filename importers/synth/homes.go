package synth

import (
	"fmt"
	"iter"
	"strconv"

	"gridmap/data"
)

// homes is who lives where, packed: by building how its dwellings lie, by
// household how many they are. Rooms, households and people are told from it in
// order, so that none of the hundreds of thousands needs to be held.
type homes struct {
	seed      uint64
	year      int
	buildings []dwellings
	persons   []uint8 // by household
}

type dwellings struct {
	stairs, floors, perFloor uint8
	homes                    uint16
	all                      bool // rooms that stand empty are listed too
}

func (b dwellings) slots() int { return int(b.stairs) * int(b.floors) * int(b.perFloor) }

// slot is where household k of a building lives; households are spread evenly.
func (b dwellings) slot(k int) int { return k * b.slots() / int(b.homes) }

// place is the stairwell (from 0), floor (from 1) and unit (from 1) of a slot;
// slots run by stairwell, then floor.
func (b dwellings) place(slot int) (stair, floor, unit int) {
	perStair := int(b.floors) * int(b.perFloor)
	return slot / perStair, slot%perStair/int(b.perFloor) + 1, slot%int(b.perFloor) + 1
}

// Stairwells gives all stairwells, by building.
func (d *District) Stairwells() iter.Seq[data.Stairwell] {
	return func(yield func(data.Stairwell) bool) {
		var id int64
		for i, b := range d.homes.buildings {
			if b.slots() == 0 {
				continue
			}
			for n := range int(b.stairs) {
				id++
				if !yield(data.Stairwell{ID: id, BuildingID: int64(i + 1), Number: n + 1}) {
					return
				}
			}
		}
	}
}

// Dwellings gives the households of a building by stairwell and floor; nil when
// nobody can live there.
func (d *District) Dwellings(building int64) [][]int {
	b := d.homes.buildings[building-1]
	if b.slots() == 0 {
		return nil
	}
	out := make([][]int, b.stairs)
	for i := range out {
		out[i] = make([]int, b.floors)
	}
	for k := range int(b.homes) {
		stair, floor, _ := b.place(b.slot(k))
		out[stair][floor-1]++
	}
	return out
}

// Rooms gives all rooms, and Households below refers to them by id.
func (d *District) Rooms() iter.Seq[data.Room] {
	return func(yield func(data.Room) bool) {
		d.homes.walk(func(room data.Room, household int) bool { return yield(room) })
	}
}

// Households gives all households, each in its room.
func (d *District) Households() iter.Seq[data.Household] {
	return func(yield func(data.Household) bool) {
		d.homes.walk(func(room data.Room, household int) bool {
			if household < 0 {
				return true
			}
			return yield(data.Household{ID: int64(household + 1), RoomID: room.ID, Persons: int(d.homes.persons[household]),
				Source: Source, SourceID: "h" + strconv.Itoa(household+1)})
		})
	}
}

// walk goes through all rooms, with the number of the household in each (from
// 0), or -1 for an empty one.
func (h *homes) walk(visit func(room data.Room, household int) bool) {
	var room, stairwell int64
	household := 0
	for _, b := range h.buildings {
		slots := b.slots()
		if slots == 0 {
			continue
		}
		k := 0
		for s := range slots {
			taken := k < int(b.homes) && b.slot(k) == s
			if !taken && !b.all {
				continue
			}
			stair, floor, unit := b.place(s)
			room++
			r := data.Room{ID: room, StairwellID: stairwell + int64(stair) + 1, Floor: floor, Number: fmt.Sprintf("%d%02d", floor, unit)}
			who := -1
			if taken {
				who = household
				household++
				k++
			}
			if !visit(r, who) {
				return
			}
		}
		stairwell += int64(b.stairs)
	}
}
