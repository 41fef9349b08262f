package synth

import (
	"math"

	"github.com/paulmach/orb"
)

// block is a plot between streets: four corners, counter-clockwise.
type block struct {
	quad   [4]orb.Point
	area   int     // the built-up area that it belongs to: 0 the city, then towns
	urban  float64 // how far inside the built-up area
	joined [4]bool // sides without a street: the block is one with its neighbour
}

func (b *block) centre() orb.Point {
	return lerp(lerp(b.quad[0], b.quad[2], 0.5), lerp(b.quad[1], b.quad[3], 0.5), 0.5)
}

// at maps the unit square onto the block.
func (b *block) at(u, v float64) orb.Point {
	return lerp(lerp(b.quad[0], b.quad[1], u), lerp(b.quad[3], b.quad[2], u), v)
}

func (b *block) ring() orb.Ring {
	return orb.Ring{b.quad[0], b.quad[1], b.quad[2], b.quad[3], b.quad[0]}
}

// street is a run of edges of the street plan.
type street struct {
	class int
	area  int
	name  string
	line  []orb.Point
}

// streetPlan holds the streets and blocks of all built-up areas. Each area has a
// net of two families of curved lines; blocks lie where the land allows.
type streetPlan struct {
	blocks  []block
	streets []street
	cells   map[[2]int32][]int32
}

const blockCellM = 200

func blockCell(p orb.Point) [2]int32 {
	return [2]int32{int32(math.Floor(p[0] / blockCellM)), int32(math.Floor(p[1] / blockCellM))}
}

// covers tells whether p lies in a block.
func (t *streetPlan) covers(p orb.Point) bool {
	for _, i := range t.cells[blockCell(p)] {
		if inRing(t.blocks[i].ring(), p) {
			return true
		}
	}
	return false
}

// edges are the street lines that part blocks.
func (t *streetPlan) edges() [][]orb.Point {
	var out [][]orb.Point
	for i := range t.streets {
		out = append(out, t.streets[i].line)
	}
	return out
}

func (s *sketchpad) planStreets(fast *nearness) *streetPlan {
	t := &streetPlan{cells: map[[2]int32][]int32{}}
	city := lerp(lerp(s.seats[0].at, s.seats[1].at, 0.5), s.seats[2].at, 0.3)
	s.planArea(t, fast, 0, city, 4800, -0.72)
	for i := 3; i < len(s.seats); i++ {
		s.planArea(t, fast, i, s.seats[i].at, s.seats[i].radiusM*1.5, s.streetTurn(i))
	}
	for i := range t.blocks {
		b := t.blocks[i].ring().Bound()
		lo, hi := blockCell(b.Min), blockCell(b.Max)
		for x := lo[0]; x <= hi[0]; x++ {
			for y := lo[1]; y <= hi[1]; y++ {
				t.cells[[2]int32{x, y}] = append(t.cells[[2]int32{x, y}], int32(i))
			}
		}
	}
	return t
}

// streetTurn lays a town's main street along its river, where it has one.
func (s *sketchpad) streetTurn(i int) float64 {
	if d, seg := s.terrain.rivers.nearest(s.seats[i].at, 900); d < 900 && seg >= 0 {
		b := s.terrain.rivers.segs[seg]
		return math.Atan2(b.b[1]-b.a[1], b.b[0]-b.a[0])
	}
	return newRand(s.seed, streamStreets, uint64(i), 1).Float64() * math.Pi / 2
}

// net is one area's two families of lines.
type net struct {
	s      *sketchpad
	area   int
	centre orb.Point
	turn   float64
	u, v   []float64
	cu, cv []int // class of each line
	ok     []bool
}

func (n *net) lines(seed uint64, reach float64) ([]float64, []int) {
	r := newRand(seed)
	lo, hi := 95.0, 175.0
	if n.area > 0 {
		lo, hi = 70, 120
	}
	var at []float64
	var class []int
	k := r.IntN(4)
	for x := -reach; x < reach; x += between(r, lo, hi) {
		at = append(at, x)
		switch {
		case n.area == 0 && k%6 == 0:
			class = append(class, classArterial)
		case k%3 == 0:
			class = append(class, classSecondary)
		default:
			class = append(class, classStreet)
		}
		k++
	}
	return at, class
}

func (n *net) node(i, j int) orb.Point {
	x, y := n.u[i], n.v[j]
	seed := mix(n.s.seed, streamStreets, uint64(n.area), 7)
	x += 75*noise(seed, x/900, y/900) + 14*noise(seed+1, x/210, y/210)
	y += 75*noise(seed+2, n.u[i]/900, y/900) + 14*noise(seed+3, n.u[i]/210, y/210)
	// A slow bend keeps long streets from being ruled with a ruler.
	a := n.turn + 0.16*noise(seed+4, n.u[i]/2600, n.v[j]/2600)
	return orb.Point{n.centre[0] + x*math.Cos(a) - y*math.Sin(a), n.centre[1] + x*math.Sin(a) + y*math.Cos(a)}
}

