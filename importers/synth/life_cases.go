package synth

import (
	"cmp"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"gridmap/data"
)

// start of a case: what does not depend on what becomes of it. Times are unix
// seconds.
type start struct {
	spot, kind  int
	opened, due int64
	level       int // that it reaches in the end
	dice        dice
}

func levelNames() [4]string { return [4]string{"grid", "community", "town", "district"} }

func stepNames() [7]string {
	return [7]string{"order", "track", "screen", "dispatch", "accept", "handle", "rate"}
}

// begin makes the start of case i (from 0).
func (b *casebook) begin(i int) start {
	d := throw(b.d.Options.Seed, diceCases, uint64(i))
	s := start{opened: b.openedAt(i, d.unit())}
	s.spot = b.spots.draw(&d)
	month := time.Unix(s.opened, 0).In(b.now.Location()).Month()
	s.kind = b.menu[b.spots.setting[s.spot]][month-1].draw(&d)
	s.due = s.opened + int64(b.types[s.kind].LimitHours)*3600
	s.level = drawLevel(&d)
	s.dice = d
	return s
}

func drawLevel(d *dice) int {
	switch x := d.unit(); {
	case x < .82:
		return 0
	case x < .94:
		return 1
	case x < .99:
		return 2
	}
	return 3
}

// age at Now as a share of the time limit.
func (s *start) age(b *casebook) float64 {
	return float64(b.now.Unix()-s.opened) / float64(s.due-s.opened)
}

// dueSoon by the rule of data.CaseState.
func (s *start) dueSoon(b *casebook) bool {
	left := s.due - b.now.Unix()
	return left >= 0 && left <= max(2*3600, (s.due-s.opened)/10)
}

// caseOf makes case i (from 0).
func (b *casebook) caseOf(i int) data.Case {
	s := b.begin(i)
	h := b.historyOf(i, &s)
	last := h.end()
	place := b.spots.building[s.spot]
	house := &b.d.Buildings[place]
	g := &b.grids[b.spots.grid[s.spot]]
	t := &b.types[s.kind]
	d := throw(b.d.Options.Seed, diceWords, uint64(i))
	at, system := beside(&d, house)
	c := data.Case{
		ID: int64(i + 1), Number: caseNumber(b.local(s.opened).Year(), i+1), TypeCode: t.Code, Board: t.Board,
		Title: t.Name + " · " + b.placeName(house, g), Description: t.texts[d.below(len(t.texts))],
		Level: levelNames()[last.level], Step: stepNames()[last.step],
		BuildingID: house.ID, GridID: g.id, MicrogridID: b.homes[place].Microgrid,
		CommunityCode: g.communityCode, TownCode: g.townCode, TeamID: g.team,
		OpenedAt: b.local(s.opened), StepAt: b.local(h.stepAt), DueAt: b.local(s.due),
		Whistle: h.waiting, Version: h.n, Geom: at, Source: Source, SourceCRS: system,
	}
	if h.closed != 0 {
		c.ClosedAt, c.Rating = b.local(h.closed), drawRating(&d)
	}
	return c
}

func (b *casebook) local(unix int64) time.Time { return time.Unix(unix, 0).In(b.now.Location()) }

// drawRating is mostly five or four; one in twelve is not rated.
func drawRating(d *dice) int {
	switch x := d.unit(); {
	case x < .57:
		return 5
	case x < .83:
		return 4
	case x < .89:
		return 3
	case x < .907:
		return 2
	case x < .917:
		return 1
	}
	return 0
}

// caseNumber is the year and a running number, as the intake gives it:
// 20260001234.
func caseNumber(year, n int) string {
	var b [11]byte
	for i := 3; i >= 0; i-- {
		b[i] = byte('0' + year%10)
		year /= 10
	}
	for i := 10; i >= 4; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return string(b[:])
}

// placeName is short: the building, with its compound where the name alone
// says too little, else the grid.
func (b *casebook) placeName(house *data.Building, g *gridPlace) string {
	c := b.d.compound(house.CompoundID)
	switch {
	case c == nil || c.Name == "":
		return cmp.Or(house.Name, g.name)
	case strings.HasPrefix(house.Name, c.Name):
		return house.Name
	}
	return c.Name + house.Name
}

// beside is a place inside a building, or up to four metres outside its bounds,
// and the system in which it was reported.
func beside(d *dice, house *data.Building) (at orb.Point, system string) {
	middle, half := placeOf(house.Geom)
	east, north := metresPerDegree(middle[1])
	if d.chance(.6) {
		return orb.Point{middle[0] + (d.unit()-.5)*half[0]*.8, middle[1] + (d.unit()-.5)*half[1]*.8}, "building"
	}
	system = "gcj02"
	if d.chance(.3) {
		system = "cgcs2000"
	}
	across, out := 2*d.unit()-1, 4*d.unit()
	sign := float64(1 - 2*d.below(2))
	if d.chance(.5) {
		return orb.Point{middle[0] + across*half[0], middle[1] + sign*(half[1]+out/north)}, system
	}
	return orb.Point{middle[0] + sign*(half[0]+out/east), middle[1] + across*half[1]}, system
}
