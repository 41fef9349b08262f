package synth

import (
	"iter"

	"gridmap/data"
)

// People gives all residents, household by household: those of 65 and more in
// the year of Options.Now are elderly, those under 14 children.
//
// Households are families of an ageing countryside: old people alone or in
// pairs, grandparents with grandchildren, parents with children, three
// generations. Sex, age and care groups are by lot; nothing is anybody's.
func (d *District) People() iter.Seq[data.Person] {
	return func(yield func(data.Person) bool) {
		c := newCensus(d.homes.seed, d.homes.year)
		for i, size := range d.homes.persons {
			if !c.family(int64(i+1), int(size), yield) {
				return
			}
		}
	}
}

// member of a family before names and numbers.
type member struct {
	sex byte
	age int
	kin bool // bears the family's surname
}

type census struct {
	seed    uint64
	year    int
	person  int64
	names   names
	numbers *identities
	care    careSets
	members []member
}

func newCensus(seed uint64, year int) *census {
	return &census{seed: seed, year: year, names: newNames(), numbers: newIdentities(), care: newCareSets()}
}

func (c *census) family(household int64, size int, yield func(data.Person) bool) bool {
	d := throw(c.seed, dicePeople, uint64(household))
	c.members = kinOf(&d, size, c.members[:0])
	surname := c.names.surname(&d)
	for _, m := range c.members {
		c.person++
		own := surname
		if !m.kin {
			own = c.names.surname(&d)
		}
		born := c.year - m.age
		p := data.Person{
			ID: c.person, HouseholdID: household, Name: own + c.names.givenName(&d, m.sex, born),
			Number: c.numbers.next(&d, born, m.sex), Phone: madeUpPhone(uint64(c.person)),
			Sex: m.sex, BirthYear: born, Care: c.care.of(&d, m), Resident: true, Source: Source,
		}
		if !yield(p) {
			return false
		}
	}
	return true
}

func eitherSex(d *dice) byte {
	if d.chance(.508) {
		return 'M'
	}
	return 'F'
}

func other(sex byte) byte {
	if sex == 'M' {
		return 'F'
	}
	return 'M'
}

// spread is an age between two, both included.
func (d *dice) spread(from, to int) int { return from + d.below(to-from+1) }

// old is an age of 65 and more, fewer the older.
func (d *dice) old() int {
	age := 65 + int(d.logNormal(7, .75))
	return min(age, 101)
}

// kinOf makes up who lives in a household of a size, appending to m.
func kinOf(d *dice, size int, m []member) []member {
	head := eitherSex(d)
	switch {
	case size <= 0:
		return m
	case size == 1:
		return append(m, member{head, soloAge(d), true})
	case size == 2:
		return pairOf(d, m, head)
	case size == 3 && d.chance(.2): // grandparents with a grandchild
		age := d.spread(56, 72)
		m = couple(d, m, head, age)
		return append(m, member{eitherSex(d), childAge(d, age-48), true})
	}
	parents := d.spread(27, 56)
	m = couple(d, m, head, parents)
	for left := size - 2; left > 0; left-- {
		switch {
		case len(m) >= 3 && len(m) < 5 && d.chance(.55): // a grandparent, of the head's side
			m = append(m, member{eitherSex(d), min(99, parents+d.spread(22, 32)), d.chance(.5)})
		default:
			m = append(m, member{eitherSex(d), childAge(d, parents-21), true})
		}
	}
	return m
}

func soloAge(d *dice) int {
	switch x := d.unit(); {
	case x < .50:
		return d.old()
	case x < .78:
		return d.spread(46, 64)
	}
	return d.spread(22, 45)
}

func pairOf(d *dice, m []member, head byte) []member {
	switch x := d.unit(); {
	case x < .45: // an old couple
		return couple(d, m, head, d.old())
	case x < .68: // a couple whose children have left
		return couple(d, m, head, d.spread(46, 66))
	case x < .77: // a young couple
		return couple(d, m, head, d.spread(23, 38))
	case x < .88: // a grandparent and a grandchild
		age := d.spread(56, 75)
		return append(m, member{head, age, true}, member{eitherSex(d), childAge(d, age-46), true})
	}
	age := d.spread(30, 56)
	return append(m, member{head, age, true}, member{eitherSex(d), childAge(d, age-22), true})
}

func couple(d *dice, m []member, head byte, age int) []member {
	return append(m, member{head, age, true}, member{other(head), max(21, age-3+d.below(6)), false})
}

// childAge is that of a child, grown up or not, who is at most oldest.
func childAge(d *dice, oldest int) int {
	oldest = max(0, min(oldest, 30))
	return max(0, oldest-int(d.unit()*d.unit()*float64(oldest+6)))
}

// careSets holds each combination of care groups once, as sorted as the list
// of care groups 一老一小 一残一病 一弱一孕 itself.
type careSets [64][]string

func newCareSets() careSets {
	var s careSets
	groups := []string{"elderly", "child", "disabled", "sick", "frail", "pregnant"}
	for set := range s {
		for bit, g := range groups {
			if set>>bit&1 == 1 {
				s[set] = append(s[set], g)
			}
		}
	}
	return s
}

const (
	careElderly = 1 << iota
	careChild
	careDisabled
	careSick
	careFrail
	carePregnant
)

// of draws the care groups of m. The slices are shared: not to be changed.
func (s *careSets) of(d *dice, m member) []string {
	set := 0
	disabled, sick, frail := .011, .008, .001
	switch {
	case m.age >= 80:
		set, disabled, sick, frail = careElderly, .070, .105, .130
	case m.age >= 65:
		set, disabled, sick, frail = careElderly, .052, .080, .022
	case m.age >= 40:
		disabled, sick, frail = .0245, .029, .003
	case m.age < 14:
		set, disabled, sick, frail = careChild, .008, .006, .003
	}
	if d.chance(disabled) {
		set |= careDisabled
	}
	if d.chance(sick) {
		set |= careSick
	}
	if d.chance(frail) {
		set |= careFrail
	}
	if m.sex == 'F' && m.age >= 20 && m.age <= 40 && d.chance(.006) {
		set |= carePregnant
	}
	return s[set]
}
