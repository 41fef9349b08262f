package synth

import (
	"math"
	"math/rand/v2"
)

// mix hashes numbers into one (splitmix64), so that every thing of the district
// has its own stream of random numbers, whoever computes it and when.
func mix(parts ...uint64) uint64 {
	h := uint64(0x9e3779b97f4a7c15)
	for _, p := range parts {
		h ^= p
		h += 0x9e3779b97f4a7c15
		h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9
		h = (h ^ (h >> 27)) * 0x94d049bb133111eb
		h ^= h >> 31
	}
	return h
}

// Streams of random numbers, by what they are for.
const (
	streamRivers = iota + 1
	streamTerrain
	streamDivide
	streamRoads
	streamStreets
	streamBlocks
	streamVillage
	streamHomes
	streamPeople
	streamLand
	streamObjects
	streamPlaces
	streamTeams
	streamDays
	streamCases
	streamSteps
	streamLive
	streamFlood
)

func newRand(parts ...uint64) *rand.Rand {
	h := mix(parts...)
	return rand.New(rand.NewPCG(h, mix(h, 1)))
}

func between(r *rand.Rand, lo, hi float64) float64 { return lo + (hi-lo)*r.Float64() }

// pick draws an index with the given weights.
func pick(r *rand.Rand, weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	x := r.Float64() * sum
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// noise is smooth value noise in -1..1 with a cell of one unit.
func noise(seed uint64, x, y float64) float64 {
	x0, y0 := math.Floor(x), math.Floor(y)
	fx, fy := x-x0, y-y0
	fx, fy = fx*fx*fx*(fx*(fx*6-15)+10), fy*fy*fy*(fy*(fy*6-15)+10)
	ix, iy := int64(x0), int64(y0)
	at := func(dx, dy int64) float64 {
		h := (seed ^ uint64(ix+dx)*0x9e3779b97f4a7c15) + uint64(iy+dy)*0xc2b2ae3d27d4eb4f
		h = (h ^ (h >> 29)) * 0xbf58476d1ce4e5b9
		h = (h ^ (h >> 32)) * 0x94d049bb133111eb
		return float64(h>>11)/(1<<52) - 1
	}
	a, b, c, d := at(0, 0), at(1, 0), at(0, 1), at(1, 1)
	return a + (b-a)*fx + (c-a)*fy + (a-b-c+d)*fx*fy
}

// fractal sums octaves of noise, each half as wide and half as high.
func fractal(seed uint64, x, y float64, octaves int) float64 {
	sum, amp := 0.0, 0.5
	for o := range octaves {
		sum += amp * noise(seed+uint64(o), x, y)
		x, y, amp = x*2.03+17.3, y*2.03-9.1, amp/2
	}
	return sum
}

func smoothstep(lo, hi, x float64) float64 {
	t := math.Max(0, math.Min(1, (x-lo)/(hi-lo)))
	return t * t * (3 - 2*t)
}
