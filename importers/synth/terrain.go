package synth

import (
	"math"

	"github.com/paulmach/orb"

	"gridmap/geo"
)

// Terrain is the shape of the land: low hills between valleys, a flood plain
// along each river, a bed below its usual level.
type Terrain struct {
	seed   uint64
	grid   *lattice
	awayM  []float32 // distance to the nearest river's bank
	levelM []float32 // usual level of that river, blurred away from it
	rivers *nearness
	usualM [][2]float64 // usual level at the ends of each segment of rivers
	list   []river
}

func newTerrain(seed uint64, g *lattice, rivers []river) *Terrain {
	t := &Terrain{seed: mix(seed, streamTerrain), grid: g, rivers: newNearness(200), list: rivers}
	near := make([]int32, g.size()) // the vertex nearest so far
	for i := range near {
		near[i] = -1
	}
	var all []bankVertex
	for k := range rivers {
		r := &rivers[k]
		for i, p := range r.line {
			if i > 0 {
				t.rivers.add(r.line[i-1], p, (r.halfM[i-1]+r.halfM[i])/2, int32(k))
				t.usualM = append(t.usualM, [2]float64{r.levelM[i-1], r.levelM[i]})
			}
			if i%2 == 0 {
				near[g.node(p)] = int32(len(all))
				all = append(all, bankVertex{p, r.halfM[i], r.levelM[i]})
			}
		}
	}
	g.sweep(near, all)
	t.awayM, t.levelM = make([]float32, g.size()), make([]float32, g.size())
	for n := range g.size() {
		v := all[near[n]]
		t.awayM[n] = float32(math.Max(0, v.gap(g.at(int32(n)))))
		t.levelM[n] = float32(v.levelM)
	}
	t.blur()
	return t
}

// bankVertex is a vertex of a river.
type bankVertex struct {
	p             orb.Point
	halfM, levelM float64
}

func (v bankVertex) gap(p orb.Point) float64 { return dist(p, v.p) - v.halfM }

// sweep carries the nearest vertex over the lattice, in four passes (Danielsson
// 1980).
func (g *lattice) sweep(near []int32, all []bankVertex) {
	gap := make([]float64, len(near))
	for n, k := range near {
		if k >= 0 {
			gap[n] = all[k].gap(g.at(int32(n)))
		}
	}
	for pass := range 4 {
		for a := range g.size() {
			n, sign := a, 1
			if pass%2 == 1 {
				n, sign = g.size()-1-a, -1
			}
			i, j := n%g.nx, n/g.nx
			p := g.at(int32(n))
			for _, d := range [4][2]int{{-1, 0}, {0, -1}, {-1, -1}, {1, -1}} {
				x, y := i+sign*d[0], j+sign*d[1]
				if x < 0 || x >= g.nx || y < 0 || y >= g.ny {
					continue
				}
				if k := near[y*g.nx+x]; k >= 0 && k != near[n] {
					if e := all[k].gap(p); near[n] < 0 || e < gap[n] {
						near[n], gap[n] = k, e
					}
				}
			}
		}
	}
}

// blur evens out the levels across watersheds, holding them near the rivers.
func (t *Terrain) blur() {
	g := t.grid
	next := make([]float32, len(t.levelM))
	for range 60 {
		copy(next, t.levelM)
		for j := 1; j+1 < g.ny; j++ {
			for n := j*g.nx + 1; n < (j+1)*g.nx-1; n++ {
				if t.awayM[n] > 250 {
					next[n] = (t.levelM[n-1] + t.levelM[n+1] + t.levelM[n-g.nx] + t.levelM[n+g.nx]) / 4
				}
			}
		}
		t.levelM, next = next, t.levelM
	}
}

// ElevationM is the level of the ground, or of the river's bed.
func (t *Terrain) ElevationM(m geo.Metres) float64 { return t.elevation(orb.Point{m.E, m.N}) }

func (t *Terrain) elevation(p orb.Point) float64 {
	away := t.grid.bilinear(t.awayM, p)
	level := t.grid.bilinear(t.levelM, p)
	if away < 300 {
		exact, seg := t.rivers.nearest(p, 180)
		if seg >= 0 {
			away = exact
		}
		if away < 0 {
			half := t.rivers.segs[seg].halfM
			return level - math.Min(7, 0.12*half)*math.Sqrt(math.Min(1, -away/half)) - 0.4
		}
	}
	x, y := p[0], p[1]
	plain := 220 + 180*noise(t.seed+40, x/2600, y/2600)
	rise := 3.2*smoothstep(0, 35, away) + 4.5*smoothstep(30, plain+250, away) + 52*smoothstep(plain, 3600, away)
	hills := fractal(t.seed, x/1500, y/1500, 5)
	ridge := 1 - math.Abs(fractal(t.seed+20, x/2300, y/2300, 4))*2.4
	relief := (46*hills + 24*math.Max(0, ridge)) * smoothstep(plain*0.6, 1500, away)
	return level + rise + relief + 0.5*noise(t.seed+60, x/90, y/90)*smoothstep(20, 120, away)
}

// levels are the elevations at the nodes of the lattice.
func (t *Terrain) levels() []float32 {
	out := make([]float32, t.grid.size())
	for n := range out {
		out[n] = float32(t.elevation(t.grid.at(int32(n))))
	}
	return out
}
