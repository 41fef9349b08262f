package synth

import "math"

// dice is a stream of random numbers (splitmix64, Steele 2014) that costs
// nothing to set up, so that each case, building or grid can have its own and
// can be made again from its number alone.
type dice uint64

// What dice are thrown for: each use has its own numbers.
const (
	dicePeople = 0x6d0e_0000 + iota
	diceDays
	diceMembers
	diceWeights
	diceCases
	diceOpen
	diceWords
	diceFresh
)

// throw is the stream of thing number n in a use.
func throw(seed, use, n uint64) dice {
	d := dice(seed ^ use*0x9e3779b97f4a7c15)
	d = dice(d.next() ^ n*0xd1342543de82ef95)
	return dice(d.next())
}

func (d *dice) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// unit is in [0, 1).
func (d *dice) unit() float64 { return float64(d.next()>>11) / (1 << 53) }

// below is in [0, n); n below 2 gives 0.
func (d *dice) below(n int) int {
	if n < 2 {
		return 0
	}
	return int((d.next() >> 32) * uint64(n) >> 32)
}

// chance is true with probability p.
func (d *dice) chance(p float64) bool { return d.unit() < p }

// normal is a standard normal number (Box and Muller 1958).
func (d *dice) normal() float64 {
	return math.Sqrt(-2*math.Log(1-d.unit())) * math.Cos(2*math.Pi*d.unit())
}

// logNormal has the given median; spread is the deviation of its logarithm.
func (d *dice) logNormal(median, spread float64) float64 {
	return median * math.Exp(spread*d.normal())
}

// ladder is a table of rising sums, to draw from by weight.
type ladder []float64

func newLadder(weights ...float64) ladder {
	l, sum := make(ladder, len(weights)), 0.0
	for i, w := range weights {
		sum += max(0, w)
		l[i] = sum
	}
	return l
}

// draw is the number of a rung, by weight; 0 when there is no weight at all.
func (l ladder) draw(d *dice) int {
	if len(l) == 0 {
		return 0
	}
	x := d.unit() * l[len(l)-1]
	lo, hi := 0, len(l)-1
	for lo < hi {
		mid := (lo + hi) / 2
		if l[mid] > x {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}
