package synth

import (
	"math"

	"github.com/paulmach/orb"
)

// Classes of roads, from the most important.
const (
	classMotorway = iota
	classArterial
	classSecondary
	classStreet
	classLane
	classPath
	classRail
)

func className(c int) string {
	return [...]string{"motorway", "arterial", "secondary", "street", "lane", "path", "rail"}[c]
}

// halfWidthM of the carriageway with its verge.
func halfWidthM(c int) float64 { return [...]float64{15, 10, 6.5, 5.5, 2.8, 1.5, 7}[c] }

// road is a road before it becomes a record.
type road struct {
	class  int
	name   string
	line   []orb.Point
	bridge bool
	deckM  float64
}

// fastLines are the motorways and railways of the sketch.
func (s *sketchpad) fastLines() []road {
	var out []road
	for i, k := range lineSketches() {
		via := make([]orb.Point, len(k.via))
		for j, p := range k.via {
			via[j] = metres(p[0], p[1])
		}
		line := spline(via, 60)
		seed := mix(s.seed, streamRoads, 100+uint64(i))
		for j := range line {
			line[j] = offset(line[j], normal(line, j), 260*noise(seed, float64(j)/45, 0))
		}
		line = relax(line, 30)
		for _, part := range insideParts(line, s.outline) {
			class := classMotorway
			if k.class == "rail" {
				class = classRail
			}
			out = append(out, road{class: class, name: k.name, line: part})
		}
	}
	return out
}

// insideParts are the runs of l inside the ring.
func insideParts(l []orb.Point, ring orb.Ring) [][]orb.Point {
	var out [][]orb.Point
	var run []orb.Point
	for _, p := range l {
		if inRing(ring, p) {
			run = append(run, p)
			continue
		}
		if len(run) > 2 {
			out = append(out, run)
		}
		run = nil
	}
	if len(run) > 2 {
		out = append(out, run)
	}
	return out
}

// hamlet is a cluster of farmhouses.
type hamlet struct {
	at      orb.Point
	commune int
	share   float64 // of its community's farmhouses
}

// routeRoads lays roads over the land, as those who built them did: between
// towns first, then from each village to the nearest road, then to the hamlets.
func (s *sketchpad) routeRoads(hamlets []hamlet) *network {
	w := newNetwork(s.grid)
	price := func(a, b int32, d float64) float64 {
		if !s.grid.inside[b] {
			return -1
		}
		p := s.grid.at(b)
		whim := 1.5 + 1.3*noise(s.seed+31, p[0]/700, p[1]/700) + 0.5*noise(s.seed+32, p[0]/260, p[1]/260)
		c := d*math.Max(0.35, whim) + 16*math.Abs(float64(s.levelM[b]-s.levelM[a]))
		if s.terrain.awayM[b] < 8 {
			c += 900
		} else if s.terrain.awayM[b] < 55 {
			c += 60
		}
		if _, known := w.edges[pair(a, b)]; known {
			c *= 0.25
		}
		return c
	}
	for _, e := range s.seatLinks() {
		from, to := s.grid.node(s.seats[e[0]].at), s.grid.node(s.seats[e[1]].at)
		goal := s.grid.at(to)
		path := s.steps.route(from, func(n int32) bool { return n == to }, price,
			func(n int32) float64 { return 0.3 * dist(s.grid.at(n), goal) }, s.grid.size())
		w.addPath(path, classArterial)
	}
	reach := func(p orb.Point, class, most int) {
		if n := s.grid.node(p); s.grid.inside[n] {
			w.addPath(s.steps.route(n, w.has, price, nil, most), class)
		}
	}
	for i, c := range s.communes {
		if !(c.town < 3 && c.residents) {
			reach(s.centres[i], classSecondary, 30000)
		}
	}
	for _, h := range hamlets {
		reach(h.at, classLane, 3000)
	}
	s.closeLoops(w, price)
	w.settle(mix(s.seed, streamRoads), 34, 6, nil)
	return w
}

// closeLoops joins neighbouring villages whose way round is long.
func (s *sketchpad) closeLoops(w *network, price func(a, b int32, d float64) float64) {
	for i := range s.communes {
		for j := i + 1; j < len(s.communes); j++ {
			d := dist(s.centres[i], s.centres[j])
			if d > 2300 || mix(s.seed, uint64(i), uint64(j))%100 < 55 {
				continue
			}
			to := s.grid.node(s.centres[j])
			goal := s.grid.at(to)
			path := s.steps.route(s.grid.node(s.centres[i]), func(n int32) bool { return n == to }, price,
				func(n int32) float64 { return 0.3 * dist(s.grid.at(n), goal) }, 6000)
			w.addPath(path, classLane)
		}
	}
}

// seatLinks are the pairs of towns with no third town between them (Gabriel).
func (s *sketchpad) seatLinks() [][2]int {
	var out [][2]int
	for i := range s.seats {
		for j := i + 1; j < len(s.seats); j++ {
			mid, r := lerp(s.seats[i].at, s.seats[j].at, 0.5), dist(s.seats[i].at, s.seats[j].at)/2
			free := true
			for k := range s.seats {
				free = free && (k == i || k == j || dist(s.seats[k].at, mid) > r)
			}
			if free && r < 9000 {
				out = append(out, [2]int{i, j})
			}
		}
	}
	return out
}

