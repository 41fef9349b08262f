package synth

import (
	"math"

	"github.com/paulmach/orb"
)

// fieldNet is the net of field edges over the whole district: a lattice bent
// twice, so that parcels share corners and never overlap. Nine parcels, three
// by three, make a tract; a tract is one wood, a patch of fields or waste.
type fieldNet struct {
	s      *sketchpad
	houses map[[2]int32][]orb.Point
}

const (
	fieldLongM = 165.0
	fieldDeepM = 108.0
)

func (n *fieldNet) corner(i, j int) orb.Point {
	seed := mix(n.s.seed, streamLand, 1<<33)
	x, y := float64(i)*fieldLongM, float64(j)*fieldDeepM
	h := mix(seed, uint64(i), uint64(j))
	dx := 260*noise(seed, x/4100, y/4100) + 52*noise(seed+1, x/760, y/760) + 62*(float64(h%1024)/1024-0.5)
	dy := 260*noise(seed+2, x/4100, y/4100) + 40*noise(seed+3, x/760, y/760) + 44*(float64(h/1024%1024)/1024-0.5)
	const sin, cos = 0.36, 0.933 // no field looks due north
	x, y = x+dx, y+dy
	o := n.s.grid.origin
	return orb.Point{o[0] + x*cos - y*sin, o[1] + x*sin + y*cos}
}

// ring is the outline of size by size parcels from corner i, j, counter-
// clockwise, with a vertex at each corner of a parcel; nil where the net folds.
func (n *fieldNet) ring(i, j, size int) orb.Ring {
	var r orb.Ring
	for side, at := range [4][2]int{{i, j}, {i + size, j}, {i + size, j + size}, {i, j + size}} {
		for k := range size {
			if k == 0 && size > 1 {
				continue // larger ones are rounded
			}
			step := [4][2]int{{k, 0}, {0, k}, {-k, 0}, {0, -k}}[side]
			r = append(r, n.corner(at[0]+step[0], at[1]+step[1]))
		}
	}
	r = append(r, r[0])
	if ringArea2(r) < fieldLongM*fieldDeepM*float64(size*size)*0.8 || !turnsLeft(r, size == 1) {
		return nil
	}
	return r
}

// turnsLeft tells whether a closed ring is convex, where that is asked.
func turnsLeft(r orb.Ring, asked bool) bool {
	for i := 1; asked && i < len(r); i++ {
		next := r[1]
		if i+1 < len(r) {
			next = r[i+1]
		}
		if (r[i][0]-r[i-1][0])*(next[1]-r[i][1]) <= (r[i][1]-r[i-1][1])*(next[0]-r[i][0]) {
			return false
		}
	}
	return true
}

// free tells whether a parcel lies inside the district, dry, out of town and
// without houses.
func (n *fieldNet) free(g *ground, r orb.Ring) bool {
	for _, p := range r[1:] {
		if !inRing(n.s.outline, p) || n.s.terrain.rivers.clear(p, 30) < 14 || g.plan.covers(p) || n.s.urban(p) > -0.08 {
			return false
		}
	}
	c := r.Bound().Center()
	if n.s.terrain.rivers.clear(c, 60) < 45 || g.plan.covers(c) {
		return false
	}
	b := r.Bound()
	lo, hi := blockCell(b.Min), blockCell(b.Max)
	for x := lo[0]; x <= hi[0]; x++ {
		for y := lo[1]; y <= hi[1]; y++ {
			for _, p := range n.houses[[2]int32{x, y}] {
				if inRing(r, p) {
					return false
				}
			}
		}
	}
	return true
}

// parcels gives woods to high and steep tracts, and fields to the valleys and to
// the ground around hamlets.
func (n *fieldNet) parcels(g *ground, add func(kind, name, risk string, ring orb.Ring)) {
	s := n.s
	homes := newNearness(400)
	for _, list := range g.hamlets {
		for _, h := range list {
			homes.add(h.at, h.at, 0, 0)
		}
	}
	span := int(math.Hypot(float64(s.grid.nx), float64(s.grid.ny)) * latticeM / fieldDeepM)
	for j := -span / 2; j < span; j += 3 {
		for i := -span; i < span; i += 3 {
			c := n.corner(i+1, j+1)
			if !inRing(s.outline, c) || s.urban(c) > -0.1 {
				continue
			}
			rise := s.elevation(c) - s.grid.bilinear(s.terrain.levelM, c)
			away := s.grid.bilinear(s.terrain.awayM, c)
			wild := rise/45 + 3.5*s.steep(c) + 0.9*noise(s.seed+90, c[0]/1500, c[1]/1500)
			near := homes.clear(c, 800)
			if wild > 1.5 && near > 230 {
				if r := n.ring(i, j, 3); r != nil && n.free(g, r) {
					add("forest", "", "", r)
				}
				continue
			}
			if 0.9*noise(s.seed+91, c[0]/1900, c[1]/1900)-near/900-math.Min(away, 3000)/3000+0.42 < 0 {
				continue
			}
			n.patch(g, i, j, away, add)
		}
	}
}

// patch fills a tract with fields, some of them left out.
func (n *fieldNet) patch(g *ground, i, j int, away float64, add func(kind, name, risk string, ring orb.Ring)) {
	for k := range 9 {
		a, b := i+k%3, j+k/3
		whim := float64(mix(n.s.seed, streamLand, 1<<34, uint64(a), uint64(b))%1000) / 1000
		r := n.ring(a, b, 1)
		if r == nil || whim < 0.1 || !n.free(g, r) {
			continue
		}
		c := r.Bound().Center()
		kind := "field"
		switch grown := noise(n.s.seed+92, c[0]/520, c[1]/520); {
		case away < 1100 && n.s.steep(c) < 0.09 && grown < 0.22:
			kind = "paddy"
		case grown > 0.42:
			kind = "orchard" // lemons
		}
		add(kind, "", "", r)
	}
}
