package synth

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"gridmap/geo"
)

// sketchpad is the district while it is being drawn.
type sketchpad struct {
	*facts
	seed    uint64
	grid    *lattice
	rivers  []river
	terrain *Terrain
	levelM  []float32 // at the nodes
	seats   []seat    // by town
	townOf  []int32   // by node, over all of the lattice
	homeOf  []int32   // community by node
	centres []orb.Point
	steps   *spread
}

type seat struct {
	at      orb.Point
	radiusM float64
}

// urban tells how far p is inside the built-up area of a town: 1 at its centre,
// 0 at its edge, negative outside. The three subdistricts are one town.
func (s *sketchpad) urban(p orb.Point) float64 {
	best := -1.0
	wobble := 0.16*noise(s.seed+77, p[0]/620, p[1]/620) + 0.09*noise(s.seed+78, p[0]/240, p[1]/240)
	for _, t := range s.seats {
		if d := dist(p, t.at); d < 2*t.radiusM {
			best = math.Max(best, 1-d/t.radiusM+wobble)
		}
	}
	return best
}

// divide gives each node of the lattice its town and its community.
func (s *sketchpad) divide() {
	sketches := map[string]seatSketch{}
	for _, k := range seatSketches() {
		sketches[k.code] = k
	}
	starts := make([]int32, len(s.towns))
	weight := make([]float64, len(s.towns))
	for i, t := range s.towns {
		k := sketches[t.code]
		s.seats = append(s.seats, seat{metres(k.at[0], k.at[1]), k.radiusM})
		starts[i] = s.grid.node(s.seats[i].at)
		weight[i] = 1 / math.Sqrt(float64(len(t.communities))+4)
	}
	s.townOf = s.grid.flood(starts, func(l int, a, b int32, d float64) float64 {
		if !s.grid.about[b] {
			return -1
		}
		return weight[l] * s.resistance(a, b, d)
	})
	s.centres = make([]orb.Point, len(s.communes))
	for t := range s.towns {
		s.placeCentres(t)
	}
	starts = make([]int32, len(s.communes))
	for i, p := range s.centres {
		starts[i] = s.grid.node(p)
	}
	s.homeOf = s.grid.flood(starts, func(l int, a, b int32, d float64) float64 {
		if s.townOf[b] != int32(s.communes[l].town) {
			return -1
		}
		if s.communes[l].populous() {
			d *= 0.8
		}
		return s.resistance(a, b, d)
	})
}

// resistance is how hard it is for a territory to grow over an edge: rivers and
// ridges hold it up, so boundaries come to lie on them.
func (s *sketchpad) resistance(a, b int32, d float64) float64 {
	p := s.grid.at(b)
	rough := 1 + 0.7*noise(s.seed+5, p[0]/900, p[1]/900) + 0.25*noise(s.seed+6, p[0]/300, p[1]/300)
	climb := math.Max(0, float64(s.levelM[b]-s.levelM[a]))
	cost := d*math.Max(0.2, rough) + 9*climb
	if s.terrain.awayM[b] < 30 && s.terrain.awayM[a] >= 30 {
		cost += 260
	}
	return cost
}

// placeCentres spreads the communities of a town: its first at the seat, those
// that flood alerts named along their river, the rest evenly between.
func (s *sketchpad) placeCentres(t int) {
	r := newRand(s.seed, streamDivide, uint64(t))
	town := &s.towns[t]
	var land []int32
	for n, l := range s.townOf {
		if l == int32(t) && s.grid.inside[n] && s.terrain.awayM[n] > 60 {
			land = append(land, int32(n))
		}
	}
	var fixed, free, dense []int
	for _, c := range town.communities {
		switch {
		case s.communes[c].alertRiver != "":
			fixed = append(fixed, c)
		case t < 3 && s.communes[c].residents:
			dense = append(dense, c)
		default:
			free = append(free, c)
		}
	}
	done, missed := s.alongRivers(t, fixed)
	free = append(free, missed...)
	city := slices.DeleteFunc(slices.Clone(land), func(n int32) bool { return s.urban(s.grid.at(n)) < 0.05 })
	if len(dense) > 0 {
		s.spreadOut(r, dense, city, &done)
	}
	if t >= 3 && len(free) > 0 { // the seat has a community of its own
		s.centres[free[0]] = s.seats[t].at
		done = append(done, s.seats[t].at)
		free = free[1:]
	}
	if t < 3 {
		land = slices.DeleteFunc(land, func(n int32) bool { return s.urban(s.grid.at(n)) > -0.1 })
	}
	s.spreadOut(r, free, land, &done)
}

