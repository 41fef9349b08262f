package synth

import (
	"math"

	"github.com/paulmach/orb"
)

// river is a water course with its centre line, half-widths and usual level.
type river struct {
	name, kind string
	line       []orb.Point // about every 40 m, downstream
	halfM      []float64
	levelM     []float64
	islands    []orb.Ring
}

// drawRivers bends the sketched courses into meanders and cuts them at the
// outline.
func drawRivers(seed uint64, outline orb.Ring) []river {
	var out []river
	for i, s := range riverSketches() {
		r := s.draw(mix(seed, streamRivers, uint64(i)))
		if i > 1 {
			r.joinAny(out)
		}
		r.cut(outline)
		out = append(out, r)
	}
	return out
}

func (s riverSketch) draw(seed uint64) river {
	via := make([]orb.Point, len(s.via))
	for i, p := range s.via {
		via[i] = metres(p[0], p[1])
	}
	base := spline(via, 40)
	total := lengthM(base)
	line := make([]orb.Point, len(base))
	phase, run := 2*math.Pi*float64(seed%997)/997, 0.0
	wave := 1900 + 5.5*s.widthM
	for i := range base {
		if i > 0 {
			step := dist(base[i-1], base[i])
			run += step
			phase += 2 * math.Pi * step / (wave * (1 + 0.45*noise(seed, run/3100, 3)))
		}
		ends := smoothstep(0, 600, run) * smoothstep(0, 600, total-run)
		sway := math.Sin(phase) + 0.45*math.Sin(2.3*phase+1) + 0.5*noise(seed+1, run/900, 7)
		strength := 0.55 + 0.45*noise(seed+2, run/5200, 5)
		line[i] = offset(base[i], normal(base, i), s.meanderM*ends*sway*strength)
	}
	line = spline(thin(relax(line, 12), 3), 40)
	line = relax(line, 4)
	r := river{name: s.name, kind: s.kind, line: line}
	n := float64(len(line) - 1)
	for i := range line {
		t := float64(i) / n
		w := s.widthM * (0.72 + 0.5*t) * (1 + 0.28*noise(seed+3, float64(i)/22, 1) + 0.1*noise(seed+4, float64(i)/6, 2))
		r.halfM = append(r.halfM, w/2)
		r.levelM = append(r.levelM, s.bedM[0]+(s.bedM[1]-s.bedM[0])*math.Pow(t, 0.8))
	}
	for k, share := range s.islandShares {
		r.addIsland(mix(seed, 9, uint64(k)), int(share*n))
	}
	return r
}

// thin keeps every nth vertex and the ends.
func thin(l []orb.Point, nth int) []orb.Point {
	var out []orb.Point
	for i := 0; i < len(l)-1; i += nth {
		out = append(out, l[i])
	}
	return append(out, l[len(l)-1])
}

// addIsland widens the river around vertex i and leaves an island there.
func (r *river) addIsland(seed uint64, i int) {
	reach := 9 + int(seed%6)
	half := r.halfM[i]
	for k := -2 * reach; k <= 2*reach; k++ {
		if j := i + k; j >= 0 && j < len(r.halfM) {
			r.halfM[j] += half * 0.75 * math.Exp(-float64(k*k)/float64(reach*reach))
		}
	}
	var left, right []orb.Point
	for k := -reach; k <= reach; k++ {
		j := i + k
		if j < 1 || j+1 >= len(r.line) {
			return
		}
		w := half * 0.55 * math.Sqrt(1-math.Pow(float64(k)/float64(reach), 2)) * (1 + 0.3*noise(seed, float64(k)/3, 0))
		c := offset(r.line[j], normal(r.line, j), half*0.15*noise(seed+1, float64(k)/9, 0))
		left = append(left, offset(c, normal(r.line, j), w))
		right = append(right, offset(c, normal(r.line, j), -w))
	}
	ring := orb.Ring{left[0]}
	for k := 1; k < len(left); k++ {
		ring = append(ring, left[k])
	}
	for k := len(right) - 2; k > 0; k-- {
		ring = append(ring, right[k])
	}
	r.islands = append(r.islands, append(ring, ring[0]))
}

// joinAny ends r where it first meets a river drawn before.
func (r *river) joinAny(others []river) {
	for i, p := range r.line {
		for k := range others {
			o := &others[k]
			for j := range o.line {
				if dist(p, o.line[j]) < o.halfM[j]*0.6+20 && i > 5 {
					end := min(len(r.line), i+1)
					r.line = append(r.line[:end:end], o.line[j])
					r.halfM, r.levelM = r.halfM[:end+1:end+1], r.levelM[:end+1:end+1]
					drop := o.levelM[j] - r.levelM[end]
					for m := range r.levelM {
						r.levelM[m] += drop * math.Pow(float64(m)/float64(end), 2)
					}
					return
				}
			}
		}
		if i == len(r.line)-2 {
			return
		}
	}
}

// comesBack is the vertex soon after i at which the river is inside again, or 0.
func (r *river) comesBack(outline orb.Ring, i int) int {
	for k := i + 1; k < min(len(r.line), i+60); k++ {
		if inRing(outline, r.line[k]) {
			return k
		}
	}
	return 0
}

// cut keeps the longest part inside the outline, short bends outside included.
func (r *river) cut(outline orb.Ring) {
	first, last := 0, 0
	for i, from := 0, 0; i < len(r.line); i++ {
		if !inRing(outline, r.line[i]) {
			if i+1-from > 30 { // a bend outside does not part the river
				if k := r.comesBack(outline, i); k > 0 {
					i = k
					continue
				}
			}
			from = i + 1
			continue
		}
		if i+1-from > last-first {
			first, last = from, i+1
		}
	}
	first, last = max(0, first-2), min(len(r.line), last+2)
	r.line, r.halfM, r.levelM = r.line[first:last], r.halfM[first:last], r.levelM[first:last]
}

// bank adds the bank beside vertex i to ring, except inside a bend that is
// tighter than the river is wide: there the bank would fold over itself.
func (r *river) bank(ring orb.Ring, i int, side float64) orb.Ring {
	p := offset(r.line[i], normal(r.line, i), side*r.halfM[i])
	for j := max(0, i-20); j < min(len(r.line), i+21); j++ {
		reach := math.Max(r.halfM[i], math.Min(r.halfM[j], 1.1*r.halfM[i]))
		if j != i && dist(p, r.line[j]) < 0.995*reach {
			return ring
		}
	}
	return append(ring, p)
}

// area is the river's surface as a polygon.
func (r *river) area() orb.Polygon {
	n := len(r.line)
	ring := make(orb.Ring, 0, 2*n+1)
	for i := n - 1; i >= 0; i-- {
		ring = r.bank(ring, i, 1)
	}
	for i := range n {
		ring = r.bank(ring, i, -1)
	}
	ring = append(ring, ring[0])
	if ringArea2(ring) < 0 {
		ring.Reverse()
	}
	p := orb.Polygon{ring}
	for _, isle := range r.islands {
		hole := isle.Clone()
		if ringArea2(hole) > 0 {
			hole.Reverse()
		}
		p = append(p, hole)
	}
	return p
}
