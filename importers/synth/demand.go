package synth

import (
	"math"
	"slices"
	"strings"
)

// demand is how many live where, before any house is built.
type demand struct {
	households []int
	persons    []int
	rural      []int // of the households, those in farmhouses
	grids      []int
	micro      []int
	complex    []bool
}

// apportion shares total by weight with largest remainders, each at least least.
func apportion(total int, weight []float64, least int) []int {
	out := make([]int, len(weight))
	sum := 0.0
	for _, w := range weight {
		sum += w
	}
	rest := total - least*len(weight)
	if sum == 0 || rest < 0 {
		for i := range out {
			out[i] = least
		}
		return out
	}
	type part struct {
		i    int
		frac float64
	}
	parts := make([]part, len(weight))
	left := rest
	for i, w := range weight {
		x := float64(rest) * w / sum
		out[i] = least + int(x)
		left -= int(x)
		parts[i] = part{i, x - math.Floor(x)}
	}
	slices.SortStableFunc(parts, func(a, b part) int {
		switch {
		case a.frac > b.frac:
			return -1
		case a.frac < b.frac:
			return 1
		}
		return a.i - b.i
	})
	for k := range left {
		out[parts[k%len(parts)].i]++
	}
	return out
}

// estimate shares the published totals among the communities.
func (s *sketchpad) estimate(scale float64) demand {
	n := len(s.communes)
	weight, country := make([]float64, n), make([]float64, n)
	d := demand{complex: make([]bool, n)}
	for i, c := range s.communes {
		r := newRand(s.seed, streamHomes, 1<<40, uint64(i))
		seat := i == s.seatCommune(c.town)
		switch {
		case c.populous():
			weight[i], country[i] = 9100+600*r.Float64(), 0
		case c.town < 3 && c.residents && s.urban(s.centres[i]) > 0.03:
			weight[i], country[i] = between(r, 2100, 4300), 0
		case c.town >= 3 && seat:
			weight[i], country[i] = s.seats[c.town].radiusM*between(r, 4.0, 5.6), 0.18
		case c.residents:
			weight[i], country[i] = between(r, 620, 980), 0.9
		default:
			weight[i], country[i] = between(r, 430, 720), 1
		}
		d.complex[i] = country[i] < 0.5
	}
	d.households = apportion(int(math.Round(PublishedHouseholds*scale)), weight, 1)
	floats := make([]float64, n)
	dense := make([]float64, n)
	d.rural = make([]int, n)
	for i, h := range d.households {
		d.rural[i] = int(math.Round(float64(h) * country[i]))
		floats[i] = float64(h)
		if d.complex[i] {
			dense[i] = float64(h)
		}
	}
	d.persons = apportion(int(math.Round(PublishedResidents*scale)), floats, 0)
	for i, h := range d.households { // everybody has one household's room at least
		d.persons[i] = max(d.persons[i], h)
	}
	d.grids = apportion(max(n, int(math.Round(PublishedGrids*scale))), floats, 1)
	d.micro = apportion(max(n, int(math.Round(PublishedMicrogrids*scale))), dense, 0)
	return d
}

// seatCommune is the community at the seat of a town.
func (s *sketchpad) seatCommune(t int) int {
	best, at := math.Inf(1), -1
	for _, c := range s.towns[t].communities {
		if d := dist(s.centres[c], s.seats[t].at); d < best {
			best, at = d, c
		}
	}
	return at
}

// populous tells whether a community is one of the two that are known to have
// more than 20,000 residents.
func (c *commune) populous() bool { return c.name == "龙潭社区" || c.name == "井田社区" }

// short is a community's name without what it is.
func (c *commune) short() string {
	return strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(c.name, "社区"), "村"), "镇")
}