// alongRivers puts communities beside their river, in the order of the alert;
// missed are those whose river does not come through the town.
func (s *sketchpad) alongRivers(t int, list []int) (out []orb.Point, missed []int) {
	for k := range s.rivers {
		rv := &s.rivers[k]
		var own []int
		for _, c := range list {
			if s.communes[c].alertRiver == rv.name {
				own = append(own, c)
			}
		}
		var reach []int
		for i, p := range rv.line {
			n := s.grid.node(p)
			if s.townOf[n] == int32(t) && s.grid.inside[n] {
				reach = append(reach, i)
			}
		}
		if len(reach) == 0 {
			missed = append(missed, own...)
			continue
		}
		for i, c := range own {
			at := reach[(2*i+1)*len(reach)/(2*len(own))]
			side := float64(1 - 2*(i%2))
			p := offset(rv.line[at], normal(rv.line, at), side*(rv.halfM[at]+170))
			if n := s.grid.node(p); s.townOf[n] != int32(t) || !s.grid.inside[n] {
				p = offset(rv.line[at], normal(rv.line, at), -side*(rv.halfM[at]+170))
			}
			if n := s.grid.node(p); s.townOf[n] != int32(t) || !s.grid.inside[n] {
				p = rv.line[at]
			}
			s.centres[c] = p
			out = append(out, p)
		}
	}
	return out, missed
}

// spreadOut places list on land: each the best of many draws, far from all
// others, then moved to the middle of what is nearest to it (Lloyd).
func (s *sketchpad) spreadOut(r interface{ IntN(int) int }, list []int, land []int32, done *[]orb.Point) {
	if len(list) == 0 || len(land) == 0 {
		return
	}
	fixed := slices.Clone(*done)
	pts := make([]orb.Point, len(list))
	for i := range list {
		best := -1.0
		for range 30 {
			p := s.grid.at(land[r.IntN(len(land))])
			d := math.Inf(1)
			for _, q := range fixed {
				d = math.Min(d, dist(p, q))
			}
			for _, q := range pts[:i] {
				d = math.Min(d, dist(p, q))
			}
			if d > best {
				best, pts[i] = d, p
			}
		}
	}
	for range 5 {
		sum := make([]orb.Point, len(pts))
		count := make([]float64, len(pts))
		for k := 0; k < len(land); k += 3 {
			p := s.grid.at(land[k])
			own, d := -1, math.Inf(1)
			for i, q := range pts {
				if e := dist(p, q); e < d {
					own, d = i, e
				}
			}
			for _, q := range fixed {
				if dist(p, q) < d {
					own = -1
				}
			}
			if own >= 0 {
				sum[own][0], sum[own][1] = sum[own][0]+p[0], sum[own][1]+p[1]
				count[own]++
			}
		}
		for i := range pts {
			if count[i] > 0 {
				m := orb.Point{sum[i][0] / count[i], sum[i][1] / count[i]}
				pts[i] = lerp(pts[i], m, 0.8)
			}
		}
	}
	for i, c := range list {
		s.centres[c] = s.nearestLand(pts[i], land)
	}
	for _, c := range list {
		*done = append(*done, s.centres[c])
	}
}

func (s *sketchpad) nearestLand(p orb.Point, land []int32) orb.Point {
	best, at := math.Inf(1), p
	for _, n := range land {
		if q := s.grid.at(n); dist(p, q) < best {
			best, at = dist(p, q), q
		}
	}
	return at
}

// Elevation of a place, for those who hold a typed coordinate.
func (s *sketchpad) elevation(p orb.Point) float64 {
	return s.terrain.ElevationM(geo.Metres{E: p[0], N: p[1]})
}
