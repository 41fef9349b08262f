package synth

import (
	"fmt"
	"iter"
	"math/rand/v2"
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

// People gives all residents. Names, identity numbers and telephone numbers are
// invented; the numbers carry the area code 999999, which nobody has.
func (d *District) People() iter.Seq[data.Person] {
	return func(yield func(data.Person) bool) {
		var id int64
		for i, n := range d.homes.persons {
			r := newRand(d.homes.seed, streamPeople, uint64(i))
			for k, p := range d.homes.family(r, int(n)) {
				id++
				p.ID, p.HouseholdID = id, int64(i+1)
				p.Number = fmt.Sprintf("999999%04d%02d%02d%04d", p.BirthYear, 1+r.IntN(12), 1+r.IntN(28), (id*10+int64(k))%10000)
				if !yield(p) {
					return
				}
			}
		}
	}
}

// family draws the members of a household of n.
func (h *homes) family(r *rand.Rand, n int) []data.Person {
	var ages []int
	adult := func() int { return 24 + r.IntN(36) }
	old := func() int { return 61 + min(38, int(r.ExpFloat64()*11)) }
	child := func() int { return r.IntN(18) }
	switch {
	case n == 1 && r.Float64() < 0.42:
		ages = append(ages, old())
	case n == 1:
		ages = append(ages, adult())
	case n == 2 && r.Float64() < 0.4:
		ages = append(ages, old(), old())
	case n == 2 && r.Float64() < 0.3:
		ages = append(ages, old(), child())
	default:
		a := adult()
		ages = append(ages, a, max(20, a-4+r.IntN(7)))
		for len(ages) < n {
			switch x := r.Float64(); {
			case x < 0.44:
				ages = append(ages, child())
			case x < 0.84:
				ages = append(ages, old())
			default:
				ages = append(ages, 18+r.IntN(12))
			}
		}
	}
	out := make([]data.Person, len(ages))
	for k, age := range ages {
		female := r.IntN(2) == 0
		if k < 2 && len(ages) > 1 && ages[0] > 20 && ages[1] > 20 {
			female = k == 1
		}
		p := data.Person{Name: personName(r, female), Sex: 'M', BirthYear: h.year - age, Resident: true, Source: Source}
		if female {
			p.Sex = 'F'
		}
		if age >= 16 {
			p.Phone = phone(r)
		}
		p.Care = careGroups(r, age, female)
		out[k] = p
	}
	return out
}

// careGroups draws 一老一小 一残一病 一弱一孕 at rates near those of a county in
// western China.
func careGroups(r *rand.Rand, age int, female bool) []string {
	var out []string
	if age >= 65 {
		out = append(out, "elderly")
	}
	if age < 14 {
		out = append(out, "child")
	}
	if r.Float64() < 0.018+0.0006*float64(age) {
		out = append(out, "disabled")
	}
	if r.Float64() < 0.006+0.0009*float64(max(0, age-40)) {
		out = append(out, "sick")
	}
	if age >= 80 && r.Float64() < 0.35 || r.Float64() < 0.003 {
		out = append(out, "frail")
	}
	if female && age >= 20 && age <= 42 && r.Float64() < 0.035 {
		out = append(out, "pregnant")
	}
	return out
}
