package synth

import (
	"math"
	"math/rand/v2"

	"github.com/paulmach/orb"
)

// house is a building before it gets its number.
type house struct {
	frame
	shape     shape
	kind      string // as in data.Building
	dedicated string
	name      string
	compound  int // index in the community's compounds plus one; 0: none
	floors    int
	stairs    int // stairwells
	perFloor  int // dwellings by stairwell and floor
	homes     int // households
}

// roadside is a spot beside a road where a house may stand.
type roadside struct {
	p, dir orb.Point
	halfM  float64
	weight float64
}

// buildVillage places farmhouses for households in the hamlets: along the lanes
// first, then scattered behind.
func (t *site) buildVillage(r *rand.Rand, hamlets []hamlet, roads []road, households int) []house {
	if households <= 0 || len(hamlets) == 0 {
		return nil
	}
	weights := make([]float64, len(hamlets))
	for i, h := range hamlets {
		weights[i] = h.share
	}
	var out []house
	left := households
	for i, share := range apportion(households, weights, 0) {
		placed := t.buildHamlet(r, hamlets[i].at, roads, share, &out)
		left -= placed
	}
	for try := 0; left > 0 && try < households*30+100; try++ {
		h := hamlets[r.IntN(len(hamlets))].at
		d := between(r, 30, 480)
		a := r.Float64() * 2 * math.Pi
		left -= t.farmhouse(r, orb.Point{h[0] + d*math.Cos(a), h[1] + d*math.Sin(a)}, t.aspect(h), left, &out)
	}
	return out
}

func (t *site) buildHamlet(r *rand.Rand, at orb.Point, roads []road, want int, out *[]house) int {
	reach := 70 + 17*math.Sqrt(float64(want))
	spots := roadsides(at, roads, reach)
	placed := 0
	for try := 0; placed < want && try < 6*want+20; try++ {
		if len(spots) > 0 && r.Float64() < 0.6 {
			k := r.IntN(len(spots))
			sp := spots[k]
			if r.Float64() > sp.weight {
				continue
			}
			side := 1.0
			if r.IntN(2) == 0 {
				side = -1
			}
			p := offset(sp.p, orb.Point{-sp.dir[1], sp.dir[0]}, side*(sp.halfM+between(r, 7, 15)))
			placed += t.farmhouse(r, p, math.Atan2(sp.dir[1], sp.dir[0])+0.06*r.NormFloat64(), want-placed, out)
			continue
		}
		d := reach * math.Sqrt(r.Float64()) * between(r, 0.4, 1.1)
		a := r.Float64() * 2 * math.Pi
		p := orb.Point{at[0] + d*math.Cos(a)*1.25, at[1] + d*math.Sin(a)*0.8}
		placed += t.farmhouse(r, p, t.aspect(p)+0.12*r.NormFloat64(), want-placed, out)
	}
	return placed
}

// aspect is the direction along the slope, by which houses on hills stand.
func (t *site) aspect(p orb.Point) float64 {
	e := func(dx, dy float64) float64 { return t.s.elevation(orb.Point{p[0] + dx, p[1] + dy}) }
	gx, gy := e(60, 0)-e(-60, 0), e(0, 60)-e(0, -60)
	return math.Atan2(gx, -gy)
}

// farmhouse tries one house at p and says how many households it took in.
func (t *site) farmhouse(r *rand.Rand, p orb.Point, turn float64, left int, out *[]house) int {
	h := house{frame: frame{c: p, turn: turn, long: between(r, 10, 17), deep: between(r, 8, 11)}, kind: "farmhouse", stairs: 1, perFloor: 1}
	h.floors = 1 + pick(r, []float64{0.34, 0.42, 0.2, 0.04})
	if r.Float64() < 0.3 {
		h.shape = shapeL
		h.deep += 4
	}
	if r.Float64() < 0.07 {
		h.shape, h.long, h.deep = shapeU, 19, 15
	}
	if t.plan.covers(p) || !t.fits(h.frame, between(r, 1.5, 5)) {
		return 0
	}
	h.homes = min(left, 1+pick(r, []float64{0.74, 0.2, 0.06}))
	if r.Float64() < 0.04 {
		h.homes = 0 // stands empty
	}
	for h.homes > h.floors*h.perFloor {
		h.perFloor++
	}
	t.take(h.frame)
	*out = append(*out, h)
	return h.homes
}

// roadsides lists spots along lanes and country roads within reach of at, the
// nearer the better.
func roadsides(at orb.Point, roads []road, reach float64) []roadside {
	var out []roadside
	for i := range roads {
		rd := &roads[i]
		if rd.bridge || rd.class < classArterial || rd.class > classPath {
			continue
		}
		for k := 1; k < len(rd.line); k++ {
			a, b := rd.line[k-1], rd.line[k]
			if segmentGap(at, a, b) > reach*1.6 {
				continue
			}
			l := dist(a, b)
			for m := 4.0; m < l; m += 13 {
				p := lerp(a, b, m/l)
				if d := dist(p, at); d < reach*1.6 {
					out = append(out, roadside{p, orb.Point{(b[0] - a[0]) / l, (b[1] - a[1]) / l}, halfWidthM(rd.class), math.Exp(-d / reach)})
				}
			}
		}
	}
	return out
}

// publicHouses places what every village has: its committee and a clinic, and
// in some a school.
func (t *site) publicHouses(r *rand.Rand, at orb.Point, roads []road, name string, out *[]house) {
	spots := roadsides(at, roads, 260)
	wants := []house{
		{frame: frame{long: 24, deep: 12}, kind: "public", name: name + "便民服务中心", floors: 3},
		{frame: frame{long: 14, deep: 9}, kind: "public", name: name + "卫生室", floors: 2},
	}
	if r.Float64() < 0.3 {
		wants = append(wants, house{frame: frame{long: 42, deep: 13}, kind: "school", dedicated: "school", name: name + "小学", floors: 3})
	}
	if r.Float64() < 0.5 {
		wants = append(wants, house{frame: frame{long: 30, deep: 16}, kind: "industrial", name: name + "农产品加工点", floors: 1, shape: shapeL})
	}
	for _, h := range wants {
		for try := 0; try < 60 && len(spots) > 0; try++ {
			sp := spots[r.IntN(len(spots))]
			side := float64(1 - 2*r.IntN(2))
			h.c = offset(sp.p, orb.Point{-sp.dir[1], sp.dir[0]}, side*(sp.halfM+h.deep/2+between(r, 5, 12)))
			h.turn = math.Atan2(sp.dir[1], sp.dir[0])
			if t.fits(h.frame, 4) {
				t.take(h.frame)
				*out = append(*out, h)
				break
			}
		}
	}
}
