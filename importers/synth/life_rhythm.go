package synth

import (
	"math"
	"sort"
	"time"
)

// byHour is how a day's cases come: peaks at ten and at four, few at night.
func byHour() [24]float64 {
	return [24]float64{.4, .25, .2, .15, .2, .5, 1.2, 2.6, 5.5, 8.6, 10.2, 7.6, 4.2, 3.6, 6.8, 8.8, 9.6, 7.4, 5.2, 4.4, 3.8, 2.8, 1.6, .8}
}

// byWeekday, Sunday first.
func byWeekday() [7]float64 { return [7]float64{.62, 1.16, 1.12, 1.08, 1.06, 1.10, .74} }

// growth of cases from the beginning of the log to its end.
const growth = .25

// caseHours gives the running share of cases by hour: from caseDays before the
// hour of now up to now itself, whose hour counts by its minutes.
func caseHours(seed uint64, now time.Time) []float64 {
	n := caseDays*24 + 1
	start := hourOf(now).Add(-caseDays * 24 * time.Hour)
	hour, weekday := byHour(), byWeekday()
	run, sum := make([]float64, n), 0.0
	day, today := -1, 1.0
	for h := range run {
		at := start.Add(time.Duration(h) * time.Hour)
		if d := at.YearDay(); d != day {
			day = d
			dice := throw(seed, diceDays, uint64(at.Unix()/86400))
			today = dice.logNormal(1, .1)
		}
		w := hour[at.Hour()] * weekday[at.Weekday()] * today * (1 + growth*float64(h)/float64(n))
		if h == n-1 {
			w *= now.Sub(hourOf(now)).Hours()
		}
		sum += w
		run[h] = sum
	}
	for h := range run {
		run[h] /= sum
	}
	return run
}

// hourOf is the beginning of the hour of t in t's own zone, whose offset is a
// whole hour.
func hourOf(t time.Time) time.Time { return t.Truncate(time.Hour) }

// openedAt is when case i of n is opened; it rises with i. lot is in [0, 1).
func (b *casebook) openedAt(i int, lot float64) int64 {
	u := (float64(i) + lot) / float64(b.count)
	h := sort.SearchFloat64s(b.hours, u)
	h = min(h, len(b.hours)-1)
	before, span := 0.0, b.hours[h]
	if h > 0 {
		before, span = b.hours[h-1], b.hours[h]-b.hours[h-1]
	}
	long := 3600.0
	if h == len(b.hours)-1 {
		long = b.now.Sub(hourOf(b.now)).Seconds()
	}
	part := 0.0
	if span > 0 {
		part = min(1, (u-before)/span)
	}
	start := hourOf(b.now).Unix() - int64(caseDays*24-h)*3600
	return min(start+int64(part*long), b.now.Unix())
}

// fate says how long cases stay open, as a share x of their time limit. The share
// still open falls as e^(-kx) until nine tenths, then straight to late at the
// limit, then as e^(-tail·(x-1)). Of the cases open at Now, dueSoonShare are
// close to their limit and overdueShare beyond it; cases that are close to it
// are open with the chance soon instead.
type fate struct {
	k, late, soon float64
}

const (
	overdueShare  = .08
	dueSoonShare  = .12
	nearLimit     = .9
	tail          = 1.5
	longestShares = 4 // nothing stays open longer than four times its limit
)

// newFate finds the parameters that leave the wanted number of cases open.
func newFate(b *casebook) fate {
	if b.open == 0 {
		return fate{k: 50}
	}
	var early []float64
	soon, late := 0.0, 0.0
	longest := 0
	for _, t := range b.types {
		longest = max(longest, t.LimitHours)
	}
	for i := b.count - 1; i >= 0; i-- {
		s := b.begin(i)
		if s.opened < b.now.Unix()-int64(longest)*3600*longestShares {
			break
		}
		switch x := s.age(b); {
		case x > longestShares:
		case x > 1:
			late += math.Exp(-tail * (x - 1))
		case s.dueSoon(b):
			soon++
		default:
			early = append(early, x)
		}
	}
	open := float64(b.open)
	f := fate{late: min(.5, overdueShare*open/max(1, late)), soon: min(1, dueSoonShare*open/max(1, soon))}
	want := open - f.late*late - f.soon*soon
	lo, hi := 0.0, 200.0
	for range 60 {
		f.k = (lo + hi) / 2
		sum := 0.0
		for _, x := range early {
			sum += math.Exp(-f.k * x)
		}
		if sum > want {
			lo = f.k
		} else {
			hi = f.k
		}
	}
	return f
}

// left is the share still open at x.
func (f fate) left(x float64) float64 {
	near := math.Exp(-f.k * nearLimit)
	late := min(f.late, near)
	switch {
	case x <= nearLimit:
		return math.Exp(-f.k * x)
	case x <= 1:
		return near + (late-near)*(x-nearLimit)/(1-nearLimit)
	}
	return late * math.Exp(-tail*(x-1))
}

// lasting is the inverse of left.
func (f fate) lasting(share float64) float64 {
	near := math.Exp(-f.k * nearLimit)
	late := min(f.late, near)
	switch {
	case share >= near:
		return -math.Log(share) / max(f.k, 1e-9)
	case share >= late:
		return nearLimit + (near-share)/(near-late)*(1-nearLimit)
	}
	return min(longestShares, 1-math.Log(max(share, 1e-12)/late)/tail)
}

// isOpen decides whether a case of age x is open at Now; lot is in [0, 1).
func (f fate) isOpen(x float64, dueSoon bool, lot float64) bool {
	switch {
	case x > longestShares:
		return false
	case dueSoon && x <= 1:
		return lot < f.soon
	}
	return lot < f.left(x)
}