// chooseHamlets spreads hamlets over the villages, near water and gentle ground.
func (s *sketchpad) chooseHamlets(rural []int) []hamlet {
	byCommune := make([][]int32, len(s.communes))
	for n, c := range s.homeOf {
		if c >= 0 && s.grid.inside[n] && s.terrain.awayM[n] > 45 && s.urban(s.grid.at(int32(n))) < -0.05 {
			byCommune[c] = append(byCommune[c], int32(n))
		}
	}
	var out []hamlet
	for c := range s.communes {
		nodes := byCommune[c]
		if rural[c] == 0 || len(nodes) == 0 {
			continue
		}
		r := newRand(s.seed, streamVillage, uint64(c))
		count := max(1, min(len(nodes)/10, 2+rural[c]/32))
		first := len(out)
		out = append(out, hamlet{s.centres[c], c, 2.2})
		for try := 0; try < count*12 && len(out)-first < count; try++ {
			n := nodes[r.IntN(len(nodes))]
			p := s.grid.at(n)
			ok := s.gentle(n) && r.Float64() < 0.35+0.65*math.Exp(-float64(s.terrain.awayM[n])/900)
			for _, h := range out[first:] {
				ok = ok && dist(h.at, p) > 240
			}
			if ok {
				out = append(out, hamlet{offset(p, orb.Point{1, 0}, between(r, -30, 30)), c, 0.4 + r.ExpFloat64()})
			}
		}
	}
	return out
}

func (s *sketchpad) gentle(n int32) bool {
	worst := 0.0
	s.grid.neighbours(n, func(m int32, d float64) {
		worst = math.Max(worst, math.Abs(float64(s.levelM[m]-s.levelM[n]))/d)
	})
	return worst < 0.22
}

// layRoads turns the network and the street plan into roads on the ground, cut
// where they cross rivers. Country roads end at the first street of a town.
func (s *sketchpad) layRoads(w *network, t *streetPlan, fast []road) []road {
	out := append([]road(nil), fast...)
	ends := newNearness(200)
	for _, st := range t.streets {
		out = append(out, road{class: st.class, name: st.name, line: st.line})
		ends.addLine(st.line, 0, 0)
	}
	for _, c := range w.chains() {
		line := chaikin(chaikin(c.line))
		for _, part := range outside(line, t, ends) {
			out = append(out, road{class: c.class, line: part, name: s.roadName(c.class, part)})
		}
	}
	var cut []road
	for _, r := range out {
		cut = append(cut, s.cutBridges(r)...)
	}
	return cut
}

// outside are the runs of l that lie in no block, each carried on to the street
// that it meets.
func outside(l []orb.Point, t *streetPlan, streets *nearness) [][]orb.Point {
	var out [][]orb.Point
	var run []orb.Point
	meet := func(p orb.Point) (orb.Point, bool) {
		d, seg := streets.nearest(p, 160)
		if seg < 0 || d >= 160 {
			return p, false
		}
		s := streets.segs[seg]
		if dist(p, s.a) < dist(p, s.b) {
			return s.a, true
		}
		return s.b, true
	}
	for i, p := range l {
		if !t.covers(p) {
			if len(run) == 0 && i > 0 {
				if q, ok := meet(p); ok {
					run = append(run, q)
				}
			}
			run = append(run, p)
			continue
		}
		if len(run) > 0 {
			if q, ok := meet(run[len(run)-1]); ok {
				run = append(run, q)
			}
		}
		if len(run) > 1 {
			out = append(out, run)
		}
		run = nil
	}
	if len(run) > 1 {
		out = append(out, run)
	}
	return out
}

// cutBridges parts a road into what is on the ground and what spans a river.
func (s *sketchpad) cutBridges(r road) []road {
	fine := densify(r.line, 18)
	var out []road
	var run []orb.Point
	over := false
	level := 0.0
	flush := func() {
		if len(run) > 1 {
			part := r
			part.bridge = over
			if over {
				part.deckM = level + [...]float64{14, 11, 8, 7, 4.5, 3, 15}[r.class]
			}
			part.line = straighten(run)
			out = append(out, part)
		}
	}
	for i, p := range fine {
		d, seg := s.terrain.rivers.nearest(p, 60)
		wet := seg >= 0 && d < 4
		if wet != over && i > 0 {
			run = append(run, p)
			flush()
			run = nil
			over = wet
		}
		over = wet
		if wet {
			level = s.grid.bilinear(s.terrain.levelM, p)
		}
		run = append(run, p)
	}
	flush()
	return out
}

// densify adds vertices so that none are further apart than step.
func densify(l []orb.Point, step float64) []orb.Point {
	out := []orb.Point{l[0]}
	for i := 1; i < len(l); i++ {
		n := int(math.Ceil(dist(l[i-1], l[i]) / step))
		for k := 1; k <= n; k++ {
			out = append(out, lerp(l[i-1], l[i], float64(k)/float64(n)))
		}
	}
	return out
}

// straighten drops vertices that a straight line would pass within 0.3 m.
func straighten(l []orb.Point) []orb.Point {
	out := []orb.Point{l[0]}
	from := 0
	for i := 2; i < len(l); i++ {
		for k := from + 1; k < i; k++ {
			if segmentGap(l[k], l[from], l[i]) > 0.3 {
				out = append(out, l[i-1])
				from = i - 1
				break
			}
		}
	}
	return append(out, l[len(l)-1])
}

// roadName numbers main roads; lanes take no name.
func (s *sketchpad) roadName(class int, l []orb.Point) string {
	n := s.grid.node(l[len(l)/2])
	t := s.townOf[n]
	if t < 0 || class > classSecondary {
		return ""
	}
	base := trimTown(s.towns[t].name)
	if class == classArterial {
		return base + "大道"
	}
	return base + "村道"
}
