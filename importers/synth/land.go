package synth

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"gridmap/data"
)

// pond is a fish pond or a reservoir.
type pond struct {
	name string
	ring orb.Ring
	lake bool
}

// digPonds puts ponds into hollows between the fields, away from roads.
func (s *sketchpad) digPonds(g *ground) []pond {
	g.ponds = newNearness(100)
	var out []pond
	for c := range s.communes {
		r := newRand(s.seed, streamLand, uint64(c))
		count := r.IntN(9)
		if s.communes[c].town < 3 && s.communes[c].residents {
			count = r.IntN(2)
		}
		b := g.bounds[c]
		for try := 0; try < 60 && count > 0; try++ {
			p := orb.Point{between(r, b.Min[0], b.Max[0]), between(r, b.Min[1], b.Max[1])}
			size := between(r, 14, 42)
			lake := r.Float64() < 0.06
			if lake {
				size = between(r, 90, 190)
			}
			if !inPolygons(g.outlines[c], p) || s.urban(p) > -0.1 || s.terrain.rivers.clear(p, size+90) < size+60 || g.band.clear(p, size+80) < size*1.6 || g.ponds.clear(p, size+60) < size*1.5 {
				continue
			}
			e := s.elevation(p)
			if e > s.elevation(orb.Point{p[0] + 120, p[1]}) && e > s.elevation(orb.Point{p[0], p[1] + 120}) {
				continue
			}
			ring := blob(mix(s.seed, streamLand, uint64(c), uint64(try)), p, size, between(r, 0.8, 1.4), r.Float64()*math.Pi, 12+int(size/8))
			name := ""
			if lake {
				name = s.communes[c].short() + "水库"
			}
			out = append(out, pond{name, ring, lake})
			g.ponds.addLine(ring, size*0.5, 0)
			count--
		}
	}
	return out
}

// brooks are the water courses that the land itself gives: every node drains to
// a neighbour on the cheapest way down to a river (priority flood), and where
// enough land drains through a node there is a brook.
func (s *sketchpad) brooks(plan *streetPlan) [][]orb.Point {
	g := s.grid
	down := make([]int32, g.size())
	seen := make([]bool, g.size())
	var order []int32
	var f frontier
	for n := range g.size() {
		down[n] = -1
		if s.terrain.awayM[n] < 70 {
			seen[n] = true
			f.push(frontNode{float64(s.levelM[n]), int32(n)})
		}
	}
	for len(f) > 0 {
		top := f.pop()
		order = append(order, top.node)
		g.neighbours(top.node, func(m int32, d float64) {
			if !seen[m] && g.about[m] {
				seen[m] = true
				down[m] = top.node
				f.push(frontNode{math.Max(top.cost, float64(s.levelM[m])) + 1e-4*d, m})
			}
		})
	}
	drains := make([]int32, g.size())
	w := newNetwork(g)
	for k := len(order) - 1; k >= 0; k-- {
		n := order[k]
		drains[n]++
		if m := down[n]; m >= 0 {
			drains[m] += drains[n]
			if drains[n] > 110 && g.inside[n] && g.inside[m] && s.terrain.awayM[n] > 20 {
				w.add(n, m, 0)
			}
		}
	}
	w.settle(mix(s.seed, streamRivers, 99), 38, 3, nil)
	var out [][]orb.Point
	for _, c := range w.chains() {
		if len(c.line) <= 4 {
			continue
		}
		for _, part := range outside(chaikin(c.line), plan, newNearness(200)) { // under towns they run in pipes
			out = append(out, straighten(part))
		}
	}
	return out
}

func (d *District) drawWater(s *sketchpad, brooks [][]orb.Point, ponds []pond) {
	add := func(kind, name string, g orb.Geometry) {
		id := int64(len(d.Water) + 1)
		d.Water = append(d.Water, data.Water{ID: id, Kind: kind, Name: name, Geom: g, Source: Source, SourceID: fmt.Sprintf("w%d", id)})
	}
	for i := range s.rivers {
		add(s.rivers[i].kind, s.rivers[i].name, orb.MultiPolygon{lonLatPolygon(s.rivers[i].area())})
	}
	for _, p := range ponds {
		kind := "pond"
		if p.lake {
			kind = "lake"
		}
		add(kind, p.name, orb.MultiPolygon{lonLatPolygon(orb.Polygon{p.ring})})
	}
	for _, l := range brooks {
		add("stream", "", lonLatLine(l))
	}
}

// drawLand makes parcels (fields, paddies, orchards, woods, parks, squares) and places with a risk.
func (d *District) drawLand(s *sketchpad, g *ground, all []built) {
	add := func(kind, name, risk string, ring orb.Ring) {
		id := int64(len(d.Land) + 1)
		d.Land = append(d.Land, data.Land{ID: id, Kind: kind, Name: name, Risk: risk,
			Geom: orb.MultiPolygon{lonLatPolygon(orb.Polygon{ring})}, Source: Source, SourceID: fmt.Sprintf("l%d", id)})
	}
	n := &fieldNet{s: s, houses: map[[2]int32][]orb.Point{}}
	for _, f := range d.Footprints {
		p := f.Bound().Center()
		k := blockCell(p)
		n.houses[k] = append(n.houses[k], p)
	}
	n.parcels(g, add)
	for c := range s.communes {
		name := s.communes[c].short()
		for i, p := range all[c].parks {
			if i == 0 && s.urban(p.Bound().Center()) > 0.4 {
				add("square", name+"广场", "", p)
				continue
			}
			add("park", fmt.Sprintf("%s公园%d", name, i+1), "", p)
		}
		r := newRand(s.seed, streamLand, 1<<32, uint64(c))
		s.risks(r, c, g, name, add)
	}
}

// steep is the slope at p.
func (s *sketchpad) steep(p orb.Point) float64 {
	gx := s.elevation(orb.Point{p[0] + 40, p[1]}) - s.elevation(orb.Point{p[0] - 40, p[1]})
	gy := s.elevation(orb.Point{p[0], p[1] + 40}) - s.elevation(orb.Point{p[0], p[1] - 40})
	return math.Hypot(gx, gy) / 80
}

// risks are places that patrols look after: low banks, steep slopes, bends.
func (s *sketchpad) risks(r interface{ Float64() float64 }, c int, g *ground, name string, add func(kind, name, risk string, ring orb.Ring)) {
	b := g.bounds[c]
	var flood, slide, drown bool
	for try := 0; try < 80; try++ {
		p := orb.Point{b.Min[0] + (b.Max[0]-b.Min[0])*r.Float64(), b.Min[1] + (b.Max[1]-b.Min[1])*r.Float64()}
		if !inPolygons(g.outlines[c], p) {
			continue
		}
		clear := s.terrain.rivers.clear(p, 180)
		seed := mix(s.seed, streamPlaces, uint64(c), uint64(try))
		switch {
		case clear > 20 && clear < 150 && !flood:
			flood = true
			add("risk", name+"沿河低洼段", "flood", blob(seed, p, 70, 1.3, 0.4, 14))
		case clear > 0 && clear < 20 && !drown:
			drown = true
			add("risk", name+"深水岸段", "drowning", blob(seed, p, 18, 1.4, 0.4, 10))
		case s.steep(p) > 0.24 && !slide:
			slide = true
			add("risk", name+"滑坡隐患点", "landslide", blob(seed, p, 45, 1.2, 0.9, 12))
		}
	}
}