func (s *sketchpad) planArea(t *streetPlan, fast *nearness, area int, centre orb.Point, reach, turn float64) {
	n := &net{s: s, area: area, centre: centre, turn: turn}
	n.u, n.cu = n.lines(mix(s.seed, streamStreets, uint64(area), 2), reach)
	n.v, n.cv = n.lines(mix(s.seed, streamStreets, uint64(area), 3), reach)
	n.ok = make([]bool, len(n.u)*len(n.v))
	for j := 0; j+1 < len(n.v); j++ {
		for i := 0; i+1 < len(n.u); i++ {
			n.ok[j*len(n.u)+i] = s.buildable(n.quad(i, j), fast)
		}
	}
	n.dropStray()
	joined := n.join(mix(s.seed, streamStreets, uint64(area), 4))
	for j := range n.v {
		for i := range n.u {
			if n.has(i, j) {
				b := block{quad: n.quad(i, j), area: area, joined: [4]bool{joined[[3]int{i, j, 0}], joined[[3]int{i + 1, j, 1}], joined[[3]int{i, j + 1, 0}], joined[[3]int{i, j, 1}]}}
				b.urban = s.urban(b.centre())
				t.blocks = append(t.blocks, b)
			}
		}
	}
	n.trace(t, joined)
}

// dropStray gives up groups of fewer than five blocks.
func (n *net) dropStray() {
	seen := make([]bool, len(n.ok))
	for start := range n.ok {
		if !n.ok[start] || seen[start] {
			continue
		}
		group := []int{start}
		seen[start] = true
		for k := 0; k < len(group); k++ {
			i, j := group[k]%len(n.u), group[k]/len(n.u)
			for _, d := range [4][2]int{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
				if m := (j+d[1])*len(n.u) + i + d[0]; n.has(i+d[0], j+d[1]) && !seen[m] {
					seen[m] = true
					group = append(group, m)
				}
			}
		}
		if len(group) < 5 {
			for _, m := range group {
				n.ok[m] = false
			}
		}
	}
}

func (n *net) quad(i, j int) [4]orb.Point {
	return [4]orb.Point{n.node(i, j), n.node(i+1, j), n.node(i+1, j+1), n.node(i, j+1)}
}

func (n *net) has(i, j int) bool {
	return i >= 0 && j >= 0 && i+1 < len(n.u) && j+1 < len(n.v) && n.ok[j*len(n.u)+i]
}

// buildable tells whether a block may lie here: dry, off the railway and the
// motorway, inside the built-up area and the district, on gentle ground.
func (s *sketchpad) buildable(q [4]orb.Point, fast *nearness) bool {
	b := block{quad: q}
	if ringArea2(b.ring()) < 2*2500 || s.urban(b.centre()) < 0.03 {
		return false
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, u := range [3]float64{0, 0.5, 1} {
		for _, v := range [3]float64{0, 0.5, 1} {
			p := b.at(u, v)
			if s.urban(p) < -0.08 || !inRing(s.outline, p) || s.terrain.rivers.clear(p, 60) < 42 || fast.clear(p, 60) < 40 {
				return false
			}
			e := s.elevation(p)
			lo, hi = math.Min(lo, e), math.Max(hi, e)
		}
	}
	return hi-lo < 26
}

// join takes some minor streets away, so that blocks differ in size. Keys are
// node and direction: 0 along u, 1 along v.
func (n *net) join(seed uint64) map[[3]int]bool {
	r := newRand(seed)
	out := map[[3]int]bool{}
	for j := range n.v {
		for i := range n.u {
			if n.has(i, j) && n.has(i, j-1) && n.cv[j] == classStreet && r.Float64() < 0.24 {
				out[[3]int{i, j, 0}] = true
			}
			if n.has(i, j) && n.has(i-1, j) && n.cu[i] == classStreet && r.Float64() < 0.24 && !out[[3]int{i, j, 0}] {
				out[[3]int{i, j, 1}] = true
			}
		}
	}
	return out
}

// trace turns the sides of blocks into streets, line by line, and carries main
// streets over rivers to the other bank.
func (n *net) trace(t *streetPlan, joined map[[3]int]bool) {
	run := func(count, class int, at func(k int) orb.Point, open func(k int) bool, name string) {
		var line []orb.Point
		last := -1
		flush := func() {
			if len(line) > 1 {
				t.streets = append(t.streets, street{class, n.area, name, line})
			}
			line = nil
		}
		for k := range count - 1 {
			if !open(k) {
				continue
			}
			if last != k {
				bridge := last > 0 && class == classArterial && lengthM([]orb.Point{at(last), at(k)}) < 1100 && n.s.spans(at(last), at(k))
				if bridge {
					for m := last + 1; m <= k; m++ {
						line = append(line, at(m))
					}
				} else {
					flush()
					line = append(line, at(k))
				}
			}
			line = append(line, at(k+1))
			last = k + 1
		}
		flush()
	}
	for j := range n.v {
		run(len(n.u), n.cv[j], func(k int) orb.Point { return n.node(k, j) }, func(k int) bool {
			return (n.has(k, j) || n.has(k, j-1)) && !joined[[3]int{k, j, 0}]
		}, streetName(n.area, 0, j))
	}
	for i := range n.u {
		run(len(n.v), n.cu[i], func(k int) orb.Point { return n.node(i, k) }, func(k int) bool {
			return (n.has(i, k) || n.has(i-1, k)) && !joined[[3]int{i, k, 1}]
		}, streetName(n.area, 1, i))
	}
}

// spans tells whether a river lies between two places.
func (s *sketchpad) spans(a, b orb.Point) bool {
	for t := 0.0; t <= 1; t += 0.02 {
		if s.terrain.rivers.clear(lerp(a, b, t), 10) < 0 {
			return true
		}
	}
	return false
}
